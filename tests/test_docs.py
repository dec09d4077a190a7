"""The words keep up with the program: what they name exists, what exists they name, and their code runs."""

import json
import re
import runpy
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.main import get_command

from nmr_emg.cli.app import app, main
from nmr_emg.cli.devices import open_driver
from nmr_emg.drivers.simulation.disturbances import DISTURBANCES
from nmr_emg.drivers.simulation.options import OPTIONS
from nmr_emg.drivers.simulator import Simulator, load_scene, scenes
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.profile import profile_for, profiles
from nmr_emg.event import INPUT
from nmr_emg.montage import load_montage
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.registry import STAGES
from nmr_emg.session import run
from nmr_emg.testing import Collected, collect

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md"), *DOCS.rglob("*.md")])
COMMANDS = get_command(app).commands

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Code:
    """One block of code on a page."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(language: str) -> list[Code]:
    return [code for code in _blocks() if code.language == language]


def _blocks() -> Iterator[Code]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            yield Code(page, text.count("\n", 0, found.start()) + 2, found[1], found[2])


def words(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", words(page), re.MULTILINE | re.DOTALL)
    assert found, f"docs/{page} has no heading '## {title}'"
    return found[1]


def row(page: str, name: str) -> str:
    """The table row that begins with a name."""
    found = re.search(rf"^\| `{re.escape(name)}` \|.*$", words(page), re.MULTILINE)
    assert found, f"docs/{page} has no row for `{name}`"
    return found[0]


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Path:
    """A recording as the pages speak of it, with bursts, a reference and a gap."""
    path = tmp_path_factory.mktemp("docs") / "session.h5"
    driver = Simulator("bridge", seconds=20, disturbances=["lost_packets"])
    run(driver, profile_for(driver.info).chain(), Recorder(path, driver.info, {}))
    return path


# Code on the pages


@pytest.mark.parametrize("code", blocks("python"), ids=str)
def test_python_on_a_page_runs(code, session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "session.h5").write_bytes(session.read_bytes())
    (tmp_path / "block.py").write_text(code.text, encoding="utf-8")
    runpy.run_path("block.py", run_name="__main__")


@pytest.mark.parametrize("code", blocks("toml"), ids=str)
def test_toml_on_a_page_is_toml(code):
    assert tomllib.loads(code.text)


def test_the_montage_on_the_page_works(tmp_path):
    path = tmp_path / "montage.toml"
    path.write_text(next(c.text for c in blocks("toml") if c.page.name == "commands.md"), encoding="utf-8")
    montage = load_montage(path)
    info = montage.apply(Simulator("bridge").info)
    assert info.labels[:2] == ("vm", "bf")
    assert montage.pairs == (("vm", "bf"),)


def test_the_board_on_the_page_can_be_named_as_a_device(tmp_path, monkeypatch):
    code = next(c.text for c in blocks("python") if c.page.name == "boards.md")
    points = tomllib.loads(next(c.text for c in blocks("toml") if c.page.name == "boards.md"))
    (tmp_path / "tone_board.py").write_text(code, encoding="utf-8")
    made = tmp_path / "tone_board-1.dist-info"
    made.mkdir()
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: tone-board\nVersion: 1\n")
    named = points["project"]["entry-points"]["nmr_emg.drivers"]
    (made / "entry_points.txt").write_text(
        "[nmr_emg.drivers]\n" + "".join(f"{name} = {where}\n" for name, where in named.items())
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with open_driver("tone:60", {}) as driver:
        assert driver.info.device == "tone of 60 Hz"
    assert main(["record", "--device", "tone:60", "--seconds", "0.4", "-o", str(tmp_path / "a.h5")]) == 0


# Commands


def invocations() -> Iterator[tuple[str, list[str]]]:
    """Every `nmr-emg …` on the pages, in blocks and in the text, as words."""
    start = r"(?:\$ |    )?(?:\S*[/\\])?nmr-emg"
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = re.findall(rf"^{start} +(.+)$", "\n".join(f[2] for f in FENCE.finditer(text)), re.MULTILINE)
        lines += re.findall(r"^    nmr-emg +(.+)$", text, re.MULTILINE)
        lines += re.findall(rf"`{start} +([^`\n]+)`", text)
        for line in lines:
            said = shlex.split(line.replace("\\", "/"), comments=True)
            if said and not said[0].startswith("["):
                yield f"{page.relative_to(ROOT)}: nmr-emg {line}", said


def test_commands_on_the_pages_exist_with_their_options():
    found = list(invocations())
    assert len(found) > 20
    for where, said in found:
        rest = said[2:] if said[0] == "--content" else said
        if rest[0] in {"COMMAND", "--help", "--version"}:
            continue
        assert rest[0] in COMMANDS, where
        known = {opt for param in COMMANDS[rest[0]].params for opt in param.opts} | {"--help"}
        assert {word.partition("=")[0] for word in rest[1:] if re.match(r"-\w|--\w", word)} <= known, where


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_described(name):
    text = section("commands.md", name)
    for param in COMMANDS[name].params:
        for opt in param.opts if param.param_type_name == "option" else ():
            assert opt == "--help" or re.search(rf"`{opt}[ `]", text), f"{opt} of {name}"


FREE = {"refused", "cautions", "delays_ms"}
"""Their keys are metrics and stages, not names of ours."""


def keys(found: object) -> set[str]:
    if isinstance(found, list):
        return {key for one in found for key in keys(one)}
    if isinstance(found, dict):
        return set(found) | {k for key, one in found.items() if key not in FREE for k in keys(one)}
    return set()


PRINTED = {
    "record": ["replay", "session.h5", "--speed", "max"],
    "info": ["info", "session.h5"],
    "analyze": ["analyze", "session.h5", "--pair", "gmax_r:bf_r"],
    "report": ["report", "session.h5", "-o", "report.html"],
    "recover": ["recover", "session.h5"],
    "devices": ["devices"],
    "doctor": ["doctor"],
}


@pytest.mark.parametrize("name", PRINTED)
def test_every_key_that_is_printed_is_described(name, session, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "session.h5").write_bytes(session.read_bytes())
    main([*PRINTED[name], "--json"])
    text = section("commands.md", name)
    missing = {key for key in keys(json.loads(capsys.readouterr().out)) if f"`{key}`" not in text}
    assert not missing


def test_the_keys_of_the_demo_are_described():
    assert {"`session`", "`report`", "`screen`"} <= set(re.findall(r"`\w+`", section("commands.md", "demo")))


# What exists is described


@pytest.mark.parametrize("name", profiles())
def test_a_profile_is_described_with_its_band_and_what_it_refuses(name):
    profile = profiles()[name]
    told = row("metrics.md", name)
    band = next(one for one in profile.chain().stages if isinstance(one, Bandpass))
    if band.high is not None:
        assert f"{band.low:g}–{band.high:g}" in told
    if name != "generic" and profile.rates:
        assert f"{profile.rates[0]:g}–{profile.rates[1]:g}" in told
    for metric in (*profile.refused, *profile.cautions):
        assert metric in told


@pytest.fixture(scope="module")
def processed() -> Collected:
    driver = Simulator("bridge", seconds=20, disturbances=["lead_off", "lost_packets"])
    return collect(driver, profile_for(driver.info).chain(pairs=(("gmax_r", "bf_r"),)))


def test_every_stage_and_track_is_described(processed):
    for name in STAGES:
        assert f"`{name}`" in words("metrics.md"), name
    for track in processed.blocks[0].tracks:
        row("metrics.md", track)


def test_every_kind_of_event_is_described(processed):
    seen = {event.kind for event in processed.events}
    assert {"onset", "offset", "referenced", "rested", "quality", "gap", "trial", "truth", "goal"} <= seen
    for kind in seen | INPUT:
        assert f"`{kind}`" in words("architecture.md"), kind


@pytest.mark.parametrize("name", scenes())
def test_a_scene_is_described_with_its_length_and_channels(name):
    scene = load_scene(name)
    told = row("boards.md", name)
    assert f"| {scene.seconds:g} |" in told
    assert all(f"`{label}`" in told for label in scene.labels)


@pytest.mark.parametrize("name", [*OPTIONS, *DISTURBANCES])
def test_a_setting_of_the_simulator_is_described(name):
    row("boards.md", name)


def test_every_extra_is_in_the_readme():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for extra in project["optional-dependencies"]:
        assert f"| `{extra}` |" in readme, extra


def test_the_picture_names_every_stage():
    picture = words("architecture.svg")
    for name in STAGES:
        assert name in picture, name
