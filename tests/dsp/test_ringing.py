import numpy as np
import pytest

from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.microvolts import Microvolts


def bursts(rate, rng):
    """Half a second of strong noise every two seconds, and silence between."""
    second = np.arange(60 * rate) / rate
    return np.where(second % 2 < 0.5, 200.0, 0.0) * rng.standard_normal(len(second)), second % 2


@pytest.mark.parametrize("rate", [200, 250, 1000, 2000])
def test_what_the_notches_ring_with_after_a_contraction_is_just_below_what_it_says(run, rate):
    x, phase = bursts(rate, np.random.default_rng(1))
    done = run((Microvolts(), Bandpass()), rate, x)
    after = (phase > 0.7) & (phase < 0.9)
    heard = np.sqrt(np.square(done.track("filtered")[after]).mean())
    said = np.sqrt(np.square(done.track("ringing")[after]).mean())
    assert 0.4 < heard / said < 1
    assert heard > 2, "there is something to tell"


def test_what_goes_on_now_is_no_ringing(run):
    x, phase = bursts(250, np.random.default_rng(2))
    ringing = run((Microvolts(), Bandpass()), 250, x).track("ringing")[:, 0]
    assert ringing[(phase < 0.09)].max() < 10
    assert ringing[phase > 1.9].max() < 2


def test_without_notches_or_without_raw_emg_nothing_rings(run, info):
    x, _ = bursts(250, np.random.default_rng(3))
    assert not run((Microvolts(), Bandpass(mains=())), 250, x).track("ringing").any()
    from nmr_emg import Block

    stream = info(250, kind="envelope")
    block = Microvolts().start(stream)(Block(0, {"raw": abs(x[:, None])}))
    assert not Bandpass().start(stream)(block)["ringing"].any()
