"""A verdict follows from the findings: change a figure and it changes."""

import pandas as pd
import pytest

from helpers.ledger import VERDICTS, judge_claims
from tests.frames import cases

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


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (findings(floor=200), "holds"),
        (findings(), "holds as printed, base unsound"),
        (findings(ratio=2.9), "misreported"),
        (findings(ratio=None), "cannot be checked"),
        (findings(floor=None), "cannot be checked"),
    ],
)
def test_each_verdict_follows_from_the_figures(facts, verdict):
    assert one(facts)["verdict"] == verdict
    assert verdict in VERDICTS


def test_a_verdict_says_what_it_rests_on():
    verdict = one(findings())
    assert verdict["findings"] == ["claims.town.ratio", "claims.town.before", "official.town.floor"]
    assert verdict["explanation"] == (
        "Town, ratio of the printed figures: 3.32; held against: above 3.00. "
        "Town, printed figure for 2014/15: 247; held against: at least 348 "
        "(town, official child-only offences in 2014/15)."
    )


def before(op, value):
    return {"finding": "claims.town.before", "op": op, "value": value}


PRINTED = "Town, printed figure for 2014/15: 247"


@pytest.mark.parametrize(
    ("groups", "verdict", "explanation"),
    [
        ({"holds": [before(">=", 247)]}, "holds", f"{PRINTED}; held against: at least 247."),
        ({"holds": [before("<=", 247)]}, "holds", f"{PRINTED}; held against: at most 247."),
        (
            {"holds": [before("between", [247, 300])]},
            "holds",
            f"{PRINTED}; held against: between 247 and 300.",
        ),
        (
            {"holds": [before("between", [200, 247])]},
            "holds",
            f"{PRINTED}; held against: between 200 and 247.",
        ),
        # a claim may only ask that a figure was published
        ({"requires": ["claims.town.before"], "holds": None}, "holds", f"{PRINTED}."),
        # only what decided the verdict is said
        ({"holds": [RATIO, before(">", 300)]}, "misreported", f"{PRINTED}; held against: above 300."),
        ({"requires": [before(">", 300)]}, "cannot be checked", f"{PRINTED}; held against: above 300."),
    ],
)
def test_a_limit_itself_is_within_it_and_what_decided_is_said(groups, verdict, explanation):
    said = one(findings(), **({"sound": None} | groups))
    assert (said["verdict"], said["explanation"]) == (verdict, explanation)


def test_words_of_the_register_print_findings_by_id():
    words = "Printed as {claims.town.before}, {claims.town.before plain}."
    facts = findings()
    facts["claims.town.before"]["plain"] = "about 250"
    said = one(facts, if_unsound=words, note="See the notebook.")["explanation"]
    assert said == "Printed as 247, about 250. See the notebook."


NOTHING = {"holds": None, "requires": None}, "'town_trebled' has nothing to check"


@pytest.mark.parametrize(("groups", "message"), [*cases(__file__)["claim_that_cannot_be_judged"], NOTHING])
def test_a_rule_that_cannot_be_applied_names_its_claim(groups, message):
    with pytest.raises(ValueError, match=message):
        one(findings(), **groups)
