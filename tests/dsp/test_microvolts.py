import numpy as np

from nmr_emg import Block, Channel, StreamInfo
from nmr_emg.dsp.microvolts import Microvolts
from nmr_emg.testing import through


def test_holes_are_filled_with_the_last_good_value_across_blocks():
    info = StreamInfo(250, (Channel("a", unit="mV"), Channel("b")))
    nan = np.nan
    first = np.array([[nan, 5.0], [1.0, nan], [nan, np.inf]])
    second = np.array([[nan, nan], [2.0, -np.inf], [3.0, 7.0]])
    done = through(Microvolts(), info, [Block(0, {"raw": first}), Block(3, {"raw": second})])
    np.testing.assert_array_equal(done[0]["emg"], [[0, 5], [1000, 5], [1000, 5]])
    np.testing.assert_array_equal(done[1]["emg"], [[1000, 5], [2000, 5], [3000, 7]])
    assert np.isnan(done[0]["raw"][0, 0]), "what was stored stays as it was"


def test_a_ganglion_count_and_a_cyton_count_are_the_makers_microvolts():
    cyton = Channel("a", scale=4.5 / 24 / (2**23 - 1) * 1e6)
    ganglion = Channel("b", scale=1.2e6 / (8388607 * 1.5 * 51))
    info = StreamInfo(250, (cyton, ganglion), "int32")
    raw = np.array([[3906, 1], [-3906, 64], [8388607, 0], [-8388608, 0]], "int32")
    (done,) = through(Microvolts(), info, [Block(0, {"raw": raw})])
    np.testing.assert_allclose(done["emg"][:, 0], [87.305914, -87.305914, 187500.0, -187500.02235], rtol=1e-8)
    np.testing.assert_allclose(done["emg"][:2, 1], [0.001869949863, 0.119677], rtol=1e-5)
    assert done["emg"].dtype == np.float64
