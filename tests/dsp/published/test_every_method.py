"""What every published detector does alike: refuse, keep to pieces, forget the unit, say what is cut."""

from itertools import pairwise

import numpy as np
import pytest

from nmr_emg import ConfigError
from nmr_emg.dsp.published import METHODS, detector

RATE = 250


def long(found, least=0.2):
    return [one for one in found if one.offset - one.onset > least]


@pytest.fixture(params=METHODS)
def name(request):
    return request.param


@pytest.fixture
def method(name):
    """Gentle settings for the causal method, whose smoothing is slow."""
    return detector(name, {"lowpass": 9.5} if name == "modified_hodges" else {})


def test_it_finds_two_bursts_and_nothing_else(name, method, trial):
    truth = ((3.0, 4.0), (6.0, 6.6))
    x = trial(np.random.default_rng(11), 1000, 20, 9.0, truth)
    found = long(method.find(x, 1000, (0.0, 2.0)))
    expected = truth if name != "change_point" else ((3.0, 6.6),)
    assert [(one.onset, one.offset) for one in found] == [
        pytest.approx(burst, abs=0.06) for burst in expected
    ]
    assert not any(one.truncated_start or one.truncated_end for one in found)


@pytest.mark.parametrize("unit", [1e-6, 1e-3, 3.7, 1e9])
def test_the_unit_does_not_matter(method, trial, unit):
    x = trial(np.random.default_rng(12), RATE, 12, 5.0, ((3.0, 4.0),))
    assert method.find(unit * x, RATE) == method.find(x, RATE) != []


def test_nor_does_an_offset(method, trial):
    x = trial(np.random.default_rng(13), RATE, 15, 5.0, ((3.0, 4.0),))
    shifted = [(one.onset, one.offset) for one in method.find(x + 40, RATE)]
    assert shifted == [(one.onset, one.offset) for one in method.find(x, RATE)]


def test_a_declared_onset_is_not_known_before_it_happened(name, method, trial):
    x = trial(np.random.default_rng(14), RATE, 15, 6.0, ((3.0, 4.0), (5.0, 5.5)))
    found = method.find(x, RATE)
    causal = {"modified_hodges", "bonato", "aglr"}
    assert {one.declared is not None for one in found} == {name in causal}
    assert all(one.declared >= one.onset for one in found if name in causal)


@pytest.mark.parametrize("rate", [RATE, 2000])
@pytest.mark.parametrize("causal", ["modified_hodges", "bonato", "aglr"])
def test_what_a_causal_method_has_declared_does_not_change_with_what_follows(causal, rate, trial):
    x = trial(np.random.default_rng(15), rate, 12, 6.0, ((3.0, 4.0), (5.0, 5.5)))
    found = [one for one in detector(causal).find(x, rate) if one.declared > 2]
    assert len(found) >= 2
    for one in found:
        stop = round(one.declared * rate) + 1
        again = detector(causal).find(x[:stop], rate)
        assert one.onset == pytest.approx(again[-1].onset, abs=1e-9), one


def test_a_gap_splits_a_burst(name, method, trial):
    x = trial(np.random.default_rng(16), RATE, 20, 6.0, ((3.0, 5.0),))
    x[1000:1010] = np.nan
    found = [one for one in method.find(x, RATE) if one.offset > 2.9]
    before, after = ([one for one in found if (one.onset < 4) == early] for early in (True, False))
    assert (before[0].onset, after[-1].offset) == pytest.approx((3.0, 5.0), abs=0.1)
    assert (before[-1].offset, after[0].onset) == pytest.approx((4.0, 4.04), abs=0.06)
    assert [one.truncated_end for one in found] == [one is before[-1] for one in found]
    assert [one.truncated_start for one in found] == [one is after[0] for one in found]


def test_pieces_too_short_to_judge_and_infinities_do_no_harm(method, trial):
    x = trial(np.random.default_rng(17), RATE, 20, 6.0, ((3.0, 5.0),))
    x[700::7] = np.inf
    assert not long(method.find(x, RATE), 0.1)


def test_activity_from_the_first_sample_to_the_last_is_cut_at_both_ends(name, method, trial):
    """Rest lies in the middle, as it may when it is named afterwards."""
    x = trial(np.random.default_rng(19), RATE, 20, 6.0, ((0.0, 1.5), (4.5, 6.0)))
    found = method.find(x, RATE, (2.0, 4.0))
    if name == "change_point":
        assert any(one.truncated_end for one in found)
        return
    assert found[0].truncated_start
    assert not found[0].truncated_end
    assert found[-1].truncated_end
    assert not found[-1].truncated_start


@pytest.mark.parametrize("rest", [(0.0, 0.3), (5.8, 9.0), (7.0, 9.0), (2.4, 3.0)])
def test_without_rest_it_refuses(method, trial, rest):
    x = trial(np.random.default_rng(20), RATE, 20, 6.0, ((3.0, 5.0),))
    x[600:700] = np.nan
    with pytest.raises(ConfigError, match=r"a detector needs 0\.5 s of rest"):
        method.find(x, RATE, rest)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9])
def test_a_flat_baseline_is_refused(method, trial, value):
    x = trial(np.random.default_rng(21), RATE, 20, 6.0, ((3.0, 5.0),))
    x[:500] = value
    with pytest.raises(ConfigError, match="flat baseline"):
        method.find(x, RATE)


@pytest.mark.parametrize("x", [np.zeros(0), np.full(2000, np.nan), np.ones(3)])
def test_an_empty_signal_is_refused(method, x):
    with pytest.raises(ConfigError, match="of rest"):
        method.find(x, RATE)


@pytest.mark.parametrize("rest", [(2.0, 1.0), (-1.0, 1.0), (0.0, np.inf), (0.0,), (np.nan, 1.0)])
def test_a_stretch_that_is_none_is_refused(method, rest):
    with pytest.raises(ConfigError, match="rest is"):
        method.find(np.random.default_rng(22).standard_normal(1000), RATE, rest)


def test_two_channels_at_once_are_refused(method):
    with pytest.raises(ConfigError, match="one channel"):
        method.find(np.ones((1000, 2)), RATE)


@pytest.mark.parametrize("rate", [0, -250, np.nan, np.inf])
def test_a_rate_that_is_none_is_refused(method, rate):
    with pytest.raises(ConfigError, match="rate is"):
        method.find(np.random.default_rng(23).standard_normal(1000), rate)


@pytest.mark.parametrize("rate", [20, 40.5, 99.9, 125, 5000])
def test_any_rate_does(method, rate):
    x = np.random.default_rng(24).standard_normal(round(5 * rate))
    x[round(3 * rate) : round(4 * rate)] *= 30
    found = long(method.find(x, rate), 0.11)
    assert found
    assert found[0].onset == pytest.approx(3, abs=0.1 if rate > 50 else 0.75)


def test_whole_numbers_from_a_converter_do(method):
    rng = np.random.default_rng(25)
    x = np.round(2 * rng.standard_normal(1500)).astype(np.int32)
    x[750:1000] *= 20
    assert long(method.find(x, RATE))[0].onset == pytest.approx(3, abs=0.06)
    assert x.dtype == np.int32


def test_its_input_stays_as_it_was(method, trial):
    x = trial(np.random.default_rng(26), RATE, 20, 6.0, ((3.0, 5.0),))
    x.flags.writeable = False
    assert method.find(x, RATE)


def test_intervals_are_in_order_and_apart(method, trial):
    for seed in range(30):
        x = trial(np.random.default_rng(seed), RATE, 4, 6.0, ((2.5, 2.6), (2.75, 3.0), (3.1, 5.0)))
        found = method.find(x, RATE)
        assert all(a.onset < a.offset for a in found)
        assert all(a.offset <= b.onset for a, b in pairwise(found))
        assert all(one.onset >= 0 and one.offset <= 6 for one in found)


def awkward(rng, rate):
    """What no muscle makes: huge, tiny, rounded, sparse, half flat, a tone, holes."""
    x = rng.standard_normal(int(rng.integers(0, 5 * rate)))
    half = len(x) // 2
    x *= rng.choice([1, 1, 1e200, 1e-200])
    x[half:] *= rng.choice([1, 1, 0, 1e100])
    how = rng.integers(4)
    if how == 0:
        x = np.round(x / 2)
    elif how == 1:
        x = np.where(rng.random(len(x)) < 0.002, 1e308, 0.0)
    elif how == 2:
        x = np.sin(np.arange(len(x)) * rng.uniform(0, 3))
    for at in rng.integers(0, max(len(x), 1), rng.integers(4)):
        x[at : at + rng.integers(1, rate)] = rng.choice([np.nan, np.inf, -np.inf])
    return x


def test_whatever_it_is_given_it_answers_or_refuses(method):
    rng = np.random.default_rng(27)
    answers = 0
    for _ in range(60):
        rate = float(rng.choice([20, 125, 250, 977.5, 2000]))
        x = awkward(rng, rate)
        try:
            found = method.find(x, rate, (0.2, 1.5))
        except ConfigError:
            continue
        answers += 1
        for one in found:
            assert 0 <= one.onset < one.offset <= len(x) / rate + 1e-9
            assert np.isfinite(x[round(one.onset * rate) : round(one.offset * rate)]).all()
    assert answers > 10


def test_a_name_or_a_setting_that_is_wrong_is_told():
    with pytest.raises(
        ConfigError, match=r"there is no detector 'bonatto'; there are hodges_bui, .*change_point"
    ):
        detector("bonatto")
    with pytest.raises(ConfigError, match="detector 'bonato' has no setting 'm'; it has windows, hits"):
        detector("bonato", {"m": 3})


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("bonato", {"hits": 11}),
        ("bonato", {"hits": 2.5}),
        ("bonato", {"false_alarm": 0}),
        ("bonato", {"order": -1}),
        ("aglr", {"window": 0}),
        ("aglr", {"false_alarm": 0.7}),
        ("aglr", {"order": 2.5}),
        ("aglr", {"band_edge": 0}),
        ("hodges_bui", {"lowpass": 0}),
        ("hodges_bui", {"deviations": float("nan")}),
        ("modified_hodges", {"lowpass": "5"}),
        ("tkeo", {"shortest": -1}),
        ("lidierth", {"merge": 100}),
        ("change_point", {"shortest": 0}),
    ],
)
def test_an_impossible_setting_is_refused_by_name(name, settings):
    with pytest.raises(ConfigError, match=next(iter(settings))):
        detector(name, settings)
