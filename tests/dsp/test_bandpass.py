import numpy as np
import pytest
from scipy import signal

from nmr_emg import Block, ConfigError, Event
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.emg_spectrum import emg_power
from nmr_emg.dsp.microvolts import Microvolts
from nmr_emg.testing import through


def impulse_response(stage, info, seconds=20):
    """What the stage makes of a unit impulse, in whole seconds so that every whole frequency is a bin."""
    rows = round(seconds * info.rate)
    raw = np.zeros((rows, 1))
    raw[1] = 1.0  # the first sample seeds the state
    process = Microvolts().start(info), stage.start(info)
    block = process[1](process[0](Block(0, {"raw": raw})))
    return block["filtered"][:, 0]


def gain_db(stage, info, frequencies):
    """Gain (dB) at some frequencies, by the transform of the impulse response."""
    response = impulse_response(stage, info)
    found = [
        abs((response * np.exp(-2j * np.pi * f * np.arange(len(response)) / info.rate)).sum())
        for f in frequencies
    ]
    return 20 * np.log10(found)


@pytest.mark.parametrize(
    ("rate", "high", "order", "expected"),
    [
        (250, 115.0, 4, {5: -49.94, 10: -25.53, 20: -3.01, 30: -0.09, 50: 0, 100: 0, 115: -3.01}),
        (250, 115.0, 2, {5: -24.98, 10: -12.98, 20: -3.01, 30: -0.59}),
        (1000, 450.0, 4, {5: -48.53, 10: -24.39, 20: -3.01, 30: -0.15, 450: -3.01}),
        (2000, 450.0, 4, {20: -3.01, 450: -3.01}),
    ],
)
def test_the_band_has_the_gain_of_a_butterworth(info, rate, high, order, expected):
    stage = Bandpass(high=high, order=order, mains=())
    np.testing.assert_allclose(gain_db(stage, info(rate), expected), list(expected.values()), atol=0.05)


@pytest.mark.parametrize(("rate", "lines"), [(250, [50, 60, 100]), (1000, [50, 60, 100, 120, 150, 300, 450])])
def test_every_mains_frequency_and_harmonic_in_the_band_is_gone(info, rate, lines):
    stage = Bandpass(mains=(50.0, 60.0))
    assert (gain_db(stage, info(rate), lines) < -60).all()


@pytest.mark.parametrize(
    ("rate", "high", "expected"),
    [
        (250, 115.0, {30: 13.8, 50: 5.2, 80: 4.3, 100: 9.1}),
        (1000, 450.0, {30: 12.4, 50: 3.9, 80: 1.6, 100: 1.1}),
    ],
)
def test_the_band_delays_each_frequency_as_a_butterworth_does(info, rate, high, expected):
    """Group delay (ms): Re of the transform of n·h[n] over that of h[n]."""
    response = impulse_response(Bandpass(high=high, mains=()), info(rate), 4)
    n = np.arange(len(response)) - 1
    for f, delay in expected.items():
        turn = np.exp(-2j * np.pi * f * n / rate)
        found = ((n * response * turn).sum() / (response * turn).sum()).real / rate
        assert 1000 * found == pytest.approx(delay, abs=0.06)


@pytest.mark.parametrize(
    ("rate", "settings", "published"),
    [(250, {}, 8.3), (1000, {}, 2.6), (200, {"high": 95}, None), (2000, {"low": 30}, None)],
)
def test_its_delay_is_how_much_later_the_energy_of_emg_comes_out(info, rate, settings, published):
    """Beside a filter of the same gain that delays nothing, on a short burst with the model EMG's spectrum."""
    stage = Bandpass(mains=(), **settings)
    rows = 8 * rate
    f = np.fft.rfftfreq(rows, 1 / rate)
    low, high = stage.edges(rate)
    burst = np.where((f >= low) & (f <= high), np.sqrt(emg_power(f)), 0)
    gain = signal.sosfreqz(stage.sections(rate), f, fs=rate)[1]
    when = (np.arange(rows) + rows // 2) % rows - rows // 2

    def middle(spectrum):
        power = np.square(np.fft.irfft(spectrum, rows))
        return (when * power).sum() / power.sum() / rate

    delay = stage.delay(info(rate))
    assert delay == pytest.approx(middle(burst * gain) - middle(burst * abs(gain)), abs=2e-4)
    if published:
        assert 1000 * delay == pytest.approx(published, rel=0.1)
    assert stage.delay(info(rate, "ab", kind="envelope")) == 0


def test_harmonics_are_notched_as_far_as_is_wanted(info):
    one = Bandpass(mains=(50.0,), harmonics=1)
    assert one.lines(1000) == [50]
    assert Bandpass(mains=(50.0, 60.0), harmonics=2.0).lines(1000) == [50, 60, 100, 120]
    lost = gain_db(one, info(1000), [50, 100]) - gain_db(Bandpass(mains=()), info(1000), [50, 100])
    assert lost[0] < -60
    assert lost[1] == pytest.approx(0, abs=0.05)
    with pytest.raises(ConfigError, match="harmonics is 0; it must be a whole number from 1"):
        Bandpass(harmonics=0)


WAVES = ((-0.2, 0.025, 10), (-0.027, 0.01, -10), (0, 0.0095, 100), (0.03, 0.01, -20), (0.28, 0.05, 25))
"""When (s from the R wave), how wide (s) and how high (µV) P, Q, R, S and T are."""


def heart(rate, seconds=60):
    """70 beats a minute with an R wave of 100 µV."""
    second = np.arange(seconds * rate) / rate
    beats = np.arange(0.5, seconds, 60 / 70)
    return sum(
        height * np.exp(-0.5 * np.square((second - beat - at) / width))
        for beat in beats
        for at, width, height in WAVES
    )


@pytest.mark.parametrize(("rate", "kept"), [(250, 0.973), (1000, 0.981)])
def test_30_hz_leave_2_of_the_5_microvolts_of_a_heart_and_97_percent_of_the_emg(run, rate, kept):
    white = np.fft.rfft(np.random.default_rng(7).standard_normal(60 * rate))
    muscle = np.fft.irfft(white * np.sqrt(emg_power(np.fft.rfftfreq(60 * rate, 1 / rate))))
    both = np.stack([heart(rate), muscle], axis=1)
    at_20, at_30 = (
        run((Microvolts(), Bandpass(low=low, mains=())), rate, both).track("filtered")[rate:].std(axis=0)
        for low in (20, 30)
    )
    assert at_20[0] == pytest.approx(5.3, rel=0.1)
    assert at_30[0] == pytest.approx(1.95, rel=0.1)
    assert at_30[1] / at_20[1] == pytest.approx(kept, abs=0.01)


def test_a_notch_is_as_wide_as_it_says_and_spares_what_lies_beside(info):
    stage = Bandpass(mains=(50.0,), notch_width=2.0)
    plain = Bandpass(mains=())
    beside = [40, 49, 51, 60]
    lost = gain_db(stage, info(1000), beside) - gain_db(plain, info(1000), beside)
    np.testing.assert_allclose(lost, [-0.04, -3.01, -3.01, -0.04], atol=0.1)


@pytest.mark.parametrize(
    "rate", [100, 122, 125, 128, 195, 200, 205, 245, 250, 255, 500, 1000, 1259.26, 2000, 10000]
)
def test_the_default_fits_every_rate(info, rate):
    stage = Bandpass()
    assert np.isfinite(stage.sections(rate)).all()
    response = impulse_response(stage, info(rate), 3)
    assert abs(response[-10:]).max() < 1e-6 * abs(response).max(), "the filter is not stable"
    assert max(stage.lines(rate), default=0) < rate / 2


@pytest.mark.parametrize(
    ("settings", "rate"),
    [({"high": 115}, 200), ({"low": 120, "high": 100}, 1000), ({}, 40), ({"high": 125}, 250)],
)
def test_a_band_that_does_not_fit_is_refused_with_the_rate(info, settings, rate):
    with pytest.raises(ConfigError, match=f"does not fit {rate} samples a second; set low and high"):
        Bandpass(**settings).start(info(rate))


@pytest.mark.parametrize("rate", [125, 250, 1000])
def test_an_electrodes_offset_does_not_ring(run, rate):
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((4 * rate, 1))
    stages = Microvolts(), Bandpass()
    there = run(stages, rate, noise + 180_000).track("filtered")
    without = run(stages, rate, noise).track("filtered")
    assert abs(there).max() < 6
    np.testing.assert_allclose(there, without, atol=1e-6)


def test_what_a_board_rectified_passes_unchanged(info):
    envelope = np.abs(np.random.default_rng(2).standard_normal((100, 2)))
    (done,) = through(
        Bandpass(), info(250, "ab", kind="envelope"), [Block(0, {"raw": envelope, "emg": envelope})]
    )
    np.testing.assert_array_equal(done["filtered"], envelope)


def blocks_round_a_gap(x, at, lost):
    gap = Event("gap", at + lost, data={"samples": lost, "reason": "counter"})
    return [
        Block(0, {"raw": x[:at], "emg": x[:at]}),
        Block(at + lost, {"raw": x[at + lost :], "emg": x[at + lost :]}, events=(gap,)),
    ]


def test_a_short_gap_is_bridged_and_a_long_one_starts_anew(info):
    """Two samples lost at 250 Hz: as if the last one had been held meanwhile. Three: as if it began there."""
    x = np.linspace(0, 5000, 1000)[:, None] + np.random.default_rng(3).standard_normal((1000, 1))
    stage = Bandpass()

    def alone(raw):
        return stage.start(info(250))(Block(0, {"raw": raw, "emg": raw}))["filtered"]

    short, long = (
        [b["filtered"] for b in through(stage, info(250), blocks_round_a_gap(x, 500, n))][1] for n in (2, 3)
    )
    held = np.concatenate([x[:500], x[499:500], x[499:500], x[502:]])
    np.testing.assert_array_equal(short, alone(held)[502:])
    np.testing.assert_array_equal(long, alone(x[503:]))
