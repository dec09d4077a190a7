"""What the window shows and for how long, read from `gui/screen.toml`."""

from dataclasses import dataclass
from math import isfinite

from nmr_emg.errors import ConfigError
from nmr_emg.gui.settings import read, take


@dataclass(frozen=True, slots=True)
class Screen:
    """Times, scales and words of the window.

    Args:
        trace_seconds: length of the scrolling traces.
        peak_seconds: how long a bar's peak line stays.
        trial_seconds: how long Rest and Reference measure.
        top_percent: top of every bar once there is a reference.
        goal_percent: goal to open with (% of reference).
        scales: tops of the bars to choose from before there is a reference (µV).
        scale: the one to open with (µV).
        rest: said while Rest measures.
        reference: said while Reference measures.
        disclaimer: said at the foot of the window.
    """

    trace_seconds: float = 10.0
    peak_seconds: float = 3.0
    trial_seconds: float = 3.0
    top_percent: float = 150.0
    goal_percent: float = 60.0
    scales: tuple[float, ...] = (20, 50, 100, 200, 500, 1000, 2000)
    scale: float = 200.0
    rest: str = "Relax"
    reference: str = "Squeeze as hard as you can"
    disclaimer: str = "Not a medical device"

    def __post_init__(self) -> None:
        lengths = (self.trace_seconds, self.peak_seconds, self.trial_seconds)
        if not all(isfinite(s) and 0.5 <= s <= 120 for s in lengths):
            raise ConfigError(f"gui/screen.toml: the lengths are {lengths} s; each lies in 0.5 to 120")
        if not (isfinite(self.top_percent) and self.top_percent >= 100):
            raise ConfigError(f"gui/screen.toml: top_percent is {self.top_percent}; it must be 100 or more")
        if not 0 < self.goal_percent <= self.top_percent:
            raise ConfigError(
                f"gui/screen.toml: goal_percent is {self.goal_percent}; it lies above 0 and up to top_percent"
            )
        if not all(isfinite(s) and s > 0 for s in self.scales) or self.scale not in self.scales:
            raise ConfigError(
                f"gui/screen.toml: scale_uV is {self.scale}; it must be one of scales_uV, all above 0"
            )


def screen() -> Screen:
    """What `gui/screen.toml` says.

    Raises:
        ConfigError: the file is wrong; the text names the key.

    >>> screen().top_percent
    150.0
    """
    data, path = read("screen")
    number, where = (int, float), str(path)
    words = take(data, "words", dict, where)
    scales = take(data, "scales_uV", list, where)
    if not all(isinstance(scale, number) for scale in scales):
        raise ConfigError(f"{where}: scales_uV is {scales!r}; it must be a list of numbers")
    return Screen(
        trace_seconds=float(take(data, "trace_seconds", number, where)),
        peak_seconds=float(take(data, "peak_seconds", number, where)),
        trial_seconds=float(take(data, "trial_seconds", number, where)),
        top_percent=float(take(data, "top_percent", number, where)),
        goal_percent=float(take(data, "goal_percent", number, where)),
        scales=tuple(map(float, scales)),
        scale=float(take(data, "scale_uV", number, where)),
        **{key: take(words, key, str, f"{where} [words]") for key in ("rest", "reference", "disclaimer")},
    )
