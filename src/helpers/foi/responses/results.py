"""What reading one file comes to: figures, problems, what every cell was taken for, and what was decided.

Plain data, so that it can be sent back from the process that read the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from helpers.foi.responses.meaning import Meaning
from helpers.foi.responses.model import Figure, Problem
from helpers.foi.responses.statements import Refusal


@dataclass
class TableNote:
    """One table as the reading records it."""

    name: str
    sheet: str
    range: str
    heading: str
    meaning: str
    headers: list[int] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    figures: int = 0
    read: bool = True


@dataclass
class Shown:
    """A grid or a run of lines, cut to what a page can show, with what each cell was taken for."""

    title: str
    rows: list[list[str]]
    marks: dict[tuple[int, int], tuple[str, str]]
    addresses: list[str]
    hidden: bool = False
    left_out: int = 0
    is_lines: bool = False


@dataclass
class FileReading:
    """What came of one file, or of one attachment."""

    name: str
    kind: str = ""
    digest: str = ""
    force: str = ""
    forces: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    sums: list[tuple[int, list[int], bool]] = field(default_factory=list)
    tables: list[TableNote] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    rules: dict[str, object] = field(default_factory=dict)
    shown: list[Shown] = field(default_factory=list)
    measure: str = ""
    decided: dict[str, str] = field(default_factory=dict)
    known: list[str] = field(default_factory=list)  # labels that the file's own reading knows

    @property
    def failed(self) -> bool:
        """Whether the file could not be read."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass
class Decisions:
    """What the analyst, or last round's reading, has decided for one file.

    With `changes_only`, a label decides only where it says something else than the file's own reading: an edited
    reading holds every label, and those left alone must not tie labels that mean different things in two places.
    `file` is the one that the reading was made for, and `parts` holds what is decided for attachments by their names.
    """

    file: str = ""
    book: dict[str, Meaning] = field(default_factory=dict)
    tables: dict[str, dict] = field(default_factory=dict)
    force: str = ""
    measure: str = ""
    rules: dict[str, object] = field(default_factory=dict)
    changes_only: bool = False
    parts: dict[str, Decisions] = field(default_factory=dict)

    def by(self, force: str) -> Decisions:
        """The same, of a force if one is named."""
        parts = {name: part.by(force) for name, part in self.parts.items()}
        return replace(self, force=force or self.force, parts=parts)
