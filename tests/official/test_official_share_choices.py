"""The shares under every choice: what is varied, what is said of it, and that an answer which holds holds."""

from functools import cache

import pytest

from helpers.official import routes, share_choices
from helpers.stats.multiverse import run_specifications
from helpers.stats.synthesis import synthesise
from helpers.tables import read_table
from tests.frames import frame

WINDOW = {"the years asked": ("2014/15", "2015/16")}
CHOSEN = {"window": "the years asked", "scatter": "inside", "biases": 1, "prior": "even"}


@cache
def tables():
    held = {
        name: read_table(name)
        for name in "inspections disclosure_series routes readings contrasts recorded_crime".split()
    }
    empty = frame("series first_year last_year ratio low high reason")
    compared = share_choices.phases.contrasts(
        held["recorded_crime"], held["contrasts"], ["2014/15", "2015/16"]
    )
    held |= {"corroboration_growth": empty, "phases": compared}
    return held | {"inspection": read_table("inspection_2014_national")}


@cache
def choices():
    priors = {"even": dict.fromkeys(routes.EXPLANATIONS, 1.0)}
    return share_choices.choices(tables(), WINDOW, priors, {"inside": 1.0, "between": 2.0})


def test_one_combination_is_the_synthesis_of_its_routes():
    _, estimate = choices()
    found = estimate(**CHOSEN, control="vehicles and robbery", routes_used=("none", "as judged"))
    rise = routes.rise(tables()["recorded_crime"], *WINDOW["the years asked"])
    seen = routes.growths(tables()["routes"], tables(), *WINDOW["the years asked"])
    even = dict.fromkeys(routes.EXPLANATIONS, 1.0)
    made = synthesise(routes.as_routes(tables()["routes"], seen), even, rise.value, draws=share_choices.DRAWS)
    assert [found[name] for name in routes.EXPLANATIONS] == pytest.approx(made.weights @ made.points)
    assert found["largest"] == max(made.largest, key=made.largest.get)


def test_a_route_left_out_has_no_say_and_too_few_routes_have_a_reason():
    _, estimate = choices()
    plain, without = (
        estimate(**CHOSEN, control="burglary", routes_used=(out, "as judged")) for out in ("none", "violence")
    )
    assert without["recording"] != pytest.approx(plain["recording"])
    other = estimate(**CHOSEN, control="vehicles and robbery", routes_used=("violence", "as judged"))
    assert other["recording"] == pytest.approx(without["recording"]), "the control matters by that route only"


def test_where_violence_had_more_to_gain_its_growth_gives_recording_less():
    """Readings are one at a time: nothing is left out beside."""
    options, estimate = choices()
    judged, twice = (
        estimate(**CHOSEN, control="burglary", routes_used=("none", reading))
        for reading in ("as judged", "violence_twice")
    )
    assert twice["recording"] < judged["recording"]
    assert all("none" in used or "as judged" in used for used in options["routes_used"])


def test_changes_and_words_of_a_small_table():
    options = {
        "window": ["a", "b"],
        "control": ["c"],
        "scatter": ["s"],
        "biases": [1, 2],
        "prior": ["p", "q"],
        "left_out": ["none"],
        "reading": ["as judged"],
    }

    def estimate(window, prior, **_):
        odds = 0.95 if window == "a" else 0.7 if prior == "p" else 0.2
        return {"odds_recording": odds, "recording": odds, "largest": "recording" if odds > 0.5 else "other"}

    table = share_choices.frame(run_specifications(options, estimate))
    changed = share_choices.changes(table)
    assert changed[["window", "prior", "biases"]].tolist() == [0.5, 0.5, 0.0]
    said = share_choices.words(table, "recording")
    assert said.values.tolist() == [["a", "very likely", 1], ["b", "about as likely as not", 1]]
    summed = {id: value for id, _, value, _ in share_choices.summary(table, changed, said)}
    assert summed["specifications"] == 8
    assert (summed["largest.recording.b"], summed["recording.least.b"]) == (0.5, 0.2)
    assert summed["words.a"] == "very likely in 1 of 1"
