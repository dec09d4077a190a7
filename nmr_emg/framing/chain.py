"""Which of the places that look like frames are frames: the likeliest chain of them.

Each chain is scored by its evidence in bits: what a frame's checks and its number tell, minus what the bytes skipped
before it cost. The best chain is found backwards, from frame to frame (dynamic programming).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from nmr_emg.framing.anatomy import Anatomy, Candidate

SAME_PHASE = 2.0
OTHER_PHASE = 5.0
OUT_OF_COUNT = 8.0
MORE_LOST = 3
CHANGED = 12.0
"""What a frame of another kind than the one before it costs, in bits."""
TORN = 6.0
"""What speaks for bytes missing from the frame that was due, in bits, if it began well."""
NEAR = 5.0
"""Bits that a chain needs if it begins where a frame was due."""
FAR = 11.0
"""Bits that it needs anywhere else, soon after the last frame."""
BEGINNING = 13.0
"""Bits that it needs at the very beginning of a stream."""


def link(anatomy: Anatomy, skipped: int, ahead: int) -> float:
    """What going on from one frame to another is worth, in bits.

    Args:
        anatomy: of the frames.
        skipped: bytes between them.
        ahead: how much higher the second one's number is, modulo the cycle.
    """
    frames, rest = divmod(skipped, anatomy.length)
    cost = 0.0 if not skipped else OTHER_PHASE if rest else SAME_PHASE
    if not anatomy.cycle:
        return -cost
    if not rest and ahead == frames + 1:
        return anatomy.counted - cost
    if 0 < ahead <= frames + 1 + MORE_LOST:
        return max(0.0, anatomy.counted - log2(frames + 1 + MORE_LOST)) - cost
    return -cost - OUT_OF_COUNT


@dataclass(frozen=True, slots=True)
class Before:
    """The last frame, if it is not too long ago to count from.

    Args:
        gap: bytes skipped since.
        number: its number.
        kind: its kind.
        torn: the frame that was due after it begins well.
        doubled: inside the frame that was due, the next one begins.
    """

    gap: int
    number: int
    kind: int
    torn: bool
    doubled: bool


def best(
    anatomy: Anatomy, candidates: Sequence[Candidate], starts: int, before: Before | None, *, first: bool
) -> int | None:
    """The place of the first frame of the likeliest chain, or `None` if it is not likely enough or begins too late.

    Args:
        anatomy: of the frames.
        candidates: what may be a frame, by ascending place.
        starts: places from here on are better judged with more bytes after them.
        before: the last frame.
        first: place 0 is the very beginning of the stream.
    """
    worth = [0.0] * len(candidates)
    choice: tuple[float, int] | None = None
    for turn in range(len(candidates) - 1, -1, -1):
        place = candidates[turn][0]
        worth[turn] = anatomy.evidence + _onward(anatomy, candidates, turn, worth)
        total = worth[turn] + _entry(anatomy, candidates[turn], before)
        if choice is None or total >= choice[0]:
            choice = total, place
    if choice is None or choice[1] >= starts:
        return None
    return choice[1] if choice[0] >= _needed(anatomy, choice[1], before, first=first) else None


def _onward(anatomy: Anatomy, candidates: Sequence[Candidate], turn: int, worth: Sequence[float]) -> float:
    """What the best chain after a candidate is worth."""
    place, number, kind = candidates[turn]
    end = place + anatomy.length
    ties = []
    amiss = False
    for later in range(turn + 1, len(candidates)):
        next_place, next_number, next_kind = candidates[later]
        ahead = (next_number - number) % (anatomy.cycle or 1)
        if next_place < end:
            amiss |= ahead == 1
            continue
        tie = link(anatomy, next_place - end, ahead) - (CHANGED if next_kind != kind else 0.0)
        amiss |= 0 < next_place - end < anatomy.length and not 1 < ahead <= 2 + MORE_LOST
        ties.append(worth[later] + tie)
    if not ties:
        return 0.0
    if anatomy.closed:
        return max(0.0, *ties)
    # With no check at its end, bytes missing or too many are more likely in a frame than after it.
    return max(ties) - (anatomy.evidence + anatomy.counted if amiss else 0.0)


def _entry(anatomy: Anatomy, candidate: Candidate, before: Before | None) -> float:
    """What beginning a chain with a candidate is worth."""
    if before is None:
        return 0.0
    place, number, kind = candidate
    tie = link(anatomy, place + before.gap, (number - before.number) % (anatomy.cycle or 1))
    tie -= CHANGED if kind != before.kind else 0.0
    if not place:
        return tie - (anatomy.evidence + anatomy.counted if before.doubled else 0.0)
    return tie + (TORN if before.torn else 0.0)


def _needed(anatomy: Anatomy, place: int, before: Before | None, *, first: bool) -> float:
    if before is not None:
        return FAR if (place + before.gap) % anatomy.length else NEAR
    strong = anatomy.depth * anatomy.evidence + (anatomy.depth - 1) * anatomy.counted
    return min(strong, BEGINNING) if first and not place else strong
