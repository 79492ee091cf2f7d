"""The dated events of the confidence explanation: each with its series, its control, and the step to look for.

Used where the steps are estimated and where the method is put on trial in made-up series of the same shape.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.official.comparisons import national_quarters
from helpers.tables import vocabularies
from helpers.tables.offences import codes_of


@dataclass(frozen=True)
class DatedEvent:
    """A series that an event should have lifted, and one that it should not.

    Attributes
    ----------
    name : str
    series, control : ndarray of float, shape (n,)
        Counts at equal intervals.
    when : tuple of str
        What each observation is called.
    step : int
        Position of the first observation after the event.
    unit : "years" or "quarters"
    options : dict
        Of :func:`helpers.stats.placebo.placebo_steps`: margin and period.
    """

    name: str
    series: np.ndarray
    control: np.ndarray
    when: tuple[str, ...]
    step: int
    unit: str
    options: dict


def dated_events(crime: pd.DataFrame, national: pd.DataFrame) -> dict[str, DatedEvent]:
    """The events, by the name of their test.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime, by force and quarter.
    national : DataFrame
        The table of recorded crime in England and Wales by year.

    Returns
    -------
    dict
        Those of ``data/vocabularies/dated_events.csv``: all rape by year and by quarter against violence without injury,
        and children's offences by quarter, boys against girls.
    """
    found = {}
    for row in vocabularies.rows("dated_events", "test", "label", "series", "control", "step"):
        sides = [_counts(crime, national, row, row[side]) for side in ("series", "control")]
        when = tuple(sides[0].index)
        options = {name: int(row[name]) for name in ("period", "margin") if row[name]}
        counts, step = (side.to_numpy(float) for side in sides), when.index(row["step"])
        found[row["test"]] = DatedEvent(row["label"], *counts, when, step, row["unit"], options)
    return found


def _counts(crime: pd.DataFrame, national: pd.DataFrame, row: dict[str, str], names: str) -> pd.Series:
    """Offences of some families by year or quarter, or of an offence of the national table by year."""
    first, last = row["first_year"], row["last_year"] or "9"
    mine = national["offence"] == names
    if not mine.any():
        codes = [code for name in names.split() for code in codes_of(name)]
        mine = national["offence_codes"].isin([f"({code})" for code in codes])
    if row["unit"] == "quarters":
        held = national_quarters(crime, codes, first_year=first, last_year=last)
        return held.set_index("when")["offences"]
    held = national[mine & national["financial_year"].between(first, last)]
    return held.groupby("financial_year")["offences"].sum()
