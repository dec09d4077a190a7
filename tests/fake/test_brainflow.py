"""BrainFlow's own decoders read what the fake boards write."""

import time

import numpy as np
import pytest

from nmr_emg.fake import FakeBoard

board_shim = pytest.importorskip("brainflow.board_shim")


def read(board_id: int, fake: FakeBoard, rows: int) -> np.ndarray:
    shim = board_shim
    shim.BoardShim.disable_board_logger()
    params = shim.BrainFlowInputParams()
    params.serial_port = fake.port
    board = shim.BoardShim(board_id, params)
    board.prepare_session()
    try:
        board.start_stream()
        until = time.monotonic() + 10
        while board.get_board_data_count() < rows and time.monotonic() < until:
            time.sleep(0.02)
        data = board.get_board_data(rows)
        board.stop_stream()
    finally:
        board.release_session()
        del board
    return data


def test_a_cyton_as_brainflow_reads_it():
    with FakeBoard("cyton", signal="scattered", seed=3) as fake:
        data = read(0, fake, 100)
        truth = fake.sent.values()[:100]
        accel = [sample.aux for sample in fake.sent][:100]
    assert data.shape[1] == 100
    assert data[0].tolist() == [n % 256 for n in range(100)]
    microvolts = truth * (4.5 / 24 / (2**23 - 1) * 1e6)
    assert np.abs(data[1:9].T - microvolts).max() < 1e-6
    assert np.abs(data[9:12].T - np.array(accel) * 0.000125).max() < 1e-9


def test_a_cyton_with_daisy_as_brainflow_reads_it():
    with FakeBoard("cyton-daisy", signal="scattered", seed=4) as fake:
        data = read(2, fake, 40)
        truth = fake.sent.values()
    # BrainFlow takes the first row when it has an odd frame, the board's half, after the Daisy's half.
    scale = 4.5 / 24 / (2**23 - 1) * 1e6
    assert np.abs(data[1:17].T - truth[: data.shape[1]] * scale).max() < 1e-6
