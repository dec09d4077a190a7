"""Surface EMG as the sum of motor-unit action-potential trains.

After Fuglevand, Winter & Patla 1993, J Neurophysiol 70:2470–2488: thresholds grow exponentially with the
unit's number, each unit fires the faster the further excitation exceeds its threshold, intervals vary by 20 %.
Potentials are first and second derivatives of Gaussians, whose size also grows exponentially and scatters with
the depth of the unit; they are set on the internal sample nearest to the firing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.drivers.simulation.gaussian import BAND, Emg
from nmr_emg.drivers.simulation.window import Signal

UNITS = 120
THRESHOLDS = 30.0
"""Threshold of the last unit, as a multiple of the first one's."""
SLOWEST, FASTEST, SPREAD = 8.0, 35.0, 10.0
"""Lowest firing rate, highest of the first unit, and how much lower the last unit's is (1/s)."""
GAIN = 1.0
"""Firing rate (1/s) per unit of excitation above threshold."""
VARIATION = 0.2
"""Coefficient of variation of the intervals."""
SIZES = 20.0
"""Potential of the last unit, as a multiple of the first one's."""
DEPTHS = 0.4
"""Standard deviation of the logarithm of the factor by which depth changes a potential."""
WIDTHS = (0.0016, 0.0026)
"""Shortest and longest standard deviation of a potential (s)."""
REACH = 3.5
"""How far a potential reaches to either side of its middle, in its standard deviations."""
TICK = 0.001
"""Step in which firing rates follow the drive (s)."""


Fire: TypeAlias = Callable[[Signal, int], tuple[NDArray[np.int64], NDArray[np.int64]]]
"""From excitation, one value a tick, over a number of samples to the units that fire and when (sample)."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The motor units of a muscle: thresholds, sizes, widths (s), and which have three phases; shape (units,)."""

    thresholds: Signal
    fastest: Signal
    sizes: Signal
    widths: Signal
    three_phases: NDArray[np.bool_]

    def rates(self, excitation: Signal) -> Signal:
        """Firing rates (1/s), shape (units, len(excitation))."""
        above = excitation - self.thresholds[:, None]
        rates = np.minimum(GAIN * above + SLOWEST, self.fastest[:, None])
        return np.where(above >= 0, rates, 0.0)

    def potentials(self, rate: float, velocity: float) -> Signal:
        """Action potentials (units, samples) at `rate` (Hz), from the firing on; a lower velocity draws them out."""
        length = round(2 * REACH * WIDTHS[1] / velocity * rate)
        x = np.arange(length) / rate * velocity / self.widths[:, None] - REACH
        bell = np.exp(-0.5 * x**2)
        shape = np.where(self.three_phases[:, None], (1 - x**2) * bell, x * bell)
        return self.sizes[:, None] * shape


def pool(random: np.random.Generator) -> Pool:
    """Draw a muscle's motor units."""
    order = np.arange(1, UNITS + 1) / UNITS
    thresholds = np.exp(log(THRESHOLDS) * order)
    return Pool(
        thresholds,
        FASTEST - SPREAD * thresholds / THRESHOLDS,
        np.exp(log(SIZES) * order + DEPTHS * random.standard_normal(UNITS)),
        random.uniform(*WIDTHS, UNITS),
        random.random(UNITS) < 0.5,
    )


def excitation(units: Pool, rate: float) -> tuple[Callable[[Signal], Signal], float]:
    """The excitation that gives a share of the greatest amplitude, and that amplitude's RMS in `BAND`.

    Units fire independently and a unit's potentials do not overlap, so the power is the sum over units of firing
    rate times energy of the potential.
    """
    strongest = units.thresholds[-1] + (units.fastest[-1] - SLOWEST) / GAIN
    steps = np.linspace(0.0, strongest, 1000)
    energy = _energy(units.potentials(rate, 1.0), rate)
    power = np.sum(units.rates(steps) * energy[:, None], axis=0)
    greatest = float(np.sqrt(power[-1]))
    amplitude = np.sqrt(power) / greatest

    def of(share: Signal) -> Signal:
        return np.where(share > 0, np.interp(share, amplitude, steps), 0.0)

    return of, greatest


def _energy(potentials: Signal, rate: float) -> Signal:
    points = 1 << 14
    density = np.abs(np.fft.rfft(potentials, points)) ** 2 / rate**2
    frequency = np.fft.rfftfreq(points, 1 / rate)
    inside = (frequency >= BAND[0]) & (frequency <= BAND[1])
    energy: Signal = 2 * density[:, inside].sum(axis=1) * rate / points
    return energy


def motor_units(rate: float, random: np.random.Generator) -> Emg:
    """EMG as the sum of trains of action potentials; above 100 % the sum is scaled up."""
    units = pool(random)
    needed, greatest = excitation(units, rate)
    fire = firing(units, rate, random)
    tail = np.zeros(0)

    def emg(drive: Signal, velocity: float) -> Signal:
        nonlocal tail
        who, when = fire(needed(drive[:: max(1, round(TICK * rate))]), len(drive))
        potentials = units.potentials(rate, round(velocity, 4)) * (sqrt(velocity) / greatest)
        total = _added(potentials[who], when, max(len(drive) + potentials.shape[1], len(tail)))
        total[: len(tail)] += tail
        tail = total[len(drive) :]
        return total[: len(drive)] * np.maximum(drive, 1.0)

    return emg


def _added(potentials: Signal, when: NDArray[np.int64], length: int) -> Signal:
    """The sum of potentials (firings, samples), each from its own sample on."""
    places = when[:, None] + np.arange(potentials.shape[1])
    total = np.zeros(length)
    total += np.bincount(places.ravel(), potentials.ravel(), length)
    return total


def firing(units: Pool, rate: float, random: np.random.Generator) -> Fire:
    """Every unit fires whenever the integral of its rate has grown by an interval of mean 1."""
    tick = max(1, round(TICK * rate))
    left = random.uniform(0.0, 1.0, UNITS)

    def fire(values: Signal, samples: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        nonlocal left
        edges = np.append(np.arange(len(values)) * tick, samples)
        phase = np.zeros((UNITS, len(edges)))
        np.cumsum(units.rates(values) * np.diff(edges) / rate, axis=1, out=phase[:, 1:])
        due = _due(left, phase[:, -1].max(), random)
        left = np.array(
            [row[np.searchsorted(row, end)] - end for row, end in zip(due, phase[:, -1], strict=True)]
        )
        firings = [
            np.interp(row[row < grown[-1]], grown, edges) for row, grown in zip(due, phase, strict=True)
        ]
        who = np.repeat(np.arange(UNITS), [len(one) for one in firings])
        return who, np.concatenate(firings).astype(np.int64)

    return fire


def _due(left: Signal, furthest: float, random: np.random.Generator) -> Signal:
    """Phases at which each unit fires, shape (units, firings); the last lies beyond `furthest`."""
    number = int(furthest / (1 - 3 * VARIATION)) + 2
    intervals = np.clip(
        1 + VARIATION * random.standard_normal((len(left), number)), 1 - 3 * VARIATION, 1 + 3 * VARIATION
    )
    due: Signal = left[:, None] + np.cumsum(np.column_stack([np.zeros(len(left)), intervals]), axis=1)
    return due
