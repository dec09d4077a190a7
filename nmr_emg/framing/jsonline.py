"""A JSON object a line, the sample in it as base64: HackEEG."""

from dataclasses import dataclass

from nmr_emg.errors import ConfigError
from nmr_emg.framing.checks import Counter, counting
from nmr_emg.framing.fields import check_columns, dtype_of
from nmr_emg.framing.frames import Columns, Parse
from nmr_emg.framing.jsonline_read import reader
from nmr_emg.timing.counter import Counting

LONGEST = 2048


@dataclass(frozen=True, slots=True)
class JsonLine:
    r"""Lines of JSON such as {"C":200,"D":"…"}.

    Lines without `key` are answers of the board, and become text.

    Args:
        columns: how each column lies in what is decoded.
        key: the object's key under which the sample stands.
        length: bytes of a sample once decoded.
        counter: goes up from sample to sample.

    >>> from nmr_emg.framing.frames import Wire
    >>> json = JsonLine((Wire(1, "i16be"),), "D", 3, Counter(0))
    >>> frames = json.start()(b'{"C":200,"D":"BwEC"}\r\n{"C":200,"D":"CP//"}\n')
    >>> frames.values.ravel().tolist(), frames.ids.tolist()
    ([258, -1], [7, 8])
    """

    columns: Columns
    key: str
    length: int
    counter: Counter | None = None

    def __post_init__(self) -> None:
        if not self.key:
            raise ConfigError("key is empty; it names the value that holds the sample")
        if not 1 <= self.length <= LONGEST:
            raise ConfigError(f"length is {self.length}; a sample has from 1 to {LONGEST} bytes")
        if self.counter is not None and self.counter.at + self.counter.width > self.length:
            raise ConfigError(f"counter lies outside a sample of {self.length} bytes")
        check_columns(self.columns, self.length)

    @property
    def dtype(self) -> str:
        """The smallest type that holds every column exactly."""
        return dtype_of(self.columns)

    @property
    def counting(self) -> Counting | None:
        """How rows are counted."""
        return counting(self.counter.cycle) if self.counter else None

    def start(self) -> Parse:
        """A parser at the beginning of a stream."""
        return reader(self.key, self.length, self.columns, self.counter)
