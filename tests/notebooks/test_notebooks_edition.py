"""Every finding of a published edition is what a default run finds today, or the change is listed with its reason.

``changed_findings.toml`` beside this file lists what has changed on purpose since an edition: ``"id" = "reason"``.
Words, units and labels may change freely; a value, a bound, and a finding that is gone may not.
"""

import json
import math
import tomllib
from pathlib import Path

import pytest

PUBLISHED = Path(__file__).parents[2] / "reports" / "published"
CLOSE = 1e-9


def differences(before: dict, now: dict) -> dict[str, str]:
    """Id → what differs, for each finding of `before` that `now` does not hold or holds with other numbers."""
    found = {}
    for id, old in before.items():
        if id not in now:
            found[id] = "is gone"
            continue
        for part in ("value", "low", "high"):
            was, is_now = old.get(part), now[id].get(part)
            numbers = all(isinstance(end, (int, float)) for end in (was, is_now))
            alike = math.isclose(was, is_now, rel_tol=CLOSE, abs_tol=CLOSE) if numbers else was == is_now
            if not alike:
                found[id] = f"{part} was {was} and is {is_now}"
                break
    return found


REASONS = tomllib.loads(Path(__file__).with_name("changed_findings.toml").read_text("utf-8"))
LAST = max(path.parent.name for path in PUBLISHED.glob("20*/findings.json"))


@pytest.mark.parametrize("edition", sorted({*REASONS, LAST}))
def test_default_findings_are_those_of_an_edition(whole_run, edition):
    before, now = (
        json.loads((at / "findings.json").read_text("utf-8")) for at in (PUBLISHED / edition, whole_run)
    )
    reasons = REASONS.get(edition, {})
    found = differences(before, now)
    unexplained = {id: what for id, what in found.items() if id not in reasons}
    assert not unexplained, f"{len(unexplained)} findings differ from {edition} and no reason is listed"
    assert set(reasons) <= set(found), "a listed change did not happen; take it off the list"
    assert all(reasons.values()), "each listed change needs its reason"
