import numpy as np
import pytest

from nmr_emg import Chain, Channel, StreamInfo
from nmr_emg.dsp.profile import profile_for
from nmr_emg.testing import Scripted, blocks_of, collect


def _info(rate, labels="a", **settings):
    return StreamInfo(rate, tuple(Channel(label, **settings) for label in labels))


def _run(chain, rate, x, events=(), rows=None):
    x = np.asarray(x, float)
    raw = x if x.ndim == 2 else x[:, None]
    info = _info(rate, "abcdefgh"[: raw.shape[1]])
    blocks = blocks_of(raw, rows or max(1, round(rate / 10)), events)
    return collect(Scripted(info, blocks), Chain(chain))


@pytest.fixture(scope="module")
def numba():
    """The library, or the test is skipped."""
    found = pytest.importorskip("numba", reason="compares with Numba, which is not installed (extra fast)")
    if found.config.DISABLE_JIT:
        pytest.skip("NUMBA_DISABLE_JIT is set")
    return found


@pytest.fixture
def info():
    """A stream's info: `info(250, "ab")`."""
    return _info


@pytest.fixture
def run():
    """Run stages over one array: `run(stages, rate, x, events)`."""
    return _run


@pytest.fixture
def default_run():
    """Run the default chain of a rate over one array."""

    def whole(rate, x, events=(), rows=None, **settings):
        changed = {key.replace("__", "."): value for key, value in settings.items()}
        return _run(profile_for(_info(rate)).chain(settings=changed).stages, rate, x, events, rows)

    return whole
