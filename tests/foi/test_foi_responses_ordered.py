"""Made-up letters that ask several questions and answer them by numbers alone, in the same order."""

import pytest

ASKED = "For 2017/18:\n- Number of sexual offences with a female victim under 16\n- Number of sexual offences with a male victim under 16\n"


@pytest.mark.parametrize("answers", ["- 612\n- 134\n", "612\n134\n", "There were 612.\nThere were 134.\n"])
def test_as_many_numbers_as_questions_answer_them_in_order(made, read, answers):
    letter = made.text("letter.txt", f"Made up\n{ASKED}Our response:\n{answers}")
    assert {(year, sex, age, low) for year, _, sex, age, low, _ in read(letter).figures} == {
        ("2017/18", "female", "0-15", 612),
        ("2017/18", "male", "0-15", 134),
    }


def test_what_is_not_held_is_an_answer_too(made, read):
    letter = made.text("letter.txt", f"Made up\n{ASKED}Our response:\nNo information is held.\n134\n")
    assert {(sex, low) for _, _, sex, _, low, _ in read(letter).figures} == {("male", 134)}


def test_numbers_that_match_no_questions_are_told_and_not_read(made, read):
    letter = read(made.text("letter.txt", f"Made up\n{ASKED}Our response:\n612\n134\n9\n"))
    assert not letter.figures
    assert any("612, 134, 9; 2 questions stand above" in message for message in letter.messages)


def test_a_number_below_its_own_question_needs_no_order(made, read):
    letter = "Made up\nHow many sexual offences against girls were recorded in 2017/18?\n612\nHow many sexual offences against boys were recorded in 2017/18?\n134\n"
    assert {(sex, low) for _, _, sex, _, low, _ in read(made.text("letter.txt", letter)).figures} == {
        ("female", 612),
        ("male", 134),
    }


def test_a_question_may_name_the_one_that_it_goes_on_from(made, read):
    letter = (
        "Made up\n1) Total sexual offences recorded, victims under 18, 1/4/15 - 31/3/16\n= 688\n"
        "2) As 1, but 1/4/16 - 31/3/17\n= 731\n3) Of 2, how many victims were aged 12 or under\n= 240\n"
        "4) Of 2, how many were male\n= 155\n"
    )
    assert {
        (year, sex, age, low) for year, _, sex, age, low, _ in read(made.text("a.txt", letter)).figures
    } == {
        ("2015/16", "", "0-17", 688),
        ("2016/17", "", "0-17", 731),
        ("2016/17", "", "0-12", 240),
        ("2016/17", "male", "0-17", 155),
    }


def test_an_answer_may_say_when_it_was_right(made, read):
    letter = "Made up\nHow many offences were charged in 2019/20?\n87 as at 3 March 2020\n"
    assert {low for *_, low, _ in read(made.text("a.txt", letter)).figures} == {87}


def test_an_answer_with_more_than_its_number_is_read_or_told(made, read):
    letter = read(
        made.text("a.txt", "Made up\n1. How many offences in 2019/20?\n1. 87 or thereabouts, we think\n")
    )
    assert letter.figures or any("not taken for figures: 87" in message for message in letter.messages)


def test_lines_of_the_same_years_answer_the_questions_in_order(made, read):
    letter = (
        "Made up\n1. How many sexual offences against under 16s?\n2. How many of the victims were aged under 5?\n"
        "Our answers:\n2013/14: 344; 2014/15: 402\n2013/14: 21; 2014/15: 26\n"
    )
    assert {(year, age, low) for year, _, _, age, low, _ in read(made.text("a.txt", letter)).figures} == {
        ("2013/14", "0-15", 344),
        ("2014/15", "0-15", 402),
        ("2013/14", "0-4", 21),
        ("2014/15", "0-4", 26),
    }
