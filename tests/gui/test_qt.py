import sys

import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.gui import qt


@pytest.fixture
def linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def refuse(text):
    def need(module, extra):
        raise ConfigError(f"{module} is installed but does not load: {text}")

    return need


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "libegl1"),
        ("libGL.so.1", "libgl1"),
        ("libxkbcommon.so.0", "libxkbcommon0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libfontconfig.so.1", "libfontconfig1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_a_missing_system_library_names_its_package(monkeypatch, linux, library, package):
    monkeypatch.setattr(
        qt, "need", refuse(f"{library}: cannot open shared object file: No such file or directory")
    )
    with pytest.raises(ConfigError) as caught:
        qt.load()
    assert library in str(caught.value)
    command = str(caught.value).split("apt-get install ")[1].split()
    assert package in command
    assert "\n" not in str(caught.value)


def test_all_that_lack_are_named_at_once(monkeypatch):
    gone = {"libEGL.so.1", "libxcb-cursor.so.0"}
    monkeypatch.setattr(qt, "_lacking", lambda name: name if name in gone else None)
    assert qt.missing_text("libEGL.so.1").endswith("apt-get install libegl1 libxcb-cursor0")


def test_an_unknown_library_is_named_without_a_wrong_package(monkeypatch):
    monkeypatch.setattr(qt, "_lacking", lambda name: None)
    text = qt.missing_text("libodd.so.7")
    assert "libodd.so.7" in text
    assert "apt-get" not in text


def test_a_missing_pyside_stays_what_it_is(monkeypatch, linux):
    def need(module, extra):
        raise ConfigError('this needs PySide6; install it with: pip install "nmr-emg[gui]"')

    monkeypatch.setattr(qt, "need", need)
    with pytest.raises(ConfigError, match="pip install"):
        qt.load()


def test_no_display_is_said_before_qt_ends_the_program(linux):
    with pytest.raises(ConfigError, match="DISPLAY"):
        qt.check_display()


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_a_platform_without_a_display_is_let_through(monkeypatch, linux, platform):
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    qt.check_display()


def test_a_library_of_the_x_plug_in_is_named(monkeypatch, linux):
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setattr(qt, "_lacking", lambda name: "libxcb-cursor.so.0" if "xcb" in name else None)
    monkeypatch.setattr(qt.Path, "is_file", lambda self: True)
    with pytest.raises(ConfigError, match="libxcb-cursor0"):
        qt.check_display()
