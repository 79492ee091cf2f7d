"""Editions: what was published on a day, kept as it was, so that nothing changes in silence.

An edition in ``reports/published/<date>`` holds the report, the findings, the verdicts and the numbers of every
figure. A later run is compared with the newest edition finding by finding. A difference is either a mistake or a
new edition with a written reason, which stands in its ``CHANGES.md`` beside the list of what changed.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers import ledger
from helpers.publish.faults import PublishError
from helpers.tables import store

NAME = re.compile(r"\d{4}-\d{2}-\d{2}(\.\d+)?")
WHOLE = ("report.pdf", "report.html")


@dataclass(frozen=True)
class Change:
    """One finding or verdict that is not what it was; None where it was not or is no more."""

    id: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.id}: new, {self.after}"
        if self.after is None:
            return f"{self.id}: no longer recorded; was {self.before}"
        return f"{self.id}: {self.before} → {self.after}"


def freeze(
    out: Path | None = None,
    *,
    reason: str = "",
    date: datetime.date | None = None,
    echo: Callable[[str], None] = print,
) -> Path:
    """Keep what is published in `out` as a dated edition.

    Parameters
    ----------
    out : the output folder (default: the project's), published by `helpers.publish.build`
    reason : why findings differ from the last edition; needed where any does
    date : of the edition (default: today)
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
    out = Path(out) if out is not None else store.output_dir()
    missing = [
        name for name in (*WHOLE, "downloads/findings.json", "manifest.json") if not (out / name).is_file()
    ]
    if missing:
        raise PublishError(f"{missing[0]} is not in {out}; run rise report first")
    findings, claims = (read(out / "downloads" / f"{name}.json") for name in ("findings", "claims"))
    last = latest()
    changes = compare(findings, claims, last) if last else []
    if last and not changes and _same_files(out, last):
        raise PublishError(f"nothing has changed since the edition of {last.name}")
    if changes and not reason.strip():
        shown = "\n".join(f"  {change}" for change in changes[:10])
        more = f"\n  and {len(changes) - 10} more" if len(changes) > 10 else ""
        raise PublishError(
            f"{len(changes)} findings differ from the edition of {last.name}; say why with --reason:\n{shown}{more}"
        )
    folder = _free_folder((date or datetime.date.today()).isoformat())
    for name in WHOLE:
        store.write_atomic(folder / name, (out / name).read_bytes())
    store.write_atomic(folder / "findings.json", ledger.to_json(findings))
    store.write_atomic(folder / "claims.json", ledger.to_json(claims))
    for path in sorted((out / "downloads" / "figures").glob("*.csv")):
        store.write_atomic(folder / "figures" / path.name, path.read_bytes())
    store.write_atomic(folder / "CHANGES.md", changes_text(folder.name, last, changes, reason))
    echo(
        f"edition {folder.name}: {len(findings):,} findings, {len(changes)} changed since {last.name if last else 'the start'}"
    )
    return folder


def editions() -> list[Path]:
    """Every edition's folder, oldest first."""
    folder = store.project_root() / "reports" / "published"
    found = [path for path in folder.glob("*") if path.is_dir() and NAME.fullmatch(path.name)]
    return sorted(found, key=lambda path: (path.name[:10], int(path.name[11:] or 1)))


def latest() -> Path | None:
    """The newest edition, or None before the first."""
    return editions()[-1] if editions() else None


def compare(findings: Mapping[str, Mapping], claims: Mapping[str, Mapping], edition: Path) -> list[Change]:
    """What is not as an edition has it: findings by their printed form, claims by their verdict, in order of id."""
    old = {id: found["text"] for id, found in read(edition / "findings.json").items()}
    new = {id: found["text"] for id, found in findings.items()}
    old |= {f"claim {id}": claim["verdict"] for id, claim in read(edition / "claims.json").items()}
    new |= {f"claim {id}": claim["verdict"] for id, claim in claims.items()}
    return [Change(id, old.get(id), new.get(id)) for id in sorted({*old, *new}) if old.get(id) != new.get(id)]


def changes_text(name: str, last: Path | None, changes: list[Change], reason: str) -> str:
    """The edition's ``CHANGES.md``."""
    if last is None:
        return f"# Edition of {name}\n\nThe first edition.\n"
    lines = [
        f"# Edition of {name}",
        "",
        f"Since the edition of {last.name}:",
        "",
        reason.strip() or "No finding changed.",
        "",
    ]
    lines += [f"- {_plain(str(change))}" for change in changes]
    return "\n".join(lines).rstrip() + "\n"


def read(path: Path) -> dict:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))


def _same_files(out: Path, edition: Path) -> bool:
    return all((edition / name).read_bytes() == (out / name).read_bytes() for name in WHOLE)


def _free_folder(date: str) -> Path:
    """The folder of an edition of that date; a second one on a day gets a number."""
    base = store.project_root() / "reports" / "published"
    number = 1
    while (folder := base / (date if number == 1 else f"{date}.{number}")).exists():
        number += 1
    return folder
