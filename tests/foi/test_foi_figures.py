"""Every printed row is used or set aside, for one reason; no doubt passes in silence."""

import pandas as pd
import pytest

from helpers.foi import figures
from helpers.tables import read_table
from tests.frames import examples, frame

ROUNDS = frame(
    "round kind published", ("2017-03", "foi", "2017-03"), ("2016-07-official", "comparison", "2016-07")
)
NO_CORRECTIONS = frame("correction table row expect action to why source")


def printed(*rows):
    """Printed rows: (value_text, qualifier, period, round)."""
    return frame(
        "value_text qualifier period round", *rows, row=range(1, len(rows) + 1), area="Kent", source="paper",
        measure="all_sexual_offences_u18", published="2017-03-22", note=None,
    )  # fmt: skip


def correction(row, action, value_text):
    cells = [f"row-{row}", "foi_printed", row, {"value_text": value_text}, action, None, "Because.", "paper"]
    return pd.DataFrame([cells], columns=NO_CORRECTIONS.columns)


@pytest.mark.parametrize("text, qualifier, period, release, reason", examples(__file__, "reasons.csv"))
def test_each_row_has_one_reason(text, qualifier, period, release, reason):
    table = figures.build(printed((text, qualifier or None, period, release)), NO_CORRECTIONS, ROUNDS)
    assert table["reason"].tolist() == [reason]
    assert table["used"].tolist() == [reason == figures.USED]


def test_a_doubt_in_a_qualifier_needs_an_answer():
    rows = printed(("328", "probable misprint for 398", "2014/15", "2017-03"))
    with pytest.raises(ValueError, match="row 1: probable misprint for 398"):
        figures.build(rows, NO_CORRECTIONS, ROUNDS)
    answered = figures.build(rows, correction(1, "set_aside", "328"), ROUNDS)
    assert answered["reason"].tolist() == ["a judgement sets it aside"]


def test_a_doubt_stays_with_a_figure_that_is_used():
    table = figures.build(printed(("247", None, "2014/15", "2017-03")), correction(1, "doubt", "247"), ROUNDS)
    assert table[["used", "reason", "doubt"]].values.tolist() == [[True, "used, with a doubt", "Because."]]


@pytest.fixture(scope="module")
def real():
    return figures.build(read_table("foi_printed"), read_table("corrections"), read_table("foi_rounds"))


def test_every_real_row_is_accounted_for_and_every_correction_leaves_its_mark(real):
    assert figures.account(real)["rows"].sum() == len(real) == len(read_table("foi_printed"))
    marked = set(" ".join(real["correction"].dropna()).split())
    assert marked == set(read_table("corrections")["correction"])


def test_the_misreported_age_of_270_is_set_aside_and_its_number_kept(real):
    row = real.set_index("row").loc[196]
    assert (row["value"], row["measure"], row["used"]) == (270, "age_0_3", False)
    assert "ten and under" in row["remark"]
