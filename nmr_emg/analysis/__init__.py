"""A whole recording through the same loop, twice: first to measure rest and reference, then with them."""

from nmr_emg.analysis.analyze import Question, analyze

__all__ = ["Question", "analyze"]
