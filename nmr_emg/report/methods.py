"""How the numbers were made, in words that can be cited."""

import platform
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any

from nmr_emg.analysis.bursts import SHORTEST, SMALLEST
from nmr_emg.dsp.activation import Activation
from nmr_emg.dsp.bandpass import Bandpass, upper_edge
from nmr_emg.dsp.baseline import Baseline
from nmr_emg.dsp.blanking import Blanking
from nmr_emg.dsp.continuity import BRIDGE_SECONDS
from nmr_emg.dsp.delays import delays, shown_delay
from nmr_emg.dsp.envelope import Envelope
from nmr_emg.dsp.heartbeat import Heartbeat
from nmr_emg.dsp.hum import Hum
from nmr_emg.dsp.normalise import Normalise
from nmr_emg.dsp.quality import Quality
from nmr_emg.dsp.scale import SMALLEST as SMALLEST_REFERENCE
from nmr_emg.dsp.settling import Settling
from nmr_emg.registry import stage_name
from nmr_emg.report.digits import setting, short
from nmr_emg.report.fatigue import trends
from nmr_emg.report.findings import Findings
from nmr_emg.scoring.balance import Balance
from nmr_emg.stage import Chain, Stage


def methods(findings: Findings) -> list[str]:
    """Paragraphs: the signal's way through the chain, what counts as a burst, and the versions."""
    chain = findings.profile.chain(findings.source.question.pairs)
    rate = findings.info.rate
    raw = any(findings.info.channels[i].kind == "raw" for i in findings.info.emg)
    stages = chain.stages if raw else [one for one in chain.stages if not isinstance(one, Bandpass)]
    steps = [text for one in stages if (text := _sentence(one, rate))]
    return [
        " ".join([_opening(findings), *steps, _delays(chain, findings)]),
        _minor(),
        trends(),
        _versions(findings),
    ]


def _opening(findings: Findings) -> str:
    rate = short(findings.info.rate, "Hz")
    steps = (
        f"Profile {findings.profile.name} ({findings.profile.title}), sampled at {rate}, all steps causal."
    )
    made = {channel.kind for channel in findings.info.channels} & {"rectified", "envelope"}
    return f"{steps} What the device sends as {' or '.join(sorted(made))} is not filtered." if made else steps


def _delays(chain: Chain, findings: Findings) -> str:
    late = {name: seconds for name, seconds in delays(chain, findings.info).items() if seconds}
    if not late:
        return "No step delays the signal."
    each = ", ".join(f"{name} {short(1000 * seconds, 'ms')}" for name, seconds in late.items())
    total = short(1000 * shown_delay(chain, findings.info), "ms")
    return f"Delays: {each}; so the envelope comes {total} after the muscle."


def _minor() -> str:
    return (
        f"A burst is minor when it is shorter than {setting(SHORTEST, 's')} or its peak is under {SMALLEST:.0%} of the "
        "envelope that 99.5 % of the channel's active samples stay under. RMS is that of the filtered signal and peak "
        "the largest envelope, both while the muscle was active and the signal not bad. SNR is 10·log₁₀((A² − R²)/R²), "
        "A being the RMS and R the RMS at rest. MDF is the median frequency over all mostly active seconds. A burst's "
        "onset is the best estimate of when it began; it was declared later, once there was enough evidence."
    )


def _versions(findings: Findings) -> str:
    ours = ", ".join(f"{name} {_version(name)}" for name in ("nmr-emg", "numpy", "scipy"))
    text = f"Made with {ours} and Python {platform.python_version()}."
    recorded = findings.source.facts.get("versions")
    if isinstance(recorded, Mapping) and recorded:
        text += " Recorded with " + ", ".join(f"{name} {one}" for name, one in recorded.items()) + "."
    return text


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _sentence(one: Stage, rate: float) -> str:
    if type(one) in _WORDS:
        return _WORDS[type(one)](one, rate)
    name = stage_name(one)
    return "" if name in ("microvolts", "balance") else f"Stage {name}: {one!r}."


def _bandpass(one: Bandpass, rate: float) -> str:
    high = upper_edge(rate) if one.high is None else one.high
    lines = one.lines(rate)
    notched = " and ".join(
        [", ".join(f"{f:g}" for f in lines[:-1]), f"{lines[-1]:g}"] if lines[1:] else map(str, lines)
    )
    text = f"Butterworth band-pass {one.low:g}–{setting(high, 'Hz')}, order {one.order} at each edge"
    if not lines:
        return f"{text}, no notch."
    return f"{text}, and notches of {setting(one.notch_width, 'Hz')} at {notched}\u202fHz."


def _envelope(one: Envelope, rate: float) -> str:
    if one.kind == "linear":
        return f"Linear envelope: rectified, then a Butterworth low-pass of order 2 at {setting(one.corner, 'Hz')}."
    samples = one.length(rate)
    delay = 1000 * (samples - 1) / 2 / rate
    what = "root mean square" if one.kind == "rms" else "mean of the rectified signal"
    return (
        f"Envelope: {what} over the last {setting(1000 * one.window, 'ms')} ({samples} samples; "
        f"delay {short(delay, 'ms')})."
    )


def _baseline(one: Baseline, _: float) -> str:
    return (
        f"Rest: where it was not declared, the {one.quantile:g} quantile of the power in windows of "
        f"{setting(1000 * one.window, 'ms')} that were no activity, over the last {setting(one.memory, 's')}."
    )


def _hum(one: Hum, _: float) -> str:
    if not one.mains:
        return ""
    wall = " or ".join(f"{f:g}" for f in one.mains)
    return (
        f"Mains hum at {wall}\u202fHz and up to its harmonic number {one.harmonics} is followed and subtracted wherever the "
        f"EMG stands less than {setting(one.guard, 'dB')} over it."
    )


def _blanking(one: Blanking, _: float) -> str:
    return f"Blanking goes on for {setting(1000 * one.tail, 'ms')} after its mask." if one.tail else ""


def _heartbeat(one: Heartbeat, _: float) -> str:
    if one.mode == "off":
        return ""
    done = (
        " and, where they were known beforehand, subtracted as the mean of the last"
        if one.mode == "subtract"
        else ""
    )
    return f"Heart beats are marked{done}."


def _activation(one: Activation, _: float) -> str:
    return (
        "Activity begins when the signal, in bands each measured against its own level at rest, is so much more likely "
        f"in activity that the logarithm of the likelihood ratio reaches {one.onset:g} (Page's test), and "
        f"{one.beside:g} without its strongest stretch; it ends when the ratio for rest reaches {one.offset:g}. Both "
        f"are dated back to where the evidence begins, and an onset once more after {setting(one.refine, 's')}."
    )


def _normalise(one: Normalise, _: float) -> str:
    return (
        "Normalisation, where there is a reference: 100·√(E² − rest²)/√(reference² − rest²), the reference being "
        f"the {one.statistic} of its trial unless it came with its own statistic; refused under "
        f"{SMALLEST_REFERENCE:g} times rest, or if it was measured with another profile, band or envelope than this "
        f"({one.measured or 'unnamed'})."
    )


def _settling(one: Settling, _: float) -> str:
    bridge = setting(1000 * BRIDGE_SECONDS, "ms")
    return f"The first {setting(one.seconds, 's')} and as long after every gap over {bridge} count for no number."


def _quality(one: Quality, _: float) -> str:
    text = (
        "Signal quality is judged each second, on the last one to ten seconds: contact, clipping, electrode offset, lost "
        "samples, mains hum before and behind the notch, movement below 20\u202fHz, jumps of the baseline, heartbeats, and "
        "whether a raw channel is an envelope"
    )
    if not one.calibrated:
        return f"{text}; by ratios only, as the device's microvolts are not calibrated. What is bad counts for no number."
    return (
        f"{text}; hum above {setting(one.hum, 'µV')} and noise above {setting(one.noise, 'µV')} at rest are told. What is "
        "bad counts for no number."
    )


def _balance(one: Balance, _: float) -> str:
    if not one.pairs:
        return ""
    return (
        "Balance: λ = ln[(A + ε)/(B + ε)], direction tanh(λ/2) from 1 (only A) through 0 (even) to −1 (only B), score "
        "100·(1 − |direction|), so that 1:1 scores 100, 2:1 66.7 and 4:1 40; with a reference ε = 1 % and the gate "
        "is 5 %, without one ε is 3 standard deviations of rest and the gate 3 times rest. Its course is smoothed "
        f"over {setting(one.smoothing, 's')}. The interval (95 %) is that of the estimate from this much signal; it "
        "does not hold what changes from day to day."
    )


_WORDS: Mapping[type[Any], Callable[[Any, float], str]] = MappingProxyType(
    {
        Bandpass: _bandpass,
        Blanking: _blanking,
        Envelope: _envelope,
        Heartbeat: _heartbeat,
        Hum: _hum,
        Baseline: _baseline,
        Activation: _activation,
        Normalise: _normalise,
        Settling: _settling,
        Quality: _quality,
        Balance: _balance,
    }
)
