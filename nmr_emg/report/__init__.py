"""One self-contained HTML page about recordings."""

from nmr_emg.report.source import Source
from nmr_emg.report.write import write_report

__all__ = ["Source", "write_report"]
