"""One value among several printings: every printing is kept, one stands, and the rule that chose it is named.

A figure for one area, year and measure was often printed more than once: by several papers, in several releases.
The value that stands is chosen in this order, which :func:`choose` follows and writes down:

1. a printing that was not yet out by the vintage's month does not count (``as_of:2017-03``);
2. the latest release before earlier ones (the first, under ``first``);
3. within that release, an exact figure before a derived one, and either before a rounded one or a bound;
4. then the latest page (the first, under ``first``); a page that names only its month or year counts as the last
   day of it;
5. then the lowest row number, so that the choice never depends on the order of the file.

The latest value is not always the better one. A doubt about a printing goes with it into every table.
"""

import calendar
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import pandas as pd

from helpers.tables.package import columns

KEY = ["area", "financial_year", "measure"]
# Within a release: an exact figure, then one worked out from others, then a rounded one or a bound.
_RANK = {"exact": 0, "derived": 1}
NOT_YET_PUBLISHED = "not yet published"


def parse_vintage(text: str) -> date | None:
    """Read which printing stands: ``first``, ``latest``, or ``as_of:YYYY-MM``, the latest that was out by that day.

    Raises
    ------
    ValueError
        Anything else.

    Examples
    --------
    >>> parse_vintage("as_of:2017-03")
    datetime.date(2017, 3, 31)
    >>> parse_vintage("newest")
    Traceback (most recent call last):
    ValueError: vintage 'newest' is not first, latest or as_of:YYYY-MM (such as as_of:2017-03)
    """
    if text in ("first", "latest"):
        return None
    if re.fullmatch(r"as_of:(19|20)\d\d-(0[1-9]|1[0-2])", str(text)):
        return last_day(text.removeprefix("as_of:"))
    raise ValueError(f"vintage {text!r} is not first, latest or as_of:YYYY-MM (such as as_of:2017-03)")


@lru_cache(maxsize=4096)
def last_day(published: str) -> date:
    """The last day of a date, a month or a year: by then the page was out for certain.

    Examples
    --------
    >>> str(last_day("2017-03-22")), str(last_day("2016-02")), str(last_day("2011"))
    ('2017-03-22', '2016-02-29', '2011-12-31')
    """
    parts = [int(part) for part in str(published).split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def choose(figures: pd.DataFrame, vintage: str, key: Sequence[str] = KEY) -> pd.DataFrame:
    """Every printing of every figure, with the one that stands and the rule that chose it.

    Parameters
    ----------
    figures : DataFrame
        One row a usable printing: row, area, financial_year, measure, value, value_low, value_high, precision,
        round, released (when the round came out), published (of the page; blank takes the round's).
    vintage : str
        ``first``, ``latest`` or ``as_of:YYYY-MM``.
    key : sequence of str
        The columns that tell one figure from another.

    Returns
    -------
    DataFrame
        The same rows, ordered by figure and then from the one that stands down, with `printings` (how many rows
        the figure has), `values_printed` (its distinct values, as text, in the order they came out), `chosen`
        and `rule` (as the schema of `foi_choices` lists them). A figure that was not yet out has no row chosen.

    Raises
    ------
    ValueError
        An unknown vintage.

    Examples
    --------
    >>> two = pd.DataFrame({"row": [1, 2], "area": "Derbyshire", "financial_year": "2015/16", "measure": "all",
    ...     "value": [166, 983], "value_low": [166, 983], "value_high": [166, 983], "precision": "exact",
    ...     "round": ["2017-03", "2018-02"], "released": ["2017-03", "2018-02"],
    ...     "published": ["2017-03-23", "2018-02"]})
    >>> choose(two, "latest")[["value", "chosen", "rule"]].values.tolist()
    [[983, True, 'the latest release'], [166, False, 'another figure is used']]
    """
    until, end = parse_vintage(vintage), "first" if vintage == "first" else "latest"
    rows, sign = figures.reset_index(drop=True), 1 if end == "first" else -1
    out = {"release": rows["released"], "page": rows["published"].fillna(rows["released"])}
    days = {name: when.map(lambda day: last_day(day).toordinal()).astype(int) for name, when in out.items()}
    order = rows[["row"]].assign(
        figure=rows.groupby(list(key)).ngroup(),  # numbered in the order of their keys
        says=rows.groupby(["value", "value_low", "value_high"], dropna=False).ngroup(),
        unknown=days["page"] > (until or date.max).toordinal(),
        rank=rows["precision"].map(_RANK).fillna(2),
        **{name: sign * day for name, day in days.items()},
    )
    order = order.sort_values(["figure", "unknown", "release", "rank", "page", "row"])
    figure = order["figure"]
    in_time = rows.assign(**days).sort_values(["release", "page", "row"])["value"].groupby(figure)
    values = in_time.agg(lambda printed: ", ".join(f"{value:,.0f}" for value in dict.fromkeys(printed)))
    chosen = ~figure.duplicated() & ~order["unknown"]
    words = order["unknown"].map({True: NOT_YET_PUBLISHED, False: "another figure is used"})
    added = {
        "printings": figure.groupby(figure).transform("size"),
        "values_printed": figure.map(values),
        "chosen": chosen,
        "rule": words.mask(chosen, _deciding_rules(order, figure, end)),
    }
    return rows.loc[order.index].assign(**added).astype(_ADDED_COLUMNS).reset_index(drop=True)


def standing_in_each_release(figures: pd.DataFrame, vintage: str = "latest") -> pd.DataFrame:
    """What stands in each release by itself, as if it were the only one; the columns of :func:`choose`."""
    return choose(figures, vintage, ["round", *KEY]).query("chosen").reset_index(drop=True)


_ADDED_COLUMNS = {"printings": "int64", "values_printed": "str", "chosen": "bool", "rule": "str"}


def _deciding_rules(order: pd.DataFrame, figure: pd.Series, end: str) -> pd.Series:
    """For each printing, which come best first, the rule after which all that are left of its figure say the same."""
    left = ~order["unknown"]
    alone = left.groupby(figure).transform("sum") == 1
    rules = pd.Series("the lowest row", index=order.index).mask(alone, "the only figure")
    steps = {
        None: "every figure agrees",
        "release": f"the {end} release",
        "rank": "an exact figure before a rounded one",
        "page": f"the {end} page of the release",
    }
    for field, rule in steps.items():
        if field is not None:
            left &= order[field] == order[field].where(left).groupby(figure).transform("first")
        alike = order["says"].where(left).groupby(figure).transform("nunique") == 1
        rules = rules.mask(alike & (rules == "the lowest row"), rule)
    return rules


def reconcile(choices: pd.DataFrame, vintage: str) -> pd.DataFrame:
    """The figures that stand, one row each, with every row and source behind them.

    Parameters
    ----------
    choices : DataFrame
        What :func:`choose` returned, with the columns source and doubt.
    vintage : str
        The vintage it was chosen under, written into the table.

    Returns
    -------
    DataFrame
        area, financial_year, measure, value, value_low, value_high, precision, round, published, row, source,
        printings, values_printed, same_value_rows and same_value_sources (all printings of the value that stands,
        joined by blanks), doubt, vintage.
    """
    stands = choices[choices["chosen"]].set_index(KEY)
    keys = pd.MultiIndex.from_frame(choices[KEY])
    same = choices[(choices["value"].to_numpy() == stands["value"].reindex(keys).to_numpy())]
    every = same.groupby(KEY).agg({"row": sorted, "source": lambda found: sorted(set(found))})
    joined = every.map(lambda cells: " ".join(map(str, cells))).add_prefix("same_value_").add_suffix("s")
    return stands.join(joined).reset_index().assign(vintage=vintage)[columns("foi_reconciled")]


def standing_pairs(printings: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """The value that stands for each area in each of two years, whatever release it came from.

    Parameters
    ----------
    printings : DataFrame
        Of one measure, as :func:`choose` returns them.
    first_year, last_year : str
        The years compared.

    Returns
    -------
    DataFrame
        Indexed by area, in alphabetical order: `before`, `after` (empty where nothing stands), `one_release`, whether some
        release printed both of these very values, and `doubt`, whether either is in doubt.

    Examples
    --------
    >>> rows = [("UK", "2014/15", "A", 10.0, False), ("UK", "2014/15", "B", 12.0, True), ("UK", "2015/16", "B", 15.0, True)]
    >>> names = ["area", "financial_year", "round", "value", "chosen"]
    >>> printings = pd.DataFrame(rows, columns=names).assign(doubt=None, rule="the latest release")
    >>> standing_pairs(printings, "2014/15", "2015/16").values.tolist()
    [[12.0, 15.0, True, False]]
    """
    rows = _two_years(printings, first_year, last_year)
    chosen = rows[rows["chosen"]]
    stands = chosen.pivot(index="area", columns="side", values="value").reindex(columns=["before", "after"])
    same = rows.merge(chosen[["area", "side", "value"]].dropna())
    sides = same.groupby(["area", "round"])["side"].nunique().groupby(level="area").max()
    one_release = sides.reindex(stands.index, fill_value=0) == 2
    doubt = chosen["doubt"].notna().groupby(chosen["area"]).any()
    return stands.assign(one_release=one_release, doubt=doubt).rename_axis(columns=None)


def release_pairs(printings, first_year, last_year, *, latest=True) -> pd.DataFrame:
    """Two values that one release printed together: releases differ in what they count, so only this is a like-for-like change.

    Parameters
    ----------
    printings : DataFrame
        As for :func:`standing_pairs`. Where a release prints several values for one area and year, the first row stands.
    first_year, last_year : str
        The years compared.
    latest : bool
        Of several releases with both years, take the latest; otherwise the earliest.

    Returns
    -------
    DataFrame
        Indexed by area: `before`, `after`, `round`. Areas that no release prints both years for are not there.

    Examples
    --------
    >>> rows = [("UK", "2014/15", "B", "2017", 12.0), ("UK", "2015/16", "B", "2017", 15.0),
    ...     ("UK", "2015/16", "C", "2018", 16.0)]
    >>> names = ["area", "financial_year", "round", "released", "value"]
    >>> printings = pd.DataFrame(rows, columns=names).assign(rule="the latest release")
    >>> release_pairs(printings, "2014/15", "2015/16").values.tolist()
    [[12.0, 15.0, 'B']]
    """
    rows = _two_years(printings, first_year, last_year).drop_duplicates(["area", "round", "side"])
    wide = rows.pivot(index=["area", "round", "released"], columns="side", values="value")
    wide = wide.reindex(columns=["before", "after"]).dropna().reset_index()
    wide = wide.sort_values(["area", "released", "round"], kind="stable")
    kept = wide.drop_duplicates("area", keep="last" if latest else "first")
    return kept.set_index("area")[["before", "after", "round"]].rename_axis(columns=None)


def _two_years(printings: pd.DataFrame, first_year: str, last_year: str) -> pd.DataFrame:
    """What was printed for either year, until then, with `side`: before or after."""
    side = printings["financial_year"].map({first_year: "before", last_year: "after"})
    return printings.assign(side=side)[side.notna() & (printings["rule"] != NOT_YET_PUBLISHED)]


def revisions(choices: pd.DataFrame) -> pd.DataFrame:
    """Figures that were printed differently later: from one release to the next, or within one release.

    Parameters
    ----------
    choices : DataFrame
        What :func:`choose` returned; only how it was printed matters, not what stands.

    Returns
    -------
    DataFrame
        area, financial_year, measure, first_round, first_value, later_round, later_value, change (later minus
        first), ratio, within_release (both pages belong to one release), rows (the two, joined by a blank).
        Between releases, what stands in each by the rules of this module is compared. Bounds such as "more than
        320" are left out.
    """
    counts = choices[choices["precision"].isin(list(_RANK))]
    last, first = (standing_in_each_release(counts, vintage) for vintage in ("latest", "first"))
    key = [*KEY, "round"]
    pages = first.merge(last, on=key, suffixes=("", "_later"))
    pages = pages[pages["value"] != pages["value_later"]]
    now = pages[[*key, "value_later", "row_later"]].rename(columns=lambda name: name.removesuffix("_later"))
    within = _changes(pages[[*key, "value", "row"]], now, within=True)
    each = last.assign(_release=last["released"].map(last_day)).sort_values([*KEY, "_release", "row"])
    before = each[KEY].join(each.groupby(KEY)[["round", "value", "row"]].shift(1))
    changed = before["value"].notna() & (before["value"] != each["value"])
    between = _changes(before[changed], each[changed], within=False)
    every = pd.concat([between, within], ignore_index=True)
    return every.sort_values([*KEY, "later_round"], ignore_index=True)


def _changes(earlier: pd.DataFrame, later: pd.DataFrame, *, within: bool) -> pd.DataFrame:
    """Earlier and later printings of the same figures, side by side."""
    changed = later[[*KEY, "round", "value"]].rename(columns={"round": "later_round", "value": "later_value"})
    before = earlier["value"].to_numpy(float)
    changed = changed.assign(first_round=earlier["round"].to_numpy(), first_value=before)
    changed = changed.assign(change=changed["later_value"] - before, ratio=changed["later_value"] / before)
    rows = [f"{int(a)} {int(b)}" for a, b in zip(earlier["row"], later["row"], strict=True)]
    return changed.assign(within_release=within, rows=rows)
