import pytest

from nmr_emg import ConfigError, content


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """A chosen folder, a user's and a shipped one, each with a `dsp`."""
    made = {name: tmp_path / name for name in ("chosen", "config/nmr-emg", "package")}
    for folder in made.values():
        (folder / "dsp").mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(content, "__file__", str(made["package"] / "nmr_emg" / "content.py"))
    monkeypatch.setattr(content, "_chosen", [])
    return {"chosen": made["chosen"], "user": made["config/nmr-emg"], "shipped": made["package"]}


def put(folder, name):
    path = folder / "dsp" / name
    path.write_text("")
    return path


def test_the_chosen_folder_goes_before_the_users_and_that_before_the_shipped_one(folders):
    for name in ("a.toml", "b.toml", "c.toml"):
        put(folders["shipped"], name)
    user = [put(folders["user"], name) for name in ("b.toml", "c.toml", "mine.toml")]
    chosen = put(folders["chosen"], "c.toml")
    content.choose(folders["chosen"])
    assert content.files("dsp") == {
        "a": folders["shipped"] / "dsp" / "a.toml",
        "b": user[0],
        "c": chosen,
        "mine": user[2],
    }
    assert content.file("dsp", "c") == chosen


def test_choosing_again_replaces_the_choice(folders):
    put(folders["chosen"], "a.toml")
    content.choose(folders["chosen"])
    content.choose(folders["user"])
    with pytest.raises(ConfigError, match="there is no 'a' in dsp/; there are none"):
        content.file("dsp", "a")


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=f"--content {tmp_path / 'x'}: there is no such folder"):
        content.choose(tmp_path / "x")


def test_another_suffix_is_another_list(folders):
    put(folders["shipped"], "a.toml")
    put(folders["shipped"], "a.wav")
    assert list(content.files("dsp", ".wav")) == ["a"]
    assert content.file("dsp", "a", ".wav").name == "a.wav"


@pytest.mark.parametrize(
    ("platform", "variable", "value", "end"),
    [
        ("linux", "XDG_CONFIG_HOME", "/settings", "/settings/nmr-emg"),
        ("linux", "XDG_CONFIG_HOME", "", ".config/nmr-emg"),
        ("darwin", "XDG_CONFIG_HOME", "/settings", "Library/Application Support/nmr-emg"),
        ("win32", "APPDATA", "/roaming", "/roaming/nmr-emg"),
        ("win32", "APPDATA", "", "AppData/Roaming/nmr-emg"),
    ],
)
def test_a_users_folder_lies_where_the_system_keeps_settings(monkeypatch, platform, variable, value, end):
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv(variable, value)
    found = content.user_folder()
    assert found.as_posix().endswith(end)
    assert found.is_absolute()


@pytest.mark.parametrize("folder", content.FOLDERS)
def test_everything_people_edit_is_found(folder):
    if folder in ("drivers", "dsp"):
        assert content.files(folder)
