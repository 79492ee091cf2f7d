"""``rise fetch``: download the current official tables, check them, and say what changed against what is held.

The addresses are data (``data/official_files.toml``). The file is downloaded whole to ``fetched`` in the output
folder, its SHA-256 is compared with the pinned one and with the last download's, it is read by
:mod:`helpers.official.home_office`, and every count that differs from ``data/raw/recorded_crime.csv`` is listed. Of the
tables of outcomes, which this project does not hold, it says what they would add.
Nothing in ``data`` is changed: adopting a release is a decision, and it is written in the source register.
Without a network one line says so, and everything else in the project still works.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pandas as pd

from helpers.official.home_office import OpenData, read_open_data, read_outcomes
from helpers.official.recorded_crime import COLUMNS, QUARTERS
from helpers.tables.faults import Refusal, nearest
from helpers.tables.files import content_hash, output_dir, shown, write_atomic
from helpers.tables.offences import CHILD_ONLY
from helpers.tables.store import read_table, to_csv

OUTCOMES = "outcomes"
SECONDS = 60
AGENT = {"User-Agent": "rise-fetch"}
LARGEST_PAGE = 5_000_000  # bytes
ONE_HOMICIDE = "1/4.1/4.10/4.2"  # some releases print these four codes as one
SHOWN = 8


class FetchError(Refusal):
    """The official file cannot be had; the message is one line for a person."""


class Usage(FetchError):
    """What was asked for cannot be."""

    exit_code = 2


def fetch(
    name: str | None = None,
    *,
    file: Path | str | None = None,
    url: str | None = None,
    sha256: str | None = None,
    out: Path | str | None = None,
    echo: Callable[[str], None] = print,
) -> None:
    """Download or read official tables, and print what changed against what is held, or what they would add.

    Parameters
    ----------
    name : str, optional
        A file of `data/official_files.toml`; the first when not given.
    file : Path or str, optional
        A file that was downloaded before; nothing is fetched then.
    url : str, optional
        The file's address, in place of the one in `data/official_files.toml` or on the landing page.
    sha256 : str, optional
        The digest that the file must have, in place of the pinned one.
    out : Path or str, optional
        Folder for the download and the list of changes; by default `fetched` in the output folder.
    echo : callable
        Takes each line of the answer.

    Raises
    ------
    FetchError, TableError
        When the file could not be had or read, in one line that says why.

    Examples
    --------
    >>> fetch(file="no-such-file.ods")
    Traceback (most recent call last):
    helpers.official.download.Usage: no-such-file.ods is no file; give the path of one that was downloaded
    """
    if sha256 is not None and not re.fullmatch(r"(sha256:)?[0-9a-f]{64}", sha256):
        raise Usage(f'--sha256 takes 64 digits of 0-9 and a-f, not "{sha256:.70}"')
    entry = _entry(name)
    folder = Path(out) if out is not None else output_dir() / "fetched"
    if file is None:
        path = download(entry, folder, url=url, sha256=sha256, echo=echo)
    else:
        path = _downloaded(Path(file), url, sha256)
    found = (read_outcomes if name == OUTCOMES else read_open_data)(path)
    for line in _what_was_read(path, found):
        echo(line)
    held = read_table("recorded_crime")
    if name == OUTCOMES:
        for line in outcomes_summary(held, found.crime):
            echo(line)
        write_atomic(folder / "outcomes.csv", to_csv(found.crime))
        echo(f"outcomes by year, force and code: {shown(folder / 'outcomes.csv')}")
        return
    differing = differences(held, found.crime)
    for line in summary(held, found.crime, differing):
        echo(line)
    if not differing.empty:
        write_atomic(folder / "changes.csv", to_csv(differing))
        write_atomic(folder / "recorded_crime.csv", to_csv(found.crime))
        echo(f"every count that differs: {shown(folder / 'changes.csv')}; "
             f"the file in this project's layout: {shown(folder / 'recorded_crime.csv')}")  # fmt: skip


def _downloaded(file: Path, url: str | None, sha256: str | None) -> Path:
    """A file that is here, after a look at what was asked of it."""
    if not file.is_file():
        raise Usage(f"{file} is no file; give the path of one that was downloaded")
    if url is not None:
        raise Usage("--file reads a file that is here and fetches nothing; leave out --url")
    if sha256 is not None and content_hash(file) != sha256.removeprefix("sha256:"):
        raise FetchError(
            f"{file} has the SHA-256 {content_hash(file)}, not the one given: another release, or damaged"
        )
    return file


def download(
    entry: dict, folder: Path, *, url: str | None = None, sha256: str | None = None, echo: Callable = print
) -> Path:
    """Fetch one official file into `folder`, whole or not at all, and return its path.

    Parameters
    ----------
    entry : dict
        A row of `data/official_files.toml`.
    folder : Path
        Where it goes; made when missing.
    url, sha256, echo
        As in :func:`fetch`.

    Raises
    ------
    FetchError
        No network, no link on the page, a refusal by the server, or a digest other than the one asked for.
    """
    import pooch

    address = url or entry.get("url") or find_link(entry["page"], entry["pattern"])
    name = PurePosixPath(urlsplit(address).path).name
    if not re.fullmatch(r"[\w.-]+\.(?:csv|ods|xlsx|xls)", name, re.ASCII):
        raise (Usage if url else FetchError)(
            f"{address} is not the address of a CSV file or a spreadsheet; give another with --url"
        )
    wanted = sha256 or entry.get("sha256") or None
    folder.mkdir(parents=True, exist_ok=True)
    before = content_hash(folder / name) if (folder / name).is_file() else None
    echo(f"fetching {address}")
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as staging,
        _one_line(address),
    ):
        pooch.get_logger().setLevel("ERROR")  # it prints the digest, and so does this
        try:
            pooch.retrieve(
                address,
                known_hash=f"sha256:{wanted.removeprefix('sha256:')}" if wanted else None,
                fname=name,
                path=staging,
                downloader=pooch.HTTPDownloader(timeout=SECONDS, headers=AGENT),
            )
        except ValueError as error:
            if wanted and "hash" in str(error).lower():
                raise FetchError(f"{name} is not the file with the pinned SHA-256 {wanted}: a newer release, or "
                                 "damaged; nothing was kept") from None  # fmt: skip
            raise FetchError(f"{address} cannot be fetched: {error}") from None
        os.replace(Path(staging) / name, folder / name)
    digest = content_hash(folder / name)
    remark = {None: "first download", digest: "same as the last download"}.get(
        before, "differs from the last download"
    )
    echo(f"sha256 {digest} ({remark})")
    return folder / name


def find_link(page: str, pattern: str) -> str:
    """The address on a page that fits a pattern: the last one where several do.

    Raises
    ------
    FetchError
        When the page cannot be reached or has no such link.
    """
    import requests

    with _one_line(page), requests.get(page, headers=AGENT, timeout=SECONDS, stream=True) as answer:
        answer.raise_for_status()
        text = next(answer.iter_content(LARGEST_PAGE), b"").decode("utf-8", errors="replace")
    links = re.findall(pattern, text.replace("\\/", "/"))
    if not links:
        raise FetchError(f"{page} no longer links to a file that fits the pattern in data/official_files.toml; "
                         "give its address with --url")  # fmt: skip
    return links[-1]


def differences(held: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Every quarter's count that is not the same in two tables, in the years that both have.

    Parameters
    ----------
    held, found : DataFrame
        In the layout of the raw table.

    Returns
    -------
    DataFrame
        `financial_year`, `force`, `offence_code`, `quarter`, `held`, `found`, `change`; a code that a table has not
        gathered for a year is not compared there. Homicide is compared as one code where either table prints it so.

    Examples
    --------
    >>> row = {"financial_year": "2015/16", "force": "Kent", "offence_code": "71", "q1": 3, "q2": 0, "q3": 0, "q4": 0}
    >>> differences(pd.DataFrame([row]), pd.DataFrame([{**row, "q1": 5}]))[["quarter", "change"]].values.tolist()
    [[1, 2]]
    """
    one = _one_homicide(held, found)
    table = pd.concat({"held": _long(held, one), "found": _long(found, one)}, axis=1)
    gathered = table.groupby(level=["financial_year", "offence_code", "quarter"]).transform("count") > 0
    table = table[gathered.all(axis=1)].fillna(0).astype(int)
    table["change"] = table["found"] - table["held"]
    keys = ["financial_year", "force", "offence_code", "quarter"]
    changed = table[table["change"] != 0].reset_index().sort_values(keys, ignore_index=True)
    return changed[[*keys, "held", "found", "change"]]


def summary(held: pd.DataFrame, found: pd.DataFrame, differing: pd.DataFrame) -> Iterator[str]:
    """What changed, in lines: by year, then the largest changes.

    Parameters
    ----------
    held, found, differing : DataFrame
        The raw table, the new one, and what :func:`differences` makes of them.
    """
    years = sorted(set(held["financial_year"]) & set(found["financial_year"]))
    new_years = sorted(set(found["financial_year"]) - set(held["financial_year"]))
    if new_years:
        yield f"years that are not held: {', '.join(new_years)}"
    if not years:
        yield "no year of the file is held: nothing to compare"
        return
    for year in years:
        part = differing[differing["financial_year"] == year]
        old, new = (_child_only(table, year) for table in (held, found))
        more = _quarters_more(held, found, year)
        if part.empty:
            yield f"{year}: nothing differs{more}"
            continue
        child = (
            f"child-only codes {old:,} held, {new:,} now"
            if old != new
            else f"child-only codes {old:,} in both"
        )
        forces = part["force"].nunique()
        yield f"{year}: {len(part):,} counts differ in {forces} force{'s' * (forces != 1)}; {child}{more}"
    child = differing[differing["offence_code"].isin(CHILD_ONLY)]
    largest = child.loc[child["change"].abs().sort_values(ascending=False, kind="stable").index[:SHOWN]]
    if not largest.empty:
        yield "largest changes in child-only codes:"
    for row in largest.itertuples():
        yield (f"  {row.force} {row.financial_year} quarter {row.quarter}, code {row.offence_code}: "
               f"{row.held:,} held, {row.found:,} now")  # fmt: skip


def outcomes_summary(held: pd.DataFrame, found: pd.DataFrame) -> Iterator[str]:
    """What tables of outcomes would add on offences that cover only children, in lines.

    Parameters
    ----------
    held : DataFrame
        The raw table recorded_crime.
    found : DataFrame
        What :func:`helpers.official.home_office.read_outcomes` read.
    """
    child = found[found["offence_code"].isin(CHILD_ONLY)]
    for year, rows in child.groupby("financial_year"):
        total = int(rows["recorded"].sum())
        recorded = _child_only(held, year)
        of = f" of {recorded:,} that are held as recorded" if recorded else ""
        yield f"{year}: outcomes of {total:,} offences under child-only codes{of}"
        largest = rows.groupby(["outcome", "outcome_description"])["recorded"].sum().nlargest(SHOWN)
        for (outcome, words), count in largest.items():
            yield f"  outcome {outcome} ({words}): {count:,}, {count / max(total, 1):.0%}"
    if child.empty:
        yield "no offence in the file is under a child-only code"


def _entry(name: str | None) -> dict:
    table = read_table("official_files").set_index("file")
    name = name or table.index[0]
    if name not in table.index:
        known, close = ", ".join(table.index), nearest(name, table.index)
        hint = f'; the nearest is "{close}"' if close else ""
        raise Usage(f'data/official_files.toml has no file "{name:.60}"{hint}; it has {known}')
    return {column: value for column, value in table.loc[name].items() if isinstance(value, str)}


def _what_was_read(path: Path, found: OpenData) -> Iterator[str]:
    years = sorted(found.crime["financial_year"].unique())
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    sheets = f" in {len(found.sheets)} sheets" if len(found.sheets) > 1 else ""
    yield f"{path.name}: {found.rows:,} rows{sheets}, {span}, {found.crime['force'].nunique()} forces"
    if found.repeated:
        yield f"{found.repeated:,} rows repeat a force, code and quarter; their counts are added"
    if found.set_aside:
        yield "set aside: " + "; ".join(
            f"{count:,} rows, {why}" for why, count in sorted(found.set_aside.items())
        )


def _one_homicide(held: pd.DataFrame, found: pd.DataFrame) -> set[str]:
    """Years in which either table has homicide as one code."""
    both = pd.concat([held, found])
    return set(both.loc[both["offence_code"] == ONE_HOMICIDE, "financial_year"])


def _long(crime: pd.DataFrame, one_homicide: set[str]) -> pd.Series:
    table = crime[list(COLUMNS)].copy()
    as_one = table["financial_year"].isin(one_homicide) & table["offence_code"].isin(ONE_HOMICIDE.split("/"))
    table.loc[as_one, "offence_code"] = ONE_HOMICIDE
    long = table.melt(
        ["financial_year", "force", "offence_code"], list(QUARTERS), "quarter", "offences"
    ).dropna()
    long["quarter"] = long["quarter"].str[1].astype(int)
    keys = ["financial_year", "force", "offence_code", "quarter"]
    return long.groupby(keys)["offences"].sum()


def _child_only(crime: pd.DataFrame, year: str) -> int:
    rows = crime[(crime["financial_year"] == year) & crime["offence_code"].isin(CHILD_ONLY)]
    return int(rows[list(QUARTERS)].sum().sum())


def _quarters_more(held: pd.DataFrame, found: pd.DataFrame, year: str) -> str:
    counts = [
        int(table.loc[table["financial_year"] == year, list(QUARTERS)].notna().any().sum())
        for table in (held, found)
    ]
    return f" ({counts[0]} quarters held, {counts[1]} in the file)" if counts[0] != counts[1] else ""


@contextmanager
def _one_line(address: str):
    """Turn whatever a network can do into one line."""
    import requests

    try:
        yield
    except requests.HTTPError as error:
        raise FetchError(
            f"{address} answers {error.response.status_code}; give another address with --url"
        ) from None
    except requests.RequestException as error:
        host = urlsplit(address).hostname or address
        raise FetchError(f"no network: {host} cannot be reached ({_reason(error)}). Nothing was changed; a file that "
                         "was downloaded before can be given with --file") from None  # fmt: skip


def _reason(error: Exception) -> str:
    """The last cause of an error in a few words."""
    reason = getattr(error, "reason", None) or error
    while getattr(reason, "__cause__", None) or getattr(reason, "__context__", None):
        reason = reason.__cause__ or reason.__context__
    text = getattr(reason, "strerror", None) or type(reason).__name__
    return str(text).rstrip(".").lower()
