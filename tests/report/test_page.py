"""The page as a whole: its markup, what it may not hold, and several recordings."""

import re

from nmr_emg.report import Source


def test_every_element_is_closed_in_order(page):
    assert page.count()["html"] == 1
    assert page.source.startswith("<!DOCTYPE html>")
    assert page.all("meta")[0] == {"charset": "utf-8"}


def test_nothing_is_fetched_and_nothing_runs(page):
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("img")
    assert all("src" not in attributes for _, attributes in page.tags)
    links = [a[key] for _, a in page.tags for key in ("href", "xlink:href") if key in a]
    assert all(str(link).startswith("#") for link in links)
    assert set(re.findall(r"url\(([^)]*)\)", page.source)) == {"#hatch"}
    assert not re.search(r"@import|https?:|\bon\w+=", page.source)


def test_text_of_users_stays_text(page):
    assert "<script" not in page.source
    assert "vm<script>alert('label')</script>" in page.text
    assert "</svg><script>alert('marker')</script>" in page.text
    assert "vastus & medialis, right" in page.text
    assert "made <up>" in page.text
    assert "nmr<emg 0.1" in page.text


def test_every_figure_has_a_name_for_those_who_cannot_see_it(page):
    assert all(drawing["role"] == "img" for drawing in page.all("svg", "sheet"))
    assert page.count()["title"] > len(page.all("svg", "sheet"))


def test_the_head_says_what_when_where(page):
    assert "knee & hip.h5" in page.text
    assert "5 March 2026, 11:04 (UTC+01:00)" in page.text
    assert "a board in a test" in page.text
    assert "OpenBCI Cyton, 250 Hz" in page.text
    assert "amplitudes are about 0.54 of those of a 20–450 Hz amplifier" in page.text


def test_cautions_and_footer_are_there(page):
    assert "Not a medical device. No diagnosis." in page.text
    assert "a 20 % fall in conduction velocity" in page.text
    assert "differences below about 40 ms are not resolved" in page.text


def test_no_word_promises_or_judges(page):
    allowed = page.text.replace("No diagnosis", "")
    assert not re.search(
        r"diagnos|\bnormal\b|abnormal|\bcure|treat|heal|patholog|dysfunction", allowed, re.IGNORECASE
    )


def test_several_recordings_share_a_page_and_are_listed(make, tmp_path):
    sources = [
        Source(f"{name}.h5", make.recording(make.signal(8, [[(3, 5, 30.0)]], seed)))
        for seed, name in ((1, "a"), (2, "b"))
    ]
    page = make.page(tmp_path, *sources)
    assert [a["id"] for a in page.all("section", "recording")] == ["recording-1", "recording-2"]
    assert [a["href"] for a in page.all("a")] == ["#recording-1", "#recording-2"]
    assert page.count()["h1"] == 2
    assert page.count()["figure"] == 2
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_one_recording_needs_no_list(page):
    assert not page.all("nav")


def test_printing_is_provided_for(page):
    assert "size: A4" in page.source
    assert re.search(r"figure[^{}]*\{ break-inside: avoid", page.source)


def test_the_page_is_the_same_when_made_again(full, page, make, tmp_path):
    assert make.page(tmp_path, full).source == page.source
