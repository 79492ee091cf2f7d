"""The tile map: one equal square a force, roughly where the forces lie.

On a true map the largest forces by area are the smallest by people. Here every force has the same weight, and its
short name and value can be read.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle
from seaborn import blend_palette
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
    drawn, axes = style.figure(height=6.2)
    values = data["official_shrunk"]
    norm = LogNorm(values.min() / 1.01, values.max() * 1.01)
    colours = blend_palette([style.PALE, "#8E9BB5", style.OFFICIAL], as_cmap=True)
    for row in data.itertuples():
        x, y, shade = row.tile_column, row.tile_row, colours(norm(row.official_shrunk))
        axes.add_patch(Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, facecolor=shade, edgecolor="none"))
        words = {
            "ha": "center",
            "va": "center",
            "color": style.PAPER if relative_luminance(shade) < 0.2 else style.INK,
        }
        axes.text(x, y - 0.27, row.short, fontsize=7, **words)
        axes.text(x, y + 0.03, change(row.official_shrunk), fontsize=8.5, fontweight="bold", **words)
        axes.text(x, y + 0.31, change(row.official_ratio), fontsize=7, **words)
    axes.set_xlim(data["tile_column"].min() - 0.6, data["tile_column"].max() + 0.6)
    axes.set_ylim(data["tile_row"].max() + 0.6, data["tile_row"].min() - 0.6)
    axes.set_aspect("equal")
    axes.axis("off")
    key = drawn.colorbar(
        ScalarMappable(norm, colours), ax=axes, orientation="horizontal", shrink=0.5, aspect=30, pad=0.02
    )
    ticks = style.ratio_ticks(norm.vmin, norm.vmax)
    key.set_ticks(ticks, labels=[change(tick) for tick in ticks])
    key.ax.minorticks_off()
    key.outline.set_visible(False)
    key.set_label(
        f"Change from {first} to {last}. Bold and shade: pulled towards the other forces' as far as chance\n"
        "warrants. Below it: as counted, which for one force is largely chance.",
        fontsize=style.SMALL,
    )
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
