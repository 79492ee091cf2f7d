"""What the rows of a table count, and of whom: read from any frame that may be published.

Columns are known by the words of their names, numbers by how they are printed, as nobody can be relied on to follow a
schema in a figure's numbers or in a table that a notebook shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd

from helpers.publish.inference import Count
from helpers.publish.whom import SEXES, Who, bands, kind_of, of_column, whom
from helpers.tables import forces

AREA = re.compile(
    r"(police_)?(area|force|region|nation|country|place|constabulary)(_(name|area|of_residence))?|local_authority|lad_name"
)
PERIOD = re.compile(
    r"((financial|calendar|first|last|reporting)_)?(year|month)(_(ending|to))?|period|quarter"
)
PRINTING = ("round", "release", "released", "vintage", "published")
TEXT = ("note", "notes", "source", "sources", "published", "round", "released", "remark", "reason")
NAMES = re.compile(
    r"row|(?:.*_)?rows|age_(?:low|high|min|max|from|to)|(?:min|max)(?:imum)?_age|quarter|rank|order|seed|period|level|place|tile_.*|.*_id|.*code"
)
A_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
YEAR_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:[_/ –-](\d\d))?(?!\d)")
QUOTIENT = r"ratio|share|percent|percentage|pct|proportion|rate|per"
CHANGE = r"change|difference|diff|increase|decrease|decline|rise|fall|drop|growth|delta|residual|deviation"
THINGS = r"forces|areas|years|months|weeks|days|quarters|rounds|releases|sources|codes|tests|specifications"
ESTIMATES = r"slope|coef|coefficient|beta|statistic|chi2|df|dof|p|sd|std|[tz]_value|correlation"
NOT_COUNTS = re.compile(
    rf"(?:(?:n|num|number|number_of|count|count_of)_)?(?:{THINGS})|(?:.*_)?(?:years|months|weeks|days|{QUOTIENT}|{CHANGE}|{ESTIMATES}|parts_sum|shortfall|expected|low|high|se|z|p_value|level|weight|per_\d+k?|cumulative)"
    rf"|(?:{QUOTIENT}|{CHANGE}|cumulative)_.*|.*_(?:to|per)_.*"
)
SHARE = re.compile(r"(.*_)?(share|percent|percentage|pct|proportion)(_.*)?")
TOTAL = re.compile(r"(.*_)?(total|base|denominator|everyone|all|population)(_.*)?")
BETWEEN_SEXES = re.compile(r".*(sex|gender|male|female|girl|boy).*")
COMPARES = re.compile(rf"(?:.*_)?(?:ratio|odds|gap|per|to|{CHANGE})(?:_.*)?")
COUNT_UNITS = {"offences", "people", "crimes", "victims", "records"}
COUNT_WORD = re.compile(
    r"\b(offences?|counts?|numbers?|victims?|crimes?|records?|people|persons)\b", re.IGNORECASE
)
COUNTED = re.compile(  # what is counted, after its number
    r"(?<=\w) (?:\w+ )?(?:offences?|victims?|crimes?|records?|people|persons|girls?|boys?|child(?:ren)?)$",
    re.IGNORECASE,
)
NOTHING = {"none", "nil"}  # counts nobody, or says that a label does not hold
WORDS = {**dict.fromkeys(NOTHING, 0), "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
WHOLE = re.compile(
    r"(?:[~≈]|c\.)?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?\s*(?:[*†‡§¶^#¹²³⁴ᵃᵇ]+|\[\w{1,12}\]|\([^)]*\))?"
)
BOTH_ENDS = re.compile(r"(\d+)\s*(?:-|–|to)\s*\1")  # a range that is one number: 3-3
FEWER = re.compile(r"(?:<|fewer than|less than|under|up to|≤)\s*([1-4])", re.IGNORECASE)


@dataclass
class Row:
    """A row that bears on persons: its counts, the shares that stand alone in it, and all that it says anything of."""

    table: str
    place: int
    area: str
    periods: tuple[str, ...]
    who: Who
    open_source: bool = False  # whether every source of it published its figures
    counts: list[Count] = field(default_factory=list)
    shares: list[Count] = field(default_factory=list)  # value: the share or the rate
    others: list[Count] = field(default_factory=list)  # worked out of it; value: the count behind
    total: float | None = None

    def says(self, count: Count) -> bool:
        """Whether the row is about what `count` counts; one without an area or a period is about every one."""
        near = self.area in ("", count.area) and (not any(self.periods) or count.period in self.periods)
        return near and count.who in {
            self.who,
            *(one.who for one in (*self.counts, *self.shares) if one.who.personal),
        }


def read_rows(name: str, frame: pd.DataFrame, described, published: set[str]) -> list[Row]:
    """The rows of a frame that bear on persons, with what they count; none where it tells no persons apart."""
    wide = of_columns(frame)
    records = frame.to_dict("records")
    labels = [
        c for c in frame.columns if role(c) not in ("area", "period", "printing", "text") and c not in wide
    ]
    banded = {
        c: found
        for c in labels
        if kind_of(str(c)) is None and not pd.api.types.is_numeric_dtype(frame[c].dtype)
        if (found := bands({v for v in frame[c] if isinstance(v, str)}, of=str(c)))
    }
    people = []
    for record in records:
        band = next((found[record[c]] for c, found in banded.items() if record[c] in found), None)
        people.append(whom({c: record[c] for c in labels if not (band and c in banded)}))
        if band and people[-1] is not None:
            people[-1] = Who(band.low, band.high, people[-1].sex, people[-1].other)
    told = wide or any(who and who.personal for who in people) or any(map(compares_sexes, frame.columns))
    if not told:
        return []
    columns = _count_columns(frame, described)
    area = next((column for column in frame.columns if role(column) == "area"), None)
    found = []
    for place, (record, who) in enumerate(zip(records, people, strict=True)):
        if who is None:
            continue
        where = area_of(str(record[area])) if area else _named(name)
        row = Row(name, place, where, periods_of(record), who, _is_published(record, described, published))
        _fill(row, record, columns, wide)
        found.append(row)
    return found


def of_columns(frame: pd.DataFrame) -> dict[str, Who]:
    """Whom the numbers of columns count, where their names say so."""
    names = [str(column) for column in frame.columns if not is_flag(frame[column])]
    told = {name: who for name in names if (who := of_column(name))}
    letters = {name: SEXES[name.casefold()] for name in names if name.casefold() in ("f", "m")}
    if len(letters) == 2:
        told |= {name: Who(sex=sex) for name, sex in letters.items()}
    if sum(who.sex != "any" for who in told.values()) > 1:
        told |= {name: Who(sex="unknown") for name in names if SEXES.get(plain_name(name)) == "unknown"}
    return told | {name: who for name, who in bands(names).items() if name not in told}


def is_flag(column: pd.Series) -> bool:
    """Whether a column only says yes or no, so that its name is a characteristic and not a group that it counts."""
    values = {str(value).casefold() for value in column.dropna()}
    return bool(values & {"yes", "no", "true", "false", "y", "n"}) and not any(map(whole_number, column))


def compares_sexes(name) -> bool:
    """Whether a column sets one sex against the other: a ratio or a difference of the two."""
    plain = plain_name(name)
    return bool(BETWEEN_SEXES.fullmatch(plain) and COMPARES.fullmatch(plain))


@cache
def year_in(name) -> str | None:
    """The year that a column's name says its numbers are of.

    >>> year_in("girls_2013_14"), year_in("2014/15"), year_in("offences")
    ('2013/14', '2014/15', None)
    """
    found = YEAR_IN_NAME.search(str(name))
    return "/".join(part for part in found.groups() if part) if found else None


def is_label(name, value) -> bool:
    """Whether a cell only says which row it is: a rank, a code, a year; the count of "last year" is none."""
    plain = plain_name(name)
    return bool(NAMES.fullmatch(plain) or "year" in plain and A_YEAR.match(str(value)))


def renamed(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose columns are known by their names: one named as a year that holds counts is named as a count."""
    names = {
        name: f"{name} (count)"
        for name in frame.columns
        if role(name) == "period" and re.search("year", plain_name(name))
        if (found := [number(value) for value in frame[name].dropna()])
        if all(value is not None and not 1900 <= value < 2100 for value in found)
    }
    return frame.rename(columns=names) if names else frame


@cache
def role(name) -> str | None:
    """What a column is for, by its name: area, period, printing, text; None for others."""
    plain = re.sub(r"\W+", "_", str(name).casefold()).strip("_")
    if plain in PRINTING:
        return "printing"
    if plain in TEXT:
        return "text"
    if AREA.fullmatch(plain):
        return "area"
    return "period" if PERIOD.fullmatch(plain) else None


@cache
def area_of(name: str) -> str:
    """A force by its usual name, however it is printed; other areas as they are."""
    try:
        return forces.force(name).name
    except ValueError:
        return name


def _named(name: str) -> str:
    """The force whose own figure this is, by its name; nothing for others."""
    slug = name.rpartition("/")[2].removeprefix("force-")
    return next((force for force in forces.FORCES if forces.force(force).slug == slug), "")


def _fill(row: Row, record: Mapping, columns: dict[str, bool], wide: Mapping[str, Who]) -> None:
    """Put a row's counts and shares into it."""
    vintage = "|".join([row.table, *(str(record[name]) for name in PRINTING if name in record)])
    years = sorted({year for column in columns if (year := year_in(column))})

    def count(column: str, who: Who, value: float, period: str | None = None) -> Count:
        period = period or year_in(column) or row.periods[0]
        return Count(
            row.table, row.place, column, row.area, period, who, value, row.open_source, vintage=vintage
        )

    is_count = str(record.get("kind", "count")) in ("count", "nan", "None")
    says_count = any(
        isinstance(v, str) and role(c) is None and COUNT_WORD.search(v) for c, v in record.items()
    )
    for column, sure in columns.items() if is_count else ():
        value = whole_number(record[column]) if sure or says_count else None
        if value is None:
            continue
        value = abs(value)  # so many taken away
        who, period = wide.get(column, row.who), None
        if TOTAL.fullmatch(column) and column not in wide and row.who.personal:
            if len(years) > 1:
                period = f"{years[0]}-{years[-1]}"
            elif len(columns) > 1 or column != "total" or any(map(SHARE.fullmatch, map(plain_name, record))):
                who, row.total = Who(), value
        row.counts.append(count(column, who, value, period))
    for column, cell in record.items():
        who = wide.get(column, row.who)
        share = number(cell) if SHARE.fullmatch(plain_name(column)) or per(column) else None
        if (
            share is not None
            and share >= 0
            and who.personal
            and not any(one.who == who for one in row.counts)
        ):
            row.shares.append(count(column, who, share))


@cache
def plain_name(name) -> str:
    """A column's name in small letters and underscores."""
    return re.sub(r"\W+", "_", str(name).casefold()).strip("_")


@cache
def per(name) -> float | None:
    """How many people a column's rate is of; None for a column that is no rate.

    >>> per("rate_per_1000"), per("per 100,000 population"), per("offences")
    (1000.0, 100000.0, None)
    """
    plain = str(name).casefold().replace(",", "")
    if not re.search(r"(?<![a-z])(rate|per)(?![a-z])", plain):
        return None
    found = re.search(r"per\D{0,3}(\d+)(k?)", plain)
    return float(found[1]) * (1000 if found[2] else 1) if found else 1000.0


def _count_columns(frame: pd.DataFrame, described) -> dict[str, bool]:
    """The columns that hold counts, and whether all their numbers are; in others, rows must say so."""
    units = {column.name: column.unit for column in described.columns} if described else {}
    if any(unit in COUNT_UNITS for unit in units.values()):
        counted = [name for name in frame.columns if units.get(name) in COUNT_UNITS]
        return {name: True for name in counted if not NOT_COUNTS.fullmatch(name)}
    found = {}
    for name in frame.columns:
        plain = plain_name(name)
        banded = of_column(str(name)) and not re.search(rf"(?:^|_)(?:{QUOTIENT}|{CHANGE})(?:_|$)", plain)
        if role(name) or kind_of(str(name)) or not banded and NOT_COUNTS.fullmatch(plain):
            continue
        if is_flag(frame[name]) or all(is_label(name, value) for value in frame[name].dropna()):
            continue
        sure = _counts(frame[name])
        if sure is not None:
            found[name] = sure
    return found


def _counts(column: pd.Series) -> bool | None:
    """Whether a column holds whole numbers only, as numbers or as text; None where it holds none."""
    values = column.dropna()
    if pd.api.types.is_bool_dtype(column.dtype) or values.empty:
        return None
    if pd.api.types.is_numeric_dtype(column.dtype):
        whole = values % 1 == 0
        return None if not whole.any() else bool(whole.all())
    numbers = values.map(number)
    whole = values.map(lambda value: whole_number(value) is not None)
    words = values.map(lambda value: str(value).strip().casefold())
    if not whole.all() and words[whole].isin(NOTHING).all():
        return None  # labels, one of which is "none"
    return None if not whole.any() else bool(whole[numbers.notna()].all())


def whole_number(value) -> float | None:
    """A count as printed: with commas, a footnote's mark, a share in brackets, in a word, or as less than a small one.

    >>> [whole_number(text) for text in ("1,234", "3*", "3 (2%)", "three", "iii", "3-3", "3 girls", "<3")]
    [1234.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 2.0]
    >>> [whole_number(text) for text in ("<5", "3.5", "3-4", "2014/15")]
    [None, None, None, None]
    """
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | float | np.number):
        return float(value) if value == value and value % 1 == 0 else None
    if not isinstance(value, str):
        return None
    text = COUNTED.sub("", value.strip())
    if (known := (WORDS | ROMAN).get(text.casefold())) is not None:
        return float(known)
    if found := BOTH_ENDS.fullmatch(text):
        return float(found[1])
    if found := FEWER.fullmatch(text):
        return float(found[1]) - 1
    found = WHOLE.fullmatch(text)
    return float(found[1].replace(",", "")) if found else None


def number(value) -> float | None:
    """A number as printed, with or without a sign for per cent."""
    if isinstance(value, str):
        found = re.fullmatch(r"[~≈]?\s*([+−-]?\d[\d,]*(?:\.\d+)?)\s*(?:%|per cent)?\s*[*†‡]*", value.strip())
        return float(found[1].replace(",", "").replace("−", "-")) if found else None
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number) or value != value:
        return None
    return float(value)


def periods_of(record: Mapping) -> tuple[str, ...]:
    """The periods that a row is about, the first first; one nameless one for a row that names none."""
    given = [str(value) for name, value in record.items() if role(name) == "period" and pd.notna(value)]
    quarter = next((str(value) for name, value in record.items() if plain_name(name) == "quarter"), None)
    if quarter is not None and len(given) > 1:
        rest = [one for one in given if one != quarter]
        if rest and not re.search(r"\d", quarter):
            return (rest[0],)  # "all" beside the four quarters
        return (f"{rest[0]} Q{quarter.removeprefix('Q')}", *rest, quarter) if rest else (quarter,)
    return tuple(given) or ("",)


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
