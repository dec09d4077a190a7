"""What `nmr-emg analyze` prints."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf, log10
from typing import Any

from nmr_emg.analysis.band import band
from nmr_emg.analysis.bursts import Bursts
from nmr_emg.analysis.carried import fatigue_label, no_fatigue, no_spectrum
from nmr_emg.analysis.channels import Channels
from nmr_emg.analysis.fatigue import fatigue, refused
from nmr_emg.analysis.normalised import Normalised
from nmr_emg.analysis.pairs import Pairs
from nmr_emg.analysis.published import PublishedBursts
from nmr_emg.analysis.spectrum import Spectrum, band_of
from nmr_emg.analysis.survey import Levels, Survey
from nmr_emg.analysis.told import Told
from nmr_emg.block import StreamInfo
from nmr_emg.driver import Driver, Sink
from nmr_emg.dsp.delays import delays_ms
from nmr_emg.dsp.profile import Profile, profile_for
from nmr_emg.errors import ConfigError
from nmr_emg.event import Event
from nmr_emg.session import Session
from nmr_emg.stage import Chain


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a recording; times are seconds from its first sample.

    Args:
        profile: name of the acquisition profile; `None` goes by the rate.
        rest: a stretch of rest.
        reference: a stretch of reference contraction.
        told: input events known beforehand, such as another recording's reference.
        channels: labels to report; empty for all that carry EMG.
        pairs: labels of the pairs to score.
        detector: published method that lists the bursts; `None` for the chain's own.
        settings: of the profile's stages, by "stage.setting".
    """

    profile: str | None = None
    rest: tuple[float, float] | None = None
    reference: tuple[float, float] | None = None
    told: tuple[Event, ...] = ()
    channels: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    detector: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def analyze(
    open_again: Callable[[], Driver], question: Question, *more: Callable[[StreamInfo], Sink]
) -> dict[str, Any]:
    """Run a recording through its profile's chain twice and sum it up.

    Memory does not grow with the recording's length, but for a few numbers an active second and one entry a burst;
    a published detector keeps the whole filtered signal.

    Args:
        open_again: gives the recording as an open driver, anew at each call.
        question: what is asked.
        more: further sinks for the second pass, made from the stream's info.

    Raises:
        ConfigError: the question does not fit the recording.
        NmrEmgError: reading failed.
    """
    driver = open_again()
    try:
        info = driver.info
        profile = profile_for(info, question.profile)
        chain = profile.chain_for(info, question.pairs, question.settings)
        shown = _shown(info, question.channels)
        trials = _trials(question, info)
        bursts = _bursts(info, question)
    except BaseException:
        driver.close()
        raise
    levels = survey(driver, chain, trials)
    _check(question, levels, info)
    counted, spectrum = Channels(info), Spectrum(info, band_of(chain, info.rate))
    pairs, normalised = Pairs(info, question.pairs, levels), Normalised(info)
    sinks: list[Sink] = [counted, bursts, spectrum, pairs, normalised, *(make(info) for make in more)]
    Session(Told(open_again(), [*levels.as_events(), *trials]), chain, sinks).run()
    return {
        "profile": profile.name,
        "rate": info.rate,
        "detector": question.detector or "activation",
        "channels": [
            {
                **_channel(info, i, levels, profile, (counted, bursts, spectrum)),
                **normalised.channel(info.channels[i].label),
            }
            for i in shown
        ],
        "pairs": pairs.as_json(),
        "order": {"reason": "no repetitions are marked in this recording"},
        "reference": normalised.as_json(),
        "delays_ms": delays_ms(chain, info),
        "lost": profile.lost,
        "band": band(profile, chain, info),
        "refused": dict(profile.refused),
        "cautions": dict(profile.cautions),
    }


def survey(driver: Driver, chain: Chain, told: Iterable[Event] = ()) -> Levels:
    """The first pass: measure rest, reference and peak of an open recording."""
    found = Survey(driver.info)
    Session(Told(driver, told), chain, [found]).run()
    return found.levels()


def _shown(info: StreamInfo, labels: tuple[str, ...]) -> list[int]:
    chosen = [info.index(label) for label in labels] or list(info.emg)
    for i in chosen:
        if i not in info.emg:
            raise ConfigError(
                f"channel {info.channels[i].label!r} is {info.channels[i].kind}; it carries no EMG"
            )
    return chosen


def _bursts(info: StreamInfo, question: Question) -> Bursts:
    if question.detector is None:
        return Bursts(info)
    return PublishedBursts(info, question.detector, question.rest)


def _trials(question: Question, info: StreamInfo) -> list[Event]:
    events = list(question.told)
    for name, stretch in (("rest", question.rest), ("reference", question.reference)):
        if stretch is None:
            continue
        if not 0 <= stretch[0] < stretch[1] < inf:
            raise ConfigError(
                f"{name} {stretch[0]:g}:{stretch[1]:g} must be two times in seconds, the later one last"
            )
        first, last = (round(second * info.rate) for second in stretch)
        events += [
            Event("trial", i, data={"name": name, "edge": e}) for i, e in ((first, "start"), (last, "stop"))
        ]
    return events


def _check(question: Question, levels: Levels, info: StreamInfo) -> None:
    for name, stretch in (("rest", question.rest), ("reference", question.reference)):
        if stretch is not None and round(stretch[1] * info.rate) > levels.rows:
            raise ConfigError(
                f"{name} ends at {stretch[1]:g} s, but the recording at {levels.rows / info.rate:g} s"
            )


def _channel(
    info: StreamInfo, i: int, levels: Levels, profile: Profile, sinks: tuple[Channels, Bursts, Spectrum]
) -> dict[str, Any]:
    counted, bursts, spectrum = sinks
    channel, column = info.channels[i], info.emg.index(i)
    rest = levels.rest[channel.label]
    amplitude = counted.amplitude(column)
    major, minor = bursts.split(i, levels.peak[channel.label])
    high = spectrum.band[1]
    trendless = no_fatigue(profile, channel, high)
    return {
        "label": channel.label,
        "muscle": channel.muscle,
        "side": channel.side,
        "quality": counted.quality(column),
        "rest_uV": None if rest is None else round(rest, 4),
        "snr_db": _snr(amplitude["rms_uV"], rest),
        **amplitude,
        "mdf_hz": None if no_spectrum(profile, channel, high) else spectrum.mdf(column),
        "bursts": [burst.as_json(bursts.first or 0, info.rate, rest) for burst in major],
        "minor": [burst.as_json(bursts.first or 0, info.rate, rest) for burst in minor],
        "bursts_refused": bursts.refused.get(i),
        "fatigue": refused(trendless)
        if trendless
        else fatigue(
            spectrum.frames(column), major, rest, bursts.first or 0, info.rate, fatigue_label(profile, high)
        ),
    }


def _snr(rms: float | None, rest: float | None) -> float | None:
    if not rms or not rest or rms <= rest:
        return None
    return round(10 * log10((rms**2 - rest**2) / rest**2), 2)
