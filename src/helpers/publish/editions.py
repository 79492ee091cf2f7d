"""Editions: what a release says, kept so that no number changes in silence.

An edition in ``reports/published/<date>``, the date that its report prints, holds the findings as they are printed and compared, the verdicts on the claims, and ``CHANGES.md``: what differs
from the edition before, why, and the digest of the report that was published. The report itself, its figures and its
pages are not copied: the same commit makes them again, byte for byte. A later run is compared finding by finding. A
difference is either a mistake or a new edition with a written reason.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from helpers.publish.faults import PublishError
from helpers.tables import package
from helpers.tables.files import content_hash, display_path, output_dir, project_root, write_atomic

NAME = re.compile(r"\d{4}-\d{2}-\d{2}(\.\d+)?")
KEPT = ("findings.json", "claims.json")
COMPARED = ("text", "value", "low", "high", "level")  # of a finding: its words and labels may change freely


@dataclass(frozen=True)
class Change:
    """One finding or verdict that is not what it was; None where it was not or is no more."""

    id: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.after is None:
            return f"{self.id}: no longer recorded; was {self.before}"
        return f"{self.id}: {self.before or 'new'} → {self.after}"


def freeze(out: Path | None = None, *, reason: str = "", echo: Callable[[str], None] = print) -> Path:
    """Keep the findings and verdicts of what is published in `out` as a dated edition, and name what changed.

    The date is ``date-released`` in ``CITATION.cff``, which the report prints.

    Parameters
    ----------
    out : the output folder (default: the project's), published by `helpers.publish.build`
    reason : why findings differ from the last edition; needed where any does
    echo : called with each line that a person should read

    Returns
    -------
    Path
        The edition's folder.

    Raises
    ------
    PublishError
        Nothing is published in `out`, nothing differs from the last edition, or findings differ and no reason is given.
    """
    out = Path(out) if out is not None else output_dir()
    for name in (*KEPT, "report.pdf", "manifest.json"):
        if not (out / name).is_file():
            raise PublishError(f"{name} is not in {display_path(out)}; run rise report first")
    last = latest()
    changes = compare(out, last) if last else []
    report = f"`report.pdf` has the SHA-256 digest `{content_hash(out / 'report.pdf')}`."
    if last and not changes and report in (last / "CHANGES.md").read_text(encoding="utf-8"):
        raise PublishError(f"nothing has changed since the edition of {last.name}")
    if changes and not reason.strip():
        shown = "\n".join(f"  {change}" for change in changes[:10])
        more = f"\n  and {len(changes) - 10} more" if len(changes) > 10 else ""
        differ = f"{len(changes)} findings differ from the edition of {last.name}"
        raise PublishError(f"{differ}; say why with --reason:\n{shown}{more}")
    folder = _free_folder(_date_released())
    write_atomic(folder / "findings.json", compared(json.loads((out / "findings.json").read_bytes())))
    write_atomic(folder / "claims.json", (out / "claims.json").read_bytes())
    why = reason.strip() or "no finding changed."
    said = f"Since the edition of {last.name}: {why}" if last else "The first edition."
    parts = [f"# Edition of {folder.name}", said, report, *_listed(changes)]
    write_atomic(folder / "CHANGES.md", "\n\n".join(parts) + "\n")
    changed = [str(change) for change in changes if change.before is not None]
    counts = f"{len(changed)} changed and {len(changes) - len(changed)} new"
    echo("\n".join([f"edition {folder.name}: {counts} since {last.name if last else 'the start'}", *changed]))
    return folder


def compared(findings: Mapping[str, Mapping]) -> str:
    """Of each finding what a later run is compared with, a line each: a third of what the output folder holds."""
    kept = {id: {part: found.get(part) for part in COMPARED} for id, found in findings.items()}
    lines = (f"{json.dumps(id)}: {json.dumps(found, ensure_ascii=False)}" for id, found in kept.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _listed(changes: list[Change]) -> list[str]:
    """The changes as Markdown: verdicts and numbers one by one, what is new by the first two words of its id."""
    changed = [change for change in changes if change.before is not None]
    new = Counter(".".join(change.id.split(".")[:2]) for change in changes if change.before is None)
    lists = {
        "## What was recorded before and is different now": map(str, changed),
        "## What is new": [f"{name}: {number}" for name, number in new.items()],
    }
    lines = {heading: "\n".join(f"- {_literal(line)}" for line in found) for heading, found in lists.items()}
    return [part for heading, found in lines.items() if found for part in (heading, found)]


def editions() -> list[Path]:
    """Every edition's folder, oldest first."""
    folder = project_root() / "reports" / "published"
    found = [path for path in folder.glob("*") if path.is_dir() and NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.name[:10], int(path.name[11:] or 1)))


def latest() -> Path | None:
    """The newest edition, or None before the first."""
    return editions()[-1] if editions() else None


def compare(out: Path, edition: Path) -> list[Change]:
    """What in `out` is not as an edition has it: findings by their printed form, claims by their verdict."""
    old, new = printed(edition), printed(out)
    return [Change(id, old.get(id), new.get(id)) for id in sorted({*old, *new}) if old.get(id) != new.get(id)]


def printed(folder: Path) -> Mapping[str, str]:
    """Every finding as it is printed and every claim's verdict, by id."""
    findings, claims = (json.loads((folder / name).read_text(encoding="utf-8")) for name in KEPT)
    verdicts = {f"claim {id}": claim["verdict"] for id, claim in claims.items()}
    return {id: found["text"] for id, found in findings.items()} | verdicts


def _literal(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))


def _date_released() -> str:
    """The date that the report prints, as 2026-04-01."""
    place = project_root() / "CITATION.cff"
    date = str(package.read_yaml(place).get("date-released"))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        form = "such as date-released: 2026-04-01, the date to print"
        raise PublishError(f"{display_path(place)} has no line {form}")
    return date


def _free_folder(date: str) -> Path:
    """The folder of an edition of that date; a second one on a day gets a number."""
    base = project_root() / "reports" / "published"
    names = (date if number == 1 else f"{date}.{number}" for number in count(1))
    return next(base / name for name in names if not (base / name).exists())
