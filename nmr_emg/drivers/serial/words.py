"""Why a serial port can't be opened, in words that say what to do."""

import errno
import sys

from nmr_emg.drivers.serial.access import group_of, holders
from nmr_emg.drivers.serial.discovery import listed, ports
from nmr_emg.errors import ConfigError, DeviceLost, DriverError, NmrEmgError

_ABSENT = frozenset({errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO})
_DENIED = frozenset({errno.EACCES, errno.EPERM})
_BUSY = frozenset({errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK})
_UNPLUGGED = (
    "readiness to read but returned no data",
    "Input/output error",
    "Device not configured",
    "ClearCommError",
)
"""What pyserial says on Linux, macOS and Windows when a cable is pulled; it would tell a user nothing new."""
_NO_PORT = frozenset({errno.ENOTTY, errno.EINVAL, errno.EISDIR})


def not_opened(name: str, baud: int, error: Exception) -> NmrEmgError:
    """The error to raise for what pyserial raised at opening.

    pyserial gives the number of the system's error on Linux and macOS, and only its text on Windows, where access is
    denied when another program has the port.

    >>> print(not_opened("COM3", 9600, OSError("could not open port 'COM3': PermissionError(13, 'Access is denied.')")))
    the port COM3 is in use by another program; close that (a serial monitor, another window) and try again
    """
    if isinstance(error, ValueError | NotImplementedError):
        return ConfigError(f"the port {name} can't be opened at {baud} baud: {error}")
    if "://" in name:
        return DriverError(
            f"{name} can't be opened: {error}; check the address, and that its other end listens"
        )
    return _refused(name, str(error), getattr(error, "errno", None))


def _refused(name: str, text: str, number: int | None) -> DriverError:
    if "PermissionError(13" in text or number in _BUSY:
        return _busy(name)
    if number in _DENIED:
        return _denied(name)
    if "FileNotFoundError" in text or number in _ABSENT:
        return _absent(name)
    if number in _NO_PORT or "Could not configure port" in text:
        return DriverError(f"{name} is no serial port ({text}); {there()}")
    return DriverError(f"the port {name} can't be opened: {text}; unplug the board and plug it in again")


def lost(name: str, doing: str, error: Exception) -> DeviceLost:
    """The error to raise for what pyserial raised later on."""
    usual = any(sign in str(error) for sign in _UNPLUGGED)
    return DeviceLost(
        f"lost the board on {name} while {doing}: it was unplugged or switched off; check its cable and its power"
        + ("" if usual else f" ({error})")
    )


def _busy(name: str) -> DriverError:
    by = " and ".join(holders(name)) or "another program"
    return DriverError(
        f"the port {name} is in use by {by}; close that (a serial monitor, another window) and try again"
    )


def _denied(name: str) -> DriverError:
    group = None if sys.platform == "win32" else group_of(name)
    if group is None or not group.opens:
        return DriverError(f"you may not open the port {name}; nmr-emg doctor says more")
    return DriverError(f"you may not open the port {name}: {group.fix}")


def _absent(name: str) -> DriverError:
    return DriverError(f"there is no port {name}; check that the board is plugged in and on; {there()}")


def there() -> str:
    """The serial ports that are there, as a part of a sentence."""
    return listed(ports())
