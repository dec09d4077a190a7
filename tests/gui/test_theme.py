import itertools

import numpy as np
import pytest

from nmr_emg import content
from nmr_emg.errors import ConfigError
from nmr_emg.gui.screen import Screen, screen
from nmr_emg.gui.theme import theme, themes

NAMES = ("dark", "light", "high-contrast")

# Simulation of full dichromacy in linear RGB: Machado, Oliveira & Fernandes 2009, IEEE Trans Vis Comput Graph 15:1291–1298.
BLIND = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """CIE L*a*b*, D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(np.clip(xyz / [0.9505, 1.0, 1.089], 0.00886, None))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(a, b, eye):
    seen = [lab(np.clip(np.array(BLIND[eye]) @ linear(c), 0, 1)) for c in (a, b)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def test_the_oracle_knows_black_and_white():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert distance("#000000", "#FFFFFF", "none") == pytest.approx(100, abs=9)


@pytest.mark.parametrize("name", NAMES)
def test_text_stands_out(name):
    c = theme(name).colours
    for ink, paper in [
        (c.text, c.background),
        (c.text, c.panel),
        (c.text, c.well),
        (c.muted, c.background),
        (c.muted, c.panel),
        (c.on_accent, c.accent),
        (c.background, c.goal),
        (c.background, c.record),
        (c.record, c.panel),
        (c.accent, c.background),
    ]:
        assert contrast(ink, paper) >= 4.5, (ink, paper)


@pytest.mark.parametrize("name", NAMES)
def test_shapes_stand_out(name):
    c = theme(name).colours
    for ink, paper in [
        (c.bar, c.well),
        (c.reached, c.well),
        (c.doubt, c.well),
        (c.ok, c.background),
        (c.warn, c.background),
        (c.bad, c.background),
        (c.envelope, c.panel),
        (c.reached, c.background),
        (c.peak, c.well),
        (c.goal, c.well),
    ]:
        assert contrast(ink, paper) >= 3, (ink, paper)


@pytest.mark.parametrize("eye", BLIND)
@pytest.mark.parametrize("name", NAMES)
def test_colours_that_mean_something_differ_for_every_eye(name, eye):
    c = theme(name).colours
    assert distance(c.bar, c.reached, eye) >= 15
    assert distance(c.bar, c.doubt, eye) >= 15
    for a, b in itertools.combinations((c.ok, c.warn, c.bad), 2):
        assert distance(a, b, eye) >= 15, (a, b)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theme = ", "not TOML"),
        ('theme = "pink"', "pink"),
        ('bar = "#12345"', "#rrggbb"),
        ('bar = "blue"', "#rrggbb"),
        ('glow = "#123456"', "glow"),
        ("size = 400", "size"),
        ("fonts = 3", "fonts"),
    ],
)
def test_a_wrong_theme_is_named(tmp_path, monkeypatch, text, says):
    shipped = content.file("gui", "theme").read_text()
    key = text.split(" ")[0]
    lines = [line for line in shipped.splitlines() if not line.startswith(f"{key} =")]
    at = 4 if key in {"theme", "size", "fonts"} else lines.index("[dark]") + 1
    (tmp_path / "gui").mkdir()
    (tmp_path / "gui" / "theme.toml").write_text("\n".join([*lines[:at], text, *lines[at:]]))
    monkeypatch.setattr(content, "_chosen", [tmp_path])
    with pytest.raises(ConfigError, match=says) as caught:
        themes()
    assert "theme.toml" in str(caught.value)


def test_a_theme_that_is_not_there_is_named():
    with pytest.raises(ConfigError, match="there are dark"):
        theme("pink")


def test_the_shipped_screen_is_what_the_code_defaults_to():
    assert screen() == Screen()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("scale_uV = 201", "scale_uV"),
        ('scales_uV = ["a"]', "scales_uV"),
        ("goal_percent = 400", "goal_percent"),
        ("trial_seconds = 0", "lengths"),
        ('top_percent = "high"', "top_percent"),
        ("", "peak_seconds"),
    ],
)
def test_a_wrong_screen_is_named(tmp_path, monkeypatch, text, says):
    shipped = content.file("gui", "screen").read_text().splitlines()
    key = text.split(" ")[0] or "peak_seconds"
    (tmp_path / "gui").mkdir()
    lines = [text, *(line for line in shipped if not line.startswith(f"{key} ="))]
    (tmp_path / "gui" / "screen.toml").write_text("\n".join(lines))
    monkeypatch.setattr(content, "_chosen", [tmp_path])
    with pytest.raises(ConfigError, match=says):
        screen()
