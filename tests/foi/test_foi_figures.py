"""Every printed row is used or set aside, for one reason; no doubt passes in silence."""

import pandas as pd
import pytest

from helpers.foi import figures
from helpers.tables import read_table
from tests.frames import examples, frame

COMPARED = "2016-07-official", "comparison", "2016-07"
ROUNDS = frame("round kind published", ("2017-03", "foi", "2017-03"), COMPARED)
NO_CORRECTIONS = frame("correction table row expect action to why source")


def printed(*rows):
    """Printed rows: (value_text, qualifier, period, round)."""
    return frame(
        "value_text qualifier period round", *rows, row=range(1, len(rows) + 1), area="Kent", source="paper",
        measure="all_sexual_offences_u18", published="2017-03-22", note=None,
    )  # fmt: skip


def correction(action, value_text):
    cells = ["row-1", "foi_printed", 1, {"value_text": value_text}, action, None, "Because.", "paper"]
    return pd.DataFrame([cells], columns=NO_CORRECTIONS.columns)


@pytest.mark.parametrize("text, qualifier, period, release, reason", examples(__file__, "reasons.csv"))
def test_each_row_has_one_reason(text, qualifier, period, release, reason):
    table = figures.build(printed((text, qualifier or None, period, release)), NO_CORRECTIONS, ROUNDS)
    assert table["reason"].tolist() == [reason]
    assert table["used"].tolist() == [reason == figures.USED]


def test_a_doubt_in_a_qualifier_needs_an_answer_and_one_in_a_correction_stays_with_the_figure():
    rows = printed(("328", "probable misprint for 398", "2014/15", "2017-03"))
    with pytest.raises(ValueError, match="row 1: probable misprint for 398"):
        figures.build(rows, NO_CORRECTIONS, ROUNDS)
    answered = figures.build(rows, correction("set_aside", "328"), ROUNDS)
    assert answered["reason"].tolist() == ["a judgement sets it aside"]
    table = figures.build(printed(("247", None, "2014/15", "2017-03")), correction("doubt", "247"), ROUNDS)
    assert table[["used", "reason", "doubt"]].values.tolist() == [[True, "used, with a doubt", "Because."]]


def test_every_real_row_is_accounted_for_and_every_correction_leaves_its_mark():
    real = figures.build(read_table("foi_printed"), read_table("corrections"), read_table("foi_rounds"))
    assert figures.account(real)["rows"].sum() == len(real) == len(read_table("foi_printed"))
    marked = set(" ".join(real["correction"].dropna()).split())
    assert marked == set(read_table("corrections")["correction"])
    row = real.set_index("row").loc[196]
    assert (row["value"], row["measure"], row["used"]) == (270, "age_0_3", False)
    assert "ten and under" in row["remark"]
