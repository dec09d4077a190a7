import subprocess
import sys

import pytest

from nmr_emg import ConfigError
from nmr_emg.extras import need

OPTIONAL = ("PySide6", "pyqtgraph", "brainflow", "serial", "pylsl", "h5py")


def test_a_library_that_is_missing_inside_another_is_the_one_that_is_named(tmp_path, monkeypatch):
    (tmp_path / "outer_library.py").write_text("import inner_library")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        ConfigError, match=r'this needs inner_library; install it with: pip install "nmr-emg\[lsl\]"'
    ):
        need("outer_library", "lsl")


def test_a_library_that_is_there_but_broken_says_why(tmp_path, monkeypatch):
    (tmp_path / "broken_library.py").write_text(
        "raise ImportError('liblsl.so: cannot open shared object file')"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match=r"broken_library is installed but does not load: liblsl\.so"):
        need("broken_library", "lsl")


def test_the_core_and_the_chain_import_no_optional_library():
    code = (
        "import sys; import nmr_emg, nmr_emg.analysis, nmr_emg.dsp.profile, nmr_emg.testing, nmr_emg.montage; "
        "nmr_emg.dsp.profile.load_profile('cyton250').chain(); "
        f"print([m for m in {OPTIONAL!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
