"""What an analyst sees who picks an area, a measure, years and a vintage: a figure, and every row behind it.

A :class:`Desk` holds the printed FOI figures and the official series, and says of each printed row whether it stands, gave way
to another printing or was set aside, and why. ``desk.view("Cleveland")`` answers one choice with a :class:`View`.
Everything is worked out from the tables as they are now, by the functions of the notebooks that make the report. The page
that asks for the choice is :mod:`helpers.publish.explorer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.chart import Chart
from helpers.charts.foi import released
from helpers.charts.printings import over_official
from helpers.charts.rise import CHILD_ONLY_SOURCE
from helpers.charts.words import listed, some
from helpers.foi.completeness import MEASURE, VERDICTS, against
from helpers.foi.figures import build
from helpers.foi.vintages import KEY, choose, last_day, parse_vintage
from helpers.official.recorded_crime import QUARTERS, floor
from helpers.official.series_notes import known_faults, on_children
from helpers.tables import read_table
from helpers.tables.faults import offer
from helpers.tables.forces import FORCES
from helpers.tables.measures import MEASURES
from helpers.tables.periods import parse_financial_year

PANELS = 3  # of forces side by side, in a row
KINDS = {"age": "age: ", "sex": "sex: ", "online": "online: ", "section_67": "section 67: "}
BELOW, ABOVE, _ = VERDICTS
USED, AGREES, GAVE_WAY = "used", "gives the same number", "another figure is used"
NOT_YET_PUBLISHED, ASIDE = "not yet published", "set aside"

PRINTED_NAMES = {"value_text": "as printed", "published": "page dated", "verdict": "against the floor"}
PRINTED = [
    "year", "as printed", "qualifier", "count", "release", "page dated", "outcome", "why", "floor", "against the floor", "source",
    "address", "row",
]  # fmt: skip


@dataclass(frozen=True)
class View:
    """The answer to one choice.

    said : what is in it, in sentences
    printed : one row a printed row: `year`, `as printed`, `qualifier`, `count`, `release`, `page dated`, `outcome`, `why`,
        `floor`, `against the floor`, `source`, `address`, `row`
    official : the child-only offences by year and quarter; empty for an area that is not a force
    chart : the figure; None where no count names a year
    """

    said: list[str]
    printed: pd.DataFrame = field(repr=False)
    official: pd.DataFrame = field(repr=False)
    chart: Chart | None = field(repr=False)

    def _ipython_display_(self):
        """What a notebook shows: the sentences, the chart and the printed rows."""
        from IPython.display import HTML, display

        display(HTML("".join(f"<p>{escape(sentence)}</p>" for sentence in self.said)))
        if self.chart:
            display(self.chart)
        display(self.printed[["year", "as printed", "release", "outcome", "against the floor", "source"]])


@dataclass(frozen=True)
class Desk:
    """The tables that an analyst explores.

    figures : foi_figures, as :func:`helpers.foi.figures.build` makes it
    crime : the raw table recorded_crime
    notes : the register series_notes
    sources : the register sources

    Examples
    --------
    >>> view = Desk.of_project().view("Cleveland", first="2014/15", last="2014/15")
    >>> view.printed[["as printed", "outcome", "floor"]].drop_duplicates().values.tolist()
    [['247', 'gives the same number', 348], ['247', 'used', 348]]
    """

    figures: pd.DataFrame = field(repr=False)
    crime: pd.DataFrame = field(repr=False)
    notes: pd.DataFrame = field(repr=False)
    sources: pd.DataFrame = field(repr=False)

    @cached_property
    def floor(self) -> pd.DataFrame:
        """The child-only offences of every force and year, with the notes that bear on them."""
        made = floor(self.crime)
        return made.assign(flag=known_faults(made, self.notes))

    @classmethod
    def of_project(cls) -> Desk:
        """The desk of the project's own tables, as they are now."""
        printed = build(*map(read_table, ("foi_printed", "corrections", "foi_rounds")))
        return cls(printed, *map(read_table, ("recorded_crime", "series_notes", "sources")))

    def areas(self) -> list[str]:
        """Areas with a printed figure or an official series: the forces first, then nations and groups."""
        printed, official = set(self.figures["area"]), set(self.floor["force"])
        forces = [force for force in FORCES if force in printed | official]
        return forces + sorted(printed - set(forces))

    def vintages(self) -> list[tuple[str, str]]:
        """(label, id) of each rule for which printing stands: latest, first, and as known after each release."""
        months = sorted({str(last_day(text))[:7] for text in self.figures["released"]}, reverse=True)
        chosen = ["latest", "first", *(f"as_of:{month}" for month in months)]
        return [(vintage_words(name), name) for name in chosen]

    def view(
        self,
        area: str,
        measure: str = MEASURE,
        *,
        first: str | None = None,
        last: str | None = None,
        vintage: str = "latest",
    ) -> View:
        """Answer one choice.

        Parameters
        ----------
        area, measure : str
            An area and the id of a measure.
        first, last : str, optional
            Financial years, both included; by default all. Rows that name no single year are always listed.
        vintage : str
            ``first``, ``latest`` or ``as_of:YYYY-MM``.

        Raises
        ------
        ValueError
            An area, a measure or a vintage that there is not, or years in the wrong order.
        """
        if area not in self.areas():
            raise ValueError(f"nothing is printed or recorded for {area!r}")
        if measure not in MEASURES:
            known = f"{offer(measure, MEASURES)}; data/vocabularies/measures.csv lists all"
            raise ValueError(f'no measure "{measure}"{known}')
        first, last = (year and parse_financial_year(year).label for year in (first, last))
        if first and last and first > last:
            raise ValueError(f"the first year, {first}, comes after the last, {last}")
        rows = self.judged(vintage).query("area == @area and measure == @measure")
        rows, official = (
            part[part["financial_year"].isna() | part["financial_year"].between(first or "", last or "9")]
            for part in (rows, self.floor[self.floor["force"] == area])
        )
        whole = official[official["quarters"] == 4] if measure == MEASURE else official.iloc[:0]
        counts = rows["financial_year"].notna() & (rows["kind"] == "count")
        counts &= rows["outcome"] != NOT_YET_PUBLISHED
        chart = None
        if counts.any() or len(whole):
            start = f"FOI figures, {counted(measure)}, by year and release; used: {vintage_words(vintage)}."
            with style.at("slide"):
                chart = over_official(f"{area}, {counted(measure)}", start, rows[counts], whole)
            style.plt.close(chart.figure)  # or a notebook would show it a second time
        return View(_said(area, measure, rows), self._printed(rows), self._official(official), chart)

    def judged(self, vintage: str) -> pd.DataFrame:
        """Every printed row under a vintage, with `outcome`, `why`, `release` (in words), `floor` (of a whole year) and
        `verdict`, which compares the two.
        """
        rows = self._ordered
        outcomes, rules = self.outcomes(vintage)
        rows = rows.assign(outcome=outcomes, release=rows["round"].map(released))
        rows["why"] = [_why(row, rule) for row, rule in zip(rows.itertuples(), rules, strict=True)]
        names = {"force": "area", "child_only": "floor"}
        whole = self.floor[self.floor["quarters"] == 4].rename(columns=names)
        rows["floor"] = rows[KEY].merge(whole, how="left", on=KEY[:2])["floor"].astype("Int64")
        rows["floor"] = rows["floor"].where(rows["used"] & (rows["measure"] == MEASURE))
        verdict = against(rows["value_low"], rows["value_high"], rows["floor"].astype(float))
        return rows.assign(verdict=verdict)

    def outcomes(self, vintage: str) -> tuple[np.ndarray, pd.Series]:
        """What became of every printed row under a vintage, and the rule that decided, in the order of :meth:`judged`."""
        rows = self._ordered
        chosen = choose(rows[rows["used"]], vintage).set_index("row")
        rules = rows["row"].map(chosen["rule"])
        standing = chosen[chosen["chosen"]]
        values = standing.set_index(KEY)["value"].to_dict()
        same = rows["value"] == [values.get(key) for key in rows[KEY].itertuples(index=False, name=None)]
        cases = [~rows["used"], rules == NOT_YET_PUBLISHED, rows["row"].isin(standing.index), same]
        return np.select(cases, [ASIDE, NOT_YET_PUBLISHED, USED, AGREES], GAVE_WAY), rules

    @cached_property
    def _ordered(self) -> pd.DataFrame:
        return self.figures.sort_values(["financial_year", "released", "row"], ignore_index=True)

    def _printed(self, rows: pd.DataFrame) -> pd.DataFrame:
        shown = rows.rename(columns=PRINTED_NAMES).assign(
            year=rows["financial_year"].fillna(rows["period"]),
            count=rows["value"].where(rows["kind"] == "count").round().astype("Int64"),
            **self.cited(rows["source"]),
        )
        shown[["qualifier", "page dated"]] = shown[["qualifier", "page dated"]].fillna("")
        return shown[PRINTED].reset_index(drop=True)

    def _official(self, official: pd.DataFrame) -> pd.DataFrame:
        said = {note.note: f"{note.what} {note.effect}" for note in self.notes.itertuples()}
        remarks = [" ".join(said[name] for name in flag.split()) for flag in official["flag"]]
        frame = official[["financial_year", "child_only", *QUARTERS, "quarters"]].assign(remark=remarks)
        names = {"financial_year": "year", "child_only": "offences", "quarters": "quarters held"}
        return frame.rename(columns=names).reset_index(drop=True)

    def cited(self, ids: pd.Series) -> dict[str, pd.Series]:
        """Ids of sources as `source`, in words, and `address`."""
        register = self.sources.set_index("source")
        dates = (" (" + register["date"] + ")").fillna("")
        words = register["publisher"] + ", " + register["title"] + dates
        return {"source": ids.map(words), "address": ids.map(register["url"])}

    def cautions(self) -> list[str]:
        """Notes on the child-only codes of every force."""
        notes = self.notes[self.notes["force"].isna() & on_children(self.notes)]
        return (notes["what"] + " " + notes["effect"]).tolist()


def counted(measure: str) -> str:
    """What a measure counts, in a few words.

    >>> [counted(name) for name in ("all_sexual_offences_u18", "age_0_10", "male", "cyber_flagged")]
    ['all offences, under 18', 'age: 10 and under', 'sex: boys', 'flagged as online']
    """
    one = MEASURES[measure]
    kind = KINDS.get(one.kind, "")
    return one.label if kind.rstrip(": ") in one.label else f"{kind}{one.label}"


def vintage_words(vintage: str) -> str:
    """A vintage in words.

    >>> vintage_words("latest"), vintage_words("as_of:2017-03")
    ('the latest FOI figure', 'as known at the end of March 2017')
    """
    until = parse_vintage(vintage)
    return f"as known at the end of {until:%B %Y}" if until else f"the {vintage} FOI figure"


def _why(row, rule) -> str:
    """Why a row stands, gave way or was set aside, with every doubt and remark on it."""
    reason = row.reason if not row.used else "" if rule == GAVE_WAY else rule
    parts = (part for part in (reason, row.doubt, row.remark) if isinstance(part, str) and part)
    return ". ".join(part.rstrip(".") for part in parts)


def _said(area: str, measure: str, rows: pd.DataFrame) -> list[str]:
    """What the choice holds, in sentences."""
    counts = rows["outcome"].value_counts()
    told = (USED, ASIDE, NOT_YET_PUBLISHED)
    numbers = [f"{outcome}: {counts[outcome]}" for outcome in told if outcome in counts]
    if rows.empty:
        return [f"{MEASURES[measure].definition} {area} has no published row of these years."]
    held = f"{area} has {len(rows)} published row{'s' * (len(rows) != 1)}"
    said = f"{MEASURES[measure].definition} {held}{f' ({listed(numbers)})' * bool(numbers)}."
    checked = rows[(rows["outcome"] == USED) & rows["verdict"].isin([BELOW, ABOVE])]
    below = checked.loc[checked["verdict"] == BELOW, "financial_year"]
    if checked.empty:
        return [said, "No official count can be compared with them."]
    lower = f"{some(len(below), 'is', 'are')} below it{f' ({listed(below)})' * bool(len(below))}"
    return [said, f"Of {len(checked)} that can be compared with the official count, {lower}."]


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
        raise ValueError(f"name forces that have an official series, not {listed(absent) or 'none at all'}")
    drawn = counts[counts["force"].isin(forces) & (counts["quarters"] == 4)]
    drawn = drawn.rename(columns={"child_only": "offences"})[["force", "financial_year", "offences"]]
    drawn = drawn.sort_values("financial_year", ignore_index=True)
    years = list(drawn["financial_year"].unique())
    with style.at("slide"):
        figure, grid = style.panels(len(forces), 0.4, 2.2, min(PANELS, len(forces)))
    for axes, force in zip(grid, forces, strict=True):
        part = drawn[drawn["force"] == force]
        axes.plot(part["financial_year"].map(years.index), part["offences"], color=style.OFFICIAL)
        axes.set(title=force, ylim=(0, None), xlim=(0, len(years) - 1))
        axes.set_xticks([0, len(years) - 1], [years[0], years[-1]])
        style.scale(axes, "y", "counts")
    ends = drawn.groupby("force")["offences"].agg(["first", "last"]).loc[list(forces)]
    told = "; ".join(f"{force}: {first:,} to {last:,}" for force, first, last in ends.itertuples())
    title = "Offences under codes that only cover victims under 18, each force on a scale of its own"
    alt = f"Small line charts of offences under the child-only codes, {years[0]} to {years[-1]}. {told}."
    return Chart(figure, drawn, alt, title, CHILD_ONLY_SOURCE)
