"""A fact has one home: one file is changed in a copy of the project, and every room that uses the fact follows."""

import json
import os
import subprocess
import sys

import pytest


@pytest.fixture
def look(project):
    """What some code prints as JSON in a process of its own, on the copy of the project."""

    def run(code):
        done = subprocess.run(
            [sys.executable, "-c", f"import json\n{code}"],
            env=os.environ | {"RISE_ROOT": str(project)},
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return run


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_code_that_becomes_child_only_is_in_the_floor_the_families_the_cells_and_the_comparisons(
    project, look
):
    change(
        project / "data/vocabularies/offences.csv",
        "without consent,without_consent all_sexual",
        "without consent,child_activity all_sexual",
    )
    found = look("""
from helpers.tables import read_table
from helpers.tables.offences import CHILD_ONLY, offence
from helpers.official import cells, comparisons, recorded_crime
from helpers.official.families import FAMILIES, PARTS_OF_CHILD_ONLY
crime = read_table("recorded_crime")
year = crime[(crime["force"] == "Cleveland") & (crime["financial_year"] == "2014/15")]
floor = recorded_crime.floor(year)
print(json.dumps({
    "floor": int(floor["child_only"].sum()),
    "more": int(year.loc[year["offence_code"] == "22A", ["q1", "q2", "q3", "q4"]].sum().sum()),
    "everywhere": ["22A" in codes for codes in (
        CHILD_ONLY, FAMILIES["child_only"].codes, FAMILIES["child_only_without_88a"].codes,
        cells.CODES["no meeting needed"], cells.FORCE_CODES["no meeting needed"], comparisons.NO_MEETING)],
    "nowhere": "22A" in comparisons.CONTACT,
    "parts": sorted(code for name in PARTS_OF_CHILD_ONLY for code in FAMILIES[name].codes) == sorted(CHILD_ONLY),
    "says": offence("22A").child_only,
}))""")
    assert found["more"] > 0
    assert found["floor"] == 348 + found["more"]
    assert all(found["everywhere"]) and not found["nowhere"]
    assert found["parts"] and found["says"]


def test_a_fourth_explanation_is_predicted_weighed_coloured_and_drawn(project, look):
    path = project / "data/vocabularies/explanations.csv"
    change(path, "other,", "schooling,lessons at school,true,#7A5C00,Children learn to tell.\nother,")
    register = project / "data/predictions.toml"
    first = register.read_text(encoding="utf-8").index("[[entry]]")
    entry = register.read_text(encoding="utf-8")[first:].split("\n\n")[0]
    entry = entry.replace('"confidence.delay"', '"schooling.delay"').replace('"confidence"', '"schooling"')
    entry = entry.replace('"primary"', '"exploratory"')
    register.write_text(register.read_text(encoding="utf-8") + "\n" + entry + "\n", encoding="utf-8")
    found = look("""
import numpy as np, pandas as pd
from helpers.charts import style, weighing
from helpers.official import cells, made_up
from helpers.tables import read_table
names = tuple(cells.CODES)
rung = cells.ladder(names)[0]
counted = cells.Cells(names, np.array([0.05, 0.2, 0.2, 0.3, 0.4]), np.eye(5) * 0.001, np.array([0, 9, 3, 8, 1.0]),
                      pd.DataFrame())
table = cells.weigh(counted, "England and Wales")
predictions = read_table("predictions")
results = predictions.rename(columns={"id": "prediction"}).assign(verdict="cannot tell", same_test="", value=1.0, low=0.9, high=1.1, p_value=1.0, p_holm=1.0)
matrix = weighing.matrix(results, source="Test")
ladder = weighing.ladder(table, source="Test")
print(json.dumps({
    "predicted": int((predictions["explanation"] == "schooling").sum()),
    "shares": table.loc[(table["explanation"] == "schooling") & (table["step"] == 1), ["low", "high"]].values.tolist(),
    "colour": style.MEANINGS["schooling"],
    "columns": [label.get_text() for label in matrix.figure.axes[0].get_xticklabels()],
    "panels": [axes.get_title(loc="left") for axes in ladder.figure.axes],
    "worlds": list(made_up.worlds(names)[0].explanations),
}))""")
    assert found["predicted"] == 1
    assert found["shares"] == [[0.0, 1.0]]
    assert found["colour"] == "#7A5C00"
    assert found["columns"] == ["recording", "confidence", "online", "schooling", "artefact"]
    assert "schooling" in found["panels"]
    assert "schooling" in found["worlds"]


def test_another_threshold_is_what_every_judgement_goes_by(project, look):
    path = project / "data/vocabularies/thresholds.csv"
    change(path, "exploratory_level,0.99,", "exploratory_level,0.9,")
    change(path, "smallest_family,200,", "smallest_family,100000,")
    change(path, "most_of_the_rise,0.5,", "most_of_the_rise,0.6,")
    found = look("""
from helpers.ledger import results
from helpers.official import cells, made_up
from helpers.official.family_growth import family_growth
from helpers.tables import read_table
grown = family_growth(read_table("recorded_crime"), ["homicide", "theft_from_vehicle"], first_year="2014/15",
                      last_year="2015/16")
print(json.dumps([results.EXPLORATORY_LEVEL, grown["family"].tolist(), grown.attrs["left_out"], cells.MOST]))""")
    assert found == [0.9, ["theft_from_vehicle"], {"homicide": "fewer than 100000 offences a year"}, 0.6]


def test_an_alias_a_helpline_and_an_area_are_one_line_each(project, look):
    for name, line in (
        ("force_aliases", "Tees,Cleveland\n"),
        ("helplines", "A new line,anyone in Wales,0800 000,Wales\n"),
        ("areas", "Cumbria and Durham,group,Cumbria;Durham,\n"),
    ):
        path = project / f"data/vocabularies/{name}.csv"
        path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    found = look("""
from helpers.foi.totals import parts_of
from helpers.publish import pages
from helpers.tables import vocabularies
from helpers.tables.forces import resolve_force
page = pages.start('<html><div class="start"><p class="answer">So.</p></div></html>')
print(json.dumps([
    resolve_force("Tees Police"), "0800 000" in page, parts_of("Cumbria and Durham"),
    "Cumbria and Durham" in vocabularies.values("areas")]))""")
    assert found == ["Cleveland", True, [["Cumbria", "Durham"]], True]


def test_an_unreliable_series_is_one_entry_which_marks_the_floor_and_leaves_the_force_out(project, look):
    path = project / "data/series_notes.toml"
    entry = """
[[entry]]
note = "kent-2018"
kind = "unreliable"
force = "Kent"
codes = "all"
from = "2017-10-01"
to = "2018-03-31"
what = "The force moved to another system."
effect = "Two quarters are too low."
source = "home-office-recorded-crime-2026"
"""
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    found = look("""
from helpers.official import audits, recorded_crime, unusual
from helpers.tables import read_table
floor = recorded_crime.floor(read_table("recorded_crime"))
flagged = floor.assign(flag=unusual.known_faults(floor, read_table("series_notes")))
marked = flagged.loc[flagged["flag"] == "kent-2018", ["force", "financial_year"]].values.tolist()
print(json.dumps([marked, audits.unsound(read_table("series_notes")).get("Kent")]))""")
    assert found == [[["Kent", "2017/18"]], "two quarters are too low"]
