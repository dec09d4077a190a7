"""Lines of text, as an Arduino prints them: "512", "512,498", "EMG:512 ENV:3"."""

from dataclasses import dataclass

from nmr_emg.framing.frames import Parse
from nmr_emg.framing.lines.read import reader
from nmr_emg.framing.lines.text import Text


@dataclass(frozen=True, slots=True)
class Line(Text):
    r"""A sample a line, its values apart by commas, semicolons, tabs or spaces, with labels or without.

    A line ends with `\n`, `\r\n` or `\r`. The first is not believed, since it may have been cut, and the last only
    once it has ended. A line without exactly the values expected is lost: a note "damage" tells how many `rows` went
    with it, what was `why` wrong, and the first such `text`. Lines of words are notes "text".

    >>> from nmr_emg.framing.frames import Wire
    >>> parse = Line((Wire(label="0"), Wire(label="1"))).start()
    >>> parse(b"8,500\r\n512,498\r\n513,49").values
    array([[512., 498.]])
    >>> parse(b"9\r\n514,\r\n515,498\r\n").notes[0].data["why"]
    '1 instead of 2 values'
    """

    @property
    def dtype(self) -> str:
        """Whole numbers below 2^53 and printed decimals are both kept as they came."""
        return "float64"

    def start(self) -> Parse:
        """A parser at the beginning of a stream."""
        return reader(self)
