"""What became of every prediction: the register, the tables of tests, the verdicts and Holm's adjustment together.

``judge`` is strict both ways: a prediction without a result, a result without a prediction, or a result under
another test's name stops it.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.ledger.results import bearing
from helpers.stats.contrasts import holm
from helpers.tables.package import columns
from helpers.tables.vocabularies import threshold

MOST_PRIMARY = int(threshold("most_primary"))
OUTCOMES = {"as predicted": "as it predicted", "contradicted": "against its prediction"}
OUTCOMES |= {"cannot tell": "where the figures cannot tell"}


def judge(predictions: pd.DataFrame, tests: Iterable[pd.DataFrame], *, level: float = 0.95) -> pd.DataFrame:
    """One row a prediction, in the register's order.

    Parameters
    ----------
    predictions : DataFrame
        The register.
    tests : iterable of DataFrame
        Tables of tests, as :meth:`helpers.ledger.results.Results.frame` gives them.
    level : float

    Returns
    -------
    DataFrame
        `prediction`, `explanation`, `dimension`, `role`, `expected`, `test`, `statistic`, `value`, `low`, `high`,
        `p_value`, `p_holm` (primary tests only), `verdict` (:func:`~helpers.ledger.results.bearing`, primary tests by
        their adjusted p-values; "not tested" where the result is not available and "other years" where the prediction was made
        for others), `same_test` (the other predictions that the same test answers: they are not
        independent of this one), `note`.

    Raises
    ------
    ValueError
        Naming the prediction: no result, two results, a result of another test, a result that no prediction
        names; or more than six primary predictions.
    """
    results = pd.concat(list(tests), ignore_index=True)
    primary = predictions["role"] == "primary"
    if primary.sum() > MOST_PRIMARY:
        raise ValueError(f"predictions has {primary.sum()} primary entries; {MOST_PRIMARY} are the most")
    if twice := results.loc[results["prediction"].duplicated(), "prediction"].tolist():
        raise ValueError(f"prediction {twice[0]!r} has two results")
    if absent := sorted(set(predictions["id"]) - set(results["prediction"])):
        raise ValueError(f"prediction {absent[0]!r} has no result")
    if strange := sorted(set(results["prediction"]) - set(predictions["id"])):
        raise ValueError(f"result {strange[0]!r} answers no prediction")
    parts = "prediction test statistic value low high p_value years reason note".split()
    register = predictions[["id", "explanation", "dimension", "role", "expected", "test", "years"]]
    table = register.rename(columns={"id": "prediction", "years": "made_for"})
    table = table.merge(results[parts], on="prediction", suffixes=("", "_seen"), validate="one_to_one")
    if (wrong := table[table["test"] != table["test_seen"]]).size:
        raise ValueError(f"prediction {wrong['prediction'].iloc[0]!r} was answered by another test")
    table["p_holm"] = np.nan
    table["reason"] = _why_not(table)
    chosen = (table["role"] == "primary") & table["p_value"].notna() & table["reason"].isna()
    if chosen.any():
        table.loc[chosen, "p_holm"] = holm(table.loc[chosen, "p_value"])
    p_values = table["p_holm"].fillna(table["p_value"])
    table["verdict"] = _verdicts(table.assign(p_value=p_values), level)
    together = table.groupby("test")["prediction"].agg(list)
    pairs = zip(table["prediction"], table["test"].map(together), strict=True)
    table["same_test"] = [", ".join(one for one in all_of if one != own) or None for own, all_of in pairs]
    return table[columns("prediction_results")]


def meanings(results: pd.DataFrame, predictions: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """One notebook's results with what each prediction expected and what the result means for it.

    Primary tests are taken by themselves here; :func:`judge` adjusts them together.

    Returns
    -------
    DataFrame
        The results with `explanation`, `expected`, `role` and `meaning`, indexed by prediction.
    """
    named = predictions[["id", "explanation", "expected", "role", "years"]]
    named = named.rename(columns={"id": "prediction", "years": "made_for"})
    table = results.merge(named, on="prediction", validate="one_to_one")
    table["reason"] = _why_not(table)
    return table.assign(meaning=_verdicts(table, level)).set_index("prediction")


def tally(judged: pd.DataFrame, explanation: str) -> list[tuple[str, int, str]]:
    """How many predictions of an explanation came out each way, with words for it; `judged` as :func:`meanings` gives.

    >>> judged = pd.DataFrame({"explanation": ["online", "online"], "meaning": ["as predicted", "not tested"]})
    >>> [(outcome, number) for outcome, number, _ in tally(judged, "online")]
    [('as predicted', 1), ('contradicted', 0), ('cannot tell', 0)]
    """
    meanings = judged.loc[judged["explanation"] == explanation, "meaning"]
    return [(outcome, int((meanings == outcome).sum()), words) for outcome, words in OUTCOMES.items()]


def _why_not(table: pd.DataFrame) -> pd.Series:
    """Why a result judges no prediction: it is not available, or it is about other years than the prediction."""
    other = table["years"].notna() & (table["years"] != table["made_for"])
    made_for = "The prediction was made for " + table["made_for"].fillna("") + "."
    return table["reason"].mask(table["reason"].isna() & other, made_for)


def _verdicts(table: pd.DataFrame, level: float) -> list[str]:
    def verdict(row) -> str:
        if pd.isna(row.reason):
            return bearing(row.role, row.expected, row.value, row.low, row.high, row.p_value, level=level)
        return "not tested" if pd.isna(row.value) and pd.isna(row.p_value) else "other years"

    return [verdict(row) for row in table.itertuples()]
