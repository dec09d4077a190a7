"""Record a simulated exercise as if it were live, replay the file, and find the same numbers bit for bit."""

import tempfile
from pathlib import Path

from nmr_emg import Buffered, Paced, Session
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.dsp.profile import profile_for
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.recordings.replay import HDF5Recording
from nmr_emg.testing import Collected, assert_same, collect

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "session.h5"
        driver = Buffered(Paced(Simulator("bridge", seconds=4, disturbances=["lost_packets"]), speed=4))
        driver.open()
        chain = profile_for(driver.info).chain(pairs=(("gmax_r", "bf_r"),))
        live = Collected()
        ledger = Session(driver, chain, [live, Recorder(path, driver.info, {})]).run()
        assert_same(live.blocks, collect(HDF5Recording(path), chain).blocks)
        print(
            f"{ledger.samples} samples, {ledger.lost} lost, {ledger.events} events: live and replay are equal"
        )
