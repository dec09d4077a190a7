"""The page of the league: what was measured, what the words mean, the tables, and where this project loses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from standings import speed
from standings.goals import GOALS, Ours
from standings.losing import losses
from standings.methods import (
    DISTURBANCES,
    ONLINE,
    RATES,
    REFINED,
    SHAPES,
    SNRS,
    WHOLE,
    Method,
    best,
    failed,
    is_peer,
    methods,
    named,
)
from standings.table import bold, figure, table
from standings.tally import among, f1, false_alarms, latency, loud, missed
from standings.words import AGAIN, GOALS_WORDS, HEAD, LOSSES_WORDS, SPEED_WORDS, WORDS

LIMITS = ("limit.cusum", "limit.ml_exact")


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that a page is made of.

    Args:
        date: of the measurement.
        computer: processor, cores and system.
        versions: of everything that took part.
        records: which records, in words.
        accuracy: the league's file of accuracy.
        ours: rows of our two entries by record set, the page's own set first.
        offline: the league's file of whole recordings; likewise `stream` and `growth`.
    """

    date: str
    computer: str
    versions: str
    records: str
    accuracy: Mapping[str, Any]
    ours: Mapping[str, Ours]
    offline: Mapping[str, Any] = field(default_factory=dict)
    stream: Mapping[str, Any] = field(default_factory=dict)
    growth: Mapping[str, Any] = field(default_factory=dict)


def page(found: Results) -> str:
    """The page, in Markdown."""
    listed = methods(found.accuracy)
    parts = [
        HEAD,
        table(
            ["measured", ""],
            [
                ["on", found.date],
                ["with", found.computer],
                ["records", found.records],
                ["versions", found.versions],
            ],
            words=2,
        ),
        "![Accuracy, false alarms and speed beside other libraries](league.svg)",
        WORDS,
        "## Every method\n\n" + _every(listed, found.accuracy),
        "## By signal-to-noise ratio\n\n" + _by_snr(listed),
        "## By rate and by shape of the rise\n\nF1@50 / F1@100 of onsets.\n\n" + _by_kind(listed),
        "## Disturbed records, and rest\n\n" + _disturbed(listed),
        "## How soon\n\n" + _soon(listed),
        "## Goals\n\n" + GOALS_WORDS + "\n\n" + _goals(found.ours),
        "## This project by rate and signal-to-noise ratio\n\n" + _cells(found.ours),
        "## Where others are better\n\n" + LOSSES_WORDS + "\n\n" + losses(listed),
        "## Speed\n\n" + _speed(found),
        AGAIN,
    ]
    return "\n\n".join(parts) + "\n"


def _every(listed: Sequence[Method], accuracy: Mapping[str, Any]) -> str:
    order = sorted(listed, key=lambda one: -(one.get("core", "f1_on100") or 0))
    digits = {"f1_on50": 2, "f1_on100": 2, "f1_off50": 2, "f1_off100": 2, "mae_on": 0, "missed_pct": 1}
    rows = []
    for one in order:
        name = bold(one.label, when=one.kind == "ours") if one.kind != "limit" else f"*{one.name}*"
        part = "" if one.covered >= WHOLE or one.kind == "limit" else f" †{100 * one.covered:.0f} %"
        scores = [figure(one.get("core", metric), places) for metric, places in digits.items()]
        alarms = figure(one.get("rest", "fa_per_min"), 1)
        causal = "no" if not one.causal else "yes, date later" if one.name == REFINED else "yes"
        rows.append([name + part, causal, *scores, alarms])
    head = ["method", "causal", "F1@50", "F1@100", "ends F1@50", "ends F1@100", "mean error, ms", "missed, %"]
    text = table([*head, "false alarms/min at rest"], rows, words=2)
    text += "\n\n† so slow that only this share of the records was covered; it does not compete for best."
    if broken := failed(accuracy):
        text += "\n\nDid not run: " + "; ".join(broken) + "."
    return text


def _by_snr(listed: Sequence[Method]) -> str:
    parts = []
    for title, metric in (("F1@50", "f1_on50"), ("F1@100", "f1_on100")):
        rows = []
        for name in (REFINED, ONLINE):
            one = named(listed, name)
            scores = [None if one is None else one.get(f"core/snr={snr}", metric) for snr in SNRS]
            rows.append([bold(name), *(figure(score) for score in scores)])
        for words, which in (
            ("best peer, tuned", is_peer("tuned")),
            ("best peer, default", is_peer("default")),
            ("best textbook method, tuned", lambda one: one.kind == "textbook" and one.mode == "tuned"),
        ):
            found = [best(listed, f"core/snr={snr}", metric, which) for snr in SNRS]
            cells = ["–" if hit is None else f"{figure(hit[1])}<br>{hit[0].name}" for hit in found]
            rows.append([words, *cells])
        for name in LIMITS:
            one = named(listed, name)
            scores = [None if one is None else one.get(f"core/snr={snr}", metric) for snr in SNRS]
            rows.append([f"*{name}*", *(figure(score) for score in scores)])
        parts.append(table([title, *(f"{snr} dB".replace("-", "−") for snr in SNRS)], rows))
    return "\n\n".join(parts)


def _shown(listed: Sequence[Method]) -> list[Method]:
    """Ours, the best peer tuned and at its defaults, the best textbook method."""
    chosen = [one for name in (REFINED, ONLINE) if (one := named(listed, name))]
    for which in (is_peer("tuned"), is_peer("default"), lambda one: one.kind == "textbook"):
        found = best(listed, "core", "f1_on100", which)
        if found is not None:
            chosen.append(found[0])
    return chosen


def _by_kind(listed: Sequence[Method]) -> str:
    groups = [f"core/fs={rate}" for rate in RATES] + [f"core/kind={shape}" for shape in SHAPES]
    groups += ["train", "mu/snr=3", "mu/snr=10", "mu/snr=20"]
    head = [*(f"{rate} Hz" for rate in RATES), *SHAPES, "0.1–3 s long", "motor units 3 dB", "10 dB", "20 dB"]
    rows = []
    for one in _shown(listed):
        cells = [
            f"{figure(one.get(group, 'f1_on50'))} / {figure(one.get(group, 'f1_on100'))}" for group in groups
        ]
        rows.append([bold(one.label, when=one.kind == "ours"), *cells])
    return table(["", *head], rows)


def _disturbed(listed: Sequence[Method]) -> str:
    names = [("ECG" if name == "ecg" else name) for name in DISTURBANCES]
    rows, rests = [], []
    for one in _shown(listed):
        who = bold(one.label, when=one.kind == "ours")
        groups = ["disturb", *(f"disturb/{name}" for name in DISTURBANCES)]
        cells = [figure(one.get(group, "f1_on50")) for group in groups]
        rows.append([who, *cells, figure(one.get("disturb", "fa_per_min"), 1)])
        groups = ["rest", "rest/none", *(f"rest/{name}" for name in DISTURBANCES)]
        rests.append([who, *(figure(one.get(group, "fa_per_min"), 1) for group in groups)])
    first = table(["F1@50, 6 and 15 dB", "together", *names, "false alarms/min"], rows)
    second = table(["false alarms/min at rest", "together", "clean", *names], rests)
    return first + "\n\n" + second


def _soon(listed: Sequence[Method]) -> str:
    rows = []
    for one in sorted(listed, key=lambda each: each.get("core", "lat_median") or 1e9):
        if one.get("core", "lat_median") is None or one.name == REFINED:
            continue
        cells = [figure(one.get(f"core/snr={snr}", "lat_median"), 0) for snr in SNRS]
        name = f"*{one.name}*" if one.kind == "limit" else bold(one.label, when=one.kind == "ours")
        rows.append([name, *cells, figure(one.get("core", "missed_pct"), 1)])
    head = ["median latency, ms", *(f"{snr} dB".replace("-", "−") for snr in SNRS), "missed, %"]
    return (
        table(head, rows)
        + "\n\nA method that misses the faint bursts looks quick: both columns belong together."
    )


def _goals(sets: Mapping[str, Ours]) -> str:
    rows = []
    for goal in GOALS:
        cells = [
            figure(goal.figure(ours), goal.digits) + (" **no**" if goal.reached(ours) is False else "")
            for ours in sets.values()
        ]
        rows.append([goal.what, goal.bound, *cells])
    return table(["goal", "wanted", *sets], rows)


def _cells(sets: Mapping[str, Ours]) -> str:
    ours = next(iter(sets.values()), {})
    online, refined = ours.get(ONLINE, ()), ours.get(REFINED, ())
    rows = []
    for rate in RATES:
        for snr in SNRS:
            one, two = among(online, "core", fs=rate, snr=snr), among(refined, "core", fs=rate, snr=snr)
            declared = f"{figure(f1(one, 50))} / {figure(f1(one, 100))}"
            later = f"{figure(f1(two, 50))} / {figure(f1(two, 100))}"
            rest = [figure(missed(one), 1), figure(latency(one), 0), figure(false_alarms(one), 1)]
            rows.append([f"{rate} Hz, {snr} dB".replace("-", "−"), declared, later, *rest])
    head = ["", "as declared", "refined", "missed, %", "latency, ms", "false alarms/min"]
    return "F1@50 / F1@100 of onsets.\n\n" + table(head, rows) + "\n\n" + _failing(online)


def _failing(rows: Sequence[Mapping[str, Any]]) -> str:
    """What fails where it should not: bursts missed at 6 dB and more, and false alarms."""
    lost: dict[str, int] = {}
    for row in loud(among(rows, "core"), 6):
        if row["missed"]:
            meta = row["meta"]
            key = f"{meta['kind']} at {meta['fs']} Hz, {meta['snr']} dB"
            lost[key] = lost.get(key, 0) + row["missed"]
    raised: dict[str, int] = {}
    for row in rows:
        if row["fa"]:
            meta = row["meta"]
            key = f"{meta['group']}, {meta['dname'] if meta['dname'] != 'none' else 'clean'}, {meta['fs']} Hz"
            raised[key] = raised.get(key, 0) + row["fa"]
    return f"Bursts missed at 6 dB and more: {_counted(lost)}.\n\nFalse alarms: {_counted(raised)}."


def _counted(found: Mapping[str, int]) -> str:
    order = sorted(found.items(), key=lambda pair: -pair[1])
    return "; ".join(f"{count} in {what}" for what, count in order) if order else "none"


def _speed(found: Results) -> str:
    parts = [SPEED_WORDS]
    if found.offline:
        parts.append("**A whole recording**, 8 channels, ten minutes at 2000 Hz.")
        parts.append(speed.offline(found.offline))
    if found.stream:
        parts.append("**Blocks of 20 rows** at 2000 Hz, as they come live.")
        parts.append(speed.streaming(found.stream))
    if found.growth:
        parts.append(
            "**The longest recording** that a peer finished in the time given, 8 channels at 2000 Hz."
        )
        parts.append(speed.lengths(found.growth))
    return "\n\n".join(parts)
