"""Published figures that stand by themselves: calls beside records, who told the police, reports that never became crimes.

The register `evidence` names each, the table that holds it, and what follows from it or why nothing does.
"""

from collections.abc import Mapping
from math import isnan, nan

import pandas as pd

from helpers.tables.package import columns

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
    for entry in register.to_dict("records"):
        (first, second), number, text = COLUMNS[entry["table"]]
        table, wrong = tables[entry["table"]], f"data/evidence.toml: {entry['evidence']!r}"
        found = table[(table[first] == entry["key"]) & (table[second] == entry["period"])]
        if len(found) != 1:
            needs = (
                f"one row of {entry['table']} with {first} {entry['key']!r} and {second} {entry['period']!r}"
            )
            raise ValueError(f"{wrong} needs {needs}, and there are {len(found)}")
        row, unit = found.iloc[0], entry["unit"] if isinstance(entry["unit"], str) else ""
        value = float(row[number]) if unit else nan
        if unit and isnan(value):
            raise ValueError(f"{wrong} has a unit, and its row of {entry['table']} no number")
        rows.append(
            entry | {"printed": str(row[text]), "value": value, "unit": unit, "source": row["source"]}
        )
    return pd.DataFrame(rows)[columns("single_figures")]
