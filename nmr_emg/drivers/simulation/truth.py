"""What the simulator knows to be true, as events, and the cues of its scene."""

import heapq
from collections.abc import Iterator
from itertools import count
from math import isinf
from typing import Any

from nmr_emg.drivers.simulation.activity import contractions, tired
from nmr_emg.drivers.simulation.disturbances import Disturbance
from nmr_emg.drivers.simulation.faults import LostPackets
from nmr_emg.drivers.simulation.happening import Happening
from nmr_emg.drivers.simulation.plan import Plan
from nmr_emg.drivers.simulation.scene import Muscle
from nmr_emg.event import Event

Dated = tuple[float, Event]
"""A moment (s) and the event at its sample."""


def truth(plan: Plan) -> Iterator[Event]:
    """Everything that truly happens, losses included, in order; it may go on for ever."""
    return heapq.merge(told(plan), _lost(plan), key=lambda event: event.index)


def told(plan: Plan) -> Iterator[Event]:
    """What the stream itself tells of the truth: all but losses, which are the session's to announce."""
    sources = [_muscle(plan, number, one) for number, one in enumerate(plan.scene.muscles)]
    for one in plan.disturbances:
        sources += _disturbance(plan, one)
    return (event for _, event in heapq.merge(*sources, key=lambda dated: dated[0]))


def losses(plan: Plan) -> Iterator[tuple[int, int]]:
    """First sample and number of samples of every loss, in order."""
    for one in plan.disturbances:
        if isinstance(one, LostPackets):
            free = 1
            for loss in one.happenings(plan.scene.seed, "", plan.scene.seconds):
                start, samples = plan.index(loss.start), int(loss.data["samples"])
                if start >= free:
                    yield start, samples
                    free = start + samples + 1


def cues(plan: Plan) -> Iterator[Event]:
    """The scene's cues, again in every repetition of the scene."""
    scene = plan.scene
    ordered = sorted(scene.cues, key=lambda cue: cue.at)
    for turn in count() if ordered else ():
        for cue in ordered:
            number = scene.labels.index(cue.channel) if cue.channel else None
            yield Event(cue.kind, plan.index(turn * scene.seconds + cue.at), number, cue.data)


def _event(plan: Plan, what: str, moment: float, number: int | None, **data: Any) -> Dated:
    index = plan.index(moment)
    known = {"what": what, "index": index, "time_s": moment, **data}
    if number is not None:
        known["label"] = plan.scene.labels[number]
    return moment, Event("truth", index, number, known)


def _muscle(plan: Plan, number: int, muscle: Muscle) -> Iterator[Dated]:
    if muscle.tremor is not None:
        yield _event(plan, "tremor", 0.0, number, hz=muscle.tremor.hz, depth=muscle.tremor.depth)
    for one in contractions(muscle, plan.scene.seed, plan.scene.seconds):
        yield from _contraction(plan, number, muscle, one)


def _contraction(plan: Plan, number: int, muscle: Muscle, one: Happening) -> Iterator[Dated]:
    top, end = one.start + one.data["rise"], one.stop - one.data["fall"]
    _, amplitude = tired(muscle.fatigue, top, plan.scene.seconds)
    level = one.data["level"]
    strength = {"level_uV": level * muscle.mvc_uV * amplitude, "percent": 100 * level}
    if not one.data["joined"]:
        yield _event(plan, "onset", one.start, number, **strength)
    yield _event(plan, "level", top, number, stop=plan.index(end), **strength)
    if not one.data["joins"]:
        yield _event(plan, "offset", one.stop, number)


def _disturbance(plan: Plan, one: Disturbance) -> list[Iterator[Dated]]:
    labels = getattr(one, "channels", ())
    if one.each:
        numbers = [n for n, label in enumerate(plan.scene.labels) if not labels or label in labels]
        return [_occurrences(plan, one, number) for number in numbers]
    if isinstance(one, LostPackets):
        return []
    return [_occurrences(plan, one, None, **({"channels": list(labels)} if labels else {}))]


def _occurrences(plan: Plan, one: Disturbance, number: int | None, **data: Any) -> Iterator[Dated]:
    label = "" if number is None else plan.scene.labels[number]
    for happening in one.happenings(plan.scene.seed, label, plan.scene.seconds):
        stop = None if isinf(happening.stop) else plan.index(happening.stop)
        yield _event(plan, happening.what, happening.start, number, stop=stop, **happening.data, **data)


def _lost(plan: Plan) -> Iterator[Event]:
    for start, samples in losses(plan):
        _, event = _event(plan, "loss", start / plan.true_rate, None, start=start, samples=samples)
        yield event
