"""Whether a step's outputs still stand, and if not exactly why.

A step's fingerprint is everything its outputs depend on: the source of its code cells, its typed parameters,
every helper module it can reach, the bytes of every table it reads (built or raw), of the schemas of those that it reads,
writes or cites, of the lists that those schemas or the helpers name, the lock file and the exact Python release. It travels in
the executed notebook's metadata together with the digest of each output, so there is no database to lose. Markdown, cell
outputs, ids, timestamps and the folder the project stands in are not part of it.

Helper modules count by their bytes: a changed comment re-runs what reaches it, which costs seconds and can never
be wrong (source text shows up in tracebacks, docstrings and doctests).
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.runner.modules import NAMED, code_digest
from helpers.runner.parameters import Value
from helpers.runner.steps import Project, Step
from helpers.tables.files import added, content_hash, project_root

KEY = "rise"  # where the fingerprint stands in a notebook's metadata
FINDINGS = "data/findings.toml"  # what every recorded number is, a section a step
SCHEMA = "schema of "  # before the name of a table, for the file that says what it holds


def sha256(data: bytes) -> str:
    """The digest used throughout, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_of(parts: object) -> str:
    """One digest of what can be written as JSON."""
    return sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode())


@dataclass(frozen=True)
class Fingerprint:
    """What a step's outputs depend on. ``cells`` are [id, digest] in order; the ids are for messages only."""

    python: str
    lock: str
    cells: list[list[str]]
    parameters: dict[str, Value]
    modules: dict[str, str]
    tables: dict[str, str]


@dataclass(frozen=True)
class Record:
    """What an executed notebook says about itself under ``rise``: its fingerprint, and its outputs with their digests."""

    step: str
    instance: str
    inputs: Fingerprint
    outputs: dict[str, str]


class Freshness:
    """Takes fingerprints of a project's steps against one output folder.

    Digests of files that do not change during a run (helpers, lock) are taken once; tables are read each time.
    """

    def __init__(self, project: Project, out: Path):
        self.project, self.modules = project, project.modules
        self.out = out
        self.python = f"{platform.python_implementation()} {platform.python_version()}"
        self.lock = code_digest(project.root / "requirements.lock")
        self._tables: dict[str, dict[str, Path]] = {}

    def tables(self, step: Step) -> dict[str, Path]:
        """Every table the step depends on, with its file: those it reads, their schemas and the lists that these use."""
        if step.name not in self._tables:
            root, kept = self.project.root, self.project.kept
            reached = self.modules.modules(step.imports)
            named = {name for module in reached for name in self.modules.names(module)}
            named = {name for name in kept if NAMED + name in named}
            raw = {name for name, file in kept.items() if file.match("raw/*")}
            found = {name: kept[name] for name in named - raw if kept[name].match("*.csv")}
            # what findings name as their source counts, for what its schema says of it
            cited = raw & (named | set(re.findall(r'"(\w+)"', self.described(step))))
            for table in sorted({*step.reads, *step.writes, *cited}):
                for file in self._schema_files(table):
                    name = Path(file).stem if file.endswith(".csv") else SCHEMA + table
                    found[name] = root / file
            found |= {name: kept.get(name, self.out / f"tables/{name}.csv") for name in step.reads}
            for name in found.keys() & kept.keys():
                found |= {f"{name} ({part.parent.parent.name})": part for part in added(kept[name])}
            found |= {FINDINGS: root / FINDINGS} if (root / FINDINGS).is_file() else {}
            self._tables[step.name] = dict(sorted(found.items()))
        return self._tables[step.name]

    def _schema_files(self, table: str) -> list[str]:
        """The files that decide whether a table is valid, from the project's folder; none where it has no schema."""
        path = self.project.root / "data" / "schemas" / f"{table}.yaml"
        digest = code_digest(path)

        def find() -> list[str]:
            from helpers.tables.package import schema_files

            files = [file.relative_to(project_root()) for file in schema_files(table)]
            return [file.as_posix() for file in files if file.parts[1] != "rounds"]

        return self.modules.recall(f"{SCHEMA}{table} {digest}", find) if digest else []

    def table_digests(self, step: Step) -> dict[str, str]:
        """Table → digest of its bytes; empty text where it is not there (yet)."""
        digests = {name: content_hash(path) for name, path in self.tables(step).items()}
        if FINDINGS in digests:  # of its own section only
            digests[FINDINGS] = sha256(self.described(step).encode())
        return digests

    def described(self, step: Step) -> str:
        """What the numbers are that the step records: its section of the dictionary of findings."""
        path = self.project.root / FINDINGS
        return section(path.read_text(encoding="utf-8"), step.name) if path.is_file() else ""

    def fingerprint(self, step: Step, values: Mapping[str, Value]) -> Fingerprint:
        """The fingerprint of `step` with these parameter values, as the files are now."""
        # the cell of parameters counts by its typed values
        cells = [[c.id, sha256(c.source.encode())] for c in step.cells if "parameters" not in c.tags]
        modules, tables = self.modules.reached(step.imports), self.table_digests(step)
        return Fingerprint(self.python, self.lock, cells, dict(values), modules, tables)


def section(text: str, name: str) -> str:
    """What stands under one heading of a TOML file, up to the next.

    >>> section('[a]\\nx = 1\\n[b]\\ny = 2\\n', "a")
    'x = 1\\n'
    """
    found = re.search(rf"^\[{re.escape(name)}\]\n(.*?)(?=^\[|\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def read_record(path: Path) -> Record | None:
    """The record of an executed notebook, or None where there is none (or it cannot be read).

    The metadata stands at the end of the file, and the cells with their pictures are not worth parsing for it.
    """
    try:
        text = path.read_bytes()
        start = text.rfind(b'\n "metadata": {')
        notebook = json.loads(b"{" + text[start:] if start >= 0 else text)
        kept = notebook["metadata"][KEY]
        return Record(**kept | {"inputs": Fingerprint(**kept["inputs"]), "outputs": dict(kept["outputs"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def changed_outputs(record: Record, out: Path) -> list[str]:
    """Why the outputs on disk are not those that the record names."""
    now = {name: content_hash(out / name) for name in record.outputs}
    changed = [name for name, digest in record.outputs.items() if now[name] != digest]
    return [f"output {name} {'was altered' if now[name] else 'is missing'}" for name in changed]


def reasons(old: Fingerprint, new: Fingerprint) -> list[str]:
    """Every difference between two fingerprints, each in a few words.

    >>> old = Fingerprint("CPython 3.11.7", "", [["sum", "a"]], {"vintage": "latest"}, {}, {"foi": "x"})
    >>> new = Fingerprint("CPython 3.11.7", "", [["sum", "b"]], {"vintage": "first"}, {}, {"foi": "y"})
    >>> reasons(old, new)
    ['parameter vintage: latest → first', 'cell sum changed', 'table foi changed']
    """
    found = [f"Python: {old.python} → {new.python}"] if old.python != new.python else []
    found += ["requirements.lock changed"] if old.lock != new.lock else []
    for name in sorted({*old.parameters, *new.parameters}):
        before, after = old.parameters.get(name, "none"), new.parameters.get(name, "none")
        if repr(before) != repr(after):  # 1 and true are equal
            said = (str(value) if value != "" else "empty" for value in (before, after))
            found.append(f"parameter {name}: {' → '.join(said)}")
    if [digest for _, digest in old.cells] != [digest for _, digest in new.cells]:
        changed = _differences("cell ", dict(old.cells), dict(new.cells), gone="is gone")
        found += changed or ["the cells stand in another order"]
    found += _differences("", old.modules, new.modules)
    return found + _differences("table ", old.tables, new.tables)


def _differences(
    label: str, old: Mapping[str, str], new: Mapping[str, str], gone: str = "is no longer used"
) -> list[str]:
    found = []
    for name in (*new, *sorted(old.keys() - new.keys())):
        before, after = old.get(name, ""), new.get(name)
        if before != after:
            verb = gone if after is None else "is missing" if not after else "changed" if before else "is new"
            found.append(f"{'' if name.startswith(SCHEMA) else label}{name} {verb}")
    return found
