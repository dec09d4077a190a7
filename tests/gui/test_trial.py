from nmr_emg.event import Event
from nmr_emg.gui.known import Known
from nmr_emg.gui.trial import Trial


def trial(name="reference"):
    told, known = [], Known()
    return Trial(name, "Squeeze", 3.0, lambda *what: told.append(what), known), told, known


def test_it_tells_start_and_stop_once_and_counts_down():
    one, told, _ = trial()
    seen = []
    for now in (10.0, 10.5, 11.5, 12.5, 13.1, 13.2, 13.3):
        one.step(now)
        seen.append(one.countdown)
    assert seen == [3, 3, 2, 1, None, None, None]
    assert told == [("reference", "start"), ("reference", "stop")]
    assert not one.over


def test_the_answer_of_the_chain_ends_it():
    one, _, known = trial()
    for now in (0.0, 3.1):
        one.step(now)
    known.hear([Event("referenced", 9, data={"values": {"a": 1.0}, "refused": {}})])
    one.step(3.2)
    assert (one.over, one.text) == (True, "Reference measured")


def test_a_refusal_says_whose():
    one, _, known = trial()
    for now in (0.0, 3.1):
        one.step(now)
    known.hear([Event("referenced", 9, data={"values": {"a": 1.0}, "refused": {"vastus": "small"}})])
    one.step(3.2)
    assert "vastus" in one.text
    assert "relaxed" in one.text


def test_an_answer_from_before_does_not_count_and_silence_is_said():
    known = Known()
    known.hear([Event("rested", 1, data={"values": {}})])
    one = Trial("rest", "Relax", 1.0, lambda *_: None, known)
    for now in (0.0, 1.1, 2.0):
        one.step(now)
    assert not one.over
    one.step(3.2)
    assert "Nothing was measured" in one.text
