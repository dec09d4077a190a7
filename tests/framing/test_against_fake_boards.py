"""Boards' files against fake boards, which share no code with them: the same samples, whatever happens on the way."""

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from nmr_emg.drivers.serial.board import load_board
from nmr_emg.drivers.serial.fitting import fit
from nmr_emg.fake import stream
from nmr_emg.timing.counter import unwrap

FILES = Path(__file__).resolve().parents[2] / "drivers"

BOARDS = {
    "cyton": {},
    "cyton-daisy": {},
    "chords": {},
    "spikerbox": {},
    "olimex": {},
    "bitalino": {"channels": 4},
    "knight": {},
    "freeeeg32": {},
    "umyo": {},
    "hackeeg": {},
}
UNCOUNTED = {"spikerbox"}


@cache
def fitted(name):
    return fit(load_board(FILES / f"{name}.toml"), {})


def read(name, data):
    """The EMG columns of a stream, and the ids."""
    made = fitted(name)
    frames = made.framing.start()(data, final=True)
    return frames.values[:, list(made.info.emg)].astype(np.int64), frames.ids, frames.notes


@pytest.mark.parametrize("name", BOARDS)
def test_every_sample_is_read_as_it_was_taken(name):
    data, truth = stream(name, 1200, signal="counting", **BOARDS[name])
    values, ids, notes = read(name, data)
    assert np.array_equal(values, truth.values())
    assert [note for note in notes if note.kind == "damage"] == []
    if name not in UNCOUNTED:
        assert np.array_equal(unwrap(fitted(name).framing.counting)(ids), truth.indices())


@pytest.mark.parametrize("name", sorted(set(BOARDS) - UNCOUNTED))
@pytest.mark.parametrize("lost", [1, 2, 7])
def test_frames_never_sent_leave_a_gap_of_their_length(name, lost):
    data, truth = stream(name, 600, [f"drop={2 * lost}@200", f"drop={2 * lost}@401"], **BOARDS[name])
    values, ids, _ = read(name, data)
    assert np.array_equal(values, truth.values())
    assert np.array_equal(unwrap(fitted(name).framing.counting)(ids), truth.indices())


FAULTS = ("flip@2%", "drop_bytes=1@2%", "truncate@2%", "insert@2%", "burst@1%", "duplicate@1%")


@pytest.mark.parametrize("name", sorted(set(BOARDS) - UNCOUNTED - {"bitalino"}))
def test_whole_frames_are_kept_among_broken_ones(name):
    kept = sent = 0
    for seed in range(3):
        data, truth = stream(name, 1500, FAULTS, seed, **BOARDS[name])
        values, _, _ = read(name, data)
        whole = Counter(map(tuple, truth.values().tolist()))
        kept += sum((whole & Counter(map(tuple, values.tolist()))).values())
        sent += sum(whole.values())
    assert kept >= 0.999 * sent


def test_frames_without_a_sync_byte_are_found_again():
    data, truth = stream("bitalino", 5000, FAULTS, 1, channels=4)
    values, _, _ = read("bitalino", data)
    whole = Counter(map(tuple, truth.values().tolist()))
    assert sum((whole & Counter(map(tuple, values.tolist()))).values()) >= 0.97 * sum(whole.values())
