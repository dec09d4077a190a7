"""Signal quality per channel and second, in words: one check a function, all sentences in one table."""

from nmr_emg.dsp.quality.checks import CHECKS, Check
from nmr_emg.dsp.quality.stage import Quality
from nmr_emg.dsp.quality.verdicts import STATES
from nmr_emg.dsp.quality.words import WORDS, Words, sentence

__all__ = ["CHECKS", "STATES", "WORDS", "Check", "Quality", "Words", "sentence"]
