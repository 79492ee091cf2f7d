"""Whether a step's outputs still stand, and if not exactly why.

A step's fingerprint is everything its outputs depend on: the source of its code cells, its typed parameters,
every helper module it can reach, the bytes of every table it reads (built or raw) and of the vocabularies that
every step relies on, the lock file and the exact Python release. It travels in the executed notebook's
metadata together with the digest of each output, so there is no database to lose. Markdown, cell outputs, ids,
timestamps and the folder the project stands in are not part of it.

Helper modules count by their bytes: a changed comment re-runs what reaches it, which costs seconds and can never
be wrong (source text shows up in tracebacks, docstrings and doctests).
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from helpers.runner.errors import RunnerError
from helpers.runner.modules import Modules
from helpers.runner.parameters import Value
from helpers.runner.steps import Project, Step, raw_path
from helpers.tables.files import added

FORMAT = 1
KEY = "rise"  # where the fingerprint stands in a notebook's metadata
FINDINGS = "data/findings.toml"  # what every recorded number is, a section a step
SCHEMA = "schema of "  # before the name of a table, for the file that says what it holds
# Lists that every step relies on; helplines and parameters change no notebook
VOCABULARIES = (
    *("areas", "explanations", "families", "foi_rounds", "force_aliases", "forces", "measures"),
    *("offence_subcodes", "offence_wordings", "offences", "sources", "thresholds"),
)


def sha256(data: bytes) -> str:
    """The digest used throughout, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Fingerprint:
    """What a step's outputs depend on. ``cells`` are (id, digest) in order; the ids are for messages only."""

    format: int
    python: str
    lock: str
    cells: tuple[tuple[str, str], ...]
    parameters: dict[str, Value]
    modules: dict[str, str]
    tables: dict[str, str]

    @property
    def digest(self) -> str:
        """One digest of it all; the cells' ids do not count."""
        parts = asdict(self) | {"cells": [digest for _, digest in self.cells]}
        return sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode())


@dataclass(frozen=True)
class Record:
    """What an executed notebook says about itself: its fingerprint, and its outputs with their digests."""

    step: str
    instance: str
    fingerprint: Fingerprint
    outputs: dict[str, str] = field(default_factory=dict)

    def as_metadata(self) -> dict:
        """The form kept in the notebook's metadata under ``rise``."""
        return {
            "step": self.step,
            "instance": self.instance,
            "digest": self.fingerprint.digest,
            "inputs": asdict(self.fingerprint),
            "outputs": self.outputs,
        }


class Freshness:
    """Takes fingerprints of a project's steps against one output folder.

    Digests of files that do not change during a run (helpers, lock) are taken once; tables are read each time.
    """

    def __init__(self, project: Project, out: Path, modules: Modules | None = None):
        self.project = project
        self.out = out
        self.modules = modules or Modules(project.root)
        self.python = f"{platform.python_implementation()} {platform.python_version()}"
        lock = project.root / "requirements.lock"
        self.lock = sha256(lock.read_bytes().replace(b"\r\n", b"\n")) if lock.is_file() else ""
        self._reached: dict[str, dict[str, str]] = {}

    def table_path(self, table: str) -> Path:
        """Where a table is read: raw or a register, else built into the output folder."""
        return raw_path(self.project.root, table) or self.out / "tables" / f"{table}.csv"

    def tables(self, step: Step) -> dict[str, Path]:
        """Every table the step depends on, with its file, and the schemas of those it reads and writes."""
        known = [name for name in VOCABULARIES if raw_path(self.project.root, name)]
        schemas = self.project.root / "data" / "schemas"
        described = {f"{SCHEMA}{name}": schemas / f"{name}.yaml" for name in {*step.reads, *step.writes}}
        found = {name: self.table_path(name) for name in {*step.reads, *known}}
        described[FINDINGS] = self.project.root / FINDINGS
        for name, path in list(found.items()):
            found |= {f"{name} ({part.parent.parent.name})": part for part in added(path)}
        return dict(
            sorted((found | {name: path for name, path in described.items() if path.is_file()}).items())
        )

    def table_digests(self, step: Step) -> dict[str, str]:
        """Table → digest of its bytes; empty text where it is not there (yet)."""
        digests = {name: file_digest(path) for name, path in self.tables(step).items()}
        if FINDINGS in digests:  # of its own section only
            text = (self.project.root / FINDINGS).read_text(encoding="utf-8")
            digests[FINDINGS] = sha256(section(text, step.name).encode())
        return digests

    def fingerprint(self, step: Step, values: Mapping[str, Value]) -> Fingerprint:
        """The fingerprint of `step` with these parameter values, as the files are now."""
        if step.name not in self._reached:
            self._reached[step.name] = self.modules.reached(step.imports)
        cells = [
            cell for cell in step.cells if "parameters" not in cell.tags
        ]  # counted by their typed values
        return Fingerprint(
            format=FORMAT,
            python=self.python,
            lock=self.lock,
            cells=tuple((cell.id, sha256(cell.source.encode())) for cell in cells),
            parameters=dict(values),
            modules=self._reached[step.name],
            tables=self.table_digests(step),
        )


def section(text: str, name: str) -> str:
    """What stands under one heading of a TOML file, up to the next.

    >>> section('[a]\\nx = 1\\n[b]\\ny = 2\\n', "a")
    'x = 1\\n'
    """
    found = re.search(rf"^\[{re.escape(name)}\]\n(.*?)(?=^\[|\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def file_digest(path: Path) -> str:
    """sha256 of a file's bytes, or empty text if it is not there."""
    try:
        return sha256(path.read_bytes())
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise RunnerError(f"{path} cannot be read: {error.strerror}") from None


def read_record(path: Path) -> Record | None:
    """The record of an executed notebook, or None where there is none (or it cannot be read).

    The metadata stands at the end of the file, and the cells with their pictures are not worth parsing for it.
    """
    try:
        text = path.read_bytes()
    except OSError:
        return None
    start = text.rfind(b'\n "metadata": {')
    try:
        notebook = json.loads(b"{" + text[start:]) if start >= 0 else json.loads(text)
        kept = notebook["metadata"][KEY]
        inputs = kept["inputs"]
        cells = tuple((cell, digest) for cell, digest in inputs["cells"])
        fingerprint = Fingerprint(**(inputs | {"cells": cells}))
        return Record(kept["step"], kept["instance"], fingerprint, dict(kept["outputs"]))
    except (ValueError, KeyError, TypeError):
        return None


def changed_outputs(record: Record, out: Path) -> list[str]:
    """Why the outputs on disk are not those that the record names."""
    reasons = []
    for name, digest in record.outputs.items():
        now = file_digest(out / name)
        if now != digest:
            reasons.append(f"output {name} {'was altered' if now else 'is missing'}")
    return reasons


def reasons(old: Fingerprint, new: Fingerprint) -> list[str]:
    """Every difference between two fingerprints, each in a few words.

    >>> old = Fingerprint(1, "CPython 3.11.7", "", (("sum", "a"),), {"vintage": "latest"}, {}, {"foi": "x"})
    >>> new = Fingerprint(1, "CPython 3.11.7", "", (("sum", "b"),), {"vintage": "first"}, {}, {"foi": "y"})
    >>> reasons(old, new)
    ['parameter vintage: latest → first', 'cell sum changed', 'table foi changed']
    """
    found = []
    if old.format != new.format:
        found.append("the form of the record changed")
    if old.python != new.python:
        found.append(f"Python: {old.python} → {new.python}")
    if old.lock != new.lock:
        found.append("requirements.lock changed")
    for name in sorted({*old.parameters, *new.parameters}):
        before, after = old.parameters.get(name, "none"), new.parameters.get(name, "none")
        if before != after or type(before) is not type(after):
            said = (value if value != "" else "empty" for value in (before, after))
            found.append(f"parameter {name}: {' → '.join(map(str, said))}")
    found += _cell_reasons(old.cells, new.cells)
    found += _differences(old.modules, new.modules, "{}")
    found += _differences(old.tables, new.tables, "table {}")
    return found


def _differences(old: Mapping[str, str], new: Mapping[str, str], label: str) -> list[str]:
    found = []
    for name in sorted({*old, *new}):
        before, after = old.get(name, ""), new.get(name, "")
        if before != after:
            verb = "is missing" if name in new and not after else "is new" if not before else None
            shown = name if name.startswith(SCHEMA) else label.format(name)
            found.append(f"{shown} {verb or ('changed' if after else 'is no longer used')}")
    return found


def _cell_reasons(old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> list[str]:
    if [digest for _, digest in old] == [digest for _, digest in new]:
        return []
    before, after = dict(old), dict(new)
    changed = [f"cell {name} changed" for name in after if name in before and before[name] != after[name]]
    added = [f"cell {name} is new" for name in after if name not in before]
    gone = [f"cell {name} is gone" for name in before if name not in after]
    return changed + added + gone or ["the cells stand in another order"]
