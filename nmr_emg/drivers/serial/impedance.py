"""Contact of electrodes, measured by boards that can send a small alternating current through them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from math import pi, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import microvolts
from nmr_emg.drivers.serial.board import Impedance, load_board
from nmr_emg.drivers.serial.driver import SerialBoard, words_of
from nmr_emg.errors import ConfigError, DriverError

SETTLE = 1.0
"""Seconds after the current was switched on that are not looked at."""
SECONDS = 2.0
"""How long the voltage is looked at."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What one electrode of one channel showed.

    Args:
        label: of the channel.
        side: which of its electrodes.
        ohm: resistance of the contact (Ω); `None` where the voltage is at the converter's rail: nothing is connected.
    """

    label: str
    side: str
    ohm: float | None


def contacts(path: Path, settings: Mapping[str, str], seconds: float = SECONDS) -> list[Contact]:
    """Measure every electrode of a board, one side after the other.

    Args:
        path: the board's file.
        settings: KEY=VALUE words, as for recording.
        seconds: how long each side is looked at.

    Raises:
        ConfigError: the board can't measure contact, or a setting is wrong.
        DriverError: it does not answer.
    """
    board = load_board(path)
    if not board.impedance:
        raise ConfigError(f"{path.stem} has no means to measure the contact of electrodes")
    found: list[Contact] = []
    for one in board.impedance:
        driver = SerialBoard(board, words_of(settings), measuring=one)
        with driver:
            signal = _signal(driver, seconds)
            channels = [driver.info.channels[i] for i in driver.info.emg]
            rate = driver.info.rate
        for channel, column in zip(channels, signal.T, strict=True):
            found.append(Contact(channel.label, one.side, _ohm(column, rate, channel.full_scale, one)))
    return found


def _signal(driver: SerialBoard, seconds: float) -> NDArray[np.float64]:
    """The newest `seconds` of signal (µV) once it has settled, without a gap."""
    convert = microvolts(driver.info)
    rows: list[NDArray[np.float64]] = []
    wanted, settle = round(seconds * driver.info.rate), round(SETTLE * driver.info.rate)
    expected = 0
    until = time.monotonic() + 5 * (SETTLE + seconds)
    while sum(map(len, rows)) < wanted:
        block = driver.read()
        if block is None or time.monotonic() > until:
            raise DriverError("the stream has too many gaps to measure the contact of electrodes")
        if not block.rows:
            continue
        if block.start != expected:
            rows.clear()
        expected = block.stop
        if block.start >= settle:
            rows.append(convert(block["raw"]))
    return np.concatenate(rows)[:wanted]


def _ohm(signal: NDArray[np.float64], rate: float, rail: float | None, means: Impedance) -> float | None:
    if rail is not None and np.max(np.abs(signal)) >= 0.99 * rail:
        return None
    ohm = amplitude(signal, rate, means.hz) * 1e-6 / (means.nanoampere * 1e-9) - means.series_ohm
    return max(0.0, float(ohm))


def amplitude(signal: NDArray[np.float64], rate: float, hz: float) -> float:
    """Amplitude of one frequency in a signal, beside an offset and a drift (least squares).

    >>> t = np.arange(500) / 250
    >>> round(amplitude(3 * np.sin(2 * np.pi * 31.25 * t + 1) + 100 + 5 * t, 250, 31.25), 6)
    3.0
    """
    t = np.arange(len(signal)) / rate
    around = 2 * pi * hz * t
    model = np.stack([np.sin(around), np.cos(around), np.ones_like(t), t], axis=1)
    sine, cosine, *_ = np.linalg.lstsq(model, signal, rcond=None)[0]
    return sqrt(sine**2 + cosine**2)
