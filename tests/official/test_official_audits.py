"""Windows around audits: which quarters, which forces, what is taken off."""

import numpy as np
import pandas as pd
import pytest

from helpers.official.audits import (
    adoption_panel,
    dose_windows,
    dose_years,
    first_inspections,
    quarter_of,
    quarters,
)
from helpers.official.family_growth import family_growth
from helpers.official.recorded_crime import QUARTERS

COLUMNS = ["financial_year", "force", "offence_code", *QUARTERS]
AUDITS = pd.DataFrame(
    [
        ("Kent", 0.8, 0.01, "2014-04-01", "2014-06-30", "2014-11-20", "inadequate"),
        ("Essex", 0.9, 0.01, "2014-05-15", "2014-08-15", "2015-01-10", "good"),
        ("Surrey", 0.95, 0.01, np.nan, np.nan, np.nan, "good"),
        ("North Wales", 0.9, 0.01, "2014-04-01", "2014-06-30", "2014-11-20", "good"),
        ("Dorset", 0.9, 0.01, "2019-03-01", "2019-08-31", "2020-07-24", "good"),
        ("Gwent", 0.9, np.nan, "2014-04-01", "2014-06-30", "2014-11-20", "good"),
    ],
    columns=["force", "accuracy", "se_log", "audit_start", "audit_end", "report_date", "grade"],
)


@pytest.fixture
def counts():
    """Ten a quarter in every force until mid-2014; Kent then has twenty and the others eleven."""
    table = pd.DataFrame(10.0, index=AUDITS["force"], columns=range(32))
    table.loc[:, 9:] = 11.0
    table.loc["Kent", 9:] = 20.0
    return table


@pytest.mark.parametrize(
    ("day", "after", "number"),
    [
        ("2012-04-01", True, 0),
        ("2012-04-01", False, -1),
        ("2014-03-31", True, 8),
        ("2014-03-31", False, 6),
        ("2015-01-01", True, 11),
        ("2015-12-31", False, 13),
    ],
)
def test_whole_quarters_before_and_after_a_day(day, after, number):
    assert quarter_of(day, after=after) == number


def test_quarters_are_numbered_through_the_years_and_small_forces_are_left_out():
    crime = pd.DataFrame(
        [
            ["2012/13", "Kent", "71", 1, 2, 3, 4],
            ["2013/14", "Kent", "71", 5, 6, 7, 8],
            ["2013/14", "City of London", "71", 1, 1, 1, 1],
        ],
        columns=COLUMNS,
    )
    table = quarters(crime, ["71"])
    assert table.index.tolist() == ["Kent"]
    assert table.loc["Kent"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


class TestWindows:
    def test_growth_is_over_that_of_the_other_forces(self, counts):
        table = dose_windows(counts, AUDITS).table.set_index("force")
        kent = table.loc["Kent"]
        assert (kent["before"], kent["after"]) == (40, 80)
        assert kent["others"] == pytest.approx(1.1)
        assert kent["growth"] == pytest.approx(np.log(2 / 1.1))
        assert kent["dose"] == pytest.approx(-np.log(0.8))
        assert (kent["first_quarter"], kent["last_quarter"]) == (4, 12)

    def test_without_taking_off_the_others(self, counts):
        table = dose_windows(counts, AUDITS, relative=False).table.set_index("force")
        assert table.loc["Kent", "growth"] == pytest.approx(np.log(2))

    def test_the_quarters_of_the_audit_belong_to_neither_side(self, counts):
        """Essex was audited from mid-May to mid-August 2014: before is to March, after from October."""
        essex = dose_windows(counts, AUDITS).table.set_index("force").loc["Essex"]
        assert (essex["first_quarter"], essex["last_quarter"]) == (4, 13)

    def test_forces_that_cannot_be_used_are_named_with_the_reason(self, counts):
        left = dose_windows(counts, AUDITS).left_out.set_index("force")["reason"]
        assert left.index.tolist() == ["Surrey", "North Wales", "Dorset", "Gwent"]
        assert "not printed" in left["Surrey"] and "old records" in left["North Wales"]
        assert "quarters held" in left["Dorset"] and "no counts" in left["Gwent"]

    def test_a_window_that_ends_before_the_audit(self, counts):
        later = AUDITS.assign(audit_start="2016-04-01", audit_end="2016-06-30")
        kent = dose_windows(counts, later, before="2013/14").table.set_index("force").loc["Kent"]
        assert (kent["before"], kent["after"]) == (40, 80)
        assert (kent["first_quarter"], kent["last_quarter"]) == (4, 15)

    def test_fixed_years_need_no_dates(self, counts):
        table = dose_years(counts, AUDITS, 4, 12).table.set_index("force")
        assert "Surrey" in table.index
        assert table.loc["Kent", "growth"] == pytest.approx(np.log(2 / 1.1))

    def test_bad_input_is_refused(self, counts):
        with pytest.raises(ValueError, match=r"^before"):
            dose_windows(counts, AUDITS, before="2011/12")
        with pytest.raises(ValueError, match="twice"):
            dose_windows(counts, pd.concat([AUDITS, AUDITS]))


class TestPanel:
    def test_adoption_is_the_first_whole_quarter_from_the_date(self, counts):
        panel, left = adoption_panel(counts, AUDITS)
        adopted = panel.groupby("unit")["adopted"].first()
        assert (adopted["Kent"], adopted["Essex"]) == (8, 9)
        assert len(panel) == 4 * 32
        assert set(left["force"]) == {"Surrey", "North Wales"}

    def test_dated_from_the_report(self, counts):
        panel, _ = adoption_panel(counts, AUDITS, date="report_date")
        assert panel.groupby("unit")["adopted"].first()["Kent"] == 11

    def test_a_count_of_zero_has_a_logarithm(self, counts):
        counts.loc["Kent", 0] = 0
        panel, _ = adoption_panel(counts, AUDITS)
        assert panel["outcome"].iloc[0] == pytest.approx(np.log(0.5))


def test_only_first_inspections_of_forces_with_offences_enough():
    table = pd.DataFrame(
        {
            "force": ["Kent", "Kent", "City of London"],
            "inspection": ["initial", "reinspection", "initial"],
            "accuracy": [0.8, 0.9, 0.9],
        }
    )
    assert first_inspections(table)["accuracy"].tolist() == [0.8]


class TestFamilies:
    crime = pd.DataFrame(
        [
            [year, force, code, *[n] * 4]
            for year, times in (("2014/15", 1), ("2015/16", 2))
            for force, size in (("Kent", 20), ("Essex", 30), ("Surrey", 40))
            for code, n in (("46", size * times), ("34A", size), ("8L", size), ("42", 1))
        ],
        columns=COLUMNS,
    )

    def test_growth_by_hand(self):
        table = family_growth(
            self.crime, ["shoplifting", "robbery_business"], first_year="2014/15", last_year="2015/16"
        )
        assert table["ratio"].tolist() == pytest.approx([2, 1])
        assert table["before"].tolist() == [360, 360]
        assert table["se"].tolist() == pytest.approx([0, 0], abs=1e-9)

    def test_families_that_cannot_be_compared_are_named(self):
        table = family_growth(
            self.crime,
            ["shoplifting", "harassment", "theft_of_mail"],
            first_year="2014/15",
            last_year="2015/16",
        )
        assert table["family"].tolist() == ["shoplifting"]
        assert set(table.attrs["left_out"]) == {"harassment", "theft_of_mail"}
