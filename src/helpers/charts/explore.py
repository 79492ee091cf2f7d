"""What an analyst sees who picks an area, a measure, years and a vintage: the figure, and every row behind it.

A :class:`Desk` holds the printed FOI figures and the official series. ``desk.view("Cleveland")`` answers one choice
with a :class:`View`: a figure and plain tables, among them each printed row with its qualifier, its source, and
whether it stands, gave way to another printing or was set aside, and why. Everything is worked out from the tables
as they are now, by the same functions as in the notebooks that make the report. The page that asks for the
choice is :mod:`helpers.publish.explorer`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape

import numpy as np
import pandas as pd

from helpers.charts import style
from helpers.charts.export import Chart
from helpers.charts.printings import printed_over_official, released
from helpers.charts.words import listed
from helpers.foi.completeness import MEASURE, VERDICTS
from helpers.foi.figures import build
from helpers.foi.vintages import KEY, choose, last_day, parse_vintage
from helpers.official.recorded_crime import QUARTERS, floor
from helpers.official.unusual import known_faults
from helpers.tables import read_table
from helpers.tables.forces import FORCES
from helpers.tables.measures import MEASURES
from helpers.tables.offences import CHILD_ONLY, offence
from helpers.tables.periods import parse_financial_year

KINDS = {"age": "age: ", "sex": "sex: ", "online": "online: ", "section_67": "section 67: "}
SPANS = dict(zip(QUARTERS, ("Apr to Jun", "Jul to Sep", "Oct to Dec", "Jan to Mar"), strict=True))
BELOW, ABOVE, UNSURE = VERDICTS
CHILDREN = frozenset(CHILD_ONLY)
STANDS, AGREES, GAVE_WAY = "stands", "prints what stands", "another printing stands"
UNKNOWN, ASIDE = "not yet published", "set aside"
SHOWN = {"value_text": "as printed", "published": "page dated", "verdict": "against the floor"}


@dataclass(frozen=True)
class View:
    """The answer to one choice.

    chart : the figure, drawn when it is first asked for; None where no count names a year
    said : what is in it, in sentences
    printed : one row a printed row: `year`, `as printed`, `qualifier`, `count`, `interval`, `release`, `page dated`,
        `outcome`, `why`, `floor`, `against the floor`, `source`, `address`, `row`
    official : the child-only offences by year and quarter; empty for an area that is not a force
    codes : the same by offence code
    answers : what is known of each request to the area
    cautions : what must be known of the official codes, in sentences
    """

    said: list[str]
    printed: pd.DataFrame = field(repr=False)
    official: pd.DataFrame = field(repr=False)
    codes: pd.DataFrame = field(repr=False)
    answers: pd.DataFrame = field(repr=False)
    cautions: list[str] = field(repr=False)
    draw: Callable[[], Chart] | None = field(repr=False)

    @cached_property
    def chart(self) -> Chart | None:
        if self.draw is None:
            return None
        chart = self.draw()
        style.plt.close(chart.figure)  # or a notebook would show it a second time
        return chart

    def _repr_mimebundle_(self, include=None, exclude=None):
        """What a notebook shows: the sentences, the chart and the printed rows."""
        from helpers.charts.sortable import picture  # brings the widgets, which not every notebook needs

        rows = self.printed[["year", "as printed", "release", "outcome", "against the floor", "source"]]
        shown = picture(self.chart, "figures") if self.chart else ""
        words = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.said)
        html = f"{words}{shown}{rows.to_html(index=False, max_rows=60, border=0)}"
        return {"text/html": html, "text/plain": repr(self)}


@dataclass(frozen=True)
class Desk:
    """The tables that an analyst explores.

    figures : foi_figures, as :func:`helpers.foi.figures.build` makes it
    crime : the raw table recorded_crime
    notes : the register series_notes
    answers : the raw table foi_status
    sources : the register sources

    Examples
    --------
    >>> view = Desk.of_project().view("Cleveland", first="2014/15", last="2014/15")
    >>> view.printed[["as printed", "outcome", "floor"]].drop_duplicates().values.tolist()
    [['247', 'prints what stands', 348], ['247', 'stands', 348]]
    """

    figures: pd.DataFrame = field(repr=False)
    crime: pd.DataFrame = field(repr=False)
    notes: pd.DataFrame = field(repr=False)
    answers: pd.DataFrame = field(repr=False)
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
        return cls(printed, *map(read_table, ("recorded_crime", "series_notes", "foi_status", "sources")))

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
            An area or a vintage that there is not, or years in the wrong order.
        KeyError
            A measure that there is not.
        """
        if area not in self.areas():
            raise ValueError(f"nothing is printed or recorded for {area!r}")
        parse_vintage(vintage)
        name = MEASURES[measure].id
        first, last = (year and parse_financial_year(year).label for year in (first, last))
        if first and last and first > last:
            raise ValueError(f"the first year, {first}, comes after the last, {last}")
        cut = partial(_between, first=first, last=last)
        official = cut(self.floor[self.floor["force"] == area])
        rows = self.judged(vintage)
        rows = cut(rows[(rows["area"] == area) & (rows["measure"] == name)]).reset_index(drop=True)
        whole = official[official["quarters"] == 4] if name == MEASURE else official.iloc[:0]
        drawn = rows[rows["financial_year"].notna() & (rows["kind"] == "count")]
        drawn = drawn[drawn["outcome"] != UNKNOWN]
        picture = partial(printed_over_official, area, counted(name), drawn, whole, vintage_words(vintage))
        return View(
            _said(area, name, rows, self._has_floor(area), vintage),
            self._printed(rows),
            self._official(official),
            self._codes(cut(self.crime[self.crime["force"] == area])),
            self._answers(area),
            self.cautions(),
            picture if len(drawn) or len(whole) else None,
        )

    def _has_floor(self, area: str) -> bool:
        return bool((self.floor["force"] == area).any())

    def judged(self, vintage: str) -> pd.DataFrame:
        """Every printed row under a vintage, with `outcome`, `why`, `release` (in words), `interval`, `floor` (of a whole year)
        and `verdict`, which compares the two.
        """
        rows = self._ordered
        outcomes, rules = self.outcomes(vintage)
        rows = rows.assign(outcome=outcomes)
        keys = rows[KEY].itertuples(index=False, name=None)
        rows["why"] = [_why(row, rule) for row, rule in zip(rows.itertuples(), rules, strict=True)]
        rows["release"] = rows["round"].map(released)
        rows["interval"] = [interval_words(row) for row in rows.itertuples()]
        whole = self.floor[self.floor["quarters"] == 4]
        counts = whole.set_index(["force", "financial_year"])["child_only"].to_dict()
        floors = [counts.get((area, year)) if measure == MEASURE else None for area, year, measure in keys]
        rows["floor"] = pd.array(floors, dtype="Int64")
        rows["floor"] = rows["floor"].where(rows["used"])
        low, high = rows["value_low"].fillna(-np.inf), rows["value_high"].fillna(np.inf)
        against = rows["floor"].astype(float)
        verdict = np.select([against.isna(), high < against, low < against], ["", BELOW, UNSURE], ABOVE)
        return rows.assign(verdict=verdict)

    def outcomes(self, vintage: str) -> tuple[np.ndarray, pd.Series]:
        """What became of every printed row under a vintage, and the rule that decided, in the order of :meth:`judged`."""
        rows = self._ordered
        chosen = choose(rows[rows["used"]], vintage).set_index("row")
        rules = rows["row"].map(chosen["rule"])
        standing = chosen[chosen["chosen"]]
        values = standing.set_index(KEY)["value"].to_dict()
        same = rows["value"] == [values.get(key) for key in rows[KEY].itertuples(index=False, name=None)]
        outcomes = np.select(
            [~rows["used"], rules == UNKNOWN, rows["row"].isin(standing.index), same],
            [ASIDE, UNKNOWN, STANDS, AGREES],
            GAVE_WAY,
        )
        return outcomes, rules

    @cached_property
    def _ordered(self) -> pd.DataFrame:
        return self.figures.sort_values(["financial_year", "released", "row"], ignore_index=True)

    def _printed(self, rows: pd.DataFrame) -> pd.DataFrame:
        shown = rows.assign(
            year=rows["financial_year"].fillna(rows["period"]),
            qualifier=rows["qualifier"].fillna(""),
            count=rows["value"].where(rows["kind"] == "count").round().astype("Int64"),
            published=rows["published"].fillna(""),
            **self.cited(rows["source"]),
        ).rename(columns=SHOWN)
        columns = ["year", "as printed", "qualifier", "count", "interval", "release", "page dated", "outcome"]
        return shown[[*columns, "why", "floor", "against the floor", "source", "address", "row"]]

    def _official(self, official: pd.DataFrame) -> pd.DataFrame:
        said = {note.note: f"{note.what} {note.effect}" for note in self.notes.itertuples()}
        remarks = [" ".join(said[name] for name in flag.split()) for flag in official["flag"]]
        frame = official[["financial_year", "child_only", *QUARTERS, "quarters"]].assign(remark=remarks)
        names = {"financial_year": "year", "child_only": "offences", "quarters": "quarters held"} | SPANS
        return frame.rename(columns=names).reset_index(drop=True)

    def _codes(self, crime: pd.DataFrame) -> pd.DataFrame:
        rows = crime[crime["offence_code"].isin(CHILD_ONLY)]
        rows = rows.sort_values(["financial_year", "offence_code"], ignore_index=True)
        rows["offence"] = rows["offence_code"].map(lambda code: offence(code).name)
        rows["offences"] = rows[list(QUARTERS)].sum(axis=1).astype("Int64")
        rows = rows.rename(columns={"financial_year": "year", "offence_code": "code"} | SPANS)
        return rows[["year", "code", "offence", "offences", *SPANS.values()]]

    def _answers(self, area: str) -> pd.DataFrame:
        rows = self.answers[self.answers["force"] == area].sort_values(["round", "source"], ignore_index=True)
        rows = rows.assign(
            release=rows["round"].map(released),
            answer=rows["status"].str.replace("_", " "),
            note=rows["note"].fillna(""),
            **self.cited(rows["source"]),
        )
        return rows[["release", "answer", "note", "source", "address"]]

    def cited(self, ids: pd.Series) -> dict[str, pd.Series]:
        """Ids of sources as `source`, in words, and `address`."""
        register = self.sources.set_index("source")
        dates = (" (" + register["date"] + ")").fillna("")
        words = register["publisher"] + ", " + register["title"] + dates
        return {"source": ids.map(words), "address": ids.map(register["url"])}

    def cautions(self) -> list[str]:
        """Notes on the child-only codes of every force."""
        notes = self.notes[self.notes["force"].isna()]
        of_children = notes["codes"].map(
            lambda codes: codes == "all" or not CHILDREN.isdisjoint(codes.split())
        )
        return (notes["what"] + " " + notes["effect"])[of_children].tolist()


def _between(frame: pd.DataFrame, first: str | None, last: str | None) -> pd.DataFrame:
    """Rows of those years, and rows that name no year."""
    year = frame["financial_year"]
    return frame[year.isna() | ((year >= (first or "")) & (year <= (last or "9")))]


def counted(measure: str) -> str:
    """What a measure counts, in a few words.

    >>> counted("all_sexual_offences_u18"), counted("age_0_10")
    ('all, under 18', 'age: 10 and under')
    """
    one = MEASURES[measure]
    kind = KINDS.get(one.kind, "")
    return one.label if kind.rstrip(": ") in one.label else f"{kind}{one.label}"


def vintage_words(vintage: str) -> str:
    """A vintage in words.

    >>> vintage_words("latest"), vintage_words("as_of:2017-03")
    ('the latest printing', 'as known at the end of March 2017')
    """
    until = parse_vintage(vintage).until
    return f"as known at the end of {until:%B %Y}" if until else f"the {vintage} printing"


def interval_words(row) -> str:
    """The counts that the printed words allow, where they allow more than one.

    Parameters
    ----------
    row
        Anything with `kind`, `value`, `value_low` and `value_high`.
    """
    low, high = row.value_low, row.value_high
    if row.kind != "count" or (low == row.value and high == row.value):
        return ""
    if pd.isna(high):
        return f"{low:,.0f} or more"
    return f"{high:,.0f} or fewer" if pd.isna(low) else f"{low:,.0f} to {high:,.0f}"


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number} rows"


def _why(row, rule) -> str:
    """Why a row stands, gave way or was set aside, with every doubt and remark on it."""
    reason = row.reason if not row.used else "" if rule == GAVE_WAY else rule
    return ". ".join(
        str(part).rstrip(".") for part in (reason, row.doubt, row.remark) if isinstance(part, str) and part
    )


def _said(area: str, measure: str, rows: pd.DataFrame, has_floor: bool, vintage: str) -> list[str]:
    """What the choice holds, in sentences."""
    counts = rows["outcome"].value_counts()
    stands = rows[rows["outcome"] == STANDS]
    years = "1 year" if len(stands) == 1 else f"{len(stands)} years"
    said = [f"{MEASURES[measure].definition} {_rows(len(rows))} published; {years} with a figure."]
    when = f"not yet published {vintage_words(vintage).removeprefix('as known ')}"
    said += [
        f"{_rows(counts[outcome])} {words}."
        for outcome, words in ((ASIDE, "set aside"), (UNKNOWN, when))
        if outcome in counts
    ]
    held = stands[stands["verdict"].isin([BELOW, ABOVE])]
    below = held.loc[held["verdict"] == BELOW, "financial_year"]
    if len(held):
        said.append(
            f"{len(below)} of {len(held)} that can be held against the official floor "
            f"{'is' if len(below) == 1 else 'are'} below it{f' ({listed(below)})' if len(below) else ''}."
        )
    elif measure != MEASURE:
        said.append(
            "No official count is a floor for this measure; the floor holds for all offences, under 18."
        )
    elif not has_floor:
        said.append(
            f"There is no official child-only series for {area}; forces of England and Wales have one."
        )
    return said
