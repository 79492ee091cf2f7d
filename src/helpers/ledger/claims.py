"""Claims: what was said, and a verdict computed from the findings it rests on.

Each entry of `data/claims.toml` states a claim in our words and a rule, as data:

    [[entry]]
    claim = "cleveland_trebled"                  # its id
    statement = "Recorded offences in Cleveland more than trebled."
    source = "newspaper-2017-03"                 # id in the source register
    requires = ["claims.cleveland.ratio"]        # findings without which it cannot be checked
    holds = [{ finding = "claims.cleveland.ratio", op = ">", value = 3 }]
    sound = [{ finding = "claims.cleveland.before", op = ">=", other = "official.cleveland.floor" }]

A failed `requires` gives "cannot be checked"; else a failed `holds` gives "misreported"; else a failed `sound`
gives "holds as printed, base unsound"; else the claim "holds". Change a figure, and the verdict changes with it.
"""

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass

from helpers.tables import rounding
from helpers.tables.faults import suggestion

MEANINGS = {  # what each verdict says
    "holds": "The figures agree with the claim, and we found nothing against it.",
    "holds as printed, base unsound": "The printed figures agree with the claim, but one of them cannot be a complete count.",
    "misreported": "The figures that the claim is about show something else.",
    "cannot be checked": "Nobody has published what a check would need, or not for the years of this run.",
}
VERDICTS = HOLDS, UNSOUND, MISREPORTED, UNCHECKED = tuple(MEANINGS)
# The column of a claim's own words for each verdict.
VERDICT_FIELD = dict(zip(VERDICTS, ("if_holds", "if_unsound", "if_misreported", "if_unchecked"), strict=True))
OPERATORS = {
    ">": (operator.gt, "above"),
    ">=": (operator.ge, "at least"),
    "<": (operator.lt, "below"),
    "<=": (operator.le, "at most"),
    "==": (operator.eq, "equal to"),
    "!=": (operator.ne, "other than"),
    "between": (lambda number, ends: ends[0] <= number <= ends[1], "between"),
}
PLACEHOLDER = re.compile(r"\{([a-z0-9_.-]+)( plain)?\}")


@dataclass(frozen=True)
class Condition:
    """One comparison of a finding with a value, or with another finding. Without `op` the finding must have a value."""

    finding: str
    op: str | None = None
    value: object = None
    other: str | None = None

    def ids(self) -> tuple[str, ...]:
        """The findings that it rests on."""
        return (self.finding, self.other) if self.other else (self.finding,)

    def met(self, findings: Mapping[str, Mapping]) -> bool | None:
        """Whether it is met; None when a value it needs was recorded as not available."""
        number = findings[self.finding]["value"]
        against = findings[self.other]["value"] if self.other else self.value
        if number is None or (self.op and against is None):
            return None
        return True if self.op is None else bool(OPERATORS[self.op][0](number, against))

    def words(self, findings: Mapping[str, Mapping]) -> str:
        """The finding, and what it was held against, as a sentence."""
        found = findings[self.finding]
        sentence = f"{found['label']}: {found['text']}"
        if self.op is None:
            return sentence + "."
        if self.other:
            other = findings[self.other]
            against = f"{other['text']} ({other['label'][:1].lower()}{other['label'][1:]})"
        elif self.op == "between":
            against = " and ".join(rounding.text(end, found["unit"]) for end in self.value)
        else:
            against = rounding.text(self.value, found["unit"])
        return f"{sentence}; held against: {OPERATORS[self.op][1]} {against}."


def judge_claims(claims, findings: Mapping[str, Mapping]) -> dict[str, dict]:
    """A verdict on every claim.

    Parameters
    ----------
    claims : DataFrame with a row a claim: claim (id), statement, source, and the groups requires, holds and sound.
        Optional words for each outcome, in which ``{finding.id}`` prints that finding and ``{finding.id plain}`` its
        form for prose: if_holds, if_unsound, if_misreported, if_unchecked; and `note`, added to any explanation.
    findings : id → finding, as `findings.json` holds them

    Returns
    -------
    dict
        id → {claim, verdict, explanation, findings, source}, in the register's order.

    Raises
    ------
    ValueError
        A rule that names a finding nobody recorded, an unknown comparison, or a claim with nothing to check;
        the message names the claim.

    Examples
    --------
    >>> import pandas as pd
    >>> claims = pd.DataFrame([{"claim": "trebled", "statement": "It more than trebled.", "source": "paper",
    ...     "holds": [{"finding": "c.ratio", "op": ">", "value": 3}]}])
    >>> judge_claims(claims, {"c.ratio": {"value": 3.32, "unit": "ratio", "label": "Ratio", "text": "3.32"}})["trebled"]
    {'claim': 'It more than trebled.', 'verdict': 'holds',
     'explanation': 'Ratio: 3.32; held against: above 3.00.', 'findings': ['c.ratio'], 'source': 'paper'}
    """
    return {row["claim"]: _judge_one(row, findings) for row in claims.to_dict("records")}


def _judge_one(row: Mapping, findings: Mapping[str, Mapping]) -> dict:
    claim = row["claim"]
    groups = {name: _conditions(claim, name, row.get(name)) for name in ("requires", "holds", "sound")}
    if not groups["holds"] and not groups["requires"]:
        raise ValueError(f'claims: "{claim}" has nothing to check: give it a rule in `holds` or `requires`')
    conditions = [condition for group in groups.values() for condition in group]
    ids = list(dict.fromkeys(id for condition in conditions for id in condition.ids()))
    if absent := [id for id in ids if id not in findings]:
        raise ValueError(f'claims: "{claim}" rests on {_unrecorded(absent[0], findings)}')
    verdict, decided_by = _verdict(groups, findings)
    said = map(row.get, (VERDICT_FIELD[verdict], "note"))
    own, note = (text if isinstance(text, str) else "" for text in said)
    words = [own] if own else [condition.words(findings) for condition in decided_by]
    return {
        "claim": row["statement"],
        "verdict": verdict,
        "explanation": _fill(claim, " ".join(filter(None, (*words, note))), findings),
        "findings": ids,
        "source": row["source"],
    }


def _verdict(groups: Mapping[str, list[Condition]], findings) -> tuple[str, list[Condition]]:
    """The verdict, and the conditions that decided it."""
    everything = [condition for group in groups.values() for condition in group]
    unavailable = [condition for condition in everything if condition.met(findings) is None]
    lacking = [condition for condition in groups["requires"] if condition.met(findings) is False]
    if unavailable or lacking:
        return UNCHECKED, unavailable + lacking
    if failed := [condition for condition in groups["holds"] if not condition.met(findings)]:
        return MISREPORTED, failed
    if failed := [condition for condition in groups["sound"] if not condition.met(findings)]:
        return UNSOUND, groups["holds"] + failed
    return HOLDS, groups["holds"] or groups["requires"]


def _conditions(claim: str, group: str, entries) -> list[Condition]:
    if not isinstance(entries, list):  # an absent group, as a frame may hold it
        if isinstance(entries, str | Mapping):
            raise ValueError(f'claims: "{claim}": {group} must be a list of conditions')
        return []
    conditions = []
    for entry in entries:
        fields = {"finding": entry} if isinstance(entry, str) else dict(entry)
        others = set(fields) - {"finding"}
        if "finding" not in fields or others and others not in ({"op", "value"}, {"op", "other"}):
            takes = "takes finding, or finding, op and value or other"
            raise ValueError(f'claims: "{claim}": a condition of {group} {takes}, not {entry}')
        if fields.get("op", "==") not in OPERATORS:
            raise ValueError(f'claims: "{claim}": op "{fields["op"]}" is not one of {", ".join(OPERATORS)}')
        conditions.append(Condition(**fields))
    return conditions


def _unrecorded(id: str, findings: Mapping[str, Mapping]) -> str:
    return f'finding "{id}", which this notebook has not recorded{suggestion(id, findings)}'


def _fill(claim: str, words: str, findings: Mapping[str, Mapping]) -> str:
    """`words` with every ``{finding.id}`` printed."""

    def printed(match: re.Match) -> str:
        if match[1] not in findings:
            raise ValueError(f'claims: "{claim}" prints {_unrecorded(match[1], findings)}')
        found = findings[match[1]]
        return found.get("plain", found["text"]) if match[2] else found["text"]

    return PLACEHOLDER.sub(printed, words)
