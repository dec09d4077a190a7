"""What a text is found to be: made-up streams whose truth is known."""

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from nmr_emg.errors import DriverError
from nmr_emg.framing.lines.guess import guess

SECONDS = 1.5


def emg(rate, amplitude, seconds=SECONDS, seed=0, low=20.0, high=200.0):
    """Band-limited noise with a contraction in its second half."""
    rng = np.random.default_rng(seed)
    count = round(rate * seconds)
    band = butter(2, [low, min(high, 0.45 * rate)], "bandpass", fs=rate, output="sos")
    noise = sosfilt(band, rng.standard_normal(count))
    noise /= noise.std()
    return noise * np.where(np.arange(count) < count / 2, 0.1, 1) * amplitude


def envelope(rate, amplitude, seconds=SECONDS, floor=20.0):
    """A contraction's envelope: slow, above zero."""
    time = np.arange(round(rate * seconds)) / rate
    return floor + amplitude * np.sin(np.pi * time / seconds) ** 2


def text(*columns, form="{}", end="\r\n", sep=","):
    rows = zip(*columns, strict=True)
    return "".join(sep.join(form.format(value) for value in row) + end for row in rows).encode()


def ints(values):
    return [int(value) for value in np.rint(values)]


def test_one_raw_column_of_whole_numbers():
    found = guess(text(ints(512 + emg(500, 80))), SECONDS)
    assert [(c.wire, c.label, c.look.kind, c.look.centre, c.whole) for c in found.columns] == [
        ("0", "ch1", "raw", 0.5, True)
    ]
    assert (found.pace.rate, found.pace.column, found.bits, found.volts) == (500, None, 10, False)
    assert (found.line.width, found.line.time, found.line.high) == (1, "", 65535)


def test_a_signal_and_its_envelope_as_filtered_sketches_print_them():
    found = guess(text(emg(500, 80), envelope(500, 60), form="{:.2f}"), SECONDS)
    assert [(c.look.kind, c.look.centre) for c in found.columns] == [("raw", 0), ("envelope", 0)]
    assert not found.volts


def test_labels_name_channels_and_columns():
    lines = [
        b"EMG:%d,ENV:%d\n" % pair
        for pair in zip(ints(512 + emg(500, 80)), ints(envelope(500, 99)), strict=True)
    ]
    found = guess(b"".join(lines), SECONDS)
    assert [(c.wire, c.label, c.look.kind) for c in found.columns] == [
        ("EMG", "EMG", "raw"),
        ("ENV", "ENV", "envelope"),
    ]
    rows = found.line.start()(b"\nEMG:5,ENV:6\n").values
    assert rows.tolist() == [[5, 6]]


def test_a_header_names_the_columns():
    lines = text(ints(512 + emg(500, 80)), ints(envelope(500, 99)), sep="\t")
    found = guess(b"left vm\tright vm\r\nleft\tright\r\n" + lines, SECONDS)
    assert [column.label for column in found.columns] == ["left", "right"]
    assert [column.wire for column in found.columns] == ["0", "1"]
    assert found.words == ("left vm\tright vm", "left\tright")


@pytest.mark.parametrize(
    ("unit", "scale", "form"), [("ms", 1e3, "{:.0f}"), ("us", 1e6, "{:.0f}"), ("s", 1.0, "{:.3f}")]
)
def test_a_time_in_front_tells_the_rate(unit, scale, form):
    time = 17.0 + np.arange(375) / 250
    lines = [f"{form.format(t * scale)},{v}\r\n" for t, v in zip(time, ints(512 + emg(250, 80)), strict=True)]
    found = guess("".join(lines).encode(), SECONDS * 1.2)
    assert (found.pace.unit, found.pace.column, found.pace.rate, found.pace.regular) == (unit, 0, 250, True)
    assert [column.wire for column in found.columns] == ["1"]
    assert (found.line.time, found.line.time_column, found.line.rate) == (unit, "0", 250)


def test_lost_lines_do_not_lower_the_rate_that_the_time_tells():
    time = np.arange(2000) * 2000
    kept = np.random.default_rng(0).random(2000) > 0.2
    values = np.array(ints(512 + emg(500, 80, 4.0)))
    found = guess(text(time[kept], values[kept]), 4.0)
    assert (found.pace.rate, found.pace.regular) == (500, True)


def test_a_time_too_coarse_to_count_by_is_not_used_for_it():
    """millis() of an Arduino goes up in steps of 1.024 ms, so that at 500 Hz it says 1, 2 or 3."""
    millis = np.floor(np.floor(np.arange(750) * 2000 / 1024) * 1.024).astype(int)
    found = guess(text(millis + 5000, ints(512 + emg(500, 80))), SECONDS)
    assert (found.pace.unit, found.pace.rate, found.pace.regular) == ("ms", 500, False)
    assert found.line.counting is None
    assert any("micros()" in warning for warning in found.warnings)


@pytest.mark.parametrize(("wrap", "told"), [(256, 256), (1 << 32, 0)])
def test_a_running_number_in_front(wrap, told):
    numbers = [(100 + i) % wrap for i in range(750)]
    found = guess(text(numbers, ints(512 + emg(500, 80))), SECONDS)
    assert (found.pace.unit, found.pace.column, found.pace.wrap, found.pace.rate) == ("count", 0, told, 500)


def test_a_rising_envelope_is_no_time():
    found = guess(text(range(300, 340), ints(envelope(20, 50, 2.0))), 2.0)
    assert found.pace.column is None or found.pace.unit == "count"
    falling = guess(text(ints(np.linspace(300, 900, 40)), ints(envelope(20, 50, 2.0))), 2.0)
    assert falling.pace.column is None


def test_an_example_sketch_of_a_muscle_sensor_is_an_envelope():
    found = guess(text(ints(envelope(20, 400, 2.0))), 2.0)
    assert (found.columns[0].look.kind, found.pace.rate) == ("envelope", 20)
    assert "looks like an envelope" in found.warnings[0]


def test_volts():
    found = guess(text(envelope(20, 3.0, 2.0, floor=0.4), form="{:.2f}"), 2.0)
    assert found.volts
    raw = guess(text(2.5 + emg(500, 0.4), form="{:.3f}"), SECONDS)
    assert (raw.volts, raw.columns[0].look.kind, raw.columns[0].look.centre) == (True, "raw", 0.5)


def test_more_bits_than_ten():
    assert guess(text(ints(2048 + emg(500, 300))), SECONDS).bits == 12
    assert guess(text(ints(8192 + emg(500, 900))), SECONDS).bits == 14


@pytest.mark.parametrize("seed", range(10))
def test_kinds(seed):
    raw = emg(500, 60, seed=seed)
    slow = np.convolve(np.abs(raw), np.ones(75) / 75, "same")
    cases = {"raw": 512 + raw, "rectified": np.abs(raw), "envelope": slow}
    for kind, values in cases.items():
        assert guess(text(ints(values)), SECONDS).columns[0].look.kind == kind


def test_a_resting_raw_signal_with_a_drifting_baseline_is_raw():
    rng = np.random.default_rng(1)
    values = 512 + 15 * np.sin(np.arange(750) / 250) + rng.normal(0, 1, 750)
    assert guess(text(ints(values)), SECONDS).columns[0].look.kind == "raw"


def test_decimal_commas():
    time, values = envelope(50, 3, 2.0), envelope(50, 9, 2.0)
    two = [f"{a:.2f};{b:.2f}\n".replace(".", ",") for a, b in zip(time, values, strict=True)]
    found = guess("".join(two).encode(), 2.0)
    assert (found.line.decimal, len(found.columns)) == (",", 2)
    one = guess(text(envelope(50, 3, 2.0, floor=0.02), form="{:.2f}").replace(b".", b","), 2.0)
    assert (one.line.decimal, len(one.columns)) == (",", 1)
    assert (one.columns[0].low, one.columns[0].high) == (pytest.approx(0.02), pytest.approx(3.02, abs=0.011))


@pytest.mark.parametrize("sep", [",", ", ", ";", "\t", " "])
def test_whole_numbers_apart_by_anything(sep):
    found = guess(text(ints(512 + emg(500, 80)), ints(500 + emg(500, 80, seed=1)), sep=sep), SECONDS)
    assert (found.line.decimal, len(found.columns)) == (".", 2)


def test_lines_that_fix_the_limits_of_a_plot_are_left_out():
    values = ints(512 + emg(500, 80))
    bare = guess(text([0] * 750, [1023] * 750, values), SECONDS)
    assert [column.wire for column in bare.columns] == ["2"]
    assert bare.line.start()(b"\n0,1023,512\n").values.tolist() == [[512]]
    lines = b"".join(b"Min:0,Max:1023,EMG:%d\r\n" % value for value in values)
    assert [column.wire for column in guess(lines, SECONDS).columns] == ["EMG"]


def test_a_flat_channel_stays():
    found = guess(text(ints(512 + emg(500, 80)), [1023] * 750), SECONDS)
    assert len(found.columns) == 2


def test_damage_and_words_are_told_apart():
    lines = text(ints(512 + emg(500, 80))).replace(b"\r\n", b"\r\n#\r\n", 20)
    found = guess(b"boot\r\nSensor ready\r\n" + lines, SECONDS)
    assert (found.damaged, found.words) == (20, ("boot", "Sensor ready"))


def test_a_full_port_is_told():
    """9600 baud carry 960 bytes a second: 192 lines of five bytes."""
    values = ints(512 + emg(192, 50, 2.0))
    found = guess(text(values), 2.0, baud=9600)
    assert any("port is full" in warning for warning in found.warnings)
    assert not any("port is full" in warning for warning in guess(text(values), 2.0, baud=115200).warnings)
    assert not any("port is full" in warning for warning in guess(text(values), 2.0).warnings)


@pytest.mark.parametrize(
    ("heard", "word"),
    [
        (b"", "no lines"),
        (np.random.default_rng(0).bytes(3000), "baud"),
        (b"\0" * 1000, "baud"),
        (b"5" * 1000, "baud"),
        (b"no sensor found\r\n" * 20, "no sensor found"),
        (b"1\n2\n", "no lines"),
        (b"EMG:\nEMG:\n" * 10, "no numbers"),
        (b"EMG:1 EMG:2\n" * 10, "'EMG'"),
    ],
)
def test_what_is_no_text_of_numbers_is_refused_in_words(heard, word):
    with pytest.raises(DriverError, match=word):
        guess(heard, SECONDS)


def test_names_hold_one_value_a_column():
    names = guess(text(ints(512 + emg(500, 80)), ints(envelope(500, 99))), SECONDS).names
    assert (names["columns"], names["column"], names["word"]) == (2, ["0", "1"], ["raw", "envelope"])
    assert (names["centre"], names["rate"], names["regular"]) == ([0.5, 0.0], 500, 0)


@pytest.mark.parametrize("seed", range(60))
def test_whatever_comes_is_a_format_or_refused(seed):
    """Damaged texts of every sort: a format whose framing reads what is left, or words, never another exception."""
    rng = np.random.default_rng(seed)
    form = ["{},{}\n", "EMG:{} ENV:{}\r\n", "{}\t{:.2f}\r", "{};{},5\n", "t{} {}\n", "{}{}\n"][seed % 6]
    scale = 10.0 ** rng.integers(-300, 300) if seed % 5 == 0 else 1
    rows = [
        form.format(4 * i * (seed % 2), int(rng.integers(0, 1024)) * scale)
        for i in range(int(rng.integers(1, 300)))
    ]
    heard = bytearray("".join(rows).encode())
    for at in rng.integers(0, len(heard), int(rng.integers(0, 1 + len(heard) // 20))):
        heard[at] = int(rng.integers(0, 256))
    try:
        found = guess(bytes(heard), float(rng.choice([0.0, 1e-9, 1.5, 1e9])))
    except DriverError:
        return
    assert found.columns
    assert found.pace.rate > 0
    assert len(found.line.start()(bytes(heard), final=True).values) > 0
