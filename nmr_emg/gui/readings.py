"""From the newest samples to what the bars and needles show."""

from collections.abc import Sequence

import numpy as np

from nmr_emg.block import Array, StreamInfo
from nmr_emg.gui.known import Known
from nmr_emg.gui.look import Needle, Reading
from nmr_emg.montage import WATCHED
from nmr_emg.ring import Snapshot

TURNS = 8
"""How often a second a number changes."""


def read_muscles(
    info: StreamInfo, near: Snapshot, known: Known, *, top: float, scale: float, goal: float, seconds: float
) -> tuple[Reading, ...]:
    """One reading a column of EMG.

    Args:
        info: the stream.
        near: the newest samples of `percent`, `envelope`, `active`, `quality`, `settling`, as far as they exist.
        known: what its events told.
        top: top of the bars in % of the reference.
        scale: top of the bars in µV while there is no reference.
        goal: in % of the reference.
        seconds: how long a peak stays.
    """
    turn = _turn(near.index, info.rate)
    recent = near.index > (near.index[-1] if len(near.index) else 0) - seconds * info.rate
    rows = {name: track[recent] for name, track in near.tracks.items()}
    turn -= int(np.count_nonzero(~recent))
    readings = []
    for column, i in enumerate(info.emg):
        channel = info.channels[i]
        percent = _column(rows, "percent", column)
        referenced = known.reference(channel.label) is not None or _number(percent, -1) is not None
        values = percent if referenced else _column(rows, "envelope", column)
        settling = _column(rows, "settling", 0)
        quality = _column(rows, "quality", column)
        readings.append(
            Reading(
                name=channel.muscle or channel.label,
                side=channel.side,
                unit="%" if referenced else "µV",
                top=top if referenced else scale,
                value=_number(values, -1),
                number=_number(values, turn),
                peak=_peak(values, settling),
                goal=goal if referenced and channel.role not in WATCHED else None,
                active=_is(_column(rows, "active", column)),
                settling=_is(settling),
                quality=0 if quality is None or not len(quality) else int(quality[-1]),
                reasons=known.reasons.get(i, ()),
                note=_refused(known.refused.get(channel.label)),
            )
        )
    return tuple(readings)


def _refused(why: str | None) -> str:
    if why is None:
        return ""
    return "µV · reference not comparable" if "otherwise" in why else "µV · reference too small"


def read_needles(near: Snapshot, pairs: Sequence[tuple[str, str]]) -> tuple[Needle, ...]:
    """One needle a pair, from the track `balance`."""
    rows = near.tracks.get("balance", np.full((0, len(pairs)), np.nan))
    return tuple(
        Needle(first, second, _number(rows[:, column], -1)) for column, (first, second) in enumerate(pairs)
    )


def _turn(index: Array, rate: float) -> int:
    """Row of the newest sample at which a number may change."""
    if not len(index):
        return -1
    step = max(1, round(rate / TURNS))
    return int(np.searchsorted(index, index[-1] // step * step))


def _column(rows: dict[str, Array], name: str, column: int) -> Array | None:
    track = rows.get(name)
    return None if track is None else track[:, column]


def _number(values: Array | None, row: int) -> float | None:
    if values is None or not len(values):
        return None
    value = float(values[max(0, row) if row != -1 else -1])
    return value if np.isfinite(value) else None


def _peak(values: Array | None, settling: Array | None) -> float | None:
    if values is None:
        return None
    settled = values if settling is None else values[~settling]
    peak = float(np.fmax.reduce(settled, initial=np.nan))
    return peak if np.isfinite(peak) else None


def _is(flags: Array | None) -> bool:
    return flags is not None and len(flags) > 0 and bool(flags[-1])
