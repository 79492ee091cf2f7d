"""The strata in which explanations can be told apart, and the ladder of assumptions about them.

A stratum is a set of offences whose change in log count is seen: adults' rape, children's rape, children's assault,
codes that need no meeting, grooming, and offences reported more than 20 years late. The rise to be explained is in
the children's strata; the other two only help to tell explanations apart. The change over 20 years late is a
percentage that the Office for National Statistics put in words, for all ages: its standard error is assumed, at
about that of the strata whose counts are held (:data:`OVER_20_YEARS_SE`), and so is that it errs independently of them.

:func:`national_strata` and :func:`force_strata` measure the strata, :func:`ladder` states the assumptions one by one,
and :func:`weigh` bounds the shares on every rung, with the breakdown value of each assumption.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.official.comparisons import ADULT_RAPE, CHILD_RAPE, by_force, comparable
from helpers.official.outliers import NO_RISE
from helpers.stats import rungs
from helpers.stats.bounds import breakdown, share_bounds
from helpers.stats.clusters import cell_changes, log_mean, with_published
from helpers.stats.missing import NotAvailable, absorbing
from helpers.stats.rungs import Rung, alike, anywhere, nowhere, rising, whiteners
from helpers.tables import vocabularies
from helpers.tables.offences import codes_of

CAUSES = vocabularies.values("explanations")
ADULT, OVER_20_YEARS, GROOMING = "rape, 16 and over", "over 20 years late", "grooming"
# The strata of nine thousand offences or more have 0.028 to 0.036; rounding of the words adds 0.003.
OVER_20_YEARS_SE = 0.03
CODES = {
    ADULT: ADULT_RAPE,
    "rape, under 16": CHILD_RAPE,
    "assault, under 13": codes_of("child_assault"),
    "no meeting needed": codes_of("child_activity") + codes_of("child_exploitation"),
    GROOMING: codes_of("grooming"),
}
FORCE_CODES = {
    ADULT: ADULT_RAPE,
    "contact, children": (*CHILD_RAPE, *CODES["assault, under 13"]),
    "no meeting needed": (*CODES["no meeting needed"], *CODES[GROOMING]),
}
NO_MEETING = ("no meeting needed", GROOMING)
PATTERNS = {"anywhere": anywhere, "alike": alike, "rising": rising, "nowhere": nowhere}
TOGETHER = ("recording", "confidence")
MOST = vocabularies.threshold("most_of_the_rise")


@dataclass(frozen=True)
class Strata:
    """Changes in log count, their covariance, and what a log point in each counts towards the rise.

    names : the strata
    changes, covariance, weights : shapes (j,), (j, j), (j,); a stratum that is not children's has weight zero
    counts : DataFrame with `stratum`, `before`, `after`, `change`, `se`; the counts of the old stratum are missing
    dof : degrees of freedom of the covariance, None where it is taken as known
    """

    names: tuple[str, ...]
    changes: np.ndarray
    covariance: np.ndarray
    weights: np.ndarray
    counts: pd.DataFrame
    dof: float | None = None


def national_strata(
    crime, first_year, last_year, *, old_change, old_se=OVER_20_YEARS_SE
) -> Strata | NotAvailable:
    """England and Wales, with forces as the independent units.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime.
    first_year, last_year : str
    old_change : float or None
        Change in log count of offences over 20 years late; None leaves that stratum out.
    old_se : float
        Its standard error, assumed: no counts were published.

    Returns
    -------
    Strata
        Without grooming where its code changed between the years. Not available where the children's strata did not
        rise together, so that there is nothing to share out.
    """
    kept = {name: codes for name, codes in CODES.items() if comparable(codes, first_year, last_year)}
    before, after = _counts(crime, kept.values(), first_year, last_year)
    return _strata(tuple(kept), before, after, old_change, old_se)


def force_strata(crime, force, first_year, last_year, *, dispersion) -> Strata | NotAvailable:
    """One force, with strata wide enough for its counts; the variance is the dispersion over each count."""
    kept = [comparable(codes, first_year, last_year) for codes in FORCE_CODES.values()]
    before, after = (counts.loc[[force]] for counts in _counts(crime, kept, first_year, last_year))
    if min(before.min(axis=None), after.min(axis=None)) <= 0:
        return NotAvailable(f"{force} recorded no offence of one kind in one of the two years")
    return _strata(tuple(FORCE_CODES), before, after, dispersion=dispersion)


def _counts(crime, kinds: Collection[Sequence[str]], *years: str) -> list[pd.DataFrame]:
    """Offences of each kind by force, a table a year."""
    return [pd.concat([by_force(crime, codes, year) for codes in kinds], axis=1) for year in years]


def _strata(names, before, after, old_change=None, old_se=0.0, dispersion=1.0) -> Strata | NotAvailable:
    changes, covariance, dof = cell_changes(before, after, dispersion=dispersion)
    before, after = before.sum().to_numpy(), after.sum().to_numpy()
    weights = np.where([name == ADULT for name in names], 0.0, log_mean(before, after))
    if weights @ changes <= 0:
        return NO_RISE
    counts = pd.DataFrame({"stratum": names, "before": before, "after": after})
    if old_change is not None:
        names, weights = (*names, OVER_20_YEARS), np.append(weights, 0.0)
        changes, covariance = with_published(changes, covariance, [old_change], [old_se])
        counts = pd.concat([counts, pd.DataFrame({"stratum": [OVER_20_YEARS]})], ignore_index=True)
    counts = counts.assign(change=changes, se=np.sqrt(np.diag(covariance)))
    return Strata(names, changes, covariance, weights, counts, dof)


def groups(names: Sequence[str]) -> dict[str, np.ndarray]:
    """Name → which of the strata belong to the group that an assumption, or a simulated world, moves together.

    >>> {group: members.tolist() for group, members in groups(tuple(FORCE_CODES)).items() if group in ("adult", "children")}
    {'adult': [True, False, False], 'children': [False, True, True]}
    """
    chosen = {"adult": ADULT, "old": OVER_20_YEARS, "screen": NO_MEETING}
    found = {group: np.isin(names, members) for group, members in chosen.items()}
    children = ~(found["adult"] | found["old"])
    found |= {"children": children, "contact": children & ~found["screen"]}
    return found | {"every": np.ones(len(names), dtype=bool), "recent": ~found["old"]}


def ladder(names: Sequence[str]) -> list[Rung]:
    """The rungs of ``data/vocabularies/rungs.csv`` for these strata, from nothing but "each adds or does nothing" upwards.

    Rungs about offences over 20 years late are there only when that stratum is.

    Examples
    --------
    >>> [rung.name for rung in ladder(tuple(FORCE_CODES))][:3]
    ['each adds or does nothing', 'no artefact', 'online: children only']
    """
    masks = groups(names)

    def pattern(words: str) -> np.ndarray:
        """The directions of such words as "alike:recent anywhere:old"."""
        terms = (term.split(":") for term in words.split())
        return np.vstack([PATTERNS[kind](*map(masks.get, of.split("+"))) for kind, of in terms])

    rows = vocabularies.rows("rungs", "rung", "says", "needs_old")
    kept = (row for row in rows if masks["old"].any() or not row["needs_old"])
    return rungs.ladder(dict.fromkeys(CAUSES, anywhere(masks["every"])), kept, pattern)


@absorbing
def weigh(strata: Strata, area: str, *, level: float = 0.95) -> pd.DataFrame:
    """The bounds of every rung and the breakdown value of each assumption.

    Parameters
    ----------
    strata : Strata
    area : str
    level : float

    Returns
    -------
    DataFrame
        `area`, `step`, `rung`, `says`, `explanation`, `low`, `high`, `im_low`, `im_high`, `feasible`, `p_value`,
        `step` is the rung's number among all rungs, also where those about old offences are missing.
        `breakdown`: how far, in log points, the assumption that the rung adds must bend before recording and
        confidence together can have half of the rise, or, on a refuted rung, before the changes seen are possible.
        Zero where they can have half as things stand; missing on the first rung, and where no bending is enough.
    """
    climbed = ladder(strata.names)
    options = {"together": [TOGETHER], "dof": strata.dof, "level": level}
    table = share_bounds(strata.changes, strata.covariance, strata.weights, climbed, **options)
    feasible = table.groupby("rung")["feasible"].first()
    pairs = pairwise(climbed)
    values = {rung.name: _bend(strata, before, rung, feasible[rung.name]) for before, rung in pairs}
    table["breakdown"] = table["rung"].map(values).replace(np.inf, np.nan)
    steps = {rung.name: step for step, rung in enumerate(ladder((*CODES, OVER_20_YEARS)), start=1)}
    return table.assign(area=area, step=table["rung"].map(steps))


def _bend(strata: Strata, before: Rung, rung: Rung, feasible: bool) -> float:
    """The breakdown value of the assumption that `rung` adds to `before`."""
    relax = {name: rows for name, rows in before.patterns.items() if rows is not rung.patterns[name]}
    if not feasible:
        return breakdown(strata.changes, strata.weights, rung, relax)
    nearest, *_ = rung.closest(strata.changes[None], whiteners(strata.covariance[None]))
    return breakdown(nearest[0], strata.weights, rung, relax, (TOGETHER, MOST))
