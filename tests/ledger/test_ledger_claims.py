"""A verdict follows from the findings: change a figure and it changes."""

import pandas as pd
import pytest

from helpers.ledger import VERDICTS, judge_claims
from tests.frames import cases

CASES = cases(__file__)
RATIO = {"finding": "claims.town.ratio", "op": ">", "value": 3}
FLOOR = {"finding": "claims.town.before", "op": ">=", "other": "official.town.floor"}


def found(value, unit="offences", label="A number"):
    from helpers.tables.rounding import text

    return {"value": value, "unit": unit, "label": label, "text": text(value, unit)}


def findings(ratio=3.32, before=247, floor=348):
    return {
        "claims.town.ratio": found(ratio, "ratio", "Town, ratio of the printed figures"),
        "claims.town.before": found(before, label="Town, printed figure for 2014/15"),
        "official.town.floor": found(floor, label="Town, official child-only offences in 2014/15"),
    }


def one(facts, **groups):
    claim = {"claim": "town_trebled", "statement": "It more than trebled.", "source": "paper"}
    rule = {"requires": ["claims.town.ratio"], "holds": [RATIO], "sound": [FLOOR]} | groups
    return judge_claims(pd.DataFrame([claim | rule]), facts)["town_trebled"]


@pytest.mark.parametrize(("verdict", "facts"), CASES["verdict"])
def test_each_verdict_follows_from_the_figures(verdict, facts):
    facts = {name: value or None for name, value in facts.items()}
    assert one(findings(**facts))["verdict"] == verdict
    assert verdict in VERDICTS


def test_a_verdict_says_what_it_rests_on():
    verdict = one(findings())
    assert verdict["findings"] == ["claims.town.ratio", "claims.town.before", "official.town.floor"]
    assert verdict["explanation"] == (
        "Town, ratio of the printed figures: 3.32; held against: above 3.00. "
        "Town, printed figure for 2014/15: 247; held against: at least 348 "
        "(town, official child-only offences in 2014/15)."
    )


@pytest.mark.parametrize(("groups", "verdict", "against"), CASES["condition"])
def test_a_limit_itself_is_within_it_and_only_what_decided_is_said(groups, verdict, against):
    said = one(findings(), **({"sound": None} | groups))
    explanation = f"Town, printed figure for 2014/15: 247; held against: {against}."
    assert (said["verdict"], said["explanation"]) == (verdict, explanation)


def test_a_claim_may_only_ask_that_a_figure_was_published():
    said = one(findings(), requires=["claims.town.before"], holds=None, sound=None)
    assert (said["verdict"], said["explanation"]) == ("holds", "Town, printed figure for 2014/15: 247.")


def test_words_of_the_register_print_findings_by_id():
    words = "Printed as {claims.town.before}, {claims.town.before plain}."
    facts = findings()
    facts["claims.town.before"]["plain"] = "about 250"
    said = one(facts, if_unsound=words, note="See the notebook.")["explanation"]
    assert said == "Printed as 247, about 250. See the notebook."


NOTHING = {"holds": None, "requires": None}, '"town_trebled" has nothing to check'


@pytest.mark.parametrize(("groups", "message"), [*CASES["claim_that_cannot_be_judged"], NOTHING])
def test_a_rule_that_cannot_be_applied_names_its_claim(groups, message):
    with pytest.raises(ValueError, match=message):
        one(findings(), **groups)
