import pytest

from nmr_emg import Channel, ConfigError, StreamInfo
from nmr_emg.montage import Montage, Mounted, load_montage, merged, pairs_of
from nmr_emg.testing import Scripted

INFO = StreamInfo(250, tuple(Channel(f"ch{i}", scale=0.5) for i in range(1, 5)))


@pytest.fixture
def montage(tmp_path):
    """Load a montage from text."""

    def load(text):
        path = tmp_path / "legs.toml"
        path.write_text(text, encoding="utf-8")
        return load_montage(path)

    return load


def test_a_file_names_channels_and_pairs(montage):
    found = montage("""
        pairs = [["vm", "bf"]]
        [[channel]]
        index = 0
        label = "vm"
        muscle = "vastus medialis"
        side = "left"
        role = "agonist"
        [[channel]]
        index = 2
        label = "bf"
        unit = "mV"
    """)
    info = found.apply(INFO)
    assert info.labels == ("vm", "ch2", "bf", "ch4")
    assert info.channels[0] == Channel("vm", "vastus medialis", "left", "agonist", scale=0.5)
    assert (info.channels[2].unit, info.channels[2].scale) == ("mV", 0.5)
    assert found.pairs == (("vm", "bf"),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pairs = [", r"Invalid value|Unclosed"),
        ("chanel = 1", "unknown key 'chanel'; there are channel and pairs"),
        (
            "[[channel]]\nindex = 0\nlable = 'x'",
            "channel 1: unknown key 'lable'; there are index, label, muscle",
        ),
        ("[[channel]]\nlabel = 'x'", "channel 1: index must be a whole number, counted from 0"),
        ("[[channel]]\nindex = true", "channel 1: index must be a whole number"),
        ("[[channel]]\nindex = 0\n[[channel]]\nindex = '1'", "channel 2: index must be a whole number"),
        ("channel = 3", r"channel must be \[\[channel\]\] tables, not 3"),
        ("channel = ['vm']", r"channel must be \[\[channel\]\] tables"),
        ("pairs = [['a']]", r"pairs must be a list of two labels each, not \['a'\]"),
        ("pairs = 'ab'", "pairs must be a list of two labels each, not 'ab'"),
        ("pairs = [[1, 2]]", "pairs must be a list of two labels each"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(montage, tmp_path, text, words):
    with pytest.raises(ConfigError, match=words) as caught:
        montage(text)
    assert str(caught.value).startswith(f"montage {tmp_path / 'legs.toml'}: ")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"nothing\.toml: No such file"):
        load_montage(tmp_path / "nothing.toml")


@pytest.mark.parametrize(
    ("channels", "words"),
    [
        ({4: {"label": "x"}}, "there is no channel 4; the device has channels 0 to 3"),
        ({-1: {"label": "x"}}, "there is no channel -1"),
        ({0: {"label": "ch2"}}, "channel labels must differ, but ch2 stands more than once"),
        ({0: {"kind": "ecg"}}, "kind is 'ecg'; it must be one of raw, rectified, envelope, aux"),
        ({0: {"unit": "furlong"}}, "unit is 'furlong'"),
        ({0: {"label": 7}}, "channel 'ch1': label must be text"),
    ],
)
def test_what_does_not_fit_the_device_is_refused(channels, words):
    with pytest.raises(ConfigError, match=words):
        Montage(channels).apply(INFO)


def test_later_montages_win_key_by_key():
    both = merged(
        Montage({0: {"label": "vm", "side": "left"}}, (("a", "b"),)),
        Montage({0: {"side": "right"}}, (("c", "d"),)),
    )
    assert both.channels == {0: {"label": "vm", "side": "right"}}
    assert both.pairs == (("a", "b"), ("c", "d"))


def test_roles_suggest_pairs_on_their_own_side():
    channels = (
        Channel("bf_l", role="antagonist", side="left"),
        Channel("vm_r", role="agonist", side="right"),
        Channel("vm_l", role="agonist", side="left"),
        Channel("gm", role="target"),
        Channel("bf_r", role="antagonist", side="right"),
        Channel("es", role="monitor", side="left"),
    )
    assert pairs_of(StreamInfo(250, channels)) == (("vm_r", "bf_r"), ("vm_l", "bf_l"))


def test_a_mounted_driver_carries_the_names():
    inner = Scripted(INFO, [])
    with Mounted(inner, Montage({1: {"label": "vl"}})) as driver:
        assert driver.info.labels == ("ch1", "vl", "ch3", "ch4")
        assert driver.read() is None
    assert inner.closed
