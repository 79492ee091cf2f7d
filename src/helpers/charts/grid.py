"""How findings move when the parameters of a run move: a panel for each finding, a row for each combination of values."""

import re
from textwrap import fill

import pandas as pd

from helpers.charts import style
from helpers.charts.chart import Chart
from helpers.tables import rounding

AXES = {"ratio": ("ratios", "Change"), "log_ratio": ("logs", "Change"), "share": ("shares", "Share")}


def grid_chart(findings: pd.DataFrame, parameters: list[str]) -> Chart:
    """Draw each finding under each combination of values, with its interval where it has one.

    Parameters
    ----------
    findings : DataFrame
        One row a finding and combination: `parameters` as columns, then id, label, unit, value, low, high, reason. A
        finding that is not available has no value.
    parameters : list of str
        The columns that tell the combinations apart.

    Returns
    -------
    Chart
        Its data: `findings`.

    Examples
    --------
    >>> found = {"id": "rise.uk", "label": "Rise", "unit": "ratio", "value": [1.2, None], "low": [1.1, None], "high": [1.3, None]}
    >>> frame = pd.DataFrame({"vintage": ["first", "latest"], **found, "reason": ["", "no figures"]})
    >>> grid_chart(frame, ["vintage"]).alt
    'One panel a finding, one row for each of 2 combinations of vintage. Rise: 20% (1 not available).'
    """
    data = findings.reset_index(drop=True)
    run = data[parameters].astype(str).agg(", ".join, axis=1)
    rows, panels = list(run.unique()), list(data.groupby("id", sort=False))
    drawn, grid = style.panels(len(panels), 1.1, 0.75 + 0.24 * len(rows))
    room = 0.9 - max(map(len, rows)) / style.letters(1, 8.5)  # beside the names of the rows
    said = []
    for axes, (_, mine) in zip(grid, panels, strict=True):
        label, known = _shared_label(mine, parameters), mine["value"].dropna()
        at = style.rows(axes, rows, down=True)[run[mine.index].map(rows.index)]
        style.estimates(axes, at, *mine[["value", "low", "high"]].to_numpy(float).T, style.OFFICIAL)
        for row in at[mine[["value", "low", "high"]].isna().all(axis=1)]:
            axes.annotate("not available", (0.02, row), xycoords=("axes fraction", "data"), va="center",
                          color=style.NEUTRAL, fontsize=8)  # fmt: skip
        axes.set_title(fill(label, style.letters(max(room, 0.4), 9)))
        axes.grid(axis="x")
        unit = mine["unit"].iloc[0]
        style.scale(axes, "x", *AXES.get(unit, ("", unit.replace("_", " ").capitalize())))
        ends = " to ".join(
            rounding.plain(end, unit) or rounding.text(end, unit)
            for end in sorted({*known.agg(["min", "max"])})
            if len(known)
        )
        gone = f"({len(mine) - len(known)} not available)" if len(known) < len(mine) else ""
        said.append(f"{label}: {ends} {gone}".strip())
    moved = ", ".join(name.replace("_", " ") for name in parameters)
    alt = f"One panel a finding, one row for each of {len(rows)} combinations of {moved}. {'; '.join(said)}."
    title = f"How findings move with {moved}"
    return Chart(drawn, data, alt, title, "the findings of each run of the grid")


def _shared_label(mine: pd.DataFrame, parameters: list[str]) -> str:
    """What one finding is in every run: where its labels differ, values of parameters are called by the parameters' names.

    >>> years = pd.DataFrame({"last_year": ["2015/16", "2016/17"], "id": "rise.uk"})
    >>> _shared_label(years.assign(label="Rise to " + years["last_year"] + " from 2013/14"), ["last_year"])
    'Rise to last year from 2013/14'
    """
    labels = set(mine["label"])
    if len(labels) > 1:
        labels = set()
        for run in mine.to_dict("records"):
            label = str(run["label"])
            for name in filter(run.get, parameters):
                value = re.escape(str(run[name]))
                label = re.sub(rf"(?<![\w/]){value}(?![\w/])", name.replace("_", " "), label)
            labels.add(label)
    return str(labels.pop() if len(labels) == 1 else mine["id"].iloc[0])
