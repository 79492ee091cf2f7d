"""What the register of series notes says of counts: faults of one force, breaks between years, quarters that are not reliable.

The register `series_notes` holds judgements that others published about the official series. They mark figures, and take forces out of
the measure of scatter and of the windows around inspections. No count is corrected.
"""

import numpy as np
import pandas as pd

from helpers.official.audits import quarter_holding
from helpers.tables.offences import CHILD_ONLY_FROM


def known_faults(floor: pd.DataFrame, notes: pd.DataFrame) -> pd.Series:
    """Ids of the notes on one force that bear on each count of the floor.

    Parameters
    ----------
    floor : DataFrame
        What :func:`recorded_crime.floor` gives.
    notes : DataFrame
        The register `series_notes`.

    Returns
    -------
    Series of str
        In the rows' order, ids joined by blanks; empty text for none. Notes on all forces, and notes on codes that
        are not child-only, are left out.

    Examples
    --------
    >>> floor = pd.DataFrame({"force": ["Kent", "Kent"], "financial_year": ["2017/18", "2018/19"]})
    >>> notes = pd.DataFrame([{"note": "kent-2018", "force": "Kent", "codes": "all", "from": "2018-01-01",
    ...     "to": "2018-03-31"}])
    >>> known_faults(floor, notes).tolist()
    ['kent-2018', '']
    """
    found = pd.Series("", index=floor.index, dtype="str")
    years = floor["financial_year"].str[:4].astype(int)
    starts, ends = years.astype(str) + "-04-01", (years + 1).astype(str) + "-03-31"
    for note in notes[on_children(notes) & notes["force"].notna()].to_dict("records"):
        last = note["to"] if isinstance(note["to"], str) else "9999"
        touched = (floor["force"] == note["force"]) & (ends >= note["from"]) & (starts <= last)
        found[touched] = (found[touched] + " " + note["note"]).str.strip()
    return found


def breaks_between(notes: pd.DataFrame, first_year: str, last_year: str) -> str:
    """What the register of breaks says of the child-only codes between two years, in one text; "none" if nothing.

    Examples
    --------
    >>> law = {"kind": "definition", "codes": "88A", "from": "2017-04-01", "to": None, "what": "It grew."}
    >>> lockdown = {"kind": "event", "codes": "all", "from": "2020-03-23", "to": "2021-03-31", "what": "It fell."}
    >>> notes = pd.DataFrame([law, lockdown]).assign(force=None)
    >>> breaks_between(notes, "2016/17", "2017/18"), breaks_between(notes, "2017/18", "2018/19")
    ('88A: It grew.', 'none')
    >>> breaks_between(notes, "2020/21", "2021/22"), breaks_between(notes, "2021/22", "2022/23")
    ('Every force: It fell.', 'none')
    """
    start, end = f"{first_year[:4]}-04-01", f"{int(last_year[:4]) + 1}-03-31"
    began, ended = notes["from"].astype(str), notes["to"].astype("string").fillna("9")
    lasts = notes["force"].notna() | (notes["kind"] == "event")  # and bears on each count of its time
    rows = notes[on_children(notes) & (began <= end) & np.where(lasts, ended >= start, began > start)]
    whose = rows["force"].fillna(rows["codes"].replace("all", "Every force"))
    said = [f"{name}: {what}" for name, what in zip(whose, rows["what"], strict=True)]
    new = [code for code, since in CHILD_ONLY_FROM.items() if first_year < since <= last_year]
    said += [f"{code}: It is a child-only code from {CHILD_ONLY_FROM[code]}." for code in new]
    return " ".join(said) or "none"


def drop_unreliable(counts: pd.DataFrame, notes: pd.DataFrame) -> pd.DataFrame:
    """What :func:`helpers.official.audits.quarters` returns, with the quarters emptied in which the register `series_notes` trusts no count.

    Examples
    --------
    >>> notes = pd.DataFrame({"kind": ["unreliable"], "codes": "all", "force": "Kent", "from": "2012-07-01", "to": None})
    >>> drop_unreliable(pd.DataFrame(5, index=["Essex", "Kent"], columns=range(3)), notes).sum(axis=1).tolist()
    [15.0, 5.0]
    """
    counts = counts.astype(float)
    for note in _unreliable(notes).to_dict("records"):
        last = quarter_holding(note["to"]) if isinstance(note["to"], str) else None
        counts.loc[counts.index == note["force"], quarter_holding(note["from"]) : last] = np.nan
    return counts


def misdated_forces(notes: pd.DataFrame) -> dict[str, str]:
    """Forces in whose counts records of other years stand for a time, which spoils any course through it, and the reason.

    These have an end in the register `series_notes`; what is not reliable from some date on ends a series instead.
    """
    ended = _unreliable(notes).dropna(subset="to")
    return {row.force: f"{row.effect[0].lower()}{row.effect[1:].rstrip('.')}" for row in ended.itertuples()}


def _unreliable(notes: pd.DataFrame) -> pd.DataFrame:
    """The notes of `series_notes` that say all counts of one force are not reliable for a time."""
    return notes[(notes["kind"] == "unreliable") & (notes["codes"] == "all") & notes["force"].notna()]


def on_children(notes: pd.DataFrame) -> pd.Series:
    """Which notes are about all codes, or about a child-only one."""
    child_only = {"all", *CHILD_ONLY_FROM}
    return notes["codes"].map(lambda codes: not child_only.isdisjoint(codes.split())).astype(bool)
