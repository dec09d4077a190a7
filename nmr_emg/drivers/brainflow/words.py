"""BrainFlow's exit codes in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

from nmr_emg.errors import DriverError

MEANINGS = MappingProxyType(
    {
        1: "the port is in use by another program; close that",
        2: "the port can't be opened; check its name, the cable and your permissions",
        3: "the port can't be set up; check that it belongs to this board",
        4: "the board takes no commands; check that it is on and near",
        5: "the board sent something else than this board sends; check which board it is",
        6: "the board did not say who it is; check that it is on and near",
        7: "the board is not ready, or was not found; check that it is on and near",
        8: "the board streams already",
        9: "the buffer has an impossible size",
        10: "the thread that reads the board can't be started",
        11: "the board does not stream",
        12: "there is nothing to read yet",
        13: "an argument is missing or wrong; see --set (serial_port, mac_address, ip_address, file, ...)",
        14: "this board is not supported on this system",
        15: "the board was not opened",
        16: "this program has the board open already",
        17: "the board failed for a reason that BrainFlow does not tell",
        18: "the board did not answer in time; check that it is on and near",
        19: "BrainFlow's list of boards is missing; install brainflow anew",
        20: "this board sends no such data",
    }
)
"""What a user can do about an exit code of BrainFlow."""


@contextmanager
def in_words(doing: str) -> Iterator[None]:
    """Turn BrainFlow's error codes into words.

    Raises:
        DriverError: BrainFlow failed.
    """
    from brainflow.exit_codes import BrainFlowError  # noqa: PLC0415  (optional; loaded by now)

    try:
        yield
    except BrainFlowError as error:
        meaning = MEANINGS.get(error.exit_code, "an error that BrainFlow does not name")
        # Its frames hold the board; what lives on in them would be cleaned up at a time of nobody's choosing.
        raise DriverError(f"{doing}: {meaning} (BrainFlow says {error})") from error.with_traceback(None)
