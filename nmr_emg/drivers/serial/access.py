"""Who may open a serial port, and who has it open, as Linux and macOS tell it."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Group:
    """The group that a port belongs to, and how this user stands to it.

    Args:
        name: of the group ("dialout", "uucp", …).
        user: who asks.
        opens: whether the group may read and write the port.
        listed: whether the user is listed in the group.
        active: whether this login has the group: one made before the user was added has not.

    >>> Group("dialout", "anna", opens=True, listed=False, active=False).fix
    'sudo usermod -a -G dialout anna, then log out and in again'
    """

    name: str
    user: str
    opens: bool
    listed: bool
    active: bool

    @property
    def fix(self) -> str:
        """What to do so that this user may open the port."""
        if not self.opens or self.name == "root":
            return (
                'let a group open it: echo \'SUBSYSTEM=="tty", GROUP="dialout", MODE="0660"\' | '
                "sudo tee /etc/udev/rules.d/50-serial.rules, and plug the board in again"
            )
        if self.active:
            return (
                f"you are in its group {self.name}, yet the system refuses; try: sudo chmod g+rw on the port"
            )
        if self.listed:
            return f"you are in its group {self.name}, but only since after this login: log out and in again"
        return f"sudo usermod -a -G {self.name} {self.user}, then log out and in again"


def group_of(port: str) -> Group | None:
    """The group of a port; `None` where there is no such port or no groups."""
    if sys.platform == "win32":
        return None
    import grp  # noqa: PLC0415  (not there on Windows)
    import pwd  # noqa: PLC0415

    try:
        status = Path(port).stat()
        user = pwd.getpwuid(os.getuid())
        group = grp.getgrgid(status.st_gid)
    except (OSError, KeyError):
        return None
    return Group(
        group.gr_name,
        user.pw_name,
        opens=status.st_mode & 0o060 == 0o060,
        listed=user.pw_name in group.gr_mem or user.pw_gid == group.gr_gid,
        active=group.gr_gid in (os.getegid(), *os.getgroups()),
    )


def holders(port: str, proc: Path = PROC) -> list[str]:
    """Programs that have a port open, as far as this user may see: "picocom (process 4711)".

    Nothing is opened to find out, since opening a port resets many boards.
    """
    found = {*_locking(port, proc), *_opening(port, proc)} - {os.getpid()}
    return [f"{_called(pid, proc)} (process {pid})" for pid in sorted(found)]


def _locking(port: str, proc: Path) -> Iterator[int]:
    """Processes that hold a lock on the port; proc(5) has the format of the table."""
    with suppress(OSError, ValueError, IndexError):
        inode = Path(port).stat().st_ino
        for line in (proc / "locks").read_text().splitlines():
            words = line.split()
            if words[1] == "FLOCK" and int(words[5].split(":")[2]) == inode and int(words[4]) > 0:
                yield int(words[4])


def _opening(port: str, proc: Path) -> Iterator[int]:
    """Processes with the port among their open files; only those of the same user can be looked into."""
    real = Path(port).resolve()
    with suppress(OSError):
        for folder in proc.glob("[0-9]*/fd"):
            with suppress(OSError):
                if any(file.readlink() == real for file in folder.iterdir()):
                    yield int(folder.parent.name)


def _called(pid: int, proc: Path) -> str:
    try:
        return (proc / str(pid) / "comm").read_text().strip()
    except OSError:
        return "another program"
