"""How much of the EMG a recording's profile and chain carry, in numbers."""

from typing import Any

from nmr_emg.analysis.spectrum import band_of
from nmr_emg.block import StreamInfo
from nmr_emg.dsp.profile import Profile
from nmr_emg.stage import Chain


def band(profile: Profile, chain: Chain, info: StreamInfo) -> dict[str, Any] | None:
    """Edges and losses as `nmr-emg analyze` prints them; `None` where no filter touches the stream."""
    if not any(info.channels[i].kind == "raw" for i in info.emg):
        return None
    low, high = band_of(chain, info.rate)
    return {
        "low_hz": low,
        "high_hz": round(high, 2),
        "hardware_3db_hz": profile.band.hardware_3db,
        "lost_power": profile.band.lost_power,
        "amplitude": profile.band.amplitude,
    }
