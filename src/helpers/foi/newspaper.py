"""The numbers behind the claims of the newspaper report: what it printed, and what else is known of each.

:func:`evidence` works out, from the tables, every number that a rule in `data/claims.toml` compares. A rule never
sees a number that is typed in; change a figure in a table and the verdict changes with it. The report is that of The
Northern Echo, 22 March 2017, on the release of that month.
"""

import pandas as pd

from helpers.foi.completeness import MEASURE
from helpers.foi.totals import ABSENT
from helpers.foi.vintages import last_day, standing_in_each_release
from helpers.official import recorded_crime
from helpers.stats.missing import NotAvailable
from helpers.tables.periods import parse_financial_year

REPORT = "northern-echo-2017-03-22"
RELEASE = "2017-03"
YEARS = ("2014/15", "2015/16")
MINUTES_A_DAY = 24 * 60


def headline(figures: pd.DataFrame, floor: pd.DataFrame, *, source: str = REPORT) -> pd.DataFrame:
    """The forces that the report gives two years of, beside their floor.

    Parameters
    ----------
    figures : DataFrame
        foi_figures; set-aside rows are left out.
    floor : DataFrame
        force, financial_year, child_only.
    source : str
        The report's page.

    Returns
    -------
    DataFrame
        One row a force, in the order of the page: force, before, after, ratio (as printed), floor_before,
        floor_after, floor_ratio.

    Raises
    ------
    ValueError
        When the page gives no force for both years, or a force of it has no floor.
    """
    page = figures[(figures["source"] == source) & figures["used"] & (figures["measure"] == MEASURE)]
    printed = page.pivot_table(index="area", columns="financial_year", values="value", sort=False)
    least = floor.pivot_table(index="force", columns="financial_year", values="child_only")
    printed = printed.reindex(columns=list(YEARS)).dropna()
    if printed.empty or not set(printed.index) <= set(least.index):
        raise ValueError(f"{source} gives no force for {' and '.join(YEARS)} that has a floor")
    least = least.reindex(index=printed.index, columns=list(YEARS)).astype(float)
    sides = {}
    for name, counts in (("", printed), ("floor_", least)):
        before, after = (counts[year] for year in YEARS)
        sides |= {f"{name}before": before, f"{name}after": after, f"{name}ratio": after / before}
    return pd.DataFrame(sides).rename_axis("force").reset_index()


def by_year(table: pd.DataFrame) -> pd.DataFrame:
    """The forces of :func:`headline`, one row a force and year.

    Parameters
    ----------
    table : DataFrame
        What :func:`headline` returned.

    Returns
    -------
    DataFrame
        force, financial_year, foi, floor; a force's years together.

    Examples
    --------
    >>> one = {"force": "Kent", "before": 5, "after": 7, "floor_before": 4, "floor_after": 6}
    >>> by_year(pd.DataFrame([one])).values.tolist()
    [['Kent', '2014/15', 5, 4], ['Kent', '2015/16', 7, 6]]
    """
    sides = dict(zip(YEARS, ("before", "after"), strict=True))
    counts = {year: {"foi": table[at], "floor": table[f"floor_{at}"]} for year, at in sides.items()}
    each = [table.assign(financial_year=year, **both) for year, both in counts.items()]
    rows = pd.concat(each).sort_index(kind="stable")
    return rows[["force", "financial_year", "foi", "floor"]].reset_index(drop=True)


def minutes_per_offence(count: float, financial_year: str) -> float:
    """How many minutes pass between two offences if a year's count is spread evenly over the year.

    Examples
    --------
    >>> round(minutes_per_offence(55507, "2015/16"), 2)  # a year of 366 days
    9.5
    """
    year = parse_financial_year(financial_year)
    return ((year.end - year.start).days + 1) * MINUTES_A_DAY / count


def totals_in_print(figures: pd.DataFrame) -> pd.DataFrame:
    """Every total for the UK, or for England and Wales, with when it came out.

    Returns
    -------
    DataFrame
        area, financial_year, round, released, value, source: what stands in each release, in the order of release.
    """
    is_wide = figures["area"].isin(["UK", "England and Wales"]) & (figures["measure"] == MEASURE)
    each = standing_in_each_release(figures[is_wide & figures["used"]])
    each = each.assign(_out=each["released"].map(last_day))
    each = each.sort_values(["_out", "area", "financial_year"], ignore_index=True)
    return each[["area", "financial_year", "round", "released", "value", "source"]]


def evidence(figures: pd.DataFrame, status: pd.DataFrame, floor: pd.DataFrame) -> dict[str, tuple]:
    """Every number that the claims are judged by.

    Parameters
    ----------
    figures : DataFrame
        foi_figures.
    status : DataFrame
        foi_status: round, force, status.
    floor : DataFrame
        official_floor: force, financial_year, child_only.

    Returns
    -------
    dict
        Id of a finding → its value and its sources. A number that cannot be had has the value that is not available.
    """
    numbers = _uk(figures, status) | _ages(figures) | _durham(figures, status)
    for row in headline(figures, floor).itertuples(index=False):
        force = row.force.lower().replace(" ", "_")
        for name in ("before", "after", "ratio", "floor_before", "floor_after", "floor_ratio"):
            page = recorded_crime.SOURCE if name.startswith("floor") else REPORT
            numbers[f"{force}.{name}"] = getattr(row, name), [page]
    return {f"claims.{name}": number for name, number in numbers.items()}


def _uk(figures: pd.DataFrame, status: pd.DataFrame) -> dict[str, tuple]:
    totals = totals_in_print(figures)
    uk = totals[totals["area"] == "UK"]
    printed = uk[uk["round"] == RELEASE].set_index("financial_year")
    total, base = printed.loc[YEARS[1]], printed.loc[YEARS[0]]
    later = uk[uk["financial_year"] == YEARS[1]].iloc[-1]
    first = uk[uk["financial_year"] == YEARS[0]].iloc[0]
    out_by_then = totals["released"].map(last_day) <= last_day(RELEASE)
    earlier = totals[out_by_then & (totals["financial_year"] < YEARS[1])]
    highest = earlier.loc[earlier["value"].idxmax()]
    absent = status[(status["round"] == RELEASE) & status["status"].isin(ABSENT)]

    def rise(after: pd.Series, before: pd.Series) -> tuple:
        return after["value"] / before["value"] - 1, [after["source"], before["source"]]

    return {
        "uk.total": (total["value"], [total["source"]]),
        "uk.total_before": (base["value"], [base["source"]]),
        "uk.total_before_first": (first["value"], [first["source"]]),
        "uk.total_revised": (later["value"], [later["source"]]),
        "uk.later_revision": (later["value"] - total["value"], [total["source"], later["source"]]),
        "uk.highest_earlier_total": (highest["value"], [highest["source"]]),
        "uk.minutes_per_offence": (minutes_per_offence(total["value"], YEARS[1]), [total["source"]]),
        "uk.minutes_per_offence_revised": (minutes_per_offence(later["value"], YEARS[1]), [later["source"]]),
        "uk.change_on_year": rise(total, base),
        "uk.change_on_year_first_base": rise(total, first),
        "uk.change_on_year_revised": rise(later, base),
        "uk.forces_missing": (len(set(absent["force"])), sorted(set(absent["source"]))),
    }


def _ages(figures: pd.DataFrame) -> dict[str, tuple]:
    """What the report says of the very young, and what other pages on the same release say."""
    year = figures[(figures["financial_year"] == YEARS[1]) & (figures["round"] == RELEASE)]
    report, others = year[year["source"] == REPORT], year[year["source"] != REPORT]
    young = ["age_0_4", "age_preschool", "age_0_3"]

    def first(rows: pd.DataFrame, area: str, measures: list[str]) -> tuple:
        return _first_value(rows[(rows["area"] == area) & rows["measure"].isin(measures)])

    return {
        "cleveland.under_four": first(report, "Cleveland", ["age_0_3"]),
        "cleveland.four_and_under_elsewhere": first(others, "Cleveland", young),
        "cleveland.ten_and_under_elsewhere": first(others, "Cleveland", ["age_0_10"]),
        "northumbria.preschool": first(report, "Northumbria", ["age_preschool"]),
        "northumbria.preschool_elsewhere": first(others, "Northumbria", young),
    }


def _durham(figures: pd.DataFrame, status: pd.DataFrame) -> dict[str, tuple]:
    durham = figures[figures["area"] == "Durham"]
    statuses = status[(status["force"] == "Durham") & (status["round"] == RELEASE)]
    later = durham[(durham["financial_year"] == YEARS[0]) & (durham["measure"] == MEASURE) & durham["used"]]
    return {
        "durham.figures_in_release": (int((durham["round"] == RELEASE).sum()), [REPORT]),
        "durham.said_to_have_given_none": (bool(statuses["status"].isin(ABSENT).any()), [REPORT]),
        "durham.given_later": _first_value(later),
    }


def _first_value(rows: pd.DataFrame) -> tuple:
    """The value of the first row with its page; not available where there is no row."""
    missing = NotAvailable("no page was found that gives it")
    return (float(rows["value"].iloc[0]), [rows["source"].iloc[0]]) if len(rows) else (missing, [])
