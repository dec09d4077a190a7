"""From frames to rows of samples, with their ids and with notes of what lay between."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from nmr_emg.framing.checks import Numbers, id_cycle
from nmr_emg.framing.cutter import Cutter
from nmr_emg.framing.fields import decoder
from nmr_emg.framing.frames import Columns, Frames, Note, Parse
from nmr_emg.framing.held import hold
from nmr_emg.framing.pairs import pairs
from nmr_emg.framing.skipped import Skipped
from nmr_emg.timing.counter import Integers


def rows_of(
    cut: Cutter,
    columns: Columns,
    numbers: Numbers | None,
    *,
    samples: int = 1,
    stride: int = 0,
    paired: bool = False,
) -> Parse:
    """The parser that decodes what a cutter cuts.

    Args:
        cut: cuts the stream.
        columns: how each lies in a sample.
        numbers: reads frame numbers, if frames have them.
        samples: samples in a frame, one row each.
        stride: bytes from one sample to the next.
        paired: a frame of an even number and that of the next, odd one make one row.
    """
    decode = decoder(columns, samples, stride)
    stand = hold(columns)
    pair = pairs(columns, numbers.cycle) if paired and numbers else None
    every = np.arange(samples)
    cycle = numbers.cycle * samples if numbers else 1
    whole = id_cycle(cycle)

    def ids_of(found: Integers) -> Integers:
        ids = (found[:, None] * samples + every).ravel() if samples > 1 else found
        return ids % whole if whole < cycle else ids

    def parse(data: bytes, *, final: bool = False) -> Frames:
        frames, skipped = cut(data, final=final)
        values = decode(frames)
        if stand is not None:
            values = stand(values, frames if samples == 1 else np.repeat(frames, samples, axis=0))
        if numbers is None:
            return Frames(values, None, _notes(skipped, samples))
        found = numbers(frames)
        if pair is None:
            return Frames(values, ids_of(found), _notes(skipped, samples))
        rows, ids, before = pair(values, found)
        return Frames(rows, ids, tuple(map(partial(_note, before=before), skipped)))

    return parse


def _notes(skipped: Sequence[Skipped], samples: int) -> tuple[Note, ...]:
    return tuple(_note(one, one.frame * samples) for one in skipped) if skipped else ()


def _note(one: Skipped, row: int | None = None, *, before: Integers | None = None) -> Note:
    place = int(before[one.frame]) if before is not None else row or 0
    data = {"text": one.text} if one.kind == "text" else {"bytes": one.count}
    return Note(one.kind, place, data)
