"""Whether a step's outputs still stand, and if not exactly why.

A step's fingerprint is everything its outputs depend on: the source of its code cells, its typed parameters,
every helper module it can reach, the bytes of every table it reads (built or raw), of the schemas of those that it reads,
writes or cites, of the lists that those schemas or the helpers name, the lock file and the exact Python release. It travels in
the executed notebook's metadata together with the digest of each output, so there is no database to lose. Markdown, cell
outputs, ids, timestamps and the folder the project stands in are not part of it.

Helper modules count by their bytes: a changed comment re-runs what reaches it, which costs seconds and can never
be wrong (source text shows up in tracebacks, docstrings and doctests).

A file of the project's data or of the results that no ``read_table`` call names could change unnoticed. So a step runs in a
folder that is without it: :mod:`helpers.runner.process` lays out what is named, and nothing else.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from helpers.runner.modules import TEXT, sha256
from helpers.runner.parameters import Value
from helpers.runner.steps import Project, Step
from helpers.tables.files import content_hash, project_root, stamp

KEY = "rise"  # where the fingerprint stands in a notebook's metadata
FINDINGS = "data/findings.toml"  # what every recorded number is, a section a step
SCHEMA = "schema of "  # before the name of a table, for the file that says what it holds


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
        self.project, self.modules, self.out = project, project.modules, out
        self.tables = cache(self._tables)

    def _tables(self, step: Step) -> dict[str, Path]:
        """Every table the step depends on, with its file: those it reads, their schemas and the lists that these use."""
        root, kept = self.project.root, self.project.data_files
        reached = self.modules.modules(step.imports)
        texts = {name.removeprefix(TEXT) for module in reached for name in self.modules.names(module)}
        raw = {name for name, file in kept.items() if file.parent.name == "raw"}
        lists = {name for name in texts & kept.keys() - raw if kept[name].suffix == ".csv"}
        # for what its schema says count also a table that helpers call by its name, and a source of findings
        cited = {path.stem for path in (root / "data/schemas").glob("*.yaml")} & texts
        cited |= raw & {*re.findall(r'"(\w+)"', self.described(step))}
        found = {name: kept.get(name, self.out / f"tables/{name}.csv") for name in {*step.reads, *lists}}
        for table in sorted({*step.reads, *step.writes, *cited}):
            for file in self._schema_files(table):
                found[Path(file).stem if file.endswith(".csv") else SCHEMA + table] = root / file
        for part in root.glob("data/rounds/*/tables/*"):  # adds rows to a table
            if part.stem in found and part.stem in kept:
                found[f"{part.stem} ({part.parent.parent.name})"] = part
        return dict(sorted(found.items())) | {FINDINGS: root / FINDINGS}

    def _schema_files(self, table: str) -> list[str]:
        """The files that decide whether a table is valid, from the project's folder; none where it has no schema."""
        digest = self.modules.digest(self.project.root / "data" / "schemas" / f"{table}.yaml")

        def find() -> list[str]:
            from helpers.tables.package import schema_files

            files = [file.relative_to(project_root()).as_posix() for file in schema_files(table)]
            return [file for file in files if not file.startswith("data/rounds/")]

        return self.modules.cached(f"{SCHEMA}{table} {digest}", find) if digest else []

    def table_digests(self, step: Step) -> dict[str, str]:
        """Table → digest of its bytes; empty text where it is not there (yet)."""
        digests = {name: _digest(path, stamp(path)) for name, path in self.tables(step).items()}
        return digests | {FINDINGS: sha256(self.described(step).encode())}  # of its own section only

    def described(self, step: Step) -> str:
        """What the numbers are that the step records: its section of the dictionary of findings."""
        return self._sections.get(step.name, "")

    @cached_property
    def _sections(self) -> dict[str, str]:
        path = self.project.root / FINDINGS
        return sections(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def fingerprint(self, step: Step, values: Mapping[str, Value]) -> Fingerprint:
        """The fingerprint of `step` with these parameter values, as the files are now."""
        python = f"{platform.python_implementation()} {platform.python_version()}"
        lock = self.modules.digest(self.project.root / "requirements.lock")
        # the cell of parameters counts by its typed values
        cells = [[c.id, sha256(c.source.encode())] for c in step.cells if "parameters" not in c.tags]
        modules = self.modules.reached(step.imports)
        return Fingerprint(python, lock, cells, dict(values), modules, self.table_digests(step))


@cache
def _digest(path: Path, stamp: tuple[int, int]) -> str:
    """The digest of a file that several steps read, as it was last written."""
    return content_hash(path)


def sections(text: str) -> dict[str, str]:
    """Heading → what stands under it, of a TOML file.

    >>> sections('[a]\\nx = 1\\n\\n[ b ]  # a remark\\ny = 2\\n')
    {'a': 'x = 1', 'b': 'y = 2'}
    """
    _, *parts = map(str.strip, re.split(r"^\s*\[([^]\[]+)\].*\n", text, flags=re.MULTILINE))
    return dict(zip(parts[::2], parts[1::2], strict=True))


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
    before, after = _labelled(old), _labelled(new)
    # 1 and true, which are equal, differ
    names = [n for n in dict.fromkeys([*after, *before]) if repr(before.get(n)) != repr(after.get(n))]
    is_other = [digest for _, digest in old.cells] != [digest for _, digest in new.cells]
    found = [_how(n, before.get(n), after.get(n)) for n in names if is_other or not n.startswith("cell ")]
    is_moved = is_other and not any(n.startswith("cell ") for n in names)
    return found + ["the cells stand in another order"] * is_moved


def _labelled(one: Fingerprint) -> dict[str, Value]:
    """All that a fingerprint holds, under what a reason calls it."""
    found = {"Python": one.python}
    found |= {f"parameter {name}": one.parameters[name] for name in sorted(one.parameters)}
    found |= {f"cell {id}": digest for id, digest in one.cells}
    found |= {"requirements.lock": one.lock, **one.modules}
    return found | {n if n.startswith(SCHEMA) else f"table {n}": digest for n, digest in one.tables.items()}


def _how(name: str, before: Value | None, after: Value | None) -> str:
    if name.startswith(("Python", "parameter ")):
        said = ("none" if value is None else str(value) or "empty" for value in (before, after))
        return f"{name}: {' → '.join(said)}"
    if after is None:
        return f"{name} is no longer used"
    return f"{name} {'is missing' if not after else 'changed' if before else 'is new'}"
