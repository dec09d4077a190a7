"""The window's bars in a terminal: the same looks, drawn with letters."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from nmr_emg.gui.look import QUALITIES, Look, Needle, Reading, title
from nmr_emg.gui.statusline_text import clock, quantiles
from nmr_emg.gui.watch import Watch

FRAMES = 10
"""Pictures a second: more only flickers."""
