"""`doctor`: what is installed, what is missing, and what to do about it."""

import platform
import shutil
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from nmr_emg import __version__, content
from nmr_emg.cli import options as opt
from nmr_emg.cli.boards import boards, look_through
from nmr_emg.cli.check import Check
from nmr_emg.cli.port_checks import check_ports
from nmr_emg.cli.say import line, print_json
from nmr_emg.dsp.profile import broken, profiles
from nmr_emg.errors import ConfigError
from nmr_emg.extras import need
from nmr_emg.gui.qt import check_display, has_display, load

LIBRARIES = ("numpy", "scipy", "h5py", "typer", "rich")
QT = "PySide6-Essentials"
EXTRAS = (
    ("gui", "PySide6.QtWidgets", QT, "the window"),
    ("gui", "pyqtgraph", "pyqtgraph", "the window"),
    ("brainflow", "brainflow.board_shim", "brainflow", "BrainFlow boards"),
    ("serial", "serial", "pyserial", "boards on a serial port"),
    ("lsl", "pylsl", "pylsl", "LSL streams"),
    ("fast", "numba", "numba", "speed alone"),
)
LEAST_FREE = 1e9


def doctor(json: opt.Json = False) -> None:
    """Look at versions, extras, display, ports, content and disk; say what to do about each problem."""
    checks = look()
    ok = all(check.ok is not False for check in checks)
    if json:
        print_json({"ok": ok, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            mark = {True: "ok ", False: "bad", None: "–  "}[check.ok]
            line(f"{mark} {check.name}: {check.detail}" + (f"\n      {check.fix}" if check.fix else ""))
    if not ok:
        raise typer.Exit(1)


def look() -> list[Check]:
    """All checks."""
    return [
        Check("nmr-emg", True, f"{__version__} on Python {platform.python_version()}, {platform.platform()}"),
        *(Check(name, True, version(name)) for name in LIBRARIES),
        *(_extra(*extra) for extra in EXTRAS),
        _display(),
        *check_ports(),
        *_content(),
        _disk(Path.cwd()),
    ]


def _extra(extra: str, module: str, package: str, what: str) -> Check:
    try:
        found = version(package)
    except PackageNotFoundError:
        return Check(package, None, f"not installed; needed for {what}", f'pip install "nmr-emg[{extra}]"')
    try:
        load() if package == QT else need(module, extra)
    except ConfigError as error:
        return Check(package, False, str(error), f'or reinstall: pip install --force-reinstall "{package}"')
    return Check(package, True, found)


def _display() -> Check:
    if has_display():
        try:
            check_display()
        except ConfigError as error:
            return Check("display", False, str(error), "until then: nmr-emg demo --headless")
        return Check("display", True, "there is one")
    return Check("display", None, "none; `nmr-emg demo` shows its bars in the terminal")


def _content() -> list[Check]:
    wrong = [_wrong(error) for error in broken().values()]
    try:
        count = len(boards()), len(profiles())
        look_through()
    except ConfigError as error:
        return [*wrong, _wrong(error)]
    detail = f"{count[0]} devices, {count[1]} profiles; your own go into {content.user_folder()}"
    return [*wrong, Check("content", True, detail)]


def _wrong(error: ConfigError) -> Check:
    return Check("content", False, str(error), "correct the file or move it away")


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB free in {folder}"
    return Check(
        "disk", free >= LEAST_FREE, detail, None if free >= LEAST_FREE else "free some space before recording"
    )
