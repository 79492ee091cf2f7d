"""Read official tables of how long after an offence police recorded it: bands of delay in rows, and years across.

The Office for National Statistics puts such tables beside its articles on sexual offences, and changes their sheets from release
to release. So a table is found by what it says and not by where it stands: rows that begin with lengths of time, from the shortest
to the longest, each band beginning where the last one ended, under columns that name one financial year each. Where the columns
name kinds of offence, the year is that of the title above them. Whatever does not fit is refused with its sheet and row.
"""

import re
from collections.abc import Iterator
from math import inf, isclose
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.official.home_office import sheets, year_or_none
from helpers.tables import rounding
from helpers.tables.files import refused

DELAYS = "delays"  # of data/official_files.toml
COLUMNS = ["financial_year", "offence", "delay", "from_years", "to_years", "value", "unit"]
UNITS = {"day": 1 / 365.25, "week": 7 / 365.25, "month": 1 / 12, "year": 1.0}
LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(?:(day|week|month|year)s?)?\b")
OPEN = re.compile(r"\b(?:over|more|longer|greater|after|least|older)\b|\+")
SHORTER = re.compile(r"\b(?:under|less|within|fewer|up to|same day)\b")
WHOLE = re.compile(r"(?:all|total|grand total|number of offences)\b")
YEAR = re.compile(r"(?i)year ending March \d{4}|\b\d{4}[/-]\d\d\b|April \d{4} to March \d{4}")
UNKNOWN = re.compile(r"\b(?:unknown|not known|not stated|not recorded|missing)\b")
NOTE = re.compile(r"\[note[^\]]*\]|\(note[^)]*\)", re.IGNORECASE)
LATE = {1: "a year", 20: "20 years"}
HEADING_ROWS = 6  # how far above its first band a table's headings and title are looked for


def band(text: str) -> tuple[float, float] | None:
    """The span of a delay in years, or None where a text names none.

    Examples
    --------
    >>> band("Less than one year"), band("1 year to less than 5 years"), band("5-20 years"), band("20 years or more")
    ((0.0, 1.0), (1.0, 5.0), (5.0, 20.0), (20.0, inf))
    >>> band("Same day"), band("Rape of a child under 16"), band("No more than 1 year")
    ((0.0, 0.0), None, None)
    """
    text = re.sub(r"\bone\b", "1", text.casefold())
    if text == "same day":
        return 0.0, 0.0
    found = LENGTH.findall(text)
    if not 1 <= len(found) <= 2 or not found[-1][1]:
        return None
    ends = [float(number) * UNITS[unit or found[-1][1]] for number, unit in found]
    if len(ends) == 2:
        return (ends[0], ends[1]) if ends[0] < ends[1] else None
    if re.search(r"\bno\b|\bnot\b", text) or bool(OPEN.search(text)) == bool(SHORTER.search(text)):
        return None
    return (ends[0], inf) if OPEN.search(text) else (0.0, ends[0])


def read_delays(path: Path) -> pd.DataFrame:
    """Every table of delays in a file, one row for each year, kind of offence and band.

    Parameters
    ----------
    path : Path or str
        A CSV file or a spreadsheet.

    Returns
    -------
    DataFrame
        `financial_year`, `offence` (blank where the columns are years), `delay` as it was printed, `from_years`, `to_years`,
        `value`, and `unit`: offences or percent. Rows of delays that are not known, and totals, are left out.

    Raises
    ------
    TableError
        A file that cannot be opened or has no such table; bands that overlap or leave a gap; a column without one financial year;
        a cell that is no number; bands that do not add up to their total.
    """
    tables = []
    for sheet, cells in sheets(path):
        words = cells.map(lambda cell: re.sub(r"\s+", " ", NOTE.sub("", str(cell))).strip())
        tables += [_read(words, path, sheet, at) for at in _beginnings(words[0])] if words.size else []
    if not tables:
        raise refused(path, "has no table of lengths of time between offence and record", "give another file")
    found = pd.concat(tables, ignore_index=True)
    twice = found.duplicated(["financial_year", "offence", "delay", "unit"], keep=False)
    if twice.any():
        first = found[twice].iloc[0]
        what = " ".join(filter(None, (first["financial_year"], first["offence"])))
        twice = f"gives {what}, {first['delay']}, in two tables"
        raise refused(path, twice, "keep one of them in a file of its own")
    return found


def summary(found: pd.DataFrame, held: pd.DataFrame) -> Iterator[str]:
    """What tables of delays would add to what is held, in lines.

    Parameters
    ----------
    found : DataFrame
        What :func:`read_delays` returns.
    held : DataFrame
        The raw table `disclosure_series`.
    """
    for (offence, unit), rows in found.groupby(["offence", "unit"]):
        before: dict[str, float] = {}
        for year, bands in rows.groupby("financial_year"):
            whole, said = bands["value"].sum(), []
            for years, words in LATE.items():
                if not np.isclose(bands["from_years"], years).any():
                    said.append(f"no band begins at {words}")
                    continue
                late = bands.loc[bands["from_years"] > years - 1e-9, "value"].sum()
                start = before.get(f"{int(year[:4]) - 1} {words}") if unit == "offences" else None
                grew = f" ({rounding.signed(rounding.plain(late / start, 'ratio'))})" if start else ""
                said.append(f"{rounding.plain(late / whole, 'share')} over {words}{grew}")
                before[f"{year[:4]} {words}"] = late
            total = f"{whole:,.0f} offences" if unit == "offences" else "shares only"
            yield f"{' '.join(filter(None, (year, offence)))}: {total}, {', '.join(said)}"
    old = held[held["series"] == "recorded_offences_over20yrs_old_change"]
    years = ", ".join(sorted(old.loc[old["unit"] == "percent", "period"]))
    yield f"held of offences more than 20 years old: the growth in words, for {years}; no count by delay"


def _beginnings(first: pd.Series) -> list[int]:
    """Where a table begins, by the cells of the first column: three rows or more of bands, one under the other."""
    there = first.map(band).notna()
    return [at for at in range(len(there) - 2) if there[at : at + 3].all() and not (at and there[at - 1])]


def _read(cells: pd.DataFrame, path: Path, sheet: str, start: int) -> pd.DataFrame:
    """One table, whose first band stands in a row of a sheet: bands, perhaps a row of delays not known, and a total."""

    def wrong(row: int, problem: str):
        return refused(path, f"sheet {sheet}, row {row + 1}: {problem}", "correct it, or give another file")

    labels, end, bands = cells[0], start, []
    while end < len(cells) and (span := band(labels[end])) is not None:
        if bands and not isclose(span[0], bands[-1][1], abs_tol=1.5 / 365.25):
            raise wrong(end, f"{labels[end]!r} does not begin where the band above it ends")
        bands.append(span)
        end += 1
    total = end + (end < len(cells) and bool(UNKNOWN.search(labels[end].casefold())))
    if total >= len(cells) or not WHOLE.match(labels[total].casefold()):
        raise wrong(end - 1, "no total stands below the bands, to compare their sum with")
    columns = _columns(cells, start, wrong, sheet)
    numbers = cells.loc[start:total, list(columns)].map(_number)
    if numbers.isna().any(axis=None):
        raise wrong(numbers.isna().any(axis=1).idxmax(), "a cell is no number")
    whole, parts = numbers.loc[total], numbers.loc[: total - 1].sum()
    percent = (parts - 100).abs() <= 0.5 * len(bands)
    off = (parts - whole).abs() > 0.5 * percent.map({True: len(bands), False: 1})
    off &= ~(percent & (whole > 100))  # shares may stand over the number that they are of
    if off.any():
        raise wrong(total, f"the bands add up to {parts[off].iloc[0]:g}, not to {whole[off].iloc[0]:g}")
    spans = pd.DataFrame(bands, range(start, end), columns=["from_years", "to_years"]).assign(delay=labels)
    units = percent.map({True: "percent", False: "offences"})
    tables = [
        spans.assign(financial_year=year, offence=offence, value=numbers[at], unit=units[at])
        for at, (year, offence) in columns.items()
    ]
    return pd.concat(tables)[COLUMNS]


def _columns(cells: pd.DataFrame, start: int, wrong, sheet: str) -> dict[int, tuple[str, str]]:
    """Column → its financial year and its kind of offence, from the headings above a table, or the title over them."""
    filled = [at for at in range(1, cells.shape[1]) if cells.at[start, at]]
    above = cells.loc[max(0, start - HEADING_ROWS) : start - 1]
    above = above[(above != "").any(axis=1)]
    if not filled or above.empty:
        raise wrong(start, "no headings stand above the bands")
    names = above.iloc[-1][filled]
    years = names.map(year_or_none)
    if years.notna().all():
        return {at: (year, "") for at, year in years.items()}
    titles = " ".join([*above.iloc[:-1].to_numpy().ravel(), sheet])
    told = {year for found in YEAR.findall(titles) if (year := year_or_none(found))}
    if years.notna().any() or not names.all() or len(told) != 1:
        raise wrong(start - 1, "it is not plain which financial year each column is of")
    return {at: (next(iter(told)), name) for at, name in names.items()}


def _number(text: str) -> float | None:
    """A number as it stands, or a share with its sign."""
    text = text.removesuffix("%").replace(",", "")
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None
