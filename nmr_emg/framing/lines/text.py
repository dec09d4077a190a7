"""What a line of text holds, and how it is written."""

from dataclasses import dataclass
from math import inf

from nmr_emg.errors import ConfigError
from nmr_emg.framing.frames import Columns
from nmr_emg.framing.lines.parts import Decimal, Separator
from nmr_emg.framing.lines.time import Unit, counting_of
from nmr_emg.timing.counter import Counting


@dataclass(frozen=True, slots=True)
class Text:
    """A sample a line, its values apart by commas, semicolons, tabs or spaces, with labels or without.

    Args:
        columns: the wanted values, each by the label it has in the line ("EMG"), or by its number, from 0, among the
            values without a label.
        separator: what stands between values besides spaces.
        decimal: the decimal point. If it is a comma, a comma separates nothing.
        width: how many values a line has; 0 for as many as `columns` and `time_column` tell.
        time: unit of the board's time in one of the columns; "count" for a running number; empty for none.
        time_column: label or number of that column.
        rate: samples a second by the board's time (Hz); 0 if that time is too irregular to count samples.
        wrap: first number that a running number does not reach (256, 65536); 0 if it goes on endlessly.
        low: least value that the board can send; below it, a line is damaged.
        high: largest value.
    """

    columns: Columns
    separator: Separator = "any"
    decimal: Decimal = "."
    width: int = 0
    time: Unit = ""
    time_column: str = "0"
    rate: float = 0.0
    wrap: int = 0
    low: float = -inf
    high: float = inf

    def __post_init__(self) -> None:
        if not self.columns or not all(self.wanted):
            raise ConfigError("columns of text need a label each: the name in the line, or a number from 0")
        if self.separator == "comma" and self.decimal == ",":
            raise ConfigError("a comma can't be both separator and decimal point")
        if self.rate < 0 or self.wrap < 0 or self.width < 0:
            raise ConfigError("rate, wrap and width can't be negative")
        if self.low > self.high:
            raise ConfigError(f"low is {self.low:g}, above high, which is {self.high:g}")

    @property
    def wanted(self) -> tuple[str, ...]:
        """Labels or numbers of the columns, that of the board's time last."""
        labels = tuple(wire.label for wire in self.columns)
        return (*labels, self.time_column) if self.time else labels

    @property
    def counting(self) -> Counting | None:
        """How the board's time or number counts the rows."""
        return counting_of(self.time, self.rate, self.wrap)
