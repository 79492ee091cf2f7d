"""Read the Home Office's own tables of recorded crime and of outcomes: CSV, XLSX, XLS or ODS, one sheet a year or all in one.

The quirks that real releases have are read: blanks and thousands gaps in counts, "London, City of", Action Fraud beside
police forces, a cover sheet, title lines over the headings, offence code 4.10 that a spreadsheet turned into 4.1. A cell
that cannot be read for certain is a fault with its sheet, row and column; a code that this project does not know is set
aside and counted. What each column may be called stands in ``data/official_files.toml``.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pandas as pd

from helpers.official.recorded_crime import COLUMNS, QUARTERS
from helpers.tables.faults import Fault, TableError
from helpers.tables.files import display_path, refused
from helpers.tables.forces import resolve_force
from helpers.tables.offences import offences
from helpers.tables.periods import parse_financial_year
from helpers.tables.store import read_table
from helpers.tables.vocabularies import values

RECORDED, OUTCOMES = "recorded-crime-by-force", "outcomes"  # of data/official_files.toml
HEADING_ROWS = 30  # how far down a sheet the headings are looked for
BLANK = frozenset(("", ":", "..", "z", "x", "[x]", "[z]", "[c]", "n/a"))
SPREADSHEETS = (".xlsx", ".xls", ".ods", ".xlsb")


def read_open_data(path: Path | str) -> pd.DataFrame:
    """Read one file in the Home Office's layout.

    Parameters
    ----------
    path : Path or str
        A CSV file or a spreadsheet.

    Returns
    -------
    DataFrame
        The counts in the layout of data/raw/recorded_crime.csv; a quarter without a row in a year that has the quarter is 0,
        in a year that has not it is empty. `attrs` hold how many `rows` were read, the names of the `sheets` that hold them,
        why rows were `set_aside` and how many, and how many are `repeated`: they have the force, code and quarter of another,
        and their counts are added.

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
    ...     read_open_data(Path(folder, "made-up.csv")).values.tolist()
    [['2017/18', 'City of London', '71', 1234, <NA>, <NA>, <NA>]]
    """
    found, keys = _read(Path(path), RECORDED, ["offences"]), [*COLUMNS[:3], "quarter"]
    wide = found.groupby(keys)["offences"].sum().unstack("quarter")
    wide = wide.reindex(columns=[1, 2, 3, 4]).set_axis(list(QUARTERS), axis=1).astype("Int64")
    held = wide.groupby("financial_year").transform("count") > 0  # a quarter that some force has a count of
    crime = wide.where(wide.notna() | ~held, 0).reset_index()
    crime.attrs = found.attrs | {"repeated": int(found.duplicated(keys).sum())}
    return crime


def read_outcomes(path: Path | str) -> pd.DataFrame:
    """Read one file of outcomes: what became of the offences of each force, code and quarter.

    Parameters and errors are those of :func:`read_open_data`.

    Returns
    -------
    DataFrame
        A row for each financial_year, force, offence_code, outcome and outcome_description, with ``recorded`` (outcomes until
        now of the offences that were recorded in the year) and ``closed`` (outcomes given in the year, whenever the offence
        was recorded).

    Examples
    --------
    >>> import tempfile
    >>> text = ("Financial Year,Financial Quarter,Force Name,Offence Code,Outcome Description,Outcome Type,"
    ...     "Force outcomes for offences recorded in quarter,Force outcomes recorded in quarter\\n"
    ...     "2017/18,1,Kent,71,Charged/Summonsed,1,4,3\\n2017/18,2,Kent,71,Charged/Summonsed,1,2,3\\n")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "made-up.csv").write_text(text)
    ...     read_outcomes(Path(folder, "made-up.csv")).values.tolist()
    [['2017/18', 'Kent', '71', '1', 'Charged/Summonsed', 6, 6]]
    """
    found = _read(Path(path), OUTCOMES, ["recorded", "closed"])
    keys = [*COLUMNS[:3], "outcome", "outcome_description"]
    outcomes = found.groupby(keys, as_index=False)[["recorded", "closed"]].sum()
    outcomes.attrs = found.attrs
    return outcomes


def _read(path: Path, layout: str, counts: list[str]) -> pd.DataFrame:
    headings = read_table("official_files").set_index("file").at[layout, "headings"]
    frames, set_aside = {}, Counter()
    for name, cells in sheets(path):
        rows = _table(cells, name, headings)
        if rows is not None:  # typed sheet by sheet, so that a large workbook is never whole in memory
            frames[name] = _typed(rows, display_path(path), set_aside, counts)
    if not frames:
        wanted = ", ".join(spellings[0] for spellings in headings.values())
        raise refused(path, f"no sheet has the headings {wanted}", "give another file")
    found = pd.concat(frames.values(), ignore_index=True)
    found.attrs = {"rows": len(found) + set_aside.total(), "sheets": [*frames], "set_aside": set_aside}
    return found


def sheets(path: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every sheet's name and cells; a CSV file is one sheet."""
    if not path.is_file():
        raise refused(path, "is missing", "give the path of a downloaded file")
    if path.suffix.lower() not in (".csv", *SPREADSHEETS):
        raise refused(path, f"is none of {', '.join(('.csv', *SPREADSHEETS))}", "give one of these")
    from python_calamine import CalamineError

    try:
        if path.suffix.lower() == ".csv":
            yield path.name, _csv_cells(path.read_bytes())
            return
        with pd.ExcelFile(path, engine="calamine") as book:
            for name in book.sheet_names:
                yield name, pd.read_excel(book, name, header=None, dtype=object, na_filter=False)
    except (CalamineError, csv.Error, OSError) as error:
        raise refused(path, f"cannot be opened: {error}", "download it again") from None


def _csv_cells(data: bytes) -> pd.DataFrame:
    """Cells of a CSV file in UTF-8, or in the Windows encoding that older releases have."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return pd.DataFrame(list(lines), dtype=object).fillna("")


def _table(cells: pd.DataFrame, sheet: str, headings: dict) -> pd.DataFrame | None:
    """The sheet's rows under their headings, with `sheet` and `row`; None for a sheet without them."""
    given = {"description": ""}  # what a sheet may leave out
    if year := year_or_none(sheet):
        given["financial_year"] = year
    top = cells.head(HEADING_ROWS).map(lambda cell: re.sub(r"[\W_]+", " ", str(cell)).strip().casefold())
    for at, words in enumerate(top.to_numpy().tolist(), 1):
        spelt = {name: next((one for one in known if one in words), None) for name, known in headings.items()}
        place = {name: words.index(one) for name, one in spelt.items() if one}
        if set(headings) <= {*place, *given}:
            rows = cells.iloc[at:, list(place.values())].set_axis(list(place), axis=1)
            filled = cells.iloc[at:].map(lambda cell: bool(str(cell).strip())).any(axis=1)
            rows = (given | {name: rows[name] for name in rows}) | {"row": range(at + 1, len(cells) + 1)}
            return pd.DataFrame(rows, index=filled.index)[filled].assign(sheet=sheet)
    return None


def _typed(rows: pd.DataFrame, file: str, set_aside: Counter, counts: list[str]) -> pd.DataFrame:
    """Rows with canonical force, year, quarter, code and whole counts; the rest set aside or refused."""
    faults: list[Fault] = []
    words = rows.drop(columns=["sheet", "row"]).map(_text)
    not_force = words["force"].isin(values("fraud_bodies"))
    set_aside.update(words.loc[not_force, "force"] + " is not a police force")
    rows, words = rows[~not_force], words[~not_force]
    years = {"financial_year": lambda cell: parse_financial_year(cell).label}
    convert = years | {"force": resolve_force, "quarter": _quarter} | dict.fromkeys(counts, _count)
    converted = {name: _converted(rows, words[name], how, faults) for name, how in convert.items()}
    table = words.assign(**converted)
    table["offence_code"] = list(map(_code, words["offence_code"], words["description"]))
    if faults:
        raise TableError(file, faults)
    unknown = ~table["offence_code"].isin(set(offences()))
    set_aside.update("code " + table.loc[unknown, "offence_code"] + " is not known here")
    blank = table[counts].isna().all(axis=1) & ~unknown
    set_aside.update(["no count is given"] * int(blank.sum()))
    kept = table[~unknown & ~blank].fillna(dict.fromkeys(counts, 0))
    return kept.astype(dict.fromkeys([*counts, "quarter"], "int64"))


def _converted(rows: pd.DataFrame, cells: pd.Series, convert: Callable, faults: list[Fault]) -> pd.Series:
    """Convert a column, each different cell once; a cell that cannot be converted becomes a fault."""
    converted = {}
    for at, cell in cells.drop_duplicates().items():
        try:
            converted[cell] = convert(cell)
        except ValueError as error:
            row, where = int(rows.at[at, "row"]), f"sheet {rows.at[at, 'sheet']}, row"
            faults.append(Fault(str(error), row, cells.name, where=where))
    return cells.map(converted)


def _text(cell) -> str:
    """A cell as text; a number as a spreadsheet holds it, without the point of a whole one."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell:.15g}"
    return " ".join(str(cell).replace("\N{MINUS SIGN}", "-").split())


def year_or_none(text: str) -> str | None:
    """The financial year that a sheet or a heading is of: "2024_25", "2012-13", "Year ending March 2013"; else None."""
    try:
        return parse_financial_year(text.replace("_", "/")).label
    except ValueError:
        return None


def _quarter(text: str) -> int:
    match = re.fullmatch(r"(?:q(?:uarter)?\s*)?([1-4])(?:\.0)?(?:\D.*)?", text.casefold())
    if match is None:
        raise ValueError(f'"{text}" is not a quarter from 1 to 4')
    return int(match[1])


def _count(text: str) -> int | None:
    """A whole count. None for a marker; a lone dash is how an accounting format shows zero.

    >>> _count("66 776"), _count("1,024"), _count("(3)"), _count("-00"), _count("-"), _count(".."), _count("7")
    (66776, 1024, -3, 0, 0, None, 7)
    """
    if text.casefold() in BLANK or text.casefold().startswith("n/a -"):
        return None
    if text in ("-", "\N{EN DASH}"):
        return 0
    text = re.sub(r"^\((.+)\)$", r"-\1", text)
    digits = re.sub(r"(?<=\d)[ ,\u00a0\u2009\u202f](?=\d{3}(?!\d))", "", text)
    if not re.fullmatch(r"-?\d+", digits):
        raise ValueError(f'"{text}" is not a whole count')
    return int(digits)


@lru_cache(maxsize=4096)  # a file names each offence thousands of times
def _code(text: str, description: str) -> str:
    """An offence code as it is known here. Where a spreadsheet made 4.1 of 4.10, the description says which it was."""
    known = offences()
    text = text.upper() if text.upper() in known else text
    longer = known.get(f"{text}0") if "." in text else None
    names = (longer.name, *longer.other_names) if longer else ()
    return f"{text}0" if description.casefold() in map(str.casefold, names) else text
