"""One line in large letters: what to do now."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nmr_emg.gui.fitlabel import FitLabel
from nmr_emg.gui.theme import Theme


class Cue(QWidget):
    """A sentence, and the seconds left while something is measured."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 0, 12, 0)
        self._label = FitLabel(theme)
        self.wear(theme)

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text

    def say(self, text: str, seconds: int | None = None) -> None:
        """Show a sentence and, if given, the seconds left."""
        self._label.say(text if seconds is None else f"{text}  ·  {seconds}")

    def wear(self, theme: Theme) -> None:
        """Take the colours and sizes of a theme."""
        fresh = FitLabel(theme, 2.1, 1.1, bold=True)
        fresh.say(self._label.text)
        self._column.removeWidget(self._label)
        self._label.deleteLater()
        self._column.addWidget(fresh)
        self._label = fresh
