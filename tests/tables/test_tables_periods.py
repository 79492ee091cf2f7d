"""Financial years and other periods: every published style, and what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables.periods import FINANCIAL_YEARS, FinancialYear, parse_financial_year, parse_period

STYLES = {
    "2014/15": "{a}/{bb}",
    "2014-15": "{a}-{bb}",
    "2014–15 with an en dash": "{a}–{bb}",
    "2014/2015": "{a}/{b}",
    "2014 to 2015": "{a} to {b}",
    "14/15": "{aa}/{bb}",
    "FY 2014/15": "FY {a}/{bb}",
    "financial year 2014-15": "financial year {a}-{bb}",
    "April 2014 to March 2015": "April {a} to March {b}",
    "April 2014–March 2015": "April {a}–March {b}",
    "Apr 14 - Mar 15": "Apr {aa} - Mar {bb}",
    "Apr-14-Mar-15": "Apr-{aa}-Mar-{bb}",
    "April to March 2015": "April to March {b}",
    "1 April 2014 to 31 March 2015": "1 April {a} to 31 March {b}",
    "1st April 2014 - 31st March 2015": "1st April {a} - 31st March {b}",
    "between April 1, 2014 and March 31, 2015": "between April 1, {a} and March 31, {b}",
    "01/04/2014 - 31/03/2015": "01/04/{a} - 31/03/{b}",
    "01/04/14-31/03/15": "01/04/{aa}-31/03/{bb}",
    "01.04.2014 - 31.03.2015": "01.04.{a} - 31.03.{b}",
    "2014-04-01/2015-03-31": "{a}-04-01/{b}-03-31",
    "half open": "01/04/{a} to 01/04/{b}",
    "year ending March 2015": "year ending March {b}",
    "Year ended 31 March 2015": "Year ended 31 March {b}",
    "year to end of March 2015": "the year to the end of March {b}",
    "YE Mar 2015": "YE Mar {b}",
    "y/e 31 March 15": "y/e 31 March {bb}",
    "12 months to March 2015": "12 months to March {b}",
    "twelve months ending March 2015": "twelve months ending March {b}",
    "with a note": "{a}/{bb} (first release)",
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
@given(first=st.integers(min_value=1970, max_value=2068))
def test_any_year_written_in_any_style_reads_back(style, first):
    text = style.format(a=first, b=first + 1, aa=f"{first % 100:02d}", bb=f"{(first + 1) % 100:02d}")
    assert parse_financial_year(text) == FinancialYear(first)
    assert parse_financial_year(text.upper()) == FinancialYear(first)


def test_a_two_digit_year_is_of_this_century_below_seventy():
    assert parse_financial_year("69/70").label == "2069/70"
    assert parse_financial_year("70/71").label == "1970/71"
    assert parse_financial_year("99/00").label == "1999/00"


@pytest.mark.parametrize(
    "text",
    [
        "2014/16",
        "2015/14",
        "2014/14",
        "FY15",
        "13-17",
        "2014/15/16",
        "20014/15",
        "",
        "last year",
        "2014/15 vs 2013/14",
    ],
)
def test_what_is_not_one_year_is_refused(text):
    with pytest.raises(ValueError, match=f'^"{text}'):
        parse_financial_year(text)


def test_a_second_year_that_does_not_follow_is_named_with_the_mend():
    with pytest.raises(ValueError, match="16 does not follow 2014; a financial year is written 2014/15"):
        parse_financial_year("2014/16")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("calendar year 2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("CY2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2010 (calendar)", date(2010, 1, 1), date(2010, 12, 31)),
        ("Jan-Dec 2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("year to December 2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("year to Oct 2014", date(2013, 11, 1), date(2014, 10, 31)),
        ("year to 30 June 2016", date(2015, 7, 1), date(2016, 6, 30)),
        ("April to December 2015", date(2015, 4, 1), date(2015, 12, 31)),
        ("Nov-Mar 2015", date(2014, 11, 1), date(2015, 3, 31)),
        ("2018/19 (Apr-Dec)", date(2018, 4, 1), date(2018, 12, 31)),
        ("2014 (up to August)", date(2014, 1, 1), date(2014, 8, 31)),
        ("2014 up to Aug", date(2014, 1, 1), date(2014, 8, 31)),
        ("up to Aug 2014", None, date(2014, 8, 31)),
        ("since April 2012", date(2012, 4, 1), None),
        ("2025/26 year to date", date(2025, 4, 1), None),
        ("2025/26 (YTD)", date(2025, 4, 1), None),
        ("18 months Apr 2017-Sep 2018", date(2017, 4, 1), date(2018, 9, 30)),
        ("six months to Sep 2017", date(2017, 4, 1), date(2017, 9, 30)),
        ("Apr 2017-Apr 2018", date(2017, 4, 1), date(2018, 4, 30)),
        ("Q1 2014/15", date(2014, 4, 1), date(2014, 6, 30)),
        ("2014/15 Q4", date(2015, 1, 1), date(2015, 3, 31)),
        ("2013/14-2016/17", date(2013, 4, 1), date(2017, 3, 31)),
        ("2013-14 to 2016-17", date(2013, 4, 1), date(2017, 3, 31)),
        ("2015/16+2016/17", date(2015, 4, 1), date(2017, 3, 31)),
        ("2013-2017", date(2013, 1, 1), date(2017, 12, 31)),
        ("28 Sep 2017", date(2017, 9, 28), date(2017, 9, 28)),
        ("1-2 Dec 2016", date(2016, 12, 1), date(2016, 12, 2)),
        ("16 Nov-20 Dec 2016", date(2016, 11, 16), date(2016, 12, 20)),
        ("2012-10", date(2012, 10, 1), date(2012, 10, 31)),
        ("2013-04/2014-01", date(2013, 4, 1), date(2014, 1, 31)),
        ("29 February 2016", date(2016, 2, 29), date(2016, 2, 29)),
    ],
)
def test_calendar_years_months_and_part_years_keep_their_dates_and_have_no_financial_year(text, start, end):
    period = parse_period(text)
    assert (period.start, period.end, period.financial_year) == (start, end, None)
    with pytest.raises(ValueError, match="is not a financial year"):
        parse_financial_year(text)


def test_2010_11_is_the_financial_year_and_not_november():
    assert parse_period("2010-11").financial_year == FinancialYear(2010)


@pytest.mark.parametrize(
    "text", ["31/02/2014", "29 February 2015", "2014-13-01", "2016/17-2013/14", "2013-17"]
)
def test_days_that_do_not_exist_and_spans_that_run_backwards_are_refused(text):
    with pytest.raises(ValueError, match=f'^"{text}'):
        parse_period(text)


@given(st.text(max_size=40))
def test_any_text_at_all_is_read_or_refused_with_value_error(text):
    try:
        period = parse_period(text)
    except ValueError:
        return
    assert period.start is None or period.end is None or period.start <= period.end


def test_years_are_ordered_and_have_neighbours():
    year = FinancialYear(2014)
    assert year.previous() < year < year.next()
    assert (str(year), year.start, year.end) == ("2014/15", date(2014, 4, 1), date(2015, 3, 31))


def test_every_label_of_the_vocabulary_reads_back_to_itself():
    assert [parse_financial_year(label).label for label in FINANCIAL_YEARS] == list(FINANCIAL_YEARS)
    assert FINANCIAL_YEARS[0] == "1990/91"
