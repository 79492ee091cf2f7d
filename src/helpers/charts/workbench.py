"""The widgets of the exploring notebook: what is asked, and what is shown for it.

``open_desk(desk)`` puts four choices above a figure and the rows behind it; ``browse()`` shows any table of the
project with what its columns mean. ``table`` and ``figure`` show any frame and any chart in a cell of one's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from html import escape
from threading import RLock

import ipywidgets as widgets
import pandas as pd

from helpers.charts.explore import BELOW, Desk, View, counted, vintage_words
from helpers.charts.sortable import figure, link, loader, picture, table, table_and_rows
from helpers.foi.completeness import INNOCENT_REASONS
from helpers.tables import TableError, read_table
from helpers.tables.package import table as described
from helpers.tables.package import tables

__all__ = ["browse", "figure", "open_desk", "table"]

FIRST = "This needs the notebooks' own tables: run make report or rise run first."
BELOW_WORDS = (
    "A figure below the official floor cannot be a complete count under the same rules, unless the official count was "
    "raised after the force answered; at or above it does not mean complete. Innocent reasons why a figure is below:"
)
BEWARE = (
    "“Provided” mostly means that a figure was printed somewhere; that nothing was published is no refusal."
)
LINKS = {"source": "address"}  # columns of words and of the addresses that they lead to
_LOCK = RLock()
WIDE = widgets.Layout(width="100%")


def open_desk(desk: Desk, **choice) -> widgets.Widget:
    """Four choices, the figure and the rows behind it.

    Parameters
    ----------
    desk : Desk
    choice
        What to start with: `area`, `measure`, `first`, `last` and `vintage`, as for :meth:`Desk.view`.
    """
    return _Bench(desk, choice).box


def _alone(act: Callable) -> Callable:
    """Let one act at a time answer: JupyterLab hands messages to several threads of a kernel at once."""

    @wraps(act)
    def answer(*arguments):
        with _LOCK:
            return act(*arguments)

    return answer


class _Bench:
    """The choices, and what they show. A table is made only when its tab is looked at."""

    def __init__(self, desk: Desk, choice: dict[str, str]):
        self.desk, self.settling = desk, True
        self.area = _pick("Area", desk.areas(), choice.get("area", "Cleveland"))
        self.measure, self.vintage = _pick("Counted"), _pick("Printing", desk.vintages())
        self.years = widgets.SelectionRangeSlider(
            options=["-"], description="Years", continuous_update=False, layout=widgets.Layout(width="430px")
        )
        self.said, self.figure = widgets.HTML(layout=WIDE), widgets.HTML(layout=WIDE)
        names = ("Printed rows", "Official series", "By code", "Answers")
        self.tabs = widgets.Tab(
            [widgets.Output() for _ in names], titles=names, selected_index=0, layout=WIDE
        )
        self.show = (self._printed, self._official, self._codes, self._answers)
        self._settle(choice)
        self.area.observe(self._new_area, "value")
        self.measure.observe(self._new_measure, "value")
        for widget in (self.years, self.vintage):
            widget.observe(self._new_view, "value")
        self.tabs.observe(self._draw_tab, "selected_index")
        choices = widgets.HBox(
            [self.area, self.measure, self.vintage, self.years], layout=widgets.Layout(flex_flow="row wrap")
        )
        self.box = widgets.VBox([loader(), choices, self.said, self.figure, self.tabs])
        self._new_view()

    def _settle(self, choice: dict[str, str]) -> None:
        """Offer the measures of the area and the years of the measure; keep what was chosen where it is offered."""
        self.settling = True
        offered = self.desk.measures(self.area.value)
        kept = choice.get("measure", self.measure.value)
        self.measure.options = offered
        self.measure.value = kept if kept in dict(offered).values() else offered[0][1]
        self.vintage.value = choice.get("vintage", self.vintage.value)
        years = self.desk.years(self.area.value, self.measure.value) or ["-"]
        first, last = choice.get("first") or self._kept(0), choice.get("last") or self._kept(-1)
        self.years.options = years
        self.years.value = (first if first in years else years[0], last if last in years else years[-1])
        self.years.disabled = len(years) == 1
        self.settling = False

    def _kept(self, end: int) -> str | None:
        """The first year (end 0) or last year (end -1) chosen, or None where it is that of all years."""
        chosen = self.years.value[end] if self.years.value else None
        return chosen if chosen != self.years.options[end] else None

    @_alone
    def _new_area(self, _=None) -> None:
        self._settle({})
        self._new_view()

    @_alone
    def _new_measure(self, _=None) -> None:
        if not self.settling:
            self._settle({"measure": self.measure.value})
            self._new_view()

    @_alone
    def _new_view(self, _=None) -> None:
        if self.settling:
            return
        years = self.years.value if self.years.value != ("-", "-") else (None, None)
        self.view: View = self.desk.view(
            self.area.value, self.measure.value, first=years[0], last=years[1], vintage=self.vintage.value
        )
        self.said.value = f'<p style="max-width:62em" role="status">{escape(" ".join(self.view.said))}</p>'
        slug = re.sub(r"[^a-z0-9]+", "-", f"{self.area.value} {self.measure.value}".lower())
        empty = (
            "<p>No count of one financial year is printed for this choice; the rows below say what is.</p>"
        )
        self.figure.value = picture(self.view.chart, slug) if self.view.chart else empty
        self.drawn: set[int] = set()
        self._draw_tab()

    @_alone
    def _draw_tab(self, _=None) -> None:
        at = self.tabs.selected_index or 0
        if at not in self.drawn:
            self.drawn.add(at)
            _fill(self.tabs.children[at], self.show[at]())

    def _printed(self) -> list:
        rows = self.view.printed
        blank = ["page dated"]  # the source says it
        blank += [name for name in ("qualifier", "interval", "against the floor") if (rows[name] == "").all()]
        blank += ["floor"] if rows["floor"].isna().all() else []
        blank += ["count"] if (rows["count"].astype("str") == rows["as printed"]).all() else []
        what = f"{self.area.value}, {counted(self.measure.value)}"
        caption = f"{what}: every printed row, and what became of it, {vintage_words(self.vintage.value)}"
        made = [table_and_rows(rows.drop(columns=blank), caption, links=LINKS)]
        if (rows["against the floor"] == BELOW).any():
            made.append(f"{_said(BELOW_WORDS)}{_listed(INNOCENT_REASONS)}")
        return made

    def _official(self) -> list:
        about = "offences under the codes that only cover victims under 18"
        return self._cited(self.view.official, about)

    def _codes(self) -> list:
        return self._cited(self.view.codes, "those offences by code; no row means none recorded")

    def _cited(self, frame: pd.DataFrame, what: str) -> list:
        if frame.empty:
            return [_said(f"The official tables hold no series for {self.area.value} in these years.")]
        source = self.desk.sources.set_index("source").loc["home-office-recorded-crime-2026"]
        cited = link(f"{source['publisher']}, {source['title']}", source["url"])
        about = f"<p>Source: {cited}, {escape(source['vintage'])}.</p>{_listed(self.view.cautions)}"
        return [table_and_rows(frame, f"{self.area.value}: {what}"), about]

    def _answers(self) -> list:
        if self.view.answers.empty:
            return [_said(f"No page says what {self.area.value} answered.")]
        caption = f"{self.area.value}: what is known of each request"
        return [table_and_rows(self.view.answers, caption, links=LINKS), _said(BEWARE)]


def browse() -> widgets.Widget:
    """Any table of the project, with what it holds, what its columns mean and what to beware of."""
    names = [(f"{one.title} ({name})", name) for name, one in tables().items()]
    chosen, area, shown = _pick("Table", names, "inspections"), _pick("Area", ["all"]), widgets.Output()
    chosen.layout.width = "520px"

    @_alone
    def fill(change=None):
        if change is None or change["owner"] is chosen:
            area.options = ["all"]
        _fill(shown, _table_parts(chosen.value, area))

    fill()
    for one in (chosen, area):
        one.observe(fill, "value")
    choices = widgets.HBox([chosen, area], layout=widgets.Layout(flex_flow="row wrap"))
    return widgets.VBox([loader(), choices, shown])


def _table_parts(name: str, area: widgets.Dropdown) -> list:
    """A table's rows, of one area if one is chosen, and what the dictionary says of it; offers the areas it has."""
    about = described(name)
    try:
        frame = read_table(name)
    except TableError as error:
        return [_said(FIRST if about.kind == "built" else str(error))]
    where = next((column for column in ("force", "area") if column in frame), None)
    if where and len(area.options) == 1:
        area.options = ["all", *sorted(frame[where].dropna().unique())]
    if where and area.value != "all":
        frame = frame[frame[where] == area.value]
    links = LINKS if "source" in frame and name != "sources" else {}
    if links:
        frame = frame.assign(address=frame["source"].map(read_table("sources").set_index("source")["url"]))
    meanings = [f"{one.name}{f' ({one.unit})' * bool(one.unit)}: {one.description}" for one in about.columns]
    more = f"<details><summary>What the columns mean</summary>{_listed(meanings)}</details>"
    beware = f"<p>Beware:</p>{_listed(about.caveats)}" if about.caveats else ""
    return [table_and_rows(frame, about.description, links=links), more + beware]


def _pick(words: str, options: Sequence = (), value: str | None = None) -> widgets.Dropdown:
    layout = widgets.Layout(width="330px")
    return widgets.Dropdown(
        options=options, description=words, layout=layout, **({"value": value} if value else {})
    )


def _fill(place: widgets.Output, parts: Sequence[str]) -> None:
    """Put HTML into a place. Set as a whole, so that it also works after a cell has ended."""
    place.outputs = tuple(
        {"output_type": "display_data", "data": {"text/html": part}, "metadata": {}} for part in parts
    )


def _said(words: str) -> str:
    return f"<p>{escape(words)}</p>"


def _listed(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
