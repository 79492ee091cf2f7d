"""Published figures that stand by themselves: calls beside records, who told the police, reports that never became crimes.

The register `evidence` names each, the table that holds it, and what follows from it or why nothing does.
"""

from collections.abc import Mapping

import pandas as pd

# The columns of each table that name a figure, that hold it as a number, and that hold it as it was published.
COLUMNS = {
    "attributions": (["who", "date"], None, "figure"),
    "other_series": (["measure", "period"], "value", "value_text"),
}


def look_up(register: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every figure of the register, from the table that holds it.

    Parameters
    ----------
    register : DataFrame
        The register `evidence`.
    tables : mapping
        Name → table.

    Returns
    -------
    DataFrame
        `evidence`, `label`, `printed`, `value`, `unit`, `bears_on`, `says`, `source`, in the register's order.

    Raises
    ------
    ValueError
        Naming the entry: no row of its table, or more than one, has its key and period, or one with a unit has no number.

    Examples
    --------
    >>> register = pd.DataFrame([{"evidence": "calls", "label": "Calls", "table": "attributions", "key": "A force",
    ...     "period": "2015", "unit": None, "bears_on": "recording", "says": "They fell."}])
    >>> said = pd.DataFrame([{"who": "A force", "date": "2015", "figure": "-10%", "source": "paper"}])
    >>> look_up(register, {"attributions": said})[["evidence", "printed", "source"]].values.tolist()
    [['calls', '-10%', 'paper']]
    """
    rows = []
    for entry in register.itertuples():
        (first, second), number, text = COLUMNS[entry.table]
        table = tables[entry.table]
        found = table[(table[first] == entry.key) & (table[second] == entry.period)]
        if len(found) != 1:
            needs = f"needs one row of {entry.table} with {first} {entry.key!r} and {second} {entry.period!r}"
            raise ValueError(f"data/evidence.toml: {entry.evidence!r} {needs}, and there are {len(found)}")
        row = found.iloc[0]
        unit = entry.unit if isinstance(entry.unit, str) and entry.unit else None
        value = float(row[number]) if unit else float("nan")
        if unit and pd.isna(value):
            lacks = f"has a unit, and its row of {entry.table} no number"
            raise ValueError(f"data/evidence.toml: {entry.evidence!r} {lacks}")
        rows.append(
            {
                "evidence": entry.evidence, "label": entry.label, "printed": str(row[text]), "value": value, "unit": unit,
                "bears_on": entry.bears_on or None, "says": entry.says, "source": row["source"],
            }
        )  # fmt: skip
    return pd.DataFrame(rows)
