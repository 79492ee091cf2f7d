"""Every printed figure, typed and corrected, with the one reason why it is used or set aside.

:func:`build` joins the printed rows, the corrections and the rounds. :func:`account` shows how many
rows are used and set aside, and why. A copyist's doubt that nobody
answered in `data/corrections.toml` is an error here, so that no doubtful figure slips through in silence.
"""

import pandas as pd

from helpers.foi import corrections as judgements
from helpers.foi.printed import DOUBTFUL, type_rows
from helpers.tables.forces import forces_of
from helpers.tables.package import columns, table
from helpers.tables.periods import parse_period

USED, USED_IN_DOUBT = "a count for one financial year", "used, with a doubt"
UNKNOWN = "unknown"  # how the printed table writes a period that the page does not give


def build(printed: pd.DataFrame, corrections: pd.DataFrame, rounds: pd.DataFrame) -> pd.DataFrame:
    """Type, correct and judge every printed row.

    Parameters
    ----------
    printed : DataFrame
        row, round, area, period, measure, value_text, qualifier, source, published, note; as printed.
    corrections : DataFrame
        The register, see :mod:`helpers.foi.corrections`.
    rounds : DataFrame
        round, kind ("foi" or "comparison"), published.

    Returns
    -------
    DataFrame
        One row a printed row, in the same order, with the columns of its schema. `value_text` stays as printed; `value`,
        `area`, `measure` and `financial_year` are as corrected. `used` and `reason` say what became of the row.

    Raises
    ------
    ValueError
        A value or qualifier that no rule reads; a correction that does not fit; a doubt in a qualifier that no correction
        answers.

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> figures = build(*map(read_table, ("foi_printed", "corrections", "foi_rounds")))
    >>> figures.loc[figures["row"] == 196, ["area", "value_text", "value", "reason"]].values.tolist()
    [['Cleveland', '270', 270.0, 'a judgement sets it aside']]
    """
    rows = type_rows(judgements.apply(printed, corrections))
    names = {"kind": "round_kind", "published": "released"}
    rows = rows.merge(rounds[["round", *names]].rename(columns=names), on="round", how="left", validate="m:1")
    rows["financial_year"] = rows["period"].map(_year).astype("str")
    rows["reason"] = pd.Series([_reason(row) for row in rows.itertuples()], index=rows.index, dtype="str")
    rows["used"] = rows["reason"].isin([USED, USED_IN_DOUBT])
    for name in ("value_text", "period"):
        rows[name] = printed[name].to_numpy()
    _refuse_unanswered_doubts(rows)
    return rows[columns("foi_figures")]


def _year(period: str) -> str | None:
    """The financial year that a period names, if it names one."""
    year = None if period == UNKNOWN else parse_period(period).financial_year
    return year and year.label


def _reason(row) -> str:
    """The first reason that sets a row aside, or that it is used."""
    applies = {
        "a comparison, not an FOI answer": row.round_kind != "foi",
        "a change in per cent, not a count": row.kind != "count",
        "a total of several years": row.qualifier_class == "multi_year",
        "more or less than one year": row.qualifier_class == "part_period",
        "no financial year is named": pd.isna(row.financial_year),
        "a judgement sets it aside": row.set_aside,
    }
    found = next((reason for reason, does in applies.items() if does), None)
    return found or (USED if pd.isna(row.doubt) else USED_IN_DOUBT)


def _refuse_unanswered_doubts(rows: pd.DataFrame) -> None:
    open_doubts = rows[rows["used"] & rows["qualifier_class"].isin(DOUBTFUL) & rows["correction"].isna()]
    if len(open_doubts):
        remedy = "need an entry in data/corrections.toml that sets them aside, changes them, or says why they stand:"
        lines = (f"row {row.row}: {row.qualifier}" for row in open_doubts.itertuples())
        raise ValueError("\n  ".join([f"figures whose qualifier admits a doubt {remedy}", *lines]))


def account(figures: pd.DataFrame) -> pd.DataFrame:
    """How many rows were used and how many set aside, by reason.

    Returns
    -------
    DataFrame
        reason, used, rows; in the order of the schema, reasons that no row has left out.

    Examples
    --------
    >>> account(pd.DataFrame({"reason": [USED, USED], "used": True})).values.tolist()
    [['a count for one financial year', True, 2]]
    """
    out = figures.groupby(["reason", "used"]).size().rename("rows").reset_index()
    order = table("foi_figures").column("reason").vocabulary
    return out.sort_values("reason", key=lambda reasons: reasons.map(order.index), ignore_index=True)


def by_single_force(figures):
    """Rows about one force each, under the force's name: Scotland and Northern Ireland have one force.

    Parameters
    ----------
    figures : Series or DataFrame
        Indexed by area.

    Returns
    -------
    Series or DataFrame
        The rows of areas that are one force, indexed by force.

    Examples
    --------
    >>> import pandas as pd
    >>> by_single_force(pd.Series({"UK": 55507, "Kent": 2000, "Scotland": 3000})).to_dict()
    {'Kent': 2000, 'Police Scotland': 3000}
    """
    made_of = {area: forces_of(area) for area in figures.index}
    alone = {area: forces[0] for area, forces in made_of.items() if len(forces) == 1}
    return figures.loc[list(alone)].rename(index=alone)
