"""What went wrong, in plain words across the window."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton


class Banner(QFrame):
    """Hidden until there is something to say. Signal: `again`, to try once more."""

    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.retry = QPushButton("Try again")
        self.dismiss = QPushButton("Hide")
        self.dismiss.setToolTip("Hide this message")
        self._label.setObjectName("trouble")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.addWidget(self._label, 1)
        row.addWidget(self.retry)
        row.addWidget(self.dismiss)
        self.retry.clicked.connect(self._try_again)
        self.dismiss.clicked.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while hidden."""
        return "" if self.isHidden() else self._label.text()

    def say(self, text: str, *, again: bool = True, wrong: bool = True) -> None:
        """Show `text`; `again` offers to try once more; if nothing is `wrong`, it is only worth knowing."""
        self._label.setText(text)
        self.setProperty("wrong", wrong)
        self.style().polish(self)
        self.retry.setVisible(again)
        self.show()

    def _try_again(self) -> None:
        self.hide()
        self.again.emit()
