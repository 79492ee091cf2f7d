"""Read the Home Office's own tables of recorded crime and of outcomes: CSV, XLSX, XLS or ODS, one sheet a year or all in one.

A row of these tables is one force, offence code and quarter, and in those of outcomes one outcome. Headings vary between releases, title lines can stand
above them, counts come as numbers or as text with blanks and thousands separators, and a spreadsheet turns code
4.10 into the number 4.1. Everything is checked: a force, year, quarter or count that cannot be read is an error
with sheet, row and column. Rows of bodies that are not forces, and of codes that this project does not know, are
set aside and counted.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.official.recorded_crime import COLUMNS, QUARTERS
from helpers.tables.faults import Fault, TableError
from helpers.tables.files import shown
from helpers.tables.forces import resolve_force
from helpers.tables.offences import offences
from helpers.tables.periods import parse_financial_year
from helpers.tables.vocabularies import values

HEADINGS = {
    "financial_year": ("financial year", "year"),
    "quarter": ("financial quarter", "quarter"),
    "force": ("force name", "force", "police force", "police force area"),
    "description": ("offence description", "offence", "offence name"),
    "offence_code": ("offence code", "ho code", "home office code", "code"),
    "offences": ("number of offences", "offences", "offence count", "count"),
}
OUTCOME_HEADINGS = {
    **{name: options for name, options in HEADINGS.items() if name != "offences"},
    "outcome": ("outcome type", "outcome code"),
    "outcome_description": ("outcome description", "outcome"),
    "recorded": (
        "number of outcomes for offences that were recorded in the quarter",
        "force outcomes for offences recorded in quarter",
        "outcomes for offences recorded in the quarter",
    ),
    "closed": (
        "number of outcomes for investigations that were closed in the quarter",
        "force outcomes recorded in quarter",
        "outcomes recorded in the quarter",
    ),
}
HEADING_ROWS = 30  # how far down a sheet the headings are looked for
BLANK = frozenset(("", ":", "..", "z", "x", "[x]", "[z]", "[c]", "n/a"))
SPREADSHEETS = (".xlsx", ".xls", ".ods", ".xlsb")


@dataclass
class OpenData:
    """What a file holds.

    crime : the counts in the layout of data/raw/recorded_crime.csv; a quarter without a row in a year that has the
        quarter is 0, in a year that has not it is empty
    rows : rows read
    sheets : names of the sheets that hold rows
    set_aside : why rows were set aside → how many
    repeated : rows that repeat the force, code and quarter of another; their counts are added
    """

    crime: pd.DataFrame
    rows: int
    sheets: tuple[str, ...]
    set_aside: Counter = field(default_factory=Counter)
    repeated: int = 0


def read_open_data(path: Path | str) -> OpenData:
    """Read one file in the Home Office's layout.

    Parameters
    ----------
    path : Path or str
        A CSV file or a spreadsheet.

    Returns
    -------
    OpenData

    Raises
    ------
    TableError
        A file that is missing or of another kind, no sheet with the headings, or a cell that cannot be read; the
        message names file, sheet, row and column.

    Examples
    --------
    >>> import tempfile
    >>> text = ("Financial Year,Financial Quarter,Force Name,Offence Description,Offence Code,Number of Offences\\n"
    ...     "2017/18,1,\\"London, City of\\",Made up,71, 1 234 \\n")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "made-up.csv").write_text(text)
    ...     read_open_data(Path(folder, "made-up.csv")).crime.values.tolist()
    [['2017/18', 'City of London', '71', 1234, <NA>, <NA>, <NA>]]
    """
    found = _read(Path(path), HEADINGS, ("offences",))
    keys = ["financial_year", "force", "offence_code", "quarter"]
    found.repeated = int(found.crime.duplicated(keys).sum())
    found.crime = _wide(found.crime)
    return found


def read_outcomes(path: Path | str) -> OpenData:
    """Read one file of outcomes: what became of the offences of each force, code and quarter.

    Parameters and errors are those of :func:`read_open_data`.

    Returns
    -------
    OpenData
        ``crime`` has a row for each financial_year, force, offence_code, outcome and outcome_description, with
        ``recorded`` (outcomes until now of the offences that were recorded in the year) and ``closed`` (outcomes given in
        the year, whenever the offence was recorded).

    Examples
    --------
    >>> import tempfile
    >>> text = ("Financial Year,Financial Quarter,Force Name,Offence Code,Outcome Description,Outcome Type,"
    ...     "Force outcomes for offences recorded in quarter,Force outcomes recorded in quarter\\n"
    ...     "2017/18,1,Kent,71,Charged/Summonsed,1,4,3\\n2017/18,2,Kent,71,Charged/Summonsed,1,2,3\\n")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "made-up.csv").write_text(text)
    ...     read_outcomes(Path(folder, "made-up.csv")).crime.values.tolist()
    [['2017/18', 'Kent', '71', '1', 'Charged/Summonsed', 6, 6]]
    """
    found = _read(Path(path), OUTCOME_HEADINGS, ("recorded", "closed"))
    keys = ["financial_year", "force", "offence_code", "outcome", "outcome_description"]
    found.crime = found.crime.groupby(keys, as_index=False)[["recorded", "closed"]].sum()
    return found


def _read(path: Path, headings: dict, counts: tuple[str, ...]) -> OpenData:
    frames, names = [], []
    set_aside: Counter = Counter()
    read = 0
    for name, cells in _sheets(path):
        rows = _table(cells, name, headings)
        if rows is not None:  # typed sheet by sheet, so that a large workbook is never whole in memory
            read += len(rows)
            frames.append(_typed(rows, shown(path), set_aside, counts))
            names.append(name)
    if not frames:
        wanted = ", ".join(options[0] for options in headings.values())
        raise TableError(
            shown(path), [Fault(f"no sheet has the headings {wanted}", mend="give another file")]
        )
    return OpenData(pd.concat(frames, ignore_index=True), read, tuple(names), set_aside)


def _sheets(path: Path) -> Iterable[tuple[str, list[list]]]:
    """Every sheet's name and cells; a CSV file is one sheet."""
    if not path.is_file():
        raise TableError(shown(path), [Fault("is missing", mend="give the path of a downloaded file")])
    kind = path.suffix.lower()
    if kind == ".csv":
        yield path.name, _csv_cells(path.read_bytes(), shown(path))
    elif kind in SPREADSHEETS:
        from python_calamine import CalamineError, load_workbook

        try:
            with load_workbook(str(path)) as book:
                for name in book.sheet_names:
                    yield name, book.get_sheet_by_name(name).to_python()
        except (CalamineError, OSError, ValueError) as error:
            raise TableError(
                shown(path), [Fault(f"cannot be opened: {error}", mend="download it again")]
            ) from None
    else:
        known = ", ".join((".csv", *SPREADSHEETS))
        raise TableError(shown(path), [Fault(f"is none of {known}", mend="give one of these")])


def _csv_cells(data: bytes, name: str) -> list[list[str]]:
    """Cells of a CSV file in UTF-8, or in the Windows encoding that older releases have."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise TableError(name, [Fault(f"broken CSV: {error}", mend="download it again")]) from None


def _table(cells: list[list], sheet: str, headings: dict) -> pd.DataFrame | None:
    """The sheet's rows under their headings, with `sheet` and `row`; None for a sheet without them."""
    found = _find_headings(cells, sheet, headings)
    if found is None:
        return None
    at, place = found
    body = [
        (number, line)
        for number, line in enumerate(cells[at + 1 :], at + 2)
        if any(str(cell).strip() for cell in line)
    ]
    data = {
        name: [line[column] if column < len(line) else "" for _, line in body]
        for name, column in place.items()
    }
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in data.items()})
    if "financial_year" not in frame:
        frame["financial_year"] = _year_or_none(sheet)
    if "description" not in frame:
        frame["description"] = ""
    return frame.assign(sheet=sheet, row=[number for number, _ in body])


def _find_headings(cells: list[list], sheet: str, headings: dict) -> tuple[int, dict[str, int]] | None:
    """The row of the headings and their columns; a sheet named after its year may leave the year out."""
    for at, row in enumerate(cells[:HEADING_ROWS]):
        place = _headings(row, headings)
        missing = set(headings) - set(place) - {"description"}
        if not missing or (missing == {"financial_year"} and _year_or_none(sheet)):
            return at, place
    return None


def _headings(row: list, headings: dict) -> dict[str, int]:
    """Column name → position, for the cells of a row that are headings; the first spelling that fits wins."""
    words = [re.sub(r"[\W_]+", " ", str(cell)).strip().casefold() for cell in row]
    found = {}
    for name, options in headings.items():
        position = next((words.index(option) for option in options if option in words), None)
        if position is not None:
            found[name] = position
    return found


def _typed(rows: pd.DataFrame, file: str, set_aside: Counter, counts: tuple[str, ...]) -> pd.DataFrame:
    """Rows with canonical force, year, quarter, code and whole counts; the rest set aside or refused."""
    faults: list[Fault] = []
    not_force = rows["force"].map(lambda cell: str(cell).strip()).isin(values("fraud_bodies"))
    set_aside.update({f"{name} is not a police force": int(n)
                      for name, n in rows.loc[not_force, "force"].map(str).str.strip().value_counts().items()})  # fmt: skip
    rows = rows[~not_force].reset_index(drop=True)
    table = pd.DataFrame(
        {
            "financial_year": _each(rows, "financial_year", _year, faults),
            "force": _each(rows, "force", lambda cell: resolve_force(str(cell).strip()), faults),
            "quarter": _each(rows, "quarter", _quarter, faults),
            **{name: _each(rows, name, _count, faults) for name in counts},
        }
    )
    for name in ("outcome", "outcome_description"):
        if name in rows:
            table[name] = rows[name].map(
                lambda cell: f"{cell:g}" if isinstance(cell, float) else str(cell).strip()
            )
    table["offence_code"] = _codes(rows)
    if faults:
        raise TableError(file, faults)
    unknown = ~table["offence_code"].isin(set(offences()))
    set_aside.update({f"code {code} is not known here": int(n)
                      for code, n in table.loc[unknown, "offence_code"].value_counts().items()})  # fmt: skip
    blank = table[list(counts)].isna().all(axis=1) & ~unknown
    if blank.any():
        set_aside["no count is given"] += int(blank.sum())
    return (
        table[~unknown & ~blank]
        .fillna(dict.fromkeys(counts, 0))
        .astype(dict.fromkeys([*counts, "quarter"], "int64"))
    )


def _each(rows: pd.DataFrame, column: str, convert: Callable, faults: list[Fault]) -> pd.Series:
    """Convert a column, each different cell once; a cell that cannot be converted becomes a fault."""
    converted = {}
    cells = rows[column].map(_plain)
    for cell in cells.unique():
        try:
            converted[cell] = convert(cell)
        except ValueError as error:
            first = rows.index[cells == cell][0]
            place = f"sheet {rows.loc[first, 'sheet']}, row"
            text = str(error)
            faults.append(Fault(text, int(rows.loc[first, "row"]), column, cell, where=place))
            converted[cell] = None
    return cells.map(converted)


def _plain(cell) -> str | float:
    """A cell as text, or as the number that a spreadsheet holds."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return re.sub(r"\s+", " ", str(cell).replace("\N{MINUS SIGN}", "-")).strip()
    return float(cell)


def _year(cell) -> str:
    return parse_financial_year(str(cell)).label


def _year_or_none(text: str) -> str | None:
    """The financial year that a sheet is named after: "2024_25", "2012-13", "Year ending March 2013"."""
    try:
        return _year(text.replace("_", "/"))
    except ValueError:
        return None


def _quarter(cell) -> int:
    found = re.fullmatch(r"(?:q(?:uarter)?\s*)?([1-4])(?:\.0)?(?:\D.*)?", str(cell).casefold())
    if found is None:
        raise ValueError(f'"{cell}" is not a quarter from 1 to 4')
    return int(found[1])


def _count(cell) -> int | None:
    """A whole count. None for a marker; a lone dash is how an accounting format shows zero.

    >>> _count(" 66 776 "), _count("1,024"), _count("(3)"), _count("-00"), _count("-"), _count(".."), _count(7.0)
    (66776, 1024, -3, 0, 0, None, 7)
    """
    if isinstance(cell, float):
        if not cell.is_integer():
            raise ValueError(f'"{cell:g}" is not a whole count')
        return int(cell)
    text = cell.strip()
    if text.casefold() in BLANK or text.casefold().startswith("n/a -"):
        return None
    if text in ("-", "\N{EN DASH}"):
        return 0
    bracketed = re.fullmatch(r"\((.+)\)", text)
    digits = re.sub(r"(?<=\d)[ ,\u00a0\u2009\u202f](?=\d{3}(?!\d))", "", bracketed[1] if bracketed else text)
    if not re.fullmatch(r"-?\d+", digits):
        raise ValueError(f'"{cell}" is not a whole count')
    return -int(digits) if bracketed else int(digits)


def _codes(rows: pd.DataFrame) -> pd.Series:
    """Offence codes as text. A number such as 4.1 may stand for 4.10; the description says which."""
    known = offences()
    cache: dict[tuple, str] = {}

    def code(cell, description: str) -> str:
        if not isinstance(cell, float):
            return cell.upper() if cell.upper() in known else cell
        text = f"{cell:.10g}"
        for candidate in (text, f"{text}0"):
            entry = known.get(candidate)
            if entry and description.casefold() in (
                name.casefold() for name in (entry.name, *entry.other_names)
            ):
                return candidate
        return text

    pairs = list(zip(rows["offence_code"].map(_plain), rows["description"].map(_plain), strict=True))
    for pair in set(pairs):
        cache[pair] = code(pair[0], str(pair[1]))
    return pd.Series([cache[pair] for pair in pairs], index=rows.index, dtype="str")


def _wide(typed: pd.DataFrame) -> pd.DataFrame:
    """Rows to the layout of the raw table."""
    key = ["financial_year", "force", "offence_code"]
    sums = typed.groupby([*key, "quarter"])["offences"].sum().unstack("quarter")
    wide = sums.reindex(columns=[1, 2, 3, 4]).set_axis(list(QUARTERS), axis=1).reset_index()
    held = typed.groupby("financial_year")["quarter"].agg(set)
    for number, name in enumerate(QUARTERS, 1):
        has = wide["financial_year"].map(lambda year, number=number: number in held[year])
        wide[name] = wide[name].mask(wide[name].isna() & has, 0).astype("Int64")
    return wide[list(COLUMNS)].sort_values(key, ignore_index=True)
