"""Numbers in a board's file that follow from its settings: "=4.5e6 / gain / 8388607"."""

import ast
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from nmr_emg.errors import ConfigError

Number = int | float
Name = Number | str

MARK = "="
"""Text that begins so is worked out."""

_TWO: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.FloorDiv: operator.floordiv,
        ast.Mod: operator.mod,
        ast.Pow: operator.pow,
    }
)
_LARGEST = 64
"""Powers above are refused: no scale of a board needs them."""


def work_out(text: str, names: Mapping[str, object]) -> Number:
    """The value of an arithmetic expression over names: + - * / // % ** and brackets.

    Raises:
        ConfigError: it is no such expression, a name is unknown or is no number, or a division is by zero.

    >>> work_out("=4.5e6 / gain / 8388607", {"gain": 24})
    0.022351744455307063
    >>> work_out("=2*n + 4", {"n": 6})
    16
    >>> work_out("=n + width", {"n": 6})
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: '=n + width': there is no 'width' here; the names are n
    """
    try:
        tree = ast.parse(text.removeprefix(MARK).strip(), mode="eval")
        return _value(tree.body, names)
    except ConfigError as error:
        raise ConfigError(f"{text!r}: {error}") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConfigError(f"{text!r} is no arithmetic; write it like =4.5e6 / gain") from None
    except (ZeroDivisionError, OverflowError) as error:
        raise ConfigError(f"{text!r} can't be worked out: {error}") from None


def _value(node: ast.expr, names: Mapping[str, object]) -> Number:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id=name):
            return _named(name, names)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
            a, b = _value(left, names), _value(right, names)
            if isinstance(op, ast.Pow) and abs(b) > _LARGEST:
                raise ConfigError(f"the power {b:g} is too large")
            if isinstance(op, ast.Pow) and a < 0 and b != int(b):
                raise ConfigError(f"{a:g} has no real power {b:g}")
            return _TWO[type(op)](a, b)
    raise ConfigError("only numbers, names, + - * / // % ** and brackets are understood")


def _named(name: str, names: Mapping[str, object]) -> Number:
    if name not in names:
        raise ConfigError(f"there is no {name!r} here; the names are {', '.join(names) or 'none'}")
    value = names[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{name!r} is {value!r}, which is no number")
    return value
