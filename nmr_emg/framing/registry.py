"""Names of framings, for boards' files. A new framing is one file and one line."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from nmr_emg.errors import ConfigError
from nmr_emg.framing import FRAMINGS, GROUP
from nmr_emg.framing.frames import Framing
from nmr_emg.named import settings_class
from nmr_emg.strict import read


@cache
def framing_class(kind: str) -> type[Any]:
    """The settings of a framing by its name.

    Raises:
        ConfigError: no framing is called so, or it is no dataclass.
    """
    return settings_class("framing", kind, FRAMINGS, GROUP)


def framing(kind: str, table: Mapping[str, Any], where: str) -> Framing:
    """A framing from its kind and its settings, as a board's file holds them.

    Args:
        kind: its name, a key of `FRAMINGS` or one that another package offers.
        table: its settings; `columns` is a list of tables, one a column.
        where: file and key, for the text of an error.

    Raises:
        ConfigError: a key is unknown or missing, or has an impossible value; the text names it.

    >>> framing("fixed", {"length": 2, "columns": [{"type": "u8", "at": 1}], "checks": [{"at": 0, "is": 165}]}, "").dtype
    'int32'
    >>> framing("fixed", {"size": 2}, "my.toml: framing")
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: my.toml: framing: there is no key 'size' here; the keys are length, columns, checks, \
counter, checksum, samples, stride, paired, text
    """
    try:
        found = framing_class(kind)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None
    made: Framing = read(found, table, where)
    return made
