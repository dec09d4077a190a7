"""A board that is unplugged while it is recorded: the same file goes on, with a gap as long as it was away."""

import json

import numpy as np
import pytest

from nmr_emg.cli.app import main
from nmr_emg.fake import FakeBoard
from nmr_emg.recordings.openings import open_recording
from nmr_emg.testing import collect

pytest.importorskip("serial")
pytest.importorskip("termios")


@pytest.fixture
def recorded(tmp_path, capsys):
    """A fake Cyton, recorded; gives the board, exit code, summary, what was said, and the file's blocks."""

    def record(fault, *words):
        path = tmp_path / "a.h5"
        with FakeBoard("cyton", [fault]) as fake:
            given = ("--device", "cyton", "--port", fake.port, "-o", str(path), "--json", *words)
            code = main(["record", *given])
        out, err = capsys.readouterr()
        with open_recording(path) as file:
            return fake, code, json.loads(out or "null"), err, collect(file)

    return record


def moments(fake, raw):
    """When each row was truly sampled; rows are known by their values, which the fake board never repeats."""
    by_values = {sample.values: sample.time for sample in fake.sent}
    return np.array([by_values[tuple(map(int, row))] for row in raw])


def test_unplugged_and_plugged_in_again(recorded):
    fake, code, summary, err, kept = recorded("unplug=1@1.5s", "--seconds", "6")
    assert code == 0
    assert summary["samples"] + summary["lost"] == 1500
    (gap,) = summary["gaps"]
    told = [line for line in err.splitlines() if "Cyton" in line or "lost" in line or "again" in line]
    assert "trying again" in told[0]
    assert "samples come again" in told[1]
    raw, index = kept.track("raw"), np.concatenate([np.arange(b.start, b.stop) for b in kept.blocks])
    when = moments(fake, raw)
    at = int(np.flatnonzero(np.diff(index) > 1)[0])
    assert (gap["start"], gap["samples"]) == (index[at] + 1, index[at + 1] - index[at] - 1)
    # Index and true time go together across the outage; 5 samples are 20 ms, about what a system may hold bytes for.
    assert (when[at + 1] - when[at]) * 250 == pytest.approx(index[at + 1] - index[at], abs=5)
    away = next(event for event in kept.events if event.kind == "device" and "state" in event.data)
    assert away.data["seconds"] == pytest.approx(when[at + 1] - when[at], abs=0.02)


def test_unplugged_for_good(recorded):
    _, code, summary, err, kept = recorded("unplug@1s", "--seconds", "20", "--patience", "0.5")
    assert (code, summary) == (1, None)
    assert "did not come back within 0.5 s" in err
    assert "a.h5 holds the 1.0 s that came before" in err
    assert "Traceback" not in err
    assert sum(block.rows for block in kept.blocks) == pytest.approx(250, abs=25), "what came is in the file"
    _, code, _, err, _ = recorded("unplug@1s", "--seconds", "20", "--patience", "0", "--force")
    assert code == 1
    assert "trying again" not in err
    assert "check its cable" in err


def test_what_the_board_says_is_printed_once_while_it_streams(recorded):
    _, code, summary, err, _ = recorded("text=Failure: too warm$$$@/100", "--seconds", "2")
    assert code == 0
    assert err.count("nmr-emg: Failure: too warm$$$") == 1
    assert summary["notices"] == ["Failure: too warm$$$"]
