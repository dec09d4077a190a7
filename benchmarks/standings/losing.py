"""Where another method does better than this project: nothing is left out because it looks bad."""

from collections.abc import Iterable, Iterator, Sequence

from standings.methods import (
    DISTURBANCES,
    ONLINE,
    RATES,
    REFINED,
    SHAPES,
    SNRS,
    Method,
    best,
    competes,
    named,
)
from standings.table import figure, table

PLACES = (
    ("all", "core"),
    *((f"{snr} dB".replace("-", "−"), f"core/snr={snr}") for snr in SNRS),
    *((f"{rate} Hz", f"core/fs={rate}") for rate in RATES),
    *((shape, f"core/kind={shape}") for shape in SHAPES),
    *(
        (f"disturbed by {name}" if name != "all" else "disturbed by all", f"disturb/{name}")
        for name in DISTURBANCES
    ),
    ("bursts of 0.1–3 s", "train"),
    *((f"motor units, {snr} dB", f"mu/snr={snr}") for snr in (3, 10, 20)),
)
RESTS = (("clean rest", "rest/none"), *((f"rest with {name}", f"rest/{name}") for name in DISTURBANCES))
SCORES = (
    ("F1@50", "f1_on50"),
    ("F1@100", "f1_on100"),
    ("ends, F1@50", "f1_off50"),
    ("ends, F1@100", "f1_off100"),
)


LEAST = 0.5
"""F1@100 over all that a method needs for its false alarms and latencies to be compared."""


def losses(listed: Sequence[Method]) -> str:
    """A table of every figure in which another's is better than both of ours, or a sentence if there is none."""
    rows = [*_behind(listed, PLACES, SCORES, lowest=False)]
    rows += _behind(listed, PLACES[:1], (("missed (%)", "missed_pct"),), lowest=True, digits=1)
    rows += _behind(listed, RESTS, (("false alarms/min", "fa_per_min"),), lowest=True, digits=1)
    late = [(f"{snr} dB".replace("-", "−"), f"core/snr={snr}") for snr in SNRS]
    rows += _behind(listed, late, (("median latency (ms)", "lat_median"),), lowest=True, digits=0)
    if not rows:
        return "In none of the figures on this page."
    return table(["where", "figure", "better", "its figure", "this project's"], rows, words=3)


def _behind(
    listed: Sequence[Method],
    places: Iterable[tuple[str, str]],
    scores: Iterable[tuple[str, str]],
    *,
    lowest: bool,
    digits: int = 2,
) -> Iterator[list[str]]:
    scores = tuple(scores)
    for title, group in places:
        for words, metric in scores:
            ours = [
                value
                for name in (ONLINE, REFINED)
                if (one := named(listed, name)) and (value := one.get(group, metric)) is not None
            ]
            theirs = best(listed, group, metric, _worth if lowest else competes, lowest=lowest)
            if not ours or theirs is None:
                continue
            mine = min(ours) if lowest else max(ours)
            if round(mine - theirs[1], digits) * (1 if lowest else -1) > 0:
                yield [title, words, theirs[0].label, figure(theirs[1], digits), figure(mine, digits)]


def _worth(one: Method) -> bool:
    """Whether it finds enough: a method that finds little raises little, and only what stands out, soon."""
    return competes(one) and (one.get("core", "f1_on100") or 0) >= LEAST
