"""How a channel's state changes, what is said of it, and the promises of a stage."""

from dataclasses import replace

import numpy as np
import pytest

from nmr_emg import Block, Chain, Channel, ConfigError, Event, StreamInfo
from nmr_emg.dsp.profile import profile_for
from nmr_emg.dsp.quality import STATES, WORDS, Quality, sentence
from nmr_emg.scoring.balance import Balance
from nmr_emg.testing import assert_same, blocks_of, check_stage, recut, through

RATE = 250
RAIL = 187_500.0
SECONDS = 30


def test_a_lead_that_is_off_is_bad_at_once_and_good_again_after_three_seconds(s):
    changes, track = s.judged(np.concatenate([s.noise(5), np.full(4 * RATE, 40.0), s.noise(9)]))
    assert changes[0] == (6, "bad", ["flat"])
    assert not any("flat" in checks for second, _, checks in changes if second >= 12)
    assert set(track[6 * RATE : 12 * RATE]) == {2}


def test_hum_warns_after_two_seconds_in_a_row_and_is_forgotten_after_three(s):
    x = s.noise(30)
    x[10 * RATE : 15 * RATE] += s.hum(5, 60.0)
    changes, _ = s.judged(x)
    assert changes[0] == (12, "warn", ["mains"])
    assert changes[-1][1:] == ("ok", [])


def test_reasons_change_without_the_state_and_come_worst_first(s):
    x = (
        s.noise(24)
        + np.where(s.second(24) > 8, s.hum(24, 30.0), 0)
        + np.where(s.second(24) > 16, 0.8 * RAIL, 0)
    )
    x[20 * RATE :] = 40.0
    changes, _ = s.judged(x)
    found = [checks for _, _, checks in changes]
    assert ["mains"] in found
    assert any({"rail", "mains"} <= set(checks) for checks in found)
    assert found[-1][0] == "flat"


def test_an_event_carries_sentences_of_the_table(s):
    done = s.run(s.late(RATE, s.emg(RATE), 40.0))
    data = next(e.data for e in done.events if e.kind == "quality")
    assert data["state"] in STATES
    assert data["checks"][0] == "flat"
    assert data["reasons"] == [sentence(name) for name in data["checks"]]
    assert data["reasons"][0] == str(WORDS["flat"])


@pytest.mark.parametrize("name", WORDS)
def test_a_sentence_says_what_is_wrong_and_what_to_do_in_plain_words(name):
    words = WORDS[name]
    assert 2 <= len(words.what.split()) <= 12
    assert 4 <= len(words.fix.split()) <= 25
    for part in (words.what, words.fix):
        assert part == part.strip().rstrip(".")
        assert ":" not in part
        assert "µV" not in part
        assert not any(word in part for word in ("SNR", "RMS", "PSD", "patient", "diagnos"))


def test_where_uv_are_not_true_only_ratios_are_judged(s):
    quiet = {"settings": {"quality.calibrated": False}}
    assert s.judged(s.noise(20, 14.0))[0][-1][2] == ["noise"]
    assert not s.judged(s.noise(20, 14.0), **quiet)[0]
    assert not s.judged(1e-4 * s.noise(20), **quiet)[0]
    assert s.judged(1e-4 * (s.noise(20) + s.hum(20, 60.0)), **quiet)[0][-1][2] == ["mains"]
    assert s.judged(np.full(10 * RATE, 3.0), **quiet)[0][-1][1] == "bad"


@pytest.mark.parametrize("kind", ["envelope", "rectified"])
def test_a_boards_envelope_is_judged_by_contact_alone(s, kind):
    x = np.abs(s.smoothed(s.emg(RATE), RATE))
    assert not s.judged(x, kind=kind)[0]
    changes, _ = s.judged(s.late(RATE, x, 40.0), kind=kind)
    assert changes[0] == (14, "bad", ["flat"])


@pytest.mark.parametrize("unit", ["V", "mV", "uV"])
def test_the_same_answer_in_any_unit(s, unit):
    x = s.late(RATE, s.emg(RATE), s.emg(RATE) + s.hum(SECONDS, 30.0) + s.sway(SECONDS, RATE))
    per = {"V": 1e6, "mV": 1e3, "uV": 1.0}[unit]
    changes, _ = s.judged(x / per, unit=unit, full_scale=RAIL / per)
    assert changes == s.judged(x)[0]


def test_a_check_can_be_left_out(s):
    x = s.emg(RATE) + s.beats(SECONDS, RATE)
    assert any("heartbeat" in checks for _, _, checks in s.judged(x)[0])
    left = s.judged(x, settings={"quality.without": ("heartbeat", "motion")})[0]
    assert not any({"heartbeat", "motion"} & set(checks) for _, _, checks in left)
    with pytest.raises(ConfigError, match=r"without is .*it must be a list out of flat, clipped"):
        Quality(without=("hart",))


@pytest.mark.parametrize("blanked", [False, True])
@pytest.mark.parametrize("name", ["mains", "flat", "clipped"])
def test_what_is_blanked_is_not_judged(s, name, blanked):
    disturbed = {"mains": s.noise(30) + s.hum(30, 60.0), "flat": np.full(30 * RATE, 40.0)}
    disturbed["clipped"] = np.where(np.arange(30 * RATE) % 10 < 5, RAIL, -RAIL)
    during = (s.second(30) >= 10) & (s.second(30) < 16)
    raw = np.where(during, disturbed[name], s.noise(30))[:, None]
    info = StreamInfo(RATE, (Channel("a", full_scale=RAIL),))
    block = Block(0, {"raw": raw, "mask": during[:, None] & blanked})
    done = through(profile_for(info).chain(settings={"hum.mains": ()}), info, recut([block], [25]))
    heard = {check for b in done for e in b.events if e.kind == "quality" for check in e.data["checks"]}
    assert (name in heard) != blanked


@pytest.mark.parametrize(("lost", "told"), [(1, True), (2 * RATE, False)])
def test_another_level_after_a_long_gap_is_no_jump(s, lost, told):
    x = s.noise(24)[:, None] + 20_000
    x[12 * RATE + 100 :] += 3000
    cut = 12 * RATE + 100
    gap = Event("gap", cut + lost, data={"samples": lost, "reason": "counter"})
    blocks = [Block(0, {"raw": x[:cut]}), Block(cut + lost, {"raw": x[cut:]}, events=(gap,))]
    info = StreamInfo(RATE, (Channel("a"),))
    done = through(profile_for(info).chain(), info, blocks)
    heard = {check for b in done for e in b.events if e.kind == "quality" for check in e.data["checks"]}
    assert ("shift" in heard) == told


@pytest.mark.parametrize("sizes", [[3], [0, 7, 333], [2500]])
def test_long_streams_do_not_depend_on_the_cutting(s, sizes):
    rate = 250
    pop = 1000 * np.exp(-np.maximum(s.second(SECONDS) - 10.2, 0) / 0.2) * (s.second(SECONDS) >= 10.2)
    parts = s.beats(SECONDS, rate), pop, s.sway(SECONDS, rate)
    raw = np.stack([part + s.emg(rate, seed=i) for i, part in enumerate(parts)], axis=1)[: 20 * rate]
    info = StreamInfo(rate, tuple(Channel(label) for label in "abc"))
    before = Chain(
        tuple(one for one in profile_for(info).chain().stages if not isinstance(one, Quality | Balance))
    )
    check_stage(Quality(), info, through(before, info, blocks_of(raw, 50)), sizes)


def test_what_a_row_major_or_a_column_major_block_holds_is_the_same(s):
    raw = np.stack([s.emg(RATE, seed=i) + s.beats(SECONDS, RATE) for i in range(3)], axis=1)
    info = StreamInfo(RATE, tuple(Channel(label) for label in "abc"))
    chain = profile_for(info).chain()
    turned = [
        replace(b, tracks={"raw": np.asfortranarray(b["raw"])}) for b in recut(blocks_of(raw, 250), [250])
    ]
    assert_same(through(chain, info, turned), through(chain, info, blocks_of(raw, 40)))


def test_many_channels_are_looked_at_in_turn(s):
    """Of 20 channels eight are looked at for heartbeats each second; all are told of within three more."""
    beating = s.emg(RATE) + s.beats(SECONDS, RATE)
    info = StreamInfo(RATE, tuple(Channel(f"c{i}") for i in range(20)))
    done = through(profile_for(info).chain(), info, blocks_of(np.tile(beating[:, None], 20), 25))
    heard = {
        e.channel for b in done for e in b.events if e.kind == "quality" and "heartbeat" in e.data["checks"]
    }
    assert heard == set(range(20))
