"""A force's growth around its own audit: the windows of the dose-response and the panel of the event study.

The dose is minus the log of the share of reported crime that an audit found recorded. The audits came years apart,
so each force has its own window, an earlier and a later period that are written in words around the dates of its
audit and its report (:func:`period`). The national course over the same quarters (all other forces) is taken off, so
that a force audited late is not compared with one audited early. Where the records that an audit read lie between the
two periods, before them or after them decides which sign better recording expects (:func:`timing`).

Nothing is estimated here. Forces that cannot be used are returned with the reason.
"""

import re
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from helpers.official.comparisons import SMALL_FORCES
from helpers.official.recorded_crime import by_quarter
from helpers.tables import vocabularies

FIRST_YEAR = 2012  # quarters are numbered from April to June 2012, which is 0
LAST_QUARTER = 31  # January to March 2020: the last before the first lockdown
PERIOD = re.compile(r"(\d+) quarters (?:(before|to|after)|from (\d+) after) (\w+)")
WINDOW = ["force", "dose", "dose_se", "before", "after", "growth", "growth_se"]
DATES = ("audit_start", "audit_end", "report_date")
DOSES = {row["dose"]: row for row in vocabularies.rows("doses", "label", "since", "grade", *DATES)}
PLACES = ("before", "inside", "between", "after")
DEFAULT_WINDOW = "4 quarters before audit_start", "4 quarters after audit_end"


def quarters(crime: pd.DataFrame, codes: Iterable[str], *, last: int = LAST_QUARTER) -> pd.DataFrame:
    """Offences of some codes by force and quarter, 2012/13 on.

    Returns
    -------
    DataFrame
        One row a force (those with next to no such offences left out), one column a quarter, numbered from 0.

    Examples
    --------
    >>> from helpers.official.recorded_crime import COLUMNS
    >>> crime = pd.DataFrame([["2012/13", "Kent", "71", 1, 0, 2, 4], ["2013/14", "Kent", "71", 3, 1, 1, 1]],
    ...     columns=COLUMNS)
    >>> quarters(crime, ["71"], last=5).loc["Kent"].astype(int).tolist()
    [1, 0, 2, 4, 3, 1]
    """
    wide = by_quarter(crime, codes).drop(index=list(SMALL_FORCES), errors="ignore")
    wide.columns = [4 * (int(year[:4]) - FIRST_YEAR) + quarter - 1 for year, quarter in wide.columns]
    return wide.loc[:, 0:last]


def quarter_holding(day: str, days: int = 0) -> int:
    """The quarter that a date lies in, or the day so many `days` later.

    >>> quarter_holding("2012-04-01"), quarter_holding("2016-03-31"), quarter_holding("2016-04-01", -1)
    (0, 15, 15)
    """
    stamp = pd.Timestamp(day) + pd.Timedelta(days=days)
    return ((stamp.year - FIRST_YEAR) * 12 + stamp.month - 4) // 3


def quarter_from(day: str) -> int:
    """The first quarter that begins on or after a date.

    >>> quarter_from("2016-04-01"), quarter_from("2016-04-02")
    (16, 17)
    """
    return quarter_holding(day, -1) + 1


def period(words: str, audit) -> tuple[int, int]:
    """The first and last quarter of a period that is given in words.

    Parameters
    ----------
    words : str
        A financial year, or "4 quarters before audit_start", "4 quarters to audit_end" (the last of them ends by that
        day), "4 quarters after report_date" or "4 quarters from 2 after report_date" (two quarters later).
    audit : object
        With the dates that the words name.

    Raises
    ------
    ValueError
        For words of another form.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> period("4 quarters from 2 after report_date", SimpleNamespace(report_date="2016-08-25"))
    (20, 23)
    >>> period("2013/14", None)
    (4, 7)
    """
    if re.fullmatch(r"\d{4}/\d\d", words):
        start = 4 * (int(words[:4]) - FIRST_YEAR)
        return start, start + 3
    found = PERIOD.fullmatch(words)
    if found is None:
        raise ValueError(f"a period must be words such as '4 quarters after report_date', not {words!r}")
    length, side, later, date = found.groups()
    day = getattr(audit, date)
    if side in ("before", "to"):  # the day itself belongs to what came before
        end = quarter_holding(day, days=int(side == "to")) - 1
        return end - int(length) + 1, end
    start = quarter_holding(day) + 1 + int(later or 0)
    return start, start + int(length) - 1


def timing(audit, ends: tuple[int, int]) -> dict[str, int]:
    """How many quarters of a period lie before the audited records, inside them, between them and the report, after it.

    The quarter in which the report came counts as before it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> audit = SimpleNamespace(audit_start="2015-10-01", audit_end="2016-03-31", report_date="2017-02-09")
    >>> timing(audit, (13, 16)), timing(audit, (19, 22))
    ({'before': 1, 'inside': 2, 'between': 1, 'after': 0}, {'before': 0, 'inside': 0, 'between': 1, 'after': 3})
    """
    edges = [quarter_holding(day) for day in (audit.audit_start, audit.audit_end, audit.report_date)]
    edges[0] -= 1
    # An edge belongs to what comes before it.
    places = np.searchsorted(edges, np.arange(ends[0], ends[1] + 1))
    return dict(zip(PLACES, np.bincount(places, minlength=len(PLACES)).tolist(), strict=True))


def dose_windows(
    counts, audits, early=DEFAULT_WINDOW[0], late=DEFAULT_WINDOW[1], *, relative=True, left_out=None
) -> pd.DataFrame:
    """Each force's growth from one period to another around its own audit, beside its dose.

    Parameters
    ----------
    counts : DataFrame
        What :func:`quarters` returns. A force with an empty quarter in a window has no growth there, and no part in that of
        others.
    audits : DataFrame
        `force`, `dose`, `dose_se`, and the dates that the periods name (empty where not printed). One row a force; of
        several inspections keep the first.
    early, late : str
        Periods in the words of :func:`period`.
    relative : bool
        Take off the growth of all other forces over the same quarters.
    left_out : mapping of force to reason, optional
        What :func:`helpers.official.series_notes.misdated_forces` returns.

    Returns
    -------
    DataFrame
        `force`, `dose`, `dose_se`, `before` and `after` (offences in the two periods), `growth` (log ratio, less that of all
        other forces where `relative`) and `growth_se` (from the counts alone). ``attrs["left_out"]`` says why for each force of
        `audits` that has no growth.

    Raises
    ------
    ValueError
        For a period of another form, or a force that stands twice.

    Examples
    --------
    >>> counts = pd.DataFrame(10.0, index=["Essex", "Kent"], columns=range(8))
    >>> audits = pd.DataFrame({"force": ["Kent"], "dose": [0.1], "dose_se": [0.01]})
    >>> dose_windows(counts, audits, "2012/13", "2013/14")[["force", "before", "growth"]].values.tolist()
    [['Kent', 40, 0.0]]
    """
    if audits["force"].duplicated().any():
        raise ValueError("audits has a force twice")
    dates = [found[4] for words in (early, late) if (found := PERIOD.fullmatch(words))]
    values, place = counts.to_numpy(dtype=float), {force: at for at, force in enumerate(counts.index)}
    rows, out, known = [], {}, left_out or {}
    for audit in audits.itertuples():
        found = known.get(audit.force) or _cannot(audit, place, dates)
        if found is None:
            ends = np.array([period(early, audit), period(late, audit)]) - counts.columns[0]
            found = _window(values, place[audit.force], ends, relative)
        if isinstance(found, str):
            out[audit.force] = found
        else:
            rows.append((audit.force, audit.dose, audit.dose_se, *found))
    table = pd.DataFrame(rows, columns=WINDOW)
    table.attrs["left_out"] = out
    return table


def adoption_panel(counts, audits, *, date="audit_start", keep_unreached=False, left_out=()) -> pd.DataFrame:
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
    left_out : forces
        As :func:`helpers.official.series_notes.misdated_forces` returns them. Forces without a whole date are left out too.

    Returns
    -------
    DataFrame
        `unit`, `time`, `outcome` (log of the count, of one half where it is zero or less), `adopted`.
    """
    day = audits.set_index("force")[date].reindex(counts.index)
    kept = day.str.len().ge(10) | (day.isna() & keep_unreached)
    kept &= ~counts.index.isin(list(left_out))
    start = day[kept].map(quarter_from, na_action="ignore").astype(float)
    logs = np.log(counts[kept].clip(lower=0.5)).stack().reset_index()
    panel = logs.set_axis(["unit", "time", "outcome"], axis=1)
    return panel.assign(adopted=panel["unit"].map(start))


def inspected(accuracy: pd.DataFrame, inspection: str = "initial") -> pd.DataFrame:
    """One inspection of each force with its dose, from what ``inspections.accuracy`` returns: the first, or the "reinspection"."""
    kept = accuracy[(accuracy["inspection"] == inspection) & ~accuracy["force"].isin(SMALL_FORCES)]
    return with_dose(kept.drop_duplicates("force").reset_index(drop=True))


def with_dose(found: pd.DataFrame) -> pd.DataFrame:
    """Audits with `dose`, minus the logarithm of accuracy, and its standard error `dose_se`."""
    return found.assign(dose=-np.log(found["accuracy"]), dose_se=found["se_log"])


def doses(accuracy: Callable[[str], pd.DataFrame], samples: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What an audit says that a force left to record, by every measure that is printed.

    Parameters
    ----------
    accuracy : callable
        Kind of crime → what ``inspections.accuracy`` returns.
    samples : DataFrame
        What ``inspections.dip_samples`` returns.

    Returns
    -------
    dict
        `all_crime`, `violence`, `sexual`: minus log accuracy at the first inspection. `grade`: 1 for inadequate and 0 for
        any other grade, of reports since the grades changed. `sample_2014`: the samples of 2014. `second`: the rise of log
        accuracy from the first inspection to the second, with `second_report`.
    """
    found = {kind: inspected(accuracy(kind)) for kind in ("all_crime", "violence", "sexual")}
    first, second = found["all_crime"], inspected(accuracy("all_crime"), "reinspection")
    graded = first[first["grade"].notna() & (first["report_date"] >= DOSES["grade"]["since"])]
    found["grade"] = graded.assign(dose=(graded["grade"] == DOSES["grade"]["grade"]) * 1.0, dose_se=0.0)
    found["sample_2014"] = with_dose(samples).assign(**{date: DOSES["sample_2014"][date] for date in DATES})
    both = first.merge(second, on="force", suffixes=("", "_second"))
    rise, se = both["dose"] - both["dose_second"], np.hypot(both["dose_se"], both["dose_se_second"])
    found["second"] = both.assign(dose=rise, dose_se=se, second_report=both["report_date_second"])
    return found


def timely_change_dose(events: pd.DataFrame, forces: Iterable[str]) -> pd.DataFrame:
    """A dose of 1 for forces of whose own change of recording a report says that it came in time, and 0 for all others.

    Parameters
    ----------
    events : DataFrame
        The raw table `events`. A change is an event of recording, dated in those years, in a force, that is expected to
        raise its counts.
    forces : iterable of str

    Examples
    --------
    >>> events = pd.DataFrame({"family": "recording", "scope": ["Kent", "national"], "date_text": ["2014-11", "2014"],
    ...     "expected_effect": "up"})
    >>> timely_change_dose(events, ["Essex", "Kent"])["dose"].tolist()
    [0.0, 1.0]
    """
    first, last = (DOSES["own_change"][end][:4] for end in ("audit_start", "audit_end"))
    up = events["expected_effect"].str.startswith("up", na=False) & (events["family"] == "recording")
    changed = events[up & events["date_text"].str[:4].between(first, last)]
    table = pd.DataFrame({"force": list(forces)})
    dose = table["force"].isin(changed["scope"]).astype(float)
    return table.assign(dose=dose, dose_se=0.0, **dict.fromkeys(DATES))


def _cannot(audit, forces, dates: list[str]) -> str | None:
    if audit.force not in forces:
        return "too few offences"
    if not np.isfinite(audit.dose_se):
        return "no counts or margin are printed"
    for date in dates:
        day = getattr(audit, date)
        if not isinstance(day, str) or len(day) < 10:
            what = "dates of the audit are" if date.startswith("audit") else "date of the report is"
            return f"the {what} not printed"
    return None


def _window(counts: np.ndarray, own: int, ends: np.ndarray, relative: bool) -> tuple | str:
    """Counts and growth of one force (a row) from the first period to the second, or why they cannot be had."""
    (start, end), (again, last) = ends
    if start < 0 or last >= counts.shape[1]:
        return "its window reaches past the quarters held"
    if again <= end:
        return "its later period begins before the earlier one ends"
    first, second = counts[:, start : end + 1].sum(axis=1), counts[:, again : last + 1].sum(axis=1)
    before, after = first[own], second[own]
    if np.isnan(before + after):
        return "its counts are not reliable in one of the quarters"
    course = ~np.isnan(first + second)
    others = (second[course].sum() - after) / (first[course].sum() - before)
    growth = np.log(after / before) - (np.log(others) if relative else 0.0)
    return int(before), int(after), growth, np.sqrt(1 / before + 1 / after)
