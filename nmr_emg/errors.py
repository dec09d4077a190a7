"""What can go wrong, sorted by what the user can do about it.

NmrEmgError
├── ConfigError (ValueError)        change a word, an option or a file
├── DriverError (OSError)           look at the board, the cable, the port
│   ├── DriverStalled (TimeoutError)    it sends nothing any more
│   └── DeviceLost                      it is gone
├── RecordingError (OSError)        look at the file or the disk
└── SafetyError (ValueError)        a stimulation programme that must not exist
"""


class NmrEmgError(Exception):
    """Any error this package raises on purpose; its text says what, where and what to do."""


class ConfigError(NmrEmgError, ValueError):
    """The user's words or a settings file are wrong."""


class DriverError(NmrEmgError, OSError):
    """A source of samples failed."""


class DriverStalled(DriverError, TimeoutError):  # noqa: N818  (named for what happened)
    """A source of samples sends nothing any more."""


class DeviceLost(DriverError):  # noqa: N818
    """A board is gone: unplugged, switched off or out of reach."""


class RecordingError(NmrEmgError, OSError):
    """A recording can't be read or written."""


class SafetyError(NmrEmgError, ValueError):
    """A stimulation programme is over a limit and cannot be constructed."""
