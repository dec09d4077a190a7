"""The commands as their users script against them: keys, exit codes, one clear line for a mistake."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from nmr_emg import __version__
from nmr_emg.cli.app import main

SUMMARY = {
    "file", "device", "rate", "rate_effective", "seconds", "samples", "lost", "gaps", "dropped_blocks", "events", "latency_ms",
}  # fmt: skip


@pytest.fixture
def nmr(capsys):
    """Run a command; its exit code, what `--json` printed, and stderr."""

    def run(*words: object) -> tuple[int, object, str]:
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        found = json.loads(out, parse_constant=pytest.fail) if out.strip().startswith(("{", "[")) else out
        return code, found, err

    return run


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Path:
    """Four seconds of the simulator with a gap, as a user records them."""
    path = tmp_path_factory.mktemp("recorded") / "session.h5"
    words = ["--device", "simulator", "--seconds", "4", "--set", "disturb=lost_packets", "--json"]
    assert main(["record", *words, "-o", str(path)]) == 0
    return path


def test_record_prints_the_summary_and_leaves_a_file(nmr, tmp_path):
    path = tmp_path / "a.h5"
    code, summary, err = nmr("record", "--device", "simulator", "--seconds", 2, "-o", path, "--json")
    assert code == 0
    assert summary.keys() >= SUMMARY
    assert (summary["file"], summary["rate"], summary["samples"]) == (str(path), 250.0, 500)
    assert summary["rate_effective"] == pytest.approx(250, rel=0.02)
    assert 0 < summary["latency_ms"]["p50"] <= summary["latency_ms"]["p95"]
    assert "Traceback" not in err


def test_record_names_channels(nmr, tmp_path):
    montage = tmp_path / "montage.toml"
    montage.write_text(
        'pairs = [["vm", "bf"]]\n[[channel]]\nindex = 1\nlabel = "bf"\nmuscle = "biceps femoris"\nside = "right"\n'
    )
    path = tmp_path / "a.h5"
    words = (
        "--device",
        "simulator",
        "--seconds",
        1,
        "--channel",
        "0=vm",
        "--montage",
        montage,
        "-o",
        path,
        "--json",
    )
    assert nmr("record", *words)[0] == 0
    _, found, _ = nmr("info", path, "--json")
    first, second = found["channels"][:2]
    assert (first["label"], second["label"], second["muscle"], second["side"]) == (
        "vm",
        "bf",
        "biceps femoris",
        "right",
    )


def test_info_of_a_recording(nmr, recorded):
    code, found, _ = nmr("info", recorded, "--json")
    assert code == 0
    keys = [
        "format",
        "kind",
        "rate",
        "samples",
        "seconds",
        "channels",
        "gaps",
        "events",
        "start_time",
        "device",
        "schema_version",
    ]
    assert found.keys() >= set(keys)
    assert (found["format"], found["kind"], found["schema_version"]) == ("nmr-emg", "raw", 1)
    assert found["samples"] + sum(gap["samples"] for gap in found["gaps"]) == pytest.approx(
        4 * found["rate"], abs=1
    )
    assert found["channels"][0].keys() >= {"label", "muscle", "side", "role", "unit"}


@pytest.mark.parametrize("speed", ["max", "10"])
def test_replay_gives_the_same_samples_and_losses(nmr, recorded, speed, tmp_path):
    code, again, _ = nmr("replay", recorded, "--speed", speed, "-o", tmp_path / "b.h5", "--json")
    assert code == 0
    assert again.keys() >= SUMMARY
    _, first, _ = nmr("info", recorded, "--json")
    _, second, _ = nmr("info", tmp_path / "b.h5", "--json")
    same = ("samples", "gaps", "channels", "rate", "events")
    assert [first[key] for key in same] == [second[key] for key in same]


def test_analyze_a_recording(nmr, recorded):
    code, found, _ = nmr("analyze", recorded, "--pair", "gmax_r:bf_r", "--channel", "gmax_r", "--json")
    assert code == 0
    assert found["profile"] == "cyton250"
    (channel,) = found["channels"]
    keys = {"label", "quality", "rest_uV", "snr_db", "rms_uV", "peak_uV", "mdf_hz", "bursts", "fatigue"}
    assert channel.keys() >= keys
    assert channel["quality"].keys() >= {"state", "reasons"}
    (pair,) = found["pairs"]
    assert pair.keys() >= {"a", "b", "score", "ci", "direction", "reason", "normalisation", "indices"}
    assert "order" in found


def test_a_reference_makes_pairs_percent(nmr, tmp_path):
    path = tmp_path / "bridge.h5"
    from nmr_emg.drivers.simulator import Simulator
    from nmr_emg.dsp.profile import profile_for
    from nmr_emg.recordings.recorder import Recorder
    from nmr_emg.session import run

    driver = Simulator("bridge", seconds=20)
    run(driver, profile_for(driver.info).chain(), Recorder(path, driver.info, {}))
    _, found, _ = nmr("analyze", path, "--pair", "gmax_r:bf_r", "--json")
    (pair,) = found["pairs"]
    assert pair["normalisation"] == "mvc_isometric"
    assert 0 < pair["score"] <= 100
    assert pair["ci"][0] <= pair["score"] <= pair["ci"][1]
    _, plain, _ = nmr("analyze", path, "--reference", "3.7:6.9", "--rest", "0.5:3", "--json")
    assert plain["channels"][0]["bursts"]


def test_devices_lists_boards_and_ports(nmr):
    code, found, _ = nmr("devices", "--json")
    assert code == 0
    assert {board["name"] for board in found["boards"]} >= {"simulator", "brainflow:synthetic"}
    assert all(
        board.keys() == {"name", "driver", "description", "rate", "channels"} for board in found["boards"]
    )
    assert all(port.keys() == {"port", "description", "board"} for port in found["ports"])


def test_doctor_says_what_to_do(nmr):
    _, found, _ = nmr("doctor", "--json")
    assert all(check.keys() == {"name", "ok", "detail", "fix"} for check in found["checks"])
    assert all(check["fix"] for check in found["checks"] if check["ok"] is False)


def test_recover_leaves_a_sound_file_alone(nmr, recorded):
    before = recorded.read_bytes()
    code, found, _ = nmr("recover", recorded, "--json")
    assert code == 0
    assert found.keys() >= {"readable", "samples", "lost_seconds", "why"}
    assert found["readable"]
    assert recorded.read_bytes() == before


def test_report_writes_one_page(nmr, recorded, tmp_path):
    code, found, _ = nmr("report", recorded, "-o", tmp_path / "r.html", "--json")
    assert code == 0
    assert found == {"written": str(tmp_path / "r.html")}
    assert "gluteus maximus" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_demo_without_a_window(nmr, tmp_path):
    code, found, _ = nmr("demo", "--headless", "--seconds", 3, "--out", tmp_path / "d", "--json")
    assert code == 0
    assert found.keys() >= SUMMARY | {"session", "report", "screen"}
    assert Path(found["session"]).is_file()
    assert Path(found["report"]).is_file()
    assert found["screen"] is None or Path(found["screen"]).read_bytes().startswith(b"\x89PNG")


WRONG = {
    "unknown command": (["recrd"], "record"),
    "unknown option": (["info", "x", "--fast"], "--fast"),
    "no device": (["record", "-o", "x.h5"], "--device"),
    "unknown device": (["record", "--device", "oboe", "-o", "x.h5"], "simulator"),
    "unknown setting": (["record", "--device", "simulator", "--set", "sceen=rest", "-o", "x.h5"], "scene"),
    "unknown stage": (
        ["record", "--device", "simulator", "--set", "envelop.window=1", "-o", "x.h5"],
        "envelope",
    ),
    "unknown scene": (["record", "--device", "simulator", "--set", "scene=dance", "-o", "x.h5"], "bridge"),
    "unknown profile": (["record", "--device", "simulator", "--profile", "lab", "-o", "x.h5"], "lab1000"),
    "bad channel": (["record", "--device", "simulator", "--channel", "a=b", "-o", "x.h5"], "INDEX=LABEL"),
    "channel too high": (
        ["record", "--device", "simulator", "--channel", "9=b", "-o", "x.h5"],
        "channels 0 to",
    ),
    "bad pair": (["record", "--device", "simulator", "--pair", "gmax_r", "-o", "x.h5"], "--pair"),
    "no such folder": (["record", "--device", "simulator", "-o", "no/such/x.h5"], "folder"),
    "no such file": (["info", "nothing.h5"], "nothing.h5"),
    "a folder": (["info", "."], "folder"),
    "bad speed": (["replay", "nothing.h5", "--speed", "fast"], "--speed"),
    "no such content": (["--content", "nowhere", "devices"], "nowhere"),
    "a window too long": (
        ["record", "--device", "simulator", "--set", "envelope.window=99999999999", "-o", "x.h5"],
        "0.001 to 60",
    ),
    "nothing to replay": (["record", "--device", "replay:nope.h5", "-o", "x.h5"], "nope.h5"),
    "a window on nothing": (["live", "--device", "oboe"], "simulator"),
    "no brainflow board": (["record", "--device", "brainflow:oboe", "-o", "x.h5"], "oboe"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_gets_one_line_and_exit_2(nmr, words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = nmr(*words)
    assert code == 2
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir()), "nothing may be left behind"


@pytest.mark.parametrize("what", ["empty", "binary", "text", "half"])
def test_a_bad_file_gets_one_line_and_exit_2(nmr, recorded, tmp_path, what):
    contents = {
        "empty": b"",
        "binary": np.random.default_rng(0).bytes(5000),
        "text": b"hello\n" * 100,
        "half": recorded.read_bytes()[: recorded.stat().st_size // 3],
    }
    path = tmp_path / "bad.h5"
    path.write_bytes(contents[what])
    for command in ("info", "analyze", "replay"):
        code, _, err = nmr(command, path)
        assert code == 2, err
        assert "bad.h5" in err
        assert "Traceback" not in err


def test_a_recording_is_not_overwritten_unasked(nmr, recorded):
    before = recorded.read_bytes()
    code, _, err = nmr("record", "--device", "simulator", "--seconds", 1, "-o", recorded)
    assert code == 2
    assert "--force" in err
    assert recorded.read_bytes() == before


def test_the_ganglion_task(nmr, real):
    folder = real / "openbci_ganglion_mi_s05"
    _, task, _ = nmr(
        "analyze", folder / "OpenBCI-RAW-S05_S1R0.txt", "--channel", "ch1", "--channel", "ch2", "--json"
    )
    expected = [(33, 39), (55, 60), (73, 79), (83, 89), (112, 117)]
    for channel in task["channels"]:
        groups = joined(channel["bursts"], 3.0)
        assert len(groups) == 5, groups
        for (on, off), (first, last) in zip(groups, expected, strict=True):
            assert on == pytest.approx(first, abs=2)
            assert off == pytest.approx(last, abs=2)
    _, rest, _ = nmr(
        "analyze", folder / "OpenBCI-RAW-S05_S1REST.txt", "--channel", "ch1", "--channel", "ch2", "--json"
    )
    assert [channel["bursts"] + channel["minor"] for channel in rest["channels"]] == [[], []]


def joined(bursts, closer):
    """Bursts joined where they are closer than so many seconds."""
    groups = []
    for burst in bursts:
        if groups and burst["onset"] - groups[-1][1] < closer:
            groups[-1][1] = burst["offset"]
        else:
            groups.append([burst["onset"], burst["offset"]])
    return groups


@pytest.mark.parametrize(
    ("name", "gaps"), [("18-10-55", [20, 20, 20, 20, 21] + 9 * [1]), ("18-21-34", 5 * [1])]
)
def test_the_lost_samples_of_2016(nmr, real, name, gaps):
    _, found, _ = nmr(
        "info", real / "openbci_cyton_emg_2016" / f"OpenBCI-RAW-2016-07-21_{name}.txt", "--json"
    )
    assert sorted(gap["samples"] for gap in found["gaps"]) == sorted(gaps)


def test_the_sd_card_opens(nmr, real):
    code, found, _ = nmr("info", real / "openbci_sd_hex" / "OBCI-01.TXT", "--json")
    assert (code, found["rate"], found["samples"], found["gaps"]) == (0, 250.0, 3282, [])


def test_a_reference_of_another_instrument_is_refused(nmr, recorded, real):
    other = real / "openbci_ganglion_mi_s05" / "OpenBCI-RAW-S05_S1R0.txt"
    code, _, err = nmr("analyze", recorded, "--reference", other, "--json")
    assert code == 2
    assert "ganglion200" in err
    assert "cyton250" in err


@pytest.mark.parametrize("out", ["session.h5", ".", "page.txt"])
def test_a_report_never_takes_the_place_of_something_else(nmr, recorded, out, tmp_path, monkeypatch):
    (tmp_path / "session.h5").write_bytes(recorded.read_bytes())
    monkeypatch.chdir(tmp_path)
    code, _, err = nmr("report", "session.h5", "-o", out)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert (tmp_path / "session.h5").read_bytes() == recorded.read_bytes()


@pytest.mark.parametrize(
    "words", [["doctor"], ["doctor", "--json"], ["devices"], ["analyze"], ["analyze", "--json"]]
)
def test_a_terminal_that_knows_only_ascii_is_spoken_to(recorded, words):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    file = [str(recorded)] if words[0] == "analyze" else []
    done = subprocess.run(
        [sys.executable, "-m", "nmr_emg", *words, *file], env=environment, capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr
    assert done.stdout
    if "--json" in words:
        assert json.loads(done.stdout.decode("ascii"))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_number_is_cut_off_however_narrow(recorded, width, capsys, monkeypatch):
    monkeypatch.setattr("nmr_emg.cli.reading.console", Console(width=width))
    assert main(["analyze", str(recorded)]) == 0
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert all(word in shown for word in ("rest µV", "peak µV", "minor", "gmax_r", "es_r"))


def test_the_version_is_printed_without_a_command(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"nmr-emg {__version__}\n"
