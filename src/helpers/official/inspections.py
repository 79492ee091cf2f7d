"""How much reported crime each force recorded: the inspections, one row each, as accuracy with a standard error.

What one inspection found is often known from two or three pages, each of which prints some of it and rounds some of
it. ``merge`` joins the pages field by field and never averages: the value of the most direct source stands, and a more
precise printing of the same value replaces it.

``accuracy`` gives the share of reported crime that was recorded, with a standard error on the log scale from the
printed 95% margin. ``dip_samples`` does the same for the small 2014 audits, from their counts.

The audits from 2015 on measure accuracy after most of the rise had happened; only the 2014 samples come before.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from helpers.stats.estimate import check_level, normal_quantile
from helpers.tables import vocabularies
from helpers.tables.package import table
from helpers.tables.periods import FinancialYear, parse_period

KINDS = ("all_crime", "violence", "sexual")
SAME_INSPECTION = int(vocabularies.threshold("same_inspection"))
UNRECORDED = "sexual offences under-recording"  # of the raw table inspection_2014_national
SINCE = next(row["since"] for row in vocabularies.rows("doses", "since") if row["dose"] == "sample_2014")


def merge(frame: pd.DataFrame) -> pd.DataFrame:
    """One row an inspection, from one row a page.

    Parameters
    ----------
    frame : DataFrame
        The raw table `inspections`.

    Returns
    -------
    DataFrame
        `force`, `inspection`, and every figure and text of the raw table, from the most direct page that has it.
        Sorted by force and report date.

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> merged = merge(read_table("inspections"))
    >>> merged.loc[merged["force"] == "Wiltshire", ["inspection", "all_crime_percent"]].values.tolist()
    [['initial', 90.9], ['peel_or_later', 92.4]]
    """
    (kinds,) = (column.vocabulary for column in table("inspections").columns if column.name == "source_kind")
    rank = {kind: place for place, kind in enumerate(kinds)}  # most direct first
    direct = frame["source_kind"].map(rank).sort_values(kind="stable").index
    each = frame.assign(visit=_visits(frame)).loc[direct].groupby(["force", "inspection", "visit"])
    percents = each[[f"{kind}_percent" for kind in KINDS]].agg(_most_precise)
    merged = each.first().assign(**percents).reset_index()
    return merged.sort_values(["force", "report_date", "inspection"], na_position="first", ignore_index=True)


def accuracy(frame: pd.DataFrame, kind: str = "all_crime", *, level: float = 0.95) -> pd.DataFrame:
    """Share of reported crime that each inspection found recorded, with a standard error.

    Parameters
    ----------
    frame : DataFrame
        The raw table `inspections`.
    kind : str
        "all_crime", "violence" or "sexual".
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    DataFrame
        One row an inspection with a rate: `force`, `inspection`, `report_date`, `audit_start`, `audit_end` (whole
        dates, empty where not printed; an end before its start is empty), `accuracy` (0 to 1), `se_log` (standard error
        of its logarithm), `low`, `high` and `grade`. The error is the printed 95% margin, or the limit where only one
        is printed; where none is, the largest one printed for the kind, so that weights do not flatter it. That of
        rounding, a unit of the last printed digit over the root of twelve, is added in quadrature.

    Raises
    ------
    ValueError
        For a level outside (0, 1).

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> found = accuracy(read_table("inspections")).set_index(["force", "inspection"])
    >>> print(found.loc[("Cleveland", "initial"), "audit_start"], round(found.loc[("Cleveland", "initial"), "accuracy"], 3))
    2017-05-01 0.834
    """
    reach = normal_quantile(level)
    merged = merge(frame)
    printed = merged[[f"{name}_margin" for name in KINDS]]
    margins = printed.apply(lambda cells: cells.str.lstrip("< ").astype(float))
    # None is printed for sexual offences, which take the largest for violence.
    own = margins[f"{kind}_margin"]
    margin = own.fillna((own if own.notna().any() else margins["violence_margin"]).max())
    percent = merged[f"{kind}_percent"].astype(float)
    rounding = 10.0 ** -percent.map(_decimals, na_action="ignore") / np.sqrt(12)
    # the printed margins are 95% margins whatever `level` is asked for
    se_log = np.hypot(margin / normal_quantile(0.95), rounding) / percent
    share = percent / 100
    dates = [_dates(*ends) for ends in zip(merged["audit_start"], merged["audit_end"], strict=True)]
    found = merged[["force", "inspection", "report_date"]].assign(
        **pd.DataFrame(dates, columns=["audit_start", "audit_end"]),
        accuracy=share,
        se_log=se_log,
        low=share * np.exp(-reach * se_log),
        high=np.minimum(1.0, share * np.exp(reach * se_log)),
        grade=merged["grade"],
    )
    return found[percent.notna()].reset_index(drop=True)


def dip_samples(frame: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """The 2014 audits by force: small samples of incidents, with exact-enough intervals.

    Parameters
    ----------
    frame : DataFrame
        The raw table `inspection_2014_forces`.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    DataFrame
        One row a force: `force`, `accuracy` (0 to 1), `low`, `high` (Jeffreys interval) and `se_log` (these three empty
        where only a percentage is printed). The final audit goes before the interim report, counts before percentages,
        and of two pages on one audit the one that names the incidents examined. Earlier reviews are left out.

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133 (the Jeffreys interval).

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> found = dip_samples(read_table("inspection_2014_forces")).set_index("force")
    >>> found.loc["Cleveland", "accuracy"].round(3)  # 67 of 85
    np.float64(0.788)
    """
    tail = (1 - check_level(level)) / 2
    rows = frame[frame["review"].str.extract(r"(\d{4})", expand=False) >= SINCE[:4]]
    counted = rows[["crimes_should_be_recorded", "crimes_recorded"]].notna().all(axis=1)
    final, named = rows["review"].str.startswith("HMIC CDI"), rows["incidents_examined"].notna()
    rows = rows.assign(counted=counted, final=final, named=named)
    rows = rows[counted | rows["recorded_pct_as_published"].notna()]
    rows = rows.sort_values(["counted", "final", "named"], ascending=False, kind="stable")
    best = rows.drop_duplicates("force").sort_values("force")
    counts = best[["crimes_recorded", "crimes_should_be_recorded"]].where(best["counted"]).astype(float)
    recorded, should = (counts[name] for name in counts)
    a, b = recorded + 0.5, should - recorded + 0.5
    middle = a / (a + b)  # keeps the standard error above zero where every crime was recorded
    found = best[["force"]].assign(
        accuracy=(recorded / should).fillna(best["recorded_pct_as_published"].astype(float) / 100),
        low=betaincinv(a, b, tail),
        high=betaincinv(a, b, 1 - tail).mask(recorded == should, 1.0),
        se_log=np.sqrt((1 - middle) / (middle * should)),
    )
    return found.reset_index(drop=True)


@dataclass(frozen=True)
class Recorded:
    """What inspections found recorded in the country: shares of what was reported, from 0 to 1.

    sexual, violence, rape : in 2014; of rape by one reading of that inspection
    later_sexual : the mean of what later inspections printed
    both_violence, both_sexual : the same of inspections that printed both
    """

    sexual: float
    violence: float
    rape: float
    later_sexual: float
    both_violence: float
    both_sexual: float


def recorded(national: pd.DataFrame, inspections: pd.DataFrame) -> Recorded:
    """What the inspection of 2014 and the later ones found recorded in the country.

    Parameters
    ----------
    national, inspections : DataFrame
        The raw tables `inspection_2014_national` and `inspections`.

    Returns
    -------
    Recorded

    Examples
    --------
    >>> rows = {UNRECORDED: "26", "violence against the person under-recording": "33", "rape reports unrecorded": "about 1 in 10"}
    >>> later = pd.DataFrame({"violence_percent": [None, 84.0], "sexual_percent": [97.0, 95.0]})
    >>> recorded(pd.DataFrame({"measure": rows.keys(), "value": rows.values()}), later)
    Recorded(sexual=0.74, violence=0.67, rape=0.9, later_sexual=0.96, both_violence=0.84, both_sexual=0.95)
    """
    values = national.set_index("measure")["value"]
    left_out = values[[UNRECORDED, "violence against the person under-recording"]].astype(float)
    sexual, violence = ((100 - left_out) / 100).tolist()
    rape = 1 - 1 / int(values["rape reports unrecorded"].removeprefix("about 1 in "))
    percents = inspections[["violence_percent", "sexual_percent"]].apply(pd.to_numeric, errors="coerce")
    both = percents.dropna().mean() / 100
    return Recorded(sexual, violence, rape, float(percents["sexual_percent"].mean() / 100), *both.tolist())


def last_year_read(national: pd.DataFrame) -> str:
    """The financial year of the last record that the inspection of 2014 read, by its share of sexual offences.

    Parameters
    ----------
    national : DataFrame
        The raw table `inspection_2014_national`.

    Examples
    --------
    >>> last_year_read(pd.DataFrame({"measure": [UNRECORDED], "period": "2012-11/2013-10"}))
    '2013/14'
    """
    read = national.set_index("measure").at[UNRECORDED, "period"]
    return FinancialYear.holding(parse_period(read).end).label


def first_year_audited(frame: pd.DataFrame) -> str:
    """The financial year in which the records of the first inspection begin, by the raw table `inspections`.

    A start of which only the year is printed tells no financial year.

    >>> first_year_audited(pd.DataFrame({"audit_start": [None, "2015", "2016-02-01", "2015-09-01"]}))
    '2015/16'
    """
    starts = frame["audit_start"].dropna()
    return FinancialYear.holding(parse_period(starts[starts.str.len() > 4].min()).start).label


def _visits(pages: pd.DataFrame) -> pd.Series:
    """Number the inspections of one force and tag by their dates, so that two later checks stay two."""
    days = pd.to_datetime(pages["report_date"].map(_day, na_action="ignore"))
    dated = pages.assign(day=days).sort_values("day")
    tag = ["force", "inspection"]
    another = dated.groupby(tag)["day"].diff().dt.days > SAME_INSPECTION
    return another.groupby([dated[name] for name in tag]).cumsum()


def _most_precise(values: pd.Series) -> float:
    """The first value, in its most precise printing.

    >>> _most_precise(pd.Series([96.0, 96.4, 95.0]))
    96.4
    """
    known = values.dropna().tolist()
    places = {value: _decimals(value) for value in known}

    def agrees(value: float) -> bool:
        return abs(value - known[0]) <= 0.5 * 10.0 ** -min(places[value], places[known[0]]) + 1e-9

    return max(filter(agrees, known), key=places.get, default=np.nan)


def _decimals(value: float) -> int:
    """Decimals that a percentage was printed with, as far as a float can tell: 96.4 has one, 91.0 none."""
    return len(f"{value:.6f}".rstrip("0").split(".")[1])


def _day(text: str) -> str:
    """The first day of a date, month or year."""
    return parse_period(text).start.isoformat()


def _dates(start, end) -> tuple[str | None, str | None]:
    """Whole dates of an audit, where they are printed; the end not where it is printed before the start."""
    if not (isinstance(start, str) and isinstance(end, str)):
        return None, None
    first, last = _day(start), parse_period(end).end.isoformat()
    return first, last if last >= first else None
