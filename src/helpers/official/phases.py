"""The rise year by year and over two years: what records of offences against children share with other records.

One comparison over one pair of years hides that different causes can act in different years. The register `contrasts`
names the comparisons; :func:`contrasts` makes each for every year and every two years that the figures reach.
:func:`nations` sets England and Wales beside Scotland and Northern Ireland, whose police were not in the inspections.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log

import pandas as pd

from helpers.official.audits import FIRST_YEAR, quarters
from helpers.official.comparisons import by_force, when
from helpers.official.families import FAMILIES
from helpers.stats.contrasts import p_value, quotient
from helpers.stats.estimate import Estimate
from helpers.stats.ratios import clustered_ratio, rate_ratio

COLUMNS = [
    "contrast", "label", "mark_of", "expected", "years", "first_year", "last_year",
    "growth", "against", "ratio", "low", "high", "p_value", "shared", "reason",
]  # fmt: skip
ONE, TWO = "one year", "two years"


def spans(years: Iterable[str]) -> list[tuple[str, str, str]]:
    """(how long, first year, last year) of every year to the next, and every year to the one after.

    Examples
    --------
    >>> spans(["2012/13", "2013/14", "2014/15"])
    [('one year', '2012/13', '2013/14'), ('one year', '2013/14', '2014/15'), ('two years', '2012/13', '2014/15')]
    """
    years = list(years)
    ones = [(ONE, *pair) for pair in zip(years, years[1:], strict=False)]
    return ones + [(TWO, *pair) for pair in zip(years, years[2:], strict=False)]


def contrasts(
    crime: pd.DataFrame, register: pd.DataFrame, years: Iterable[str], *, level: float = 0.95
) -> pd.DataFrame:
    """Every comparison of the register over every span of the years.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    register : DataFrame
        The register `contrasts`.
    years : iterable of str
        Financial years in order.
    level : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        COLUMNS. `growth` and `against` are ratios of the two kinds of offence, `ratio` is the first over the second, with
        an interval that comes from leaving out one force at a time. `shared` is the logarithm of `against` over that of
        `growth`: how much of the growth the comparison has too, where the first grew. A span that reaches past the years
        in which the codes compare with themselves has no ratio, and `reason` says why.
    """
    rows = []
    for entry in register.itertuples():
        for length, first, last in spans(years):
            start = {
                "contrast": entry.contrast, "label": entry.label, "mark_of": entry.mark_of or None,
                "expected": entry.expected, "years": length, "first_year": first, "last_year": last,
            }  # fmt: skip
            reason = _out_of_reach(crime, f"{entry.of} {entry.against}", first, last)
            if reason:
                rows.append(start | {"reason": reason})
                continue
            counts = [
                by_force(crime, codes_of(names), year)
                for names in (entry.of, entry.against)
                for year in (first, last)
            ]
            found = clustered_ratio(
                counts[0], counts[1], control_before=counts[2], control_after=counts[3], level=level
            )
            grown = (counts[1].sum() / counts[0].sum(), counts[3].sum() / counts[2].sum())
            rows.append(start | _numbers(*grown, found.estimate, found.p_value))
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[7:14], float))


def by_quarter(
    crime: pd.DataFrame, register: pd.DataFrame, years: Iterable[str], *, level: float = 0.95
) -> pd.DataFrame:
    """Every comparison of the register inside the years: each quarter against the same quarter a year before.

    Parameters
    ----------
    crime, register, years, level
        As for :func:`contrasts`.

    Returns
    -------
    DataFrame
        As :func:`contrasts`, with `quarter` (its first month) in place of the years and of how long; the same seasons are
        compared, so none is taken out. Forces with next to no such offences are left out.
    """
    columns = [*COLUMNS[:4], "quarter", *COLUMNS[7:]]
    years = list(years)
    last = 4 * (int(years[-1][:4]) - FIRST_YEAR) + 3
    rows = []
    for entry in register.itertuples():
        start = {name: getattr(entry, name) for name in ("contrast", "label", "expected")}
        start["mark_of"] = entry.mark_of or None
        of, against = (
            quarters(crime, codes_of(names), last=last).clip(lower=0) for names in (entry.of, entry.against)
        )
        for first, second in zip(years, years[1:], strict=False):
            reason = _out_of_reach(crime, f"{entry.of} {entry.against}", first, second)
            for quarter in range(4):
                named = start | {"quarter": when(second, quarter + 1)}
                if reason:
                    rows.append(named | {"reason": reason})
                    continue
                at = 4 * (int(second[:4]) - FIRST_YEAR) + quarter
                found = clustered_ratio(
                    of[at - 4], of[at], control_before=against[at - 4], control_after=against[at], level=level
                )
                grown = of[at].sum() / of[at - 4].sum(), against[at].sum() / against[at - 4].sum()
                rows.append(named | _numbers(*grown, found.estimate, found.p_value))
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(COLUMNS[7:14], float))


def years_around(crime: pd.DataFrame, first_year: str, last_year: str) -> list[str]:
    """The whole years held, from two before the first to one after the last.

    Examples
    --------
    >>> crime = pd.DataFrame({"financial_year": ["2012/13", "2013/14", "2014/15", "2015/16"], "q4": [1, 1, 1, None]})
    >>> years_around(crime, "2013/14", "2014/15")
    ['2012/13', '2013/14', '2014/15']
    """
    counts = crime.groupby("financial_year")["q4"].count()
    whole = sorted(counts.index[counts > 0])
    before, after = (sum(year < end for year in whole) for end in (first_year, last_year))
    return whole[max(0, before - 2) : after + 2]


def marks(one: pd.DataFrame) -> pd.DataFrame:
    """Year (rows) by comparison (columns): what was seen, from the single years of the table with `meaning`."""
    seen = {"as predicted": "seen", "contradicted": "the opposite", "cannot tell": "inconclusive"}
    named = one.assign(
        meaning=one["meaning"].replace(seen),
        column=one["contrast"] + one["mark_of"].map(lambda mark: f" ({mark})", na_action="ignore").fillna(""),
    )
    return named.pivot(index="last_year", columns="column", values="meaning")


def quarters_seen(marked: pd.DataFrame) -> pd.DataFrame:
    """In which quarters the mark of an explanation was seen: `contrast`, `name`, `mark` and `seen`, in words."""
    rows = []
    for contrast, part in marked.groupby("contrast", sort=False):
        when = part.loc[part["meaning"] == "as predicted", "quarter"].to_list()
        span = f", the first in {when[0]} and the last in {when[-1]}" if when else ""
        words = f"{len(when)} of {len(part)} quarters{span}"
        rows.append((contrast, part["label"].iloc[0], part["mark_of"].iloc[0], words))
    return pd.DataFrame(rows, columns=["contrast", "name", "mark", "seen"])


def in_words(one: pd.DataFrame) -> str:
    """What each single year showed, as a list in Markdown."""
    lines = []
    for year, rows in one.groupby("last_year"):
        found = rows.set_index("contrast")
        said = []
        child = found.loc["child_against_violence"]
        if pd.notna(child["ratio"]):
            said.append(
                f"Offences against children {_moved(child['growth'])}, and assault without injury {_moved(child['against'])}."
            )
        for outcome, words in (
            ("as predicted", "The mark of {} was seen"),
            ("contradicted", "The opposite of the mark of {} was seen"),
        ):
            for row in rows[(rows["meaning"] == outcome) & rows["mark_of"].notna()].itertuples():
                said.append(f"{words.format(row.mark_of)}: {row.label[0].lower()}{row.label[1:]}.")
        if not said:
            said.append("No comparison reaches this year.")
        lines.append(f"- **{year}.** {' '.join(said)}")
    return "\n".join(lines)


def _moved(ratio: float) -> str:
    percent = round(100 * (ratio - 1))
    return f"{'rose' if percent > 0 else 'fell'} by {abs(percent)}%" if percent else "did not change"


def codes_of(names: str) -> tuple[str, ...]:
    """The codes of families and single codes, with blanks between.

    Examples
    --------
    >>> codes_of("adult_rape 71")
    ('19C', '19F', '71')
    """
    return tuple(
        code for name in names.split() for code in (FAMILIES[name].codes if name in FAMILIES else (name,))
    )


def _out_of_reach(crime: pd.DataFrame, names: str, first: str, last: str) -> str:
    """Why two years cannot be compared for these families, or nothing."""
    whole = crime.groupby("financial_year")["q4"].count()
    absent = [year for year in (first, last) if not whole.get(year, 0)]
    if absent:
        return f"not available: the official series holds no whole year {absent[0]}"
    broken = next(
        (
            FAMILIES[name]
            for name in names.split()
            if name in FAMILIES and not FAMILIES[name].comparable(first, last)
        ),
        None,
    )
    return f"not available: {broken.label} compares only to {broken.last or last}" if broken else ""


def nations(
    within: pd.DataFrame,
    outside: pd.DataFrame,
    years: Iterable[str],
    *,
    dispersion: float,
    level: float = 0.95,
    region: str | None = None,
) -> pd.DataFrame:
    """England and Wales, or one region of them, against nations whose police were not in the inspections.

    Parameters
    ----------
    within : DataFrame
        Offences against children by force (rows) and financial year (columns), England and Wales.
    outside : DataFrame
        Offences against under-18s by nation (rows) and financial year; a year counts where every nation has a figure.
    years : iterable of str
    dispersion : float
        Variance over mean of a yearly count, for the nations outside, and for a region, whose forces are too few for the
        differences between them to tell how far its growth could be out.
    level : float
    region : str, optional
        Name of the region whose forces are the rows of `within`.

    Returns
    -------
    DataFrame
        As :func:`contrasts`.
    """
    names = " and ".join(outside.index)
    label = f"{region or 'England and Wales'}, against {names}"
    contrast = "nations" if region is None else f"nations_{region.lower().replace(' ', '_')}"
    rows = []
    for length, first, last in spans(years):
        start = {
            "contrast": contrast, "label": label, "mark_of": "recording", "expected": "above 1",
            "years": length, "first_year": first, "last_year": last,
        }  # fmt: skip
        absent = [
            year
            for year in (first, last)
            if year not in outside or outside[year].isna().any() or year not in within
        ]
        if absent:
            rows.append(
                start | {"reason": f"not available: no figure of every nation for {' and '.join(absent)}"}
            )
            continue
        scatter = {"dispersion": dispersion, "level": level}
        ours = (
            clustered_ratio(within[first], within[last], level=level).estimate
            if region is None
            else rate_ratio(within[first].sum(), within[last].sum(), **scatter)
        )
        theirs = rate_ratio(outside[first].sum(), outside[last].sum(), **scatter)
        found = quotient(ours, theirs)
        rows.append(start | _numbers(ours.value, theirs.value, found, p_value(found, log=True)))
    return pd.DataFrame(rows, columns=COLUMNS).astype(dict.fromkeys(COLUMNS[7:14], float))


def _numbers(growth: float, against: float, found: Estimate, p: float) -> dict:
    shared = log(against) / log(growth) if growth > 1 else None
    return {
        "growth": growth, "against": against, "ratio": found.value, "low": found.low, "high": found.high,
        "p_value": p, "shared": shared,
    }  # fmt: skip
