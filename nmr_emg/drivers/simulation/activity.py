"""What a muscle does over time: its contractions, and its drive at any moment."""

from collections.abc import Iterator
from itertools import count
from math import pi, radians, sqrt

import numpy as np

from nmr_emg.drivers.simulation.contraction import TOUCH, Activation, Fatigue, Tremor
from nmr_emg.drivers.simulation.happening import Happening, overlapping
from nmr_emg.drivers.simulation.scene import Muscle
from nmr_emg.drivers.simulation.streams import stream
from nmr_emg.drivers.simulation.window import Signal, Wave

STEP = 1e-9
"""Shortest rise or fall (s): a step."""


def contractions(muscle: Muscle, seed: int, length: float) -> Iterator[Happening]:
    """The contractions of a muscle, in a scene of `length` seconds that repeats for ever.

    Each has `level` (share of 100 %), `rise` and `fall` (s), and whether it goes over into the next or comes
    out of the one before without a break.
    """
    if not any(True for _ in muscle.spans()):
        return
    for turn in count():
        laid = sorted(_laid(muscle, seed, turn), key=lambda one: one.start)
        for number, one in enumerate(laid):
            before = number > 0 and one.start - laid[number - 1].stop < TOUCH
            after = number + 1 < len(laid) and laid[number + 1].start - one.stop < TOUCH
            yield _happening(one, turn * length, before=before, after=after)


def _laid(muscle: Muscle, seed: int, turn: int) -> Iterator[Activation]:
    yield from muscle.activations
    for place, rule in enumerate(muscle.repeats):
        random = stream(seed, "repeat", muscle.label, place, turn)
        scatter, strength = random.uniform(-1, 1, rule.count), random.standard_normal(rule.count)
        for number in range(rule.count):
            one = rule.activation(number, float(scatter[number]), float(strength[number]))
            if one is not None:
                yield one


def _happening(one: Activation, origin: float, *, before: bool, after: bool) -> Happening:
    data = {
        "level": one.level / 100,
        "rise": max(one.rise, STEP),
        "fall": max(one.fall, STEP),
        "joined": before,
        "joins": after,
    }
    return Happening("contraction", origin + one.start, origin + one.stop, data)


def drive(muscle: Muscle, seed: int, length: float) -> Wave:
    """Activity of a muscle as a share of 100 %, at moments (s) that rise from call to call."""
    between = overlapping(contractions(muscle, seed, length))
    tone = muscle.tone / 100

    def at(moments: Signal) -> Signal:
        share = np.full(len(moments), tone)
        for one in between(float(moments[0]), float(moments[-1]) + STEP):
            first, last = np.searchsorted(moments, (one.start, one.stop))
            share[first:last] = np.maximum(tone, _trapezium(one, moments[first:last]))
        return share if muscle.tremor is None else share * _swelling(muscle.tremor, moments)

    return at


def _trapezium(one: Happening, moments: Signal) -> Signal:
    up = (moments - one.start) / one.data["rise"]
    down = (one.stop - moments) / one.data["fall"]
    level: Signal = one.data["level"] * np.clip(np.minimum(up, down), 0.0, 1.0)
    return level


def _swelling(tremor: Tremor, moments: Signal) -> Signal:
    swing = np.sin(2 * pi * tremor.hz * moments + radians(tremor.phase))
    factor: Signal = (1 + tremor.depth * swing) / sqrt(1 + tremor.depth**2 / 2)
    return factor


def tired(fatigue: Fatigue | None, moment: float, length: float) -> tuple[float, float]:
    """Conduction velocity and amplitude of a muscle at a moment (s), as shares of the fresh muscle's."""
    if fatigue is None:
        return 1.0, 1.0
    share = fatigue.share(moment % length)
    return 1 + share * (fatigue.velocity - 1), 1 + share * (fatigue.amplitude - 1)
