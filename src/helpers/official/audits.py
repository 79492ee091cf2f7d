"""A force's growth around its own audit: the windows of the dose-response and the panel of the event study.

The dose is minus the log of the share of reported crime that an audit found recorded. The audits came years apart,
so each force has its own window: whole quarters before its audit began against whole quarters after it ended. The
national course over the same quarters (all other forces) is taken off, so that a force audited late is not
compared with one audited early. A window that ends before the audit is another matter: forces that had already
mended their recording grew most and were then found accurate, so its slope has the opposite sign.

Nothing is estimated here. Forces that cannot be used are returned with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.official.comparisons import SMALL_FORCES
from helpers.official.recorded_crime import QUARTERS, dense

FIRST_YEAR = 2012  # quarters are numbered from April to June 2012, which is 0
LAST_QUARTER = 31  # January to March 2020: the last before the first lockdown
UNSOUND = {"North Wales": "its last quarter of 2017/18 holds old records sent by mistake"}


@dataclass(frozen=True)
class Windows:
    """What could be compared, and what could not.

    Attributes
    ----------
    table : DataFrame
        `force`, `dose` (minus log accuracy), `dose_se`, `before`, `after` (offences), `others` (growth of all
        other forces over the same quarters), `growth` (log of the force's growth over the others'), `growth_se`
        (Poisson, to be widened by the dispersion), `grade`, `first_quarter`, `last_quarter` (numbers).
    left_out : DataFrame
        `force` and `reason`.
    """

    table: pd.DataFrame
    left_out: pd.DataFrame


def quarters(crime: pd.DataFrame, codes: Iterable[str], *, last: int = LAST_QUARTER) -> pd.DataFrame:
    """Offences of some codes by force and quarter, 2012/13 on.

    Returns
    -------
    DataFrame
        One row a force (those with next to no such offences left out), one column a quarter, numbered from 0.

    Examples
    --------
    >>> columns = ["financial_year", "force", "offence_code", *QUARTERS]
    >>> crime = pd.DataFrame([["2012/13", "Kent", "71", 1, 0, 2, 4], ["2013/14", "Kent", "71", 3, 1, 1, 1]],
    ...     columns=columns)
    >>> quarters(crime, ["71"], last=5).loc["Kent"].astype(int).tolist()
    [1, 0, 2, 4, 3, 1]
    """
    full = dense(crime, codes)
    full = full[~full["force"].isin(SMALL_FORCES)]
    wide = full.groupby(["force", "financial_year"])[list(QUARTERS)].sum(min_count=1)
    wide = wide.set_axis([0, 1, 2, 3], axis=1).stack().rename("offences").reset_index()
    year = wide["financial_year"].str[:4].astype(int) - FIRST_YEAR
    wide["at"] = 4 * year + wide["level_2"]
    table = wide[wide["at"].between(0, last)].pivot(index="force", columns="at", values="offences")
    return table.rename_axis(columns=None)


def quarter_of(day: str, *, after: bool) -> int:
    """The first quarter that begins on or after a date, or the last that ends before it.

    >>> quarter_of("2016-04-01", after=True), quarter_of("2016-04-02", after=True)
    (16, 17)
    >>> quarter_of("2016-04-01", after=False), quarter_of("2016-06-30", after=False)
    (15, 15)
    """
    stamp = pd.Timestamp(day)
    months = (stamp.year - FIRST_YEAR) * 12 + stamp.month - 4
    within = months // 3
    starts = months % 3 == 0 and stamp.day == 1
    return within + (0 if starts else 1) if after else within - 1


def dose_windows(
    counts: pd.DataFrame,
    audits: pd.DataFrame,
    *,
    span: int = 4,
    before: str = "audit",
    relative: bool = True,
) -> Windows:
    """Each force's growth across its own audit, beside its dose.

    Parameters
    ----------
    counts : DataFrame
        What :func:`quarters` returns.
    audits : DataFrame
        `force`, `accuracy`, `se_log`, `audit_start`, `audit_end` (dates; empty where not printed), `grade`.
        One row a force; of several inspections keep the first.
    span : int
        Quarters on either side.
    before : "audit" or "2013/14"
        "audit": the quarters before the audit against those after it. "2013/14": the four quarters of that year
        against the quarters before the audit, a window that ends before the audit.
    relative : bool
        Take off the growth of all other forces over the same quarters.

    Returns
    -------
    Windows

    Raises
    ------
    ValueError
        For another `before`, or a force that stands twice.
    """
    if before not in ("audit", "2013/14"):
        raise ValueError(f"before must be 'audit' or '2013/14', not {before!r}")
    if audits["force"].duplicated().any():
        raise ValueError("audits has a force twice")
    rows, out = [], []
    for audit in audits.itertuples():
        reason = _cannot(audit, counts.index)
        if reason is None:
            end = quarter_of(audit.audit_start, after=False)
            early = (end - span + 1, end)
            late = _after(audit, span)
            if before == "2013/14":
                early, late = (4, 7), early
            if early[0] < counts.columns[0] or late[1] > counts.columns[-1]:
                reason = f"fewer than {span} quarters held on both sides of the audit"
            elif before == "2013/14" and late[0] <= early[1]:
                reason = "the audit began before the window could end"
        if reason is not None:
            out.append((audit.force, reason))
            continue
        rows.append(_window(counts, audit, early, late, relative))
    return _windows(rows, out)


def dose_years(
    counts: pd.DataFrame, audits: pd.DataFrame, first: int, last: int, *, relative: bool = True
) -> Windows:
    """The same with fixed years: four quarters from number `first` against four from number `last`."""
    rows, out = [], []
    for audit in audits.itertuples():
        reason = _cannot(audit, counts.index, dated=False)
        if reason is not None:
            out.append((audit.force, reason))
            continue
        rows.append(_window(counts, audit, (first, first + 3), (last, last + 3), relative))
    return _windows(rows, out)


def adoption_panel(
    counts: pd.DataFrame, audits: pd.DataFrame, *, date: str = "audit_start", keep_unreached: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Log quarterly counts by force, with the quarter from which each force's inspection could have acted.

    Parameters
    ----------
    counts : DataFrame
        What :func:`quarters` returns.
    audits : DataFrame
        As for :func:`dose_windows`, with `report_date`.
    date : "audit_start" or "report_date"
    keep_unreached : bool
        Keep forces without such a date, as never reached, instead of leaving them out.

    Returns
    -------
    (panel, left_out)
        `unit`, `time`, `outcome` (log of the count, of one half where it is zero or less), `adopted`; and the
        forces left out with the reason.
    """
    dated = audits.set_index("force")[date]
    out, start = [], {}
    for force in counts.index:
        day = dated.get(force)
        if force in UNSOUND:
            out.append((force, UNSOUND[force]))
        elif keep_unreached and not isinstance(day, str):
            start[force] = np.nan
        elif not isinstance(day, str) or len(day) < 10:
            out.append((force, f"no {date.replace('_', ' ')} is printed"))
        else:
            start[force] = quarter_of(day, after=True)
    kept = counts.loc[list(start)]
    long = np.log(kept.clip(lower=0.5)).stack().rename("outcome").reset_index()
    panel = long.set_axis(["unit", "time", "outcome"], axis=1)
    panel["adopted"] = panel["unit"].map(start).astype(float)
    return panel, pd.DataFrame(out, columns=["force", "reason"])


def first_inspections(accuracy: pd.DataFrame) -> pd.DataFrame:
    """The first inspection of each force, from what ``inspections.accuracy`` returns."""
    first = accuracy[accuracy["inspection"] == "initial"]
    return first[~first["force"].isin(SMALL_FORCES)].drop_duplicates("force").reset_index(drop=True)


def second_inspections(accuracy: pd.DataFrame) -> pd.DataFrame:
    """The second inspection of each force that was inspected again to see whether it had mended its recording."""
    second = accuracy[accuracy["inspection"] == "reinspection"]
    return second[~second["force"].isin(SMALL_FORCES)].drop_duplicates("force").reset_index(drop=True)


def _cannot(audit, forces, *, dated: bool = True) -> str | None:
    if audit.force not in forces:
        return "too few offences"
    if audit.force in UNSOUND:
        return UNSOUND[audit.force]
    if not np.isfinite(audit.se_log):
        return "no counts or margin are printed"
    if dated and not (isinstance(audit.audit_start, str) and isinstance(audit.audit_end, str)):
        return "the dates of the audit are not printed"
    return None


def _after(audit, span: int) -> tuple[int, int]:
    start = quarter_of(str((pd.Timestamp(audit.audit_end) + pd.Timedelta(days=1)).date()), after=True)
    return start, start + span - 1


def _windows(rows: list[tuple], out: list[tuple[str, str]]) -> Windows:
    columns = [
        "force", "dose", "dose_se", "before", "after", "others", "growth", "growth_se", "grade",
        "first_quarter", "last_quarter",
    ]  # fmt: skip
    return Windows(pd.DataFrame(rows, columns=columns), pd.DataFrame(out, columns=["force", "reason"]))


def _window(
    counts: pd.DataFrame, audit, early: tuple[int, int], late: tuple[int, int], relative: bool
) -> tuple:
    first, second = (counts.loc[:, slice(*ends)].sum(axis=1) for ends in (early, late))
    own_before, own_after = first[audit.force], second[audit.force]
    others = (second.sum() - own_after) / (first.sum() - own_before)
    growth = np.log(own_after / own_before) - (np.log(others) if relative else 0.0)
    return (
        audit.force,
        -np.log(audit.accuracy),
        audit.se_log,
        int(own_before),
        int(own_after),
        others,
        growth,
        np.sqrt(1 / own_before + 1 / own_after),
        getattr(audit, "grade", None),
        early[0],
        late[1],
    )
