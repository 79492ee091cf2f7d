"""Made-up letters in prose: whose force it is, which count a sentence goes on from, and that no number is lost unsaid."""


def said(found) -> list[tuple]:
    return [
        (figure.financial_year, figure.measure, figure.sex, figure.low) for figure in found.reading.figures
    ]


def test_the_force_is_named_by_the_title_of_a_page_or_by_the_address_of_a_sender(made, read):
    page = "<html><head><title>FOI answers | Kent Police</title></head><body><p>2014/15: 7</p></body></html>"
    assert read(made.text("page.html", page)).reading.force == "Kent"
    sent = made.mail("mail.eml", "2014/15: 7", sender="foi@westyorkshire.police.uk")
    assert read(sent).reading.force == "West Yorkshire"


def test_the_age_in_the_name_of_an_offence_without_a_code_is_no_band_of_victims(made, read):
    text = "How many offences of rape of a child under 13 were recorded in 2016/17?\n\n52\n"
    figure = read(made.text("named.txt", text)).reading.figures[0]
    assert (figure.offence, figure.offence_code, figure.age_low) == ("rape of a child under 13", "", None)


def test_a_span_of_years_is_no_age(made, read):
    text = "In 2013/14 there were 455 offences recorded and 616 in 2014/15, a rise in two years.\n"
    assert {figure.age_low for figure in read(made.text("rise.txt", text)).reading.figures} == {None}


def test_sexes_before_and_behind_their_counts(made, read):
    text = "In 2014/15, 498 of the victims were girls, 109 were boys and the sex of 9 was not recorded.\n"
    assert said(read(made.text("sexes.txt", text))) == [
        ("2014/15", "victims", "female", 498),
        ("2014/15", "victims", "male", 109),
        ("2014/15", "victims", "unknown", 9),
    ]


def test_of_a_number_told_before_is_of_what_that_number_counted(made, read):
    text = (
        "In 2016/17 there were 1,004 offences recorded, compared with 890 in 2015/16, an increase of 12.8 per cent "
        "(114 offences).\n\nOf the 1,004 offences, 63 resulted in a charge.\n"
    )
    assert said(read(made.text("of.txt", text))) == [
        ("2016/17", "offences", "", 1004),
        ("2015/16", "offences", "", 890),
        ("2016/17", "charges", "", 63),
    ]


def test_a_part_of_these_may_have_a_measure_of_its_own(made, read):
    text = (
        "How many crimes of rape were recorded in 2021/22?\n\n611 such crimes were recorded.\n\n"
        "How many of these were detected?\n\n322 of the crimes recorded in 2021/22 had been detected by 1 August 2023.\n"
    )
    assert said(read(made.text("part.txt", text))) == [
        ("2021/22", "offences", "", 611),
        ("2021/22", "detections", "", 322),
    ]


def test_parts_of_a_question_named_by_letters(made, read):
    text = "1) How many sexual offences were recorded in (a) 2015/16 (b) 2016/17?\n\n(a) 288\n(b) 341\n"
    assert said(read(made.text("parts.txt", text))) == [
        ("2015/16", "offences", "", 288),
        ("2016/17", "offences", "", 341),
    ]


def test_a_count_in_words(made, read):
    text = "How many people were charged in 2017/18?\n\nForty-one people were charged.\n"
    assert said(read(made.text("words.txt", text))) == [("2017/18", "charges", "", 41)]


def test_a_number_that_is_not_taken_for_a_figure_is_told(made, read):
    text = "2014/15: 7\n\nSome 31 further offences may have been counted elsewhere.\nTelephone 101.\n"
    found = read(made.text("told.txt", text))
    assert [message for message in found.messages if "31" in message] == [
        'warning: not taken for figures: 31 in "Some 31 further offences may have been counted elsewhere."'
    ]


def test_a_sum_in_place_of_its_result_is_a_problem(made, read):
    found = read(made.text("sum.txt", "Offences recorded in 2014/15\n\nGirls =1+1\nBoys = 4\n"))
    assert said(found) == [("2014/15", "offences", "male", 4)]
    assert any('"1+1" is a sum, and not its result' in message for message in found.messages)


def test_the_days_behind_a_year_are_what_is_counted(made, read):
    text = "Offences recorded in 2023/24 (1 April 2023 to 31 December 2023): 11\n"
    figure = read(made.text("days.txt", text)).reading.figures[0]
    assert (figure.financial_year, f"{figure.end}", figure.low) == ("", "2023-12-31", 11)


def test_two_columns_of_statements_whose_paragraphs_begin_at_the_same_heights(made, read):
    from reportlab.pdfgen.canvas import Canvas

    path = made.folder / "columns.pdf"
    page = Canvas(str(path))
    left = [
        "In the year 2013/14 we recorded 721",
        "sexual offences against children in",
        "all parts of the area of this force.",
        "",
        "In 2014/15 there were 903 offences",
        "recorded by the same counting rules.",
    ]
    right = [
        "In 2013/14 there were 588 female",
        "victims of the offences recorded, as",
        "far as the sex of the victim is known.",
        "",
        "In 2014/15 there were 700 female",
        "victims of the offences recorded.",
    ]
    for at, side in ((60, left), (320, right)):
        for row, line in enumerate([*side, "", "This is made up for a test of columns."]):
            page.drawString(at, 700 - 14 * row, line)
    page.save()
    assert said(read(path)) == [
        ("2013/14", "offences", "", 721),
        ("2014/15", "offences", "", 903),
        ("2013/14", "victims", "female", 588),
        ("2014/15", "victims", "female", 700),
    ]


def test_questions_in_a_table_are_read_as_questions(made, read):
    rows = [
        ["Question", "Answer"],
        ["How many sexual assaults on a female child under 13 were recorded in 2017?", "82"],
        ["How many of these were detected?", "19"],
    ]
    found = read(made.docx("table.docx", ["Made up", rows])).reading.figures
    assert [(f.offence_code, f.sex, f.age_high, f.measure, f.low, f.cell) for f in found] == [
        ("20B", "", None, "offences", 82, "t1 r2 c2"),
        ("20B", "", None, "detections", 19, "t1 r3 c2"),
    ]


def test_years_behind_a_colon_add_up_to_the_number_before_it(made, read):
    text = "A total of 612 offences were recorded as follows: 180 in 2014, 201 in 2015 and 231 in 2016.\n"
    found = read(made.text("sum.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f"{f.end:%Y}", f.low, f.is_total) for f in found] == [
        ("2014", "2016", 612, True),
        ("2014", "2014", 180, False),
        ("2015", "2015", 201, False),
        ("2016", "2016", 231, False),
    ]


def test_a_year_in_front_of_its_pairs_and_several_years_on_one_line(made, read):
    text = (
        "Year: 2016  Offences: 130  Suspects: 122\n\nChild victims: 2015/16 - <5; 2016/17 - 6; 2017/18 - 8.\n"
    )
    found = read(made.text("pairs.txt", text)).reading.figures
    assert [(f.financial_year or f"{f.start:%Y}", f.measure, f.low) for f in found] == [
        ("2016", "offences", 130),
        ("2016", "suspects", 122),
        ("2015/16", "victims", 1),
        ("2016/17", "victims", 6),
        ("2017/18", "victims", 8),
    ]


def test_questions_that_word_numbers_are_answered_by_their_numbers(made, read):
    import docx

    document = docx.Document()
    for asked in (
        "How many sexual offences were recorded where the victim was under 18?",
        "How many of these resulted in a charge?",
    ):
        document.add_paragraph(asked, style="List Number")
    table = document.add_table(rows=3, cols=3)
    for row, texts in enumerate((("", "2015", "2016"), ("Q1", "900", "950"), ("Q2", "90", "95"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.save(str(made.folder / "list.docx"))
    found = read(made.folder / "list.docx").reading.figures
    assert [(f"{f.start:%Y}", f.measure, f.age_high, f.low) for f in found] == [
        ("2015", "offences", 17, 900),
        ("2015", "charges", 17, 90),
        ("2016", "offences", 17, 950),
        ("2016", "charges", 17, 95),
    ]


def test_a_sign_that_a_font_does_not_name_is_the_dot_of_a_list(made, read):
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate

    style = getSampleStyleSheet()["Normal"]
    items = [
        ListItem(Paragraph(text, style)) for text in ("141 offences in 2016/17", "166 offences in 2017/18")
    ]
    heading = Paragraph("Offences with victims aged 13 to 15:", style)
    SimpleDocTemplate(str(made.folder / "dots.pdf")).build(
        [heading, ListFlowable(items, bulletType="bullet")]
    )
    assert said(read(made.folder / "dots.pdf")) == [
        ("2016/17", "offences", "", 141),
        ("2017/18", "offences", "", 166),
    ]


def test_a_measure_below_parts_is_no_part_of_them(made, read):
    rows = [
        ["", "2016/17"],
        ["Sexual offences with a victim under 18", "702"],
        ["of which: female victim", "580"],
        ["of which: male victim", "122"],
        ["Arrests", "201"],
    ]
    assert said(read(made.docx("parts.docx", ["Made up", rows])))[-1] == ("2016/17", "arrests", "", 201)


def test_the_request_that_a_letter_repeats_counts_nothing_and_says_what_is_asked(made, read):
    letter = [
        "Your request",
        "I am a 17 year old student and read of 1,200 offences in 2010. Please tell me (1) the number of sexual "
        "offences against children recorded in 2014/15 and (2) the number recorded in 2015/16.",
        "Our response",
        "(1) 521",
        "(2) 634",
    ]
    found = read(made.docx("asked.docx", letter))
    assert said(found) == [("2014/15", "offences", "", 521), ("2015/16", "offences", "", 634)]
    assert {figure.age_low for figure in found.reading.figures} == {None}


def test_a_table_of_the_same_offences_counts_what_the_table_before_counts(made, read):
    tables = [
        "Table 1: Sexual offences against children aged 0-15",
        [["Year", "Crimes"], ["2014/15", "410"], ["2015/16", "504"]],
        "Table 2: The same offences by sex of the victim, 2015/16",
        [["Female", "410"], ["Male", "94"]],
    ]
    found = read(made.docx("same.docx", tables)).reading.figures
    assert [(f.financial_year, f.sex, f.age_high, f.low) for f in found[2:]] == [
        ("2015/16", "female", 15, 410),
        ("2015/16", "male", 15, 94),
    ]


def test_a_bold_number_in_the_plain_text_of_a_message(made, read):
    body = "1. How many rapes of a male child under 16 in 2018/19?\n\n**26**\n\n2. And in 2019/20?\n\n*31*\n"
    assert read(made.mail("bold.eml", body)).figures == {
        ("2018/19", "19G", "", "", 26, ""),
        ("2019/20", "19G", "", "", 31, ""),
    }


def test_a_note_of_other_things_is_no_part_of_a_count(made, read):
    parts = [[["Year", "Crimes"], ["2018/19", "1,203"]], "Notes", "Of the 31 districts, 2 returned nothing."]
    assert said(read(made.docx("note.docx", ["Made up", *parts]))) == [("2018/19", "offences", "", 1203)]


def test_an_act_heads_offences_and_is_none(made, read):
    rows = [
        ["Sexual Offences Act 2003", "2016", "2017"],
        ["S12 Causing a child to watch a sexual act", "4", "6"],
        ["S14 Arranging the commission of a child sex offence", "3", "9"],
    ]
    found = read(made.docx("act.docx", ["Made up", rows])).reading.figures
    assert [(f"{f.start:%Y}", f.low) for f in found] == [("2016", 4), ("2016", 3), ("2017", 6), ("2017", 9)]


def test_a_year_in_brackets(made, read):
    text = "The force recorded 704 offences in 2018 (2017: 655).\n"
    found = read(made.text("before.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.low) for f in found] == [("2018", 704), ("2017", 655)]


def test_an_age_behind_both_sexes(made, read):
    text = "In 2013/14 there were 211 female and 40 male victims under the age of 18.\n"
    found = read(made.text("both.txt", text)).reading.figures
    assert [(f.sex, f.age_high, f.low) for f in found] == [("female", 17, 211), ("male", 17, 40)]


def test_months_on_one_line(made, read):
    text = "Rapes of children recorded by month: January 2020 - 2, February 2020 - 5, March 2020 - 9.\n"
    found = read(made.text("months.txt", text)).reading.figures
    assert [(f.offence, f"{f.start:%m}", f.low) for f in found] == [
        ("Rapes", "01", 2),
        ("Rapes", "02", 5),
        ("Rapes", "03", 9),
    ]


def test_what_totals_include_is_counted_in_them(made, read):
    text = "In 2017, 241 offences were recorded.\n\nThese totals include 23 offences that were later cancelled.\n"
    assert [f.low for f in read(made.text("within.txt", text)).reading.figures] == [241]


def test_years_down_under_a_corner_that_names_an_offence(figures):
    rows = [["Sexual grooming offences", "Number"], ["2015", "21"], ["2016", "37"]]
    assert figures(rows) == {
        "B2": (("2015-01-01..2015-12-31", "88A"), 21),
        "B3": (("2016-01-01..2016-12-31", "88A"), 37),
    }


def test_hidden_counts_under_years_are_no_ages(figures):
    rows = [
        ["Offence", "2019", "2020"],
        ["Sexual exploitation of children", "1-4", "47"],
        ["Abuse of position of trust", "1-4", "1-4"],
    ]
    assert {place: value for place, (_, value) in figures(rows).items()} == {
        "B2": (1, 4),
        "C2": 47,
        "B3": (1, 4),
        "C3": (1, 4),
    }


def test_years_that_end_in_another_month(figures):
    rows = [["Year ending September", "Offences"], ["2014", "550"], ["2015", "618"]]
    assert figures(rows)["B2"] == (("2013-10-01..2014-09-30",), 550)
