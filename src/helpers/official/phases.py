"""The rise year by year and over two years: what records of offences against children share with other records.

One comparison over one pair of years hides that different causes can act in different years. The register `contrasts`
names the comparisons; :func:`contrasts` makes each for every year and every two years that the figures reach.
:func:`nations` sets England and Wales beside Scotland and Northern Ireland, whose police were not in the inspections.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from math import log, nan

import pandas as pd

from helpers.official import recorded_crime
from helpers.official.comparisons import SMALL_FORCES, by_force, when
from helpers.official.families import FAMILIES
from helpers.stats.clusters import clustered_ratio
from helpers.stats.contrasts import p_value, quotient
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from helpers.stats.ratios import rate_ratio
from helpers.tables import rounding
from helpers.tables.package import columns

ABOUT = ["contrast", "label", "mark_of", "expected"]  # what a row says of its comparison
ONE, TWO = "one year", "two years"
BEFORE = "the year before the first"  # two years ago, where no such year is held


def year_pairs(years: Sequence[str]) -> list[tuple[str, str, str]]:
    """(how long, first year, last year) of every year to the next, and every year to the one after.

    Examples
    --------
    >>> year_pairs(["2012/13", "2013/14", "2014/15"])
    [('one year', '2012/13', '2013/14'), ('one year', '2013/14', '2014/15'), ('two years', '2012/13', '2014/15')]
    """
    ones = [(ONE, *pair) for pair in pairwise(years)]
    return ones + [(TWO, *pair) for pair in zip(years, years[2:], strict=False)]


def compared_years(crime: pd.DataFrame, first_year: str, last_year: str) -> dict[str, tuple[str, str]]:
    """The years asked, and the two years up to the last of them.

    Examples
    --------
    >>> crime = pd.DataFrame({"financial_year": ["2012/13", "2013/14", "2014/15"], "q4": 1})
    >>> compared_years(crime, "2013/14", "2014/15")
    {'the years asked': ('2013/14', '2014/15'), 'two years': ('2012/13', '2014/15')}
    """
    whole = recorded_crime.whole_years(crime)
    place = whole.index(last_year)
    before = whole[place - 2] if place >= 2 else BEFORE
    return {"the years asked": (first_year, last_year), TWO: (before, last_year)}


def single_years(crime: pd.DataFrame, first_year: str, last_year: str) -> dict[str, tuple[str, str]]:
    """Each year around those asked against the next: the phases of the rise.

    Examples
    --------
    >>> crime = pd.DataFrame({"financial_year": ["2012/13", "2013/14", "2014/15"], "q4": 1})
    >>> single_years(crime, "2013/14", "2014/15")
    {'2012/13 to 2013/14': ('2012/13', '2013/14'), '2013/14 to 2014/15': ('2013/14', '2014/15')}
    """
    years = years_around(crime, first_year, last_year)
    return {f"{start} to {end}": (start, end) for start, end in pairwise(years)}


def contrasts(crime, register, years, *, level=0.95) -> pd.DataFrame:
    """Every comparison of the register over every span of the years.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    register : DataFrame
        The register `contrasts`.
    years : sequence of str
        Financial years in order.
    level : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        The columns of the table `phases`, `meaning` empty. `growth` and `against` are ratios of the two kinds of offence, `ratio` is the first over the second, with
        an interval that comes from leaving out one force at a time. `shared` is the logarithm of `against` over that of
        `growth`: how much of the growth the comparison has too, where the first grew. A span that reaches past the years
        in which the codes compare with themselves has no ratio, and `reason` says why.
    """
    pairs, rows = year_pairs(years), []
    held = {year: recorded_crime.in_year(crime, year) for _, *ends in pairs for year in ends}
    for entry, sides, missing in _comparisons(crime, register):
        for length, *ends in pairs:
            counts = (by_force(held[year], codes, year) for codes in sides for year in ends)
            row = entry | {"years": length, "first_year": ends[0], "last_year": ends[1]}
            rows.append(row | _compared(missing(*ends), counts, level))
    return pd.DataFrame(rows, columns=columns("phases"))


def by_quarter(crime, register, years, *, level=0.95) -> pd.DataFrame:
    """Every comparison of the register inside the years: each quarter against the same quarter a year before.

    Parameters
    ----------
    crime, register, years, level
        As for :func:`contrasts`.

    Returns
    -------
    DataFrame
        As :func:`contrasts`, with `quarter` (its first month) in place of the years and of how long; the same seasons are
        compared, so none is taken out. Forces with next to no such offences are left out, and a quarter in which a force took
        back more than it recorded counts as none.
    """
    rows = []
    for entry, sides, missing in _comparisons(crime, register):
        kinds = [recorded_crime.by_quarter(crime, codes) for codes in sides]
        kinds = [kind.drop(index=list(SMALL_FORCES), errors="ignore").clip(lower=0) for kind in kinds]
        for ends in (ends for length, *ends in year_pairs(years) if length == ONE):
            for quarter in (1, 2, 3, 4):
                counts = (kind[year, quarter] for kind in kinds for year in ends)
                row = entry | {"quarter": when(ends[1], quarter)}
                rows.append(row | _compared(missing(*ends), counts, level))
    return pd.DataFrame(rows, columns=columns("phase_quarters"))


def years_around(crime: pd.DataFrame, first_year: str, last_year: str) -> list[str]:
    """The whole years held, from two before the first to one after the last.

    Examples
    --------
    >>> crime = pd.DataFrame({"financial_year": ["2012/13", "2013/14", "2014/15", "2015/16"], "q4": [1, 1, 1, None]})
    >>> years_around(crime, "2013/14", "2014/15")
    ['2012/13', '2013/14', '2014/15']
    """
    whole = recorded_crime.whole_years(crime)
    before, after = (sum(year < end for year in whole) for end in (first_year, last_year))
    return whole[max(0, before - 2) : after + 2]


def signature(one: pd.DataFrame) -> pd.DataFrame:
    """Comparison (rows) by year (columns): what was seen, from the single years of the table with `meaning`."""
    seen = {"as predicted": "seen", "contradicted": "the opposite", "cannot tell": "inconclusive"}
    named = one.assign(meaning=one["meaning"].replace(seen), mark_of=one["mark_of"].fillna("none by itself"))
    named = named.rename(columns={"label": "comparison", "mark_of": "mark of"})
    wide = named.pivot(index=["comparison", "mark of"], columns="last_year", values="meaning")
    return wide.reindex(one["label"].drop_duplicates(), level="comparison").rename_axis(columns=None)


def quarters_seen(marked: pd.DataFrame) -> pd.DataFrame:
    """In which quarters the mark of an explanation was seen: `contrast`, `name`, `mark` and `seen`, in words."""
    rows = []
    for contrast, part in marked.groupby("contrast", sort=False):
        when = part.loc[part["meaning"] == "as predicted", "quarter"].to_list()
        span = f", the first in {when[0]} and the last in {when[-1]}" if when else ""
        words = f"{len(when)} of {len(part)} quarters{span}"
        rows.append((contrast, part["label"].iloc[0], part["mark_of"].iloc[0], words))
    return pd.DataFrame(rows, columns=["contrast", "name", "mark", "seen"])


def moved(ratio: float) -> str:
    """A growth in words.

    >>> moved(1.254), moved(0.9), moved(1.0)
    ('rose by 25%', 'fell by 10%', 'did not change')
    """
    change = rounding.plain(ratio, "ratio").removeprefix(rounding.MINUS)
    return "did not change" if ratio == 1 else f"{'rose' if ratio > 1 else 'fell'} by {change}"


def codes_in_text(names: str) -> tuple[str, ...]:
    """The codes of families and single codes, with blanks between.

    Examples
    --------
    >>> codes_in_text("adult_rape 71")
    ('19C', '19F', '71')
    """
    return tuple(code for name in names.split() for code in getattr(FAMILIES.get(name), "codes", (name,)))


def _comparisons(crime: pd.DataFrame, register: pd.DataFrame) -> Iterator[tuple]:
    """Of each comparison: what its rows say, the codes of both sides, and why it cannot be made between two years, if so."""
    whole = recorded_crime.whole_years(crime)

    def missing(entry: dict, *ends: str) -> NotAvailable | None:
        if absent := [year for year in ends if year not in whole]:
            return NotAvailable(f"the official series holds no whole year {absent[0]}")
        families = filter(None, map(FAMILIES.get, f"{entry['of']} {entry['against']}".split()))
        broken = next((family for family in families if not family.comparable(*ends)), None)
        return broken and NotAvailable(f"{broken.label} compares only to {broken.last_year or ends[1]}")

    for entry in register.to_dict("records"):
        sides = codes_in_text(entry["of"]), codes_in_text(entry["against"])
        yield {name: entry[name] or None for name in ABOUT}, sides, partial(missing, entry)


def _compared(missing: NotAvailable | None, counts: Iterable[pd.Series], level: float) -> dict:
    """What two kinds of offence make of two years, or why nothing: counts by force, of each kind before and after."""
    if missing is not None:
        return {"reason": str(missing)}
    counts = list(counts)
    found = clustered_ratio(*counts, level=level)
    before, after, other_before, other_after = (side.sum() for side in counts)
    return _numbers(after / before, other_after / other_before, found.estimate, found.p_value)


def nations(within, outside, years, *, dispersion, level=0.95, region=None, around="") -> pd.DataFrame:
    """England and Wales, or one region of them, against nations whose police were not in the inspections.

    Parameters
    ----------
    within : DataFrame
        Offences against children by force (rows) and financial year (columns), England and Wales.
    outside : DataFrame
        Offences against under-18s by nation (rows) and financial year; a year counts where every nation has a figure.
    years : sequence of str
    dispersion : float
        Variance over mean of a yearly count, for the nations outside, and for a region, whose forces are too few for the
        differences between them to tell how far its growth could be out.
    level : float
    region : str, optional
        Name of the region whose forces are the rows of `within`.
    around : str
        What the labels say of offences that `within` leaves out.

    Returns
    -------
    DataFrame
        As :func:`contrasts`. The contrast is called `nations`, or by the name of the only nation.
    """
    label = f"{region or 'England and Wales'}{around}, against {' and '.join(outside.index)}"
    names = ["nations" if len(outside) > 1 else outside.index[0], region or ""]
    contrast = "_".join(filter(None, names)).lower().replace(" ", "_")
    held = set(outside.columns[outside.notna().all()]) & set(within)
    options = {"dispersion": dispersion, "level": level}
    about = dict(zip(ABOUT, (contrast, label, "recording", "above 1"), strict=True))
    rows = []
    for length, first, last in year_pairs(years):
        row = about | {"years": length, "first_year": first, "last_year": last}
        if absent := [year for year in (first, last) if year not in held]:
            missing = NotAvailable(f"no figure of every nation for {' and '.join(absent)}")
            rows.append(row | {"reason": str(missing)})
            continue
        if region is None:
            ours = clustered_ratio(within[first], within[last], level=level).estimate
        else:
            ours = rate_ratio(within[first].sum(), within[last].sum(), **options)
        theirs = rate_ratio(outside[first].sum(), outside[last].sum(), **options)
        found = quotient(ours, theirs)
        rows.append(row | _numbers(ours.value, theirs.value, found, p_value(found, log=True)))
    return pd.DataFrame(rows, columns=columns("phases"))


def _numbers(growth: float, against: float, found: Estimate, p: float) -> dict:
    shared = log(against) / log(growth) if growth > 1 else nan
    return {"growth": growth, "against": against, **found.row("ratio"), "p_value": p, "shared": shared}
