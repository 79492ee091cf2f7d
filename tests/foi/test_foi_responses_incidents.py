"""Lists with a row an incident, and long tables, small and of thousands of rows: counted right either way."""

import datetime as dt
import random
from collections import Counter

import pytest

HEADINGS = ["Crime Ref", "Date Recorded", "Offence", "Victim Sex", "Victim Age"]
OFFENCES = {"Rape of a female child under 13": "19E", "Sexual grooming": "88A"}


def _list(rows: int, *, dates=lambda day: day.strftime("%d/%m/%Y")):
    """A made-up list, and what its count is: {(year, code, sex, age): rows}."""
    chance, made, counts = random.Random(rows), [HEADINGS], Counter()
    for number in range(rows):
        day = dt.date(2013, 4, 1) + dt.timedelta(days=chance.randrange(730))
        offence, sex, age = (
            chance.choice(list(OFFENCES)),
            chance.choice(["F", "M", "U", ""]),
            chance.choice([0, 5, 17, ""]),
        )
        made.append([f"{number:06d}/14", dates(day), offence, sex, age])
        year = "2013/14" if day < dt.date(2014, 4, 1) else "2014/15"
        counts[(year, OFFENCES[offence], {"F": "female", "M": "male"}.get(sex, "unknown"), age)] += 1
    return made, counts


def _counted(found) -> Counter:
    return Counter(
        {
            (f.financial_year, f.offence_code, f.sex, "" if f.age_low is None else f.age_low): f.low
            for f in found.reading.figures
        }
    )


@pytest.mark.parametrize("rows", [60, 5_000])
def test_a_list_is_counted_by_year_offence_sex_and_age(made, read, rows):
    listed, counts = _list(rows)
    found = read(made.csv("list.csv", listed))
    assert _counted(found) == counts
    assert {figure.cell for figure in found.reading.figures} == {f"A2:E{rows + 1}"}
    assert all(
        "age unknown" in figure.qualifiers for figure in found.reading.figures if figure.age_low is None
    )


@pytest.mark.parametrize("rows", [60, 2_500])
def test_a_workbook_with_real_dates_and_a_title_is_counted_the_same(made, read, rows):
    listed, counts = _list(rows, dates=lambda day: dt.datetime(day.year, day.month, day.day, 10, 30))
    assert _counted(read(made.xlsx("list.xlsx", [["Made-up list"], [], *listed]))) == counts


@pytest.mark.parametrize("style", ["%Y-%m-%d", "%d/%m/%Y %H:%M", "%d-%b-%Y", "%d.%m.%y"])
def test_dates_are_read_in_every_style(made, read, style):
    listed, counts = _list(80, dates=lambda day: day.strftime(style))
    assert _counted(read(made.csv("list.csv", listed))) == counts


def test_dates_that_only_fit_month_first_are_read_so_with_a_warning(made, read):
    listed, counts = _list(200, dates=lambda day: day.strftime("%m/%d/%Y"))
    found = read(made.csv("list.csv", listed))
    assert _counted(found) == counts and any("month/day/year" in message for message in found.messages)


def test_the_day_of_recording_goes_before_the_day_of_the_offence(made, read):
    rows = [
        ["Ref", "Date Committed", "Date Recorded", "Victim Sex"],
        *([n, "01/05/1980", "01/05/2014", "F"] for n in range(5)),
    ]
    (figure,) = read(made.csv("list.csv", rows)).reading.figures
    assert (figure.financial_year, figure.low) == ("2014/15", 5)


def test_the_day_of_recording_goes_before_the_day_of_the_report(made, read):
    rows = [
        ["Ref", "Date Reported", "Date Recorded", "Victim Sex"],
        *([n, "31/03/2014", "01/04/2014", "F"] for n in range(5)),
    ]
    (figure,) = read(made.csv("list.csv", rows)).reading.figures
    assert (figure.financial_year, figure.low) == ("2014/15", 5)


def test_the_victims_age_goes_before_the_suspects(made, read):
    rows = [["Ref", "Year", "Suspect Age", "Victim Age"], *([n, "2013/14", 40, 12] for n in range(5))]
    (figure,) = read(made.csv("list.csv", rows)).reading.figures
    assert (figure.age_low, figure.age_high, figure.low) == (12, 12, 5)


def test_the_column_that_names_offences_goes_before_the_column_that_groups_them(made, read):
    rows = [["Year", "Offence Sub Group", "Offence"]]
    rows += [["2013/14", "Rape", f"Rape of a {sex} child under 13"] for sex in ("male", "female", "male")]
    found = read(made.csv("list.csv", rows)).reading.figures
    assert [(figure.offence_code, figure.low) for figure in found] == [("19E", 1), ("19H", 2)]


def test_a_row_whose_first_cell_is_blank_is_a_row_of_the_list(made, read):
    rows = [
        ["Victim Age", "Ref", "Year", "Offence"],
        [12, "1/19", "2013/14", "Incest"],
        ["", "2/19", "2013/14", "Incest"],
    ]
    found = read(made.csv("list.csv", [*rows, *rows[1:] * 2])).reading.figures
    assert [(f.age_low, f.qualifiers, f.low) for f in found] == [(12, (), 3), (None, ("age unknown",), 3)]


def test_dates_of_birth_are_personal_data_and_are_said_to_be(made, read):
    rows = [
        ["Date Recorded", "Victim DOB", "Victim Sex"],
        *(["01/05/2014", "03/02/2005", "F"] for _ in range(5)),
    ]
    found = read(made.csv("list.csv", rows))
    assert any("personal data" in message for message in found.messages) and len(found.figures) == 1


def test_what_was_not_used_is_named(made, read):
    rows = [["Ref", "Year", "Victim Sex", "District"], *([n, "2013/14", "F", "North"] for n in range(5))]
    assert any(
        "columns not used: Ref, District" in message for message in read(made.csv("list.csv", rows)).messages
    )


def test_a_long_table_of_counts_is_read_row_by_row(made, read):
    rows = [["Financial Year", "Financial Quarter", "Force Name", "Offence Code", "Number of Offences"]]
    rows += [
        [f"{2013 + n % 2}/{14 + n % 2}", 1 + n % 4, ("Kent", "Essex")[n % 2], "88A", n % 100]
        for n in range(3_000)
    ]
    found = read(made.csv("long.csv", rows))
    assert len(found.reading.figures) == 3_000
    second = found.reading.figures[1]
    assert (
        second.cell,
        second.force,
        second.offence_code,
        str(second.start),
        str(second.end),
        second.low,
    ) == ("E3", "Essex", "88A", "2014-07-01", "2014-09-30", 1)


def test_the_small_and_the_long_path_agree(made, read):
    rows = [["Year", "Sex", "Offence", "Count"]]
    rows += [
        ["2013/14", ("Female", "Male", "Total")[n % 3], ("19E", "88A")[n % 2], ("<5", "*", 7, "1,234")[n % 4]]
        for n in range(60)
    ]

    def told(found):
        return [(f.cell, f.sex, f.offence_code, f.low, f.high, f.qualifiers) for f in found.reading.figures]

    short = told(read(made.csv("short.csv", rows)))
    long = told(read(made.csv("long.csv", [rows[0], *rows[1:] * 40])))
    assert long[:60] == short and len(long) == 2_400


def test_a_name_tells_where_class_and_sub_class_do_not(made, read):
    rows = [["URN", "RecordedDate", "HO Class", "HO SubClass", "OffenceTitle", "VictimGender", "VictimAge"]]
    for number in range(4):
        rows.append([number, "31-Oct-14", "22", "4", "Sexual activity with a child under 16", "F", 12])
        rows.append([number, "31-Oct-14", "19", "16", "Rape of a female child under 13", "F", "Unknown"])
    found = read(made.csv("classes.csv", rows)).reading.figures
    assert {(f.offence_code, f.age_low, f.low) for f in found} == {("22B", 12, 4), ("19E", None, 4)}


@pytest.mark.parametrize(
    "day", ["15 September {}", "15 September {} 14:05", "15 Sep {}, 09:00", "15/09/{} 14:05"]
)
def test_a_day_in_words_keeps_its_year_and_loses_its_time(made, read, day):
    rows = [["Ref", "Date reported", "Victim Sex"], *([n, day.format(2019 + n % 2), "F"] for n in range(6))]
    found = read(made.csv("list.csv", rows)).reading.figures
    assert [(figure.financial_year, figure.low) for figure in found] == [("2019/20", 3), ("2020/21", 3)]


@pytest.mark.parametrize("heading", ["Age of suspect", "Hour", "Days to report"])
def test_numbers_that_describe_an_incident_are_no_counts(made, read, heading):
    rows = [
        ["Ref", "Year", "Victim Age", "Victim Sex", heading],
        *([n, "2013/14", 12, "F", n + 30] for n in range(5)),
    ]
    (figure,) = read(made.csv("list.csv", rows)).reading.figures
    assert (figure.age_low, figure.low) == (12, 5)


def test_a_last_line_that_says_how_many_rows_there_are_is_none_of_them(made, read):
    rows = [["URN", "Year", "Victim Sex"], *([n, "2014/15", "F"] for n in range(5)), ["Total", 6]]
    found = read(made.csv("list.csv", rows))
    assert [figure.low for figure in found.reading.figures] == [5]
    assert any("says 6, and it has 5 rows" in message for message in found.messages)


def test_a_sex_that_is_not_understood_is_told(made, read):
    rows = [["URN", "Year", "Victim Sex"], [1, "2014/15", "Fem"], [2, "2014/15", "Mal"], [3, "2014/15", "Zz"]]
    found = read(made.csv("list.csv", rows))
    assert [figure.sex for figure in found.reading.figures] == ["female", "male", "unknown"]
    assert any('"Zz" under "Victim Sex" not understood' in message for message in found.messages)


def test_headings_of_a_list_may_stand_a_blank_row_above_it(made, read):
    rows = [["Northshire"], [], ["Occurrence Number", "Reported Date", "Victim Age"], []]
    found = read(made.xlsx("list.xlsx", [*rows, *([4400 + n, dt.date(2020, 5, 1), 12] for n in range(5))]))
    assert [(f.financial_year, f.age_low, f.low) for f in found.reading.figures] == [("2020/21", 12, 5)]


@pytest.mark.parametrize("heads", [[], [["A", "B", "C", "D"]]])
def test_a_list_without_telling_headings_is_read_by_what_it_holds(made, read, heads):
    rows = [[f"CR{n}", "01/05/2014", age, "F"] for n, age in enumerate([9, 10, 11, 12, 13, "Unknown"])]
    found = read(made.csv("list.csv", [*heads, *rows]))
    figures = {(f.financial_year, f.sex, f.age_low, f.low) for f in found.reading.figures}
    assert figures == {("2014/15", "female", age, 1) for age in (9, 10, 11, 12, 13, None)}
    assert any("no heading says what the columns" in message for message in found.messages)


def test_a_long_list_without_headings_is_counted_from_its_first_row(made, read):
    rows = [[f"CR{n}", "01/05/2014", 9 + n % 2, "F"] for n in range(2_500)]
    found = read(made.csv("list.csv", rows)).reading.figures
    assert {(f.age_low, f.low, f.cell) for f in found} == {(9, 1_250, "A1:D2500"), (10, 1_250, "A1:D2500")}


def test_counts_by_day_without_headings_are_no_list(made, read):
    rows = [[f"0{n}/05/2014", sex, n] for n in range(1, 6) for sex in "FM"]
    assert len(read(made.csv("days.csv", rows)).reading.figures) == 10


def test_days_under_a_heading_that_says_nothing_are_the_days_of_a_list(made, read):
    rows = [["Investigation", "Logged", "Vic age"], *([f"x{n}", "01/05/2014", 12] for n in range(5))]
    (figure,) = read(made.csv("list.csv", rows)).reading.figures
    assert (figure.financial_year, figure.age_low, figure.low) == ("2014/15", 12, 5)


def test_how_many_suspects_an_incident_had_is_no_count(made, read):
    heads = ["Ref", "Recorded", "Victim age", "Victim sex", "Number of suspects"]
    (figure,) = read(
        made.csv("list.csv", [heads, *([n, "01/05/2014", 9, "F", 2] for n in range(5))])
    ).reading.figures
    assert (figure.age_low, figure.low, figure.measure) == (9, 5, "offences")


def test_headings_that_begin_with_a_reference_are_no_letterhead(made, read):
    heads = ["Ref", "Rec date", "Class", "Title", "Age", "Sex"]
    rows = [[f"CR{n}", "29.04.16", "19D", "Rape", 9, "F"] for n in range(5)]
    (figure,) = read(made.csv("list.csv", [heads, *rows])).reading.figures
    assert (figure.financial_year, figure.age_low, figure.low) == ("2016/17", 9, 5)
