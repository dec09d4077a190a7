"""What a report is asked to tell of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nmr_emg.analysis import Question
from nmr_emg.driver import Driver


@dataclass(frozen=True, slots=True)
class Source:
    """One recording of a report.

    Args:
        name: the file's name, as the reader knows it.
        open_again: gives the recording as an open driver, anew at each call.
        question: what is asked of it.
        facts: what else is known of it. "format", "start_time" (ISO 8601), "device", "versions" (by name) and
            "notes" (sentences on what was assumed) have their own places; other texts and numbers are listed.
    """

    name: str
    open_again: Callable[[], Driver]
    question: Question = field(default_factory=Question)
    facts: Mapping[str, Any] = field(default_factory=dict)
