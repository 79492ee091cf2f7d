"""Financial years and other periods: every published style, and what is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables.periods import FinancialYear, parse_financial_year, parse_period
from tests.frames import cases, examples


@pytest.mark.parametrize("style", cases(__file__)["style_of_a_financial_year"])
@given(first=st.integers(min_value=1970, max_value=2068))
def test_any_year_written_in_any_style_reads_back(style, first):
    text = style.format(a=first, b=first + 1, aa=f"{first % 100:02d}", bb=f"{(first + 1) % 100:02d}")
    assert parse_financial_year(text) == FinancialYear(first)
    assert parse_financial_year(text.upper()) == FinancialYear(first)


@pytest.mark.parametrize("text", cases(__file__)["no_period"])
def test_what_is_no_period_runs_backwards_or_has_days_that_do_not_exist_is_refused(text):
    for parse in (parse_period, parse_financial_year):
        with pytest.raises(ValueError, match=f'^"{text}'):
            parse(text)


def test_a_second_year_that_does_not_follow_is_named_with_the_mend():
    with pytest.raises(ValueError, match="16 does not follow 2014; a financial year is written 2014/15"):
        parse_financial_year("2014/16")


@pytest.mark.parametrize(("text", "start", "end"), examples(__file__, "printed_periods.csv"))
def test_calendar_years_months_and_part_years_keep_their_dates_and_have_no_financial_year(text, start, end):
    period = parse_period(text)
    dates = tuple(date.fromisoformat(day) if day else None for day in (start, end))
    assert (period.start, period.end, period.financial_year) == (*dates, None)
    with pytest.raises(ValueError, match="is not a financial year"):
        parse_financial_year(text)


@given(st.text(max_size=40))
def test_any_text_at_all_is_read_or_refused_with_value_error(text):
    try:
        period = parse_period(text)
    except ValueError:
        return
    assert period.start is None or period.end is None or period.start <= period.end
