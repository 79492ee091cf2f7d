"""The dated events of the confidence explanation: each with its series, its control, and the step to look for.

Used where the steps are estimated and where the method is put on trial in made-up series of the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.official.comparisons import (
    ADULT_RAPE,
    BOYS,
    CHILD_RAPE,
    GIRLS,
    VIOLENCE_WITHOUT_INJURY,
    national_quarters,
)

RAPE = tuple(f"(19{letter})" for letter in "CDEFGH")
QUARTERLY = {"period": 4, "margin": 4}


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
    """The three events, by the name of their test.

    Parameters
    ----------
    crime : DataFrame
        The raw table of recorded crime, by force and quarter.
    national : DataFrame
        The table of recorded crime in England and Wales by year.

    Returns
    -------
    dict
        `step_october_2012` (all rape by year against violence without injury), `step_july_2014` (all rape by quarter
        against assault without injury) and `step_november_2016` (children's offences by quarter, boys against girls).
    """
    years = national.sort_values("financial_year")
    years = years[years["financial_year"] >= "2005/06"]
    rape = years[years["offence_codes"].isin(RAPE)].groupby("financial_year")["offences"].sum()
    violence = years[years["offence"] == "Violence without injury"].set_index("financial_year")["offences"]
    quarters = {
        "rape": (ADULT_RAPE + CHILD_RAPE, "2016/17"),
        "assault": (VIOLENCE_WITHOUT_INJURY, "2016/17"),
        "boys": (BOYS, "2018/19"),
        "girls": (GIRLS, "2018/19"),
    }
    held = {
        name: national_quarters(crime, codes, first_year="2012/13", last_year=last)
        for name, (codes, last) in quarters.items()
    }

    def by_quarter(name: str, series: str, control: str, step: int) -> DatedEvent:
        counts = [held[key]["offences"].to_numpy(float) for key in (series, control)]
        return DatedEvent(name, *counts, tuple(held[series]["when"]), step, "quarters", QUARTERLY)

    return {
        "step_october_2012": DatedEvent(
            "October 2012: all rape, by year",
            rape.to_numpy(float),
            violence[rape.index].to_numpy(float),
            tuple(rape.index),
            rape.index.get_loc("2013/14"),
            "years",
            {"margin": 2},
        ),
        "step_july_2014": by_quarter("July 2014: all rape, by quarter", "rape", "assault", 9),
        "step_november_2016": by_quarter(
            "November 2016: boys against girls, by quarter", "boys", "girls", 19
        ),
    }
