"""A round: the request, the tracker, and who is late."""

import datetime as dt
import re

import pytest

from helpers.intake import acceptance, confirming, rounds
from helpers.intake.rounds import RoundError
from helpers.tables.forces import FORCES
from tests.frames import examples
from tests.intake.conftest import taken


@pytest.mark.parametrize(("sent", "force", "due", "closed"), examples(__file__, "due_dates.csv"))
def test_the_twentieth_working_day_by_each_nations_holidays(sent, force, due, closed):
    assert rounds.due_date(dt.date.fromisoformat(sent), force) == dt.date.fromisoformat(due), closed


def test_a_new_round_has_a_request_for_each_law_and_a_tracker_for_every_force(project):
    said = []
    rounds.new("2026-11", sent=dt.date(2026, 11, 2), echo=said.append)
    folder = project / "data" / "rounds" / "2026-11"
    laws = ("england-and-wales", "northern-ireland", "scotland")
    made = {f"request-{law}.txt" for law in laws} | {"tracker.csv"}
    assert {path.name for path in folder.iterdir()} == made
    _, first, *others = (folder / "tracker.csv").read_text().splitlines()
    assert first == "Avon and Somerset,2026-11-02,2026-11-30,waiting,,"
    assert [line.partition(",")[0] for line in (first, *others)] == list(FORCES)
    for law in laws:
        text = (folder / f"request-{law}.txt").read_text()
        assert "2013/14 to 2025/26" in text and re.findall(r"^([A-E])\. ", text, re.M) == list("ABCDE")


def test_a_mistyped_round_is_asked_about_and_none_is_started(project, monkeypatch):
    with pytest.raises(RoundError, match="start it with: rise round new 2026-11"):
        rounds.open_meant("2026-11")
    rounds.new("2026-11", echo=lambda line: None)
    with pytest.raises(RoundError, match=r'nearest is "2026-11"; start it with: rise round new 2026-1$'):
        rounds.open_meant("2026-1")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "y")
    assert rounds.open_meant("police").name == "2026-11"
    monkeypatch.setattr("builtins.input", lambda question: "n")
    with pytest.raises(RoundError, match="rise round new police"):
        rounds.open_meant("police")
    assert rounds.names() == ["2026-11"]


@pytest.mark.parametrize("sent, last", [("03-31", "2024/25"), ("04-01", "2025/26"), ("12-31", "2025/26")])
def test_a_year_that_is_not_over_is_not_asked_for(project, sent, last):
    rounds.new("next", sent=dt.date.fromisoformat(f"2026-{sent}"), echo=lambda line: None)
    text = (project / "data" / "rounds" / "next" / "request-scotland.txt").read_text()
    assert f"from 2013/14 to {last}" in text


def test_a_round_is_not_started_twice_and_a_wrong_name_gets_the_nearest(started):
    with pytest.raises(RoundError, match="is there already"):
        rounds.new("2026-11")
    with pytest.raises(RoundError, match='the nearest is "2026-11"'):
        rounds.status("2026-10")


def test_status_shows_who_is_late_and_counts_due_dates_again(started):
    path = started / "tracker.csv"
    text = path.read_text().replace("Kent,2026-11-02", "Kent,2026-11-20")
    sent = "Essex,2026-11-02,2026-11-30,"
    path.write_text(text.replace(f"{sent}waiting,,", f"{sent}refused,2026-11-20,section 12"))
    said = []
    rounds.status(today=dt.date(2026, 12, 2), echo=said.append)
    assert said[0] == "round 2026-11: 44 late, 1 not due, 1 answered"
    assert "  late     Cleveland                          due 2026-11-30, 2 weekdays ago" in said
    assert "  waiting  Kent                               due 2026-12-18" in said
    assert "  refused  Essex                              section 12" in said
    assert "Kent,2026-11-20,2026-12-18,waiting" in path.read_text()


def test_a_tracker_that_a_spreadsheet_program_has_saved_is_read(started):
    path = started / "tracker.csv"
    written = path.read_text()
    as_saved = re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", written).replace("\n", "\r\n")
    path.write_bytes(as_saved.encode("utf-8-sig"))
    rounds.status("2026-11", echo=lambda line: None)
    assert path.read_text() == written


@pytest.mark.parametrize(("line", "words"), examples(__file__, "tracker_slips.csv"))
def test_a_slip_in_the_tracker_is_named_with_its_line(started, line, words):
    heads = "force,date_sent,date_due,status,date_answered,note"
    (started / "tracker.csv").write_text(f"{heads}\n{line}\n")
    with pytest.raises(RoundError, match=words):
        rounds.status("2026-11")


@pytest.mark.parametrize("name", ["", "../x", "2026-11/x", "Round 1", "a" * 5000])
def test_what_cannot_name_a_round_is_refused_in_a_line_by_every_command(project, name):
    def accept(name):
        acceptance.accept(name, project)

    for command in (rounds.new, rounds.open_meant, rounds.status, accept):
        with pytest.raises(RoundError, match=r"^.{,200}$"):
            command(name)
    with pytest.raises(RoundError, match="2017-03 is a round in "):  # which others have published
        rounds.new("2017-03")
    assert not (project / "data" / "rounds").exists()


def test_a_count_that_says_no_age_waits_with_that_of_the_request_and_then_joins(started, tmp_path, made):
    counts = "Year,Offences\n2022/23,3100\n2023/24,3200\n"
    source = made.text("kent.csv", f"Kent Police\nChild sexual offences recorded\n{counts}")
    taken([source], tmp_path / "read", round="2026-11")
    data = confirming.read_page(next((tmp_path / "read" / "review").glob("kent*.html")))
    words = [f"{year}; measure offences; age 0 to 17" for year in ("2022/23", "2023/24")]
    why = "no age is stated, and the request is for victims under 18"
    assert [(item["words"], item["why"]) for item in data["items"]] == [(one, why) for one in words]
    saved = made.text("saved.toml", confirming.decided(data, ["confirm", "2023/24; age 0 to 15"]))
    taken([source], tmp_path / "again", reading=saved, round="2026-11")
    acceptance.accept("2026-11", tmp_path / "again", echo=lambda line: None)
    joined = [(row["financial_year"], row["joins"]) for row in acceptance.accepted_rows("2026-11")]
    assert joined == [("2022/23", "all_sexual_offences_u18"), ("2023/24", "all_sexual_offences_u16")]


def test_a_count_in_a_sentence_that_says_no_age_waits_with_that_of_the_request_too(started, tmp_path, made):
    source = made.text("kent.txt", "Kent Police\nIn 2023/24 we recorded 3,120 such sexual offences.\n")
    taken([source], tmp_path / "read", round="2026-11")
    (item,) = confirming.read_page(next((tmp_path / "read" / "review").glob("kent*.html")))["items"]
    assert item["words"] == "2023/24; measure offences; age 0 to 17"
    why = "it stands in running text; no age is stated, and the request is for victims under 18"
    assert item["why"] == why
