"""Comparisons between sets of offence codes: how they grew, by quarter, and around a dated event.

Some code sets here cut across the families of :mod:`helpers.official.families`: they were chosen for what an
explanation predicts, not for what may be published as a series. ``NO_MEETING`` codes can be committed through a
screen, though most of what they hold was not; ``CONTACT`` codes cannot. Adults and children compare cleanly only
for rape, whose codes split at 16.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.official.families import FAMILIES
from helpers.official.recorded_crime import QUARTERS, by_quarter, floor, force_sums, in_year
from helpers.stats.clusters import ClusteredRatio, clustered_ratio
from helpers.stats.missing import NotAvailable
from helpers.tables import vocabularies
from helpers.tables.offences import codes_of

ADULT_RAPE, CHILD_RAPE = codes_of("adult_rape"), codes_of("child_rape")
CONTACT, NO_MEETING = codes_of("contact"), codes_of("no_meeting")
VIOLENCE_WITHOUT_INJURY = codes_of("assault_without_injury")

FIRST_MONTHS = ("Apr", "Jul", "Oct", "Jan")
LEAST = int(vocabularies.threshold("smallest_family"))
_FORCES = vocabularies.rows("forces", "small", "in_report")
SMALL_FORCES = tuple(row["force"] for row in _FORCES if row["small"])
# The three of the newspaper report, those of one region together
_BY_REGION = sorted(_FORCES, key=lambda row: row["region"])
REPORT_FORCES = tuple(row["force"] for row in _BY_REGION if row["in_report"])


def by_force(crime: pd.DataFrame, codes: Iterable[str], financial_year: str) -> pd.Series:
    """Offences of some codes in one year, by force.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    codes : iterable of str
        Codes to add up.
    financial_year : str

    Returns
    -------
    Series
        Offences, indexed by force, in alphabetical order; zero where a force has none.

    Raises
    ------
    ValueError
        When a code is not held in that year, or the year is not whole.

    Examples
    --------
    >>> columns = ["financial_year", "force", "offence_code", *QUARTERS]
    >>> crime = pd.DataFrame([["2014/15", "Kent", "71", 1, 0, 2, 4], ["2014/15", "Kent", "73", 1, 1, 1, 1]],
    ...     columns=columns)
    >>> by_force(crime, ["71", "73"], "2014/15").to_dict()
    {'Kent': 11}
    """
    year = in_year(crime, financial_year)
    absent = sorted(set(codes) - set(year["offence_code"].unique()))
    if absent:
        raise ValueError(f"codes has {absent[0]!r}, of which no force has a count in {financial_year}")
    if year[list(QUARTERS)].isna().all().any():
        raise ValueError(f"financial_year {financial_year} is not whole")
    return force_sums(year, codes)


def missing_codes_reason(crime: pd.DataFrame, codes: Iterable[str], *years: str) -> NotAvailable | None:
    """Why some codes cannot be compared in these years: one of them is not held in one of the years; else None.

    >>> crime = pd.DataFrame({"financial_year": ["2012/13", "2019/20"], "offence_code": "105A"})
    >>> missing_codes_reason(crime, ["105A"], "2019/20", "2020/21")
    not available: offences under code 105A are held for 2012/13 to 2019/20 only
    """
    for year in years:
        held = set(in_year(crime, year)["offence_code"].unique())
        if absent := [code for code in codes if code not in held]:
            found = crime.loc[crime["offence_code"] == absent[0], "financial_year"]
            span = f"are held for {found.min()} to {found.max()} only" if len(found) else "are not held"
            return NotAvailable(f"offences under code {absent[0]} {span}")
    return None


def grooming_break_reason(first_year: str, last_year: str) -> NotAvailable | None:
    """Why grooming (88A) cannot be compared between two years, or None where it can."""
    family = FAMILIES["grooming"]
    if first_year <= family.last_year < last_year:
        return NotAvailable(f"{family.note[0].lower()}{family.note[1:].rstrip('.')}")
    return None


def comparable(codes: Iterable[str], first_year: str, last_year: str) -> tuple[str, ...]:
    """`codes`, without grooming (88A) where a new offence joined it between the two years.

    >>> comparable(["71", "88A"], "2016/17", "2017/18"), comparable(["71", "88A"], "2014/15", "2015/16")
    (('71',), ('71', '88A'))
    """
    changed = _changed(first_year, last_year)
    return tuple(code for code in codes if code not in changed)


def _changed(first_year: str, last_year: str) -> tuple[str, ...]:
    return FAMILIES["grooming"].codes if grooming_break_reason(first_year, last_year) is not None else ()


def around(first_year: str, last_year: str) -> str:
    """What to say of a series that :func:`comparable` leaves something out of; nothing where it does not."""
    return " (without grooming, whose code changed)" if _changed(first_year, last_year) else ""


def comparable_floor(crime: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """What :func:`helpers.official.recorded_crime.floor` makes of the codes that mean the same in all years of a span.

    >>> crime = pd.DataFrame({"financial_year": "2016/17", "force": "Kent", "offence_code": ["71", "88A"],
    ...     **dict.fromkeys(QUARTERS, 1)})
    >>> [comparable_floor(crime, "2016/17", last)["child_only"].item() for last in ("2016/17", "2017/18")]
    [8, 4]
    """
    return floor(crime[~crime["offence_code"].isin(_changed(first_year, last_year))])


def growth(crime, codes, *, first_year, last_year, control=None, level=0.95) -> ClusteredRatio | NotAvailable:
    """How much some codes grew between two years, alone or against other codes in the same forces.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    codes, control : iterable of str
        Codes added up, and codes whose growth theirs is divided by.
    first_year, last_year : str
        Financial years.
    level : float
        Level of the interval.

    Returns
    -------
    ClusteredRatio
        Of all forces together; the interval comes from leaving out one force at a time. Not available where a code
        is not held in one of the years.

    Raises
    ------
    ValueError
        As :func:`by_force` and :func:`helpers.stats.clusters.clustered_ratio`.
    """
    missing = missing_codes_reason(crime, (*codes, *(control or ())), first_year, last_year)
    if missing is not None:
        return missing
    sides = [codes] if control is None else [codes, control]
    counts = (by_force(crime, side, year) for side in sides for year in (first_year, last_year))
    return clustered_ratio(*counts, level=level)


def family_growth(crime, families, *, first_year, last_year, level=0.95) -> pd.DataFrame | NotAvailable:
    """Growth of each family, England and Wales, with forces as the independent units.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    families : iterable of str
        Names in ``families.FAMILIES``.
    first_year, last_year : str
    level : float

    Returns
    -------
    DataFrame
        `family`, `label`, `role`, `before`, `after`, `ratio`, `low`, `high`, `log_ratio`, `se`, in the order
        given; families that cannot be compared across the years, or are too small, are left out. Not available where none
        is left.

    Raises
    ------
    ValueError
        As :func:`helpers.stats.clusters.clustered_ratio`.

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> found = family_growth(read_table("recorded_crime"), ["homicide", "harassment"],
    ...     first_year="2014/15", last_year="2015/16")
    >>> found[["family", "before", "after"]].values.tolist()
    [['homicide', 539, 577]]
    """
    asked, rows = [FAMILIES[name] for name in families], []
    for family in asked:
        before, after = (force_sums(in_year(crime, year), family.codes) for year in (first_year, last_year))
        sums = {"before": int(before.sum()), "after": int(after.sum())}
        if family.comparable(first_year, last_year) and min(sums.values()) >= LEAST:
            found = clustered_ratio(before, after.loc[before.index], level=level)
            of = {"family": family.family, "label": family.label, "role": family.role}
            se = found.estimate.se(dof=found.units - 1, log=True)
            rows.append(of | sums | found.estimate.row("ratio") | {"se": se})
    if rows:
        return pd.DataFrame(rows).assign(log_ratio=lambda table: np.log(table["ratio"]))
    last = max((family.last_year or "" for family in asked), default="")
    why = f"their counts are held, or mean the same, to {last} only" if last else "too few were recorded"
    years = f"from {first_year} to {last_year}"
    return NotAvailable(f"no such kind of offence can be compared {years}: {why}")


def national_quarters(crime, codes, *, first_year, last_year, without=()) -> pd.DataFrame:
    """Offences of some codes in all forces together, quarter by quarter.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    codes : iterable of str
        Codes to add up.
    first_year, last_year : str
        Financial years, both included.
    without : iterable of str
        Forces to leave out.

    Returns
    -------
    DataFrame
        `financial_year`, `quarter` (1 to 4), `when` (its first month, such as "Jul 2014") and `offences`.
    """
    wide = by_quarter(crime[crime["financial_year"].between(first_year, last_year)], codes)
    table = wide.drop(index=list(without), errors="ignore").sum().astype(int).rename("offences").reset_index()
    table.insert(2, "when", list(map(when, table["financial_year"], table["quarter"])))
    return table


def when(financial_year: str, quarter: int) -> str:
    """The first month of a quarter.

    >>> when("2014/15", 2), when("2014/15", 4)
    ('Jul 2014', 'Jan 2015')
    """
    year = int(financial_year[:4]) + (quarter == 4)
    return f"{FIRST_MONTHS[quarter - 1]} {year}"


def changes_around(crime, codes, financial_year, quarter, *, span=4) -> pd.Series:
    """The change in every force around one quarter: the quarters after it over the quarters before it.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    codes : iterable of str
        Codes to add up.
    financial_year, quarter : str, int
        The quarter that holds the event, which belongs to neither side.
    span : int
        Quarters on either side; four keep the seasons alike.

    Returns
    -------
    Series
        Ratio by force, in alphabetical order; forces with next to no such offences are left out.

    Raises
    ------
    ValueError
        When there are not `span` quarters on both sides, or a force has none on one of them.
    """
    wide = by_quarter(crime, codes).drop(index=list(SMALL_FORCES), errors="ignore")
    at = wide.columns.get_loc((financial_year, quarter))
    if at < span or at + span >= wide.shape[1]:
        raise ValueError(f"quarter {quarter} of {financial_year} has not {span} quarters on both sides")
    before = wide.iloc[:, at - span : at].sum(axis=1)
    after = wide.iloc[:, at + 1 : at + 1 + span].sum(axis=1)
    if (before <= 0).any() or (after <= 0).any():
        raise ValueError(f"a force has no offences on one side of quarter {quarter} of {financial_year}")
    return (after / before).rename("change")


@dataclass(frozen=True, eq=False)
class DatedEvent:
    """An event, and two series of counts at equal intervals around it, arrays of shape (n,).

    name : the event in words
    series, control : counts that it should have lifted, and counts that it should not
    when : what each observation is called
    step : position of the first observation after the event
    unit : "years" or "quarters"
    options : of :func:`helpers.stats.placebo.placebo_steps`, margin and period
    """

    name: str
    series: np.ndarray
    control: np.ndarray
    when: tuple[str, ...]
    step: int
    unit: str
    options: Mapping[str, int]


def dated_events(crime: pd.DataFrame, national: pd.DataFrame) -> dict[str, DatedEvent]:
    """The events, by the name of their test.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime, by force and quarter.
    national : DataFrame
        The table of recorded crime in England and Wales by year.

    Returns
    -------
    dict
        Those of ``data/vocabularies/dated_events.csv``: all rape by year and by quarter against violence without injury,
        and children's offences by quarter, boys against girls.
    """
    found = {}
    for row in vocabularies.rows("dated_events", "test", "label", "series", "control", "step"):
        sides = [_counts(crime, national, row, row[side]) for side in ("series", "control")]
        when = tuple(sides[0].index)
        options = {name: int(row[name]) for name in ("period", "margin") if row[name]}
        counts, step = (side.to_numpy(float) for side in sides), when.index(row["step"])
        found[row["test"]] = DatedEvent(row["label"], *counts, when, step, row["unit"], options)
    return found


def _counts(crime: pd.DataFrame, national: pd.DataFrame, row: dict[str, str], names: str) -> pd.Series:
    """Offences of some families by year or quarter, or of an offence of the national table by year."""
    first, last = row["first_year"], row["last_year"] or "9"
    mine = national["offence"] == names
    if not mine.any():
        codes = [code for name in names.split() for code in codes_of(name)]
        mine = national["offence_codes"].isin([f"({code})" for code in codes])
    if row["unit"] == "quarters":
        held = national_quarters(crime, codes, first_year=first, last_year=last)
        return held.set_index("when")["offences"]
    held = national[mine & national["financial_year"].between(first, last)]
    return held.groupby("financial_year")["offences"].sum()
