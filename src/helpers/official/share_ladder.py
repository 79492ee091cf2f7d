"""A ladder of bounds on the shares of a rise, whose rungs are minor violence, other nations, the audits and the online flag.

The synthesis of :mod:`helpers.official.routes` says how far each assumption may be out. Here each holds exactly, one is added
at a time, and the answer is the range of shares that the assumptions leave, by :mod:`helpers.stats.bounds`. The audits of 2014 and
the flag have no published error: the last rung is shown for several.
"""

from itertools import product
from math import log

import numpy as np
import pandas as pd

from helpers.official.routes import EXPLANATIONS, SynthesisInputs
from helpers.stats.bounds import share_bounds
from helpers.stats.missing import NotAvailable, first_missing
from helpers.stats.rungs import Rung, ladder
from helpers.tables import vocabularies
from helpers.tables.package import columns

SAYS = {row["rung"]: row["says"] for row in vocabularies.rows("share_rungs", "says")}
CELLS = "children", "violence", "nations", "audits", "flag"
ASSUMED_SE = 0.03  # of what audits and flag say, in logarithms, as of old offences on the other ladder
ASSUMED_SES = (0.01, ASSUMED_SE, 0.06, 0.1)
LAST = len(SAYS)


def rungs(lift: float) -> list[Rung]:
    """The assumptions of ``data/vocabularies/share_rungs.csv``, each kept by the next.

    Parameters
    ----------
    lift : float
        The growth that better recording brought to minor violence, over that which it brought to offences against children, both as
        logarithms.

    Examples
    --------
    >>> [rung.name for rung in rungs(1.33)][1:3]
    ['violence rose with recording', 'no less than in other nations']
    """
    cells = dict(zip(CELLS, np.eye(5), strict=True))
    cells["lifted"] = cells["children"] + lift * cells["violence"]

    def pattern(words: str) -> np.ndarray:
        """The directions of such words as "children children+nations"."""
        return np.array([sum(map(cells.get, term.split("+"))) for term in words.split()])

    rows = vocabularies.rows("share_rungs", "rung", "says")
    return ladder(dict.fromkeys(EXPLANATIONS, np.eye(5)), rows, pattern)


def climb(case: SynthesisInputs, recorded: float, flagged, *, assumed_se: float = ASSUMED_SE) -> pd.DataFrame:
    """The range of shares of each explanation on every rung, the figures taken as independent.

    Parameters
    ----------
    case : SynthesisInputs
        Its rise, what minor violence and other nations showed, and how much better recording lifts minor violence.
    recorded : float
        The share of reported sexual offences that inspectors found recorded in 2014.
    flagged : float or NotAvailable
        The share of offences in the later year that was online, if the flag caught half.
    assumed_se : float
        Standard error that is assumed of the last two, in logarithms.

    Returns
    -------
    DataFrame
        The columns of the table `share_ladder`: shares and their intervals, as :func:`helpers.stats.bounds.share_bounds` gives
        them, and `reason` where there are none.
    """
    measured = case.rise, case.growths["violence"], case.growths["nations"]
    missing = first_missing(*measured, flagged)
    if missing is not None:
        places = list(product(SAYS, EXPLANATIONS))
        table = pd.DataFrame(places, columns=["rung", "explanation"]).assign(reason=missing.reason)
    else:
        changes = [growth.value for growth in measured] + [-log(recorded), -log(1 - flagged)]
        ses = [growth.se() for growth in measured] + [assumed_se] * 2
        lift = float(case.register.set_index("route").at["violence", "recording"])
        table = share_bounds(changes, ses, np.eye(5)[0], rungs(lift), level=case.level)
        table["reason"] = np.where(table["low"].isna(), "the rung is refuted", None)
    steps = table["rung"].map({name: step for step, name in enumerate(SAYS, start=1)})
    return table.assign(step=steps, **case.year_pair).reindex(columns=columns("share_ladder"))


def last_rung(case: SynthesisInputs, recorded: float, flagged: float | NotAvailable) -> pd.DataFrame:
    """The share of better recording on the last rung of :func:`climb`, by the standard error that is assumed (`error`)."""
    climbs = [climb(case, recorded, flagged, assumed_se=se).assign(error=se) for se in ASSUMED_SES]
    return pd.concat(climbs, ignore_index=True).query("step == @LAST and explanation == 'recording'")
