"""A fact has one home: one file is changed in a copy of the project, and every room that uses the fact follows.

The changes are made in one copy, each in a file of its own, and looked at from one process that has read nothing before.
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest

from helpers.runner.freshness import Freshness
from helpers.runner.steps import load_project
from tests.conftest import ROOT, copy_project
from tests.frames import cases

CASES = cases(__file__)


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """What the rooms say in a copy of the project in which each fact is changed."""
    root = copy_project(tmp_path_factory.mktemp("project"), "pyproject.toml")

    register = (root / "data/predictions.toml").read_text(encoding="utf-8")
    entry = register[register.index("[[entry]]") :].split("\n\n")[0].replace('"confidence', '"schooling')
    entry = entry.replace('"primary"', '"exploratory"')
    for name, old, new in [*CASES["changed_fact"], ["predictions.toml", "", f"\n{entry}\n"]]:
        path = root / "data" / name
        text = path.read_text(encoding="utf-8")
        assert not old or text.count(old) == 1
        path.write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    fresh = multiprocessing.get_context("spawn")
    with pytest.MonkeyPatch.context() as patch, ProcessPoolExecutor(1, fresh) as pool:
        patch.setenv("RISE_ROOT", str(root))
        return pool.submit(look).result()


def look() -> dict:
    """What each room makes of the changed facts."""
    import numpy as np
    import pandas as pd

    from helpers.charts import style, weighing
    from helpers.foi.totals import parts_of
    from helpers.ledger import results
    from helpers.official import comparisons, recorded_crime, series_notes, simulated_worlds, strata
    from helpers.official.comparisons import family_growth
    from helpers.official.families import FAMILIES, PARTS_OF_CHILD_ONLY
    from helpers.publish import pages
    from helpers.tables import read_table, vocabularies
    from helpers.tables.forces import force, resolve_force
    from helpers.tables.offences import CHILD_ONLY

    crime, notes, predictions = map(read_table, ("recorded_crime", "series_notes", "predictions"))
    year = crime[(crime["force"] == "Cleveland") & (crime["financial_year"] == "2014/15")]
    floor = recorded_crime.floor(crime)
    kent = crime[(crime["force"] == "Kent") & (crime["offence_code"] == "70")]
    later, family = recorded_crime.floor(kent), recorded_crime.family_quarters(kent)
    family = family[family["family"] == "child_activity"]
    flagged = floor.assign(flag=series_notes.known_faults(floor, notes))
    names = tuple(strata.CODES)
    values, spread = np.array([0.05, 0.2, 0.2, 0.3, 0.4]), np.eye(5) * 0.001
    counted = strata.Strata(names, values, spread, np.array([0, 9, 3, 8, 1.0]), pd.DataFrame())
    weighed = strata.weigh(counted, "England and Wales")
    verdicts = {"verdict": "cannot tell", "same_test": "", "low": 0.9, "high": 1.1}
    verdicts |= dict.fromkeys(("value", "p_value", "p_holm"), 1.0)
    judged = predictions.rename(columns={"id": "prediction"}).assign(**verdicts)
    matrix = weighing.matrix(judged, source="Test")
    ladder = weighing.ladder(weighed, source="Test")
    pair = ["homicide", "theft_from_vehicle"]
    grown = family_growth(crime, pair, first_year="2014/15", last_year="2015/16")
    return {
        "floor": int(recorded_crime.floor(year)["child_only"].sum()),
        "more": int(year.loc[year["offence_code"] == "22A", ["q1", "q2", "q3", "q4"]].sum().sum()),
        "child_only": [
            *(CHILD_ONLY, FAMILIES["child_only"].codes, FAMILIES["child_only_without_88a"].codes),
            *(strata.CODES["no meeting needed"], strata.FORCE_CODES["no meeting needed"], comparisons.NO_MEETING),
        ],
        "contact": comparisons.CONTACT,
        "parts": sorted(code for name in PARTS_OF_CHILD_ONLY for code in FAMILIES[name].codes),
        "later": later[["financial_year", "child_only"]].head(2).values.tolist(),
        "family": family.groupby("financial_year")["offences"].sum().head(2).to_dict(),
        "break": series_notes.breaks_between(notes, "2014/15", "2015/16"),
        "cited": recorded_crime.CITED,
        "predicted": int((predictions["explanation"] == "schooling").sum()),
        "shares": weighed.loc[(weighed["explanation"] == "schooling") & (weighed["step"] == 1), ["low", "high"]].values.tolist(),
        "colour": style.MEANINGS["schooling"],
        "columns": [" ".join(label.get_text().split()) for label in matrix.figure.axes[0].get_xticklabels()],
        "panels": [axes.get_title(loc="left") for axes in ladder.figure.axes],
        "worlds": simulated_worlds.worlds(names)[0].explanations,
        "world": simulated_worlds.worlds(names, size=0.2)[-1].parts["recording"].tolist(),
        "broken": [str(comparisons.grooming_break_reason(*pair)) for pair in (("2016/17", "2017/18"), ("2017/18", "2018/19"))],
        "limits": [results.EXPLORATORY_LEVEL, grown["family"].tolist(), strata.MOST],
        "alias": resolve_force("Tees Police"),
        "named": [resolve_force("Solent Constabulary"), force("Hampshire").title],
        "page": pages.start('<html><div class="start"><p class="answer">So.</p></div></html>'),
        "group": [[*map(list, parts_of("Cumbria and Durham"))], "Cumbria and Durham" in vocabularies.values("areas")],
        "marked": flagged.loc[flagged["flag"] == "kent-2018", ["force", "financial_year"]].values.tolist(),
        "unsound": series_notes.misdated_forces(notes).get("Kent"),
    }  # fmt: skip


def test_a_code_that_becomes_child_only_is_in_the_floor_the_families_the_cells_and_the_comparisons(changed):
    assert changed["more"] > 0
    assert changed["floor"] == 348 + changed["more"]
    assert all("22A" in codes for codes in changed["child_only"]) and "22A" not in changed["contact"]
    assert changed["parts"] == sorted(changed["child_only"][0])


@pytest.mark.parametrize(("idea", "name", "expected"), CASES["what_follows"])
def test_every_room_follows(changed, idea, name, expected):
    assert changed[name] == expected, idea


def test_a_code_that_becomes_child_only_from_a_year_is_in_no_comparison(changed):
    assert all("70" not in codes for codes in changed["child_only"])
    assert "70: It is a child-only code from 2015/16." in changed["break"]


def test_a_release_is_what_steps_depend_on():
    project = load_project(ROOT)
    step = project.steps["20_completeness"]
    assert "recorded_crime" not in step.reads and "completeness" in step.writes
    schemas = {"schema of recorded_crime", "schema of completeness"}  # that which it writes, too
    assert schemas <= Freshness(project, ROOT / "nowhere").tables(step).keys()


def test_a_fourth_explanation_and_a_helpline_are_shown(changed):
    assert "schooling" in changed["panels"] and "schooling" in changed["worlds"]
    assert "0800 000" in changed["page"]
