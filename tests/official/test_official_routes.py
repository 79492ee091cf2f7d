"""Routes to a share: the arithmetic of each alone, what is not available, and the odds that are said of them together."""

from math import log

import numpy as np
import pandas as pd
import pytest

from helpers.official import routes
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from helpers.tables import read_table
from helpers.tables.faults import TableError
from tests.frames import frame, table

RISE = Estimate(0.4, 0.36, 0.44)


def register(**changed):
    return table(__file__, "one_route.csv").assign(**changed)


def weighed(entry, **options):
    """The routes that are weighed, where a growth was seen of the one in the register."""
    return routes.SynthesisInputs(entry, {"place": Estimate(0.4, 0.3, 0.5)}, RISE, **options).routes


def share(entry, growth):
    return routes.alone(routes.SynthesisInputs(entry, {"place": growth}, RISE)).iloc[0]


def test_a_register_without_a_column_for_an_explanation_says_what_to_add_where():
    asked = r'data/schemas/priors.yaml: has no field "online", .* \(add it here, .* each entry of data/priors.toml\)'
    with pytest.raises(TableError, match=asked):
        routes.priors(read_table("priors").drop(columns="online"))
    with pytest.raises(TableError, match=r'data/schemas/routes.yaml: has no field "other"'):
        routes.SynthesisInputs.between(register().drop(columns="other"), {}, "2014/15", "2015/16")


def test_a_growth_gives_its_part_of_the_rise_over_the_loading():
    found = share(register(), Estimate(0.4, 0.4, 0.4))
    assert found["share"] == pytest.approx(0.5)
    assert found["high"] - found["share"] == pytest.approx(0.5 * 0.04 / 0.4)


def test_the_rest_gives_what_the_growth_leaves():
    """All of the others shows there, and of this one what its loading says."""
    for loading, gives in ((0.0, 0.75), (0.25, 1.0)):
        found = share(register(form="rest", recording=loading), Estimate(0.1, 0.1, 0.1))
        assert found["share"] == pytest.approx(gives)


def test_the_level_of_intervals_is_no_part_of_the_error_of_a_growth():
    """What a route saw is as sure at 80% as at 95%; read at another level its error would be a third too small."""
    entry = register(table="phases", row="a", over=None, column="ratio")
    names = "inspection_2014_national", "inspections", "disclosure_series"
    tables = {name.removesuffix("_2014_national"): read_table(name) for name in names}
    errors, span = [], ("a", "2014/15", "2015/16")
    for level in (0.8, 0.95):
        ends = Estimate.around(0.3, 0.05, level).exp().row("ratio")
        tables["phases"] = frame("contrast first_year last_year", span, **ends, reason=None)
        errors.append(routes.growths(entry, tables, "2014/15", "2015/16", level=level)["place"].se())
    assert errors == pytest.approx([0.05, 0.05])


def test_what_is_not_available_has_a_reason_and_no_share():
    found = share(register(), NotAvailable("the audits end in 2020"))
    assert np.isnan(found["share"]) and found["reason"] == "not available: the audits end in 2020"


def test_a_route_that_two_explanations_move_gives_no_share_alone_but_is_weighed():
    entry = register(form=None, confidence=1.0)
    assert "together with other routes only" in share(entry, Estimate(0.4, 0.4, 0.4))["reason"]
    assert [route.name for route in weighed(entry)] == ["place"]


def test_words_are_at_most_one_step_surer_than_with_assumptions_out_twice_as_far():
    rows = frame(
        "prior bias largest", ("even", 1, 0.98), ("sceptical", 1, 0.95), ("even", 2, 0.8), ("sceptical", 2, 0.6),
        years="two years", explanation="recording", first_year="2013/14", last_year="2015/16", share=0.5, low=0.4, high=0.6,
        reason=None,
    )  # fmt: skip
    assert routes.odds(rows).iloc[0]["words"] == "likely"


def test_stated_odds_hold_on_worlds_with_the_loadings_of_the_register():
    entries = read_table("routes")
    seen = {name: Estimate(0.1, 0.05, 0.15) for name in entries["route"]}
    priors = routes.priors(read_table("priors"))
    case = routes.SynthesisInputs(entries, seen, Estimate(log(1.7), log(1.6), log(1.8)))
    tried = routes.trial(case, priors, worlds=100)
    covered = tried.drop_duplicates("world").set_index("world")["covered"]
    in_use = tried[tried["world"].str.contains("as stated|the same")]
    assert in_use["world"].nunique() == len(priors)
    sure = in_use[in_use["cases"] >= 60]
    assert (sure["right"] - sure["said"]).abs().max() < 0.2
    assert in_use["covered"].min() > 0.9 > covered["assumptions out twice as far"]
    # most shares are next to nothing then, and no interval holds that
    sceptic, broken = covered["shares as a sceptic expects"], covered["all out in favour of recording"]
    assert covered["assumptions hold as far as stated"] > 0.9 > sceptic > broken


def test_without_three_routes_nothing_is_tried_and_every_world_says_why():
    """No route reaches some years far apart, and an empty trial would have no error and no interval."""
    entries = read_table("routes")
    seen = dict.fromkeys(entries["route"], NotAvailable("no count of these years"))
    case = routes.SynthesisInputs(entries, seen, Estimate(0.5, 0.4, 0.6))
    tried = routes.trial(case, routes.priors(read_table("priors")))
    reason = "three routes are needed, and 0 reach these years"
    assert {*tried["reason"]} == {case.weigh({}).reason} == {reason}
    assert tried["right"].isna().all() and tried["world"].is_unique


def test_another_reading_can_only_weaken_what_is_said_of_one_explanation():
    """Words take the least and the most of both readings; years and explanations that it does not touch keep theirs."""
    ours = table(__file__, "said_with_words.csv")
    weaker, surer = (ours.head(2).assign(least=least) for least in (0.5, 0.95))
    said = [routes.cautious_words(ours, other, "recording")["words"].tolist() for other in (weaker, surer)]
    assert said[0] == ["at least about as likely as not", "very unlikely", "very likely"]
    assert said[1] == ours["words"].tolist()


def spoken(largest):
    """The verdicts on three explanations from how probable each prior holds each to be the largest."""
    rows = [
        {"years": "one", "explanation": name, "first_year": "2014/15", "last_year": "2015/16", "prior": prior, "bias": bias,
         "largest": value, "share": 0.3, "low": 0.1, "high": 0.5, "reason": None}
        for name, values in largest.items() for prior, value in zip(("even", "sceptical", "believing"), values, strict=True)
        for bias in (1, 2)
    ]  # fmt: skip
    return routes.verdicts(routes.odds(pd.DataFrame(rows))).set_index("explanation")


def test_a_verdict_takes_the_least_that_any_prior_allows():
    odds = {"recording": (0.9, 0.7, 0.95), "online": (0.05, 0.04, 0.2), "confidence": (0.05, 0.26, 0.02)}
    said = spoken(odds)
    sentence = "It is likely that better recording had the largest part of the rise."
    assert said.loc["recording", "sentence"] == sentence
    assert said["best"].tolist() == [True, False, False]


def test_where_the_priors_decide_the_verdict_says_so_and_nothing_fits_best():
    """A route that may be out by far more than the rise says nothing, so every prior is given back."""
    entries = pd.concat([register(route=name, bias_sd=50.0) for name in ("a", "b", "c")])
    empty = routes.SynthesisInputs(entries, dict.fromkeys(entries["route"], Estimate(0.2, 0.1, 0.3)), RISE)
    made = {name: empty.weigh(prior).largest for name, prior in routes.priors(read_table("priors")).items()}
    said = spoken({name: [made[prior][name] for prior in ("even", "sceptical", f"believes in {name}")]
                   for name in ("recording", "confidence", "online")})  # fmt: skip
    assert not said["best"].any()
    assert said["sentence"].str.contains("depends on what was expected before").all()
