"""What marks hide where the file says nothing of it, and what a sentence says of figures beside it."""

from datetime import date
from email.message import EmailMessage
from itertools import product
from pathlib import Path

import pytest

from helpers.intake.model import Figure
from helpers.intake.notices import Rules, read_rules
from helpers.intake.reader import read_file
from helpers.intake.remarks import doubt_remarks
from helpers.intake.values import parse_value
from tests.frames import cases, records

CASES = cases(__file__)


def test_a_mark_hides_what_is_usual_unless_the_file_says_otherwise():
    assert [Rules().hidden(parse_value(mark)) for mark in ("*", "<5")] == [(0, 4), (1, 4)]
    rules = read_rules(["Small numbers (<5) and zeros have been suppressed"])
    assert rules.hidden(parse_value("<5")) == (0, 4)


def test_where_rows_may_be_missing_a_sum_proves_nothing(made, read):
    rows = "Hythe 5 7 Deal 6 4 Ryde 8 9 Coast total 19 20 Lydd 3 Dover 4 5 Inland total 9 11"
    found = read(made.text("a.txt", f"Sexual offences by district\nOffences District 2012 2013 {rows}"))
    assert len(found.figures) > 10 and not [message for message in found.messages if "sum of its" in message]


def test_conditions_above_a_long_list_are_of_its_rows(made, read):
    rows = [["Status", "Undetected", ""], ["", "", ""], ["Recorded on", "Offence", "Age"]]
    rows += [[f"{1 + n % 28}/{1 + n % 12}/2018", "Rape of a female child under 13", 9] for n in range(2_100)]
    assert {one.status for one in read(made.csv("a.csv", rows)).figures} == {"proposed"}


@pytest.mark.parametrize("heads", CASES["heads_of_a_part"])
@pytest.mark.parametrize("labels", [("Girls", "Boys"), ("Rape", "Exposure")])
def test_a_section_of_a_part_is_noted_with_its_figures(made, read, heads, labels):
    above = [["Sexual offences against children"], ["", "2017/18", "2018/19"], *([one] for one in heads)]
    rows = [*above, [labels[0], 7, 8], [labels[1], 9, 6]]
    figures = read(made.csv("a.csv", rows)).figures
    assert {one.note for one in figures} == {heads[0]}
    assert len({one.sex for one in figures} - {""}) == 2 * ("Girls" in labels)  # none by who did it


def test_the_name_of_a_message_is_said_of_what_is_attached_to_it(made, read):
    message = EmailMessage()
    message.set_content("Please see the attached.")
    table = b"Sexual offences against children\nYear,Number\n2017/18,7\n2018/19,8\n"
    message.add_attachment(table, maintype="text", subtype="csv", filename="answer.csv")
    for name, status in ("a.eml", "read"), ("Familial.eml", "proposed"):
        (_, attached) = read_file(made.bytes(name, bytes(message)), name)
        assert {one.status for one in attached.figures} == {status}


@pytest.mark.parametrize("joint", ["; ", " - ", " ({})", " "])
def test_what_is_said_beside_other_words_is_heeded_as_if_it_stood_alone(made, read, joint):
    """A page of a PDF or a list runs sentences into one, and some of these would be passed over."""
    rows = [["Sexual offences against children"], ["Offence", "2017/18", "2018/19"], ["Rape", 7, 8], []]
    for harmful, other in product(CASES["harmful"], CASES["harmless"]):
        both = other + joint.format(harmful) if "{" in joint else other + joint + harmful
        found = read(made.csv("a.csv", [*rows, [f"{both}."]])).figures
        assert {one.status for one in found if one.low in (7, 8)} == {"proposed"}, both


@pytest.mark.parametrize(("sentence", "told"), CASES["number_that_is_told"])
def test_a_number_before_what_is_counted_and_one_in_words_are_told(made, read, sentence, told):
    messages = [one for one in read(made.text("a.txt", sentence)).messages if "not taken" in one]
    assert [f"figures: {told} in" in one for one in messages] == [True] * bool(told)


YEARS = {551: "2017/18", 602: "2018/19"}


def _written(made, place: str, words: str):
    """A table of two years with words in one place of it."""
    title = "Sexual offences against children under 18 recorded by Kent Police"
    years, head = [[year, count] for count, year in YEARS.items()], ["Year", "Number"]
    rows = {
        "above": [[words], [title], head, *years],
        "asked above": [[words], [], [title], head, *years],
        "below": [[title], [words], head, *years],
        "title": [[f"{title}: {words}"], head, *years],
        "corner": [[title], [words, "Number"], *years],
        "section": [[title], head, [words], *years],
        "banner": [[title], [words, ""], head, *years],
        "footnote": [[title], ["Year", "Number*"], *years, [], [f"* {words}"]],
        "note": [[title], head, *years, [], [words]],
        "right": [[title], [*head, words], *years],
    }.get(place, [[title], head, *years])
    if place == "paragraph":
        cells = "".join(f"<tr><td>{year}<td>{count}" for year, count in rows[1:])
        return made.text("a.html", f"<h2>{title}</h2><table>{cells}</table><p>{words}</p>")
    sheets = {words if place == "sheet" else "Answer": rows}
    if place == "cover":
        sheets = {"Cover": [["Definitions"], [*words.split(": ")]]} | sheets
    return made.xlsx(f"{words if place == 'name' else 'a'}.xlsx", sheets)


def test_what_is_said_beside_a_table_makes_wait_what_it_changes_and_nothing_else(made, read):
    wrong = []
    for line in records(Path(__file__).with_name("statements.csv")):
        figures = read(_written(made, line["place"], line["words"])).figures
        waiting = {YEARS[one.low] for one in figures if one.low in YEARS and one.status == "proposed"}
        if waiting != set(line["waiting"].split()):
            wrong.append((line["place"], line["words"], sorted(waiting)))
    assert not wrong


@pytest.mark.parametrize("clause", CASES["clause_around_a_statement"])
@pytest.mark.parametrize("said", CASES["statement"])
def test_harmless_clauses_around_a_statement_hide_nothing_of_it(clause, said):
    figure = Figure(measure="offences", start=date(2017, 4, 1), end=date(2018, 3, 31))
    doubt_remarks([figure], clause.format(said))
    assert figure.status == "proposed"
