"""Counts that a reader can work out of one row: from a share and its base, a rate and its people, a change and its end.

A share that is printed with many decimals needs no base (0.4286 is 3 of 7), nor does an exact interval need its count
(0.62 to 8.77 is that of 3): both are read back, as long as what they can be read as is far rarer than what is printed.

Each is put beside the counts that are printed, so that what gives a small one away goes as it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import exp

import pandas as pd

from helpers.publish.counted import (
    BETWEEN_SEXES,
    CHANGE,
    ESTIMATES,
    SHARE,
    THINGS,
    Row,
    area_of,
    compares_sexes,
    is_label,
    number,
    per,
    periods_of,
    plain_name,
    role,
    whole_number,
)  # fmt: skip
from helpers.publish.inference import THRESHOLD, Count
from helpers.publish.whom import OTHER_SEX, Who

SMALL = THRESHOLD - 0.5
BASE = re.compile(
    r"(.*_)?(total|base|offences|count|value|population|people|persons|residents|aged_0_17|child_only)(_.*)?"
)
RATIO = r"ratio|times|multiple|factor|fold|index"
CHANGES = re.compile(rf"(?:.*_)?(?:{CHANGE}|{RATIO}|rose|fell|grew|added|lost|gained|gap|excess)(?:_.*)?")
HARMLESS = re.compile(  # what is never added to a count, taken from it or multiplied with it
    rf"(?:.*_)?(?:{ESTIMATES}|{THINGS}|low|high|lower|upper|se|level|weight|population|people)(?:_.*)?"
)
EXPECTED = re.compile(r"(?:.*_)?(?:expected|fitted|predicted|mean|average)(?:_.*)?")


def worked_out(
    rows: list[Row], frames: dict[str, pd.DataFrame], others: Callable[[], dict[str, pd.DataFrame]]
) -> list[Count]:
    """The counts behind shares, rates, changes, running totals and ratios of unpublished rows.

    Parameters
    ----------
    rows : rows that bear on persons, as read from `frames`
    frames : the tables they are of
    others : gives further tables, in which a share's base may stand; asked for only when there is such a share
    """
    counts = [count for row in rows for count in row.counts]
    alone = [(row, share) for row in rows for share in row.shares]
    bases: dict[tuple, list[tuple[Who, float]]] = {}
    if any(not count.published and count.who.personal for count in (*counts, *(share for _, share in alone))):
        for area, period, value in _bases(frames | others(), {row.table for row in rows}):
            bases.setdefault((area, period), []).append((Who(), value))
    open_to_all = {count.identity for count in counts if count.published}
    found = _of_totals(counts, bases)
    found += _of_shares(alone, counts, bases)
    records = {name: frame.to_dict("records") for name, frame in frames.items()}
    for row in rows:
        others = _of_row(row, records[row.table][row.place])
        row.others = [one for one in others if one.identity not in open_to_all]
        found += row.others
    near: dict[tuple, list[Count]] = {}
    for count in counts:
        if count.who.personal and not count.published:
            near.setdefault((count.area, count.who), []).append(count)
    for row in rows:
        elsewhere = list(_of_others(row, records[row.table][row.place], near.get((row.area, row.who), ())))
        elsewhere = [one for one in elsewhere if one.identity not in open_to_all]
        row.others += elsewhere
        found += elsewhere
    return found + _of_running_totals(rows, records)


def _of_totals(counts: list[Count], bases: Mapping) -> list[Count]:
    """Groups that all but a few belong to, by a total in a table that tells no persons apart: who is left is known."""
    return [
        replace(count, value=total - count.value, vintage=f"{count.vintage}|worked out")
        for count in counts
        if count.who.personal and not count.published and count.area
        for _, total in bases.get((count.area, count.period), ())
        if 0.5 < total - count.value < SMALL
    ]


def _of_shares(alone: list[tuple[Row, Count]], counts: list[Count], bases: dict) -> list[Count]:
    """The counts behind shares and rates that stand without them, by every base that there is for them."""
    if alone:
        for count in counts:
            bases.setdefault((count.area, count.period), []).append((count.who, count.value))
    found = []
    for row, share in alone:
        near = {(share.area, share.period), (share.area, ""), ("", share.period)}
        known = [value for key in near for who, value in bases.get(key, ()) if _is_base(who, share.who)]
        known = [row.total] if row.total is not None else sorted(set(known))
        scale = per(share.column) if not SHARE.fullmatch(plain_name(share.column)) else None
        if scale is None:
            scale = 100 if re.search("percent|pct", plain_name(share.column)) or share.value > 1 else 1
        found += [replace(share, value=float(round(base * share.value / scale))) for base in known]
        if not known and not share.published and (some := fraction(share.value / scale)) is not None:
            found.append(replace(share, value=float(some)))
    return found


@cache
def fraction(share: float) -> int | None:
    """The few of a group that a share printed with many decimals tells of by itself; None for one that can be of many.

    The simplest fraction that is printed so is taken for the share if one as simple would be met by chance in fewer
    than one share of a hundred.

    >>> fraction(0.4286), fraction(0.857143), fraction(0.15), fraction(0.3371)
    (3, 1, None, None)
    """
    if not 0 < share < 1:
        return None
    decimals = min(len(f"{share:.12g}".partition(".")[2]), 12)
    nearest = Fraction(share).limit_denominator(max(1, int(10 ** ((decimals - 2) / 2))))
    if abs(nearest - share) > 0.5001 * 10.0**-decimals:
        return None
    few = min(nearest.numerator, nearest.denominator - nearest.numerator)
    return few if 0 < few < THRESHOLD else None


@cache
def of_limits(low: float, high: float) -> int | None:
    """The small count that an exact interval is that of, at one of the usual levels; None for any other interval.

    Limits: Garwood (1936), half the quantiles of chi-squared with twice the count, and twice one more, as its degrees.

    >>> of_limits(0.6187, 8.7673), of_limits(0.62, 8.77), of_limits(0.5, 9.0)
    (3, 3, None)
    """
    from scipy.stats import chi2

    for count in range(THRESHOLD):
        for level in (0.8, 0.9, 0.95, 0.99, 0.998):
            ends = (
                chi2.ppf((1 - level) / 2, 2 * count) / 2 if count else 0.0,
                chi2.ppf((1 + level) / 2, 2 * count + 2) / 2,
            )
            if all(abs(end - printed) < 0.006 for end, printed in zip(ends, (low, high), strict=True)):
                return count
    return None


def _is_base(wide: Who, narrow: Who) -> bool:
    """Whether a share of one group could be of the other: it holds it."""
    ages = wide.low <= narrow.low and min(narrow.high, 17) <= min(wide.high, 17)
    return (
        wide != narrow and ages and wide.sex in ("any", narrow.sex) and set(wide.other) <= set(narrow.other)
    )


def _bases(frames: Mapping[str, pd.DataFrame], personal: set[str]) -> Iterable[tuple[str, str, float]]:
    """Totals of areas and periods in tables that tell no persons apart, where there is one row for each."""
    for frame in (frame for name, frame in frames.items() if name not in personal):
        area = next((column for column in frame.columns if role(column) == "area"), None)
        period = next((column for column in frame.columns if role(column) == "period"), None)
        keys = [column for column in (area, period) if column is not None]
        if not keys or frame.duplicated(keys).any():
            continue
        for column in frame.columns:
            if BASE.fullmatch(plain_name(column)) and column not in keys:
                for record in frame[[*keys, column]].to_dict("records"):
                    if value := whole_number(record[column]):
                        yield area_of(str(record[area])) if area else "", periods_of(record)[0], value


def _of_row(row: Row, record: Mapping) -> Iterable[Count]:
    """What the cells of a row give together: the year before, the other sex, what was observed where so many were expected."""
    if row.open_source:
        return
    cells = {column: (plain_name(column), cell, number(cell)) for column, cell in record.items()}
    cells = {
        column: found
        for column, found in cells.items()
        if found[2] is not None and role(column) is None and not is_label(column, found[1])
    }
    counted = {count.column for count in row.counts}
    for printed in (count for count in row.counts if not count.published):
        count = replace(printed, vintage=f"{printed.vintage}|worked out")
        for column, (name, cell, value) in cells.items():
            if column == count.column:
                continue
            if compares_sexes(column) and not count.who.personal:
                yield from _of_both(replace(count, column=column), name, value)
            if not count.who.personal:
                continue
            if compares_sexes(column) and count.who.sex in OTHER_SEX:
                yield from _of_the_other(replace(count, column=column), name, value)
            if len(row.periods) == 1 and not (BETWEEN_SEXES.fullmatch(name) and count.who.sex in OTHER_SEX):
                repeats = value == count.value  # the same number once more
                if not CHANGES.fullmatch(name) and (repeats or column in counted or _is_known(column, name)):
                    continue
                for before in _before(name, "%" in str(cell), value, count.value):
                    yield replace(count, column=column, period=_year_before(count.period), value=before)
    if row.who.personal and not any(count.published and count.who == row.who for count in row.counts):
        yield from _of_expected(row, cells, counted)


def _of_both(total: Count, name: str, value: float) -> Iterable[Count]:
    """One sex, from everybody and the difference or the ratio of the two."""
    if re.search(CHANGE + "|gap", name):
        guesses = ((total.value - abs(value)) / 2,)
    else:
        guesses = (total.value * value / (1 + value), total.value / (1 + value)) if value > 0 else ()
    for guess in guesses:
        if -0.5 < guess < SMALL:
            yield replace(total, who=replace(total.who, sex="of one sex"), value=float(round(guess)))


def _of_the_other(mine: Count, name: str, value: float) -> Iterable[Count]:
    """One sex, from the other and the difference or the ratio of the two."""
    if re.search(CHANGE + "|gap", name):
        guesses = (mine.value - abs(value), mine.value + value)
    else:
        guesses = (mine.value * value, mine.value / value) if value > 0 else ()
    for guess in guesses:
        if -0.5 < guess < SMALL:
            yield replace(mine, who=replace(mine.who, sex=OTHER_SEX[mine.who.sex]), value=float(round(guess)))


def _of_others(row: Row, record: Mapping, counts: Iterable[Count]) -> Iterable[Count]:
    """What a group's count was before a change that stands in this row, where the count after it stands in another."""
    if row.open_source or any(count.who == row.who for count in row.counts):
        return
    for count in counts:
        if count.period and any(row.periods) and count.period not in row.periods:
            continue
        for column, cell in record.items():
            value, name = number(cell), plain_name(column)
            if value is None or not CHANGES.fullmatch(name) or compares_sexes(column):
                continue
            for before in _before(name, "%" in str(cell), value, count.value):
                yield replace(
                    count,
                    table=row.table,
                    row=row.place,
                    column=column,
                    period=_year_before(count.period),
                    value=before,
                    vintage=f"{count.vintage}|worked out",
                )


def _is_known(column, name: str) -> bool:
    """Whether a column's name says that it is something else than a change."""
    return bool(HARMLESS.fullmatch(name) or SHARE.fullmatch(name) or per(column) or EXPECTED.fullmatch(name))


def _of_expected(row: Row, cells: Mapping[str, tuple], counted: set) -> Iterable[Count]:
    """What was counted, from what was expected or the mean and what a column says of the two, or from a root or a log."""
    spread = next(
        (value for name, _, value in cells.values() if re.fullmatch("(?:.*_)?(?:sd|std|se)", name)), None
    )
    for expected in (value for name, _, value in cells.values() if EXPECTED.fullmatch(name)):
        for column, (name, _, value) in cells.items():
            guesses = []
            if re.search(f"{RATIO}|{THINGS}", name):
                guesses = [expected * value]
            elif CHANGES.fullmatch(name):
                guesses = [expected + value]
            elif re.search(r"pearson|standardi[sz]ed|(?:^|_)z(?:_|$)", name) and expected > 0:
                guesses = [expected + value * (expected**0.5 if spread is None else spread)]
            elif column not in counted and not _is_known(column, name):
                guesses = [expected + value, expected * value]
            yield from (_behind(row, column, guess) for guess in guesses if -0.5 < guess < SMALL)
    low, high = (
        next(
            ((column, value) for column, (name, _, value) in cells.items() if re.fullmatch(words, name)), None
        )
        for words in (r"(?:.*_)?(?:low|lower)(?:_.*)?", r"(?:.*_)?(?:high|upper)(?:_.*)?")
    )
    if low and high and high[1] < 20 and (count := of_limits(low[1], high[1])) is not None:
        yield from (_behind(row, column, count) for column, _ in (low, high))
    for column, (name, _, value) in cells.items():
        guess = value**2 if re.search(r"(?:^|_)(?:sqrt|root)", name) else SMALL
        logged = re.search(r"(?:^|_)(?:log|ln)(?:_|$)", name) and not CHANGES.fullmatch(name)
        guess = exp(value) if logged and value < 9 else guess
        if guess < SMALL and abs(guess - round(guess)) < 0.05:
            yield _behind(row, column, guess)


def _behind(row: Row, column, guess: float) -> Count:
    """The count of a row that stands behind one of its numbers."""
    period, value = row.periods[0], float(round(guess))
    return Count(row.table, row.place, column, row.area, period, row.who, value, False)


def _before(name: str, percent: bool, value: float, now: float) -> Iterable[float]:
    """What a count was before a change that a column may state, read in every way that leaves it small.

    A name such as "growth" says nothing of whether it is a difference, a ratio, a part of one or a logarithm.
    """
    ratio = now / value if value > 0 else -1.0
    if re.search(RATIO, name):
        first, others = ratio, [ratio * 100] if "index" in name else []
    elif percent or re.search("percent|pct", name):
        first, others = now / (1 + value / 100) if value > -100 else -1.0, []
    else:
        falls = re.search("decrease|decline|fall|fell|drop|lost", name)
        first, others = now + value if falls else now - value, [ratio]
        if not CHANGES.fullmatch(name):
            first, others = -1.0, [ratio, now - value, now + value]
        if value % 1:
            parts = [now / (1 + part) for part in (value, value / 100) if part > -1]
            others += [*parts, now * exp(-value) if abs(value) < 20 else -1.0]
    if first > -0.5:
        yield float(round(first))
    yield from {float(round(other)) for other in others if -0.5 < other < SMALL}


def _year_before(period: str) -> str:
    from helpers.tables.periods import parse_financial_year

    try:
        return parse_financial_year(period).previous().label
    except ValueError:
        return f"before {period}"


def _of_running_totals(rows: list[Row], records: Mapping) -> list[Count]:
    """What a running total gained from one row to the next of the same group."""
    found, last = [], {}
    for row in sorted(rows, key=lambda row: (row.table, row.area, row.periods[0])):
        for column, cell in records[row.table][row.place].items():
            value = number(cell)
            if (
                value is None
                or not row.who.personal
                or not re.search("cumul|running|to_date", plain_name(column))
            ):
                continue
            key = (row.table, row.area, row.who, column)
            count = Count(row.table, row.place, str(column), row.area, row.periods[0], row.who, value, False)
            found.append(replace(count, value=value - last.get(key, 0.0)))
            last[key] = value
    return [count for count in found if count.value >= 0]
