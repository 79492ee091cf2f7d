"""Findings: every number that the report prints, recorded once, by the notebook that found it.

A notebook opens with ``ledger.begin("21_rise")`` and calls ``ledger.record(id, value)`` for each number worth printing;
what the number is stands in `data/findings.toml`, or is said with it. A number that cannot be had is recorded with the
reason. What a step recorded is kept in ``findings/<step>.json`` in the output folder;
:func:`collect` joins those files into ``findings.json``. The report, the briefings and the README print findings
by id and nothing else, so a number that is not in the ledger cannot be printed.
"""

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from helpers.ledger import definitions
from helpers.ledger.claims import judge_claims
from helpers.stats.missing import NotAvailable, first_missing
from helpers.tables import package, rounding, store
from helpers.tables.faults import suggestion
from helpers.tables.files import output_dir, project_root, write_atomic

ID = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+")
STEP = re.compile(r"[0-9]{2}_[a-z0-9_]+")
# No words of an id or a label.
RESERVED = frozenset("id value low high level unit label sources reason".split())


@dataclass(frozen=True)
class Finding:
    """One number with its interval, unit, meaning and sources."""

    id: str
    value: float | int | bool | str | None
    low: float | None
    high: float | None
    level: float | None
    unit: str
    label: str
    step: str
    sources: tuple[str, ...]
    reason: str | None = None

    @cached_property
    def text(self) -> str:
        """The rounded print form, with the interval where there is one; without a number, the reason."""
        printed = rounding.text(self.value, self.unit, self.low, self.high)
        return printed if self.reason is None else f"{printed}: {self.reason}"

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:  # what a notebook shows
        return f"{self.label}: {self.text}"

    def as_dict(self) -> dict:
        """What `findings.json` holds under this id."""
        held = {"text": self.text} | vars(self) | {"sources": list(self.sources)}
        held["plain"] = None if self.reason else rounding.plain(self.value, self.unit, self.low, self.high)
        left_out = {"id"} | {name for name in ("reason", "plain") if held[name] is None}
        return {name: cell for name, cell in held.items() if name not in left_out}


class Ledger:
    """The findings of one step, in memory and in its file."""

    def __init__(self, step: str, instance: str | None, out: Path, root: Path, words: dict):
        self.step, self.words = step, words
        self.entries = definitions.read(root / definitions.FILE, step)
        folder = out / "findings"
        self.path = folder / f"{step}.{instance}.json" if instance else folder / f"{step}.json"
        self.findings: dict[str, Finding] = {}
        self.saved = False

    def save(self) -> None:
        """Write what was recorded since the last time, if anything was."""
        if not self.saved:
            write_atomic(self.path, to_json({f.id: f.as_dict() for f in self.findings.values()}), flush=False)
            self.saved = True


_current: Ledger | None = None


def begin(step: str, *, instance: str | None = None, **words) -> None:
    """Open the ledger of a step, and forget what the step recorded before.

    Parameters
    ----------
    step : the notebook's name without its ending, such as "21_rise"
    instance : for a notebook that runs once for each of many things (a force's slug)
    words : what the names in braces of the notebook's entries stand for (first_year="2014/15")

    Raises
    ------
    ValueError
        A step that is not a plain name, or a fault in the notebook's entries.
    """
    global _current
    if not STEP.fullmatch(step):
        raise ValueError(f'step "{step}" must be the name of a notebook, such as "21_rise"')
    _current = Ledger(step, instance, output_dir(), project_root(), words)
    _current.save()
    _save_after_each_cell()


def record(
    id, value, /, *, unit=None, label=None, sources=(), low=None, high=None, level=None, reason=None, **words
) -> Finding:
    """Record a finding of the step that is open.

    Parameters
    ----------
    id : lower-case dotted name, such as "rise.cleveland.foi_ratio"; with names in braces, as it stands in the definitions
    value : number, str, bool, or anything with value, low, high and level (an Estimate). None with an interval is
        a range without a point; None with a reason, or a NotAvailable, is a number that could not be had.
    unit : a unit of `helpers.tables.rounding` (default: its definition's)
    label : what the number is, in words that stand alone (default: its definition's)
    sources : ids of the source register, added to those of the definitions
    low, high, level : the interval and its level, for a plain number that has one
    reason : why there is no number, in words that follow "not available:"
    words : what the names in braces stand for

    Returns
    -------
    Finding
        Printed as ``3.32 (2.90 to 3.81)``; a notebook shows it with its label.

    Raises
    ------
    ValueError
        No step is open; an id, unit or label that cannot stand; a number that is infinite, or missing without a
        reason; half an interval, or one that does not hold its value.
    """
    if _current is None:
        raise ValueError('no step is open: call ledger.begin("21_rise") with the notebook\'s own name first')
    id, unit, label, named = _described(id, unit, label, words)
    missing = first_missing(value, low, high)
    if missing is not None:
        value = low = high = level = None
        reason = missing.reason
    elif all(hasattr(value, name) for name in ("value", "low", "high", "level")):
        value, low, high, level = value.value, value.low, value.high, value.level
    sources = (sources,) if isinstance(sources, str) else tuple(str(source) for source in sources)
    numbers = [_as_json(id, number) for number in (value, low, high, level)]
    sources = tuple(dict.fromkeys((*named, *sources)))
    finding = Finding(id, *numbers, unit, label, _current.step, sources, reason)
    _check(finding)
    _current.findings[id] = finding
    _current.saved = False
    if _shell() is None:
        _current.save()
    return finding


def record_rows(id: str, table, value: str, *, level: float | None = None, **words) -> None:
    """Record a finding for each row of a table, under an id of the definitions.

    Parameters
    ----------
    id : as it stands in the definitions; the names in braces are columns of the table, or words
    table : DataFrame. Where a row has no value, its column `reason` says why; a column `sources` is cited with it.
    value : the column that holds the numbers
    level : of the intervals in the columns `low` and `high` (default: there are none)
    words : what the names in braces stand for in every row; `unit`, where it is not its definition's

    Raises
    ------
    ValueError
        As :func:`record`; also a row that has neither a value nor a reason.
    """
    for cells in table.to_dict("records"):
        row = {name: cell for name, cell in cells.items() if cell is not None and cell == cell}
        ends = {"low": row["low"], "high": row["high"], "level": level} if level and "low" in row else {}
        missing = NotAvailable(row["reason"]) if "reason" in row else None
        named = {name: cell for name, cell in row.items() if name not in RESERVED}
        record(id, row.get(value, missing), sources=row.get("sources", ()), **ends, **(named | words))


def recorded():
    """What the open step has recorded so far, as a table: what each number is, and how it will be printed."""
    import pandas as pd

    found = [] if _current is None else _current.findings.values()
    table = pd.DataFrame([(one.label, one.text) for one in found], columns=["what it is", "value"])
    return table.set_index("what it is")


def _described(
    id: str, unit: str | None, label: str | None, words: dict
) -> tuple[str, str, str, tuple[str, ...]]:
    """The id, unit, label and sources of a finding, from the definitions where the notebook does not say them."""
    if unit is not None and label is not None:
        return id, unit, label, ()
    entry = _current.entries.get(id)
    if entry is None:
        where = f"{definitions.FILE} under [{_current.step}]"
        raise ValueError(f'finding "{id}" is not in {where}{suggestion(id, _current.entries)}')
    id, words_of_it = entry.filled(_current.words | words)
    return id, unit or entry.unit, label or words_of_it, entry.sources


def collect(out: Path | None = None, *, steps: Iterable[str] | None = None) -> dict[str, dict]:
    """Join the steps' findings into `findings.json`, judge the claims into `claims.json`, and return the findings.

    Parameters
    ----------
    out : the output folder (default: the project's)
    steps : take only these steps' findings (default: every file there is)

    Raises
    ------
    ValueError
        An id that two steps recorded, a source that is not in the register, or a claim whose rule names a
        finding that nobody recorded.
    """
    out = output_dir() if out is None else out
    findings = read_findings(out, steps=steps)
    _check_sources(findings)
    verdicts = judge_claims(store.read_table("claims"), findings)
    write_atomic(out / "findings.json", to_json(findings), flush=False)
    write_atomic(out / "claims.json", to_json(verdicts), flush=False)
    return findings


def read_findings(out: Path, *, steps: Iterable[str] | None = None) -> dict[str, dict]:
    """Every step's findings under `out`, as `findings.json` will hold them; ids recorded twice are refused."""
    wanted = None if steps is None else set(steps)
    findings: dict[str, dict] = {}
    for path in sorted((Path(out) / "findings").glob("*.json")):
        if wanted is not None and path.name.split(".")[0] not in wanted:
            continue
        for id, found in json.loads(path.read_text(encoding="utf-8")).items():
            if id in findings:
                first = findings[id]["step"]
                raise ValueError(f'{path.name}: finding "{id}" was already recorded by {first}')
            findings[id] = found
    return findings


def to_json(value: Mapping) -> str:
    """Sorted, indented JSON with a last newline: the same findings give the same bytes."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _as_json(id: str, value):
    """A value as JSON holds it. Ten significant digits: past that, platforms differ."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.10g}")
    raise ValueError(f'finding "{id}" must be a finite number, words or a yes or no, not {value!r}')


def _check(finding: Finding) -> None:
    value, low, high = finding.value, finding.low, finding.high
    missing, half = value is None and low is None, (low is None) != (high is None)
    whole = low is not None and not half
    problems = {
        "must be lower-case words joined by dots, such as 'rise.uk.ratio'": not ID.fullmatch(finding.id),
        "needs a label that says what it is": not finding.label.strip(),
        f'in unit "text" is for words, not {value!r}': finding.unit == "text"
        and not isinstance(value, str | None),
        "has half an interval": half,
        "needs a number, or the reason why there is none, and not both": missing == (finding.reason is None),
        f"is {value}, outside its interval {low} to {high}": whole
        and not low <= (low if value is None else value) <= high,
    }
    if wrong := [words for words, is_wrong in problems.items() if is_wrong]:
        raise ValueError(f'finding "{finding.id}" {wrong[0]}')
    try:
        _ = finding.text
    except ValueError as error:
        raise ValueError(f'finding "{finding.id}": {error}') from None


def _check_sources(findings: Mapping[str, Mapping]) -> None:
    known = set(store.read_table("sources")["source"])
    cited = ((id, one["step"], source) for id, one in findings.items() for source in one["sources"])
    for id, step, source in cited:
        if source not in known:
            problem = f'cites "{source}", which is neither a source of data/sources.csv nor a table'
            raise ValueError(
                f'finding "{id}" ({step}) {problem}{suggestion(source, known | set(package.names()))}'
            )


def _shell():
    """The IPython in which a notebook's cells run, here or in a kernel; None in a plain program."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _save_after_each_cell() -> None:
    """In a notebook the file is written once a cell, not once a finding."""
    shell = _shell()
    if shell is not None and _save not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _save)


def _save(*_: object) -> None:
    _current.save()
