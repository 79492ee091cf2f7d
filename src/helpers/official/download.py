"""``rise fetch``: download the current official tables, check them, and say what changed against what is held.

The addresses are data (``data/official_files.toml``). The file is downloaded whole to ``fetched`` in the output
folder, its SHA-256 is compared with the pinned one and with the last download's, it is read by
:mod:`helpers.official.home_office`, and every count that differs from ``data/raw/recorded_crime.csv`` is listed. Of the
tables of outcomes, and of delays between offence and record (:mod:`helpers.official.delay_tables`), which this project does not
hold, it says what they would add.
Nothing in ``data`` is changed: adopting a release is a decision, and it is written in the source register.
Without a network one line says so, and everything else in the project still works.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, urljoin, urlsplit

import pandas as pd

from helpers.official import delay_tables, recorded_crime
from helpers.official.home_office import OUTCOMES, read_open_data, read_outcomes
from helpers.official.recorded_crime import COLUMNS, QUARTERS
from helpers.tables.faults import Refusal, suggestion
from helpers.tables.files import content_hash, display_path, output_dir, write_atomic
from helpers.tables.rounding import plain
from helpers.tables.store import read_table, to_csv

SECONDS = 60
KEYS = ["financial_year", "force", "offence_code", "quarter"]
ONE_HOMICIDE = "1/4.1/4.10/4.2"  # some releases print these four codes as one
SHOWN = 8


class FetchError(Refusal):
    """The official file cannot be had; the message is one line for a person."""


class Usage(FetchError):
    """What was asked for cannot be."""

    exit_code = 2


def fetch(name=None, *, file=None, url=None, sha256=None, out=None, echo=print) -> None:
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
    held, made = read_table("recorded_crime"), {}
    if name == delay_tables.DELAYS:
        rows = delay_tables.read_delays(path)
        said = [f"{path.name}: {len(rows):,} rows, {_span(rows['financial_year'])}"]
        lines = delay_tables.summary(rows, read_table("disclosure_series"))
        made["delays.csv"] = "offences by year and delay", rows
    elif name == OUTCOMES:
        rows = read_outcomes(path)
        said = _what_was_read(path, rows)
        lines = outcomes_summary(held, rows)
        made["outcomes.csv"] = "outcomes by year, force and code", rows
    else:
        rows = read_open_data(path)
        said = _what_was_read(path, rows)
        differing = differences(held, rows)
        lines = summary(held, rows, differing)
        if len(differing):
            made["changes.csv"] = "every count that differs", differing
            made["recorded_crime.csv"] = "the file in this project's layout", rows
    for line in chain(said, lines):
        echo(line)
    for table, (_, rows) in made.items():
        write_atomic(folder / table, to_csv(rows))
    if made:
        echo("; ".join(f"{words}: {display_path(folder / table)}" for table, (words, _) in made.items()))


def _downloaded(file: Path, url: str | None, sha256: str | None) -> Path:
    """A file that is here, after a look at what was asked of it."""
    if not file.is_file():
        raise Usage(f"{file} is no file; give the path of one that was downloaded")
    if url is not None:
        raise Usage("--file reads a file that is here and fetches nothing; leave out --url")
    digest = content_hash(file)
    if sha256 is not None and digest != sha256.removeprefix("sha256:"):
        raise FetchError(f"{file} has the SHA-256 {digest}, not the one given: another release, or damaged")
    return file


def download(entry, folder, *, url=None, sha256=None, echo=print) -> Path:
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
    address = url or entry.get("url") or find_link(entry["page"], entry["pattern"])
    parts = urlsplit(address)  # the Office for National Statistics names a file behind a question mark
    path = folder / PurePosixPath(parse_qs(parts.query).get("uri", [parts.path])[0]).name
    if not re.fullmatch(r"[\w.-]+\.(?:csv|ods|xlsx|xls)", path.name, re.ASCII):
        words = f"{address} is not the address of a CSV file or a spreadsheet; give another with --url"
        raise (Usage if url else FetchError)(words)
    echo(f"fetching {address}")
    content = _answer(address)
    digest, wanted = hashlib.sha256(content).hexdigest(), sha256 or entry.get("sha256")
    if wanted and digest != wanted.removeprefix("sha256:"):
        what = "a newer release, or damaged; nothing was kept"
        raise FetchError(f"{path.name} is not the file with the pinned SHA-256 {wanted}: {what}")
    before = content_hash(path)
    write_atomic(path, content)
    remark = {"": "first download", digest: "same as the last download"}
    echo(f"sha256 {digest} ({remark.get(before, 'differs from the last download')})")
    return path


def find_link(page: str, pattern: str) -> str:
    """The address on a page that fits a pattern: the last one where several do.

    Raises
    ------
    FetchError
        When the page cannot be reached or has no such link.
    """
    links = re.findall(pattern, _answer(page).decode("utf-8", errors="replace").replace("\\/", "/"))
    if not links:
        remedy = "that fits the pattern in data/official_files.toml; give its address with --url"
        raise FetchError(f"{page} no longer links to a file {remedy}")
    return urljoin(page, links[-1])


def _answer(address: str) -> bytes:
    """What an address answers. Whatever a network can do instead becomes one line."""
    import requests

    try:
        answer = requests.get(address, headers={"User-Agent": "rise-fetch"}, timeout=SECONDS)
    except requests.RequestException as error:
        cause = error
        while cause.__context__:
            cause = cause.__context__
        reason = str(getattr(cause, "strerror", None) or type(cause).__name__).lower()
        raise FetchError(
            f"no network: {urlsplit(address).hostname or address} cannot be reached ({reason}). Nothing was changed; "
            "a file that was downloaded before can be given with --file"
        ) from None
    if not answer.ok:
        raise FetchError(f"{address} answers {answer.status_code}; give another address with --url")
    return answer.content


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
    both = pd.concat([held, found])
    one = set(both.loc[both["offence_code"] == ONE_HOMICIDE, "financial_year"])
    table = pd.concat({"held": _long(held, one), "found": _long(found, one)}, axis=1)
    gathered = table.groupby(level=["financial_year", "offence_code", "quarter"]).transform("count") > 0
    table = table[gathered.all(axis=1)].fillna(0).astype(int)
    table["change"] = table["found"] - table["held"]
    changed = table[table["change"] != 0].reset_index().sort_values(KEYS, ignore_index=True)
    return changed[[*KEYS, "held", "found", "change"]]


def summary(held: pd.DataFrame, found: pd.DataFrame, differing: pd.DataFrame) -> Iterator[str]:
    """What changed, in lines: by year, then the largest changes.

    Parameters
    ----------
    held, found, differing : DataFrame
        The raw table, the new one, and what :func:`differences` makes of them.
    """
    years = set(found["financial_year"])
    new_years = years - set(held["financial_year"])
    if new_years:
        yield f"years that are not held: {', '.join(sorted(new_years))}"
    if years == new_years:
        yield "no year of the file is held: nothing to compare"
    for year in sorted(years - new_years):
        part = differing[differing["financial_year"] == year]
        sides = [table[table["financial_year"] == year] for table in (held, found)]
        quarters = [int(side[list(QUARTERS)].notna().any().sum()) for side in sides]
        more = f" ({quarters[0]} quarters held, {quarters[1]} in the file)" if len(set(quarters)) > 1 else ""
        if part.empty:
            yield f"{year}: nothing differs{more}"
            continue
        old, new = map(_child_only, sides)
        child = f"{old:,} held, {new:,} now" if old != new else f"{old:,} in both"
        forces = part["force"].nunique()
        words = f"{len(part):,} counts differ in {forces} force{'s' * (forces != 1)}; child-only codes {child}{more}"
        yield f"{year}: {words}"
    child = recorded_crime.child_only(differing)
    largest = child.sort_values("change", key=lambda change: -change.abs(), kind="stable").head(SHOWN)
    if not largest.empty:
        yield "largest changes in child-only codes:"
    for row in largest.itertuples():
        where = f"{row.force} {row.financial_year} quarter {row.quarter}, code {row.offence_code}"
        yield f"  {where}: {row.held:,} held, {row.found:,} now"


def outcomes_summary(held: pd.DataFrame, found: pd.DataFrame) -> Iterator[str]:
    """What tables of outcomes would add on offences that cover only children, in lines.

    Parameters
    ----------
    held : DataFrame
        The raw table recorded_crime.
    found : DataFrame
        What :func:`helpers.official.home_office.read_outcomes` read.
    """
    child = recorded_crime.child_only(found)
    for year, rows in child.groupby("financial_year"):
        total, recorded = int(rows["recorded"].sum()), _child_only(held[held["financial_year"] == year])
        of = f" of {recorded:,} that are held as recorded" if recorded else ""
        yield f"{year}: outcomes of {total:,} offences under child-only codes{of}"
        largest = rows.groupby(["outcome", "outcome_description"])["recorded"].sum().nlargest(SHOWN)
        for (outcome, words), count in largest.items():
            yield f"  outcome {outcome} ({words}): {count:,}, {plain(count / max(total, 1), 'share')}"
    if child.empty:
        yield "no offence in the file is under a child-only code"


def _entry(name: str | None) -> dict:
    table = read_table("official_files").set_index("file")
    name = name or table.index[0]
    if name not in table.index:
        close, known = suggestion(name, table.index), ", ".join(table.index)
        raise Usage(f'data/official_files.toml has no file "{name:.60}"{close}; it has {known}')
    return table.loc[name].dropna().to_dict()


def _what_was_read(path: Path, rows: pd.DataFrame) -> Iterator[str]:
    read = rows.attrs
    sheets = f" in {len(read['sheets'])} sheets" if len(read["sheets"]) > 1 else ""
    yield f"{path.name}: {read['rows']:,} rows{sheets}, {_span(rows['financial_year'])}, {rows['force'].nunique()} forces"
    if repeated := read.get("repeated"):
        yield f"{repeated:,} rows repeat a force, code and quarter; their counts are added"
    if read["set_aside"]:
        said = (f"{count:,} rows, {why}" for why, count in sorted(read["set_aside"].items()))
        yield f"set aside: {'; '.join(said)}"


def _span(years: pd.Series) -> str:
    return years.min() if years.nunique() == 1 else f"{years.min()} to {years.max()}"


def _long(crime: pd.DataFrame, one_homicide: set[str]) -> pd.Series:
    """Counts by year, force, code and quarter, with homicide as one code in the years named."""
    as_one = crime["financial_year"].isin(one_homicide) & crime["offence_code"].isin(ONE_HOMICIDE.split("/"))
    table = crime.assign(offence_code=crime["offence_code"].mask(as_one, ONE_HOMICIDE))
    return recorded_crime.quarters_to_rows(table.set_index(list(COLUMNS[:3]))).dropna().groupby(KEYS).sum()


def _child_only(crime: pd.DataFrame) -> int:
    return int(recorded_crime.child_only(crime)[list(QUARTERS)].sum().sum())
