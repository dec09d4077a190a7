"""Joint analysis of spectrum and amplitude: what moved while a muscle worked."""

from nmr_emg.analysis.trend import Trend

UNDETERMINED = "undetermined"
STATES = {
    (True, False): "fatigue",
    (True, True): "force increase",
    (False, True): "recovery",
    (False, False): "force decrease",
}
"""By whether the amplitude rises and whether the spectrum does."""


def jasa(amplitude: Trend, spectrum: Trend) -> str:
    """The quadrant that the two trends lie in, or `UNDETERMINED` where either interval holds zero.

    Luttmann, Jäger & Laurig 2000, Int J Ind Ergon 25:645–660. The states are names of the quadrants: a load that
    changed and a muscle that tired are told apart only while posture and movement stay the same.

    >>> rises, falls = Trend(3, 4, 0.01, 0.005, 0.015, 0.01, 1), Trend(90, 70, -0.2, -0.3, -0.1, -0.2, 1)
    >>> jasa(rises, falls)
    'fatigue'
    """
    if not (amplitude.sure and spectrum.sure):
        return UNDETERMINED
    return STATES[amplitude.slope > 0, spectrum.slope > 0]
