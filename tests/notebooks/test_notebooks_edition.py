"""Every finding of a published edition is what a default run finds today, or the change is listed with its reason.

``changed_findings.toml`` beside this file lists what has changed on purpose since an edition, with the reason.
Words, units and labels may change freely; a value, a bound, and a finding that is gone may not.
"""

import json
import math
from fnmatch import filter as fitting
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from helpers.publish.editions import editions
from tests.frames import cases

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


CHANGES = cases(__file__, "changed_findings.toml")["change"]
EDITIONS = [path.name for path in editions()]


@pytest.mark.parametrize("edition", sorted({EDITIONS[-1], *(change["last"] for change in CHANGES)}))
def test_default_findings_are_those_of_an_edition(whole_run, edition):
    paths = PUBLISHED / edition / "findings.json", whole_run / "findings.json"
    before, now = (json.loads(path.read_text("utf-8")) for path in paths)
    found = differences(before, now)
    changes = [change for change in CHANGES if EDITIONS.index(change["last"]) >= EDITIONS.index(edition)]
    known = [pattern for change in changes for pattern in change["findings"]]
    unexplained = {id: what for id, what in found.items() if not any(fnmatchcase(id, one) for one in known)}
    assert not unexplained, f"findings differ from {edition}; say why in changed_findings.toml"
    listed = [pattern for change in changes if change["last"] == edition for pattern in change["findings"]]
    idle = [pattern for pattern in listed if not fitting(found, pattern)]
    assert not idle, "a listed change did not happen; take it off the list"
    assert all(change["why"] for change in changes), "each listed change needs its reason"
