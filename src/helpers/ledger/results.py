"""Results of the tests that predictions name, in one form, and how each bears on its prediction.

A notebook opens ``Results(read_table("predictions"), read_table("tests"), first_year, last_year)``, adds each test once,
and writes ``results.frame()``. The registers decide what may be added: a test that no prediction names is refused, and
what a test measures is said in ``tests``. A prediction
that was made for two years is judged for those years only. :func:`verdict` says what a result
means for what was expected; it looks at the interval, never at the point alone. :func:`verdict_for_role` is the verdict under
the rule for a prediction's role: one exploratory result among many must be plain at 99% (:data:`EXPLORATORY_LEVEL`).
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.stats.contrasts import at_level, holm
from helpers.stats.estimate import Estimate
from helpers.stats.missing import first_missing
from helpers.tables.faults import suggestion
from helpers.tables.package import columns
from helpers.tables.vocabularies import threshold

# An exploratory prediction is one of many, and shares its error rate with none. At 95% some forty would bring two false
# verdicts, so a p-value between 0.01 and 0.05 decides nothing.
EXPLORATORY_LEVEL = threshold("exploratory_level")
RESULT_COLUMNS = (
    "test", "prediction", "statistic", "value", "low", "high", "level", "p_value", "n", "data", "years", "reason", "note",
)  # fmt: skip


class Results:
    """The results of one notebook's tests.

    Parameters
    ----------
    predictions, tests : DataFrame
        The registers.
    first_year, last_year : str
        The two years that the notebook compares.

    Examples
    --------
    >>> register = pd.DataFrame(
    ...     [["online.age", "online", "age", "above 1", "older", "Counts.", "exploratory", "Why.", None]],
    ...     columns=["id", "explanation", "dimension", "expected", "test", "data", "role", "reason", "years"])
    >>> tests = pd.DataFrame({"test": ["older"], "statistic": "ratio", "note": "In {area}."})
    >>> results = Results(register, tests, "2014/15", "2015/16")
    >>> results.add("older", Estimate(1.2, 1.1, 1.3), n=43, area="Kent")
    >>> results.frame()[["test", "prediction", "value"]].values.tolist()
    [['older', 'online.age', 1.2]]
    """

    def __init__(self, predictions: pd.DataFrame, tests: pd.DataFrame, first_year: str, last_year: str):
        self.predictions = predictions
        self.tests = tests.set_index("test")[["statistic", "note"]]
        self.years = f"{first_year} to {last_year}"
        self.rows: list[dict] = []

    def add(self, test: str, result=None, *, value=None, p_value=None, n=None, **words) -> None:
        """Add the result of a test, once for each prediction that names it.

        Parameters
        ----------
        test : str
            As in the registers.
        found : Estimate, NotAvailable, or anything with `estimate`, `p_value` and `units`, optional
            One that is not available is added with its reason.
        value : float, optional
            A value that has no interval.
        p_value : float, optional
            Two-sided.
        n : int, optional
            Units behind the value (forces, quarters, years).
        **words
            What the names in braces of the test's words stand for.

        Raises
        ------
        ValueError
            A test that no prediction names, that is not in the register of tests, or that was added before.
        """
        named = self.predictions[self.predictions["test"] == test]
        if named.empty:
            raise ValueError(
                f'test "{test}" checks no prediction of data/predictions.toml{suggestion(test, self.predictions["test"])}'
            )
        if test not in self.tests.index:
            raise ValueError(f'test "{test}" is not in data/tests.toml, which says what each test measures')
        if any(row["test"] == test for row in self.rows):
            raise ValueError(f'test "{test}" was already added')
        if hasattr(result, "units"):
            result, p_value, n = result.estimate, result.p_value, result.units
        row = {"test": test, "value": value, "p_value": p_value, "n": n}
        missing = first_missing(result, value)
        if missing is not None:
            row = {"test": test, "reason": missing.reason}
        elif result is not None:
            row |= {name: getattr(result, name) for name in ("value", "low", "high", "level")}
        for name, text in self.tests.loc[test, ["statistic", "note"]].dropna().items():
            row[name] = text.format(**words)
        for prediction in named.itertuples():
            years = None if pd.isna(prediction.years) else self.years
            self.rows.append(row | {"prediction": prediction.id, "data": prediction.data, "years": years})

    def refuse_other_years(self, table: pd.DataFrame) -> pd.DataFrame:
        """`table`, whose `first_year` and `last_year` are those compared here; ValueError where they are others."""
        for first, last in set(zip(table["first_year"], table["last_year"], strict=True)):
            _refuse_several("tests and a table that they use", [self.years, f"{first} to {last}"])
        return table

    def frame(self) -> pd.DataFrame:
        """The results as a table, one row a prediction, in the order in which they were added."""
        table = pd.DataFrame(self.rows, columns=list(RESULT_COLUMNS))
        numbers = ["value", "low", "high", "level", "p_value"]
        # ten significant digits, as findings have: past that, versions of numpy differ
        table[numbers] = table[numbers].astype(float).map(lambda number: float(f"{number:.10g}"))
        return table.astype({"n": "Int64"})


def verdict(expected: str, value=None, low=None, high=None, p_value=None, *, alpha: float = 0.05) -> str:
    """What a result means for a prediction.

    Parameters
    ----------
    expected : str
        "above x", "below x", "between x and y", "no break" or "not observed".
    value, low, high : float, optional
        The statistic and its interval; missing where there is none.
    p_value : float, optional
        Two-sided, of no effect. Needed by "no break".
    alpha : float
        What a p-value must not exceed.

    Returns
    -------
    str
        "as predicted" when the whole interval lies where it was expected, "contradicted" when all of it lies
        elsewhere, "cannot tell" when it straddles; "no interval" for a bare value and "not observed" for none.
        For "above" and "below" a p-value over `alpha` makes it "cannot tell" whatever the interval: placebo dates
        and reassigned names are stricter than a model's own error.
        "no break" is contradicted by a p-value below `alpha`, and never confirmed: not finding one is "cannot
        tell".

    Raises
    ------
    ValueError
        For an `expected` of another form.

    Examples
    --------
    >>> verdict("above 1", 1.3, 1.1, 1.5), verdict("above 1", 1.3, 0.9, 1.8), verdict("above 1", 0.8, 0.7, 0.9)
    ('as predicted', 'cannot tell', 'contradicted')
    >>> verdict("between 0.9 and 1.1", 1.02, 0.97, 1.07)
    'as predicted'
    """
    of_a_break = expected == "no break"
    if expected == "not observed" or pd.isna(p_value if of_a_break else value):
        return "not observed"
    if of_a_break:
        return "contradicted" if p_value < alpha else "cannot tell"
    least, most = _range(expected)
    if pd.isna(low):
        return "no interval"
    if not expected.startswith("between") and p_value is not None and p_value > alpha:
        return "cannot tell"
    if least <= low and high <= most:
        return "as predicted"
    return "contradicted" if high < least or low > most else "cannot tell"


def verdict_for_role(role, expected, value=None, low=None, high=None, p_value=None, *, level=0.95) -> str:
    """What a result means for a prediction, by the rule for its role.

    Parameters
    ----------
    role : "primary", "exploratory" or "afterwards"
    expected, value, low, high
        As for :func:`verdict`.
    p_value : float, optional
        Of a primary test the one after Holm's adjustment, where the primary tests are judged together.
    level : float
        Of the interval as given, and the level at which a primary test decides. Any other decides at
        :data:`EXPLORATORY_LEVEL`, whatever it says and whichever way: its interval is stretched to that level.

    Returns
    -------
    str
        As :func:`verdict`.

    Examples
    --------
    >>> verdict_for_role("primary", "above 1", 1.2, 1.02, 1.41, 0.03), verdict_for_role("exploratory", "above 1", 1.2, 1.02, 1.41, 0.03)
    ('as predicted', 'cannot tell')
    >>> verdict_for_role("exploratory", "no break", 9.0, p_value=0.04), verdict_for_role("exploratory", "no break", 19.0, p_value=0.004)
    ('cannot tell', 'contradicted')
    """
    if role == "primary" or level >= EXPLORATORY_LEVEL:
        return verdict(expected, value, low, high, p_value, alpha=1 - level)
    if not pd.isna(low):
        wide = at_level(Estimate(value, low, high, level), EXPLORATORY_LEVEL)
        low, high = wide.low, wide.high
    return verdict(expected, value, low, high, p_value, alpha=1 - EXPLORATORY_LEVEL)


def _range(expected: str) -> tuple[float, float]:
    number = r"(-?\d+(?:\.\d+)?)"
    if match := re.fullmatch(f"(above|below) {number}", expected):
        edge = float(match[2])
        return (edge, float("inf")) if match[1] == "above" else (float("-inf"), edge)
    if match := re.fullmatch(f"between {number} and {number}", expected):
        return float(match[1]), float(match[2])
    raise ValueError(f'expected "{expected}" is not of a form that can be judged')


MOST_PRIMARY = int(threshold("most_primary"))
VERDICT_PHRASES = {"as predicted": "as it predicted", "contradicted": "against its prediction"}
VERDICT_PHRASES |= {"cannot tell": "where the figures cannot tell"}


def judge_predictions(
    predictions: pd.DataFrame, tests: Iterable[pd.DataFrame], *, level: float = 0.95
) -> pd.DataFrame:
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
        `p_value`, `p_holm` (primary tests only), `verdict` (:func:`~helpers.ledger.results.verdict_for_role`, primary tests by
        their adjusted p-values; "not tested" where the result is not available and "other years" where the prediction was made
        for others), `same_test` (the other predictions that the same test answers: they are not
        independent of this one), `note`.

    Raises
    ------
    ValueError
        Naming the prediction: no result, two results, a result of another test, a result that no prediction
        names; or more than six primary predictions. Also when the results compare several pairs of years.
    """
    results = pd.concat(list(tests), ignore_index=True)
    primary = predictions["role"] == "primary"
    if primary.sum() > MOST_PRIMARY:
        raise ValueError(f"predictions has {primary.sum()} primary entries; {MOST_PRIMARY} are the most")
    if twice := results.loc[results["prediction"].duplicated(), "prediction"].tolist():
        raise ValueError(f'prediction "{twice[0]}" has two results')
    if absent := sorted(set(predictions["id"]) - set(results["prediction"])):
        test = predictions.set_index("id").at[absent[0], "test"]
        raise ValueError(
            f'prediction "{absent[0]}" has no result: no notebook added one of its test "{test}"'
        )
    if strange := sorted(set(results["prediction"]) - set(predictions["id"])):
        raise ValueError(f'result "{strange[0]}" answers no prediction')
    parts = "prediction test statistic value low high p_value years reason note".split()
    register = predictions[["id", "explanation", "dimension", "role", "expected", "test", "years"]]
    table = register.rename(columns={"id": "prediction", "years": "made_for"})
    table = table.merge(results[parts], on="prediction", suffixes=("", "_seen"), validate="one_to_one")
    _refuse_several("tests", results["years"].dropna())
    if (wrong := table[table["test"] != table["test_seen"]]).size:
        raise ValueError(f'prediction "{wrong["prediction"].iloc[0]}" was answered by another test')
    table["p_holm"] = np.nan
    table["reason"] = _why_not(table)
    chosen = (table["role"] == "primary") & table["p_value"].notna() & table["reason"].isna()
    if chosen.any():
        table.loc[chosen, "p_holm"] = holm(table.loc[chosen, "p_value"])
    table["verdict"] = _verdicts(table.assign(p_value=table["p_holm"].fillna(table["p_value"])), level)
    together = table.groupby("test")["prediction"].agg(list)
    pairs = zip(table["prediction"], table["test"].map(together), strict=True)
    table["same_test"] = [", ".join(one for one in all_of if one != own) or None for own, all_of in pairs]
    return table[columns("prediction_results")]


def _refuse_several(what: str, years: Iterable[str]) -> None:
    if len(asked := [*dict.fromkeys(years)]) > 1:
        remedy = "run the notebooks before this one with the same years, as rise run does"
        raise ValueError(f"{what} are of {' and of '.join(asked)}: {remedy}")


def meanings(results: pd.DataFrame, predictions: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """One notebook's results with what each prediction expected and what the result means for it.

    Primary tests are taken by themselves here; :func:`judge_predictions` adjusts them together.

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

    What was written afterwards is no prediction.

    >>> judged = pd.DataFrame({"explanation": "online", "meaning": ["as predicted", "not tested", "contradicted"]})
    >>> judged["role"] = ["primary", "exploratory", "afterwards"]
    >>> [(outcome, number) for outcome, number, _ in tally(judged, "online")]
    [('as predicted', 1), ('contradicted', 0), ('cannot tell', 0)]
    """
    meanings = judged.loc[judged["explanation"].eq(explanation) & judged["role"].ne("afterwards"), "meaning"]
    return [(outcome, int((meanings == outcome).sum()), words) for outcome, words in VERDICT_PHRASES.items()]


def _why_not(table: pd.DataFrame) -> pd.Series:
    """Why a result judges no prediction: it is not available, or it is about other years than the prediction."""
    other = table["years"].notna() & (table["years"] != table["made_for"])
    made_for = "The prediction was made for " + table["made_for"].fillna("") + "."
    return table["reason"].mask(table["reason"].isna() & other, made_for)


def _verdicts(table: pd.DataFrame, level: float) -> list[str]:
    def verdict(row) -> str:
        if pd.isna(row.reason):
            result = row.value, row.low, row.high, row.p_value
            return verdict_for_role(row.role, row.expected, *result, level=level)
        return "not tested" if pd.isna(row.value) and pd.isna(row.p_value) else "other years"

    return [verdict(row) for row in table.itertuples()]
