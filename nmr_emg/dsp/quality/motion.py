"""Moving leads and electrodes."""

from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seen import Seen, level

SHARE = 0.3
"""Share of the power of 4 Hz and more that lies below 20 Hz before the high-pass, under a contraction."""
LEFT = 0.3
"""Share of the power of `filtered` below 20 Hz: so much of what the bars show is movement."""
SWAY = 10.0
"""Movement at rest, in RMS of the rest."""


def motion(seen: Seen, _: Limits) -> Levels:
    """Warn of movement before the high-pass; bad is what the high-pass leaves of it."""
    rest, work = seen.at_rest, seen.at_work
    warn = work.known & (work.low > SHARE * (work.low + work.band))
    warn |= rest.known & (rest.low > SWAY**2 * rest.filtered)
    bad = work.known & warn & (work.low_left > LEFT * work.filtered)
    verdict = level(warn=warn, bad=bad)
    verdict[~(rest.known | work.known)] = UNKNOWN
    return verdict
