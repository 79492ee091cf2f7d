"""Figures: one function a figure, in one house style, each with its data and its alt text.

A figure function takes data and returns a :class:`Chart`. ``export(chart, "id-with-hyphens")`` writes its SVG, PNG,
CSV and alt text and returns it for display. Nothing here estimates, and nothing here but ``export`` writes a file.

Figures by subject: ``foi`` and ``floor`` (what was published, against the official floor), ``printings`` (one force, for
briefings and for who explores), ``official``, ``rise``, ``recording``, ``confidence_online``, ``weighing``,
``grid`` (a run with several values). What they share: ``chart`` (a figure with its words, and its files), ``style`` (colours
and axes), ``crowding`` (words that collide), ``words`` (numbers and lists), ``hover`` (what a page shows of a mark under the
pointer). For notebooks: ``explore``.
"""

from helpers.charts import style
from helpers.charts.chart import Chart, drawing, export, to_csv

style.use()

__all__ = ["Chart", "drawing", "export", "style", "to_csv"]
