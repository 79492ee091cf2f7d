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
