"""A round of requests: start it, follow who has answered and who is late, keep what was decided, accept the figures.

A round is a folder, ``data/rounds/NAME``: the request in three wordings, ``tracker.csv`` with a row for each force,
the readings that analysts decided, by force, and what was accepted. :func:`new` makes it, ``rise intake --round NAME``
brings its tracker up to date, :func:`status` shows it, and :func:`helpers.intake.acceptance.accept` takes its figures.

A request must be answered promptly and at the latest on the twentieth working day after it was received, by the Act of
2000 and by the Scottish Act of 2002. Due dates are counted with the bank holidays of England and Wales, of Scotland for
Police Scotland and of Northern Ireland for the PSNI. The Act of 2000 also leaves out bank holidays of other parts of
the United Kingdom, so that the last lawful day can be a day or two later than the due date shown.
"""

from __future__ import annotations

import contextlib
import csv
import fcntl
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from helpers.intake.model import Decisions, counted, csv_text, read_csv
from helpers.intake.render import render
from helpers.tables import vocabularies
from helpers.tables.faults import Refusal, nearest, suggestion
from helpers.tables.files import project_root, write_atomic
from helpers.tables.forces import FORCES, police_slug
from helpers.tables.forces import force as force_named
from helpers.tables.periods import FinancialYear

LAWS = ("england-and-wales", "scotland", "northern-ireland")  # each has its wording of the request
WORKING_DAYS = 20
NAME = re.compile(r"(?=.{1,60}$)[a-z0-9]+(?:[-_.][a-z0-9]+)*")
TRACKER = ("force", "date_sent", "date_due", "status", "date_answered", "note")
STATUSES = ("not sent", "waiting", "provided", "partial", "not_comparable", "refused", "not_held")
ANSWERED = ("provided", "partial", "not_comparable", "refused", "not_held")


class RoundError(Refusal):
    """A round that cannot be made, found or read; the message says which and what to do."""

    exit_code = 2


@cache
def _holidays(subdivision: str):
    from holidays import country_holidays

    return country_holidays("GB", subdiv=subdivision)


def due_date(sent: date, force: str) -> date:
    """The day by which a force must have answered.

    Parameters
    ----------
    sent : date
        The day on which the request was sent and received.
    force : str
        The force, under any name it goes by.

    Returns
    -------
    date
        The twentieth working day after `sent`.

    Examples
    --------
    >>> due_date(date(2026, 11, 25), "Cleveland"), due_date(date(2026, 11, 25), "Police Scotland")
    (datetime.date(2026, 12, 23), datetime.date(2026, 12, 24))
    """
    import numpy as np  # takes a sixth of a second, which only working days need

    closed = _holidays({"scotland": "SCT", "northern_ireland": "NIR"}.get(force_named(force).kind, "ENG"))
    days = closed[sent : sent + timedelta(days=3 * WORKING_DAYS)]
    return np.busday_offset(sent, WORKING_DAYS, roll="backward", holidays=days).item()


def rounds_dir() -> Path:
    """The folder that rounds live in."""
    return project_root() / "data" / "rounds"


@dataclass
class Round:
    """One round, opened: its name, and its tracker by force."""

    name: str
    tracker: dict[str, dict[str, str]]

    @property
    def folder(self) -> Path:
        """Where it lives."""
        return rounds_dir() / self.name

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes out of the round meanwhile, and see its tracker as they left it."""
        place = os.open(self.folder, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # where folders have no locks
                fcntl.flock(place, fcntl.LOCK_EX)
            self.tracker = open_round(self.name).tracker
            yield
        finally:
            os.close(place)

    def save(self) -> None:
        """Write the tracker, with due dates counted again from the dates sent."""
        rows = []
        for force, row in self.tracker.items():
            sent = _date(row["date_sent"], self.name, force)
            row["date_due"] = due_date(sent, force).isoformat() if sent else ""
            rows.append([row[column] for column in TRACKER])
        write_atomic(self.folder / "tracker.csv", csv_text([TRACKER, *rows]))

    def take(self, readings: Iterable) -> None:
        """Bring the tracker up to date with what intake read, and keep the readings that were decided.

        Parameters
        ----------
        readings : iterable of FileReading
            From :mod:`helpers.intake`.
        """
        by_force: dict[str, list] = {}
        for reading in readings:
            forces = {figure.force for figure in reading.figures if figure.force} or {reading.force}
            for force in forces & set(self.tracker):
                by_force.setdefault(force, []).append(reading)
        with self.alone():
            self._answered(by_force)
            self.save()

    def _answered(self, by_force: dict[str, list]) -> None:
        for force, mine in by_force.items():
            found = status_of(mine)
            if not found:
                continue
            row = self.tracker[force]
            grounds = (refusal.ground for reading in mine for refusal in reading.refusals)
            said = dict.fromkeys([*(reading.name for reading in mine), *grounds])
            before = [part for part in row["note"].split("; ") if part and part not in said]
            if before and found in ("refused", "not_held") and row["status"] in ("provided", "partial"):
                found = "partial"  # another file answered before
            row["status"], row["note"] = found, "; ".join([*before, *said])
            row["date_answered"] = row["date_answered"] or date.today().isoformat()
            self._keep(force, mine)

    def _keep(self, force: str, readings: list) -> None:
        from helpers.intake import layouts
        from helpers.intake.readings import to_toml
        from helpers.intake.review import safe_name

        folder = self.folder / "readings" / police_slug(force)
        for reading in readings:
            if not reading.failed:
                layouts.remember(self.folder / "layouts", reading)
                path = folder / f"{safe_name(reading.name)}.toml"
                # what was printed may have counts in it: only what was decided is kept, where no count is part of it
                counts = {figure.text for figure in reading.figures}
                labels = {text: said for text, said in reading.decided.items() if not _has(text, counts)}
                decided = (one for one in reading.tables if one.meaning or not one.read)
                tables = [one for one in decided if not _has(one.heading, counts)]
                if labels or tables:
                    kept = replace(reading, labels={}, decided=labels, tables=tables)
                    write_atomic(path, to_toml(kept, figures=False))
                else:
                    path.unlink(missing_ok=True)


def _has(text: str, counts: set[str]) -> bool:
    return not counts.isdisjoint(re.findall(r"\d[\d,]*", text))


def status_of(readings: list) -> str:
    """What a force's files amount to: provided, partial, refused, not_held, or nothing yet."""
    figures = any(reading.figures for reading in readings)
    words = {refusal.word for reading in readings for refusal in reading.refusals}
    if figures:
        return "partial" if "refused" in words else "provided"
    return "refused" if "refused" in words else "not_held" if words else ""


def new(name: str, *, sent: date | None = None, echo: Callable[[str], object] = print) -> None:
    """Start a round: the request to send, and a tracker with every force.

    Parameters
    ----------
    name : str
        Small letters, digits and hyphens, such as ``2026-11``.
    sent : date, optional
        The day on which the requests go out; today when not given. The tracker can be changed by hand.
    echo : function
        Takes each line of what is said.

    Raises
    ------
    RoundError
        When the name cannot be used.

    Examples
    --------
    >>> new("Round 1!")
    Traceback (most recent call last):
    helpers.intake.rounds.RoundError: "Round 1!" cannot name a round: use small letters, digits and hyphens, such as 2026-11
    """
    if not NAME.fullmatch(name):
        raise RoundError(
            f'"{name:.60}" cannot name a round: use small letters, digits and hyphens, such as 2026-11'
        )
    if (rounds_dir() / name).exists():
        raise RoundError(f"the round {name} is there already: see rise round status {name}")
    if name in vocabularies.values("foi_rounds"):  # its figures could not be told apart
        raise RoundError(
            f"{name} is a round in data/raw/foi_rounds.csv already; choose another name, such as {name}-b"
        )
    sent = sent or date.today()
    last = FinancialYear(FinancialYear.holding(sent).first - 1).label
    for kind in LAWS:
        text = render("request.txt.j2", kind=kind, first="2013/14", last=last)
        write_atomic(rounds_dir() / name / f"request-{kind}.txt", text)
    first = (sent.isoformat(), "", "waiting", "", "")
    Round(name, {force: dict(zip(TRACKER, (force, *first), strict=True)) for force in FORCES}).save()
    echo(f"data/rounds/{name}: {', '.join(f'request-{kind}.txt' for kind in LAWS)}, tracker.csv")
    echo(
        f"{len(FORCES)} forces, sent {sent}, due {due_date(sent, 'Cleveland')} (Scotland and Northern Ireland by their own bank holidays)"
    )
    echo(
        f"where a request went out on another day, change date_sent in tracker.csv; then: rise intake PATH… --out DIR --round {name}"
    )


def open_meant(name: str) -> Round:
    """Open the round that answers belong to; on a terminal a person is asked whether another is meant where there is none so named.

    Raises
    ------
    RoundError
        As :func:`open_round`.
    """
    other = nearest(name, names()) or next(reversed(names()), "")
    if other and not (rounds_dir() / name).exists() and sys.stdin.isatty() and sys.stdout.isatty():
        answer = input(f'There is no round {name:.60}. Is "{other}" meant? [y/n] ')
        name = other if answer.strip().casefold().startswith("y") else name
    return open_round(name)


def open_round(name: str) -> Round:
    """Open a round.

    Raises
    ------
    RoundError
        When there is no such round, or its tracker cannot be read; the message names the nearest, and how to start it.
    """
    path = rounds_dir() / name / "tracker.csv"
    if not NAME.fullmatch(name) or not path.is_file():
        told = f'no round "{name:.60}"{suggestion(name, names())}'
        raise RoundError(f"{told}; start it with: rise round new {name or 'NAME':.60}")
    try:
        rows = read_csv(path)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RoundError(f"data/rounds/{name}/tracker.csv: cannot be read: {error}") from None
    tracker: dict[str, dict[str, str]] = {}
    for line, row in enumerate(rows, 2):
        row = {column: (row.get(column) or "").strip() for column in TRACKER}
        force = row["force"]
        slips = {
            f'no force "{force}"{suggestion(force, FORCES)}': force not in FORCES,
            f'the status "{row["status"]}" is none of {", ".join(STATUSES)}': row["status"] not in STATUSES,
            f"{force} is there twice": force in tracker,
        }
        if slip := next((slip for slip, is_so in slips.items() if is_so), ""):
            raise RoundError(f"data/rounds/{name}/tracker.csv: line {line}: {slip}")
        for column in ("date_sent", "date_due", "date_answered"):
            day = _date(row[column], name, force)
            row[column] = day.isoformat() if day else ""
        tracker[force] = row
    return Round(name, tracker)


def names() -> list[str]:
    """The names of all rounds, the newest last: by the day on which their first request was sent, or was answered."""
    found = []
    for path in rounds_dir().glob("*/tracker.csv"):
        sent = re.findall(r"\d{4}-\d\d-\d\d", path.read_text(encoding="utf-8", errors="replace"))
        found.append((min(sent, default="9999"), path.parent.name))  # no date yet: just started
    return [name for _, name in sorted(found)]


def status(
    name: str | None = None, *, today: date | None = None, echo: Callable[[str], object] = print
) -> None:
    """Show a round: who is late, who is still in time, who has answered what.

    Parameters
    ----------
    name : str, optional
        The round; the newest when not given.
    today : date, optional
        The day to judge by.
    echo : function
        Takes each line.

    Raises
    ------
    RoundError
        When there is no such round.
    """
    import numpy as np

    today = today or date.today()
    if name is None and not names():
        raise RoundError("there is no round yet; start one with: rise round new NAME")
    opened = open_round(names()[-1] if name is None else name)
    with contextlib.suppress(OSError), opened.alone():  # who may only look is still told
        opened.save()
    late, waiting, done = [], [], []
    for force, row in opened.tracker.items():
        due = _date(row["date_due"], opened.name, force)
        if row["status"] in ANSWERED:
            done.append((STATUSES.index(row["status"]), force, row["status"], row["note"]))
        elif row["status"] == "waiting" and due and due < today:
            days = int(np.busday_count(due + timedelta(days=1), today + timedelta(days=1)))
            late.append((due, force, "late", f"due {due}, {counted(days, 'weekday')} ago"))
        else:
            waiting.append((due or date.max, force, row["status"], f"due {due}" if due else "no date sent"))
    echo(f"round {opened.name}: {len(late)} late, {len(waiting)} not due, {len(done)} answered")
    for _, force, word, said in (*sorted(late), *sorted(waiting), *sorted(done)):
        echo(f"  {word:<8} {force:<34} {said}".rstrip())


def last_reading(force: str, current: str | None, file: str) -> tuple[str, object] | None:
    """What was decided for a force in the latest round up to `current`: of years only for the same `file` of that round.

    Returns
    -------
    (str, Decisions) or None
        The round, and its decisions; None when nothing was decided.
    """
    from helpers.intake.readings import from_content

    earlier = names()
    if current in earlier:
        earlier = earlier[: earlier.index(current) + 1]
    for name in reversed(earlier):
        merged = Decisions()
        for path in sorted((rounds_dir() / name / "readings" / police_slug(force)).glob("*.toml")):
            with contextlib.suppress(OSError, ValueError):  # one that cannot be read decides nothing
                content = tomllib.loads(path.read_text(encoding="utf-8"))
                same = name == current and content.get("file") == file
                one = from_content(content, path.name, part="decided", dated=same)
                merged.labels |= one.labels
                merged.tables |= one.tables
        if merged.labels or merged.tables:
            return name, merged
    return None


def _date(text: str, name: str, force: str) -> date | None:
    """A day as we write it, or as a spreadsheet program does that has opened and saved the tracker."""
    for form in ("%Y-%m-%d", "%d/%m/%Y") if text else ():
        with contextlib.suppress(ValueError):
            return datetime.strptime(text, form).date()
    if text:
        raise RoundError(
            f'data/rounds/{name}/tracker.csv: {force}: "{text}" is no date; write it as 2026-11-25'
        )
    return None
