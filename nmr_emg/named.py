"""Things chosen by name: those of this package by a table, those of other packages by entry point."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from nmr_emg.errors import ConfigError


def settings_class(what: str, name: str, table: Mapping[str, str], group: str) -> type[Any]:
    """The dataclass of settings that goes by a name.

    Args:
        what: "stage", "framing", for the text of an error.
        name: what it is called.
        table: "module:Class" by name, of this package.
        group: entry points under which other packages offer more.

    Raises:
        ConfigError: nothing is called so, or it is no dataclass.
    """
    if name in table:
        module, _, attribute = table[name].partition(":")
        found = getattr(import_module(module), attribute)
    else:
        foreign = {point.name: point for point in entry_points(group=group)}
        if name not in foreign:
            raise ConfigError(f"there is no {what} {name!r}; there are {', '.join([*table, *foreign])}")
        found = foreign[name].load()
    if not (isinstance(found, type) and is_dataclass(found)):
        raise ConfigError(f"the {what} {name!r} is no dataclass of settings")
    return found
