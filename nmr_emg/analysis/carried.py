"""What a channel's band can carry of the EMG's spectrum, in words."""

from nmr_emg.block import Channel
from nmr_emg.dsp.profile import Profile
from nmr_emg.dsp.spectral.live import NARROWEST

WIDE = 350.0
"""A band that ends below this (Hz) carries a relative trend only."""


def no_spectrum(profile: Profile, channel: Channel, high: float) -> str | None:
    """Why a channel whose band ends at `high` (Hz) has no spectrum; `None` if it has one."""
    if channel.kind != "raw":
        return "this channel is no raw EMG"
    if "spectrum" in profile.refused:
        return profile.refused["spectrum"]
    if high < NARROWEST:
        return f"the band ends at {high:g} Hz; under {NARROWEST:g} Hz it cannot carry the EMG spectrum"
    return None


def no_fatigue(profile: Profile, channel: Channel, high: float) -> str | None:
    """Why a channel has no trend of its spectrum; `None` if it may have one."""
    if channel.kind == "raw" and "fatigue" in profile.refused:
        return profile.refused["fatigue"]
    return no_spectrum(profile, channel, high)


def fatigue_label(profile: Profile, high: float) -> str | None:
    """How far a trend may be trusted; `None` where there is nothing to say."""
    found = profile.cautions.get("fatigue") or profile.cautions.get("spectrum")
    if found or high >= WIDE:
        return found
    return f"relative trend only: the band ends at {high:g} Hz, and what moves above it is not seen"
