"""What marks hide where the file says nothing of it, and what a sentence says of figures beside it."""

from datetime import date
from email.message import EmailMessage
from itertools import product
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from helpers.intake.model import Figure
from helpers.intake.notices import Rules, read_rules
from helpers.intake.reader import read_file
from helpers.intake.remarks import doubt_remarks
from helpers.intake.values import parse_value
from tests.frames import records


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


HEADS = ["Rape - Medway"], ["Medway", "Rape"], ["Repeat victims", "Rape"], ["Sexual offences by women"]
KINDS = ["Familial abuse"], ["Peer on peer abuse"], ["Crimes flagged as CSE"]


@pytest.mark.parametrize("heads", [*HEADS, *KINDS])
@pytest.mark.parametrize("labels", [("Girls", "Boys"), ("Rape", "Exposure")])
def test_a_section_of_a_part_is_noted_with_its_figures(made, read, heads, labels):
    above = [["Sexual offences against children"], ["", "2017/18", "2018/19"], *([one] for one in heads)]
    rows = [*above, [labels[0], 7, 8], [labels[1], 9, 6]]
    figures = read(made.csv("a.csv", rows)).figures
    assert {one.note for one in figures} == {heads[0]}
    assert len({one.sex for one in figures} - {""}) == 2 * ("Girls" in labels)  # none by who did it


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("kind", ["CSE", "Familial"])
def test_a_line_beside_a_title_that_names_a_kind_is_noted_with_its_rows(made, read, kind, first):
    titles = [["Sexual offences against children"], [kind]]
    rows = [["Offence", "2017/18", "2018/19"], ["Rape", 7, 8], ["Exposure", 9, 6]]
    figures = read(made.csv("a.csv", [*(titles[::-1] if first else titles), *rows])).figures
    assert {one.note.casefold() for one in figures} == {kind.casefold()}


ASKS = ["Q2. How many {} were there?", "Please provide the number of {}.", "Q2 - {}"]


@pytest.mark.parametrize("asks", ASKS)
@pytest.mark.parametrize("what", ["attempts", "unfounded reports", "children in care"])
def test_a_question_of_something_else_above_a_title_is_asked_about(made, read, asks, what):
    rows = [[asks.format(what)], [], ["Sexual offences against children"], ["Year", "Number"], ["2017/18", 7]]
    assert {one.status for one in read(made.csv("a.csv", rows)).figures} == {"proposed"}


def test_the_name_of_a_message_is_said_of_what_is_attached_to_it(made, read):
    message = EmailMessage()
    message.set_content("Please see the attached.")
    table = b"Sexual offences against children\nYear,Number\n2017/18,7\n2018/19,8\n"
    message.add_attachment(table, maintype="text", subtype="csv", filename="answer.csv")
    for name, status in ("a.eml", "read"), ("Familial.eml", "proposed"):
        (_, attached) = read_file(made.bytes(name, bytes(message)), name)
        assert {one.status for one in attached.figures} == {status}


def test_the_one_title_on_a_cover_heads_the_tables_of_its_workbook(made, read):
    cover = [["Sexual offences against children under 18: online"]]
    sheets = {"Cover": cover, "Answer": [["Offence", "2017/18"], ["Rape", 7], ["Exposure", 9]]}
    assert {one.measure for one in read(made.xlsx("a.xlsx", sheets)).figures} == {"cyber_flagged"}


HARMFUL = ["Girls are not counted", "Figures are of suspects", "All of the victims were adults"]
PASSED_OVER = ["How many were there?", "* means fewer than 5", "Most were girls"]
PASSED_OVER += ["12 led to an arrest", "Section 40 applies"]


@pytest.mark.parametrize("joint", ["; ", " - ", " ({})", " "])
def test_what_is_said_beside_other_words_is_heeded_as_if_it_stood_alone(made, read, joint):
    """A page of a PDF or a list runs sentences into one, and some of these would be passed over."""
    rows = [["Sexual offences against children"], ["Offence", "2017/18", "2018/19"], ["Rape", 7, 8], []]
    for harmful, other in product(HARMFUL, PASSED_OVER):
        both = other + joint.format(harmful) if "{" in joint else other + joint + harmful
        found = read(made.csv("a.csv", [*rows, [f"{both}."]])).figures
        assert {one.status for one in found if one.low in (7, 8)} == {"proposed"}, both


def test_a_sheet_may_name_another_and_say_no_more_of_it(made, read):
    answer = [["Sexual offences against children"], ["Offence", "2017/18"], ["Rape", 7], ["Exposure", 9]]
    found = read(made.xlsx("a.xlsx", {"National": [["Region"], ["Wales"]], "Wales": answer}))
    assert [one.low for one in found.figures] == [7, 9]


def test_a_list_on_a_sheet_of_online_crimes_counts_those(made, read):
    rows = [["Recorded on", "Offence", "Age"]]
    rows += [[f"{1 + n % 28}/{1 + n % 12}/2018", "Rape of a female child under 13", 9] for n in range(20)]
    sheets = {"Online": rows, "All": rows}
    measures = {one.sheet: one.measure for one in read(made.xlsx("a.xlsx", sheets)).figures}
    assert measures == {"Online": "cyber_flagged", "All": "offences"}


def test_a_sheet_that_is_called_by_its_question_is_no_quarter(made, read):
    rows = [["Offence", "2021/22"], ["Rape of a female child under 13", 5]]
    (figure,) = read(made.xlsx("a.xlsx", {"Q1": rows})).figures
    assert (figure.financial_year, figure.status) == ("2021/22", "read")


def test_dates_that_are_all_the_first_of_a_january_are_years(made, read):
    years = [date(2020, 1, 1), date(2021, 1, 1)]
    rows = [["Sexual offences against children"], ["Year", "Number"], [years[0], 41], [years[1], 55]]
    figures = read(made.xlsx("a.xlsx", rows)).figures
    assert [(str(one.end), one.low) for one in figures] == [("2020-12-31", 41), ("2021-12-31", 55)]


def test_a_formula_without_a_result_is_told(made, read):
    rows = [["Year", "Number"], ["2017/18", "=B9+B10"], ["2018/19", "#REF!"], ["2019/20", 41]]
    found = read(made.xlsx("a.xlsx", [["Sexual offences recorded against children"], *rows]))
    (told,) = [message for message in found.messages if "without a result" in message]
    assert "2 formulas" in told and "B3, B4" in told and [one.low for one in found.figures] == [41]


TOLD = {
    "The age of 13 victims of sexual offences is not known.": "age of 13",
    "The unit looked into nine substantiated cases of sexual abuse.": "nine",
    "A 13-year-old girl reported five rapes in 2019.": "",
}


@pytest.mark.parametrize(("sentence", "told"), TOLD.items())
def test_a_number_before_what_is_counted_and_one_in_words_are_told(made, read, sentence, told):
    messages = [one for one in read(made.text("a.txt", sentence)).messages if "not taken" in one]
    assert [f"figures: {told} in" in one for one in messages] == [True] * bool(told)


@pytest.mark.parametrize("form", ["docx", "html", "xlsx"])
def test_a_small_number_below_a_count_is_a_mark_and_no_digit(made, read, form):
    rows = [["Year", "Number"], ["2017/18", "551"], ["2018/19", "602"]]
    path = made.folder / f"a.{form}"
    if form == "docx":
        answer = docx.Document()
        table = answer.add_table(3, 2)
        for at, row in enumerate(rows):
            table.cell(at, 0).text, table.cell(at, 1).text = row
        table.cell(1, 1).paragraphs[0].add_run("2").font.subscript = True
        answer.save(path)
    elif form == "html":
        cells = "".join(f"<tr><td>{year}<td>{count}" for year, count in rows)
        path.write_text(f"<table>{cells}</table>".replace("551", "551<sub>2</sub>"))
    else:
        rows[1][1] = CellRichText("551", TextBlock(InlineFont(vertAlign="subscript"), "2"))
        made.xlsx(path.name, rows)
    assert [one.low for one in read(path).figures] == [551, 602]


YEARS = {551: "2017/18", 602: "2018/19"}


def _written(made, place: str, words: str):
    """A table of two years with words in one place of it."""
    title = "Sexual offences against children under 18 recorded by Kent Police"
    years, head = [[year, count] for count, year in YEARS.items()], ["Year", "Number"]
    rows = {
        "above": [[words], [title], head, *years],
        "below": [[title], [words], head, *years],
        "title": [[f"{title}: {words}"], head, *years],
        "corner": [[title], [words, "Number"], *years],
        "section": [[title], head, [words], *years],
        "banner": [[title], [words, ""], head, *years],
        "footnote": [[title], ["Year", "Number*"], *years, [], [f"* {words}"]],
        "note": [[title], head, *years, [], [words]],
        "right": [[title], [*head, words], *years],
    }.get(place, [[title], head, *years])
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


CLAUSES = ["It is important to understand that {}.", "In the interests of transparency, {}."]
CLAUSES += [
    "{}, which helps readers to understand the context.",
    "{} (see the guidance for further details).",
]
STATEMENTS = [
    "the figures are of suspects",
    "each figure is for a single month",
    "young suspects are shown here",
]
STATEMENTS += [
    "the year is that in which a suspect was charged",
    "the table is about complaints against officers",
]


@pytest.mark.parametrize("clause", CLAUSES)
@pytest.mark.parametrize("said", STATEMENTS)
def test_harmless_clauses_around_a_statement_hide_nothing_of_it(clause, said):
    figure = Figure(measure="offences", start=date(2017, 4, 1), end=date(2018, 3, 31))
    doubt_remarks([figure], clause.format(said))
    assert figure.status == "proposed"


def test_a_figure_waits_that_a_sheet_of_corrections_gives_too(made, read):
    head = [["Sexual offences against children under 18"], ["Year", "Number"]]
    given, corrected = [*head, ["2017/18", 551], ["2018/19", 602]], [*head, ["2018/19", 615]]
    figures = read(made.xlsx("a.xlsx", {"Response": given, "Correction": corrected})).figures
    assert [(one.low, one.status) for one in figures[:2]] == [(551, "read"), (602, "proposed")]


def test_a_comment_on_a_cell_is_a_remark_on_the_tables_of_its_sheet(made, read):
    rows = [["Sexual offences against children under 18"], ["Year", "Number"], ["2017/18", 551]]
    path = made.xlsx("a.xlsx", {"Answer": rows, "Other": rows})
    book = load_workbook(path)
    book["Answer"]["B3"].comment = Comment("Includes adult victims.", "Made Up")
    book.save(path)
    figures = read(path).figures
    assert [(one.sheet, one.status) for one in figures] == [("Answer", "proposed"), ("Other", "read")]


def test_a_comment_in_a_document_is_a_remark_and_what_is_embedded_in_it_is_told(made, read):
    document = docx.Document()
    title = document.add_paragraph("Sexual offences against children under 18")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Year", "Number", "2017/18", "551"), strict=True
    ):
        cell.text = text
    document.add_comment(title.runs, text="Includes adult victims.")
    name = PackURI("/word/embeddings/Sheet1.xlsx")
    document.part.relate_to(Part(name, "application/octet-stream", b"", document.part.package), RT.PACKAGE)
    document.save(made.folder / "a.docx")
    found = read(made.folder / "a.docx")
    assert [(one.low, one.status) for one in found.figures] == [(551, "proposed")]
    assert any("1 embedded file of the document not read" in message for message in found.messages)
