import pytest

from nmr_emg.event import Event
from nmr_emg.gui.known import Known


def referenced(index, value, rest=0.0, refused=()):
    data = {
        "values": {"a": value},
        "rest": {"a": rest},
        "statistic": "peak",
        "refused": dict.fromkeys(refused, "x"),
    }
    return Event("referenced", index, data=data)


def test_the_newest_reference_holds_and_each_event_is_heard_once():
    known, events = Known(), [referenced(1, 100.0)]
    known.hear(events)
    events.append(referenced(5, 200.0))
    known.hear(events)
    known.hear(events)
    assert known.reference("a") == 200
    assert known.references == 2


def test_events_that_rolled_out_of_the_ring_are_remembered():
    known = Known()
    known.hear([referenced(1, 100.0)])
    known.hear([Event("onset", n, 0, {"onset": n}) for n in range(2, 1000)])
    assert known.reference("a") == 100


def test_a_fresh_chain_is_told_rest_before_reference_and_the_goal():
    known = Known()
    known.hear(
        [
            Event("rested", 1, data={"values": {"a": 3.0}}),
            referenced(2, 90.0, 2.5),
            Event("goal", 3, data={"value": 70}),
        ]
    )
    rest, reference, goal = known.again()
    assert (rest.kind, rest.data["values"]) == ("rest", {"a": 2.5})
    assert (reference.kind, reference.data["values"], reference.data["statistic"]) == (
        "reference",
        {"a": 90.0},
        "peak",
    )
    assert (goal.kind, goal.data) == ("goal", {"value": 70, "by_hand": False})
    assert all(event.is_input for event in (rest, reference, goal))


def test_rest_alone_is_told_too():
    known = Known()
    known.hear([Event("rested", 1, data={"values": {"a": 3.0}})])
    assert [(e.kind, e.data["values"]) for e in known.again()] == [("rest", {"a": 3.0})]


def test_a_rest_of_nothing_is_not_told():
    known = Known()
    known.hear([referenced(2, 90.0, 0.0)])
    assert [e.kind for e in known.again()] == ["reference"]


@pytest.mark.parametrize("value", [None, 5.0])
def test_no_reference_where_there_is_none_or_it_was_refused(value):
    known = Known()
    known.hear([referenced(2, value, refused=("a",) if value else ())])
    assert known.reference("a") is None
    assert known.reference("b") is None


def test_a_goal_set_by_hand_stays_whatever_a_script_tells_later():
    known = Known()
    known.hear([Event("goal", 1, data={"value": 60}), Event("goal", 2, data={"value": 50})])
    assert known.goal == 50
    known.hear([Event("goal", 3, data={"value": 75, "by_hand": True}), Event("goal", 4, data={"value": 50})])
    assert known.goal == 75
    fresh = Known()
    fresh.hear([*known.again(), Event("goal", 9, data={"value": 50})])
    assert fresh.goal == 75


def test_a_fresh_chain_is_told_how_rest_and_reference_were_measured():
    known = Known()
    data = {"values": {"a": 90.0}, "rest": {"a": 2.5}, "measured": "cyton250, 20–115 Hz, RMS 0.25 s"}
    known.hear([Event("referenced", 1, data=data)])
    assert {event.data["measured"] for event in known.again()} == {"cyton250, 20–115 Hz, RMS 0.25 s"}
