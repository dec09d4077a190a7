"""A reference from another recording, taken only if it was measured alike."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from nmr_emg.analysis import Question
from nmr_emg.analysis.analyze import survey
from nmr_emg.analysis.survey import Levels
from nmr_emg.block import StreamInfo
from nmr_emg.cli.opening import opened
from nmr_emg.cli.words import stretch
from nmr_emg.dsp.measure import measured, measured_on
from nmr_emg.dsp.profile import profile_for
from nmr_emg.errors import ConfigError
from nmr_emg.event import Event
from nmr_emg.recordings.recording import Recording


def with_reference(question: Question, reference: str | None, own: Callable[[], str]) -> Question:
    """A question with its reference: a stretch of the recording itself, or a file that holds one.

    Args:
        question: what is asked.
        reference: "A:B", a file, or nothing.
        own: says how amplitudes of the recording itself are measured.

    Raises:
        ConfigError: it is neither, holds no reference, or was measured otherwise.
    """
    if reference is None:
        return question
    if not Path(reference).exists():
        return replace(question, reference=stretch(reference, "--reference"))
    with opened(Path(reference)) as recording:
        theirs, ours = _measured(recording.info, question), own()
        if theirs != ours:
            raise ConfigError(
                f"--reference {reference} was measured otherwise ({theirs}) than this file ({ours}): their amplitudes "
                "can't be compared; take a reference of the same instrument and profile"
            )
        profile = profile_for(recording.info, question.profile)
        levels = survey(recording, profile.chain_for(recording.info, settings=question.settings))
    return replace(question, told=(_usable_reference(levels, reference),))


def _usable_reference(levels: Levels, where: str) -> Event:
    """The reference that another recording holds, without the channels for which it was refused there."""
    event = levels.told_reference
    if event is None:
        raise ConfigError(f"--reference {where}: no reference trial is recorded in it")
    refused = (levels.reference or {}).get("refused", {})
    values = {label: value for label, value in event.data["values"].items() if label not in refused}
    if not any(value is not None for value in values.values()):
        raise ConfigError(f"--reference {where}: {'; '.join(f'{k}: {v}' for k, v in refused.items())}")
    return replace(event, data={**event.data, "values": values})


def _measured(info: StreamInfo, question: Question) -> str:
    """Profile, band and envelope, and at which rate: one profile may be named for two instruments."""
    profile = profile_for(info, question.profile)
    chain = profile.chain(settings=question.settings)
    how = measured_on(measured(profile.name, chain.stages), info)
    return f"{how}, {float(f'{info.rate:.3g}'):g} samples a second"


def measured_in(recording: Recording, question: Question) -> str:
    """How amplitudes of an open recording are measured; it is closed."""
    with recording:
        return _measured(recording.info, question)
