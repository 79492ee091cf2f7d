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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
import pandas as pd

from helpers.publish.faults import PublishError
from helpers.publish.inference import Count, Exposed, settle
from helpers.publish.whom import COLUMNS, PERSONAL_WORDS, Who, of_column, whom
from helpers.tables import forces

THRESHOLD = 5
MARK = "[c]"  # confidential; the same for both kinds, so that the mark itself says nothing about size

PERSONAL = COLUMNS
AREA = ("area", "force", "region", "nation", "place")
PERIOD = ("financial_year", "period", "year", "first_year", "last_year", "quarter")
PRINTING = ("round", "release", "released", "vintage", "published")
TEXT = ("note", "notes", "source", "sources", "published", "round", "released", "remark", "reason")
NAMES = re.compile(r"row|rows|age_low|age_high|.*year.*|quarter|rank|period|level|place|tile_.*|.*_id")
NOT_COUNTS = re.compile(
    r".*(ratio|share|percent|pct|proportion|rate|change|difference|parts_sum|shortfall|expected|_low|_high|se|z|p_value"
    r"|level|weight|per_1000)$"
)
SHARE = re.compile(r"(.*_)?(share|percent|pct|proportion)(_.*)?")
TOTAL = re.compile(r"(.*_)?(total|base|denominator|everyone|all)(_.*)?")
COUNT_UNITS = {"offences", "people", "crimes", "victims", "records"}
WHOLE = re.compile(r"\d{1,3}(,\d{3})+|\d+")


@dataclass
class Row:
    """A row that bears on persons: its counts, the shares that stand alone in it, and all that it says anything of."""

    table: str
    place: int
    area: str
    periods: tuple[str, ...]
    who: Who
    counts: list[Count] = field(default_factory=list)
    shares: list[Count] = field(default_factory=list)  # value: the share
    total: float | None = None

    def says(self, count: Count) -> bool:
        """Whether the row is about what `count` counts; one without an area or a period is about every one."""
        near = self.area in ("", count.area) and (not any(self.periods) or count.period in self.periods)
        return near and count.who in {
            self.who,
            *(one.who for one in (*self.counts, *self.shares) if one.who.personal),
        }


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
    frames: Mapping[str, pd.DataFrame], published: Iterable[str], described: Mapping | None = None
) -> Protection:
    """Suppress small counts in every frame, and check that none can be worked out.

    Parameters
    ----------
    frames : name → frame with a row for each count
    published : ids of sources that themselves published their figures
    described : name → schema (`helpers.tables.schemas.Table`), for units and sources; others go by column names

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
    rows = [
        row
        for name, frame in frames.items()
        for row in read_rows(name, frame, described.get(name), published)
    ]
    counts = [count for row in rows for count in row.counts]
    counts += _worked_out(rows, counts)
    known = {(count.identity, count.value) for count in counts if count.published}
    for count in counts:
        count.published = count.published or (count.identity, count.value) in known
        count.suppressed = count.who.personal and count.value < THRESHOLD and not count.published
    for count in _differences(counts):
        count.suppressed = True
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
    return made


def find_counts(name: str, frame: pd.DataFrame, described, published: set[str]) -> list[Count]:
    """The counts of a frame that bear on persons; none where it tells no persons apart."""
    return [count for row in read_rows(name, frame, described, published) for count in row.counts]


def read_rows(name: str, frame: pd.DataFrame, described, published: set[str]) -> list[Row]:
    """The rows of a frame that bear on persons, with what they count; none where it tells no persons apart."""
    wide = {column: who for column in frame.columns if (who := of_column(str(column)))}
    records = frame.to_dict("records")
    labels = [c for c in frame.columns if c not in (*AREA, *PERIOD, *PRINTING, *TEXT) and c not in wide]
    people = [whom({column: record[column] for column in labels}) for record in records]
    if not wide and not any(who and who.personal for who in people):
        return []
    columns = _count_columns(frame, described)
    area = next((column for column in AREA if column in frame.columns), None)
    found = []
    for place, (record, who) in enumerate(zip(records, people, strict=True)):
        if who is None:
            continue
        row = Row(name, place, str(record[area]) if area else _area_of(name), _periods(record), who)
        _fill(row, record, columns, wide, _is_published(record, described, published))
        found.append(row)
    return found


def _fill(row: Row, record: Mapping, columns: list[str], wide: Mapping[str, Who], open_source: bool) -> None:
    """Put a row's counts and shares into it."""
    vintage = "|".join([row.table, *(str(record[name]) for name in PRINTING if name in record)])

    def count(column: str, who: Who, value: float) -> Count:
        return Count(
            row.table, row.place, column, row.area, row.periods[0], who, value, open_source, vintage=vintage
        )

    is_count = str(record.get("kind", "count")) in ("count", "nan", "None")
    for column in columns if is_count else ():
        value = _whole_number(record[column])
        if value is None or value < 0:
            continue
        who = wide.get(column, row.who)
        if TOTAL.fullmatch(column) and column not in wide and row.who.personal:
            who, row.total = Who(), value
        row.counts.append(count(column, who, value))
    for column, value in record.items():
        who = wide.get(column, row.who)
        fresh = not any(one.who == who for one in row.counts)
        if (
            SHARE.fullmatch(str(column))
            and fresh
            and who.personal
            and isinstance(value, float | int)
            and value >= 0
        ):
            row.shares.append(count(column, who, float(value)))


def _worked_out(rows: list[Row], counts: list[Count]) -> list[Count]:
    """The counts behind shares that stand without them, by the total in their row or in any table."""
    totals: dict[tuple, set[float]] = {}
    for count in counts:
        if not count.who.personal:
            totals.setdefault((count.area, count.period), set()).add(count.value)
    found = []
    for row in rows:
        for share in row.shares:
            of = {row.total} if row.total is not None else totals.get((share.area, share.period), set())
            scale = 100 if re.search("percent|pct", share.column) or share.value > 1 else 1
            for total in sorted(of):
                made = Count(**{**vars(share), "value": float(round(total * share.value / scale))})
                found.append(made)
    return found


def _count_columns(frame: pd.DataFrame, described) -> list[str]:
    units = {column.name: column.unit for column in described.columns} if described else {}
    if any(unit in COUNT_UNITS for unit in units.values()):
        counted = [name for name in frame.columns if units.get(name) in COUNT_UNITS]
        return [name for name in counted if not NOT_COUNTS.fullmatch(name)]
    names = [
        name
        for name in frame.columns
        if not NAMES.fullmatch(str(name)) and not NOT_COUNTS.fullmatch(str(name))
    ]
    return [
        name
        for name in names
        if name not in (*AREA, *PERIOD, *PRINTING, *TEXT, *PERSONAL) and _counts(frame[name])
    ]


def _counts(column: pd.Series) -> bool:
    """Whether a column holds whole numbers, as numbers or as text, or hardly anything else."""
    values = column.dropna()
    if pd.api.types.is_bool_dtype(column.dtype) or values.empty:
        return False
    if pd.api.types.is_numeric_dtype(column.dtype):
        return bool((values % 1 == 0).all())
    return bool(values.map(lambda value: _whole_number(value) is not None).any())


def _whole_number(value) -> float | None:
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | float | np.number):
        return float(value) if value == value else None
    if isinstance(value, str) and WHOLE.fullmatch(value.strip()):
        return float(value.replace(",", ""))
    return None


def _periods(record: Mapping) -> tuple[str, ...]:
    given = [str(record[name]) for name in PERIOD if name in record and pd.notna(record[name])]
    if "quarter" in record and len(given) > 1:
        return (f"{given[0]} Q{str(record['quarter']).removeprefix('Q')}", *given)
    return tuple(given) or ("",)


def _area_of(name: str) -> str:
    """The force whose own figure this is, by its name; nothing for others."""
    slug = name.rpartition("/")[2].removeprefix("force-")
    return next((force for force in forces.FORCES if forces.force(force).slug == slug), "")


def _is_published(row: Mapping, described, published: set[str]) -> bool:
    """Whether every source of a row published its figures; a row without a source counts as unpublished."""
    named: list[str] = []
    for column in ("source", "sources"):
        value = row.get(column)
        if isinstance(value, str):
            named += [part for part in re.split(r"[;,|\s]+", value) if part]
    if not named and described:
        named = list(described.sources)
    return bool(named) and all(source in published for source in named)


def _next_to_go(counts: list[Count], found: Exposed) -> Count:
    """Of those that give a suppressed count away, the one whose loss costs least."""
    able = [c for c in counts if c.identity in found.givers and not c.suppressed and not c.published]
    able = [c for c in able if not any(o.published for o in counts if o.identity == c.identity)]
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


def _differences(counts: list[Count]) -> list[Count]:
    """Counts that with a wider one of the same place and time leave a small rest: all and girls tell of boys."""
    groups: dict[tuple, list[Count]] = {}
    for count in counts:
        groups.setdefault((count.area, count.period), []).append(count)
    found = []
    for group in groups.values():
        for wide, narrow in permutations(group, 2):
            rest = wide.value - narrow.value
            if (
                0 <= rest < THRESHOLD
                and _holds(wide.who, narrow.who)
                and not (wide.published and narrow.published)
            ):
                found.append(wide if narrow.published else narrow)
    return found


def _holds(wide: Who, narrow: Who) -> bool:
    """Whether one group of persons is part of another, and leaves out a sex or some ages, not both."""
    ages = wide.low <= narrow.low and min(narrow.high, 17) <= min(wide.high, 17)
    same_ages = wide.low == narrow.low and min(narrow.high, 17) == min(wide.high, 17)
    sexes = wide.sex == narrow.sex or wide.sex == "any"
    return ages and sexes and wide.other == narrow.other and same_ages != (wide.sex == narrow.sex)


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
    changed = False
    for place, record in enumerate(frame.to_dict("records")):
        row = places.get(place)
        about = [count for count in suppressed if row and row.says(count)]
        kept = {count.column for count in row.counts if count.published} if row else set()
        told = {
            name
            for name, value in record.items()
            if _may_tell(name, value) and repeats(value, record, row, suppressed)
        }
        for position, (name, value) in enumerate(record.items()):
            hide = name in told
            if not hide and (about or told) and name not in kept and _is_number(name, value):
                hide = not _counts_others(row, name, about)
            if hide:
                safe.iat[place, position] = MARK
                changed = True
    return safe if changed else frame


def _may_tell(name: str, value) -> bool:
    return isinstance(value, str) and name not in (*AREA, *PERIOD, *PRINTING, *PERSONAL, "source", "sources")


def _is_number(name: str, value) -> bool:
    names = name in (*AREA, *PERIOD, *PRINTING, *PERSONAL) or NAMES.fullmatch(str(name))
    return not names and (_whole_number(value) is not None or (isinstance(value, float) and value == value))


def _counts_others(row: Row | None, name: str, about: list[Count]) -> bool:
    """Whether a column of a row counts none of those that are suppressed: a total, or another group's column."""
    hidden = {count.who for count in about}
    return row is not None and any(one.column == name and one.who not in hidden for one in row.counts)


def repeats(text: str, record: Mapping, row: Row | None, suppressed: Iterable[Count]) -> bool:
    """Whether a cell's text tells of a suppressed count: it names the place and the group, and has the number."""
    numbers = set(re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)))
    if not numbers or text in COLUMNS:
        return False
    area = next((str(record[name]) for name in AREA if name in record), "")
    periods = _periods(record)
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
