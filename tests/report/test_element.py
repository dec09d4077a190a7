"""Markup is escaped unless this module made it."""

from hypothesis import given
from hypothesis import strategies as st

from nmr_emg.report.element import Markup, element, together


@given(st.text())
def test_text_never_becomes_markup(text):
    made = element("p", text, title=text)
    inside = made.removeprefix('<p title="')
    assert "<" not in inside.removesuffix("</p>")
    assert made.count('"') == 2


def test_what_this_module_made_is_kept():
    assert element("p", element("b", "x & y")) == "<p><b>x &amp; y</b></p>"
    assert isinstance(together("a"), Markup)


def test_joining_markup_with_text_by_hand_is_plain_text_again():
    assert element("p", element("b", "x") + "<i>") == "<p>&lt;b&gt;x&lt;/b&gt;&lt;i&gt;</p>"
