"""Forces side by side: the official child-only counts of several forces, a small panel each, for who explores.

Every panel has a scale of its own that begins at zero: compare courses, and read heights off the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart

ACROSS = 3  # panels in a row


def side_by_side(counts: pd.DataFrame, forces: Sequence[str]) -> Chart:
    """Draw a line of counts over the years for each of several forces.

    Parameters
    ----------
    counts : DataFrame
        force, financial_year, child_only (offences) and quarters, as :func:`helpers.official.recorded_crime.floor`
        gives them. Only years of four quarters are drawn: a part of one would look like a fall.
    forces : sequence of str
        In the order in which they are drawn.

    Returns
    -------
    Chart
        Its data: force, financial_year, offences.

    Raises
    ------
    ValueError
        Naming a force that has no counts; no forces at all.

    Examples
    --------
    >>> years = [f"20{y}/{y + 1}" for y in range(12, 16)]
    >>> counts = pd.DataFrame({"force": "Kent", "financial_year": years, "child_only": [5, 7, 9, 8], "quarters": 4})
    >>> side_by_side(counts, ["Kent"]).alt
    'Small line charts of offences under the child-only codes, 2012/13 to 2015/16. Kent: 5 to 8.'
    """
    absent = [force for force in forces if force not in set(counts["force"])]
    if absent or not len(forces):
        raise ValueError(f"forces must be among those with counts, not {absent or 'none at all'}")
    drawn = counts[counts["force"].isin(forces) & (counts["quarters"] == 4)]
    drawn = drawn.rename(columns={"child_only": "offences"})[["force", "financial_year", "offences"]]
    drawn = drawn.sort_values("financial_year", ignore_index=True)
    years = list(drawn["financial_year"].unique())
    across = min(ACROSS, len(forces))
    rows = -(-len(forces) // across)
    with style.at("slide"):
        figure, grid = style.figure(rows, across, height=0.4 + 2.2 * rows, squeeze=False)
    for axes in grid.flat[len(forces) :]:
        axes.remove()
    for axes, force in zip(grid.flat, forces, strict=False):
        part = drawn[drawn["force"] == force]
        axes.plot(part["financial_year"].map(years.index), part["offences"], color=style.OFFICIAL)
        axes.set(title=force, ylim=(0, None), xlim=(0, len(years) - 1))
        axes.set_xticks([0, len(years) - 1], [years[0], years[-1]])
        style.thousands(axes)
    ends = drawn.groupby("force")["offences"].agg(["first", "last"]).loc[list(forces)]
    told = "; ".join(f"{force}: {first:,} to {last:,}" for force, first, last in ends.itertuples())
    return Chart(
        figure=figure,
        data=drawn,
        alt=f"Small line charts of offences under the child-only codes, {years[0]} to {years[-1]}. {told}.",
        title="Offences under codes that only cover victims under 18, each force on a scale of its own",
        source="Home Office police recorded crime open data, 2026 release",
    )
