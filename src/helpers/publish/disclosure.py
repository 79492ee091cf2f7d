"""Disclosure control: no count under five by age or sex leaves the project, unless its source published it.

Every table and every figure's numbers pass through :func:`protect` before they are published. A count under
five by a victim's age or sex is suppressed, and so is whatever else it takes that the suppressed value cannot be
worked out from totals, other ages, the other sex or other areas. Whether it can be worked out is decided by
linear programming over what is left: the smallest and the largest value that a suppressed cell could have. A
figure that would show a small count is withheld whole. Counts that the source register says were published by
their source (it has an address) stay as they are, as suppressing them here would hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.publish.faults import PublishError
from helpers.tables import forces
from helpers.tables.measures import MEASURES

THRESHOLD = 5
CHOICES = 3  # a suppressed cell must be able to hold at least so many different whole numbers
MARK = "[c]"  # confidential; the same for both kinds, so that the mark itself says nothing about size

AREA = ("area", "force", "region", "nation")
PERIOD = ("financial_year", "period", "year", "quarter")
AGE = ("age", "age_group", "age_band", "victim_age", "ages")
SEX = ("sex", "gender", "victim_sex")
PERSONAL = {"measure", "age_low", *AGE, *SEX}  # columns that tell victims apart
NAMES = re.compile(r"row|rows|age_low|age_high|.*year.*|quarter|rank|period|level|place|tile_.*|n_.*|.*_id")
NOT_COUNTS = re.compile(r".*(ratio|share|percent|rate|_low|_high|se|z|p_value|level|weight|per_1000)$")
COUNT_UNITS = {"offences", "people", "crimes", "victims", "records"}
EVERYONE = {"", "all", "any", "total", "all ages", "both", "persons", "under 18", "0-17", "0 to 17"}
SEXES = {"female": "female", "girls": "female", "f": "female", "male": "male", "boys": "male", "m": "male",
         "unknown": "unknown", "not recorded": "unknown"}  # fmt: skip


@dataclass(frozen=True)
class Who:
    """Whom a count is of: an age range within 0 to 17, or a sex, or everybody; `name` for ages in words only."""

    low: int = 0
    high: int = 17
    sex: str = "any"
    name: str = ""

    @property
    def personal(self) -> bool:
        return self.sex != "any" or bool(self.name) or self.high - self.low < 15


@dataclass
class Count:
    """One count: where it stands, what it counts, whether its source published it, whether it is suppressed."""

    table: str
    row: int
    column: str
    area: str
    period: str
    who: Who
    value: float
    published: bool
    suppressed: bool = False

    @property
    def identity(self) -> tuple:
        return (self.area, self.period, self.who)

    def __str__(self) -> str:
        who = self.who.name or (
            self.who.sex if self.who.sex != "any" else f"aged {self.who.low} to {self.who.high}"
        )
        return f"{self.table}, row {self.row + 1}, {self.column} ({self.area}, {self.period}, {who})"


@dataclass
class Protection:
    """What may be published: safe copies of the frames, and what was suppressed in them."""

    frames: dict[str, pd.DataFrame]
    suppressed: list[Count] = field(default_factory=list)

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
    """
    described, published = described or {}, set(published)
    counts = [
        count
        for name, frame in frames.items()
        for count in find_counts(name, frame, described.get(name), published)
    ]
    for count in counts:
        count.suppressed = count.who.personal and count.value < THRESHOLD and not count.published
    _same_everywhere(counts)
    for period in {count.period for count in counts if count.suppressed}:
        _suppress_more([count for count in counts if count.period == period])
        _same_everywhere(counts)
    suppressed = [count for count in counts if count.suppressed]
    safe = {
        name: _blanked(frame, [c for c in suppressed if c.table == name]) for name, frame in frames.items()
    }
    return Protection(safe, suppressed)


def find_counts(name: str, frame: pd.DataFrame, described, published: set[str]) -> list[Count]:
    """The counts of a frame that bear on personal characteristics; none where it has no age, sex or measure."""
    columns = set(frame.columns)
    if not columns & PERSONAL:
        return []
    area, period = (next((c for c in names if c in columns), None) for names in (AREA, PERIOD))
    counted = _count_columns(frame, described)
    found = []
    for place, row in enumerate(frame.to_dict("records")):
        who = whom(row)
        if who is None or str(row.get("kind", "count")) not in ("count", "nan", "None"):
            continue
        open_source = _is_published(row, described, published)
        for column in counted:
            value = row[column]
            if pd.isna(value) or value < 0:
                continue
            when = str(row[period]) if period else ""
            when = when if len(counted) == 1 else f"{when} {column}".strip()
            where = str(row[area]) if area else ""
            found.append(Count(name, place, column, where, when, who, float(value), open_source))
    return found


def whom(row: Mapping) -> Who | None:
    """Whom a row counts, from its measure or its age and sex columns; None for a measure of something else."""
    if "measure" in row and row["measure"] in MEASURES:
        measure = MEASURES[row["measure"]]
        if measure.kind in ("total", "age", "sex"):
            return Who(measure.age_low, measure.age_high, measure.sex)
        return Who(name=measure.id) if measure.age_high - measure.age_low < 12 else None
    low, high, sex, name = 0, 17, "any", ""
    if "age_low" in row and pd.notna(row["age_low"]):
        low, high = int(row["age_low"]), int(row.get("age_high", 17))
    for column in AGE:
        if column in row and pd.notna(row[column]) and str(row[column]).strip().casefold() not in EVERYONE:
            ages = _ages(str(row[column]))
            low, high, name = (*ages, name) if ages else (low, high, str(row[column]))
    for column in SEX:
        if column in row and pd.notna(row[column]) and str(row[column]).strip().casefold() not in EVERYONE:
            word = str(row[column]).strip().casefold()
            sex = SEXES.get(word, word)
    return Who(low, high, sex, name)


def _ages(words: str) -> tuple[int, int] | None:
    """
    >>> _ages("10 to 13"), _ages("under 5"), _ages("4 and under"), _ages("aged 7"), _ages("unknown")
    ((10, 13), (0, 4), (0, 4), (7, 7), None)
    """
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    if len(numbers) == 2:
        return numbers[0], numbers[1]
    if len(numbers) != 1:
        return None
    if re.search(r"under\s+\d", words):
        return 0, numbers[0] - 1
    if re.search(r"\d\s+(and|or) (under|younger)", words):
        return 0, numbers[0]
    return numbers[0], numbers[0]


def _count_columns(frame: pd.DataFrame, described) -> list[str]:
    units = {column.name: column.unit for column in described.columns} if described else {}
    numeric = [name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name].dtype)]
    numeric = [name for name in numeric if not pd.api.types.is_bool_dtype(frame[name].dtype)]
    if any(unit in COUNT_UNITS for unit in units.values()):
        return [name for name in numeric if units.get(name) in COUNT_UNITS]
    whole = [name for name in numeric if (frame[name].dropna() % 1 == 0).all()]
    return [name for name in whole if not NAMES.fullmatch(str(name)) and not NOT_COUNTS.fullmatch(str(name))]


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


def _same_everywhere(counts: list[Count]) -> None:
    """What is suppressed in one table is suppressed in all."""
    hidden = {count.identity for count in counts if count.suppressed}
    for count in counts:
        if count.identity in hidden and not count.published:
            count.suppressed = True


def _suppress_more(counts: list[Count]) -> None:
    """Suppress further counts of one period until no suppressed one can be worked out."""
    while True:
        exposed = next(
            (c for c, low, high in ranges(counts) if np.floor(high) - np.ceil(low) + 1 < CHOICES), None
        )
        if exposed is None:
            return
        open_cells = [c for c in counts if not c.suppressed and not c.published and c.area == exposed.area]
        open_cells = open_cells or [
            c for c in counts if not c.suppressed and not c.published and c.who == exposed.who
        ]
        if not open_cells:
            raise PublishError(
                f"{exposed}: a suppressed count can be worked out from figures that stay; leave the row out of the "
                "table, or publish a wider age group"
            )
        chosen = min(open_cells, key=lambda c: (not c.who.personal, c.value, c.table, c.row))
        for count in counts:
            if count.identity == chosen.identity and not count.published:
                count.suppressed = True


def ranges(counts: list[Count]) -> list[tuple[Count, float, float]]:
    """For each suppressed count of one period, the least and the most it could be, given what is not suppressed.

    Ages 0 to 17 and the sexes of every force are unknowns that add up to the counts; a reader is assumed to know
    that ages add up to the total, sexes add up to the total and forces add up to their nation or group.
    """
    from scipy.optimize import linprog

    names: dict[tuple, int] = {}

    def index(*key) -> int:
        return names.setdefault(key, len(names))

    def parts(area: str, who: Who) -> list[int]:
        members = forces.forces_of(area) or (area,)
        if who.name:
            return [index(member, who.name) for member in members]
        if who.sex != "any":
            return [index(member, who.sex) for member in members]
        return [index(member, age) for member in members for age in range(who.low, who.high + 1)]

    known: dict[tuple, set[float]] = {}
    for count in counts:
        parts(count.area, count.who)
        if not count.suppressed:
            known.setdefault((count.area, count.who), set()).add(count.value)
    equations = [(parts(*key), values.pop()) for key, values in known.items() if len(values) == 1]
    for member in {key[0] for key in names}:
        sexes = [index(member, sex) for sex in ("female", "male", "unknown") if (member, sex) in names]
        if sexes:
            equations.append((parts(member, Who()), sexes))
    matrix, sums = np.zeros((len(equations), len(names))), np.zeros(len(equations))
    for number, (cells, total) in enumerate(equations):
        matrix[number, cells] = 1
        if isinstance(total, list):
            matrix[number, total] = -1
        else:
            sums[number] = total
    answers = []
    for count in {c.identity: c for c in counts if c.suppressed}.values():
        aim = np.zeros(len(names))
        aim[parts(count.area, count.who)] = 1
        ends = [linprog(sign * aim, A_eq=matrix, b_eq=sums, bounds=(0, None)) for sign in (1, -1)]
        alone = [other for other in counts if other.area == count.area]
        if ends[0].status == 2 and len(alone) < len(
            counts
        ):  # areas that contradict each other: take this one alone
            answers += [answer for answer in ranges(alone) if answer[0].identity == count.identity]
            continue
        low = ends[0].fun if ends[0].status == 0 else 0.0
        high = -ends[1].fun if ends[1].status == 0 else np.inf
        answers.append((count, round(low, 6), round(high, 6)))
    return answers


def _blanked(frame: pd.DataFrame, cells: list[Count]) -> pd.DataFrame:
    """A copy with the suppressed rows' numbers marked, and words that repeat the number with them."""
    if not cells:
        return frame
    safe = frame.astype(object)
    for cell in cells:
        number = f"{cell.value:g}"
        for place, name in enumerate(frame.columns):
            value = safe.iat[cell.row, place]
            is_number = isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)
            repeats = (
                isinstance(value, str)
                and number in re.findall(r"\d+", value)
                and name not in (*AREA, *PERIOD, *AGE, "measure")
            )
            if (is_number and pd.notna(value) and not NAMES.fullmatch(str(name))) or repeats:
                safe.iat[cell.row, place] = MARK
    return safe
