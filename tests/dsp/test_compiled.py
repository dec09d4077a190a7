"""What Numba compiles gives the numbers that SciPy and NumPy give, and is never needed."""

import importlib.util
import platform
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from nmr_emg import Channel, StreamInfo
from nmr_emg.dsp import compiled as module
from nmr_emg.dsp import moving, sections
from nmr_emg.dsp.onset import bands, page
from nmr_emg.dsp.profile import profile_for
from nmr_emg.testing import assert_same, blocks_of, through

EXACT = platform.machine() in ("x86_64", "AMD64")
"""Elsewhere the compiler that built SciPy may fuse a multiplication and an addition into one step."""


@pytest.fixture
def without(monkeypatch):
    """As if Numba were not there."""
    for one in (sections, moving, bands, page):
        monkeypatch.setattr(one, "compiled", lambda *_: None)


def same(ours, theirs):
    if EXACT:
        np.testing.assert_array_equal(ours, theirs)
    else:
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9 * np.nanmax(np.abs(theirs), initial=0))


def some_sections(count, rng):
    """Stable sections, none like another."""
    notches = [
        signal.tf2sos(*signal.iirnotch(f, f / 1.667, fs=1000)) for f in rng.uniform(20, 400, count - 1)
    ]
    return np.concatenate([signal.butter(2, 80, fs=1000, output="sos"), *notches])


@pytest.mark.parametrize("columns", [1, 2, 3, 8, 9, 64])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 11])
def test_a_cascade_is_scipys_bit_for_bit(numba, count, columns):
    rng = np.random.default_rng(count)
    sos = some_sections(count, rng)
    x, state = 1e5 * rng.standard_normal((300, columns)), rng.standard_normal((count, 2, columns))
    run = sections.cascade(sos)
    for rows in (x, x[:1], x[:0].copy(), x[::3], np.asfortranarray(x[:50])):
        rows.flags.writeable = False
        before, held = rows.copy(), state.copy()
        ours, after = run(rows, state)
        np.testing.assert_array_equal(state, held, err_msg="its state was changed")
        np.testing.assert_array_equal(rows, before, err_msg="its input was changed")
        if len(rows):
            theirs, state = signal.sosfilt(sos, rows, axis=0, zi=held)
            same(ours, theirs)
            same(after, state)


def test_a_cascade_takes_what_is_no_number_as_scipy_does(numba):
    sos = some_sections(3, np.random.default_rng(1))
    x = np.random.default_rng(2).standard_normal((60, 3))
    x[20, 0], x[30, 1] = np.nan, np.inf
    state = np.zeros((3, 2, 3))
    with np.errstate(invalid="ignore"):
        theirs, _ = signal.sosfilt(sos, x, axis=0, zi=state)
        ours, _ = sections.cascade(sos)(x, state)
    assert (np.isfinite(ours) == np.isfinite(theirs)).all()
    same(ours[:, 2], theirs[:, 2])


@pytest.mark.parametrize("columns", [1, 4, 8, 17])
def test_an_average_is_scipys_bit_for_bit(numba, monkeypatch, columns):
    x = np.random.default_rng(columns).standard_normal((500, columns))
    b, a = [0.03], [1, -0.97]
    theirs = signal.lfilter(b, a, x, axis=0)
    ours = sections.averaging(0.03, 0.97, columns)
    same(np.concatenate([ours(x[:7]), ours(x[:0]), ours(x[7:])]), theirs)
    monkeypatch.setattr(sections, "compiled", lambda *_: None)
    plain = sections.averaging(0.03, 0.97, columns)
    np.testing.assert_array_equal(np.concatenate([plain(x[:7]), plain(x[:0]), plain(x[7:])]), theirs)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    length=st.integers(1, 40),
    columns=st.integers(1, 10),
    cuts=st.lists(st.integers(0, 60), min_size=1, max_size=6).filter(any),
    seed=st.integers(0, 1000),
)
def test_a_moving_sum_is_numpys_bit_for_bit(numba, length, columns, cuts, seed):
    x = np.square(1e3 * np.random.default_rng(seed).standard_normal((200, columns)))
    ours, theirs = moving.moving_sum(length, columns), moving._arrays(length, columns)
    done = turn = 0
    while done < len(x):
        part = x[done : done + cuts[turn % len(cuts)]]
        np.testing.assert_array_equal(ours(part), theirs(part))
        done, turn = done + len(part), turn + 1


def session(rate):
    """A stream with bursts, run through its usual chain."""
    rng = np.random.default_rng(4)
    second = np.arange(round(8 * rate)) / rate
    x = 500 + np.where(second % 2 > 1, 40.0, 2.0)[:, None] * rng.standard_normal((len(second), 3))
    info = StreamInfo(rate, (Channel("a"), Channel("b"), Channel("c", kind="rectified")))
    return through(profile_for(info).chain((("a", "b"),)), info, blocks_of(x, [20, 1, 33]))


@pytest.mark.skipif(not EXACT, reason="SciPy's own sums may be fused on this processor")
@pytest.mark.parametrize("rate", [250.0, 1000.0])
def test_a_whole_chain_gives_the_same_numbers_with_and_without(numba, request, rate):
    fast = session(rate)
    request.getfixturevalue("without")
    assert_same(fast, session(rate))


@pytest.mark.parametrize(
    "error", [ModuleNotFoundError("numba"), ImportError("Numba needs NumPy 2.4 or less")]
)
def test_without_numba_or_with_one_that_does_not_load_scipy_does_it(monkeypatch, error):
    def refuse(_name):
        raise error

    monkeypatch.setattr(module, "import_module", refuse)
    assert module.compiled.__wrapped__(sections.average, sections.AVERAGE) is None


def test_threads_that_start_at_once_get_the_same_loops(numba):
    module.compiled.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        many = [pool.submit(sections.averaging, 0.1, 0.9, 2) for _ in range(8)]
        x = np.random.default_rng(3).standard_normal((40, 2))
        first, *others = [one.result()(x) for one in many]
    for other in others:
        np.testing.assert_array_equal(first, other)


def test_numbas_own_switch_leaves_it_to_scipy(numba, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    assert module.compiled.__wrapped__(sections.average, sections.AVERAGE) is None


def doubled(folder):
    """What a function in a file of its own gives, compiled as if for the first time in this process."""
    place = importlib.util.spec_from_file_location("loops", folder / "loops.py")
    loops = importlib.util.module_from_spec(place)
    place.loader.exec_module(loops)
    return module.compiled.__wrapped__(loops.double, "float64(float64)")(21.0)


def test_what_was_compiled_is_kept_and_a_damaged_copy_does_no_harm(numba, tmp_path):
    (tmp_path / "loops.py").write_text("def double(x):\n    return 2 * x\n")
    assert doubled(tmp_path) == 42
    kept = [*tmp_path.rglob("*.nbi"), *tmp_path.rglob("*.nbc")]
    assert len(kept) == 2
    whole = [one.read_bytes() for one in kept]
    for damaged in (0, 1):
        for damage in (b"", b"\x80\x05\x95", b"rubbish", whole[damaged][:40], whole[damaged][:-9]):
            for one, content in zip(kept, whole, strict=True):
                one.write_bytes(content)
            kept[damaged].write_bytes(damage)
            assert doubled(tmp_path) == 42, f"{kept[damaged].suffix} {damage}"


def test_with_no_place_to_keep_it_it_is_compiled_each_time(numba, monkeypatch):
    def nowhere(_signature, *, cache=False, **_options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda loops: loops

    monkeypatch.setattr(numba, "njit", nowhere)
    assert module.compiled.__wrapped__(sections.average, sections.AVERAGE) is sections.average


def test_numba_is_not_imported_before_a_chain_starts():
    code = "import nmr_emg.cli.app, nmr_emg.dsp.bandpass, sys; assert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
