"""The buttons at the head of the window."""

from collections.abc import Iterable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from nmr_emg.gui.flow import Flow
from nmr_emg.gui.goalbox import GoalBox
from nmr_emg.gui.icons import icon
from nmr_emg.gui.screen import Screen
from nmr_emg.gui.theme import Theme


class Controls(QWidget):
    """Says what the person wants by signals, and knows nothing of sessions.

    Signals: `started` (device), `stopped`, `recorded` (on or off), `trial` ("rest" or "reference"), `marked` (text),
    `goal` (% of the reference), `scale` (µV).

    Args:
        theme: colours of the icons.
        screen: goal and scales to open with.
    """

    started = Signal(str)
    stopped = Signal()
    recorded = Signal(bool)
    trial = Signal(str)
    marked = Signal(str)
    goal = Signal(float)
    scale = Signal(float)

    def __init__(self, theme: Theme, screen: Screen) -> None:
        super().__init__()
        self.setObjectName("controls")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.device = QComboBox()
        self.device.setToolTip("What to listen to")
        self.device.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.start = _button("Start", "Connect and start", "primary")
        self.record = _button("Record", "Write a recording", "recorder", checkable=True)
        self.rest = _button("Rest", f"Measure rest for {screen.trial_seconds:g} s: the muscles relaxed")
        self.reference = _button(
            "Reference", f"Measure {screen.trial_seconds:g} s of effort: it becomes 100 %"
        )
        self.goal_box = GoalBox(screen)
        self.scale_box = _scales(screen)
        self.note = QLineEdit()
        self.note.setPlaceholderText("note")
        self.note.setToolTip("What the next marker says")
        self.note.setMaxLength(200)
        self.mark = _button("Marker", "Put a marker into the recording (space bar)")
        self._flow = Flow(self)
        self._flow.setContentsMargins(12, 8, 12, 8)
        self._connect()
        self.wear(theme)
        self.show_state(running=False)

    def _connect(self) -> None:
        for widget in (self.device, self.start, self.record, self.rest, self.reference):
            self._flow.addWidget(widget)
        self._flow.addWidget(_field("Goal", self.goal_box))
        self._flow.addWidget(_field("Scale", self.scale_box))
        self._flow.addWidget(self.note)
        self._flow.addWidget(self.mark)
        self.start.clicked.connect(self._start_or_stop)
        self.record.toggled.connect(self.recorded)
        self.rest.clicked.connect(lambda: self.trial.emit("rest"))
        self.reference.clicked.connect(lambda: self.trial.emit("reference"))
        self.goal_box.valueChanged.connect(self.goal)
        self.scale_box.currentIndexChanged.connect(lambda: self.scale.emit(self.scale_box.currentData()))
        self.mark.clicked.connect(self.put_marker)
        self.note.returnPressed.connect(self.put_marker)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many rows as the width asks for."""
        super().resizeEvent(event)
        self._take_height()

    def _take_height(self) -> None:
        self.setFixedHeight(self._flow.heightForWidth(self.width()))

    def add(self, widget: QWidget) -> None:
        """Add a widget at the end."""
        self._flow.addWidget(widget)

    def wear(self, theme: Theme) -> None:
        """Take the colours and sizes of a theme."""
        self._theme = theme
        c = theme.colours
        self.record.setIcon(icon("record", c.record, c.doubt, on=c.background))
        self.mark.setIcon(icon("marker", c.goal, c.doubt))
        self.note.setFixedWidth(theme.px(8))
        self._show_start(running=self.start.text() == "Stop")
        self._take_height()

    def show_devices(self, names: Iterable[str], choice: str | None = None) -> None:
        """Offer devices, keeping the choice."""
        wanted = choice or self.device.currentText()
        with QSignalBlocker(self.device):
            self.device.clear()
            self.device.addItems(list(dict.fromkeys([*names, *([wanted] if wanted else [])])))
            self.device.setCurrentText(wanted or self.device.itemText(0))
        self.start.setEnabled(self.device.count() > 0)

    def show_state(self, *, running: bool, measuring: bool = False, waiting: bool = False) -> None:
        """Enable what can be done now."""
        self._show_start(running=running or waiting)
        self.device.setEnabled(not running and not waiting)
        self.start.setEnabled(running or waiting or self.device.count() > 0)
        for widget in (self.mark, self.note):
            widget.setEnabled(running)
        for widget in (self.record, self.rest, self.reference):
            widget.setEnabled(running and not measuring)

    def show_recording(self, *, on: bool) -> None:
        """Show whether a recording runs, without asking for one."""
        with QSignalBlocker(self.record):
            self.record.setChecked(on)

    def show_goal(self, percent: float) -> None:
        """Show the goal that holds, without setting one."""
        if not self.goal_box.hasFocus():
            with QSignalBlocker(self.goal_box):
                self.goal_box.setValue(percent)

    def put_marker(self) -> None:
        """Ask for a marker with what the note says."""
        if self.mark.isEnabled():
            self.marked.emit(self.note.text().strip() or "marker")
            self.note.clear()

    def _start_or_stop(self) -> None:
        if self.start.text() == "Stop":
            self.stopped.emit()
        else:
            self.started.emit(self.device.currentText())

    def _show_start(self, *, running: bool) -> None:
        c = self._theme.colours
        self.start.setText("Stop" if running else "Start")
        self.start.setToolTip("End the session" if running else "Connect and start")
        self.start.setIcon(icon("stop" if running else "start", c.on_accent, c.doubt))


def _button(text: str, tip: str, name: str = "", *, checkable: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setObjectName(name)
    button.setCheckable(checkable)
    button.setAutoDefault(False)
    return button


def _scales(screen: Screen) -> QComboBox:
    box = QComboBox()
    for scale in screen.scales:
        box.addItem(f"{scale:g} µV", scale)
    box.setCurrentIndex(screen.scales.index(screen.scale))
    box.setToolTip("Top of the bars while there is no reference")
    return box


def _field(text: str, widget: QWidget) -> QWidget:
    field = QWidget()
    row = QHBoxLayout(field)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    label = QLabel(text)
    label.setObjectName("field")
    row.addWidget(label)
    row.addWidget(widget)
    return field
