"""Printed totals held against the parts they are made of, and revisions of totals against revisions of forces.

A total for the UK, a nation or a region should be the sum of its parts as the same release printed them. Often not
all parts were printed; then the difference is what is left for the parts that were not. :func:`check_totals` says
for each total which of the two it is, which forces are known to have given nothing, and what explains a
difference. :func:`explain_revisions` looks for the force whose revision moved a total by exactly as much.
"""

from dataclasses import dataclass

import pandas as pd

from helpers.foi.vintages import KEY, choose, last_day
from helpers.tables.forces import AREAS, FORCES, forces_of
from helpers.tables.package import columns
from helpers.tables.vocabularies import values

STATUSES = ("equal", "differs", "parts missing", "parts exceed the total")
# In FOI tables a nation with one force stands for it.
_NATIONS = [nation for nation in values("nations") if nation in AREAS]
_ONE_FORCE = {inside[0]: nation for nation in _NATIONS if len(inside := forces_of(nation)) == 1}
# What larger areas can be made of, coarsest first; single forces are the last resort.
_PARTITIONS = {
    "UK": (("England and Wales", *_ONE_FORCE.values()), ("England", "Wales", *_ONE_FORCE.values())),
    "England and Wales": (("England", "Wales"),),
    "England, Wales and Northern Ireland": (("England and Wales", "Northern Ireland"),),
}
ABSENT = ("refused", "not_held", "no_response")


@dataclass(frozen=True)
class _Sum:
    """One way of adding up a total: the parts that it takes, and the rows of those that were printed."""

    total: float
    expected: tuple[str, ...]
    rows: dict[str, tuple]
    named: bool = True  # whether the total's own name says what its parts are

    @property
    def missing(self) -> list[str]:
        """The parts that nobody printed."""
        return [part for part in self.expected if part not in self.rows]

    @property
    def difference(self) -> float:
        """What the total has more than its printed parts."""
        return self.total - float(sum(row.value for row in self.rows.values()))

    @property
    def status(self) -> str:
        """One of STATUSES."""
        if self.difference < 0 and self.missing:
            return "parts exceed the total"
        if self.missing or (self.difference != 0 and not self.named):
            return "parts missing"
        return "equal" if self.difference == 0 else "differs"


def is_total(area: str) -> bool:
    """Whether an area is made of several forces.

    Examples
    --------
    >>> is_total("Wales"), is_total("Scotland"), is_total("Kent")
    (True, False, False)
    """
    return area not in FORCES and area not in _ONE_FORCE.values()


def parts_of(area: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which an area can be added up; empty when its name does not say what is in it.

    Examples
    --------
    >>> parts_of("Hampshire and Dorset")
    (('Dorset', 'Hampshire'),)
    """
    forces = tuple(_ONE_FORCE.get(force, force) for force in forces_of(area))
    return (*_PARTITIONS.get(area, ()), *((forces,) if forces else ()))


def check_totals(figures: pd.DataFrame, status: pd.DataFrame) -> pd.DataFrame:
    """Hold every printed total against its parts.

    Parameters
    ----------
    figures : DataFrame
        The used rows of foi_figures.
    status : DataFrame
        round, force, status: who gave nothing in a round.

    Returns
    -------
    DataFrame
        One row a total and release: area, financial_year, measure, round, row, total, parts_expected,
        parts_printed, parts_sum, difference (total minus sum), status (one of STATUSES), parts (which were
        printed and what they say), absent (forces of the area that gave nothing in that round), explanation.

    Examples
    --------
    >>> figures = pd.DataFrame({"row": [1, 2, 3], "area": ["Hampshire and Dorset", "Hampshire", "Dorset"],
    ...     "financial_year": "2015/16", "measure": "all", "value": [30, 20, 10], "value_low": [30, 20, 10],
    ...     "value_high": [30, 20, 10], "precision": "exact", "round": "2017-03", "released": "2017-03",
    ...     "published": "2017-03-22", "source": "paper", "qualifier": None})
    >>> status = pd.DataFrame(columns=["round", "force", "status"])
    >>> check_totals(figures, status)[["area", "total", "parts_sum", "status"]].values.tolist()
    [['Hampshire and Dorset', 30, 30.0, 'equal']]
    """
    standing = _standing_by_round(figures)
    printed, stands = _by_year_and_measure(figures), _by_year_and_measure(standing[standing["chosen"]])
    silent = status[status["status"].isin(ABSENT)].groupby("round")["force"].agg(set)
    rows = []
    for total in standing[standing["area"].map(is_total)].itertuples(index=False):
        same, here = (alike.get((total.financial_year, total.measure), []) for alike in (printed, stands))
        way = _best_sum(total, same, here)
        absent = sorted(silent.get(total.round, set()) & set(forces_of(total.area)))
        when = {part: f" ({row.round})" if row.round != total.round else "" for part, row in way.rows.items()}
        parts = [f"{part} {row.value:,.0f}{when[part]}" for part, row in way.rows.items()]
        place = [getattr(total, name) for name in (*KEY, "round", "row", "value")]
        counts = [len(way.expected), len(way.rows), way.total - way.difference, way.difference]
        explanation = _explanation(way, absent, same, [row for row in here if row.round == total.round])
        rows.append([*place, *counts, way.status, "; ".join(parts), "; ".join(absent), explanation])
    table = pd.DataFrame(rows, columns=columns("foi_totals"))
    return table.sort_values(["round", *KEY, "row"], ignore_index=True)


def _standing_by_round(figures: pd.DataFrame) -> pd.DataFrame:
    """What stands in each release by itself, and totals also in every printing that differs."""
    each = choose(figures, "latest", ["round", *KEY])
    differs = each["area"].map(is_total) & ~each.duplicated([*KEY, "round", "value"])
    return each[each["chosen"] | differs].reset_index(drop=True)


def _by_year_and_measure(figures: pd.DataFrame) -> dict[tuple, list]:
    """Figures by their year and measure."""
    groups = figures.groupby(["financial_year", "measure"])
    return {key: list(part.itertuples(index=False)) for key, part in groups}


def _best_sum(total, printed: list, standing: list) -> _Sum:
    """The way of adding up that lacks no part; else the one whose parts account for most of the total."""
    here = {row.area: row for row in standing if row.round == total.round}
    page = [row for row in printed if (row.source, row.round) == (total.source, total.round)]
    page = {row.area: row for row in reversed(page)}
    sure = {area: row for area, row in (here | page).items() if not _worked_out_from(total, row)}
    ways = [_add_up(parts, sure, standing, total) for parts in parts_of(total.area)]
    if not ways:  # the name does not say; the forces printed on the same page are taken to be its parts
        beside = tuple(sorted(area for area in page if not is_total(area)))
        ways = [_add_up(beside, sure, standing, total, named=False)]
    return min(ways, key=lambda way: (bool(way.missing), way.difference))


def _worked_out_from(total, part) -> bool:
    """Whether a part was derived from the very total: then it cannot confirm it."""
    return part.precision == "derived" and f"{total.value:,.0f}" in str(part.qualifier)


def _add_up(parts: tuple[str, ...], printed: dict, standing: list, total, *, named=True) -> _Sum:
    """Parts from the same page or release; a nation that it does not print comes from the latest one before."""
    chosen = {}
    for part in parts:
        before = [row for row in standing if row.area == part]
        before = [row for row in before if last_day(row.released) <= last_day(total.released)]
        if part in printed:
            chosen[part] = printed[part]
        elif part in AREAS and part not in FORCES and before:
            chosen[part] = max(before, key=lambda row: last_day(row.released))
    return _Sum(total.value, parts, chosen, named)


def _explanation(way: _Sum, absent: list[str], printed: list, release: list) -> str:
    """What the numbers themselves say about a difference; empty where they say nothing.

    `printed` are all printings of the year and measure, `release` those that stand in the total's own release.
    """
    if way.difference == 0 and not way.missing:
        return "" if way.named else "the name does not say which forces; it equals those printed on its page"
    if not way.named:
        return "neither the name nor the page says which forces are meant"
    if way.difference == 0:
        known = " (known to have given none)" if set(way.missing) <= set(absent) else ""
        return f"the total is exactly the parts printed, so {_listed(way.missing)} is not in it{known}"
    if not way.missing:
        words = "the total is exactly the parts with {0.area} at {0.value:,.0f}, as also printed ({0.round})"
        mine = (row for row in printed if row.area in way.rows)
        fits = (row for row in mine if row.value - way.rows[row.area].value == way.difference)
        return next(map(words.format, fits), "")
    outside = [row for row in release if not is_total(row.area) and row.area not in way.expected]
    instead = [row.area for row in outside if row.value == way.difference]
    if instead and set(way.missing) == set(absent):
        return f"leaves exactly what {instead[0]} printed: it is in the total, {_listed(way.missing)} is not"
    if way.difference > 0 and len(way.missing) == 1:
        return f"leaves {way.difference:,.0f} for {way.missing[0]}"
    return ""


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def explain_revisions(revisions: pd.DataFrame) -> pd.DataFrame:
    """Say which force's revision moved a total, where one moved it by exactly as much between the same releases.

    Parameters
    ----------
    revisions : DataFrame
        What :func:`helpers.foi.vintages.revisions` returned.

    Returns
    -------
    DataFrame
        The same rows with `explained_by`: words for totals whose change equals that of one part, else missing.

    Examples
    --------
    >>> changes = pd.DataFrame({"area": ["UK", "Derbyshire"], "financial_year": "2015/16", "measure": "all",
    ...     "first_round": "2017-03", "later_round": "2018-02", "first_value": [55507, 166],
    ...     "later_value": [56324, 983], "change": [817, 817]})
    >>> explain_revisions(changes)["explained_by"].tolist()
    ['Derbyshire, revised from 166 to 983', nan]
    """
    spans = ["financial_year", "measure", "first_round", "later_round", "change"]
    words = pd.Series(None, index=revisions.index, dtype=object)
    for _, alike in revisions.groupby(spans):
        whole = alike["area"].map(is_total)
        for place, area in alike.loc[whole, "area"].items():
            inside = {_ONE_FORCE.get(force, force) for force in forces_of(area)}
            for part in alike[~whole & alike["area"].isin(inside)].head(1).itertuples():
                words[place] = f"{part.area}, revised from {part.first_value:,.0f} to {part.later_value:,.0f}"
    return revisions.assign(explained_by=words.astype("str"))
