"""The few things that an analyst tries first: a table, an area, two years compared, a chart.

``import helpers`` gives them all. An area is a police force, by any name that it goes by, or a nation or group of
forces for which figures were published. Each function reads the same tables and calls the same functions as the
notebooks that make the report, so what it shows is what the report says. Tables are read once in a session: after
editing one, restart the kernel.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import pandas as pd

from helpers.charts.chart import Chart
from helpers.charts.explore import Desk, side_by_side
from helpers.foi.completeness import MEASURE
from helpers.foi.vintages import choose, standing_pairs
from helpers.official.dispersion import annual_dispersion
from helpers.stats.ratios import rate_ratio
from helpers.tables import read_table
from helpers.tables.forces import forces_of, resolve_force
from helpers.tables.periods import parse_financial_year
from helpers.tables.vocabularies import respelt

__all__ = ["area", "areas", "chart", "compare", "table"]

PUBLISHED, OFFICIAL = "FOI figures", "official child-only offences"
TOGETHER = "England and Wales"  # the official series of its forces adds up to it


@cache
def desk() -> Desk:
    """The published figures and the official series, read once."""
    return Desk.of_project()


def table(name: str) -> pd.DataFrame:
    """A table by its name, checked against its schema: published data, a register, or what a notebook wrote.

    Raises
    ------
    TableError
        No table has that name (the message gives the nearest), or the notebook that writes it has not been run.

    Examples
    --------
    >>> table("recorded_crime").columns[:3].tolist()
    ['financial_year', 'force', 'offence_code']
    """
    return read_table(name)


def areas() -> list[str]:
    """The names of all areas with figures: the forces first, then nations and groups of forces.

    Examples
    --------
    >>> areas()[0], "Scotland" in areas()
    ('Avon and Somerset', True)
    """
    return desk().areas()


def area(
    name: str,
    *,
    measure: str = MEASURE,
    vintage: str = "latest",
    first: str | None = None,
    last: str | None = None,
):
    """The figures of one area: every published row with its source, the official counts, and a chart of both.

    Parameters
    ----------
    name : str
        A force by any of its names, or another area (see :func:`areas`).
    measure : str
        What is counted; by default all sexual offences against under-18s.
    vintage : str
        Which publication stands: ``latest``, ``first`` or ``as_of:YYYY-MM``.
    first, last : str, optional
        Financial years, both included; by default all.

    Returns
    -------
    View
        With `printed` and `official` (frames), `said` (sentences) and `chart`. At the end of a
        notebook's cell it shows the sentences, the chart and the published rows.

    Raises
    ------
    ValueError
        There is no such area, measure or vintage, or the years are in the wrong order.

    Examples
    --------
    >>> cleveland = area("Cleveland Police", first="2014/15", last="2014/15")
    >>> cleveland.printed[["as printed", "outcome"]].drop_duplicates().values.tolist()
    [['247', 'gives the same number'], ['247', 'used']]
    >>> area("Clevland")
    Traceback (most recent call last):
    ValueError: "Clevland" is no police force; the nearest is "Cleveland"; areas() lists all that have figures
    """
    return desk().view(_resolve_area(name), measure, first=first, last=last, vintage=vintage)


def compare(
    names: str | Sequence[str], first: str, last: str, *, vintage: str = "latest", level: float = 0.95
) -> pd.DataFrame:
    """Two years of one or more areas, in the published figures and in the official series.

    Parameters
    ----------
    names : str or sequence of str
        Areas, by any of their names.
    first, last : str
        The earlier and the later financial year, however they are written.
    vintage : str
        Which published figure stands.
    level : float
        Level of the intervals, in (0, 1).

    Returns
    -------
    DataFrame
        Two rows an area, one for each `series`: `first` and `last` (offences), `growth` with `low` and `high` (shares:
        0.25 is a rise of 25%, to three decimals), and `note`, which says why a figure is missing or what to beware of. Intervals cover
        the scatter of counts from year to year, as the quarters of all forces show it. They do not cover a wrong
        extract or a change of definition.

    Raises
    ------
    ValueError
        There is no such area or year, or the years are in the wrong order.

    Examples
    --------
    >>> compare("Northumbria", "2014/15", "2015/16")[["series", "first", "last"]].values.tolist()
    [['FOI figures', 778, 1482], ['official child-only offences', 851, 1156]]
    """
    years = first, last = tuple(parse_financial_year(year).label for year in (first, last))
    if not first < last:
        raise ValueError(f"the first year, {first}, does not come before the last, {last}")
    figures = desk()
    floor = figures.floor[figures.floor["quarters"] == 4]
    phi = annual_dispersion(floor[floor["flag"].eq("")], level=level).value
    rows = []
    for place in _places(names):
        published, beware = _published(place, years, vintage)
        official, flagged = _official(floor, place, years)
        if low := [year for year, *pair in zip(years, published, official, strict=True) if pair[0] < pair[1]]:
            below = (
                f"that of {' and '.join(low)} is below the official count, which a complete count cannot be"
            )
            beware = "; ".join(filter(None, [below, beware]))
        for series, (before, after), note in ((PUBLISHED, published, beware), (OFFICIAL, official, flagged)):
            growth = {}
            if pd.notna(before) and pd.notna(after) and before + after:
                ratio = rate_ratio(before, after, dispersion=phi, level=level)
                growth = {"growth": ratio.value - 1, "low": ratio.low - 1, "high": ratio.high - 1}
            about = {"area": place, "series": series, "note": note}
            rows.append(about | {"first": before, "last": after} | growth)
    columns = ["area", "series", "first", "last", "growth", "low", "high", "note"]
    kinds = dict.fromkeys(columns[2:4], "Int64") | dict.fromkeys(columns[4:7], float)
    return pd.DataFrame(rows, columns=columns).astype(kinds).round(3)


def chart(*names: str | Sequence[str]) -> Chart:
    """Official child-only counts of several forces, or of one list of them, a small panel each; it shows itself at the end of a cell.

    Raises
    ------
    ValueError
        No force is named, or one has no official series.

    Examples
    --------
    >>> chart(["Durham", "Kent Police"]).alt.split(".")[0]
    'Small line charts of offences under the child-only codes, 2012/13 to 2024/25'
    """
    return side_by_side(desk().floor, _places(names[0] if len(names) == 1 else names))


def _places(names: str | Sequence[str]) -> list[str]:
    """The areas that are meant, each once.

    >>> _places(["Kent Police", "Durham", "Kent"]), _places("Kent")
    (['Kent', 'Durham'], ['Kent'])
    """
    if not isinstance(names, Iterable):
        raise ValueError(f"an area is given by its name, and several as a list of names, not as {names!r}")
    return list(dict.fromkeys(map(_resolve_area, [names] if isinstance(names, str) else names)))


def _resolve_area(name: str) -> str:
    """The area that is meant; ``ValueError`` with the nearest name otherwise.

    >>> _resolve_area("South-west region"), _resolve_area("PSNI")
    ('South West region', 'Northern Ireland')
    """
    alike = {respelt("force", one): one for one in areas()}
    if respelt("force", name) in alike:
        return alike[respelt("force", name)]
    try:
        force = resolve_force(name)
    except ValueError as error:
        raise ValueError(f"{error}; areas() lists all that have figures") from None
    if force in alike.values():
        return force
    # a force that is a whole nation is published under the name of the nation
    return next((one for one in alike.values() if forces_of(one) == (force,)), force)


def _published(area: str, years: tuple[str, str], vintage: str) -> tuple[list[float], str]:
    """The published counts that stand in two years, and what to beware of."""
    figures = desk().figures
    rows = figures[figures["used"] & (figures["area"] == area) & (figures["measure"] == MEASURE)]
    pair = standing_pairs(choose(rows, vintage), *years).reindex([area]).iloc[0]
    counts = pair[["before", "after"]].astype(float).tolist()
    if absent := [year for year, count in zip(years, counts, strict=True) if pd.isna(count)]:
        return counts, f"there is no FOI figure for {' and '.join(absent)}"
    return counts, "" if pair["one_release"] else "no release gives both, so the two may not count the same"


def _official(floor: pd.DataFrame, area: str, years: tuple[str, str]) -> tuple[list[float], str]:
    """The official counts of two whole years, and what to beware of."""
    rows = floor if area == TOGETHER else floor[floor["force"] == area]
    sums = rows.groupby("financial_year")["child_only"].sum()
    counts = [float(sums.get(year, float("nan"))) for year in years]
    if rows.empty:
        return counts, f"there is no official child-only series for {area}"
    absent = [year for year in years if year not in sums.index]
    if absent:
        return counts, f"the official series holds no whole year {' or '.join(absent)}"
    flags = rows.loc[rows["financial_year"].isin(years), "flag"]
    notes = desk().notes.set_index("note")
    named = dict.fromkeys(name for flag in flags for name in flag.split())
    return counts, " ".join(f"{notes.at[name, 'what']} {notes.at[name, 'effect']}" for name in named)
