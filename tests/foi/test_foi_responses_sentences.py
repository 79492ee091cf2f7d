"""Made-up sentences and lines that divide what they count: brackets, several years, "respectively", headline numbers."""

import pytest

from helpers.foi.responses.meaning import NOTHING
from helpers.foi.responses.sentences import read_sentences


def counts(text):
    """Year, measure, sex and count of each number of a text."""
    found, _ = read_sentences(text, NOTHING, NOTHING)
    return [(m.span.year if m.span else "", m.measure, m.sex, value.low) for m, value, _, _ in found]


@pytest.mark.parametrize(
    "text",
    [
        "In 2014/15 we recorded 31 offences with a male victim and 112 with a female victim. In 2015/16 the figures were 40 and 120 respectively.",
        "There were 31 offences with a male victim and 112 with a female victim in 2014/15, and 40 offences with a male victim and 120 with a female victim in 2015/16.",
        "In 2014/15 31 and 112 offences were recorded with male and female victims respectively. In 2015/16 there were 40 offences with a male victim and 120 with a female victim.",
    ],
)
def test_each_number_has_its_own_year_and_sex(text):
    assert counts(text) == [
        ("2014/15", "offences", "male", 31),
        ("2014/15", "offences", "female", 112),
        ("2015/16", "offences", "male", 40),
        ("2015/16", "offences", "female", 120),
    ]


def test_of_these_after_boys_and_girls_is_of_both():
    text = "In 2015/16 there were 40 offences with a male victim and 120 with a female victim. Of the 160 offences, 9 were online."
    assert counts(text)[-1] == ("2015/16", "cyber_flagged", "", 9)


def test_a_sentence_that_says_what_was_asked_holds_for_the_next():
    text = "You also asked how many of the victims in 2015/16 were under the age of five. There were nineteen such victims."
    assert counts(text) == [("2015/16", "victims", "", 19)]


@pytest.mark.parametrize(
    "line",
    [
        "2015/16 - 96 (of which 80 female and 16 male)",
        "- 2015/16: 96 offences, of which 80 female and 16 male",
        "2015/16: 96 (80 girls, 16 boys)",
        "2015/16 – 96 (Female: 80, Male: 16)",
    ],
)
def test_a_bracket_behind_a_number_divides_it(made, read, line):
    assert read(made.text("line.txt", f"Made up\n{line}\n")).figures == {
        ("2015/16", "", "", "", 96, ""),
        ("2015/16", "", "female", "", 80, ""),
        ("2015/16", "", "male", "", 16, ""),
    }


@pytest.mark.parametrize(
    "bracket",
    [
        "female: 520, male: 131, not recorded: 4",
        "female 520, male 131, not recorded 4",
        "520 F, 131 M, 4 not recorded",
    ],
)
def test_a_bracket_in_a_sentence_divides_its_count(bracket):
    assert counts(f"In 2022/23, 655 sexual offences were recorded ({bracket}).") == [
        ("2022/23", "offences", "", 655),
        ("2022/23", "offences", "female", 520),
        ("2022/23", "offences", "male", 131),
        ("2022/23", "offences", "unknown", 4),
    ]


def test_the_dash_behind_an_age_begins_its_count():
    found, _ = read_sentences(
        "In 2022/23, 655 rapes were recorded (under 13 - 200, 13 to 17 - 455).", NOTHING, NOTHING
    )
    assert [(m.age and (m.age.low, m.age.high), value.low) for m, value, _, _ in found] == [
        (None, 655),
        ((0, 12), 200),
        ((13, 17), 455),
    ]


def test_such_offences_are_those_of_the_sentence_before():
    _, before = read_sentences("In 2021/22 there were 40 offences with a female victim.", NOTHING, NOTHING)
    [(meaning, value, _, _)], _ = read_sentences(
        "In 2022/23, 55 such offences were recorded.", NOTHING, before
    )
    assert (meaning.span.year, meaning.sex, value.low) == ("2022/23", "female", 55)


def test_a_share_in_a_bracket_divides_nothing(made, read):
    assert read(made.text("line.txt", "2015/16: 96 (34%)\n2016/17: 99 (up 3)\n")).figures <= {
        ("2015/16", "", "", "", 96, ""),
        ("2016/17", "", "", "", 99, ""),
    }


def test_a_headline_number_over_a_table_is_kept_and_a_note_below_is_not(made, read):
    table = [["Sex", "Offences"], ["Female", "350"], ["Male", "60"]]
    over = "A total of 412 offences were recorded in 2015/16."
    below = "In 2015/16 a further 7 offences were cancelled."
    found = read(made.docx("headline.docx", [over, table, below])).reading.figures
    assert sorted(f.low for f in found) == [60, 350, 412]


def test_what_a_refusal_counts_is_its_own_work(made, read):
    text = "In 2015/16 we recorded 12 offences, and section 40 applies to them.\n"
    found = read(made.text("refused.txt", text))
    assert not found.figures and "refused: section 40" in found.messages[0]


def test_none_and_fewer_than_five_are_counts_of_their_years():
    text = "In 2014/15 there were fewer than five offences recorded, in 2015/16 there were no offences recorded and in 2016/17 there were 8 offences recorded."
    found, _ = read_sentences(text, NOTHING, NOTHING)
    assert [(m.span.year, value.low, value.high) for m, value, _, _ in found] == [
        ("2014/15", 1, 4),
        ("2015/16", 0, 0),
        ("2016/17", 8, 8),
    ]


def test_years_that_are_compared_keep_their_numbers():
    text = (
        "For the calendar year 2016, 1,044 offences were recorded, compared with 981 in 2015 and 850 in 2014."
    )
    found, _ = read_sentences(text, NOTHING, NOTHING)
    assert [(m.span.start.year, value.low) for m, value, _, _ in found] == [
        (2016, 1044),
        (2015, 981),
        (2014, 850),
    ]


def test_a_title_that_names_the_force_is_no_offence_and_its_age_holds_below_the_table(made, read):
    title = "Sexual offences recorded by West Yorkshire Police where the victim was aged 15 or under:"
    table = [["Period", "Number"], ["2017/18", "2,304"], ["2018/19", "2,420"]]
    below = "Of the offences in 2018/19, 1,980 had a female victim and 440 had a male victim."
    assert {f[2:5] for f in read(made.docx("named.docx", [title, table, below])).figures} == {
        ("", "0-15", 2304),
        ("", "0-15", 2420),
        ("female", "0-15", 1980),
        ("male", "0-15", 440),
    }


def test_a_year_that_is_not_held_leaves_the_others_their_counts(made, read):
    text = "No information is held for 2014/15. For 2015/16 we recorded 48 offences; for 2016/17, 61.\n"
    found = read(made.text("held.txt", text))
    assert {(f[0], f[4]) for f in found.figures} == {("2015/16", 48), ("2016/17", 61)}


def test_an_answer_on_the_line_of_its_question(made, read):
    text = "1. How many sexual offences were recorded in 2017/18 where the victim was under 16? 831\n2. How many of these victims were male? 151\n"
    assert {f[2:5] for f in read(made.text("inline.txt", text)).figures} == {
        ("", "0-15", 831),
        ("male", "0-15", 151),
    }


def test_what_the_commissioner_decided_is_no_count():
    assert counts("In 2015 the Commissioner decided 12 cases of this kind.") == []


def test_shares_in_brackets_part_no_sentence():
    text = "There were 812 female victims (78%), 215 male victims (21%) and 15 where the sex was unknown (1%) in 2018/19."
    assert [(year, sex, count) for year, _, sex, count in counts(text)] == [
        ("2018/19", "female", 812),
        ("2018/19", "male", 215),
        ("2018/19", "unknown", 15),
    ]


def test_a_count_in_brackets_behind_the_year_before_is_of_that_year(made, read):
    text = "The number of sexual offences recorded in 2018/19 was 1,042, an increase of 12% on the previous year (930).\n"
    found = read(made.text("grew.txt", text)).reading.figures
    assert [(f.financial_year, f.low) for f in found] == [("2018/19", 1042), ("2017/18", 930)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Nine hundred and twelve sexual offences were recorded in 2018/19.", 912),
        ("One thousand and forty offences were recorded in 2018/19.", 1040),
        ("In 2018/19 a total of eighty-seven rapes of children were recorded.", 87),
        ("Several hundred and twelve offences were recorded in 2018/19.", None),
    ],
)
def test_a_count_in_words_is_read_whole_or_not_at_all(text, count):
    assert [low for *_, low in counts(text)] == ([count] if count else [])


@pytest.mark.parametrize(("line", "low"), [("2015/16: eleven", 11), ("2015/16 - one hundred and four", 104)])
def test_a_list_may_give_its_counts_in_words(made, read, line, low):
    assert read(made.text("list.txt", f"Made up\n{line}\n")).figures == {("2015/16", "", "", "", low, "")}


def test_a_count_in_words_that_is_not_read_is_told(made, read):
    text = "2014/15: 3\nSome nine hundred and twelve offences may be counted elsewhere.\n"
    assert "not taken for figures: 912" in "".join(read(made.text("line.txt", text)).messages)


def test_the_sex_of_some_may_not_be_recorded():
    text = "In 2020/21 we recorded 587 offences. Of the 587, 455 victims were female, 126 were male and the sex of 6 victims was not recorded."
    assert [(sex, low) for _, _, sex, low in counts(text)[1:]] == [
        ("female", 455),
        ("male", 126),
        ("unknown", 6),
    ]


def test_a_sentence_may_divide_the_count_before_it_without_saying_so(made, read):
    text = "Made up\nIn 2012/13 61 people were arrested.\n58 were male and 3 were female.\n"
    assert {(sex, low) for _, _, sex, _, low, _ in read(made.text("a.txt", text)).figures} == {
        ("", 61),
        ("male", 58),
        ("female", 3),
    }


def test_a_further_number_is_of_the_same_period_and_ages_between_two_are_no_counts():
    text = "Between April 2015 and March 2016, 388 offences were recorded in which the victim was aged between 10 and 15. A further 96 were recorded with a victim under 10."
    assert [(year, low) for year, _, _, low in counts(text)] == [("2015/16", 388), ("2015/16", 96)]


def test_years_beside_which_a_count_is_set():
    text = "In 2022/23 there were 912 offences.", "This compares with 874 in 2021/22, and 790 in 2020/21."
    _, about = read_sentences(text[0], NOTHING, NOTHING)
    found, _ = read_sentences(text[1], NOTHING, about)
    assert [(m.span.year, m.measure, v.low) for m, v, _, _ in found] == [
        ("2021/22", "offences", 874),
        ("2020/21", "offences", 790),
    ]


def test_the_search_that_found_offences_is_no_work_of_answering():
    assert counts("A search of our crime system found 148 offences.") == [("", "offences", "", 148)]
    assert counts("A search found 148 offences, each of which would need to be read.") == []


def test_the_number_of_a_figure_is_no_count():
    assert counts("Figure 1: offences recorded in 2014/15") == []


def test_a_sentence_below_a_heading_may_give_its_year_and_number_alone(made, read):
    text = "Made up\nOffences of sexual grooming recorded:\nIn 2018/19 there were fewer than five.\nIn 2019/20 there were 8.\nIn 2020/21 there were none.\n"
    assert read(made.text("letter.txt", text)).figures == {
        ("2018/19", "88A", "", "", (1, 4), "suppressed"),
        ("2019/20", "88A", "", "", 8, ""),
        ("2020/21", "88A", "", "", 0, ""),
    }


def test_the_corresponding_figures_are_of_the_counts_above_in_their_order(made, read):
    text = (
        "Made up\nIn 2015/16 388 offences had a female victim.\nDuring the same period there were 96 offences with a male victim.\n"
        "In the previous financial year the corresponding figures were 301 and 88.\n"
    )
    assert {(year, sex, low) for year, _, sex, _, low, _ in read(made.text("letter.txt", text)).figures} == {
        ("2015/16", "female", 388),
        ("2015/16", "male", 96),
        ("2014/15", "female", 301),
        ("2014/15", "male", 88),
    }


def test_respectively_goes_through_the_years_of_the_line_above(made, read):
    text = "Made up\nOffences recorded were as follows: 2013/14 - 211, 2014/15 - 262.\nFor the same years, 18 and 25 of these offences respectively had a male victim.\n"
    assert {(year, sex, low) for year, _, sex, _, low, _ in read(made.text("letter.txt", text)).figures} == {
        ("2013/14", "", 211),
        ("2014/15", "", 262),
        ("2013/14", "male", 18),
        ("2014/15", "male", 25),
    }


@pytest.mark.parametrize(("more", "qualifier"), [("", ""), ("Of these, 700 had a female victim.\n", "total")])
def test_the_total_number_is_a_total_where_a_part_of_it_is_given(made, read, more, qualifier):
    text = f"Made up\nThe total number of offences recorded in 2022/23 was 912.\n{more}"
    found = read(made.text("letter.txt", text)).figures
    assert ("2022/23", "", "", "", 912, qualifier) in found


def test_a_whole_may_be_told_together_with_its_parts():
    text = "Of the 318 rapes recorded in 2016/17, 245 (77%) had a female victim and 73 (23%) a male victim."
    assert [(year, sex, low) for year, _, sex, low in counts(text)] == [
        ("2016/17", "", 318),
        ("2016/17", "female", 245),
        ("2016/17", "male", 73),
    ]


def test_parts_may_stand_behind_a_colon():
    text = "In 2017/18 there were 344 offences, an increase of 8%: 260 with a female victim and 84 with a male victim."
    assert [(year, sex, low) for year, _, sex, low in counts(text)] == [
        ("2017/18", "", 344),
        ("2017/18", "female", 260),
        ("2017/18", "male", 84),
    ]


def test_sexes_and_counts_in_words_go_through_respectively():
    text = "During 2020/21 there were four hundred and sixty-two offences against girls and ninety-eight against boys. In 2019/20 the numbers were 430 and 101 respectively."
    assert [(year, sex, low) for year, _, sex, low in counts(text)] == [
        ("2020/21", "female", 462),
        ("2020/21", "male", 98),
        ("2019/20", "female", 430),
        ("2019/20", "male", 101),
    ]


def test_the_figures_of_another_year_are_of_what_was_counted():
    text = "In 2013/14, 64 boys and 391 girls were recorded as victims. In 2014/15 the figures were 71 boys and 455 girls. Eleven victims in 2014/15 did not have a sex recorded."
    assert [(year, sex, low) for year, _, sex, low in counts(text)][2:] == [
        ("2014/15", "male", 71),
        ("2014/15", "female", 455),
        ("2014/15", "unknown", 11),
    ]


def test_items_of_a_list_may_be_totals_of_years(made, read):
    text = (
        "Made up\nOffences against under 16s:\n- a total of 1,055 in 2018/19\n- a total of 987 in 2019/20\n"
    )
    assert read(made.text("list.txt", text)).figures == {
        ("2018/19", "", "", "0-15", 1055, ""),
        ("2019/20", "", "", "0-15", 987, ""),
    }


def test_a_list_below_of_these_divides_the_count_above_it(made, read):
    text = (
        "Made up\nThere were 388 offences recorded in 2017/18. Of these:\n- 301 were of girls\n- 87 were of boys\n"
        "- 49 were committed by someone under 18\nIn 2018/19 there were 402, of which 311 were of girls and 91 of boys.\n"
    )
    assert {
        (year, sex, age, low) for year, _, sex, age, low, _ in read(made.text("a.txt", text)).figures
    } == {
        ("2017/18", "", "", 388),
        ("2017/18", "female", "", 301),
        ("2017/18", "male", "", 87),
        ("2017/18", "", "", 49),
        ("2018/19", "", "", 402),
        ("2018/19", "female", "", 311),
        ("2018/19", "male", "", 91),
    }


def test_parts_of_a_count_that_is_not_read_are_not_of_the_one_before():
    text = (
        "In 2017/18 there were 388 offences. In 2018/19 402 went to other desks, of which 311 were of girls."
    )
    assert [low for *_, low in counts(text)] == [388]


def test_what_a_number_fell_to():
    text = "In 2017/18 133 offences were recorded. In 2018/19 the number fell to 120."
    assert [(year, low) for year, _, _, low in counts(text)] == [("2017/18", 133), ("2018/19", 120)]


def test_a_line_of_sexes_may_give_how_many_in_all(made, read):
    text = "Made up\n2014/15: 402 female, 81 male, 3 not stated (486 in all)\n"
    assert {(sex, low, mark) for _, _, sex, _, low, mark in read(made.text("a.txt", text)).figures} == {
        ("female", 402, ""),
        ("male", 81, ""),
        ("unknown", 3, ""),
        ("", 486, "total"),
    }


@pytest.mark.parametrize(
    "text", ["The force employs two thousand and fifty people.", "Nine out of ten people write by e-mail."]
)
def test_who_works_for_a_force_and_shares_in_words_are_no_counts(text):
    assert counts(text) == []
