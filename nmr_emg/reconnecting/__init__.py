"""A driver that is opened again when it was lost, so that a session outlives a loose cable."""

from nmr_emg.reconnecting.driver import Reconnecting

__all__ = ["Reconnecting"]
