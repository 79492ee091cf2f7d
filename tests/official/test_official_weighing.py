"""Cells, the ladder on them, the two multiverses and the signs of artefacts, on counts small enough to follow."""

import numpy as np
import pandas as pd
import pytest

from helpers.official import multiverse_growth, strata
from helpers.official.multiverse_growth import dose_choices, rise_choices
from helpers.official.outliers import unusual_share
from helpers.official.recorded_crime import QUARTERS
from helpers.stats.multiverse import run_specifications
from tests.frames import frame

CODES = {"19C": 1.2, "19D": 1.2, "17B": 1.2, "21": 1.5, "88A": 2.0}
FORCES = [f"Force {letter}" for letter in "ABCDEFGHIJ"]


def crime():
    """Ten forces alike: adults', rape and assault grow by a fifth, no-meeting codes by half, grooming doubles."""
    rows = []
    absent = dict.fromkeys(("19F", "19E", "19G", "19H", "20B", "22B", "71", "73"), (0, 0))
    counts = {code: (100, round(100 * growth)) for code, growth in CODES.items()} | absent
    for code, (before, after) in counts.items():
        for force in FORCES:
            rows += [("2014/15", force, code, *[before] * 4), ("2015/16", force, code, *[after] * 4)]
    return frame(f"financial_year force offence_code {' '.join(QUARTERS)}", *rows)


def test_changes_and_weights_by_hand():
    found = strata.national_strata(crime(), "2014/15", "2015/16", old_change=np.log(1.08))
    assert found.changes == pytest.approx(np.log([1.2, 1.2, 1.2, 1.5, 2.0, 1.08]))
    assert found.weights[0] == found.weights[-1] == 0
    assert found.weights[3] * np.log(1.5) == pytest.approx(2000)  # the rise itself
    assert found.covariance[-1, -1] == pytest.approx(0.03**2)


def test_without_a_rise_there_is_nothing_to_share_out():
    falling = crime().replace({"financial_year": {"2014/15": "2015/16", "2015/16": "2014/15"}})
    found = strata.national_strata(falling, "2014/15", "2015/16", old_change=None)
    assert "no rise to share out" in found.reason
    assert strata.weigh(found, "England and Wales") is found
    before = crime()[crime()["financial_year"] == "2014/15"]
    level = pd.concat([before, before.assign(financial_year="2015/16")])
    assert "did not rise" in strata.national_strata(level, "2014/15", "2015/16", old_change=None).reason


def test_shares_on_the_ladder_by_hand():
    """A rise of 80 + 80 + 200 + 400 a force; a fifth everywhere is 240 less than the weights' worth."""
    found = strata.national_strata(crime(), "2014/15", "2015/16", old_change=np.log(1.25), old_se=0.01)
    table = strata.weigh(found, "x").set_index(["rung", "explanation"])
    everywhere = np.log(1.2) * found.weights.sum() / (found.weights @ found.changes)
    assert table.loc[("recording alike", "recording"), "high"] == pytest.approx(everywhere)
    assert table.loc[("nothing else", "online"), "low"] == pytest.approx(1 - everywhere, abs=0.01)


def test_a_refuted_rung_says_how_far_it_must_bend():
    """Old offences did not grow at all, so nothing that grows with delay can have moved the others."""
    found = strata.national_strata(crime(), "2014/15", "2015/16", old_change=0.0, old_se=0.001)
    table = strata.weigh(found, "x")
    last = table[table["rung"] == "nothing else"]
    assert not last["feasible"].any()
    assert last["breakdown"].iloc[0] == pytest.approx(np.log(1.2), abs=1e-6)


class TestRise:
    official = frame("before after", *[(100.0, 120.0)] * 3).set_axis(list("ABC"))
    counts = (200.0, 300.0, False), (50.0, 150.0, True), (np.nan, 400.0, False)
    figures = {"latest": frame("before after doubt", *counts).set_axis(list("ABC"))}  # noqa: RUF012

    def run(self, **fixed):
        choices, estimate = rise_choices(
            self.figures, self.official, {"controls": self.official}, {"B"}, {"without A": ("A",)}, dispersion=2.0,
            swaps=np.array([[False] * 3, [True] * 3]),
        )  # fmt: skip
        chosen = {name: [fixed[name]] if name in fixed else options[:1] for name, options in choices.items()}
        return run_specifications(chosen, estimate).iloc[0]

    def test_forces_with_a_missing_year_are_dropped_or_filled_and_counts_raised_to_their_floor(self):
        assert self.run()["effect"] == pytest.approx(np.log(450 / 250))
        assert self.run(missing_rule="official count")["effect"] == pytest.approx(np.log(850 / 350))
        assert self.run(floor_rule="raise to floor")["effect"] == pytest.approx(np.log(450 / 300))

    def test_swapping_every_force_turns_the_sign(self):
        row = self.run()
        assert row["null_effects"] == pytest.approx([row["effect"], -row["effect"]])
        assert row["forces"] == 2


def test_dose_specifications_find_a_planted_slope():
    rng = np.random.default_rng(0)
    forces = [f"Force {n}" for n in range(25)]
    accuracy = rng.uniform(0.7, 0.98, size=25)
    audits = pd.DataFrame(
        {"force": forces, "dose": -np.log(accuracy), "dose_se": 0.01, "audit_start": "2016-04-01",
         "audit_end": "2016-09-30", "grade": "good"}
    )  # fmt: skip
    counts = pd.DataFrame(2000.0, index=forces, columns=range(32))
    counts.loc[:, 18:] = (2000 / accuracy)[:, None]
    orders = np.argsort(rng.random((30, 25)), axis=1)
    choices, estimate = dose_choices({"all": counts}, {"all_crime": audits}, {}, orders=orders)
    table = run_specifications(choices, estimate)
    assert len(table) == 18
    assert table["effect"].to_numpy() == pytest.approx(np.full(18, 1.0), abs=0.08)
    every = multiverse_growth.table({"rise": table[:0], "dose": table}, ["span", "accuracy"])
    assert every["choices"].iloc[0] == "accuracy=all_crime; span=2"
    assert every["specification"].tolist() == list(range(1, 19))


def test_a_planted_spike_is_the_unusual_part_of_the_rise():
    rows = [(force, year) for force in FORCES for year in ("2013/14", "2014/15", "2015/16")]
    panel = frame("force financial_year", *rows, **dict.fromkeys(QUARTERS, 100))
    panel.loc[2, "q2"] = 400
    share, found = unusual_share(panel, "2014/15", "2015/16", dispersion=2)
    assert found == 1
    assert share.value == pytest.approx(0.9, abs=0.1)
