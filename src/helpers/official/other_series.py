"""Series from outside police records: courts, child protection, helplines, surveys, other countries.

Police recording cannot move them, so they say how much of a rise in records could be more abuse or more people coming
forward. The raw table ``other_series`` holds each figure as it was published. The register ``corroboration`` names the
series that can be followed over years, the years for which they are comparable, and the breaks in them.
:func:`select` takes those series out of the table and :func:`growth` compares years, or says why it cannot.

A calendar year stands beside the financial year that begins in it, and a count on one day beside the financial year that
holds the day.
"""

from collections.abc import Mapping
from datetime import date
from math import isnan, log, nan

import numpy as np
import pandas as pd

from helpers.official import comparisons
from helpers.official.phases import moved
from helpers.stats.estimate import normal_quantile
from helpers.stats.missing import NotAvailable
from helpers.stats.ratios import rate_ratio
from helpers.tables.package import columns
from helpers.tables.periods import FinancialYear, parse_period

# The columns of each table that name a figure, that hold it as a number, and that hold it as it was published.
COLUMNS = {
    "attributions": (["who", "date"], None, "figure"),
    "other_series": (["measure", "period"], "value", "value_text"),
}
ABOUT = ["series", "group", "label", "unit"]  # what the register says of a series in every table


def year_of(period: str) -> str:
    """The financial year beside which a period stands.

    Raises
    ------
    ValueError
        The period is more or less than a year and no single day.

    Examples
    --------
    >>> year_of("2012/13"), year_of("2012"), year_of("31 March 2013"), year_of("year to March 2015")
    ('2012/13', '2012/13', '2012/13', '2014/15')
    """
    span = parse_period(period)
    if span.financial_year:
        return span.financial_year.label
    start, end = span.start, span.end
    if start and (start, end) == (date(start.year, 1, 1), date(start.year, 12, 31)):
        return FinancialYear(start.year).label
    if start and start == end:
        return FinancialYear.holding(start).label
    raise ValueError(f"{period!r} is neither a year nor a day")


def select(table: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """The figures of the series in the register, one row a series and year.

    Parameters
    ----------
    table : DataFrame
        The raw table `other_series`.
    register : DataFrame
        The register `corroboration`: series, group, label, unit, area, measure, first, last (financial years).

    Returns
    -------
    DataFrame
        The register's words, and what the table says of each figure, in the order of the register and of years. A value that is only a bound ("over 680") is left out.

    Raises
    ------
    ValueError
        A series without a figure, or with two different figures for one year.
    """
    rows = []
    for entry in register.itertuples():
        mine = (table["area"] == entry.area) & (table["measure"] == entry.measure)
        held = table[mine & table["value"].notna()]
        held = held.assign(year=held["period"].map(year_of))
        held = held[held["year"].between(entry.first, entry.last)]
        exact = held[held["derived"].astype(bool) | (held["low"].isna() & held["high"].isna())]
        years = exact.groupby("year")["value"].nunique()
        if years.empty or (years > 1).any():
            found = f"has two figures for {years.idxmax()}" if len(years) else "has no figure in other_series"
            raise ValueError(f"corroboration series {entry.series!r} {found}; check its area and measure")
        one = exact.drop_duplicates("year").sort_values("year")
        rows.append(one.assign(**{name: getattr(entry, name) for name in ABOUT}))
    kept = [*ABOUT, "year", "period", "value", "value_text", "derived", "checked", "source"]
    return pd.concat(rows, ignore_index=True)[kept]


def growth(figures, register, year_pairs, *, level=0.95) -> pd.DataFrame:
    """How each series grew between the two years of each pair.

    Parameters
    ----------
    figures : DataFrame
        What :func:`select` gives.
    register : DataFrame
        The register, with `broken_at` (financial years in which a series changed what it counts, blanks between) and
        `broken_why`.
    year_pairs : mapping
        Name → (first year, last year); the name stands in the column `window`.
    level : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        One row a pair of years and series: window, first_year, last_year, series, group, label, unit, before, after, ratio, low,
        high, reason. Where the years are not both held, or a break lies between them, the ratio is missing and `reason`
        says why. Intervals take the counts as Poisson, each person or case by itself, which makes them too short where
        cases come together; a share has none.
    """
    values = figures.pivot(index="series", columns="year", values="value").stack()
    rows = []
    for window, (first, last) in year_pairs.items():
        for entry in register.itertuples():
            before, after = (values.get((entry.series, year), nan) for year in (first, last))
            row = {"window": window, "first_year": first, "last_year": last, "before": before, "after": after}
            if absent := [year for year, value in ((first, before), (last, after)) if isnan(value)]:
                row["reason"] = str(NotAvailable(f"no figure for {' and '.join(absent)}"))
            elif breaks := _breaks(entry, first, last):
                row["reason"] = f"not comparable across {breaks[0]}: {entry.broken_why}"
            elif entry.unit == "percent":
                row["ratio"] = after / before
            else:
                row |= rate_ratio(before, after, level=level).row("ratio")
            rows.append(row | {name: getattr(entry, name) for name in ABOUT})
    return pd.DataFrame(rows, columns=columns("corroboration_growth"))


def _breaks(entry, first: str, last: str) -> list[str]:
    """The years between two in which a series breaks."""
    broken = entry.broken_at if isinstance(entry.broken_at, str) else ""
    return [year for year in broken.split() if first < year <= last]


def beside_records(growth, records, year_pairs, *, dispersion, level=0.95) -> pd.DataFrame:
    """Each growth with `share`, `share_low` and `share_high`: its logarithm over that of the records' growth.

    Parameters
    ----------
    growth : DataFrame
        What :func:`growth` gives.
    records : Series
        Police records by financial year.
    year_pairs : mapping
        Name → (first year, last year); the name stands in the column `window`.
    dispersion : float
        Variance over mean of the records.
    level : float

    Returns
    -------
    DataFrame
        Without a share where the series has no ratio, or the records did not clearly grow: `reason` says so. The interval
        of the share is the delta method's, with series and records as independent.
    """
    held = {window: list(ends) for window, ends in year_pairs.items() if set(ends) <= set(records.index)}
    options = {"dispersion": dispersion, "level": level}
    whole = {window: rate_ratio(*records[ends], **options) for window, ends in held.items()}
    rose = {window: found for window, found in whole.items() if found.low > 1}
    size = growth["window"].map({window: log(found.value) for window, found in rose.items()})
    se = growth["window"].map({window: found.se(log=True) for window, found in rose.items()})
    share, reach = np.log(growth["ratio"]) / size, normal_quantile(level)
    own = np.log(growth["high"] / growth["low"]) / 2 / reach
    far = reach * np.hypot(own, share * se) / size
    unclear = growth["window"].isin(whole.keys() - rose.keys()) & growth["reason"].isna()
    reason = growth["reason"].mask(unclear, "police records did not clearly grow in these years")
    return growth.assign(share=share, share_low=share - far, share_high=share + far, reason=reason)


def comparable(figures, register, records, start: str, end: str) -> pd.DataFrame:
    """Records and every series with figures in `start` and later and no break between, up to `end`: series, label, year, value."""
    last = max(end, start)
    whole = figures[figures["year"].between(start, last)]
    broken = {entry.series for entry in register.itertuples() if _breaks(entry, start, last)}
    first = set(whole.loc[whole["year"] == start, "series"])
    several = whole.groupby("series")["year"].nunique()
    kept = [name for name in register["series"] if name in first - broken and several.get(name, 0) > 1]
    held = records[(records.index >= start) & (records.index <= last)]
    ours = held.astype(float).rename("value").rename_axis("year").reset_index()
    others = whole[whole["series"].isin(kept)]
    others = others.assign(label=others["series"].map(register.set_index("series")["short"]))
    label = f"Police records{' without grooming' if comparisons.around(start, last) else ''}"
    table = pd.concat([ours.assign(series="records", label=label), others], ignore_index=True)
    return table[["series", "label", "year", "value"]]


def in_words(growth, records: pd.Series, start: str, last_year: str, around: str) -> str:
    """What the series showed since `start`, in sentences; `around` says what the records leave out."""
    if start not in records.index or last_year not in records.index or start >= last_year:
        return f"No comparison reaches from {start} to {last_year}."
    rows = growth[(growth["window"] == f"since {start}") & growth["ratio"].notna()]
    rows = rows.sort_values("ratio", ascending=False)
    whole = records[last_year] / records[start]
    said = f"From {start} to {last_year}, police records of offences against children{around} {moved(whole)}."
    if rows.empty:
        return f"{said} No other series has figures for both years."
    each = [f"{row.label[0].lower()}{row.label[1:]} {moved(row.ratio)}" for row in rows.itertuples()]
    less = (rows["ratio"] - 1 < 0.75 * (whole - 1)).all() and whole > 1
    said += f" In the same years: {'; '.join(each)}."
    return f"{said} None of them grew as much as the records." if less else said


def single_figures(register: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every figure of the register, from the table that holds it.

    Parameters
    ----------
    register : DataFrame
        The register `evidence`.
    tables : mapping
        Name → table.

    Returns
    -------
    DataFrame
        `evidence`, `label`, `printed`, `value`, `unit`, `bears_on`, `says`, `source`, in the register's order.

    Raises
    ------
    ValueError
        Naming the entry: no row of its table, or more than one, has its key and period, and a number if the entry has a unit.

    Examples
    --------
    >>> register = pd.DataFrame([{"evidence": "calls", "label": "Calls", "table": "attributions", "key": "A force",
    ...     "period": "2015", "unit": None, "bears_on": "recording", "says": "They fell."}])
    >>> said = pd.DataFrame([{"who": "A force", "date": "2015", "figure": "-10%", "source": "paper"}])
    >>> single_figures(register, {"attributions": said})[["evidence", "printed", "source"]].values.tolist()
    [['calls', '-10%', 'paper']]
    """
    rows = []
    for entry in register.to_dict("records"):
        (first, second), number, text = COLUMNS[entry["table"]]
        table, unit = tables[entry["table"]], entry["unit"] if isinstance(entry["unit"], str) else ""
        found = table[(table[first] == entry["key"]) & (table[second] == entry["period"])]
        found = found[found[number].notna()] if unit else found
        if len(found) != 1:
            place = f"{first} {entry['key']!r} and {second} {entry['period']!r}{' and a number' * bool(unit)}"
            needs = f"needs one row of {entry['table']} with {place}, and there are {len(found)}"
            raise ValueError(f"data/evidence.toml: {entry['evidence']!r} {needs}")
        row = found.iloc[0]
        value = float(row[number]) if unit else nan
        rows.append(entry | {"printed": row[text], "value": value, "unit": unit, "source": row["source"]})
    return pd.DataFrame(rows)[columns("single_figures")].astype({"printed": "str"})
