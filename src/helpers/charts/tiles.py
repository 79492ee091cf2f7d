"""The tile map: one equal square a force, roughly where the forces lie.

On a true map the largest forces by area are the smallest by people. Here every force has the same weight, and its
short name and value can be read.
"""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.colors import LogNorm
from seaborn.utils import relative_luminance

from helpers.charts import style
from helpers.charts.export import Chart, drawing
from helpers.charts.rise import OFFICIAL_ONLY
from helpers.charts.words import change, changes, listed


@drawing
def tile_map(forces: pd.DataFrame, tiles: pd.DataFrame, national: float) -> Chart:
    """One square a force, darker the larger its shrunken official ratio, with the ratio as counted below it.

    Parameters
    ----------
    forces : DataFrame
        force, first_year, last_year, official_ratio, official_shrunk.
    tiles : DataFrame
        force, tile_row, tile_column, short.
    national : float
        Official ratio of all forces together.
    """
    data = forces.dropna(subset=["official_shrunk"]).merge(
        tiles[["force", "tile_row", "tile_column", "short"]], on="force"
    )
    first, last = data.loc[0, ["first_year", "last_year"]]
    data = data.sort_values(["tile_row", "tile_column"], ignore_index=True)
    drawn, axes = style.figure(height=6.2)
    values = data["official_shrunk"]
    norm = LogNorm(values.min() / 1.01, values.max() * 1.01)
    grid = data.pivot(index="tile_row", columns="tile_column", values="official_shrunk")
    grid = grid.reindex(range(grid.index.min(), grid.index.max() + 1))
    grid = grid.reindex(columns=range(grid.columns.min(), grid.columns.max() + 1))
    label = (
        f"Change from {first} to {last}. Bold and shade: pulled towards the other forces' as far as chance\n"
        "warrants. Below it: as counted, which for one force is largely chance."
    )
    shades = sns.blend_palette([style.PALE, "#8E9BB5", style.OFFICIAL], as_cmap=True)
    sns.heatmap(
        grid, norm=norm, cmap=shades, square=True, linewidths=2, linecolor=style.PAPER, annot=grid.map(change, na_action="ignore"), fmt="", ax=axes,
        annot_kws={"fontsize": 8.5, "fontweight": "bold"},
        cbar_kws={"orientation": "horizontal", "shrink": 0.5, "aspect": 30, "pad": 0.02},
    )  # fmt: skip
    for row, bold in zip(data.itertuples(), list(axes.texts), strict=True):
        x, y = bold.get_position()
        dark = (
            relative_luminance(shades(norm(row.official_shrunk))) < 0.2
        )  # seaborn writes white on lighter ones
        look = {"ha": "center", "va": "center", "color": style.PAPER if dark else style.INK, "fontsize": 7}
        bold.set_color(look["color"])
        axes.text(x, y - 0.28, row.short, **look)
        axes.text(x, y + 0.28, change(row.official_ratio), **look)
    axes.set(xlabel="", ylabel="")
    axes.axis("off")
    key, ticks = axes.collections[0].colorbar, style.ratio_ticks(norm.vmin, norm.vmax)
    key.set_ticks(ticks, labels=[change(tick) for tick in ticks])
    key.minorticks_off()
    key.set_label(label, fontsize=style.SMALL)
    ranked = data.sort_values("official_shrunk")
    rose = int((data["official_ratio"] > 1).sum())
    ends = {
        name: changes(data[name].min(), data[name].max()) for name in ("official_ratio", "official_shrunk")
    }
    title = (
        f"Official growth by force is {ends['official_ratio']} as counted, and {ends['official_shrunk']} "
        "once chance is allowed for"
    )
    top = listed(f"{row.force} {change(row.official_shrunk)}" for row in ranked[::-1].head(3).itertuples())
    low = listed(f"{row.force} {change(row.official_shrunk)}" for row in ranked.head(3).itertuples())
    alt = (
        f"Tile map of {len(data)} forces, darker the larger the growth of official child-only offences from {first} "
        f"to {last}, pulled towards the other forces. The highest are {top}; the lowest {low}. As counted, the growth is "
        f"{ends['official_ratio']}, and counts rose in {rose} forces. All forces together: {change(national)}."
    )
    columns = ["force", "official_ratio", "official_shrunk", "tile_row", "tile_column"]
    return Chart(drawn, data[columns], alt, title, OFFICIAL_ONLY)
