"""The line at the foot: what comes in, what was lost, how late it is shown, what is recorded."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nmr_emg.block import StreamInfo
from nmr_emg.gui.look import Facts
from nmr_emg.gui.status import Quantiles, clock, status_text
from nmr_emg.gui.tape import Tape


class StatusLine(QWidget):
    """Text in small letters; what does not fit wraps.

    Args:
        disclaimer: said at the right.
    """

    def __init__(self, disclaimer: str) -> None:
        super().__init__()
        self.setObjectName("foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._facts = QLabel("not connected")
        self._facts.setObjectName("quiet")
        self._facts.setWordWrap(True)
        self._recording = QLabel()
        self._recording.setObjectName("recording")
        self._disclaimer = QLabel(disclaimer)
        self._disclaimer.setObjectName("disclaimer")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(14)
        row.addWidget(self._facts, 1)
        row.addWidget(self._recording)
        row.addWidget(self._disclaimer)
        self._recording.hide()

    @property
    def text(self) -> str:
        """All that it says."""
        parts = (self._facts.text(), self._recording.text(), self._disclaimer.text())
        return "  ".join(part for part in parts if part)

    def say(self, text: str) -> None:
        """Say something else than facts."""
        self._facts.setText(text)

    def show_facts(self, info: StreamInfo, facts: Facts, shown: Quantiles = (None, None)) -> None:
        """Show what is known of a stream, and how long samples take to the screen (p50, p95 in ms)."""
        self._facts.setText(status_text(info, facts, shown))

    def show_tape(self, tape: Tape | None) -> None:
        """Show what is being recorded, if anything is."""
        text = f"● REC {tape.path.name} {clock(tape.seconds)}" if tape else ""
        self._recording.setText(text)
        self._recording.setToolTip(str(tape.path) if tape else "")
        self._recording.setVisible(tape is not None)
