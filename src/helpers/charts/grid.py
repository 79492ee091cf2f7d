"""How findings move when the parameters of a run move: a panel for each finding, a row for each combination of values."""

from __future__ import annotations

import textwrap

import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart


def moves(findings: pd.DataFrame, parameters: list[str]) -> Chart:
    """Draw each finding under each combination of values, with its interval where it has one.

    Parameters
    ----------
    findings : DataFrame
        One row a finding and combination: `parameters` as columns, then id, label, value, low, high, reason. A finding
        that is not available has no value.
    parameters : list of str
        The columns that tell the combinations apart.

    Returns
    -------
    Chart
        Its data: `findings`.

    Raises
    ------
    ValueError
        When there is nothing to draw.

    Examples
    --------
    >>> found = {"id": "rise.uk", "label": "Rise", "value": [1.2, None], "low": [1.1, None], "high": [1.3, None]}
    >>> frame = pd.DataFrame({"vintage": ["first", "latest"], **found, "reason": ["", "no figures"]})
    >>> moves(frame, ["vintage"]).alt
    'One panel a finding, one row for each of 2 combinations of vintage. Rise: 1.2 (1 not available).'
    """
    if findings.empty:
        raise ValueError("findings must not be empty: there is nothing to draw")
    names = list(dict.fromkeys(findings["id"]))
    rows = findings[parameters].drop_duplicates().astype(str).agg(", ".join, axis=1).tolist()
    height = 1.1 + len(names) * (0.75 + 0.24 * len(rows))
    drawn, panels = style.figure(len(names), 1, height=height, squeeze=False)
    said = []
    for axes, name in zip(panels[:, 0], names, strict=True):
        mine = findings[findings["id"] == name]
        place = pd.Series(range(len(rows))[::-1], index=rows)[
            mine[parameters].astype(str).agg(", ".join, axis=1).to_numpy()
        ].to_numpy()
        known = mine["value"].notna().to_numpy()
        limits = mine["low"].notna().to_numpy() & mine["high"].notna().to_numpy()
        style.interval(axes, place[limits], mine["low"][limits], mine["high"][limits], style.OFFICIAL)
        axes.plot(mine["value"][known], place[known], "o", color=style.OFFICIAL, zorder=3)
        for at in place[~known & ~limits]:
            axes.annotate("not available", (0.02, at), xycoords=("axes fraction", "data"), va="center",
                          color=style.NEUTRAL, fontsize=8)  # fmt: skip
        axes.set_yticks(range(len(rows)), rows[::-1])
        axes.set_ylim(-0.6, len(rows) - 0.4)
        axes.set_title("\n".join(textwrap.wrap(str(mine["label"].iloc[0]), 78)))
        axes.grid(axis="x")
        values = mine["value"].dropna()
        told = (
            " to ".join(f"{value:.4g}" for value in dict.fromkeys((values.min(), values.max())))
            if len(values)
            else ""
        )
        gone = f"{(~known).sum()} not available" if (~known).any() else ""
        said.append(f"{mine['label'].iloc[0]}: {told}{f' ({gone})' if told and gone else gone}")
    alt = f"One panel a finding, one row for each of {len(rows)} combinations of {', '.join(parameters)}. {'; '.join(said)}."
    title = f"How findings move with {', '.join(name.replace('_', ' ') for name in parameters)}"
    return Chart(drawn, findings.reset_index(drop=True), alt, title, "the findings of each run of the grid")
