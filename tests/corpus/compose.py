"""Layouts put together at random from the habits of forces, with the figures that stand in each by construction.

:func:`compose` gives one layout for a seed: lines above, one table, lines below, and what a careful person reads in it.
:func:`score` sets against that what was read of it. The same seed gives the same layout, on every machine.
"""

import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

from tests.frames import cases

HABITS = cases(__file__, "habits.toml")
AGES = [*HABITS["ages"], [(str(age), f"{age}-{age}") for age in range(18)]]
OFFENCES, HEADINGS = HABITS["offences"], HABITS["headings"]
SHAPES = ("long", "grid", "two levels", "sections", "titled", "corner", "ends of ages", "quarters", "list")  # fmt: skip


@dataclass
class Layout:
    """One answer: what it shows, and the (period, offence, sex, age, flag, low, high) of each figure in it, totals apart."""

    shape: str
    above: list[str]
    rows: list[list]
    below: list[str]
    figures: Counter = field(default_factory=Counter)
    totals: Counter = field(default_factory=Counter)


def compose(seed: int) -> Layout:
    """Put one layout together."""
    return _Composer(random.Random(seed)).compose()


def printed(style: str, year: int) -> str:
    """The financial year that begins in `year`, in one of the ways of forces."""
    return style.format(a=year, b=year + 1, aa=f"{year % 100:02d}", bb=f"{(year + 1) % 100:02d}")


class _Composer:
    def __init__(self, chance: random.Random):
        self.chance, self.pick = chance, chance.choice
        self.spell = self.pick((int, int, str, lambda n: f"{n:,}", lambda n: f"{n}*"))
        self.hides = self.pick((False, False, True))
        title = self.pick(HABITS["titles"])
        self.usual = {"age": "0-17"} if "under 18" in title else {}  # of all that says no other age
        self.layout = Layout(self.pick(SHAPES), [title], [], [])

    def compose(self) -> Layout:
        layout = self.layout
        kinds = ["period", "age", "sex", "offence"]
        self.chance.shuffle(kinds)
        getattr(self, "_" + layout.shape.replace(" ", "_"))(kinds)
        layout.above = [*self.pick(([], ["Made-up Constabulary", "FOI Ref: 2022/1234"])), *layout.above]
        layout.below = self.pick(([], ["Data extracted on 14 March 2022.", "Telephone 101, ext 2345"]))
        if self.hides:
            layout.below = ["* denotes a number from 1 to 4", *layout.below]
        return layout

    def _labels(self, kind: str) -> list[tuple[str, str]]:
        """The printed labels of one axis, each with what it means."""
        if kind == "period":
            first, style = self.chance.randrange(2009, 2021), self.pick(HABITS["years"])
            years = range(first, first + self.chance.randrange(2, 5))
            return [(printed(style, year), printed("{a}/{bb}", year)) for year in years]
        if kind == "offence":
            style = self.pick(("{0}", "{1}", "{1} {0}", "{0} ({1})"))
            return [(style.format(name, code), code) for name, code in self.chance.sample(OFFENCES, self.chance.randrange(2, 5))]  # fmt: skip
        return list(self.pick(AGES if kind == "age" else HABITS["sexes"]))

    def _cell(self, **said):
        """A count, which is noted as a figure of what is said of it."""
        number = self.chance.randrange(0, self.pick((9, 60, 5000)))
        low, high = (1, 4) if self.hides and 0 < number < 5 else (number, number)
        self.layout.figures[_key(self.usual | said, low, high)] += 1
        return "*" if low != high else self.spell(number)

    def _sum(self, cells: list, **said):
        """The total of some cells, where none of them is hidden; else nothing."""
        if "*" in cells:
            return ""
        number = sum(int(str(cell).strip("*").replace(",", "")) for cell in cells)
        self.layout.totals[_key(self.usual | said, number, number)] += 1
        return self.spell(number)

    def _long(self, kinds: list[str]) -> None:
        kinds = kinds[: self.chance.randrange(2, 4)]
        self.layout.rows = [[*(self.pick(HEADINGS[kind]) for kind in kinds), self.pick(HABITS["totals"])]]
        for row in itertools.product(*map(self._labels, kinds)):
            self.layout.rows.append([*(label for label, _ in row), self._cell(**dict(zip(kinds, (m for _, m in row), strict=True)))])  # fmt: skip

    def _grid(self, kinds: list[str], corner: str = "", **said) -> None:
        down, across = kinds[:2]
        mine, labels = self._labels(down), self._labels(across)
        rows = []
        for label, m in mine:
            rows.append([label, *(self._cell(**said, **{down: m, across: n}) for _, n in labels)])
        head = [corner or self.pick(HEADINGS[down]), *(label for label, _ in labels)]
        sums = down != "period" and self.pick((True, False))
        if across != "period" and self.pick((True, False)):
            head.append("Total")
            for row, (_, meaning) in zip(rows, mine, strict=True):
                row.append(self._sum(row[1:], **said, **{down: meaning}))
        if sums:
            columns = [[row[n] for row in rows] for n in range(1, len(head))]
            meanings = [*({across: m} for _, m in labels), {}]
            rows.append(["Total", *("" if "" in cells else self._sum(cells, **said, **m) for cells, m in zip(columns, meanings, strict=False))])  # fmt: skip
            if across == "period" and self.pick((True, False)):
                flagged = [self._cell(**said, **{across: m}, flag=True) for _, m in labels]
                rows.append(["Of which online", *flagged])
        self.layout.rows = [head, *rows]

    def _two_levels(self, kinds: list[str]) -> None:
        down, upper, lower = kinds[:3]
        above, below = self._labels(upper), self._labels(lower)
        pairs = list(itertools.product(above, below))
        self.layout.rows = [
            ["", *itertools.chain.from_iterable([label, *[""] * (len(below) - 1)] for label, _ in above)],
            [self.pick(HEADINGS[down]), *(label for _, (label, _) in pairs)],
        ]
        for label, meaning in self._labels(down):
            self.layout.rows.append([label, *(self._cell(**{down: meaning, upper: m, lower: n}) for (_, m), (_, n) in pairs)])  # fmt: skip

    def _sections(self, kinds: list[str]) -> None:
        """Rows of one thing under a row that names another."""
        section, down, across = kinds[:3]
        labels, mine, named = self._labels(across), self._labels(down), self._labels(section)
        if section == "age":
            named = list(self.pick(AGES[:4]))  # nobody heads rows with a bare 0
        self.layout.rows = [[self.pick(HEADINGS[down]), *(label for label, _ in labels)]]
        for name, meaning in named:
            self.layout.rows.append([name, *[""] * len(labels)])
            for label, m in mine:
                self.layout.rows.append([label, *(self._cell(**{section: meaning, down: m, across: n}) for _, n in labels)])  # fmt: skip

    def _titled(self, kinds: list[str]) -> None:
        """The title says the year of all."""
        kinds.remove("period")
        label, year = self._labels("period")[0]
        titles = f"Recorded sexual offences, {label}", f"Sexual offences recorded in {label}"
        self.layout.above.append(self.pick(titles))
        self._grid(kinds, period=year)

    def _corner(self, kinds: list[str]) -> None:
        """The year of all stands in the corner of a table by age."""
        label, year = self._labels("period")[0]
        self._grid(["age", "sex"], label, period=year)

    def _ends_of_ages(self, kinds: list[str]) -> None:
        """The lowest and the highest age stand in columns of their own."""
        years = self._labels("period")
        self.layout.rows = [[*self.pick((("Age from", "Age to"), ("Lowest age", "Highest age"), ("Min age", "Max age"))), *(y for y, _ in years)]]  # fmt: skip
        for _, band in self.pick(AGES[:1] + AGES[2:3]):
            low, high = band.split("-")
            counts = [self._cell(age=band, period=m) for _, m in years]
            self.layout.rows.append([int(low), int(high), *counts])

    def _quarters(self, kinds: list[str]) -> None:
        """Quarters across, and the year that they make."""
        first = self.chance.randrange(2009, 2020)
        self.layout.rows = [["Financial year", *(name for name, _, _ in HABITS["quarters"]), "Total"]]
        for year in range(first, first + 3):
            name = printed("{a}/{bb}", year)
            spans = [f"{year + (a < '04')}-{a}..{year + (a < '04')}-{b}" for _, a, b in HABITS["quarters"]]
            cells = [self._cell(period=span) for span in spans]
            self.layout.rows.append([name, *cells, self._sum(cells, period=name)])

    def _list(self, kinds: list[str]) -> None:
        """One row an offence, with the ages of suspects beside those of victims."""
        self.hides = False
        heads = ["Crime number", "Date recorded", "Offence", "Victim age", "Victim sex", "Suspect age"]
        order = [0, 1, 2, *self.pick(((3, 4, 5), (5, 3, 4), (4, 3, 5)))]
        self.layout.rows = [[heads[n] for n in order]]
        for number in range(self.chance.randrange(12, 40)):
            year, (name, code) = self.chance.randrange(2014, 2017), self.pick(OFFENCES)
            age, (letter, sex) = self.chance.randrange(3, 18), self.pick((("F", "female"), ("M", "male")))
            day = f"{self.chance.randrange(1, 29):02d}/{self.pick('05 07 09 11'.split())}/{year}"
            row = [f"{number:05d}/{year % 100}", day, name, age, letter, self.chance.randrange(18, 60)]
            self.layout.rows.append([row[n] for n in order])
            said = {"period": printed("{a}/{bb}", year), "offence": code, "sex": sex, "age": f"{age}-{age}"}
            self.layout.figures[_key(said, 1, 1)] += 1
        counted = Counter()
        for key, n in self.layout.figures.items():
            counted[(*key[:-2], n, n)] += 1
        self.layout.figures = counted


def _key(said: dict, low: int, high: int) -> tuple:
    return (*(said.get(kind, "") for kind in ("period", "offence", "sex", "age", "flag")), low, high)


def key_of(figure) -> tuple:
    """What was read, in the same words."""
    period = figure.financial_year or f"{figure.start or ''}..{figure.end or ''}".strip(".")
    ages = (figure.age_low, "" if figure.age_high is None else figure.age_high)
    age = "?" if "age unknown" in figure.qualifiers else "" if ages[0] is None else "{}-{}".format(*ages)
    flag = figure.measure == "cyber_flagged" or ""
    return period, figure.offence_code, figure.sex, age, flag, figure.low, figure.high


def score(layout: Layout, figures: list) -> Counter:
    """How many figures of a layout were read, proposed or lost, and how many were read that do not stand in it."""
    left, counted = layout.figures.copy(), Counter()
    for status in ("read", "proposed"):
        for figure in figures:
            key = key_of(figure)
            if figure.status != status:
                continue
            if left[key]:
                left[key] -= 1
                counted[status] += 1
            elif status == "read" and not {key, (*key[:3], "0-17", *key[4:])} & set(layout.totals):
                counted["wrong as read"] += 1
    return counted + Counter({"lost": sum(left.values()), "all": sum(layout.figures.values())})


def score_all(seeds: range, turned: bool = False) -> Counter:
    """The score of many layouts, each read as a sheet, or `turned` by a quarter where no rows of one text part others."""
    from helpers.intake.model import Decisions, Document, Grid
    from helpers.intake.reader import read_document

    counted = Counter()
    for layout in map(compose, seeds):
        if turned:
            layout.rows = [*map(list, itertools.zip_longest(*layout.rows, fillvalue=""))]
        if turned and layout.shape in ("sections", "list"):
            continue
        rows = [*([text] for text in layout.above), [], *layout.rows, [], *([text] for text in layout.below)]
        grid = Grid([[None if cell == "" else cell for cell in row] for row in rows])
        counted += score(layout, read_document(Document("made-up", "csv", [grid]), Decisions()).figures)
    return counted
