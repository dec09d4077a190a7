import numpy as np
import pytest

from nmr_emg.event import Event
from nmr_emg.gui.watch import Watch, tracks_of
from nmr_emg.session import Session
from nmr_emg.stage import Chain
from nmr_emg.testing import Scripted


def test_only_tracks_that_the_chain_writes_are_kept(fake):
    session = Session(Scripted(fake.stream(2), fake.blocks(np.ones((100, 2)))), Chain())
    assert tracks_of(session) == {"raw"}
    watch = Watch(session, (("a", "b"),))
    session.run()
    look = watch.look()
    assert look.needles == ()
    assert [m.digits for m in look.muscles] == ["–", "–"]


def test_a_look_holds_the_newest_seconds_with_their_gaps(fake):
    look = fake.watch(2, seconds=20, gap_at=4000, gap=300).look()
    assert len(look.traces.index) == 2500
    assert look.traces.index[-1] == 20 * 250 + 300 - 1
    assert (np.diff(look.traces.index) == 301).sum() == 1
    assert (look.facts.lost, look.facts.gaps) == (300, 1)


def test_traces_have_a_fixed_edge_that_moves_only_with_the_reference(fake):
    assert fake.watch(2, reference=None).look().trace_tops == (1000, 1000)
    assert fake.watch(2, reference=150.0).look().trace_tops == (500, 500)
    loud = fake.watch(2, reference=None)
    loud.scale = 50
    assert loud.look().trace_tops == (200, 200)


def test_ticks_stand_where_a_muscle_began_not_where_it_was_noticed(fake):
    events = [Event("onset", 2000, 1, {"onset": 1980}), Event("offset", 2300, 1, {"offset": 2290})]
    driver = Scripted(fake.stream(2), fake.blocks(fake.effort(2, 10), events=events))
    session = Session(driver, fake.Tracks())
    watch = Watch(session)
    session.run()
    assert [(t.column, t.index, t.onset) for t in watch.look().ticks] == [(1, 1980, True), (1, 2290, False)]


def test_a_pair_is_called_by_its_muscles(fake):
    (needle,) = fake.watch(2, pairs=(("ch1", "everything else"),)).look().needles
    assert (needle.first, needle.second) == ("gluteus maximus left", "everything else")


def test_the_goal_told_last_holds(fake):
    watch = fake.watch(2)
    assert watch.goal == 60
    watch.known.hear([Event("goal", 10_000_000, data={"value": 85.0})])
    assert watch.look().muscles[0].goal == 85


def test_the_livelier_of_two_looks_is_worth_more(fake):
    quiet, loud = (fake.watch(2, seconds=s).look() for s in (11.0, 9.2))
    assert {m.reached for m in quiet.muscles} != {m.reached for m in loud.muscles}
    best = max((quiet, loud), key=lambda look: look.worth)
    assert sum(m.reached for m in best.muscles) == max(
        sum(m.reached for m in x.muscles) for x in (quiet, loud)
    )


def test_a_look_stays_as_it_was(fake):
    info = fake.stream(2)
    session = Session(Scripted(info, fake.blocks(fake.effort(2, 4))), fake.Tracks())
    watch = Watch(session)
    session.run()
    first = watch.look()
    before = first.traces.tracks["envelope"].copy()
    process = fake.Tracks().start(info)
    for block in fake.blocks(np.full((5000, 2), 9.0)):
        watch._far.write(process(block))
    np.testing.assert_array_equal(first.traces.tracks["envelope"], before)


@pytest.mark.parametrize("rate", [100, 2000])
def test_other_rates(fake, rate):
    session = Session(
        Scripted(fake.stream(2, rate), fake.blocks(fake.effort(2, 3, rate), rows=7)), fake.Tracks()
    )
    watch = Watch(session)
    session.run()
    assert watch.look().muscles[0].value is not None
