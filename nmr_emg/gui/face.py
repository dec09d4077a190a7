"""All that is seen of the window: buttons, banner, cue, board, status line. It knows nothing of sessions."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from nmr_emg.gui import hints
from nmr_emg.gui.banner import Banner
from nmr_emg.gui.board import Board
from nmr_emg.gui.controls import Controls
from nmr_emg.gui.cue import Cue
from nmr_emg.gui.look import Look
from nmr_emg.gui.screen import Screen
from nmr_emg.gui.statusline import StatusLine
from nmr_emg.gui.style import palette, style_sheet
from nmr_emg.gui.theme import Theme
from nmr_emg.gui.view import View


class Face(QWidget):
    """Paints a look and passes on what is pressed.

    Args:
        theme: colours and letters to begin with.
        themes: those to choose from.
        screen: times, scales and words.
    """

    def __init__(self, theme: Theme, themes: Mapping[str, Theme], screen: Screen) -> None:
        super().__init__()
        self.setObjectName("window")
        self._theme = theme
        self._themes = themes
        self._screen = screen
        self.look: Look | None = None
        self.controls = Controls(theme, screen)
        self.view = View(themes, theme.name, theme.scale)
        self.banner = Banner()
        self.cue = Cue(theme)
        self.board: Board | None = None
        self.status = StatusLine(screen.disclaimer)
        self._place: QWidget = QWidget()
        self._lay_out()
        self._wire()
        self.wear(theme)
        self.cue.say(hints.IDLE)

    def _lay_out(self) -> None:
        self.controls.add(self.view)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.controls)
        margin = QVBoxLayout()
        margin.setContentsMargins(12, 0, 12, 0)
        margin.addWidget(self.banner)
        self._column.addLayout(margin)
        self._column.addWidget(self.cue)
        self._column.addWidget(self._place, 1)
        self._column.addWidget(self.status)

    def _wire(self) -> None:
        self.view.theme.connect(lambda name: self.wear(self._themes[name].scaled(self._theme.scale)))
        self.view.text_scale.connect(lambda scale: self.wear(self._theme.scaled(scale)))
        self.view.closer.connect(self._look_closer)

    def show_look(self, look: Look) -> None:
        """Paint a look."""
        if self.board is None or self.look is None or look.info is not self.look.info:
            self._put(Board(self._theme, look, self._screen.trace_seconds))
        else:
            self.board.show_look(look)
        self.look = look

    def pose(self, look: Look) -> None:
        """Paint a look with everything round it, for a picture: numbers and traces are those of the bars' moment."""
        look = replace(look, muscles=tuple(replace(one, number=one.value) for one in look.muscles))
        self._put(Board(self._theme, look, self._screen.trace_seconds))
        self.look = look
        self.banner.hide()
        self.cue.say(hints.next_step(look))
        self.status.show_facts(look.info, look.facts)
        goal = next((one.goal for one in look.muscles if one.goal is not None), None)
        if goal is not None:
            self.controls.show_goal(goal)
        self.controls.show_devices([], look.info.device)
        self.controls.show_state(running=True)

    def wear(self, theme: Theme) -> None:
        """Change colours and size of text."""
        self._theme = theme
        QApplication.setPalette(palette(theme))
        self.setStyleSheet(style_sheet(theme))
        self.controls.wear(theme)
        self.cue.wear(theme)
        if self.look is not None:
            self._put(Board(theme, self.look, self._screen.trace_seconds))

    def _put(self, board: Board) -> None:
        self._column.replaceWidget(self._place, board)
        self._place.hide()
        self._place.deleteLater()
        self._place = self.board = board

    def _look_closer(self) -> None:
        if self.look is not None:
            from nmr_emg.gui.closer import Closer  # noqa: PLC0415  (half a second that most sessions never need)

            Closer(self._theme, self.look, self).show()
