"""What files say of their marks and gaps, what they refuse, and whose they are."""

import pytest

from helpers.intake.notices import (
    Rules,
    find_forces,
    find_refusals,
    force_of_name,
    read_rules,
)
from helpers.intake.values import parse_value


@pytest.mark.parametrize(
    ("text", "mark", "bounds"),
    [
        ("* denotes fewer than 5", "*", (1, 4)), ("* = 1 to 4", "*", (1, 4)), ("* less than 5", "*", (1, 4)),
        ("Figures of 5 or fewer have been replaced with *", "*", (1, 5)), ("An asterisk is used where the number is less than five", "*", (1, 4)),
        ("* indicates counts from 0 to 5", "*", (0, 5)), ("[c] = confidential, count between 1 and 5", "c", (1, 5)),
        ("x = suppressed (fewer than 3)", "x", (1, 2)), ("Small numbers (fewer than 10) are not shown", "suppressed", (1, 9)),
        ("An asterisk stands for a number from 1 to 4", "*", (1, 4)), ("An asterisk marks any count of four or fewer", "*", (1, 4)),
        ("Where a cell shows * the true figure is 1, 2 or 3", "*", (1, 3)), ("# stands for any number below 3", "#", (1, 2)),
    ],
)  # fmt: skip
def test_a_rule_for_a_mark_is_read_from_its_sentence(text, mark, bounds):
    assert read_rules([text]).marks[mark] == bounds


def test_marks_explained_in_one_line_keep_their_own_meanings():
    rules = read_rules(["[c] denotes a hidden count of 1 to 4; [x] denotes not available."])
    assert (rules.hidden(parse_value("[c]")), rules.hidden(parse_value("[x]"))) == ((1, 4), None)


def test_without_a_rule_a_star_hides_0_to_4_and_a_limit_1_to_4():
    assert Rules().hidden(parse_value("*")) == (0, 4)
    assert Rules().hidden(parse_value("<5")) == (1, 4)


@pytest.mark.parametrize(
    "text",
    [
        "* is a value below 5, including zero",
        "Values lower than five are shown as <5; this includes zeros.",
        "Small numbers (<5) and zeros have been suppressed",
        "Zeros are also suppressed",
    ],
)
def test_zero_is_hidden_only_when_the_file_says_so(text):
    assert Rules().hidden(parse_value("<5"))[0] == 1
    assert read_rules([text]).hidden(parse_value("<5")) == (0, 4)


@pytest.mark.parametrize(
    "text",
    [
        "Victims aged 0 to 3: rape of a female child under 13",
        "Figures are for victims aged 0-17, all under 18",
    ],
)
def test_an_age_from_0_is_no_rule_for_small_counts(text):
    assert read_rules([text]) == Rules()
    assert read_rules(["Counts of victims between 0 and 4 are shown as *"]).marks == {"*": (0, 4)}


@pytest.mark.parametrize(
    "text",
    [
        "Blank cells indicate zero",
        "Where a cell is blank, no offences were recorded",
        "Zero values are shown as blank",
        "Please note that blank cells represent zero offences.",
    ],
)
def test_a_blank_is_zero_only_by_the_files_own_note(text):
    assert read_rules([text]).blank_is_zero and not read_rules(["Some cells are blank"]).blank_is_zero


def test_a_dash_is_zero_only_by_the_files_own_note():
    assert read_rules(["- denotes nil"]).dash_is_zero and not read_rules(["2014/15 - 10"]).dash_is_zero


@pytest.mark.parametrize(
    ("text", "word", "ground"),
    [
        ("Section 12 applies: compliance would exceed the appropriate limit of 18 hours.", "refused", "section 12 (cost)"),
        ("The information is exempt by virtue of section 40(2) of the Act.", "refused", "section 40 (personal information)"),
        ("The force neither confirms nor denies that it holds the information.", "refused", "neither confirm nor deny"),
        ("Following a search, no information is held.", "not_held", "information not held"),
        ("The force does not hold the information you requested.", "not_held", "information not held"),
    ],
)  # fmt: skip
def test_a_refusal_is_found_with_its_ground(text, word, ground):
    (found,) = find_refusals([(text, "l1")], strong=True)
    assert (found.word, found.ground, found.address) == (word, ground, "l1")


@pytest.mark.parametrize(
    "text",
    [
        "If this would exceed the cost limit under section 12, please narrow it.",
        "Section 40 has not been applied.",
        "Offences recorded in 2014/15",
    ],
)
def test_a_request_or_a_remark_is_no_refusal(text):
    assert find_refusals([(text, "l1")], strong=True) == []


def test_a_force_is_known_by_its_letterhead_its_address_and_its_file():
    assert find_forces("DURHAM CONSTABULARY, foi@cleveland.pnn.police.uk") == ["Durham", "Cleveland"]
    assert force_of_name("FOI 432 north-yorkshire 2017.xlsx") == "North Yorkshire"
    assert force_of_name("answer.xlsx") == ""


@pytest.mark.parametrize(
    ("note", "dates"),
    [
        ("NB: 2015/16 figures are for April to December only.", ("2015-04-01", "2015-12-31", "")),
        ("Please note 2015-16 is part year (April - January)", ("2015-04-01", "2016-01-31", "")),
        ("In 2015/16 most were recorded in April to June.", ("2015-04-01", "2016-03-31", "2015/16")),
    ],
)
def test_a_year_that_is_said_to_be_covered_in_part_has_the_dates_of_the_part(made, read, note, dates):
    rows = [["Year", "Offences"], ["2014/15", 30], ["2015/16", 20], [], [note]]
    whole, part = read(made.xlsx("part.xlsx", rows)).reading.figures
    assert whole.financial_year == "2014/15"
    assert (str(part.start), str(part.end), part.financial_year) == dates
