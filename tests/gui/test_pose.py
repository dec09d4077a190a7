"""A picture of an earlier moment shows that moment and nothing of the later ones."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("PySide6")


def test_posing_leaves_no_trace_of_the_board_before(qapp, tmp_path):
    from nmr_emg.drivers.simulator import Simulator
    from nmr_emg.dsp.profile import profile_for
    from nmr_emg.gui.face import Face
    from nmr_emg.gui.screen import screen
    from nmr_emg.gui.theme import theme, themes
    from nmr_emg.gui.watch import Watch
    from nmr_emg.session import Session

    driver = Simulator("bridge", seconds=10)
    driver.open()
    session = Session(driver, profile_for(driver.info).chain())
    watch = Watch(session)
    session.run()
    look = watch.look()
    later = replace(look, muscles=tuple(replace(one, number=88.0, value=20.0) for one in look.muscles))

    def grabbed(*looks):
        face = Face(theme(None), themes(), screen())
        face.resize(1280, 800)
        for one in looks[:-1]:
            face.show_look(one)
        face.pose(looks[-1])
        image = face.grab().toImage()
        return np.frombuffer(image.constBits(), np.uint8).astype(float)

    def apart(one, other):
        """Share of the picture that differs by more than the edges of letters may."""
        return (np.abs(one - other) > 60).mean()

    plain = grabbed(look)
    assert apart(grabbed(later, look), plain) < 0.001
    assert apart(grabbed(later), plain) > 0.01
