"""The shares under every choice: what is varied, what is said of it, and that an answer which holds holds."""

from functools import cache

from helpers.official import routes, share_choices
from helpers.stats.multiverse import run_specifications
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
