"""A TOML table read strictly into a frozen dataclass: nothing unknown, nothing of the wrong type."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from nmr_emg.errors import ConfigError

T = TypeVar("T")

_WORDS = {float: "a number", int: "a whole number", str: "text in quotes", bool: "true or false"}


def read(kind: type[T], table: object, where: str) -> T:
    """A `kind` from a table whose keys are its fields (or what a field's metadata calls `key`).

    Args:
        kind: a dataclass; its annotations say what each key takes. A tuple takes a list or one value.
        table: what `tomllib` gave.
        where: file and key, for the text of an error.

    Raises:
        ConfigError: an unknown or missing key, a wrong type, or a value that `kind` refuses.

    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Tone:
    ...     hz: float
    ...     name: str = ""
    >>> read(Tone, {"hz": 5}, "my.toml")
    Tone(hz=5.0, name='')
    >>> read(Tone, {"hertz": 5}, "my.toml")
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: my.toml: there is no key 'hertz' here; the keys are hz, name
    """
    if not isinstance(table, Mapping):
        raise ConfigError(f"{where}: this must be a table of keys and values, not {table!r}")
    known = {_key(field): field for field in fields(cast("Any", kind))}
    _refuse_unknown(table, known, where)
    _refuse_missing(table, known, where)
    hints = _hints(cast("Any", kind))
    given = {
        known[key].name: _value(hints[known[key].name], value, f"{where}: {key}")
        for key, value in table.items()
    }
    try:
        return kind(**given)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _key(field: "Field[Any]") -> str:
    return str(field.metadata.get("key", field.name))


def _refuse_unknown(table: Mapping[str, Any], known: Mapping[str, Any], where: str) -> None:
    for key in table:
        if key not in known:
            raise ConfigError(f"{where}: there is no key {key!r} here; the keys are {', '.join(known)}")


def _refuse_missing(table: Mapping[str, Any], known: "Mapping[str, Field[Any]]", where: str) -> None:
    for key, field in known.items():
        needed = field.default is MISSING and field.default_factory is MISSING
        if needed and key not in table:
            raise ConfigError(f"{where}: the key {key!r} is missing")


def _value(hint: Any, value: Any, where: str) -> Any:
    args = get_args(hint)
    match get_origin(hint):
        case origin if origin is tuple:
            return _tuple(args[0], value, where)
        case origin if origin in (Union, UnionType):
            return _value(next(one for one in args if one is not NoneType), value, where)
        case origin if origin is Literal:
            return _one_of(args, value, where)
    return _single(hint, value, where)


def _single(hint: Any, value: Any, where: str) -> Any:
    if is_dataclass(hint):
        return read(cast("type[Any]", hint), value, where)
    if hint in _WORDS:
        return _plain(hint, value, where)
    if hint is not Any and not isinstance(value, Mapping):
        raise ConfigError(f'{where} is {value!r}; it must be a table, such as {{ name = "rest" }}')
    return value


def _tuple(hint: Any, value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        return (_value(hint, value, where),)
    return tuple(_value(hint, one, f"{where} {number}") for number, one in enumerate(value, 1))


def _one_of(choices: tuple[Any, ...], value: Any, where: str) -> Any:
    if value not in choices:
        raise ConfigError(f"{where} is {value!r}; it must be one of {', '.join(map(str, choices))}")
    return value


def _plain(hint: Any, value: Any, where: str) -> Any:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not hint:
        raise ConfigError(f"{where} is {value!r}; it must be {_WORDS[hint]}")
    return value
