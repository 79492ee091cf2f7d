"""What a release says stays as it was; what changes needs a reason."""

import hashlib
import json
import re

import pytest

from helpers import ledger, publish
from helpers.publish import PublishError, editions


@pytest.fixture(autouse=True)
def _of_april(project):
    """The report prints a date of its own, on whatever day the test runs."""
    place = project / "CITATION.cff"
    place.write_text(re.sub("(?<=date-released: ).*", "2026-04-01", place.read_text()))


def change_the_ratio(out):
    ledger.begin("21_rise")
    ledger.record("rise.uk.ratio", 2.5, low=2.1, high=2.9, level=0.95, unit="ratio", label="UK, ratio")
    ledger.record("rise.new", 3, unit="forces", label="Forces")
    publish.build(out, lambda line: None)


def test_an_edition_keeps_findings_and_verdicts_and_copies_nothing_that_the_build_makes(project, out):
    folder = editions.freeze(out)
    assert folder == project / "reports" / "published" / "2026-04-01"
    assert sorted(path.name for path in folder.rglob("*")) == ["CHANGES.md", "claims.json", "findings.json"]
    ratio = json.loads((folder / "findings.json").read_text())["rise.uk.ratio"]
    assert ratio == {"text": "1.23 (1.10 to 1.40)", "value": 1.2345, "low": 1.1, "high": 1.4, "level": 0.95}
    assert editions.compare(out, folder) == []
    digest = hashlib.sha256((out / "report.pdf").read_bytes()).hexdigest()
    said = f"`report.pdf` has the SHA-256 digest `{digest}`."
    assert (folder / "CHANGES.md").read_text() == f"# Edition of 2026-04-01\n\nThe first edition.\n\n{said}\n"


def test_a_changed_finding_needs_a_reason_which_is_kept_and_told_with_the_change(out):
    editions.freeze(out)
    change_the_ratio(out)
    with pytest.raises(PublishError, match="3 findings differ from the edition of 2026-04-01; say why"):
        editions.freeze(out, reason=" ")
    said = []
    folder = editions.freeze(out, reason="A slip in the sum is corrected.", echo=said.append)
    assert folder.name == "2026-04-01.2"
    assert said[0].splitlines() == [
        "edition 2026-04-01.2: 2 changed and 1 new since 2026-04-01",
        "claim more_than_doubled: misreported → holds",
        "rise.uk.ratio: 1.23 (1.10 to 1.40) → 2.50 (2.10 to 2.90)",
    ]
    changes = (folder / "CHANGES.md").read_text()
    assert "Since the edition of 2026-04-01: A slip in the sum is corrected." in changes
    assert changes.endswith(
        "## What was recorded before and is different now\n\n- claim more\\_than\\_doubled: misreported → holds\n"
        "- rise.uk.ratio: 1.23 (1.10 to 1.40) → 2.50 (2.10 to 2.90)\n\n## What is new\n\n- rise.new: 1\n"
    )


def test_nothing_new_makes_no_edition_and_a_report_in_other_words_makes_one(project, out):
    editions.freeze(out)
    with pytest.raises(PublishError, match="nothing has changed since the edition of 2026-04-01"):
        editions.freeze(out)
    with (project / "reports" / "report.typ").open("a", encoding="utf-8") as source:
        source.write("\nOther words.\n")
    publish.build(out, lambda line: None)
    folder = editions.freeze(out)
    assert "no finding changed" in (folder / "CHANGES.md").read_text()


def test_an_edition_needs_the_date_that_its_report_prints(project, out):
    (project / "CITATION.cff").write_text("title: Why?\n")
    with pytest.raises(PublishError, match=r"CITATION.cff has no line such as date-released: 2026-04-01"):
        editions.freeze(out)
    assert not (project / "reports" / "published").exists()


def test_a_finding_that_is_gone_is_named(out):
    folder = editions.freeze(out)
    (out / "findings.json").write_text("{}")
    (change,) = editions.compare(out, folder)
    assert str(change) == "rise.uk.ratio: no longer recorded; was 1.23 (1.10 to 1.40)"


def test_nothing_published_makes_no_edition(project, out):
    (out / "manifest.json").unlink()
    with pytest.raises(PublishError, match="run rise report first"):
        editions.freeze(out)


def test_editions_stand_in_order_of_date_and_number(project):
    for name in ("2026-04-01.10", "2026-04-01.2", "2026-04-01", "2025-12-01", "notes"):
        (project / "reports" / "published" / name).mkdir(parents=True)
    names = [path.name for path in editions.editions()]
    assert names == ["2025-12-01", "2026-04-01", "2026-04-01.2", "2026-04-01.10"]
    assert editions.latest().name == "2026-04-01.10"
