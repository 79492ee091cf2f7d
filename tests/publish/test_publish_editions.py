"""What was published stays as it was; what changes needs a reason."""

import datetime
import json

import pytest

from helpers import ledger, publish
from helpers.publish import PublishError, editions

DAY = datetime.date(2026, 4, 1)


@pytest.fixture
def published(project, out):
    publish.build(out, lambda line: None)
    return out


def change_the_ratio(out):
    ledger.begin("21_rise")
    ledger.record("rise.uk.ratio", 2.5, low=2.1, high=2.9, level=0.95, unit="ratio", label="UK, ratio")
    publish.build(out, lambda line: None)


def test_an_edition_keeps_report_findings_verdicts_and_numbers(project, published):
    folder = editions.freeze(published, date=DAY)
    assert folder == project / "reports" / "published" / "2026-04-01"
    kept = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert kept == [
        "CHANGES.md",
        "claims.json",
        "figures/a-line.csv",
        "findings.json",
        "report.html",
        "report.pdf",
    ]
    assert (folder / "report.pdf").read_bytes() == (published / "report.pdf").read_bytes()
    assert (folder / "CHANGES.md").read_text() == "# Edition of 2026-04-01\n\nThe first edition.\n"


def test_a_changed_finding_needs_a_reason_which_is_kept_with_the_change(published):
    editions.freeze(published, date=DAY)
    change_the_ratio(published)
    with pytest.raises(PublishError, match="2 findings differ from the edition of 2026-04-01; say why"):
        editions.freeze(published, date=DAY)
    folder = editions.freeze(published, date=DAY, reason="A slip in the sum was mended.")
    assert folder.name == "2026-04-01.2"
    assert (folder / "CHANGES.md").read_text().splitlines()[2:] == [
        "Since the edition of 2026-04-01:",
        "",
        "A slip in the sum was mended.",
        "",
        "- claim more\\_than\\_doubled: misreported → holds",
        "- rise.uk.ratio: 1.23 (1.10 to 1.40) → 2.50 (2.10 to 2.90)",
    ]


def test_nothing_new_makes_no_edition(published):
    editions.freeze(published, date=DAY)
    with pytest.raises(PublishError, match="nothing has changed since the edition of 2026-04-01"):
        editions.freeze(published, date=DAY)


def test_nothing_published_makes_no_edition(project, out):
    with pytest.raises(PublishError, match="run rise report first"):
        editions.freeze(out, date=DAY)


def test_what_is_new_and_what_is_gone_is_named(published):
    folder = editions.freeze(published, date=DAY)
    findings = json.loads((folder / "findings.json").read_text())
    other = {"rise.new": findings["rise.uk.ratio"]}
    claims = json.loads((folder / "claims.json").read_text())
    assert [str(change) for change in editions.compare(other, claims, folder)] == [
        "rise.new: new, 1.23 (1.10 to 1.40)",
        "rise.uk.ratio: no longer recorded; was 1.23 (1.10 to 1.40)",
    ]


def test_editions_stand_in_order_of_date_and_number(project):
    for name in ("2026-04-01.10", "2026-04-01.2", "2026-04-01", "2025-12-01", "notes"):
        (project / "reports" / "published" / name).mkdir(parents=True)
    assert [path.name for path in editions.editions()] == [
        "2025-12-01",
        "2026-04-01",
        "2026-04-01.2",
        "2026-04-01.10",
    ]
    assert editions.latest().name == "2026-04-01.10"
