"""Printed totals against their parts: four ways it can come out, and what explains a difference."""

import pandas as pd
import pytest

from helpers.foi.totals import check_totals, explain_revisions

NONE_ABSENT = pd.DataFrame(columns=["round", "force", "status"])


def figures(*rows):
    """Figures of 2014/15: (area, value[, round, source, precision, qualifier])."""
    filled = [(*row, *("2017-03", "paper", "exact", None)[len(row) - 2 :]) for row in rows]
    frame = pd.DataFrame(filled, columns=["area", "value", "round", "source", "precision", "qualifier"])
    frame["value"] = frame["value"].astype(float)
    return frame.assign(
        row=range(1, len(frame) + 1),
        financial_year="2014/15",
        measure="all_sexual_offences_u18",
        value_low=frame["value"],
        value_high=frame["value"],
        released=frame["round"],
        published=frame["round"],
    )


def checked(rows, absent=NONE_ABSENT):
    return check_totals(figures(*rows), absent).iloc[0]


FOUR = [("Dyfed-Powys", 328), ("Gwent", 706), ("North Wales", 398), ("South Wales", 637)]


@pytest.mark.parametrize(
    ("total", "parts", "status", "difference", "explanation"),
    [
        (2069, FOUR, "equal", 0, ""),
        (2100, FOUR, "differs", 31, ""),
        (2069, FOUR[1:], "parts missing", 328, "leaves 328 for Dyfed-Powys"),
        (1000, FOUR[1:], "parts exceed the total", -741, ""),
        (
            1741,
            FOUR[1:],
            "parts missing",
            0,
            "the total is exactly the parts printed, so Dyfed-Powys is not in it",
        ),
    ],
)
def test_a_total_against_its_parts(total, parts, status, difference, explanation):
    one = checked([("Wales", total), *parts])
    assert one[["status", "difference", "explanation"]].tolist() == [status, difference, explanation]


def test_a_force_known_to_have_given_nothing_is_named():
    gone = pd.DataFrame({"round": ["2017-03"], "force": ["Gwent"], "status": ["no_response"]})
    rows = [("Wales", 1363), *(row for row in FOUR if row[0] != "Gwent")]
    one = checked(rows, gone)
    assert one["absent"] == "Gwent"
    assert one["explanation"].endswith("so Gwent is not in it (known to have given none)")


def test_an_earlier_value_of_one_part_can_explain_a_difference():
    rows = [("Wales", 1752), *FOUR, ("Gwent", 389, "2016-03")]
    assert "Gwent at 389, as also printed (2016-03)" in checked(rows)["explanation"]


def test_a_part_outside_the_name_can_stand_in_for_one_that_gave_none():
    gone = pd.DataFrame({"round": ["2017-03"], "force": ["Northumbria"], "status": ["no_response"]})
    rows = [("North East region", 726), ("Cleveland", 157), ("Durham", 462), ("Cumbria", 107)]
    expected = "leaves exactly what Cumbria printed: it is in the total, Northumbria is not"
    assert checked(rows, gone)["explanation"] == expected


def test_the_same_page_is_asked_before_other_pages_of_the_round():
    rows = [("Wales", 1752), ("Gwent", 389), *(row for row in FOUR if row[0] != "Gwent")]
    rows.append(("Gwent", 706, "2017-03", "other"))
    assert checked(rows)["status"] == "equal"


def test_nations_may_come_from_an_earlier_release_and_say_so():
    rows = [
        ("UK", 47055),
        ("Scotland", 4082),
        ("England and Wales", 41457, "2016-03"),
        ("Northern Ireland", 1516, "2016-03"),
    ]
    table = check_totals(figures(*rows), NONE_ABSENT)
    uk = table[table["area"] == "UK"].iloc[0]
    assert uk["status"] == "equal"
    assert (
        uk["parts"] == "England and Wales 41,457 (2016-03); Scotland 4,082; Northern Ireland 1,516 (2016-03)"
    )


def test_a_nation_from_a_release_of_the_same_day_counts_and_one_from_a_later_release_does_not():
    rows = [("UK", 47055), ("Scotland", 4082), ("Northern Ireland", 1516)]
    for release, status in (("2017-03-31", "equal"), ("2017-04", "parts missing")):
        table = check_totals(figures(*rows, ("England and Wales", 41457, release)), NONE_ABSENT)
        assert table.set_index("area").loc["UK", "status"] == status


def test_a_part_worked_out_from_the_total_does_not_confirm_it():
    rows = [("Hampshire and Dorset", 4282), ("Hampshire", 3282)]
    rows.append(("Dorset", 1000, "2017-03", "paper", "derived", "derived: 4,282 minus 3,282"))
    one = checked(rows)
    assert (one["status"], one["explanation"]) == ("parts missing", "leaves 1,000 for Dorset")


def test_a_name_that_does_not_say_what_it_holds_is_checked_against_its_page():
    rows = [("South East (four forces)", 300), ("Kent", 100), ("Surrey", 200)]
    assert checked(rows)["status"] == "equal"
    unknown = checked([("Yorkshire region", 300), ("West Yorkshire", 100)])
    assert unknown["status"] == "parts missing"
    assert "which forces are meant" in unknown["explanation"]


def test_a_revision_of_a_total_is_explained_by_the_force_that_moved_as_much():
    changes = pd.DataFrame(
        {
            "area": ["UK", "Derbyshire", "Suffolk"],
            "financial_year": "2015/16",
            "measure": "all_sexual_offences_u18",
            "first_round": "2017-03",
            "later_round": "2018-02",
            "first_value": [55507.0, 166, 604],
            "later_value": [56324.0, 983, 608],
            "change": [817.0, 817, 4],
        }
    )
    explained = explain_revisions(changes)["explained_by"]
    assert explained[0] == "Derbyshire, revised from 166 to 983"
    assert explained[1:].isna().all()
    moved = changes.assign(change=[818.0, 817, 4])
    assert explain_revisions(moved)["explained_by"].isna().all()
