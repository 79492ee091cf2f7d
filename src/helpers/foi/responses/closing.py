"""What is said of a file once it is read: figures given twice, refusals, forces named, nothing found.

What is attached to a message takes the force of its sender.
"""

from __future__ import annotations

import re
from collections import Counter
from textwrap import shorten

from helpers.foi.responses.headlines import settle_headlines
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.model import Problem
from helpers.foi.responses.pairs import without_bullet
from helpers.foi.responses.results import FileReading
from helpers.foi.responses.values import tidy


def share_force(results: list[FileReading]) -> None:
    """Give what is attached to a message the force that sent it, when it names none itself."""
    senders = {result.name: result for result in results if result.force}
    for result in results:
        sender = next((one for name, one in senders.items() if result.name.startswith(f"{name}/")), None)
        if sender and not result.force:
            result.force, result.forces = sender.force, list(sender.forces)
            for figure in result.figures:
                figure.force = figure.force or sender.force


def _names_alone(result: FileReading) -> str:
    """What to say of a file that lists offences and counts none."""
    cells = (cell for shown in result.shown for row in shown.rows for cell in row)
    named = [text for text in dict.fromkeys(map(without_bullet, cells)) if _is_name(text)]
    if len(named) < 2:
        return ""
    return f": it names {len(named)} offences ({shorten(named[0], 60, placeholder=' …')} and others) and gives no count beside them"


def _is_name(text: str) -> bool:
    return 4 < len(text) <= 120 and bool(re.search("[a-z]{4}", text)) and bool(read_label(text).code)


def close(result: FileReading) -> None:
    """Add the problems that only a whole file shows, once its totals are told from its headlines."""
    settle_headlines(result.figures)
    seen = Counter(
        (
            figure.sheet,
            figure.cell,
            figure.low,
            figure.high,
            figure.start,
            figure.sex,
            figure.age_low,
            figure.offence_code,
            figure.offence,
        )
        for figure in result.figures
        if figure.cell.startswith(("l", "p")) or not figure.cell
    )
    if any(count > 1 for count in seen.values()):
        result.problems.append(Problem("", "note", "a line gives the same figure twice"))
    undated = [figure for figure in result.figures if figure.start is None and figure.end is None]
    if undated:
        told = f"{len(undated):,} of {len(result.figures):,} figures have no period, since nothing beside them states one. Ask: which dates do they cover?"
        result.problems.append(Problem(f"{undated[0].sheet} {undated[0].cell}".strip(), "warning", told))
    days = [figure for figure in result.figures if figure.start and figure.start == figure.end]
    if days:
        told = f"{len(days):,} figures are read as of one day, the first of {days[0].start}. Ask: does the day stand for a year or a month?"
        result.problems.append(Problem(f"{days[0].sheet} {days[0].cell}".strip(), "warning", told))
    for refusal in result.refusals:
        part = " in part" if result.figures and refusal.word == "refused" else ""
        result.problems.append(
            Problem(
                refusal.address,
                "note",
                f"{refusal.word}{part}: {refusal.ground}. The file says: {shorten(tidy(refusal.text), 200, placeholder=' …')}",
            )
        )
    if not result.figures and not result.refusals and not result.failed:
        result.problems.append(
            Problem(
                "",
                "warning",
                f"no figures found{_names_alone(result)}. See the review page; if there are some, ask for them as a spreadsheet",
            )
        )
    if len(result.forces) > 1:
        result.problems.append(
            Problem(
                "",
                "warning",
                f"names several forces ({', '.join(result.forces[:4])}); taken as {result.force}. Give --force if that is wrong",
            )
        )
