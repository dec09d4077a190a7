"""Optional libraries, imported when they are needed and not before."""

from importlib import import_module
from types import ModuleType

from nmr_emg.errors import ConfigError


def need(module: str, extra: str) -> ModuleType:
    """Import `module`, or say which extra brings it.

    Raises:
        ConfigError: the library is not installed; the text holds the line that installs it.

    >>> need("json", "all").loads("[1]")
    [1]
    >>> need("no_such_library", "gui")
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: this needs no_such_library; install it with: pip install "nmr-emg[gui]"
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        wanted = error.name or module
        raise ConfigError(f'this needs {wanted}; install it with: pip install "nmr-emg[{extra}]"') from error
    except (
        ImportError,
        OSError,
        RuntimeError,
    ) as error:  # the last two: a shared library behind it is missing
        raise ConfigError(
            f"{module} is installed but does not load: {' '.join(str(error).split())}"
        ) from error
