"""What printed figures say about one another: parts above their whole, and unusual shares of the very young.

:func:`contradictions` finds figures that cannot all be right as printed: girls and boys that add up to more than
the total, an age group larger than one that contains it. :func:`age_profiles` compares each force's share of young
victims with the share in all forces that printed the same age group; an unusual share can be a misprint, a default
age in a records system, or real, and the numbers do not say which.
"""

from itertools import permutations

import numpy as np
import pandas as pd

from helpers.foi.completeness import MEASURE
from helpers.foi.totals import is_total
from helpers.foi.vintages import standing_in_each_release
from helpers.stats.ratios import funnel
from helpers.tables.measures import MEASURES
from helpers.tables.package import columns
from helpers.tables.vocabularies import threshold

SEXES = ("female", "male", "sex_unknown")
ENOUGH = int(threshold("enough_force_years"))


def contradictions(figures: pd.DataFrame) -> pd.DataFrame:
    """Printed figures that cannot all be right, within one release, with the judgements that answer them.

    Parameters
    ----------
    figures : DataFrame
        foi_figures, set-aside rows included.

    Returns
    -------
    DataFrame
        area, financial_year, round, finding (words), rows (joined by blanks), corrections (ids of the entries of
        data/corrections.toml on those rows), answered (whether one of them sets a row aside, changes it or doubts
        it).
    """
    counts = figures[(figures["kind"] == "count") & figures["financial_year"].notna()]
    counts = counts[~counts["qualifier_class"].isin(["multi_year", "part_period"])].sort_values("row")
    contradicting = []
    for key, part in counts.groupby(["area", "financial_year", "round"]):
        group = list(part.itertuples(index=False))
        for words, rows in [*_sexes_above_total(group), *_parts_above_wholes(group)]:
            ids = {id for row in rows if isinstance(row.correction, str) for id in row.correction.split()}
            answered = any(not row.used or isinstance(row.doubt, str) for row in rows)
            numbers = sorted(row.row for row in rows)
            contradicting.append((*key, words, " ".join(map(str, numbers)), " ".join(sorted(ids)), answered))
    return pd.DataFrame(contradicting, columns=columns("foi_contradictions"))


def _sexes_above_total(group: list):
    """Girls, boys and sex unknown that add up to more than the total; printings of one page are kept together."""
    totals = [row for row in group if row.measure == MEASURE]
    for source in sorted({row.source for row in group if row.measure in SEXES}):
        page = [row for row in group if row.measure in SEXES and row.source == source]
        whole = [row for row in totals if row.source == source] or totals
        least = np.nansum([row.value_low for row in page])
        if whole and least > np.fmax.reduce([row.value_high for row in whole]):
            added, most = sum(row.value for row in page), max(row.value for row in whole)
            yield f"girls and boys add up to {added:,.0f}, the total is {most:,.0f}", [*page, *whole]


def _parts_above_wholes(group: list):
    """An age group, or all offences of one kind, larger than a group that holds it."""
    best = {(row.measure, row.value): row for row in reversed(group)}
    for part, whole in permutations(sorted(best.values(), key=lambda row: row.row), 2):
        if part.value_low > whole.value_high and _lies_in(part.measure, whole.measure):
            labels = MEASURES[part.measure].label, MEASURES[whole.measure].label
            yield f"{labels[0]}: {part.value:,.0f}, but {labels[1]}: {whole.value:,.0f}", [part, whole]


def _lies_in(part: str, whole: str) -> bool:
    """Whether every offence of one measure belongs to the other.

    >>> _lies_in("age_0_3", "age_0_4"), _lies_in("age_0_4", "female"), _lies_in("male", "all_sexual_offences_u18")
    (True, False, True)
    """
    inner, outer = MEASURES[part], MEASURES[whole]
    if whole == MEASURE:
        return inner.kind in ("age", "sex", "online", "non_recent")
    spans = outer.age_low <= inner.age_low and inner.age_high <= outer.age_high
    strictly = (inner.age_low, inner.age_high) != (outer.age_low, outer.age_high)
    return inner.kind == outer.kind == "age" and spans and strictly


def age_profiles(figures: pd.DataFrame, *, level: float = 0.998) -> pd.DataFrame:
    """Each force's share of young victims against the share in all forces, by age group.

    Parameters
    ----------
    figures : DataFrame
        The used rows of foi_figures.
    level : float
        Share of chance variation inside the limits; 0.998 is three standard errors.

    Returns
    -------
    DataFrame
        One row a force-year and age group that at least ENOUGH force-years print: area, financial_year, round,
        ages ("0 to 10"), measure, row, count, total (all under 18, of the same release), share, pooled_share,
        ratio (count over expected), z, outlier (beyond exact limits) and outlier_adjusted (also beyond limits
        that allow for how much forces differ), doubt.
    """
    each = standing_in_each_release(figures)
    each = each[~each["area"].map(is_total) & (each["precision"] == "exact")]
    key = ["area", "financial_year", "round"]
    totals = each[each["measure"] == MEASURE][[*key, "value"]].rename(columns={"value": "total"})
    from_birth = [name for name, one in MEASURES.items() if one.kind == "age" and one.age_low == 0]
    young = each[each["measure"].isin(from_birth)].merge(totals, on=key)
    young["ages"] = young["measure"].map(_ages)
    # two wordings of one age group by one force in one release are one observation
    young = young.sort_values("row").drop_duplicates([*key, "ages"])
    groups = [group for _, group in young.groupby("ages", sort=False)]
    enough = [group for group in groups if len(group) >= ENOUGH]
    names = columns("age_profiles")
    if not enough:
        return pd.DataFrame(columns=names)
    tested = pd.concat([_against_pool(group, level) for group in enough])
    return tested[names].sort_values(["ages", *key], ignore_index=True)


def _ages(measure: str) -> str:
    low, high = MEASURES[measure].age_low, MEASURES[measure].age_high
    return f"{low} to {high}" if high else "under 1"


def _against_pool(group: pd.DataFrame, level: float) -> pd.DataFrame:
    group = group.reset_index(drop=True)
    pooled = group["value"].sum() / group["total"].sum()
    test = funnel(group["value"], group["total"] * pooled, level=level)
    tested = test[["ratio", "z", "outlier", "outlier_adjusted"]].reset_index(drop=True)
    shares = {"count": group["value"], "share": group["value"] / group["total"], "pooled_share": pooled}
    return group.assign(**shares).join(tested)
