"""Every check of signal quality: what must fire it does, and clean EMG fires none."""

import numpy as np
import pytest
from scipy import signal

from nmr_emg import Block, Chain, Channel, Event, StreamInfo
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.dsp.activation import Activation
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.baseline import Baseline
from nmr_emg.dsp.envelope import Envelope
from nmr_emg.dsp.microvolts import Microvolts
from nmr_emg.dsp.profile import profile_for
from nmr_emg.dsp.quality import CHECKS, WORDS, Quality
from nmr_emg.dsp.settling import Settling
from nmr_emg.testing import blocks_of, collect, through

RATE = 250
RAIL = 187_500.0
SECONDS = 30


def stuck(x, rate):
    held = x.copy()
    for a in range(10 * rate, len(x), rate):
        held[a : a + rate // 10] = held[a]
    return held


FIRES = {
    "flat": {
        "lead off": lambda s, x, rate: s.late(rate, x, 40.0),
        "stuck for 100 ms a second": lambda s, x, rate: stuck(x, rate),
    },
    "clipped": {
        "at the rail": lambda s, x, rate: s.late(rate, x, np.clip(x + RAIL - 20_000, -RAIL, RAIL)),
    },
    "rail": {"offset of 80 %": lambda s, x, rate: s.late(rate, x, x + 0.8 * RAIL - 20_000)},
    "lost": {
        "5 % are no number": lambda s, x, rate: s.late(
            rate, x, np.where(np.arange(len(x)) % 20 == 0, np.nan, x)
        )
    },
    "envelope": {"rectified and smoothed": lambda s, x, rate: s.smoothed(x, rate)},
    "mains": {
        "20 µV of 50 Hz": lambda s, x, rate: s.late(rate, x, x + s.hum(SECONDS, 20, 50, rate)),
        "20 µV of 50.2 Hz": lambda s, x, rate: s.late(rate, x, x + s.hum(SECONDS, 20, 50.2, rate)),
        "20 µV of 60 Hz": lambda s, x, rate: s.late(rate, x, x + s.hum(SECONDS, 20, 60, rate)),
    },
    "motion": {"150 µV below 8 Hz": lambda s, x, rate: s.late(rate, x, x + s.sway(SECONDS, rate))},
    "shift": {
        "a step of 3 mV": lambda s, x, rate: s.late(rate, x, x + 3000),
        "a pop of 1 mV": lambda s, x, rate: (
            x
            + 1000
            * np.exp(-np.maximum(s.second(SECONDS, rate) - 10.2, 0) / 0.2)
            * (s.second(SECONDS, rate) >= 10.2)
        ),
    },
    "heartbeat": {
        "70 a minute": lambda s, x, rate: s.late(rate, x, x + s.beats(SECONDS, rate)),
        "110 a minute, upside down": lambda s, x, rate: s.late(rate, x, x - s.beats(SECONDS, rate, 100, 110)),
    },
    "noise": {"14 µV": lambda s, x, rate: x + s.noise(SECONDS, 14 * max(1.0, rate / 900) ** 0.5, 3, rate)},
}
"""What must fire each check; from the tenth second on, where it can begin in the middle."""

NOT_BY_THREE = {"envelope": 24, "noise": 24, "heartbeat": 15}
"""Checks that need longer, and the second by which they speak: ten to tell an envelope, four beats to tell a heart."""


@pytest.mark.parametrize("rate", [250, 1000])
@pytest.mark.parametrize(("name", "why"), [(name, why) for name, all_of in FIRES.items() for why in all_of])
def test_a_check_fires_on_what_it_is_for(s, name, why, rate):
    done = s.run(FIRES[name][why](s, s.emg(rate), rate), rate)
    done.rate = rate
    first = next(second for second, _, checks in s.told(done) if name in checks)
    assert first <= NOT_BY_THREE.get(name, 13)
    if name not in ("envelope", "noise"):
        assert first > 10


def test_every_check_has_a_signal_that_fires_it_and_words():
    assert set(CHECKS) == set(FIRES) == set(WORDS)


@pytest.mark.parametrize(
    ("rate", "level"), [(200, 6.0), (250, 20.0), (250, 600.0), (1000, 6.0), (2000, 60.0)]
)
def test_clean_emg_is_never_complained_about(s, rate, level):
    assert not s.run(s.emg(rate, level=level, seed=int(level)), rate).track("quality").any()


@pytest.mark.parametrize("model", ["gaussian", "motor-units"])
@pytest.mark.parametrize("rate", [200, 250, 1000])
def test_the_simulators_clean_muscles_are_never_complained_about(rate, model):
    driver = Simulator("bridge", seconds=20, rate=rate, model=model, disturbances=(), cyton=rate == 250)
    quality = collect(driver, profile_for(driver.info).chain()).track("quality")
    assert (quality == 0).mean() >= 0.99


def test_white_rest_is_good_and_its_hum_is_measured(s):
    """300 s of 2 µV rest at 250 a second; 5 µV of hum are below what is told, 12 µV are above."""
    quality = s.run(s.noise(300)).track("quality")
    assert (quality == 0).mean() >= 0.99
    assert not s.judged(s.noise(20) + s.hum(20, 5.0))[0]
    assert s.judged(s.noise(20) + s.hum(20, 12.0))[0][0][1:] == ("warn", ["mains"])


def test_what_the_notch_leaves_of_hum_is_bad(s):
    info = StreamInfo(RATE, (Channel("a"),))
    blocks = blocks_of((s.noise(10) + s.hum(10, 60.0))[:, None], 25)
    for mains, state in (((50.0, 60.0), "warn"), ((), "bad")):
        stages = (
            Microvolts(),
            Settling(),
            Bandpass(mains=mains),
            Envelope(),
            Baseline(),
            Activation(),
            Quality(),
        )
        found = [
            e.data for b in through(Chain(stages), info, blocks) for e in b.events if e.kind == "quality"
        ]
        assert (found[-1]["state"], found[-1]["checks"][0]) == (state, "mains")


def test_movement_that_the_high_pass_takes_out_is_a_warning_and_what_it_leaves_is_bad(s):
    working = s.emg(RATE, every=(5, 6))
    changes, _ = s.judged(working + s.sway(SECONDS, RATE, 100))
    assert {state for _, state, _ in changes} == {"warn"}
    fast = signal.sosfilt(
        signal.butter(4, [12, 19], "bandpass", fs=RATE, output="sos"), s.noise(SECONDS, 400)
    )
    changes, _ = s.judged(working + fast)
    assert "bad" in {state for _, state, _ in changes}


def test_a_drifting_baseline_is_no_matter(s):
    for drift in (6000 * s.second(20), 5000 * np.sin(2 * np.pi * 0.3 * s.second(20)), 250 * s.second(20)):
        assert not s.judged(s.noise(20) + drift)[0]


def test_hum_far_below_a_contraction_is_no_matter(s):
    x = s.emg(RATE, level=300.0, every=(25, 30))
    assert not s.judged(x + np.where(s.second(SECONDS) > 7, s.hum(SECONDS, 20.0), 0))[0]


def test_a_few_clipped_samples_are_a_warning(s):
    x = s.noise(10)
    x[6 * RATE : 6 * RATE + 2] = RAIL
    assert [state for _, state, _ in s.judged(x)[0] if state != "ok"] == ["warn"]


def test_tops_cut_off_flat_are_found_where_no_rail_is_known(s):
    x = np.clip(s.emg(RATE, level=300.0) - 20_000, -400, 400)
    assert any("clipped" in checks for _, _, checks in s.judged(x, full_scale=None)[0])
    coarse = np.round(s.emg(RATE, level=20.0) / 20) * 20
    assert not any("clipped" in checks for _, _, checks in s.judged(coarse, full_scale=None)[0])


def test_lost_packets_are_told_even_if_no_second_is_whole(s):
    raw = s.noise(20)[:, None]
    blocks = [
        Block(
            b.start + 15 * i,
            b.tracks,
            events=(Event("gap", b.start + 15 * i, data={"samples": 15}),) if i else (),
        )
        for i, b in enumerate(blocks_of(raw, 100))
    ]
    info = StreamInfo(RATE, (Channel("a"),))
    events = [
        e for b in through(profile_for(info).chain(), info, blocks) for e in b.events if e.kind == "quality"
    ]
    assert events[0].data["state"] == "warn"
    assert events[0].data["checks"] == ["lost"]


def test_pulses_that_come_unevenly_are_no_heart(s):
    at = np.cumsum(np.tile([0.4, 1.3], 20))
    pulses = 150 * np.exp(-0.5 * ((s.second(SECONDS)[:, None] - at) / 0.01) ** 2).sum(axis=1)
    assert not any("heartbeat" in checks for _, _, checks in s.judged(s.noise(SECONDS) + pulses)[0])


def test_a_converter_of_coarse_steps_is_not_stuck(s):
    x = 6 * np.round(s.noise(SECONDS) / 6)
    assert (np.diff(x) == 0).mean() > 0.5
    assert not any("flat" in checks for _, _, checks in s.judged(x)[0])


def test_what_rests_high_and_dips_is_no_envelope(s):
    bump = s.smoothed(s.emg(RATE), RATE)
    for x, told in ((bump, True), (bump.max() - bump, False)):
        assert any("envelope" in checks for _, _, checks in s.judged(x)[0]) == told
