"""The ledger adds up."""

import pytest

from nmr_emg.report import Source
from nmr_emg.report.findings import gather
from nmr_emg.testing import Scripted


def test_received_and_lost_make_what_was_expected(full, page):
    kept = gather(full).gathered.ledger
    assert (kept.samples, kept.lost) == (10_000 - 250 - 25, 250 + 25)
    assert "Samples expected 10 000 Samples received 9725 Samples lost 275 (2.75 %)" in page.text
    assert "2 gaps, the longest 1.00 s" in page.text


def test_gaps_are_listed_where_they_begin(page):
    assert "1 20.000 250 1000 2 30.000 25 100" in page.text


def test_without_loss_it_says_none(make, tmp_path):
    page = make.page(tmp_path, Source("whole.h5", make.recording(make.signal(6, [[]]))))
    assert "Samples lost 0 Gaps none" in page.text
    assert "Effective rate – (no times of arrival)" in page.text


def test_the_effective_rate_is_that_of_arrival(make, tmp_path):
    from dataclasses import replace

    plain = make.recording(make.signal(10, [[]]))

    def opened():
        driver = plain()
        blocks = iter(driver.read, None)
        return Scripted(driver.info, [replace(b, arrived=100 + b.stop / 248.5) for b in blocks])

    assert "248.50 Hz by the time of arrival" in make.page(tmp_path, Source("slow.h5", opened)).text


@pytest.mark.parametrize("skipped", [0, 3])
def test_rows_that_the_reader_left_out_are_counted(make, tmp_path, skipped):
    plain = make.recording(make.signal(6, [[]]))

    def opened():
        driver = plain()
        driver.skipped = skipped
        return driver

    assert f"Damaged rows left out {skipped}" in make.page(tmp_path, Source("torn.txt", opened)).text
