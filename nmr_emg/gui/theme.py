"""Colours and letters, read from `gui/theme.toml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from nmr_emg.errors import ConfigError
from nmr_emg.gui.settings import read, take

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Colours:
    """One palette; every value is "#rrggbb".

    Args:
        background: behind everything.
        panel: behind a group of widgets.
        well: the empty part of a bar.
        line: frames and grids.
        text: what must be read.
        muted: what may be read.
        bar: a muscle below its goal.
        reached: a muscle at its goal.
        doubt: a muscle whose signal can't be trusted now.
        goal: the goal line.
        peak: the peak line.
        ok: mark of a good signal.
        warn: mark of a doubtful signal.
        bad: mark of a bad signal.
        trace: the filtered signal.
        envelope: the envelope over it.
        accent: buttons that are on, the balance needle.
        on_accent: text on `accent`.
        record: a recording that runs.
    """

    background: str
    panel: str
    well: str
    line: str
    text: str
    muted: str
    bar: str
    reached: str
    doubt: str
    goal: str
    peak: str
    ok: str
    warn: str
    bad: str
    trace: str
    envelope: str
    accent: str
    on_accent: str
    record: str

    @classmethod
    def from_table(cls, table: Mapping[str, Any], where: str) -> Self:
        """From a table of `theme.toml`.

        Raises:
            ConfigError: a colour is missing, unknown or not "#rrggbb".
        """
        names = [field.name for field in fields(cls)]
        for key in table:
            if key not in names:
                raise ConfigError(f"{where}: there is no colour {key!r}; there are {', '.join(names)}")
        values = {name: take(dict(table), name, str, where) for name in names}
        for name, value in values.items():
            if not _COLOUR.fullmatch(value):
                raise ConfigError(f'{where}: {name} is {value!r}; a colour is written "#rrggbb"')
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Theme:
    """A palette and the letters that go with it.

    Args:
        name: what it is called in `theme.toml`.
        colours: its palette.
        fonts: families, the first installed one is used.
        size: height of ordinary text (px).
        scale: by how much all text is enlarged.
    """

    name: str
    colours: Colours
    fonts: tuple[str, ...]
    size: int = 15
    scale: float = 1.0

    def px(self, times: float = 1.0) -> int:
        """Height of text `times` as large as ordinary text (px)."""
        return max(9, round(self.size * self.scale * times))

    def scaled(self, scale: float) -> Self:
        """The same theme with its text at another scale."""
        return replace(self, scale=scale)


def themes() -> dict[str, Theme]:
    """All themes by name, the one to open with first.

    Raises:
        ConfigError: `gui/theme.toml` is wrong; the text names the file, the table and the key.

    >>> sorted(themes())
    ['dark', 'high-contrast', 'light']
    """
    data, path = read("theme")
    fonts = take(data, "fonts", list, str(path))
    size, scale = (take(data, key, (int, float), str(path)) for key in ("size", "scale"))
    if not (8 <= size <= 40 and 0.5 <= scale <= 3):
        raise ConfigError(f"{path}: size is {size} and scale {scale}; they lie in 8 to 40 and 0.5 to 3")
    tables = {name: table for name, table in data.items() if isinstance(table, dict)}
    first = take(data, "theme", str, str(path))
    if first not in tables:
        raise ConfigError(f"{path}: theme is {first!r}; there are {', '.join(tables)}")
    return {
        name: Theme(
            name, Colours.from_table(tables[name], f"{path} [{name}]"), tuple(map(str, fonts)), size, scale
        )
        for name in sorted(tables, key=lambda name: name != first)
    }


def theme(name: str | None = None) -> Theme:
    """The theme called `name`, or the one to open with.

    Raises:
        ConfigError: there is none of that name.
    """
    have = themes()
    if name is None:
        return next(iter(have.values()))
    if name not in have:
        raise ConfigError(f"there is no theme {name!r}; there are {', '.join(have)}")
    return have[name]
