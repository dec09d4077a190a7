"""The window's bars in a terminal: the same looks, drawn with letters."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from nmr_emg.cli.trouble import Trouble
from nmr_emg.gui.look import Look, Needle, Reading
from nmr_emg.gui.status import clock, status_text
from nmr_emg.gui.watch import Watch

FRAMES = 10
"""Pictures a second; more would only flicker."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The signs that bars are made of."""

    full: str = "█"
    doubt: str = "░"
    empty: str = "·"
    goal: str = "┃"
    peak: str = "▏"
    on: str = "●"
    off: str = "○"
    reached: str = "✓"
    marks: tuple[str, str, str] = ("●", "▲", "■")
    track: str = "─"
    middle: str = "┼"
    none: str = "–"


ASCII = Letters("#", "/", ".", "|", ":", "*", "o", "+", ("o", "!", "X"), "-", "+", "-")
PLAIN = str.maketrans("µ·–−●", "u.--*")


def follow(watch: Watch, console: Console | None = None, every: float | None = 1.0) -> Look:
    """Show a running session until it ends, and return its liveliest look.

    Everything goes to stderr, so that stdout stays free for JSON. Where stderr is no terminal, one line is printed
    `every` so many seconds, or nothing with `None`.

    Args:
        watch: of a session that was started.
        console: where to draw; stderr if `None`.
        every: seconds of the stream between two lines.
    """
    console = console or Console(stderr=True)
    return _draw(watch, console) if console.is_terminal else _print(watch, console, every)


def _draw(watch: Watch, console: Console) -> Look:
    best = look = watch.look()
    trouble = _trouble(console)
    with Live(
        picture(look, console),
        console=console,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as live:
        over = False
        while not over:
            over = watch.session.wait(1 / FRAMES) or not watch.session.running
            look = watch.look()
            trouble.hear(look.trouble)
            trouble.tell(look.said)
            best = look if look.worth >= best.worth else best
            live.update(picture(look, console), refresh=True)
    return best


def _print(watch: Watch, console: Console, every: float | None) -> Look:
    best = look = watch.look()
    due, over, trouble = every, False, _trouble(console)
    while not over:
        over = watch.session.wait(1 / FRAMES) or not watch.session.running
        look = watch.look()
        trouble.hear(look.trouble)
        trouble.tell(look.said)
        best = look if look.worth >= best.worth else best
        if every is not None and due is not None and look.facts.seconds >= due:
            due = look.facts.seconds // every * every + every
            console.print(writable(line(look), console), highlight=False, markup=False, soft_wrap=True)
    return best


def _trouble(console: Console) -> Trouble:
    def say(text: str) -> None:
        console.print(writable(f"nmr-emg: {text}", console), highlight=False, markup=False, soft_wrap=True)

    return Trouble(say)


def picture(look: Look, console: Console) -> Group:
    """All bars, needles and the status line, as wide as the console."""
    letters = ASCII if console.options.ascii_only else Letters()
    width = max(30, console.width - 1)
    room = min(max((cell_len(_name(m)) for m in look.muscles), default=0), width // 3)
    rows = [_muscle(m, room, width, letters) for m in look.muscles]
    rows += [_needle(needle, width, letters) for needle in look.needles]
    rows.append(Text(status_text(look.info, look.facts), "dim"))
    for row in rows:
        row.no_wrap = True
        row.truncate(width, overflow="crop")
        row.plain = writable(row.plain, console)
    return Group(*rows)


def writable(text: str, console: Console) -> str:
    """The text in signs that the console's encoding has, letter for letter."""
    text = text if not console.options.ascii_only else text.translate(PLAIN)
    return text.encode(console.encoding, "replace").decode(console.encoding)


def line(look: Look) -> str:
    """A look as one line without colours."""
    muscles = [
        f"{m.name} {m.side}".strip() + f" {m.digits.replace('–', '-')} {m.unit} {m.word}"
        for m in look.muscles
    ]
    return f"{clock(look.facts.seconds)}  {'; '.join(muscles)}; lost {look.facts.lost}"


def _name(reading: Reading, room: int = 1000) -> str:
    """Muscle and side; where there is no room the muscle is cut short, the side stays as a letter."""
    whole = f"{reading.name} {reading.side}".strip()
    if cell_len(whole) <= room or not reading.side:
        return whole
    return set_cell_size(reading.name, room - 2) + " " + reading.side[0].upper()


def _muscle(reading: Reading, room: int, width: int, letters: Letters) -> Text:
    row = Text().append(set_cell_size(_name(reading, room), room) + " ", "bold")
    row.append(f"{letters.on if reading.active else letters.off} ", "cyan" if reading.active else "dim")
    row.append_text(bar(reading, max(6, width - room - 25), letters))
    number = reading.digits.replace("–", letters.none)
    row.append(f" {number:>4} {reading.unit:<2} ", "bold" if reading.trusted else "dim")
    row.append(f"{letters.reached if reading.reached else ' '} ", "bold green")
    row.append(f"{letters.marks[reading.quality]} ", ("green", "yellow", "red")[reading.quality])
    row.append(reading.word)
    return row


def bar(reading: Reading, width: int, letters: Letters | None = None) -> Text:
    """One bar `width` letters wide on its fixed scale, with goal and peak.

    >>> bar(Reading("", unit="%", top=150, value=75, goal=120, peak=105), 10, ASCII).plain
    '#####..:|.'
    """
    using = letters or Letters()
    full = round(reading.share * width)
    colour = ("green" if reading.reached else "cyan") if reading.trusted else "dim"
    cells = [(using.full if reading.trusted else using.doubt, colour)] * full
    cells += [(using.empty, "dim")] * (width - full)
    if reading.peak is not None and reading.trusted and _cell(reading.peak, reading, width) >= full:
        cells[_cell(reading.peak, reading, width)] = (using.peak, "bold")
    if reading.goal is not None:
        cells[_cell(reading.goal, reading, width)] = (using.goal, "bold yellow")
    runs = ((style, "".join(sign for sign, _ in run)) for style, run in groupby(cells, key=itemgetter(1)))
    return Text.assemble(*((signs, style) for style, signs in runs))


def _cell(value: float, reading: Reading, width: int) -> int:
    return min(width - 1, max(0, round(value / reading.top * width)))


def _needle(needle: Needle, width: int, letters: Letters) -> Text:
    half = max(3, min(12, (width - cell_len(needle.first + needle.second) - 3) // 2))
    cells = [letters.track] * (2 * half + 1)
    cells[half] = letters.middle
    if needle.direction is not None:
        cells[half - round(max(-1.0, min(1.0, needle.direction)) * half)] = letters.on
    row = Text(f"{needle.first} ")
    row.append("".join(cells), "dim" if needle.direction is None else "cyan")
    row.append(f" {needle.second}")
    if row.cell_len + 2 + cell_len(needle.word) <= width:
        row.append(f"  {needle.word}", "dim")
    return row
