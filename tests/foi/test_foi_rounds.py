"""A round: the request, the tracker, who is late, and accepted answers in the tables of the pipeline."""

import csv
import datetime as dt
import re
import shutil

import pytest

from helpers.foi import acceptance, request, rounds
from helpers.foi.acceptance import Accepted
from helpers.foi.responses import intake
from helpers.foi.rounds import RoundError
from helpers.tables import read_table
from helpers.tables.files import project_root
from helpers.tables.forces import FORCES


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own, with this one's tables and no rounds."""
    root = tmp_path / "project"
    shutil.copytree(project_root() / "data", root / "data", ignore=shutil.ignore_patterns("rounds"))
    (root / "pyproject.toml").write_text("")
    monkeypatch.setenv("RISE_ROOT", str(root))
    return root


@pytest.mark.parametrize(
    ("sent", "force", "due"),
    [
        ((2026, 11, 2), "Cleveland", (2026, 11, 30)),  # no holiday between
        ((2026, 11, 2), "Police Scotland", (2026, 12, 1)),  # St Andrew's Day
        ((2026, 3, 2), "PSNI", (2026, 3, 31)),  # St Patrick's Day
        ((2026, 3, 2), "Cleveland", (2026, 3, 30)),
        ((2026, 12, 10), "Cleveland", (2027, 1, 12)),  # Christmas, Boxing Day (observed) and New Year's Day
        ((2026, 12, 10), "Police Scotland", (2027, 1, 13)),  # and 2 January, kept on the 4th
        ((2026, 3, 20), "Cleveland", (2026, 4, 21)),  # Good Friday and Easter Monday
        ((2026, 3, 20), "Police Scotland", (2026, 4, 20)),  # Good Friday alone
        ((2026, 11, 7), "Cleveland", (2026, 12, 4)),  # sent on a Saturday
    ],
)
def test_the_twentieth_working_day_by_each_nations_holidays(sent, force, due):
    assert rounds.due_date(dt.date(*sent), force) == dt.date(*due)


def test_a_new_round_has_a_request_for_each_law_and_a_tracker_for_every_force(project):
    said = []
    rounds.new("2026-11", sent=dt.date(2026, 11, 2), echo=said.append)
    folder = project / "data" / "rounds" / "2026-11"
    assert sorted(path.name for path in folder.iterdir()) == [
        "request-england-and-wales.txt",
        "request-northern-ireland.txt",
        "request-scotland.txt",
        "tracker.csv",
    ]
    rows = list(csv.DictReader((folder / "tracker.csv").open()))
    assert tuple(row["force"] for row in rows) == FORCES
    assert rows[0] == {
        "force": "Avon and Somerset",
        "date_sent": "2026-11-02",
        "date_due": "2026-11-30",
        "status": "waiting",
        "date_answered": "",
        "note": "",
    }
    assert "2013/14 to 2025/26" in (folder / "request-scotland.txt").read_text()


def test_answers_that_name_a_round_first_start_it_with_no_date_sent(project):
    said = []
    opened = rounds.open_or_start("autumn-2026", said.append)
    assert said[0].startswith("round autumn-2026 is new")
    assert {row["date_sent"] + row["date_due"] for row in opened.tracker.values()} == {""}
    assert rounds.open_or_start("autumn-2026", said.append) == opened and len(said) == 1
    with pytest.raises(rounds.RoundError, match='the nearest is "autumn-2026"'):
        rounds.open_or_start("autum-2026")
    rounds.open_or_start("autumn-2027", said.append)  # another year is no slip
    assert sorted(rounds.names()) == ["autumn-2026", "autumn-2027"]


@pytest.mark.parametrize(
    ("sent", "last"), [((2026, 3, 31), "2024/25"), ((2026, 4, 1), "2025/26"), ((2026, 12, 31), "2025/26")]
)
def test_a_year_that_is_not_over_is_not_asked_for(project, sent, last):
    rounds.new("next", sent=dt.date(*sent), echo=lambda line: None)
    text = (project / "data" / "rounds" / "next" / "request-scotland.txt").read_text()
    assert f"from 2013/14 to {last}" in text


def test_an_answer_due_today_is_not_late(project):
    rounds.new("next", sent=dt.date(2026, 11, 2), echo=lambda line: None)
    said = []
    rounds.status("next", today=dt.date(2026, 11, 30), echo=said.append)
    assert said[0].startswith("round next: 0 late, ")


def test_a_total_counts_children_only_where_the_ages_beside_it_end_at_17():
    blank = dict.fromkeys(
        ("sex", "offence", "offence_code", "qualifier", "note", "sheet", "age_low", "age_high"), ""
    )
    figure = blank | {
        "file": "a.csv",
        "force": "Cleveland",
        "financial_year": "2014/15",
        "measure": "offences",
    }
    total = figure | {"cell": "B4", "qualifier": "total", "value_low": "820", "value_high": "820"}
    bands = [
        figure | {"cell": cell, "age_low": low, "age_high": high, "value_low": "410", "value_high": "410"}
        for cell, low, high in (("B2", "0", "10"), ("B3", "11", "17"))
    ]
    adults = bands[1] | {"cell": "B5", "age_low": "18", "age_high": ""}
    assert [row.value for row in acceptance.choose([*bands, total]) if "u18" in row.measure] == ["820"]
    assert not [row for row in acceptance.choose([*bands, adults, total]) if row.value == "820"]


def test_the_request_asks_for_what_tells_the_explanations_apart():
    for kind in request.LAWS:
        text = request.request_text(kind, "2013/14", "2024/25")
        for wanted in (
            "single year from 0 to 17",
            "not recorded",
            "delay between the offence and the day it was reported",
            "online (cyber) flag",
            "cancelled",
            "18 or over",
            "system changed",
            "CSV",
            "includes zero",
        ):
            assert wanted in " ".join(text.split()), (kind, wanted)
    assert "(Scotland) Act 2002" in request.request_text("scotland", "2013/14", "2024/25")


@pytest.mark.parametrize("name", ["Round 1", "../up", "", "2026-11/x"])
def test_a_name_that_cannot_be_a_folder_is_refused(project, name):
    with pytest.raises(RoundError, match="cannot name a round"):
        rounds.new(name)
    assert not (project / "data" / "rounds").exists()


def test_a_round_is_not_started_twice_and_a_wrong_name_gets_the_nearest(project):
    rounds.new("2026-11", echo=lambda line: None)
    with pytest.raises(RoundError, match="is there already"):
        rounds.new("2026-11")
    with pytest.raises(RoundError, match='the nearest is "2026-11"'):
        rounds.status("2026-10")


def test_status_shows_who_is_late_and_counts_due_dates_again(project):
    rounds.new("2026-11", sent=dt.date(2026, 11, 2), echo=lambda line: None)
    path = project / "data" / "rounds" / "2026-11" / "tracker.csv"
    text = path.read_text().replace(
        "Kent,2026-11-02,2026-11-30,waiting", "Kent,2026-11-20,2026-11-30,waiting"
    )
    path.write_text(
        text.replace(
            "Essex,2026-11-02,2026-11-30,waiting,,",
            "Essex,2026-11-02,2026-11-30,refused,2026-11-20,section 12",
        )
    )
    said = []
    rounds.status(today=dt.date(2026, 12, 2), echo=said.append)
    assert said[0] == "round 2026-11: 44 late, 1 not due, 1 answered"
    assert "  late     Cleveland                          due 2026-11-30, 2 weekdays ago" in said
    assert "  waiting  Kent                               due 2026-12-18" in said
    assert "  refused  Essex                              section 12" in said
    assert "Kent,2026-11-20,2026-12-18,waiting" in path.read_text()


def test_a_round_can_be_looked_at_where_nothing_may_be_written(project, monkeypatch):
    rounds.new("2026-11", sent=dt.date(2026, 11, 2), echo=lambda line: None)

    def refuse(*arguments):
        raise PermissionError

    monkeypatch.setattr("helpers.foi.rounds.write_atomic", refuse)
    said = []
    rounds.status("2026-11", today=dt.date(2026, 11, 30), echo=said.append)
    assert said[0] == "round 2026-11: 0 late, 46 not due, 0 answered"


def test_a_tracker_that_a_spreadsheet_program_has_saved_is_read(project):
    rounds.new("2026-11", sent=dt.date(2026, 11, 2), echo=lambda line: None)
    path = project / "data" / "rounds" / "2026-11" / "tracker.csv"
    written = path.read_text()
    as_saved = re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", written).replace("\n", "\r\n")
    path.write_bytes(as_saved.encode("utf-8-sig"))
    rounds.status("2026-11", echo=lambda line: None)
    assert path.read_text() == written


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Clevland,2026-11-02,,waiting,,", 'no force "Clevland"; the nearest is "Cleveland"'),
        ("Kent,2.11.2026,,waiting,,", "is no date"),
        ("Kent,2026-11-02,,lost,,", 'the status "lost"'),
        ("Kent,,,waiting,,\nKent,,,waiting,,", "line 3: Kent is there twice"),
    ],
)
def test_a_slip_in_the_tracker_is_named_with_its_line(project, line, words):
    rounds.new("2026-11", echo=lambda line: None)
    path = project / "data" / "rounds" / "2026-11" / "tracker.csv"
    path.write_text("force,date_sent,date_due,status,date_answered,note\n" + line + "\n")
    with pytest.raises(RoundError, match=words):
        rounds.status("2026-11")


@pytest.fixture
def answered(project, made):
    """A round in which three forces have answered, read by intake."""
    rounds.new("2026-11", sent=dt.date(2026, 11, 2), echo=lambda line: None)
    rows = [
        ["Offences against under 18s (made up)"],
        ["Year", "Female", "Male", "Total"],
        ["2023/24", 900, 220, 1120],
        ["2024/25", 910, "<5", 912],
    ]
    made.csv("cleveland.csv", rows)
    made.csv("kent.csv", [["Age", "2023/24"], ["0-9", 800], ["10-17", 2100], ["Not known", 7]])
    made.text("essex.txt", "Essex Police\nSection 12: the cost would exceed the limit of 18 hours.\n")
    made.text("durham.txt", "Durham Constabulary\nNo information is held.\n")
    out = project.parent / "out"
    intake([made.folder], out, round="2026-11", echo=lambda line: None)
    return out


def test_intake_brings_the_tracker_up_to_date(project, answered):
    tracker = rounds.open_round("2026-11").tracker
    assert {force: row["status"] for force, row in tracker.items() if row["status"] != "waiting"} == {
        "Cleveland": "provided", "Kent": "provided", "Essex": "refused", "Durham": "not_held",
    }  # fmt: skip
    assert tracker["Essex"]["note"] == "essex.txt; section 12 (cost)"


def test_accepted_figures_join_the_tables_and_pass_their_schemas(project, answered):
    said = []
    url = "https://example.org/answers"
    rounds.accept("2026-11", answered, url=url, today=dt.date(2026, 12, 3), echo=said.append)
    printed = read_table("foi_printed")
    mine = printed[printed["round"] == "2026-11"]
    assert set(zip(mine["area"], mine["period"], mine["measure"], mine["value_text"], strict=True)) == {
        ("Cleveland", "2023/24", "female", "900"),
        ("Cleveland", "2023/24", "male", "220"),
        ("Cleveland", "2023/24", "all_sexual_offences_u18", "1120"),
        ("Cleveland", "2024/25", "female", "910"),
        ("Cleveland", "2024/25", "male", "<5"),
        ("Cleveland", "2024/25", "all_sexual_offences_u18", "912"),
        ("Kent", "2023/24", "age_under_10", "800"),
        ("Kent", "2023/24", "all_sexual_offences_u18", "2907"),
    }
    assert set(mine["source"]) == {"foi-2026-11-cleveland", "foi-2026-11-kent"}
    assert (
        mine.loc[mine["value_text"] == "2907", "note"].item()
        == "sum of 3 parts by age, no total printed, kent.csv"
    )
    status = read_table("foi_status")
    assert set(status.loc[status["round"] == "2026-11", "status"]) == {"provided", "refused", "not_held"}
    assert read_table("foi_rounds").set_index("round").loc["2026-11", "years"] == "2023/24;2024/25"
    assert "8 figures of 2 forces" in said[0]


def test_accepting_twice_adds_nothing(project, answered):
    for url in ("", "https://example.org/answers", ""):
        rounds.accept("2026-11", answered, url=url, today=dt.date(2026, 12, 3), echo=lambda line: None)
    printed = read_table("foi_printed")
    registered = read_table("sources")  # with the address that came later, and is not lost again
    mine = registered["source"].str.startswith("foi-2026-11-")
    assert set(registered.loc[mine, "url"]) == {"https://example.org/answers"}
    assert (printed["round"] == "2026-11").sum() == 8 and printed["row"].is_unique


def test_the_one_force_of_a_nation_joins_under_its_name_as_before(project, made):
    rounds.new("2026-11", sent=dt.date(2026, 11, 2), echo=lambda line: None)
    rows = [["Offences against under 18s (made up)"], ["Year", "Total"], ["2023/24", 4100]]
    out = project.parent / "out"
    intake([made.csv("a.csv", rows)], out, round="2026-11", force="Police Scotland", echo=lambda line: None)
    for _ in range(2):
        rounds.accept("2026-11", out, today=dt.date(2026, 12, 3), echo=lambda line: None)
    printed = read_table("foi_printed")
    assert printed.loc[printed["round"] == "2026-11", "area"].tolist() == ["Scotland"]


def test_a_table_that_refuses_is_put_back_as_it_was(project, answered, monkeypatch):
    before = {name: (project / "data" / name).read_bytes() for name in acceptance.TABLES}
    choose = acceptance.choose

    def bad(figures):
        return [*choose(figures), acceptance.Accepted("Kent", "2023/24", "no_such_measure", "1", "", "")]

    monkeypatch.setattr(acceptance, "choose", bad)
    with pytest.raises(acceptance.NotAccepted, match="no_such_measure"):
        rounds.accept("2026-11", answered)
    assert {name: (project / "data" / name).read_bytes() for name in acceptance.TABLES} == before


def test_a_published_rounds_name_is_not_taken(project):
    with pytest.raises(RoundError, match="2017-03 is a round in "):
        rounds.new("2017-03")
    assert not (project / "data" / "rounds").exists()


def test_a_corrected_answer_takes_the_place_of_what_it_said_before(project, answered, made):
    rounds.accept("2026-11", answered, today=dt.date(2026, 12, 3))
    out, said = project.parent / "again", []
    made.csv(
        "cleveland.csv", [["Offences against under 18s (made up)"], ["Year", "Total"], ["2023/24", 1099]]
    )
    intake([made.folder / "cleveland.csv"], out, round="2026-11", echo=said.append)
    rounds.accept("2026-11", out, today=dt.date(2026, 12, 9), echo=said.append)
    printed = read_table("foi_printed")
    mine = printed[(printed["round"] == "2026-11") & (printed["area"] == "Cleveland")]
    assert mine[["period", "measure", "value_text"]].values.tolist() == [
        ["2023/24", "all_sexual_offences_u18", "1099"]
    ]
    assert "6 figures that these files gave before, or that others replace, taken out of the round" in said
    assert (printed["round"] == "2026-11").sum() == 3  # Kent's stand


def test_two_values_for_one_thing_are_told_and_neither_joins(project, made):
    rows = [["Offences against under 18s (made up)"], ["Year", "Total"], ["2023/24", 1099]]
    made.csv("cleveland one.csv", rows)
    made.csv("cleveland two.csv", [*rows[:2], ["2023/24", 1200], ["2024/25", 1300]])
    out, said = project.parent / "out", []
    intake([made.folder], out, round="2026-11", echo=said.append)
    rounds.accept("2026-11", out, echo=said.append)
    assert any(
        line.startswith("Cleveland 2023/24, all_sexual_offences_u18: 1099 (cleveland one.csv B3) and 1200")
        for line in said
    )
    printed = read_table("foi_printed")
    assert printed.loc[printed["round"] == "2026-11", "value_text"].tolist() == ["1300"]


def test_where_victims_are_counted_too_the_offences_join():
    key = ("Kent", "2023/24", "all_sexual_offences_u18")
    offences, victims = (
        Accepted(*key, "12", "", "a.csv B2"),
        Accepted(*key, "9", "", "a.csv C2; counts victims"),
    )
    assert acceptance.agreed([victims, offences]) == ([offences], [])
    assert acceptance.agreed([victims]) == ([victims], [])


def test_figures_of_a_force_that_has_not_answered_in_the_round_are_refused(project, made):
    made.csv("durham.csv", [["Offences against under 18s (made up)"], ["Year", "Total"], ["2023/24", 1099]])
    intake([made.folder], project.parent / "out", force="Durham")
    rounds.new("2026-11")
    with pytest.raises(
        acceptance.NotAccepted, match=r"has figures of Durham, .* rise intake PATH… --out .* --round 2026-11"
    ):
        rounds.accept("2026-11", project.parent / "out")


def test_the_table_that_the_request_asks_for_joins_as_its_sums():
    blank = dict.fromkeys(("qualifier", "note", "sheet"), "") | {"force": "Kent", "file": "kent.csv"}
    rows = [
        blank
        | {"cell": f"E{age}", "financial_year": "2023/24", "measure": "offences", "offence": code}
        | {"offence_code": code, "sex": sex, "age_low": str(age), "age_high": str(age)}
        | {"value_low": "2", "value_high": "2"}
        for code in ("19D", "88A")
        for sex in ("female", "male")
        for age in range(18)
    ]
    assert [(row.measure, row.value) for row in acceptance.choose(rows)] == [
        ("all_sexual_offences_u18", "144"),
        ("female", "72"),
        ("male", "72"),
    ]
    assert acceptance.choose([*rows, rows[0]]) == []  # a part that is there twice


@pytest.mark.parametrize("name", ["", "../x", "a" * 61, "a" * 5000])
def test_what_cannot_name_a_round_is_refused_in_a_line_by_every_command(project, name):
    for command in (rounds.new, rounds.status, lambda name: rounds.accept(name, project)):
        with pytest.raises(RoundError, match=r"^.{,200}$"):
            command(name)
    assert not (project / "data" / "rounds").exists()
