"""Disclosure control: no count under five by a personal characteristic leaves the project, unless its source published it.

Every table and every figure's numbers pass through :func:`protect` before they are published. A count under five by a
victim's age, sex or other characteristic is suppressed, and with it whatever would give it away: the same count in
other tables, ratios and shares made from it, and as many totals, other ages, the other sex or other areas as it takes
that :mod:`helpers.publish.inference` cannot work it out. Counts that the source register says were published by their
source (it has an address) stay as they are, as suppressing them here would hide nothing. What cannot be told from
numbers, text and pictures, is looked after by :mod:`helpers.publish.telling`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from helpers.publish.counted import (
    NOTHING,
    WORDS,
    Row,
    area_of,
    is_label,
    number,
    periods_of,
    plain_name,
    read_rows,
    renamed,
    role,
    whole_number,
    year_in,
)
from helpers.publish.derived import worked_out
from helpers.publish.faults import PublishError
from helpers.publish.inference import THRESHOLD, Count, Exposed, settle
from helpers.publish.whom import PERSONAL_WORDS, kind_of
from helpers.tables import forces

MARK = "[c]"  # confidential; the same for both kinds, so that the mark itself says nothing about size
NUMERIC = re.compile(
    r"[^A-Za-z]*\d[^A-Za-z]*(?:(?:in|of|to|out of|per cent|percent)[^A-Za-z]*\d*[^A-Za-z]*)*"
)


@dataclass
class Protection:
    """What may be published: safe copies of the frames, and what was suppressed in them."""

    frames: dict[str, pd.DataFrame]
    suppressed: list[Count] = field(default_factory=list)
    printed: list[Count] = field(default_factory=list)  # small counts that their source published
    touched: set[str] = field(default_factory=set)  # tables in which anything was marked

    def count(self, table: str) -> int:
        """How many cells of one table are suppressed."""
        return sum(1 for cell in self.suppressed if cell.table == table)


def protect(
    frames: Mapping[str, pd.DataFrame],
    published: Iterable[str],
    described: Mapping | None = None,
    others: Callable[[], Mapping[str, pd.DataFrame]] = dict,
) -> Protection:
    """Suppress small counts in every frame, and check that none can be worked out.

    Parameters
    ----------
    frames : name → frame with a row for each count
    published : ids of sources that themselves published their figures
    described : name → schema (`helpers.tables.package.Table`), for units and sources; others go by column names
    others : gives the tables that tell no persons apart, in which the base of a share may stand

    Raises
    ------
    PublishError
        If a suppressed value can be worked out from what must stay; names the cell.

    Examples
    --------
    >>> frame = pd.DataFrame({"area": ["Kent"] * 3, "sex": ["all", "female", "male"], "offences": [20, 17, 3]})
    >>> protect({"kent": frame}, []).frames["kent"]["offences"].tolist()
    [20, '[c]', '[c]']
    """
    described, published = described or {}, set(published)
    as_given, frames = frames, {name: renamed(frame) for name, frame in frames.items()}
    rows = [
        row
        for name, frame in frames.items()
        for row in read_rows(name, frame, described.get(name), published)
    ]
    counts = [count for row in rows for count in row.counts]
    _mark_published(counts)
    counts += worked_out(rows, dict(frames), others)
    _mark_published(counts)
    for count in counts:
        count.suppressed = count.who.personal and count.value < THRESHOLD and not count.published
    _hide_revisions(counts)
    _same_everywhere(counts)
    settle(counts, lambda found: _next_to_go(counts, found))
    suppressed = [count for count in counts if count.suppressed]
    made = Protection(
        {}, suppressed, [c for c in counts if c.published and c.who.personal and c.value < THRESHOLD]
    )
    for name, frame in frames.items():
        mine = [row for row in rows if row.table == name]
        made.frames[name] = _blanked(frame, mine, suppressed)
        if made.frames[name] is not frame:
            made.touched.add(name)
        if frame is not as_given[name]:
            made.frames[name] = made.frames[name].set_axis(as_given[name].columns, axis=1)
    return made


def _next_to_go(counts: list[Count], found: Exposed) -> Count:
    """Of those that give a suppressed count away, the one whose loss costs least."""
    able = [c for c in counts if c.identity in found.givers and not c.suppressed and not c.published]
    open_to_all = {c.identity for c in counts if c.published}  # there only a new printing can be hidden
    able = [c for c in able if c.identity not in open_to_all or "|worked out" not in c.vintage]
    if not able:
        raise PublishError(
            f"{found.count}: a suppressed count can be worked out from figures that stay; leave the row out of the "
            "table, or publish a wider age group"
        )
    return min(
        able,
        key=lambda c: (not c.who.personal, c.area != found.count.area, _breadth(c), c.value, c.table, c.row),
    )


def _breadth(count: Count) -> int:
    """How much a count covers: margins are worth more than the cells that they are the sums of."""
    ages = min(count.who.high, 17) - count.who.low + 1
    return len(forces.forces_of(count.area) or "1") * ages * (3 if count.who.sex == "any" else 1)


def _mark_published(counts: list[Count]) -> None:
    """What a source printed is free wherever it stands."""
    known = {(count.identity, count.value) for count in counts if count.published}
    for count in counts:
        count.published = count.published or (count.identity, count.value) in known


def _hide_revisions(counts: list[Count]) -> None:
    """Two printings of a group's count that are fewer than five apart tell of those that were added or taken away."""
    printings: dict[tuple, list[Count]] = {}
    for count in counts:
        if count.who.personal and not count.published:
            printings.setdefault(count.identity, []).append(count)
    for found in printings.values():
        values = sorted({count.value for count in found if "|worked out" not in count.vintage})
        if any(later - earlier < THRESHOLD for earlier, later in zip(values, values[1:], strict=False)):
            for count in found:
                count.suppressed = True


def _same_everywhere(counts: list[Count]) -> None:
    """What is suppressed in one table is suppressed in all."""
    hidden = {count.identity for count in counts if count.suppressed}
    for count in counts:
        if count.identity in hidden and not count.published:
            count.suppressed = True


def _blanked(frame: pd.DataFrame, rows: list[Row], suppressed: list[Count]) -> pd.DataFrame:
    """A copy with the numbers of rows about a suppressed count marked, and the text that repeats one; or the frame."""
    if not suppressed:
        return frame
    safe = frame.astype(object)
    places = {row.place: row for row in rows}
    near: dict[str, list[Count]] = {}
    for count in suppressed:
        near.setdefault(count.area, []).append(count)
    changed = False
    for place, record in enumerate(frame.to_dict("records")):
        row = places.get(place)
        about = [
            c for c in (near.get(row.area, ()) if row and row.area else suppressed) if row and row.says(c)
        ]
        kept = {count.column for count in row.counts if count.published} if row else set()
        told = {one.column for one in row.others if one.suppressed} if row else set()
        told |= {n for n, v in record.items() if _may_tell(n, v) and repeats(v, record, row, suppressed)}
        for position, (name, value) in enumerate(record.items()):
            hide = name in told
            if not hide and (about or told) and name not in kept and _is_number(name, value):
                hide = not _counts_others(row, name, about)
            if hide:
                safe.iat[place, position] = MARK
                changed = True
    return safe if changed else frame


def _is_name(name) -> bool:
    """Whether a column says where, when, of whom or in which printing."""
    return role(name) in ("area", "period", "printing") or kind_of(str(name)) is not None


def _may_tell(name, value) -> bool:
    return isinstance(value, str) and not _is_name(name) and plain_name(name) not in ("source", "sources")


def _is_number(name, value) -> bool:
    """Whether a cell holds a number in any form: 3, 0.15, 3%, 3 of 20, 1:7."""
    if _is_name(name) or role(name) == "text" or is_label(name, value):
        return False
    if isinstance(value, str) and (whole_number(value) is not None or NUMERIC.fullmatch(value.strip())):
        return True
    return number(value) is not None


def _counts_others(row: Row | None, name: str, about: list[Count]) -> bool:
    """Whether a column of a row counts none of those that are suppressed: a total, or another group's column."""
    hidden, then = {count.who for count in about}, {(count.who, count.period) for count in about}
    return row is not None and any(
        one.column == name and (one.who not in hidden or year_in(name) and (one.who, one.period) not in then)
        for one in row.counts
    )


def repeats(text: str, record: Mapping, row: Row | None, suppressed: Iterable[Count]) -> bool:
    """Whether a cell's text tells of a suppressed count: it names the place and the group, and has the number."""
    undated = re.sub(r"\b(?:19|20)\d\d-[01]\d\b", "", text)  # the name of a round is no number
    numbers = set(re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d{3}\b)", "", undated)))
    numbers |= {
        f"{number}"
        for word, number in WORDS.items()
        if word not in NOTHING and re.search(rf"\b{word}\b", text.casefold())
    }
    if not numbers or kind_of(text):
        return False
    area = next((area_of(str(value)) for name, value in record.items() if role(name) == "area"), "")
    periods = periods_of(record)
    for count in suppressed:
        here = count.area in ("", area) or count.area in text
        then = count.period in ("", *periods) or not any(periods) or count.period in text
        if not (here and then):
            continue
        if f"{count.value:g}" in numbers and row is not None and row.who == count.who:
            return True
        if PERSONAL_WORDS.search(text) and " " in text:
            return True
    return False
