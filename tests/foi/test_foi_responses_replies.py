"""Made-up replies: answers below quoted lines, counts with something beside them, and tables that their corner divides."""

import pytest


def test_numbered_lines_quoted_above_answers_are_the_questions(made, read):
    text = (
        "Hi, see below.\n\n> 1. Total child sexual offences 2014-15 and 2015-16\n\n2014-15 = 702, 2015-16 = 861\n\n"
        "> 2. Of which online\n\n2014-15 = not flagged before April 2015, 2015-16 = 97\n\n"
        "> 3. Victims aged four and under\n\n2014-15 = 18, 2015-16 = 23\n"
    )
    found = read(made.mail("reply.eml", text)).reading.figures
    assert [(f.financial_year, f.measure, f.age_high, f.low) for f in found] == [
        ("2014/15", "offences", None, 702),
        ("2015/16", "offences", None, 861),
        ("2015/16", "cyber_flagged", None, 97),
        ("2014/15", "victims", 4, 18),
        ("2015/16", "victims", 4, 23),
    ]


def test_what_stands_beside_a_count_behind_although(made, read):
    text = "How many rapes led to a charge?\n\n2016: 41. 2017: 22, although 96 investigations continue.\n"
    found = read(made.text("aside.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.low) for f in found] == [("2016", 41), ("2017", 22)]


def test_the_sex_of_a_child_that_was_not_recorded(made, read):
    text = (
        "In 2015/16 there were 1,411 sexual offences recorded.\n\nOf the 1,411 offences, 1,150 were against girls, "
        "240 were against boys and in 21 the sex of the child was not recorded.\n"
    )
    found = read(made.text("sex.txt", text)).reading.figures
    assert [(f.sex, f.low) for f in found] == [("", 1411), ("female", 1150), ("male", 240), ("unknown", 21)]


def test_a_year_of_a_list_that_is_not_held(made, read):
    text = "Recorded child sexual offences by year:\n2012/13: not held\n2013/14: 388\n2014/15: 421\n"
    reading = read(made.text("held.txt", text)).reading
    assert [f.low for f in reading.figures] == [388, 421]
    assert [one.word for one in reading.refusals] == ["not_held"]


def test_an_answer_that_only_says_refused(made, read):
    text = "Request 1\nSexual offences recorded in 2016/17\nAnswer\n98\nRequest 2\nThe cost\nAnswer\nSection 17 - refused.\n"
    assert [one.word for one in read(made.text("refused.txt", text)).reading.refusals] == ["refused"]


def test_a_sex_in_the_corner_over_ages_and_beside_years(figures):
    rows = [["Female", "2019", "2020"], ["0-12", "41", "39"], ["13-17", "120", "133"]]
    assert figures(rows)["B2"] == (("2019-01-01..2019-12-31", "female", "0-12"), 41)


def test_a_last_total_that_adds_all_sections_belongs_to_none(figures):
    rows = [
        ["Age", "2016", "2017"],
        ["Female", None, None],
        ["Under 10", "4", "5"],
        ["10 to 15", "13", "14"],
        ["Male", None, None],
        ["Under 10", "1", "2"],
        ["10 to 15", "2", "3"],
        ["Total", "20", "24"],
    ]
    assert figures(rows)["B8"] == (("2016-01-01..2016-12-31", "total"), 20)


def test_several_pairs_on_a_line_are_no_row_of_a_table(made, read):
    text = "Sexual offences by year:\n\n2014-15 = 702, 2015-16 = 861\n2016-17 = 900, 2017-18 = 910\n"
    assert [f.low for f in read(made.text("pairs.txt", text)).reading.figures] == [702, 861, 900, 910]


def test_answers_in_sentences_that_name_nothing_counted(made, read):
    text = (
        "Q1. The number of rapes recorded in 2014 and 2015.\nThe figure for 2014 was 59. The figure for 2015 was 1,209.\n"
        "Q2. The number of sexual offences against boys recorded.\nIn 2014 there were 6 and in 2015 there were 60.\n"
        "Q3. How many had a victim aged under 10?\nResponse: 4 in 2014 and 7 in 2015.\n"
    )
    found = read(made.text("bare.txt", text)).reading.figures
    assert [(f.sex, f.age_high, f"{f.start:%Y}", f.low) for f in found] == [
        ("", None, "2014", 59),
        ("", None, "2015", 1209),
        ("male", None, "2014", 6),
        ("male", None, "2015", 60),
        ("male", 9, "2014", 4),
        ("male", 9, "2015", 7),
    ]


def test_the_years_and_the_number_of_a_question_are_no_counts(made, read):
    text = (
        "1) Please state the number of rapes recorded in 2013, 2014 and 2015.\n2013 = 543\n2014 = 829\n2015 = 876\n"
        "2) The number of sexual offences recorded\n2013\nFemale: 4\n"
    )
    found = read(made.text("years.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.low) for f in found] == [
        ("2013", 543),
        ("2014", 829),
        ("2015", 876),
        ("2013", 4),
    ]


def test_an_answer_that_ends_in_a_full_stop(made, read):
    text = (
        "You asked:\n1. How many sexual offences were recorded in 2011?\n2. How many rapes were recorded in 2011?\n"
        "Response\n1. 1,316.\n2. 47.\n"
    )
    assert [f.low for f in read(made.text("stop.txt", text)).reading.figures] == [1316, 47]


def test_two_equal_counts_of_two_ages_are_two_figures(made, read):
    text = (
        "Q1. How many sexual offences against under 18s were recorded in 2011?\n2011 - 78\n"
        "Q2. How many sexual offences had a victim aged 13 to 15 in 2011?\nIn 2011 there were 78 offences.\n"
    )
    found = read(made.text("equal.txt", text)).reading.figures
    assert [(f.age_low, f.age_high, f.low) for f in found] == [(0, 17, 78), (13, 15, 78)]


def test_a_message_that_passes_an_answer_on(made, read):
    text = (
        "FYI\n\n---------- Forwarded message ----------\nFrom: FOI Cheshire\nDate: 27 February 2015\nTo: press\n\n"
        "Sexual offences recorded:\n2012: 301\n2013: 388\n\nOn 1 January 2015, press wrote:\n> In 2011 it was 290.\n"
    )
    found = read(made.mail("passed.eml", text)).reading.figures
    assert [(f"{f.start:%Y}", f.low) for f in found] == [("2012", 301), ("2013", 388)]


def test_a_question_that_goes_on_from_one_by_its_number(made, read):
    parts = [
        "Question 1",
        "How many sexual offences were recorded where the victim was aged under 18, by financial year?",
        [["Year", "Total"], ["2016-17", "1,204"]],
        "Question 2",
        "Of the total in Question 1, what was the gender of the victim?",
        [["Year", "Female", "Male"], ["2016-17", "1,001", "203"]],
    ]
    found = read(made.docx("total.docx", parts)).reading.figures
    assert [(f.sex, f.age_high, f.low) for f in found] == [
        ("", 17, 1204),
        ("female", 17, 1001),
        ("male", 17, 203),
    ]


def test_a_total_of_several_years_on_a_line_and_a_code_of_a_title(made, read):
    text = "Sexual exploitation of children (code 71)\n\nGirls: 2011 - 22, 2012 - 19.\nTotal: 2011 - 30, 2012 - 20.\n"
    found = read(made.text("sums.txt", text)).reading.figures
    assert [(f.offence_code, f.low, "total" in f.qualifiers) for f in found] == [
        ("71", 22, False),
        ("71", 19, False),
        ("71", 30, True),
        ("71", 20, True),
    ]


NO_COUNTS = (
    "The average age of victims was 12.4 years.",
    "In your letter you say there were 45,456 offences in 2014/15.",
    "Your request was number 312 this year.",
    "We would have to read 1,940 crime records at 5 minutes each, which is 161 hours.",
    "HMIC inspected the force in 2014 and found that 81% of reported crimes were recorded.",
    "The crime was recorded 31 years after it was committed.",
    "The victim must be under 16 for code 22B to apply.",
)


@pytest.mark.parametrize("sentence", NO_COUNTS)
def test_numbers_that_count_no_offences_of_the_answer(made, read, sentence):
    text = f"Q1. How many rapes were recorded in 2014/15?\nThere were 901 offences recorded. {sentence}\n"
    assert [f.low for f in read(made.text("no_counts.txt", text)).reading.figures] == [901]


@pytest.mark.parametrize(("subject", "count"), [("FW: FOI 2210/21", 1), ("RE: FOI 2210/21", 0)])
def test_a_message_that_is_passed_on_is_read_and_one_that_is_answered_is_not(made, read, subject, count):
    body = "See below.\n\n-----Original Message-----\nFrom: FOI Unit\nSent: 4 June 2021\nTo: me\n\nWe recorded 233 offences in 2019/20.\n"
    message = f"From: a@example.org\nSubject: {subject}\nContent-Type: text/plain\n\n{body}"
    assert len(read(made.text("passed on.eml", message)).figures) == count
