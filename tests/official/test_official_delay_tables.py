"""Tables of delays between offence and record. Every table here is made up, in layouts that statisticians use."""

import pytest

from helpers.official.delay_tables import read_delays, summary
from helpers.tables import TableError
from tests.frames import frame
from tests.official.test_official_home_office import write_xlsx

TITLE = ["Table 1: Sexual offences by length of time between offence and record [note 1]"]
YEARS = ["Length of time", "Year ending March 2015", "Year ending March 2016 [note 2]"]
SPANS = "Less than 1 year", "1 to 5 years", "5 to 20 years", "More than 20 years"
BANDS = list(map(list, zip(SPANS, (600, 200, 120, 80), (660, 230, 150, 100), strict=True)))
TOTAL = ["Total", 1000, 1140]
CHANGE = "recorded_offences_over20yrs_old_change", "percent"
HELD = frame("series unit", CHANGE, period="2015/16 vs 2014/15")


def read(folder, *rows, sheet="Table 1"):
    sheets = {"Notes": [["Made up for a test"]], sheet: [list(row) for row in rows]}
    return read_delays(write_xlsx(folder, sheets))


def three(*counts, total):
    """Three bands with the same counts in both years, and a total."""
    spans = zip(("Under 1 year", "1 to 20 years", "Over 20 years"), counts, strict=True)
    return [*([span, count, count] for span, count in spans), ["Total", total, total]]


def test_counts_by_year_and_what_they_would_add(tmp_path):
    found = read(tmp_path, TITLE, [], YEARS, *BANDS, TOTAL)
    assert found[found["financial_year"] == "2015/16"]["value"].tolist() == [660, 230, 150, 100]
    assert found["unit"].unique().tolist() == ["offences"]
    assert list(summary(found, HELD)) == [
        "2014/15: 1,000 offences, 40% over a year, 8% over 20 years",
        "2015/16: 1,140 offences, 42% over a year (+20%), 9% over 20 years (+25%)",
        "held of offences more than 20 years old: the growth in words, for 2015/16 vs 2014/15; no count by delay",
    ]


def test_shares_of_a_number_and_kinds_of_offence_under_a_title_with_the_year(tmp_path):
    title = ["Sexual offences by length of time between offence and record, year ending March 2016"]
    offences = ["Number of offences", 500, 200]
    shares = [["Under one year", "60%", 71.0], ["1 year or more", "40%", 29.0], offences]
    with pytest.raises(TableError, match="no table of lengths of time"):  # two rows are no table
        read(tmp_path, title, ["", "Rape", "Other"], *shares)
    shares[1:2] = [["1 to 20 years", "30%", 20.5], ["20 years or more", "10%", 9.0], ["Not known", 0, 0]]
    found = read(tmp_path, title, ["", "Rape", "Other"], *shares)
    assert set(found["unit"]) == {"percent"}
    assert found[found["offence"] == "Rape"]["value"].tolist() == [60, 30, 10]
    assert next(summary(found, HELD)) == "2015/16 Other: shares only, 29% over a year, 9% over 20 years"


def test_growth_is_from_the_year_before_and_only_between_bands_that_begin_where_it_is_asked(tmp_path):
    years = ["Length of time", "2013/14", "2015/16"]
    bands = ["Under 1 year", 5, 6], ["1 to 10 years", 3, 4], ["Over 10 years", 2, 5]
    _, later, _ = summary(read(tmp_path, years, *bands, ["Total", 10, 15]), HELD)
    assert later == "2015/16: 15 offences, 60% over a year, no band begins at 20 years"


REFUSED = {
    "begin where the band above": [TITLE, YEARS, BANDS[0], BANDS[2], BANDS[3], TOTAL],
    "add up to 1000, not to 999": [TITLE, YEARS, *BANDS, ["Total", 999, 1140]],
    "no total stands": [TITLE, YEARS, *BANDS],
    "is no number": [TITLE, YEARS, ["Less than 1 year", "some", 660], *BANDS[1:], TOTAL],
    "not plain which financial year": [TITLE, ["", "2015/16", "Year ending June 2016"], *BANDS, TOTAL],
    "add up to 100, not to 90": [YEARS, *three(60, 30, 10, total=90)],
    "which financial year each column": [TITLE, ["", "Rape", "Other"], *BANDS, TOTAL],
    "in two tables": [TITLE, YEARS, *BANDS, TOTAL, [], TITLE, YEARS, *BANDS, TOTAL],
}


@pytest.mark.parametrize(("problem", "rows"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_read_for_certain_is_refused(tmp_path, problem, rows):
    with pytest.raises(TableError, match=problem):
        read(tmp_path, *rows)
