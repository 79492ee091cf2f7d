"""Made-up letters and messages: answers matched to their questions, paragraphs over lines, and what mail adds."""

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

TABLE = [["Year", "Number"], ["2014/15", "7"], ["2015/16", "9"]]
QUESTIONS = [
    "Q1. How many rapes of a female child under 13 were recorded?",
    "Q2. How many offences of sexual communication with a child were recorded?",
    "Q3. Of these, how many had a male victim?",
]


def test_an_answer_under_a_number_answers_the_question_of_that_number(made, read):
    answers = [
        "Response",
        "Q1.",
        TABLE,
        "Q2. There were 12 offences recorded in 2015/16.",
        "Q3.",
        "2015/16 - 3",
    ]
    assert read(made.docx("asked.docx", [*QUESTIONS, *answers])).figures == {
        ("2014/15", "19E", "", "", 7, ""),
        ("2015/16", "19E", "", "", 9, ""),
        ("2015/16", "88A", "", "", 12, ""),
        ("2015/16", "88A", "male", "", 3, ""),
    }


def test_the_number_of_an_answer_is_no_count(made, read):
    text = "QUESTION 1\nHow many offences were recorded in 2015/16?\n\nANSWER 1\n2,315\n"
    assert read(made.text("answer.txt", text)).by_cell == {"l5": ("2015/16", "", "", "", 2315, "")}


def test_a_sentence_over_two_lines_is_one_and_its_numbers_keep_their_lines(made, read):
    text = (
        "Made up for a test, to be read as a letter is, with its lines broken\n\n"
        "There were 247 offences recorded in 2014/15 and, when we looked, 820\n"
        "offences recorded in 2015/16, of which, as far as it is known to us,\n"
        "12 were online.\n"
    )
    assert [
        (f.cell, f.financial_year, f.measure, f.low) for f in read(made.text("w.txt", text)).reading.figures
    ] == [
        ("l3", "2014/15", "offences", 247),
        ("l3", "2015/16", "offences", 820),
        ("l5", "2015/16", "cyber_flagged", 12),
    ]


def test_a_row_that_was_deleted_and_a_box_of_text(made, read):
    path = made.docx("tracked.docx", ["Made up", TABLE, "Offences with an online element"])
    document = docx.Document(str(path))
    document.tables[0].rows[2]._tr.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')}/>"))
    box = "<w:txbxContent><w:p><w:r><w:t>2016/17 - 4</w:t></w:r></w:p></w:txbxContent>"
    document.add_paragraph()._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:pict>{box}</w:pict></w:r>"))
    document.save(str(path))
    assert {(f.measure, f.financial_year, f.low) for f in read(path).reading.figures} == {
        ("offences", "2014/15", 7),
        ("cyber_flagged", "2016/17", 4),
    }


def test_a_message_quoted_under_its_headers_is_left_out(made, read):
    body = "2015/16: 12\n\nFrom: somebody\nSent: 1 May 2015\nTo: FOI\nSubject: request\n\n2013/14: 5\n"
    assert {f.low for f in read(made.mail("plain.eml", body)).reading.figures} == {12}
    page = "<div><p><b>From:</b> somebody<br><b>Sent:</b> 1 May 2015<br>To: FOI</p></div><p>2013/14: 5</p>"
    head = "From: foi@durham.police.uk\r\nTo: somebody\r\nSubject: made up\r\nContent-Type: text/html\r\n\r\n"
    html = made.bytes("page.eml", f"{head}<p>2015/16: 12</p>{page}".encode())
    assert {f.low for f in read(html).reading.figures} == {12}


def test_what_is_attached_comes_from_the_force_that_sent_it(made, read):
    found = read(made.mail("sent.eml", "Attached.", {"a.csv": b"Year,Number\r\n2014/15,7\r\n"}))
    assert [(f.force, f.low) for reading in found.all for f in reading.figures] == [("Durham", 7)]


def test_notes_below_a_table_are_no_figures_and_date_nothing(made, read):
    notes = [
        "<5 = fewer than five",
        "1. Recording changed in November 2014.",
        "2. Includes 14 offences of one case.",
    ]
    assert read(made.docx("notes.docx", ["Made up", TABLE, *notes])).figures == {
        ("2014/15", "", "", "", 7, ""),
        ("2015/16", "", "", "", 9, ""),
    }


def test_headings_that_stand_on_end(made, read):
    from reportlab.pdfgen.canvas import Canvas

    path = made.folder / "turned.pdf"
    page = Canvas(str(path))
    for row, texts in enumerate([("Female", "7", "9"), ("Male", "2", "3")]):
        for column, text in enumerate(texts):
            page.drawString(60 + 70 * column, 640 - 20 * row, text)
    for column, text in enumerate(("2014/15", "2015/16")):
        page.saveState()
        page.translate(140 + 70 * column, 660)
        page.rotate(90)
        page.drawString(0, 0, text)
        page.restoreState()
    page.grid([50, 120, 190, 260], [720, 655, 635, 615])
    page.save()
    assert read(path).figures == {
        ("2014/15", "", "female", "", 7, ""),
        ("2015/16", "", "female", "", 9, ""),
        ("2014/15", "", "male", "", 2, ""),
        ("2015/16", "", "male", "", 3, ""),
    }


def test_the_age_in_the_name_of_one_offence_is_not_that_of_the_next(made, read):
    text = "Rape of a child under 13\n2018/19 = 44\n\nSexual grooming\n2018/19 = 61\n"
    assert {(f.offence, f.age_high) for f in read(made.text("two.txt", text)).reading.figures} == {
        ("Rape of a child under 13", None),
        ("Sexual grooming", None),
    }


def test_answers_between_quoted_questions_take_them_and_count_nothing_of_the_quote(made, read):
    body = (
        "Our answers are below.\n\nOn 4 May 2018 somebody wrote:\n> 1) How many sexual offences against under 16s\n"
        "> were recorded in 2016/17?\n\n1,905\n\n> 2) And in 2017/18?\n> You told me there were 455 in 2014/15.\n\n2,244\n\n"
        "> 3) How many rapes of a female child under 13 in 2017/18?\n\n12\n"
    )
    assert read(made.mail("inline.eml", body)).figures == {
        ("2016/17", "", "", "0-15", 1905, ""),
        ("2017/18", "", "", "0-15", 2244, ""),
        ("2017/18", "19E", "", "", 12, ""),
    }


def test_a_share_of_a_number_given_before_is_one_figure(made, read):
    text = "In 2022/23 there were 412 offences recorded. 57 of the 412 offences had an online flag.\n"
    found = read(made.text("share.txt", text)).reading.figures
    assert [(f.financial_year, f.measure, f.low) for f in found] == [
        ("2022/23", "offences", 412),
        ("2022/23", "cyber_flagged", 57),
    ]


def test_a_sex_that_was_not_recorded_is_unknown(made, read):
    text = "Of the 2022/23 offences, 30 had a female victim, 9 had a male victim and in 4 the sex of the victim was not recorded.\n"
    assert {(f[2], f[4]) for f in read(made.text("sexes.txt", text)).figures} == {
        ("female", 30),
        ("male", 9),
        ("unknown", 4),
    }


def test_dots_lead_from_a_label_to_its_number(made, read):
    text = "Rapes of a male child under 16\nApril 2013 to March 2014 ............ 21\nApril 2014 to March 2015 ............ 34\n"
    assert read(made.text("dots.txt", text)).figures == {
        ("2013/14", "19G", "", "", 21, ""),
        ("2014/15", "19G", "", "", 34, ""),
    }


def test_these_in_a_table_of_questions_are_those_of_the_row_above(made, read):
    rows = [
        ["Question", "Response"],
        ["1. Number of sexual offences against under 18s in 2016/17", "1,377"],
        ["2. Number of these with a cyber flag", "98"],
    ]
    found = read(made.docx("rows.docx", ["Made up", rows])).reading.figures
    assert [(f.financial_year, f.measure, f.age_high, f.low) for f in found] == [
        ("2016/17", "offences", 17, 1377),
        ("2016/17", "cyber_flagged", 17, 98),
    ]


def test_a_letter_in_two_columns_is_read_column_by_column(made, read):
    from reportlab.pdfgen.canvas import Canvas

    left = (
        "You asked us how many offences of rape",
        "were recorded in each of these years and",
        "how many arrests then followed on them.",
        "We have looked at every record by hand",
        "and counted each of them in the year in",
        "which it was recorded.",
    )
    right = (
        "Recorded rapes",
        "2014/15: 61",
        "2015/16: 74 offences",
        "If you are not content with this answer",
        "you may ask us to look at it once more.",
    )
    path = made.folder / "columns.pdf"
    page = Canvas(str(path))
    for column, texts in ((60, left), (320, right)):
        for row, text in enumerate(texts):
            page.drawString(column, 760 - 16 * row, text)
    page.save()
    assert {(f[0], f[4]) for f in read(path).figures} == {("2014/15", 61), ("2015/16", 74)}


def test_a_footnote_of_a_document_states_a_rule(made, read):
    import zipfile

    path = made.docx("noted.docx", ["Made up", [["Year", "Offences"], ["2014/15", "*"], ["2015/16", "12"]]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    link = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
    named = '<Override PartName="/word/footnotes.xml" ContentType="application/xml"/></Types>'
    parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>", link.encode()
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", named.encode())
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    note = "<w:footnote><w:p><w:r><w:t>An asterisk hides a number between 1 and 9.</w:t></w:r></w:p></w:footnote>"
    parts["word/footnotes.xml"] = f'<w:footnotes xmlns:w="{space}">{note}</w:footnotes>'.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert read(path).by_cell["t1 r2 c2"] == ("2014/15", "", "", "", (1, 9), "suppressed")


def test_a_question_under_its_number_goes_on_from_the_one_before(made, read):
    parts = ["Question 1", "How many sexual offences against under 13s?", "Answer", "2016: 77", "2017: 91"]
    parts += ["Question 2", "How many of the victims in question 1 were boys?", "Answer", "2016: 14"]
    assert read(made.docx("under.docx", parts)).figures == {
        ("2016-01-01..2016-12-31", "", "", "0-12", 77, ""),
        ("2017-01-01..2017-12-31", "", "", "0-12", 91, ""),
        ("2016-01-01..2016-12-31", "", "male", "0-12", 14, ""),
    }


def test_a_question_without_a_number_asks_for_the_answer_below(made, read):
    page = "<p><b>How many rapes of a male child under 13 were recorded?</b></p><p>Answer: 2015 = 34; 2016 = 41</p><p><b>How many of the victims were aged 10 to 12?</b></p><p>Answer: 2015 = 28; 2016 = 35</p>"
    found = read(made.text("asked.html", f"<html><body>{page}</body></html>")).reading.figures
    assert [(f.offence_code, f.age_low, f.low) for f in found] == [
        ("19H", None, 34),
        ("19H", None, 41),
        ("19H", 10, 28),
        ("19H", 10, 35),
    ]


def test_a_table_under_a_question_that_goes_on_has_the_age_of_the_first(made, read):
    text = "1. Number of sexual offences with a victim under 18 in 2013/14\n\n   Answer:  339\n\n2. The sex of the victims\n\n   Female      281\n   Male         58\n"
    assert read(made.text("sexes.txt", text)).figures == {
        ("2013/14", "", "", "0-17", 339, ""),
        ("2013/14", "", "female", "0-17", 281, ""),
        ("2013/14", "", "male", "0-17", 58, ""),
    }


def test_commas_of_thousands_part_no_cells_and_of_these_follows_a_list(made, read):
    body = "Offences:\n\n2022/23: 1,204\n2023/24: 1,288\n2024/25: 1,301\n\nOf these, in 2024/25, 188 were flagged as online.\n"
    found = read(made.mail("thousands.eml", body)).reading.figures
    assert [(f.financial_year, f.measure, f.low) for f in found] == [
        ("2022/23", "offences", 1204),
        ("2023/24", "offences", 1288),
        ("2024/25", "offences", 1301),
        ("2024/25", "cyber_flagged", 188),
    ]


def test_questions_and_worded_answers_side_by_side_are_read_as_a_letter(made, read):
    rows = [
        ["Question", "Response"],
        ["1. Sexual offences against children under 18", "2014/15 - 298\n2015/16 - 432"],
        ["2. Of these, how many had a victim aged under 4?", "2014/15 - 6\n2015/16 - Fewer than 5"],
    ]
    found = read(made.docx("sides.docx", ["Made up", rows])).reading.figures
    assert [(f.financial_year, f.age_high, f.low, f.high, f.cell) for f in found] == [
        ("2014/15", 17, 298, 298, "t1 r2 c2"),
        ("2015/16", 17, 432, 432, "t1 r2 c2"),
        ("2014/15", 3, 6, 6, "t1 r3 c2"),
        ("2015/16", 3, 1, 4, "t1 r3 c2"),
    ]


def test_the_lines_of_a_web_page_s_answer_are_kept_apart(made, read):
    page = """<p>Made up</p><table><tr><th>You asked</th><th>Our answer</th></tr><tr><td>Rapes of a female child
    under 13</td><td><p>2014/15: 7</p><p>2015/16: 9<br>2016/17: 11</p></td></tr></table>"""
    assert read(made.text("sides.html", page)).figures == {
        ("2014/15", "19E", "", "", 7, ""),
        ("2015/16", "19E", "", "", 9, ""),
        ("2016/17", "19E", "", "", 11, ""),
    }


def test_a_number_of_these_is_a_part_of_the_count_before(made, read):
    text = "Made up. In 2015/16 there were 412 offences. 49 of these were against boys.\n"
    assert read(made.text("part.txt", text)).figures == {
        ("2015/16", "", "", "", 412, ""),
        ("2015/16", "", "male", "", 49, ""),
    }
    asked = "Q1. How many rapes in 2015/16?\n\nA1. 412\n\nQ2. Of these, how many of boys?\n\nA2. 49 of these had a male victim.\n"
    assert ("2015/16", "rapes", "male", "", 49, "") in read(made.text("asked.txt", asked)).figures


def test_the_year_before_is_the_one_before_that_which_was_named(made, read):
    text = (
        "Between 1 April 2015 and 31 March 2016 we recorded these sexual offences:\n\nFemale: 512\nMale: 131\n\n"
        "For the same period the year before the figures were:\n\nFemale: 433\nMale: 101\n"
    )
    assert read(made.text("before.txt", text)).figures == {
        ("2015/16", "", "female", "", 512, ""),
        ("2015/16", "", "male", "", 131, ""),
        ("2014/15", "", "female", "", 433, ""),
        ("2014/15", "", "male", "", 101, ""),
    }
    text = "Made up. There were 412 offences recorded in 2015/16 and 380 the year before.\n"
    assert read(made.text("beside.txt", text)).figures == {
        ("2015/16", "", "", "", 412, ""),
        ("2014/15", "", "", "", 380, ""),
    }
    text = "Made up. There were 412 offences recorded in 2015/16, a rise of 32 on the previous year.\n"
    assert read(made.text("rise.txt", text)).figures == {("2015/16", "", "", "", 412, "")}


def test_a_number_of_a_year_s_offences_is_a_count_of_them(made, read):
    text = "Made up. Fewer than 5 of the 2016/17 offences involved a victim under the age of one.\n"
    found = read(made.text("of.txt", text)).reading.figures
    assert [(f.financial_year, f.age_low, f.age_high, f.low, f.high) for f in found] == [
        ("2016/17", 0, 0, 1, 4)
    ]


def test_a_heading_of_a_year_alone_counts_what_the_heading_before_it_did(made, read):
    text = "Rapes of victims under 16 in 2015/16:\n\nFemale: 12\nMale: 7\n\n2014/15:\n\nFemale: 9\nMale: 5\n"
    found = read(made.text("years.txt", text)).reading.figures
    assert [(f.financial_year, f.sex, f.age_high, f.low) for f in found] == [
        ("2015/16", "female", 15, 12),
        ("2015/16", "male", 15, 7),
        ("2014/15", "female", 15, 9),
        ("2014/15", "male", 15, 5),
    ]


def test_an_answer_of_years_and_numbers_alone_is_read_as_the_question_asks(made, read):
    asked = "Q1 How many offences of sexual grooming (88A) were recorded in each year?\n"
    answer = "A1 2013/14 fewer than 5, 2014/15 8 and 2015/16 14.\n"
    found = read(made.text("w.txt", asked + answer)).reading.figures
    assert [(f.financial_year, f.offence_code, f.low, f.high) for f in found] == [
        ("2013/14", "88A", 1, 4),
        ("2014/15", "88A", 8, 8),
        ("2015/16", "88A", 14, 14),
    ]


def test_ages_and_numbers_in_sentences_of_their_own_are_pairs(made, read):
    text = "Q2 What were the ages of victims in 2015/16?\nA2 Aged 12: fewer than 5. Aged 13: 5. Aged 14: 6.\n"
    found = read(made.text("w.txt", text)).reading.figures
    assert [(f.age_low, f.age_high, f.low) for f in found] == [(12, 12, 1), (13, 13, 5), (14, 14, 6)]


def test_the_equivalent_number_is_of_what_the_paragraph_before_counted(made, read):
    text = "In 2017/18, 398 sexual offences were recorded against under 18s.\n\nIn 2018/19 the equivalent number was 412.\n"
    found = read(made.text("w.txt", text)).reading.figures
    assert [(f.financial_year, f.age_high, f.low) for f in found] == [
        ("2017/18", 17, 398),
        ("2018/19", 17, 412),
    ]
