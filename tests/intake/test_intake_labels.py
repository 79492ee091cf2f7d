"""What labels mean: ages, sexes, periods, offences, totals, and what siblings settle."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.intake.ages import find_ages, find_sex
from helpers.intake.axes import read_axis
from helpers.intake.context import read_context
from helpers.intake.labels import read_label
from helpers.intake.meaning import Meaning, describe
from helpers.intake.readings import parse_meaning
from helpers.intake.spans import find_spans, make_span
from helpers.intake.words import role_of_heading


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("under 1", (0, 0)), ("<1", (0, 0)), ("Under 1 year", (0, 0)), ("0-4", (0, 4)), ("0 to 4 years", (0, 4)),
        ("10 and under", (0, 10)), ("11 yrs & under", (0, 11)), ("under 18", (0, 17)), ("Under-18s", (0, 17)), ("U13", (0, 12)),
        ("16-17", (16, 17)), ("16 years and 17 years", (16, 17)), ("16 and 17 year olds", (16, 17)), ("13 – 15", (13, 15)), ("10 to under 13", (10, 12)),
        ("0 - <5", (0, 4)), ("between 10 and 15", (10, 15)), ("over 15 and under 18", (16, 17)), ("aged 12", (12, 12)),
        ("18 and over", (18, None)), ("18+", (18, None)), ("18 or older", (18, None)), (">=18", (18, None)), ("over 17", (18, None)),
        ("aged four and under", (0, 4)), ("up to 5", (0, 5)), ("aged 14 + 15", (14, 15)), ("13-U16", (13, 15)),
    ],
)  # fmt: skip
def test_ages_are_in_completed_years_with_both_ends(text, ages):
    (found,), _ = find_ages(text)
    assert (found.low, found.high) == ages


@pytest.mark.parametrize(
    "text",
    [
        "exceed 18 hours",
        "within 20 working days",
        "Section 12 - 14",
        "under 5 offences",
        "2 offences",
        "Outcome 21",
        "page 12",
    ],
)
def test_other_numbers_are_no_ages(text):
    assert find_ages(text)[0] == ()


def test_a_letter_of_a_sex_may_stand_right_before_an_age():
    label = read_label("F10-17")
    assert (label.sex, label.age.low, label.age.high) == ("female", 10, 17)


def test_a_sentence_on_what_is_left_out_says_nothing_of_what_is_counted():
    left_out = "Offences where the victim was over 18 have been excluded."
    assert not read_context(left_out).dimensions
    assert read_context(f"{left_out} Victims under 16.").age.high == 15
    assert read_context("How many were excluded where the victim was under 13?").age.high == 12


def test_over_18_next_to_under_18_begins_at_18():
    meanings = read_axis(["Under 18", "Over 18"]).meanings
    assert meanings[1].age.low == 18


def test_a_sex_is_found_and_both_are_none():
    assert find_sex("Girls under 13")[0] == "female"
    assert find_sex("Male and female")[0] == ""
    assert find_sex("M", sure=True)[0] == "male"
    assert find_sex("Human")[0] == ""


@pytest.mark.parametrize(
    "text",
    [
        "2014/15", "2014-15", "2014/2015", "14/15", "FY14/15", "2014/5", "2014-5", "201415", "2014_15", "2014 to 2015", "Year ending March 2015",
        "YE Mar 15", "12 months to 31 March 2015", "April 2014 to March 2015", "Apr-14 to Mar-15", "01/04/2014 - 31/03/2015",
        "1 April 2014 - 1 April 2015", "2014-04-01 to 2015-03-31", "FYE 2015", "FY15", "FY 2015", "F.Y. 14/15", "Fin Yr 14/15", "2014~15", "Offences recorded in 2014/15",
        "recorded from (and including) April 1st 2014 until (and including) March 31st, 2015",
    ],
)  # fmt: skip
def test_a_financial_year_is_found_in_every_style(text):
    assert [span.year for span in find_spans(text).spans] == ["2014/15"]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2014", "2014-01-01", "2014-12-31"), ("Jan - Dec 2014", "2014-01-01", "2014-12-31"), ("Apr-14", "2014-04-01", "2014-04-30"),
        ("Q1 2014/15", "2014-04-01", "2014-06-30"), ("2025/26 (to 31 August 2025)", "2025-04-01", "2025-08-31"),
        ("2014 (up to Aug)", "2014-01-01", "2014-08-31"), ("2020 (from 9 August 2020)", "2020-08-09", "2020-12-31"), ("2020 (partial: from 09/08/2020)", "2020-08-09", "2020-12-31"), ("2025 (partial: to 8 Aug)", "2025-01-01", "2025-08-08"), ("2025/26 YTD", "2025-04-01", "None"), ("01/04/2017 - 31/12/2017 (YTD)", "2017-04-01", "2017-12-31"), ("2018 YTD to 31/08/2018", "2018-01-01", "2018-08-31"), ("Before 2010", "None", "2009-12-31"),
        ("2013/14 to 2015/16", "2013-04-01", "2016-03-31"), ("first six months of 2017/18", "2017-04-01", "2017-09-30"),
    ],
)  # fmt: skip
def test_other_periods_have_dates_and_no_financial_year(text, start, end):
    (span,) = find_spans(text).spans
    assert (str(span.start), str(span.end), span.year) == (start, end, "")


@pytest.mark.parametrize(
    "text", ["Freedom of Information Act 2000", "Our ref 2017/432", "Tel: 01642 326326", "FOI 432/25"]
)
def test_references_and_acts_are_no_periods(text):
    assert find_spans(text).spans == ()


def test_an_offence_is_never_mined_for_sex_or_age():
    label = read_label("Rape of a female child under 13")
    assert (label.code, label.sex, label.age) == ("19E", "", None)
    assert read_label("Girls under 13").sex == "female"
    assert read_label("Sexual offences against girls under 16").offence == ""


@pytest.mark.parametrize(
    ("labels", "hint", "role"),
    [
        (["0-4", "5-9", "Unknown"], "", "age"), (["Male", "Female", "Unknown"], "", "sex"), (["13/14", "14/15"], "", "period"),
        (["13-14", "15-17"], "", "age"), (["17A", "21", "71"], "", "offence"), (["21", "71"], "HO Code", "code"), (["2013", "2014"], "", "period"),
        (["Cleveland", "Durham Constabulary"], "", "force"), (["North", "South"], "District", "text"), (["M", "F"], "Gender", "sex"),
        (["Under 1 year", "1 to 5 years"], "Time between offence and report", "delay"),
    ],
)  # fmt: skip
def test_siblings_and_headings_settle_what_an_axis_holds(labels, hint, role):
    assert read_axis(labels, hint).role == role


def test_unknown_means_what_its_siblings_are():
    assert read_axis(["0-4", "Unknown"]).meanings[1].age.unknown
    assert read_axis(["Male", "Unknown"]).meanings[1].sex == "unknown"


def test_a_total_and_a_percentage_are_told_from_a_count():
    assert (
        read_label("Grand Total").total and read_label("All ages").total and read_label("2014/15 Total").total
    )
    assert read_label("% of total").ignore == "percent" and read_label("Rate per 1,000").ignore == "rate"
    assert not read_label("Total number of offences").total


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Victim Age", "age"),
        ("Gender", "sex"),
        ("HO Code", "code"),
        ("Offence Description", "offence"),
        ("Crime Ref", "id"),
        ("No. of offences", "count"),
        ("Date Recorded", "date"),
        ("Financial Year", "period"),
        ("Police Force", "force"),
    ],
)
def test_a_heading_says_what_its_column_holds(heading, role):
    assert role_of_heading(heading) == role


def test_a_title_gives_what_it_plainly_states():
    title = read_context(
        "Table 2: Recorded sexual offences against girls aged 13 to 15, 1 April 2014 to 31 March 2015"
    )
    assert (title.sex, title.age.low, title.age.high, title.span.year, title.measure) == (
        "female",
        13,
        15,
        "2014/15",
        "offences",
    )
    assert read_context("Number of offences under Home Office code 19E").code == "19E"
    assert read_context("victims under 13 and victims under 16").age is None


@given(
    st.sampled_from(
        [
            "2014/15",
            "female",
            "age 13 to 15",
            "age 18 and over",
            "age unknown",
            "sex unknown",
            "offence 17A",
            "measure arrests",
            "total",
            "force Cleveland",
            "from 2014-04-01 to 2014-08-31",
            "note Hartlepool",
        ]
    )
)
def test_a_meaning_is_read_back_from_its_own_words(words):
    assert describe(parse_meaning(words)) == words


@given(st.text(max_size=120))
def test_no_label_breaks_the_reader(text):
    read_label(text)
    read_context(text)
    read_axis([text, "Total", text])


@pytest.mark.parametrize(
    ("printed", "start", "end"),
    [
        ("2010/11 to 2014/15", "2010-04-01", "2015-03-31"),
        ("2011 (to 30/09/11)", "2011-01-01", "2011-09-30"),
        ("2015/16 (up to 31.12.15)", "2015-04-01", "2015-12-31"),
        ("2014/15 (1 April to 30 September)", "2014-04-01", "2014-09-30"),
        ("04/2015 - 03/2016", "2015-04-01", "2016-03-31"),
        ("12 m/e Mar 16", "2015-04-01", "2016-03-31"),
        ("April 2014 up to but not including April 2015", "2014-04-01", "2015-03-31"),
        ("01/04/2014 - 01/04/2015", "2014-04-01", "2015-03-31"),
        ("From April 2015", "2015-04-01", "None"),
    ],
)
def test_ranges_of_periods(printed, start, end):
    (span,) = find_spans(printed).spans
    assert (str(span.start), str(span.end)) == (start, end)


@pytest.mark.parametrize("text", ["04/2015", "4.2015", "2015-04"])
def test_a_month_in_figures_is_a_month(text):
    (span,) = find_spans(text).spans
    assert (span.start, span.end) == (date(2015, 4, 1), date(2015, 4, 30))


def test_a_month_under_year_to_is_the_year_that_it_ends():
    assert [span.year for span in find_spans("Mar-14", "12 months to").spans] == ["2013/14"]
    assert [span.year for span in find_spans("Mar-14", "Month").spans] == [""]


def test_a_total_over_several_years_is_not_narrowed_by_a_year_said_of_the_file():
    years = Meaning(span=make_span(date(2016, 4, 1), date(2019, 3, 31)), total=True)
    one = Meaning(span=make_span(date(2018, 4, 1), date(2019, 3, 31)))
    assert years.over(one).span == years.span
    part = Meaning(span=make_span(date(2018, 4, 1), date(2018, 12, 31)))
    assert one.over(part).span == part.span  # "to December" over a column "2018/19"


def test_a_flag_or_a_sex_among_offences_is_no_offence():
    rape, online, girls, other = read_axis(
        ["Rape", "Of which online flagged", "Of which girls", "Incest"]
    ).meanings
    assert (rape.offence, online.offence, online.measure) == ("Rape", "", "cyber_flagged")
    assert (girls.offence, girls.sex, other.code) == ("", "female", "23")


def test_unknown_after_sexes_or_ages_is_of_their_kind_whatever_stands_around_it():
    years = read_axis(["2014/15 Female", "2014/15 Male", "2014/15 Unknown"]).meanings
    assert [meaning.sex for meaning in years] == ["female", "male", "unknown"]
    pivot = read_axis(["Rape", "Female", "Male", "(blank)", "Incest"]).meanings
    assert [meaning.sex for meaning in pivot] == ["", "female", "male", "unknown", ""]
    bands = read_axis(["Rape", "Under 13", "13-15", "Not recorded"]).meanings
    assert bands[3].age.unknown and not bands[3].sex
    assert [m.sex for m in read_axis(["Benyw / Female", "Anhysbys / Unknown"]).meanings] == [
        "female",
        "unknown",
    ]


@pytest.mark.parametrize("label", ["Total (3 years)", "3 year total", "Total over the last three years"])
def test_the_years_that_a_total_adds_up_are_no_age(label):
    meaning = read_label(label)
    assert (meaning.total, meaning.age) == (True, None)


@pytest.mark.parametrize("label", ["2014/15 F", "2014/15 (F)", "F 2014/15", "14/15 F", "FY14/15 - F"])
def test_the_letter_of_a_sex_beside_a_year_is_read(label):
    meaning = read_label(label)
    assert (meaning.sex, meaning.span.year, meaning.code) == ("female", "2014/15", "")


def test_a_short_age_in_the_name_of_an_offence_is_of_the_law_and_not_of_the_victims():
    assert read_context("19E Rape of a female u13").age is None
    assert read_context("88A Sexual grooming, u13").age.high == 12


def test_beside_a_year_a_pair_of_numbers_is_an_age_band():
    meaning = read_label("2021/22 Female 16-17")
    assert (meaning.span.year, meaning.sex, meaning.age.low, meaning.age.high) == (
        "2021/22",
        "female",
        16,
        17,
    )


def test_the_corner_may_name_the_other_axis():
    """What all labels fit goes before what the heading over them names, and "unknown" fits anything."""
    sexes = read_axis(["Female", "Male", "Unknown"], "Age of victim").meanings
    assert [(meaning.sex, meaning.age) for meaning in sexes] == [
        ("female", None),
        ("male", None),
        ("unknown", None),
    ]
    ages = read_axis(["Victims aged 13-15", "Victims aged 16-17"], "Financial year").meanings
    assert [(meaning.age.high, meaning.span) for meaning in ages] == [(15, None), (17, None)]
    assert read_axis(["13-14", "15-16"], "Age").role == "age"


@pytest.mark.parametrize(
    "text",
    [
        "Offences by age, 12 months to March 2023",
        "Offences by age of victim, 22/23",
        "Girls: 12 months to Mar 2023",
    ],
)
def test_a_period_at_the_end_of_a_title_is_read_whole(text):
    assert read_context(text).span.year == "2022/23"


@pytest.mark.parametrize("label", ["13 to 17s", "13-17s", "13s to 17s"])
def test_an_age_band_of_people(label):
    assert (read_label(label).age.low, read_label(label).age.high) == (13, 17)


def test_under_13_below_a_title_is_under_13():
    assert find_ages("rapes of children under 13 below")[0][0].high == 12
    assert find_ages("aged 13 or below")[0][0].high == 13


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("2020 (9 Aug onwards)", date(2020, 8, 9), date(2020, 12, 31)),
        ("2020/21 (9 August onwards)", date(2020, 8, 9), date(2021, 3, 31)),
        ("2020/21 (9 August to 28 February)", date(2020, 8, 9), date(2021, 2, 28)),
        ("9 August 2020 onwards", date(2020, 8, 9), None),
    ],
)
def test_a_year_may_begin_late(label, start, end):
    (span,) = find_spans(label).spans
    assert (span.start, span.end) == (start, end)


def test_a_short_year_behind_what_is_counted_is_no_age():
    assert read_context("Child sexual offences, 16/17").span.year == "2016/17"
    assert read_context("Girls, 16/17").span is None


def test_who_the_victims_were_may_stand_beside_the_name_of_the_offence():
    beside = read_label("Rape - female victim aged 13 to 15")
    assert (beside.sex, beside.age.low, beside.age.high) == ("female", 13, 15)
    assert read_label("Rape of a male victim under 13").dimensions == {"offence"}


@pytest.mark.parametrize(
    ("label", "start", "end"),
    [
        ("April to June", date(2019, 4, 1), date(2019, 6, 30)),
        ("Q4 (January-March)", date(2020, 1, 1), date(2020, 3, 31)),
        ("April-March", date(2019, 4, 1), date(2020, 3, 31)),
    ],
)
def test_months_by_name_are_all_of_them_in_the_year_above(label, start, end):
    whole = read_label(label).over(Meaning(span=find_spans("2019/20").spans[0]))
    assert (whole.span.start, whole.span.end) == (start, end)
    assert parse_meaning(describe(read_label(label))).parts == read_label(label).parts


def test_several_years_are_known_by_their_last():
    (span,) = find_spans("in the five years to March 2020").spans
    assert (span.start, span.end) == (date(2015, 4, 1), date(2020, 3, 31))


def test_a_question_about_a_part_says_nothing_of_the_whole():
    asks = read_context(
        "How many offences were recorded in 2014/15, and how many of them involved a child under 13?"
    )
    assert (asks.age, asks.span.year) == (None, "2014/15")
