"""An effect planted in a copy of the figures is found by the notebooks' own cells; none planted, none is found.

The copies are flat first: every force's children's offences (or every code's growth) follow one course, with Poisson
scatter, so that what is found is what was planted and not what the real figures hold. Nothing here is a real figure.
"""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import charts, tables
from helpers.foi.late_and_online import OVER_ONE_YEAR, late_reports
from helpers.ledger.results import meanings
from helpers.official import audits, inspections
from helpers.official.families import FAMILIES
from helpers.official.recorded_crime import QUARTERS, floor
from tests.frames import frame

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
READ = tables.read_table
CHILD = FAMILIES["child_only_without_88a"].codes


def read(planted, name):
    return planted[name] if name in planted else READ(name)


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run cells of a notebook, by id, on tables of which some are planted; gives the names that they define."""
    monkeypatch.setenv("RISE_OUT", str(tmp_path))
    monkeypatch.setattr(tables, "write_table", lambda name, frame: frame)
    monkeypatch.setattr(charts, "export", lambda chart, id: None)

    def cells(step, ids, planted, **parameters):
        monkeypatch.setattr(tables, "read_table", partial(read, planted))
        notebook = json.loads((NOTEBOOKS / f"{step}.ipynb").read_text(encoding="utf-8"))
        names = {}
        for cell in notebook["cells"]:
            if cell["id"] in {"parameters", "setup", *ids}:
                exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
            if cell["id"] == "parameters":
                names |= parameters
        return names

    return cells


@pytest.fixture(scope="module")
def crime():
    return READ("recorded_crime")


@pytest.fixture(scope="module")
def first():
    return audits.inspected(inspections.accuracy(READ("inspections")))


def long(crime):
    """One row a force, code and quarter, with the quarter's number from April 2012."""
    rows = crime.melt(["financial_year", "force", "offence_code"], list(QUARTERS), "quarter", "offences")
    year = rows["financial_year"].str[:4].astype(int) - audits.FIRST_YEAR
    return rows.assign(at=4 * year + rows["quarter"].str[1].astype(int) - 1)


def wide(rows):
    """Back to one column a quarter."""
    keys = ["financial_year", "force", "offence_code"]
    table = rows.pivot(index=keys, columns="quarter", values="offences").reset_index()
    return table.rename_axis(columns=None).astype(dict.fromkeys(QUARTERS, "Int64"))


@pytest.fixture(scope="module")
def flat(crime):
    """Children's offences of every force on the national course, with Poisson scatter; all else as it is."""
    rows = long(crime)
    chosen = rows["offence_code"].isin(CHILD) & rows["offences"].notna() & (rows["at"] <= audits.LAST_QUARTER)
    own = rows[chosen]
    course = own.groupby(["offence_code", "at"])["offences"].sum().astype(float)
    course = course / course.groupby("offence_code").transform("sum")
    size = own.groupby(["force", "offence_code"])["offences"].transform("sum").astype(float)
    mean = size.to_numpy() * course.loc[list(zip(own["offence_code"], own["at"], strict=True))].to_numpy()
    rows["offences"] = rows["offences"].astype("float64")
    rows.loc[chosen, "offences"] = np.random.default_rng(1).poisson(mean)
    return rows


@pytest.fixture(scope="module")
def even(crime):
    """2015/16 a quarter above 2014/15 in every force and code, with Poisson scatter."""
    rows = long(crime).astype({"offences": "float64"})
    before = rows[rows["financial_year"] == "2014/15"]
    after = before.assign(financial_year="2015/16", at=before["at"] + 4)
    drawn = np.random.default_rng(4).poisson(after["offences"].fillna(0).clip(lower=0) * 1.25)
    after["offences"] = np.where(after["offences"].isna(), np.nan, drawn)
    return pd.concat([rows[rows["financial_year"] != "2015/16"], after], ignore_index=True)


@pytest.fixture(scope="module")
def closed(first):
    """The factor of a force and quarter where every force records all from the quarter after its audit on."""
    dated = first.dropna(subset=["audit_start", "audit_end"])
    gains = zip(1 / dated["accuracy"], dated["audit_end"].map(audits.quarter_holding), strict=True)
    gain = dict(zip(dated["force"], gains, strict=True))
    return lambda force, at: gain[force][0] if force in gain and at >= gain[force][1] else 1.0


def judged(found):
    """What came of each prediction that the cells tested."""
    return meanings(found["results"].frame(), found["predictions"])["meaning"]


def planted(rows, factor, codes=CHILD):
    """The table with each chosen code's quarterly counts multiplied by `factor(force, quarter's number)`."""
    chosen = rows["offence_code"].isin(codes) & rows["offences"].notna()
    own = rows[chosen]
    factors = [factor(force, at) for force, at in zip(own["force"], own["at"], strict=True)]
    more = rows.copy()
    more.loc[chosen, "offences"] = np.round(own["offences"].astype(float) * factors)
    return wide(more)


class TestRecording:
    """A force that recorded share a of its reports records 1/a as many once it records all."""

    ids = ("dose-windows", "dose-slope", "windows-register", "windows-predicted")

    def test_gaps_closed_at_the_audit_give_a_slope_near_one(self, run, flat, closed):
        found = run("30_recording", self.ids, {"recorded_crime": planted(flat, closed)})
        slope = found["slope"]
        assert slope.low > 0.5 and slope.high < 1.6
        assert slope.value == pytest.approx(1, abs=0.25)
        assert found["p_none"] < 0.001 < found["p_full"]
        assert judged(found)["recording.force_dose"] == "as predicted"

    def test_none_planted_none_found_and_a_slope_of_one_ruled_out(self, run, flat):
        found = run("30_recording", self.ids, {"recorded_crime": wide(flat)})
        assert found["slope"].low < 0 < found["slope"].high < 1
        assert judged(found)["recording.force_dose"] == "cannot tell"

    def test_gaps_of_2014_closed_by_2015_show_in_the_window_of_the_2014_samples(self, run, flat):
        samples = inspections.dip_samples(READ("inspection_2014_forces")).dropna(subset=["se_log"])
        left_out = dict(zip(samples["force"], samples["accuracy"], strict=True))

        tables = wide(flat), planted(flat, lambda force, at: 1 / left_out.get(force, 1.0) if at >= 8 else 1.0)
        plain, more = (run("30_recording", self.ids, {"recorded_crime": table})["fit"] for table in tables)
        assert plain.low < 0 < plain.high
        assert more.low > 0 and more.value == pytest.approx(1, abs=0.4)


class TestInspections:
    ids = ("dose-windows", "steps-estimates", "steps-results")

    def step(self, run, table):
        found = run("30_recording", self.ids, {"recorded_crime": table})
        overall = found["paths"]["Child-only offences"].attrs["overall"]
        return overall, judged(found)["recording.force_steps"]

    def test_a_step_at_each_audit_is_found_at_its_size_and_none_where_there_is_none(self, run, flat, first):
        start = first.dropna(subset=["audit_start"]).set_index("force")["audit_start"]
        start = {force: audits.quarter_from(day) for force, day in start.items()}
        stepped = planted(flat, lambda force, at: 1.2 if at >= start.get(force, 99) else 1.0)
        effect, meaning = self.step(run, stepped)
        assert effect.value == pytest.approx(np.log(1.2), abs=0.04)
        assert meaning == "as predicted"
        effect, meaning = self.step(run, wide(flat))
        assert effect.low < 0 < effect.high
        assert meaning == "cannot tell"

    def test_accuracy_mended_by_the_second_inspection_shows_there(self, run, flat, first):
        accuracy = inspections.accuracy(READ("inspections"))
        second = audits.inspected(accuracy, "reinspection").set_index("force")
        was = first.set_index("force")["accuracy"].reindex(second.index)
        reported = {f: audits.quarter_from(day) for f, day in second["report_date"].items()}
        gain = second["accuracy"] / was
        mended = planted(flat, lambda force, at: gain[force] if at >= reported.get(force, 99) - 4 else 1.0)
        ids = ("dose-windows", "steps-estimates", "again-effect")
        both = (run("30_recording", ids, {"recorded_crime": table}) for table in (mended, wide(flat)))
        found, plain = (names["children"] for names in both)
        effect = found.attrs["overall"]
        assert effect.value == pytest.approx(np.log(gain).mean(), abs=0.05) and effect.low > 0
        assert plain.attrs["overall"].low < 0 < plain.attrs["overall"].high
        assert found.attrs["treated_units"] == 7 and found["n"].min() == 4


class TestConfidence:
    """Late reports that grow as all child-only offences do, and twice as much."""

    def delay(self, run, crime, more):
        disclosure, printed = READ("disclosure_series"), READ("foi_printed")
        late = late_reports(disclosure, printed, "2013/14", "2016/17").set_index("area")
        official = floor(crime).pivot(index="force", columns="financial_year", values="child_only")
        grown = (official["2016/17"] / official["2013/14"])[late.index] * np.maximum(late["before"], 50)
        noise = np.random.default_rng(3)
        made = []
        for force in late.index:
            counts = noise.poisson(max(late["before"][force], 50)), noise.poisson(more * grown[force])
            made += [(force, "2013/14", str(counts[0])), (force, "2016/17", str(counts[1]))]
        series = frame("area period value_text", *made, series=OVER_ONE_YEAR)
        rest = disclosure[disclosure["series"] != OVER_ONE_YEAR]
        joined = pd.concat([rest, series], ignore_index=True)
        tables = {"disclosure_series": joined, "foi_printed": printed[printed["measure"] != "non_recent"]}
        found = run("31_confidence", ("delay-pairs",), tables)
        return found["delay"].estimate, judged(found)

    def test_late_reports_that_doubled_against_the_rest_are_found(self, run, crime):
        estimate, judged = self.delay(run, crime, 2.0)
        assert estimate.value == pytest.approx(2, rel=0.15) and estimate.low > 1.5
        assert judged["confidence.delay"] == "as predicted"
        assert judged["recording.delay"] == judged["online.delay"] == "contradicted"

    def test_late_reports_that_grew_as_the_rest_are_not(self, run, crime):
        estimate, judged = self.delay(run, crime, 1.0)
        assert estimate.low < 1 < estimate.high
        assert judged["confidence.delay"] == "cannot tell"
        assert judged["online.delay"] == "cannot tell"

    @pytest.mark.parametrize(("ratio", "found"), [(1.6, True), (1.0, False)])
    def test_a_step_in_boys_offences_alone_is_found_and_none_is_not(self, run, crime, ratio, found):
        """Boys' offences a quarter of girls' of the same kind, and from January 2017 `ratio` times as many."""
        rows = long(crime).astype({"offences": "float64"})
        kind = {"20B": "17B", "19D": "19G", "19E": "19H"}
        girls = rows[rows["offence_code"].isin(kind)].dropna(subset="offences")
        boys = girls.assign(offence_code=girls["offence_code"].map(kind))
        mean = 0.25 * boys["offences"].clip(lower=0) * np.where(boys["at"] >= 19, ratio, 1)
        boys["offences"] = np.random.default_rng(6).poisson(mean)
        table = wide(pd.concat([rows[~rows["offence_code"].isin(kind.values())], boys]))
        steps = run("31_confidence", ("dates-series",), {"recorded_crime": table})["steps"]
        step = steps["step_november_2016"].attrs["step"]
        assert ratio in step
        assert (step.low > 1) == found


class TestOnline:
    def judged(self, run, even, growth, codes):
        """What came of each prediction where these codes grew by so much more than the others in 2015/16."""
        table = planted(even, lambda force, at: growth if 12 <= at < 16 else 1.0, codes)
        return judged(run("32_online", ("offence-tests",), {"recorded_crime": table}))

    def test_grooming_doubled_is_found_under_online(self, run, even):
        judged = self.judged(run, even, 2.0, ["88A"])
        assert judged["online.offence_grooming"] == "as predicted"
        assert judged["recording.age"] != "contradicted"

    def test_all_codes_that_need_no_meeting_grown_by_half_more_are_found_by_the_primary_test(self, run, even):
        assert self.judged(run, even, 1.5, ["21", "22B", "71", "88A"])["online.offence"] == "as predicted"

    def test_even_growth_shows_nothing(self, run, even):
        judged = self.judged(run, even, 1.0, [])
        assert judged["online.offence"] == judged["online.offence_grooming"] == "cannot tell"
