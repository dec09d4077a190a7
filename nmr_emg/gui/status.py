"""What a status line says, in words."""

from nmr_emg.block import StreamInfo
from nmr_emg.gui.look import Facts

Quantiles = tuple[float | None, float | None]


def status_text(info: StreamInfo, facts: Facts, shown: Quantiles = (None, None)) -> str:
    """One line of what is known of a stream."""
    gaps = f" in {facts.gaps} gap{'s' if facts.gaps != 1 else ''}" if facts.gaps else ""
    parts = [
        info.device or "device",
        f"{info.rate:g} Hz",
        clock(facts.seconds),
        f"lost {facts.lost}{gaps}",
        f"processing {_quantiles(facts.processing)}",
        f"screen {_quantiles(shown)}" if shown[0] is not None else "",
        facts.delay,
    ]
    return " · ".join(part for part in parts if part)


def clock(seconds: float) -> str:
    """Minutes and seconds.

    >>> clock(75.4), clock(3700)
    ('01:15', '1:01:40')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _quantiles(pair: Quantiles) -> str:
    p50, p95 = pair
    return "–" if p50 is None or p95 is None else f"{_short(p50)}/{_short(p95)} ms"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
