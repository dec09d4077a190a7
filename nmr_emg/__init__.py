"""Surface-EMG biofeedback and simulated NMES protocols for neuromuscular re-education."""

from nmr_emg.block import Block, Channel, StreamInfo, join, microvolts
from nmr_emg.buffered import Buffered
from nmr_emg.driver import Driver, Sink
from nmr_emg.errors import (
    ConfigError,
    DeviceLost,
    DriverError,
    DriverStalled,
    NmrEmgError,
    RecordingError,
    SafetyError,
)
from nmr_emg.event import Event
from nmr_emg.paced import Paced
from nmr_emg.reconnecting import Reconnecting
from nmr_emg.ring import Ring
from nmr_emg.session import Session, run
from nmr_emg.stage import Chain, Process, Stage

__version__ = "0.1.0"

__all__ = [
    "Block",
    "Buffered",
    "Chain",
    "Channel",
    "ConfigError",
    "DeviceLost",
    "Driver",
    "DriverError",
    "DriverStalled",
    "Event",
    "NmrEmgError",
    "Paced",
    "Process",
    "Reconnecting",
    "RecordingError",
    "Ring",
    "SafetyError",
    "Session",
    "Sink",
    "Stage",
    "StreamInfo",
    "__version__",
    "join",
    "microvolts",
    "run",
]
