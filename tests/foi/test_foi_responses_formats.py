"""The same made-up answer in every format, and what is peculiar to each."""

import io
import re
import zipfile

import pytest

TABLE = [["Year", "Female", "Male"], ["2013/14", 12, 3], ["2014/15", "1,015", "<5"]]
KNOWN = {
    ("2013/14", "", "female", "", 12, ""),
    ("2013/14", "", "male", "", 3, ""),
    ("2014/15", "", "female", "", 1015, ""),
    ("2014/15", "", "male", "", (1, 4), "suppressed"),
}
TEXTS = [[str(cell) for cell in row] for row in TABLE]


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_workbooks(made, read, kind):
    found = read(getattr(made, kind)(f"made up.{kind}", TABLE))
    assert found.figures == KNOWN
    assert found.by_cell["B2"][4] == 12


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separated_text_in_any_encoding_with_a_preamble(made, read, separator, encoding):
    rows = [["Answer – made up, with commas"], [], *TABLE]
    assert read(made.csv("made up.csv", rows, separator=separator, encoding=encoding)).figures == KNOWN


def test_a_word_document_with_a_letterhead(made, read):
    found = read(
        made.docx("made up.docx", ["Ref 2017/432", TABLE, "Page 2 of 3"], header="DURHAM CONSTABULARY")
    )
    assert found.figures == KNOWN and found.reading.force == "Durham"
    assert found.by_cell["t1 r2 c2"][4] == 12


@pytest.mark.parametrize("ruled", [True, False])
def test_a_pdf_with_and_without_rules(made, read, ruled):
    found = read(
        made.pdf("made up.pdf", ["Kent Police", "Tel 01622 690690", TEXTS, "Page 1 of 1"], ruled=ruled)
    )
    assert found.figures == KNOWN and found.reading.force == "Kent"
    assert found.by_cell["p1 t1 r3 c2"][4] == 1015


def test_a_table_that_goes_on_over_a_page_is_one_table(made, read):
    years = [f"{y}/{(y + 1) % 100:02d}" for y in range(1980, 2020)]
    found = read(
        made.pdf(
            "long.pdf",
            ["Made up", [["Year", "Offences"], *([year, str(n)] for n, year in enumerate(years, 10))]],
        )
    )
    assert {figure[0]: figure[4] for figure in found.figures} == dict(zip(years, range(10, 50), strict=True))
    assert any(cell.startswith("p2 ") for cell in found.by_cell)


def test_labels_of_several_lines_beside_one_line_of_numbers(made, read):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph

    def cell(text):
        return Paragraph(text, getSampleStyleSheet()["Normal"])

    rows = [
        ["Code", "Offence", "2014/15", "2015/16"],
        ["17B", cell("Sexual assault on<br/>a male child<br/>under 13"), "30", "24"],
        ["19D", cell("Rape of a female<br/>child under 16"), "11", "9"],
        ["88A", "Sexual grooming", "13", "34"],
    ]
    style = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    found = read(made.pdf("wrapped.pdf", ["Made up", rows], ruled=False, style=style))
    assert {(figure.offence_code, figure.offence, figure.low) for figure in found.reading.figures} == {
        ("17B", "Sexual assault on a male child under 13", 30),
        ("17B", "Sexual assault on a male child under 13", 24),
        ("19D", "Rape of a female child under 16", 11),
        ("19D", "Rape of a female child under 16", 9),
        ("88A", "Sexual grooming", 13),
        ("88A", "Sexual grooming", 34),
    }


def test_a_web_page(made, read):
    page = """<!DOCTYPE html><html><head><title>1999</title><script>2013</script></head><body><p>Call 101</p>
    <table><tr><th rowspan=2>Year</th><th colspan=2>Victims</th></tr><tr><th>Girls</th><th>Boys</th></tr>
    <tr><td>2013/14</td><td>12<sup>1</sup></td><td>3</td></tr><tr><td>2014/15</td><td>1,015</td><td>&lt;5</td></tr></table>
    <div style="display:none">2015/16 - 99</div></body></html>"""
    found = read(made.text("made up.html", page))
    assert found.figures == KNOWN
    assert any("hidden part" in message for message in found.messages)


def test_plain_text_in_columns_and_between_bars(made, read):
    columns = "\n".join(f"{row[0]:<10}{row[1]:>10}{row[2]:>10}" for row in TEXTS)
    assert read(made.text("columns.txt", f"Made up\n\n{columns}\n")).figures == KNOWN
    bars = "\n".join(["| " + " | ".join(row) + " |" for row in TEXTS])
    assert read(made.text("bars.txt", f"Made up\n\n{bars}\n")).figures == KNOWN


def test_lines_of_text(made, read):
    text = """Made up
    Our ref: 432-25

    Rape of a female child under 13:
    2022/23 - 10
    2023/24 – less than 5
    April 2024 to August 2024: 3

    Sexual grooming
    2022/23: 1,206

    Total number of offences in 2024/25 = 7
    Page 1 of 2. Tel: 01642 326326
    """
    assert read(made.text("lines.txt", text)).figures == {
        ("2022/23", "19E", "", "", 10, ""),
        ("2023/24", "19E", "", "", (1, 4), "suppressed"),
        ("2024-04-01..2024-08-31", "19E", "", "", 3, ""),
        ("2022/23", "88A", "", "", 1206, ""),
        ("2024/25", "88A", "", "", 7, ""),  # nothing is given of which it is the total
    }


def test_a_line_keeps_its_number(made, read):
    assert read(made.text("one.txt", "Made up\n\n2022/23 - 10\n")).by_cell == {
        "l3": ("2022/23", "", "", "", 10, "")
    }


def test_a_table_with_one_cell_a_line(made, read):
    text = (
        "See the table:\n\nYear\n\nArrests\n\nCharges\n\n2016\n\n86\n\n35\n\nSome span more than one year.\n"
    )
    found = read(made.text("stacked.txt", text))
    assert {(figure.measure, figure.low, str(figure.start)) for figure in found.reading.figures} == {
        ("arrests", 86, "2016-01-01"),
        ("charges", 35, "2016-01-01"),
    }


def test_a_sentence_beside_a_table_is_a_note_unless_it_answers_a_question(made, read):
    sentence = "In 2013/14 there were 247 recorded sexual offences against children under the age of 18."
    assert read(
        made.text("prose.txt", f"Made up\n{sentence}\nWe answer within 20 working days.\n")
    ).figures == {("2013/14", "", "", "0-17", 247, "")}
    beside = read(made.docx("beside.docx", [TABLE, "In 2014/15 a further 7 offences were cancelled."]))
    assert len(beside.figures) == 4
    parts = [
        "Q1. Offences, please.",
        TABLE,
        "Q2. How many were online?",
        "In 2014/15 there were 7 online offences.",
    ]
    answered = {(f.measure, f.low) for f in read(made.docx("answered.docx", parts)).reading.figures}
    assert len(answered) == 5 and ("cyber_flagged", 7) in answered


@pytest.mark.parametrize(
    "sentence, read_as",
    [
        (
            "There were 247 offences in 2014/15 and 820 in 2015/16, of which 12 were online.",
            [
                ("2014/15", "offences", "", 247),
                ("2015/16", "offences", "", 820),
                ("2015/16", "cyber_flagged", "", 12),
            ],
        ),
        (
            "In 2014/15 there were 31 offences with a male victim and 112 with a female victim.",
            [("2014/15", "offences", "male", 31), ("2014/15", "offences", "female", 112)],
        ),
        (
            "In 2014/15 twelve offences were recorded, an increase of 4 on 2013/14.",
            [("2014/15", "offences", "", 12)],
        ),
        ("Twelve offences were recorded in 2014/15.", [("2014/15", "offences", "", 12)]),
        ("Fewer than 5 offences were recorded in 2014/15.", [("2014/15", "offences", "", 1)]),
        ("A search for 2014/15 returned 900 records that would need a manual review.", []),
    ],
)
def test_numbers_and_periods_of_a_sentence_pair_off(made, read, sentence, read_as):
    figures = read(made.text("prose.txt", f"Made up\n{sentence}\n")).reading.figures
    assert [(f.financial_year, f.measure, f.sex, f.low) for f in figures] == read_as


def test_an_email_with_its_attachment_and_without_what_it_quotes(made, read):
    book = made.xlsx("x.xlsx", TABLE).read_bytes()
    found = read(
        made.mail(
            "made up.eml", "Dear all,\n2015/16 - 9\n> 2010/11 - 999\n", {"../../etc/Response.xlsx": book}
        )
    )
    assert found.figures == KNOWN | {("2015/16", "", "", "", 9, "")}
    assert [reading.name for reading in found.all] == ["made up.eml", "made up.eml/Response.xlsx"]
    assert found.reading.force == "Durham"


def test_a_sheet_a_year_hidden_ones_too(made, read):
    sheets = {
        "2013-14": [["Sex", "Offences"], ["Female", 5]],
        "2014-15": [["Sex", "Offences"], ["Female", 6]],
    }
    found = read(made.xlsx("years.xlsx", sheets, hidden={"2014-15"}))
    assert found.figures == {("2013/14", "", "female", "", 5, ""), ("2014/15", "", "female", "", 6, "")}
    assert 'note: the sheet "2014-15" is hidden; it was read too' in found.messages


def test_merged_headings_of_a_workbook(made, read):
    rows = [["Code", "2013/14", "", "2014/15", ""], ["", "M", "F", "M", "F"], ["19E", 0, 1, 0, 2]]
    found = read(made.xlsx("merged.xlsx", rows, merge=["A1:A2", "B1:C1", "D1:E1"]))
    assert ("2014/15", "19E", "female", "", 2, "") in found.figures and len(found.figures) == 4


def test_percent_formats_are_seen_and_formulas_count_by_their_stored_result(made, read):
    rows = [["Sex", "2013/14", "Share"], ["Female", 30, 0.75], ["Male", 10, 0.25], ["Total", "=B2+B3", 1]]
    path = made.xlsx("formula.xlsx", rows, formats=[("C2", "0%"), ("C3", "0%"), ("C4", "0%")])
    unsaved = read(path)
    assert len(unsaved.figures) == 2 and any(
        "1 formula without a stored result" in message for message in unsaved.messages
    )
    saved = made.bytes(
        "stored.xlsx", _edit(path.read_bytes(), rb"(<f>B2\+B3</f>)<v ?/?>(?:</v>)?", rb"\1<v>40</v>")
    )
    assert ("2013/14", "", "", "", 40, "total") in read(saved).figures


def _edit(workbook: bytes, pattern: bytes, into: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, re.sub(pattern, into, data) if name == "xl/worksheets/sheet1.xml" else data)
    return target.getvalue()


def test_a_raised_footnote_digit_is_not_part_of_the_number(made, read):
    import docx

    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text, table.cell(1, 0).text = "Year", "Offences", "2013/14"
    paragraph = table.cell(1, 1).paragraphs[0]
    paragraph.add_run("12")
    paragraph.add_run("1").font.superscript = True
    document.save(str(made.folder / "raised.docx"))
    assert read(made.folder / "raised.docx").figures == {("2013/14", "", "", "", 12, "")}


def test_a_refusal_is_a_note_and_no_figure(made, read):
    found = read(
        made.text(
            "refusal.txt",
            "Gwent Police\nSection 12 applies: the cost of the 4,512 records would exceed the limit of 18 hours.\n",
        )
    )
    assert found.figures == set() and any(
        message.startswith("note: refused: section 12") for message in found.messages
    )
    nothing = read(made.pdf("nothing.pdf", ["Gwent Police", "No information is held for 2013/14."]))
    assert nothing.figures == set() and any(
        message.startswith("note: not_held") for message in nothing.messages
    )


def test_questions_of_a_letter_hold_for_their_answers(made, read):
    parts = [
        "Q1. How many offences under Home Office code 71/17 were recorded between 1 April 2024 and 31 March 2025?",
        "Response: 61",
        "Q2. Please give the age of the victim: 11 and under, 12-15, 16 and over.",
        [["", "Female"], ["11 and under", "6"], ["16 and over", "*"]],
    ]
    assert read(made.docx("letter.docx", parts)).figures == {
        ("2024/25", "88A", "", "", 61, ""),
        ("2024/25", "88A", "female", "0-11", 6, ""),
        ("2024/25", "88A", "female", "16-", (0, 4), "suppressed"),
    }


def test_a_sentence_counts_what_was_asked_for(made, read):
    asked = "Please state the number of recorded offences with an online flag for 2021/22 and 2022/23."
    found = read(
        made.text("flag.txt", f"{asked}\nIn 2021/22 there were 412 offences, in 2022/23 there were 498.\n")
    )
    assert {(figure.measure, figure.low) for figure in found.reading.figures} == {
        ("cyber_flagged", 412),
        ("cyber_flagged", 498),
    }


def test_a_table_drawn_in_text(made, read):
    found = read(
        made.text(
            "drawn.txt",
            "Made up, 2014/15\n\n| Sex | Count |\n|-----|------:|\n| Female | 12 |\n| Male | 3 |\n",
        )
    )
    assert found.figures == {("2014/15", "", "female", "", 12, ""), ("2014/15", "", "male", "", 3, "")}
    assert {figure.cell for figure in found.reading.figures} == {"l5", "l6"}


def test_a_table_parted_by_tabs_in_a_letter_has_lines_and_a_sheet_under_another_name_has_cells(made, read):
    table = "Year\tGirls\tBoys\n2014/15\t1,200\t\n2015/16\t\t9\n"
    letter = f"Dear Sir or Madam,\nThank you.\nHere is a made-up answer.\n{table}Please write, if you wish.\n"
    assert [figure.cell for figure in read(made.text("letter.txt", letter)).reading.figures] == ["l5", "l6"]
    assert [figure.cell for figure in read(made.text("sheet.txt", table)).reading.figures] == ["B2", "C3"]


def test_a_table_goes_on_over_pages_that_repeat_a_long_foot(made, read):
    rows = [["Year", "Age", "Female"], *([f"20{n:02d}", "12", str(n)] for n in range(1, 46))]
    foot = "Freedom of Information response, made up, not of any force, tel. 101, page"
    found = read(made.pdf("long.pdf", ["Victims by year", rows], foot=foot)).figures
    assert {(low, period[:4], age) for period, _, _, age, low, _ in found} == {
        (n, f"20{n:02d}", "12-12") for n in range(1, 46)
    }
