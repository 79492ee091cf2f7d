"""Made-up pages pasted into letters: cells that one blank parts, shares behind counts, counts in words, and marks."""


def test_the_headings_say_how_many_words_of_a_line_are_numbers(made, read):
    text = (
        "Sexual offences, victims aged under 18\n\n"
        "Offence 2013/14 2014/15 2015/16\nRape of a female child under 13 12 14 16\nSexual grooming 1,001 * 60\nTotal 1,013 18 76\n\n"
        "* less than 5\n"
    )
    found = read(made.text("pasted.txt", text)).reading.figures
    assert [(f.cell, f.offence_code, f.financial_year, f.low, f.high) for f in found] == [
        ("l4", "19E", "2013/14", 12, 12),
        ("l5", "88A", "2013/14", 1001, 1001),
        ("l6", "", "2013/14", 1013, 1013),
        ("l4", "19E", "2014/15", 14, 14),
        ("l5", "88A", "2014/15", 1, 4),
        ("l6", "", "2014/15", 18, 18),
        ("l4", "19E", "2015/16", 16, 16),
        ("l5", "88A", "2015/16", 60, 60),
        ("l6", "", "2015/16", 76, 76),
    ]


def test_a_line_with_fewer_numbers_than_headings_ends_the_table(made, read):
    text = "Sexual offences by sex\n\nYear Female Male\n2014/15 301 44\n2015/16 322 51\nPage 2 of 9\n"
    found = read(made.text("ends.txt", text)).reading.figures
    assert {(f.financial_year, f.sex, f.low) for f in found} == {
        ("2014/15", "female", 301),
        ("2014/15", "male", 44),
        ("2015/16", "female", 322),
        ("2015/16", "male", 51),
    }


def test_a_share_in_brackets_behind_a_count(made, read):
    text = "Sexual offences by year:\n2014/15: 97 (16%)\n2015/16: 102 (17.4 per cent)\n\nHow many rapes were recorded in 2016/17?\n31 (9%)\n"
    assert [f.low for f in read(made.text("share.txt", text)).reading.figures] == [97, 102, 31]


def test_counts_in_words(made, read):
    text = (
        "In 2017 there were twelve offences of rape of a male child under 13. In 2018 there were nine.\n\n"
        "There were no offences of trafficking for sexual exploitation recorded in 2017 and fewer than five in 2018.\n"
    )
    found = read(made.text("words.txt", text)).reading.figures
    assert [(f"{f.start:%Y}", f.offence_code, f.low, f.high) for f in found] == [
        ("2017", "19H", 12, 12),
        ("2018", "19H", 9, 9),
        ("2017", "72", 0, 0),
        ("2018", "72", 1, 4),
    ]


def test_the_same_for_another_year_is_a_question(made, read):
    text = "1. Total number of sexual offences recorded in 2016/17\n166\n2. The same for 2017/18\n181\n"
    found = read(made.text("same.txt", text)).reading.figures
    assert [(f.financial_year, f.low) for f in found] == [("2016/17", 166), ("2017/18", 181)]


def test_a_mark_between_a_year_and_the_months_it_covers(figures):
    rows = [["Offence", "2018/19", "2019/20² (Apr - Dec)"], ["Sexual grooming", "9", "7"]]
    assert figures(rows)["C2"] == (("2019-04-01..2019-12-31", "88A"), 7)


def test_a_count_above_a_table_is_no_title_of_it(made, read):
    page = "<p>Sexual offences 2014/15: 31</p><table><tr><td>Sex</td><td>2014/15</td></tr><tr><td>Male</td><td>4</td></tr></table>"
    found = read(made.text("above.html", f"<html><body>{page}</body></html>")).reading.figures
    assert sorted((f.sex, f.low) for f in found) == [("", 31), ("male", 4)]


def test_letters_of_several_answers_on_one_line(made, read):
    text = (
        "1. In each of (a) 2015/16 and (b) 2016/17, how many offences of sexual grooming were recorded?\n"
        "2. In each of those years, how many had a male victim?\n\n1. (a) 141 (b) 163\n2. (a) 19 (b) 24\n"
    )
    found = read(made.text("letters.txt", text)).reading.figures
    assert [(f.financial_year, f.sex, f.low) for f in found] == [
        ("2015/16", "", 141),
        ("2016/17", "", 163),
        ("2015/16", "male", 19),
        ("2016/17", "male", 24),
    ]


def test_a_number_before_of_which_is_the_part_and_one_behind_it_too(made, read):
    text = (
        "In 2015/16 there were 55 offences recorded, 40 of which had female victims and 15 male victims.\n\n"
        "In 2016/17 there were 61 offences recorded, of which 47 had female victims.\n"
    )
    found = read(made.text("which.txt", text)).reading.figures
    assert [(f.financial_year, f.sex, f.low) for f in found] == [
        ("2015/16", "", 55),
        ("2015/16", "female", 40),
        ("2015/16", "male", 15),
        ("2016/17", "", 61),
        ("2016/17", "female", 47),
    ]


def test_a_sentence_goes_on_from_the_number_of_a_list(made, read):
    text = "Sexual offences: 14/15 = 311; 15/16 = 344.\n\nOf the 344, 44 were flagged as cyber crime.\n"
    found = read(made.text("of_the.txt", text)).reading.figures
    assert [(f.financial_year, f.measure, f.low) for f in found] == [
        ("2014/15", "offences", 311),
        ("2015/16", "offences", 344),
        ("2015/16", "cyber_flagged", 44),
    ]


def test_the_sex_in_the_name_of_an_offence_is_not_that_of_its_victims(made, read):
    text = "Sexual assault on a female, victims by age, 2014/15\n\nUnder 13 ..... 141\n13 to 15 ..... 188\n"
    assert [(f.sex, f.low) for f in read(made.text("named.txt", text)).reading.figures] == [
        ("", 141),
        ("", 188),
    ]


def test_a_ground_in_a_short_sentence_of_a_long_line_refuses(made, read):
    text = f"Section 12 - cost of compliance. {'A search found many records, which somebody has to read. ' * 5}\n"
    assert [one.word for one in read(made.text("cost.txt", text)).reading.refusals] == ["refused"]


def test_a_key_may_say_in_a_word_what_a_dash_means(made, read):
    rows = [["Offence", "2018/19"], ["Sexual grooming", "-"], ["Exposure and voyeurism", "4"]]
    found = read(made.docx("key.docx", ["Made up", rows, "Key: - nil"])).figures
    assert found == {("2018/19", "88A", "", "", 0, ""), ("2018/19", "88E", "", "", 4, "")}


def test_figures_that_a_sentence_gives_in_no_form_that_is_read_are_told(made, read):
    text = "In 2015/16 there were 55 offences recorded.\n\nFor the same period a year on the figures were 61, 47 and 14.\n"
    reading = read(made.text("told.txt", text)).reading
    assert [f.low for f in reading.figures] == [55]
    assert any("61, 47, 14" in problem.message for problem in reading.problems)
