"""One channel from muscle to counts."""

from collections.abc import Callable
from math import ceil
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.drivers.simulation.activity import drive, tired
from nmr_emg.drivers.simulation.converter import TOP, antialias, counts, decimator, sinc3
from nmr_emg.drivers.simulation.disturbances import Added
from nmr_emg.drivers.simulation.faults import Clipping, LeadOff
from nmr_emg.drivers.simulation.gaussian import Emg, gaussian
from nmr_emg.drivers.simulation.motor_units import motor_units
from nmr_emg.drivers.simulation.plan import Plan
from nmr_emg.drivers.simulation.scene import Muscle
from nmr_emg.drivers.simulation.streams import stream
from nmr_emg.drivers.simulation.window import Signal, Wave

Frames: TypeAlias = Callable[[int], NDArray[np.int32]]
"""From the number of a frame, asked in order from 0, to its counts."""


def channel(plan: Plan, muscle: Muscle) -> Frames:
    """A function that computes one channel, frame by frame.

    The converter's delay is taken out: sample n is centred on n / rate seconds of the scene.
    """
    taps = sinc3(plan.factor) if plan.scene.cyton else antialias(plan.factor)
    decimate = decimator(taps, plan.factor)
    volts = _volts(plan, muscle)
    finish = _board(plan, muscle)
    rate = plan.true_rate * plan.factor
    middle = (len(taps) - 1) / 2

    def between(first: int, last: int) -> Signal:
        """Samples `first` to `last` as they leave the decimator; before 0 only to fill it."""
        inside = np.arange(first * plan.factor, last * plan.factor, dtype=np.float64)
        return decimate(volts((inside + middle) / rate))

    between(-ceil(len(taps) / plan.factor), 0)

    def frame(number: int) -> NDArray[np.int32]:
        first, last = number * plan.frame, (number + 1) * plan.frame
        return finish(between(first, last), np.arange(first, last, dtype=np.float64) / plan.true_rate)

    return frame


def _volts(plan: Plan, muscle: Muscle) -> Wave:
    """The voltage between the electrodes (µV) at internal moments: the muscle and what adds to it."""
    length = plan.scene.seconds
    active = drive(muscle, plan.scene.seed, length)
    emg = _emg(plan, muscle)
    waves = [
        one.wave(plan.scene.seed, muscle.label, length)
        for one in plan.disturbances
        if isinstance(one, Added) and one.touches(muscle.label)
    ]

    def volts(moments: Signal) -> Signal:
        velocity, amplitude = tired(muscle.fatigue, float(moments[-1]), length)
        total = emg(active(moments), velocity) * (muscle.mvc_uV * amplitude)
        for wave in waves:
            total += wave(moments)
        return total

    return volts


def _emg(plan: Plan, muscle: Muscle) -> Emg:
    model = motor_units if plan.scene.model == "motor-units" else gaussian
    return model(plan.true_rate * plan.factor, stream(plan.scene.seed, "emg", muscle.label))


def _board(plan: Plan, muscle: Muscle) -> Callable[[Signal, Signal], NDArray[np.int32]]:
    """What follows the decimator: noise, offset, gain, rails, counts, loose leads."""
    random = stream(plan.scene.seed, "noise", muscle.label)
    length = plan.scene.seconds
    here = [
        one for one in plan.disturbances if isinstance(one, Clipping | LeadOff) and one.touches(muscle.label)
    ]

    def finish(samples: Signal, moments: Signal) -> NDArray[np.int32]:
        samples = samples + muscle.offset_uV + muscle.noise_uV * random.standard_normal(len(samples))
        for one in here:
            if isinstance(one, Clipping):
                samples = np.where(one.open(moments, length), samples * one.gain, samples)
        whole = counts(samples)
        for one in here:
            if isinstance(one, LeadOff):
                whole[one.open(moments, length)] = TOP if one.mode == "rail" else 0
        return whole

    return finish
