"""Judgements about someone else's error, carried out from `data/corrections.toml` and never from code.

Each entry names one row of a raw table, says what that row is expected to hold, what to do with it, why, and on
whose word:

    [[entry]]
    correction = "cleveland-270-under-four"
    table = "foi_printed"
    row = 196
    expect = { area = "Cleveland", period = "2015/16", measure = "age_0_3", value_text = "270" }
    action = "set_aside"
    why = "Another paper of that day gives 270 as aged ten and under and 68 as aged four and under."
    source = "hartlepool-mail-2017-03-22"

The guard `expect` must hold word for word. When a source is corrected, or a row is renumbered, the entry fails loudly
instead of correcting something else. The actions are:

* ``set_aside``  the row is kept and shown, and used for nothing
* ``doubt``      the row is used as printed and carries `why` as a doubt into every table
* ``accept``     the copyist's doubt was looked at and the row stands, for the reason given
"""

import pandas as pd

EXPECTED = ("area", "period", "measure", "value_text")


def apply(rows: pd.DataFrame, corrections: pd.DataFrame, table: str = "foi_printed") -> pd.DataFrame:
    """Carry out every correction of one table.

    Parameters
    ----------
    rows : DataFrame
        The raw table, with a column row that no two rows share.
    corrections : DataFrame
        The register: correction, table, row, expect (a dict), action, why, source.
    table : str
        Whose corrections to carry out.

    Returns
    -------
    DataFrame
        The same rows in the same order and as printed, and the columns correction (ids,
        joined by blanks), set_aside (bool), doubt and remark (words, missing where there are none).

    Raises
    ------
    ValueError
        With every entry that fails: no such row, a row that no longer holds what is expected, a guard that guards nothing.

    Examples
    --------
    >>> rows = pd.DataFrame({"row": [1], "area": "Kent", "period": "2015/16", "measure": "all", "value_text": "7"})
    >>> entry = {"correction": "kent-7", "table": "foi_printed", "row": 1, "expect": {"value_text": "7"},
    ...     "action": "set_aside", "why": "Digits were lost.", "source": "paper"}
    >>> apply(rows, pd.DataFrame([entry]))[["value_text", "correction", "set_aside"]].values.tolist()
    [['7', 'kent-7', True]]
    """
    entries, printed = corrections[corrections["table"] == table], rows.set_index("row")
    said = ((entry["correction"], _fault(entry, printed)) for entry in entries.to_dict("records"))
    if faults := [f"{name}: {fault}" for name, fault in said if fault]:
        raise ValueError("data/corrections.toml does not fit the figures:\n  " + "\n  ".join(faults))
    doubted = entries["action"] == "doubt"
    notes = entries.assign(doubt=entries["why"].where(doubted), remark=entries["why"].mask(doubted))
    columns = ["correction", "doubt", "remark"]
    words = notes.groupby("row")[columns].agg(lambda cells: " ".join(cells.dropna()))
    aside = rows["row"].isin(entries.loc[entries["action"] == "set_aside", "row"])
    out = rows.assign(set_aside=aside).join(words.mask(words == ""), on="row")
    return out.astype(dict.fromkeys(columns, "str"))


def _fault(entry: dict, rows: pd.DataFrame) -> str | None:
    """What is wrong with one entry, in words that say how to correct it; None when nothing is."""
    expect = entry["expect"]
    if not isinstance(expect, dict) or "value_text" not in expect or set(expect) - set(EXPECTED):
        return f"`expect` must guard value_text, and may guard {', '.join(EXPECTED[:-1])}; it is {expect!r}"
    if entry["row"] not in rows.index:
        return f"no row {entry['row']} is there; it was renumbered or removed: find it or drop the entry"
    for column, expected in expect.items():
        printed = rows.at[entry["row"], column]
        if str(printed) != str(expected):
            return (
                f"row {entry['row']}: {column} is {printed!r} where {expected!r} was expected; the source has changed, "
                "so look at it again and correct or drop the entry"
            )
    return None
