"""Who may open a port and who has it: groups and locks of Linux."""

import os
import sys

import pytest

from nmr_emg.drivers.serial.access import Group, group_of, holders

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="groups and /proc")


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (
            Group("uucp", "anna", opens=True, listed=False, active=False),
            "sudo usermod -a -G uucp anna, then log out",
        ),
        (
            Group("dialout", "anna", opens=True, listed=True, active=False),
            "in its group dialout.*log out and in again",
        ),
        (Group("dialout", "anna", opens=True, listed=True, active=True), "the system refuses"),
        (Group("dialout", "anna", opens=False, listed=True, active=True), "udev"),
        (Group("root", "anna", opens=True, listed=False, active=False), "udev"),
    ],
)
def test_what_to_do_depends_on_the_group_that_really_owns_the_port(group, words):
    import re

    assert re.search(words, group.fix)
    assert "-G root" not in group.fix


def test_the_group_is_read_from_the_port(tmp_path):
    import grp

    file = tmp_path / "port"
    file.write_bytes(b"")
    file.chmod(0o660)
    group = group_of(str(file))
    assert group.name == grp.getgrgid(file.stat().st_gid).gr_name
    assert group.opens
    assert group.active
    file.chmod(0o600)
    assert not group_of(str(file)).opens
    assert group_of(str(tmp_path / "none")) is None


@pytest.fixture
def proc(tmp_path):
    """A /proc with two processes, as proc(5) describes it."""
    for pid, name in ((4711, "picocom"), (4712, "OpenBCI_GUI")):
        (tmp_path / "proc" / str(pid) / "fd").mkdir(parents=True)
        (tmp_path / "proc" / str(pid) / "comm").write_text(f"{name}\n")
    return tmp_path / "proc"


def test_open_files_and_locks_name_the_program_that_has_it(tmp_path, proc):
    port = tmp_path / "ttyUSB0"
    port.write_bytes(b"")
    alias = tmp_path / "by-id"
    alias.symlink_to(port)
    assert holders(str(port), proc) == []
    (proc / "4711" / "fd" / "3").symlink_to(port)
    assert holders(str(port), proc) == holders(str(alias), proc) == ["picocom (process 4711)"]
    (proc / "locks").write_text(
        "1: POSIX  ADVISORY  WRITE 77 08:01:1 0 EOF\n"
        f"2: FLOCK  ADVISORY  WRITE 4712 00:06:{port.stat().st_ino} 0 EOF\n"
        f"3: FLOCK  ADVISORY  WRITE {os.getpid()} 00:06:{port.stat().st_ino} 0 EOF\n"
        "4: -> nonsense\n"
    )
    assert holders(str(port), proc) == ["picocom (process 4711)", "OpenBCI_GUI (process 4712)"]
    assert holders(str(tmp_path / "gone"), proc) == []
    assert holders(str(port), tmp_path / "no-proc") == []
