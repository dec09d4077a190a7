import os
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real recordings; tests that need it are skipped where it is not."""
    folder = Path(os.environ.get("NMR_EMG_REAL", ROOT.parent / "shared" / "recordings"))
    if not folder.is_dir():
        pytest.skip(f"no real recordings at {folder}; set NMR_EMG_REAL to their folder")
    return folder


@pytest.fixture
def no_thread_left():
    """After the test, no thread of the package may be left, a stuck driver's own one excepted."""
    before = set(threading.enumerate())
    yield
    patience = time.monotonic() + 2
    while time.monotonic() < patience:
        left = [t for t in threading.enumerate() if t not in before and not t.name.endswith("Stuck")]
        if not left:
            return
        time.sleep(0.01)
    pytest.fail(f"threads left: {', '.join(t.name for t in left)}")
