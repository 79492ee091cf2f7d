"""A known table, written in a random layout and format, is read back figure for figure."""

import html
import itertools
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.intake.model import Decisions
from helpers.intake.reader import read_document, read_file

AGES = (
    (("Under 1", "0-0"), ("1-4", "1-4"), ("5-9", "5-9"), ("10-17", "10-17")),
    (("10 and under", "0-10"), ("11 to 17 years", "11-17"), ("Age not recorded", "?")),
    (("<13", "0-12"), ("13 - 15", "13-15"), ("16+", "16-")),
    tuple((str(age), f"{age}-{age}") for age in range(18)),
)
SEXES = (
    (("Female", "female"), ("Male", "male"), ("Unknown", "unknown")),
    (("Girls", "female"), ("Boys", "male")),
    (("F", "female"), ("M", "male"), ("U", "unknown")),
)
OFFENCES = (
    ("Rape of a female child under 13", "19E"),
    ("Rape of a male child under 16", "19G"),
    ("Sexual assault on a male child under 13", "17B"),
    ("Sexual activity involving child under 16", "22B"),
    ("Sexual grooming", "88A"),
)
YEAR_STYLES = (
    lambda y: f"{y}/{(y + 1) % 100:02d}",
    lambda y: f"{y}-{(y + 1) % 100:02d}",
    lambda y: f"{y}/{y + 1}",
    lambda y: f"Apr {y} - Mar {y + 1}",
    lambda y: f"Year ending March {y + 1}",
    lambda y: f"{y % 100:02d}/{(y + 1) % 100:02d}",
    lambda y: f"01/04/{y} to 31/03/{y + 1}",
)
HEADINGS = {
    "period": ("Financial year", "Year", "Period"),
    "age": ("Age", "Victim age", "Age group"),
    "sex": ("Sex", "Victim gender"),
    "offence": ("Offence", "Offence type"),
}
FORMATS = ("csv", "tsv", "xlsx", "xls", "ods", "docx", "pdf", "html", "txt", "bars", "mail")


@dataclass
class Known:
    """A layout: its rows as printed, and the figures that stand in it."""

    rows: list
    figures: set
    kind: str
    groups: int = 0  # columns under each upper heading, when there are two heading rows


@st.composite
def axes(draw, kind: str):
    """The printed labels of one axis, each with what it means."""
    if kind == "period":
        first, style = draw(st.integers(2009, 2020)), draw(st.sampled_from(YEAR_STYLES))
        return [(style(y), f"{y}/{(y + 1) % 100:02d}") for y in range(first, first + draw(st.integers(2, 4)))]
    if kind == "offence":
        chosen = draw(st.lists(st.sampled_from(OFFENCES), min_size=2, max_size=4, unique=True))
        style = draw(st.sampled_from(("{0}", "{1}", "{1} {0}", "{0} ({1})")))
        return [(style.format(name, code), code) for name, code in chosen]
    return list(draw(st.sampled_from(AGES if kind == "age" else SEXES)))


@st.composite
def layouts(draw):
    """A known table in some layout."""
    kinds = draw(st.permutations(["period", "age", "sex", "offence"]))[: draw(st.integers(2, 3))]
    labels = [draw(axes(kind)) for kind in kinds]
    cells = st.one_of(st.integers(0, 4999), st.just("<5"), st.just("*"))
    spell = draw(st.sampled_from((str, lambda n: f"{n:,}", lambda n: f"{n}*", int)))
    figures = set()

    def cell(meanings: dict):
        value = draw(cells)
        bounds = {"<5": (1, 4), "*": (0, 4)}.get(value, value)
        figures.add(
            (
                meanings.get("period", ""),
                meanings.get("offence", ""),
                meanings.get("sex", ""),
                meanings.get("age", ""),
                bounds,
            )
        )
        return value if isinstance(value, str) else spell(value)

    heads = [draw(st.sampled_from(HEADINGS[kind])) for kind in kinds]
    layout = (
        draw(st.sampled_from(("long", "grid")))
        if len(kinds) == 2
        else draw(st.sampled_from(("long", "two levels")))
    )
    if layout == "long":
        rows = [[*heads, draw(st.sampled_from(("Count", "Number of offences", "Offences")))]]
        for row in itertools.product(*labels):
            rows.append(
                [*(label for label, _ in row), cell(dict(zip(kinds, (m for _, m in row), strict=True)))]
            )
        return Known(rows, figures, layout)
    if layout == "grid":
        rows = [[heads[0], *(label for label, _ in labels[1])]]
        for label, meaning in labels[0]:
            rows.append([label, *(cell({kinds[0]: meaning, kinds[1]: m}) for _, m in labels[1])])
        return Known(rows, figures, layout)
    upper = [
        ["", *itertools.chain.from_iterable([label, *[""] * (len(labels[2]) - 1)] for label, _ in labels[1])]
    ]
    rows = [*upper, [heads[0], *(label for _ in labels[1] for label, _ in labels[2])]]
    for label, meaning in labels[0]:
        rows.append(
            [
                label,
                *(
                    cell({kinds[0]: meaning, kinds[1]: m, kinds[2]: n})
                    for _, m in labels[1]
                    for _, n in labels[2]
                ),
            ]
        )
    return Known(rows, figures, layout, len(labels[2]))


def _write(made, known: Known, form: str, letterhead: bool):
    above = (
        ["Made-up Constabulary", "FOI Ref: 2022/1234", "Recorded sexual offences"]
        if letterhead
        else ["Recorded sexual offences"]
    )
    below = ["Data extracted on 14 March 2022.", "Telephone 101, ext 2345"]
    if form in ("csv", "tsv"):
        return made.csv(
            f"made.{form}",
            [*([text] for text in above), [], *known.rows, [], *([text] for text in below)],
            separator="," if form == "csv" else "\t",
        )
    if form in ("xlsx", "xls", "ods"):
        rows = [*([text] for text in above), [], *known.rows, [], *([text] for text in below)]
        return getattr(made, form)(f"made.{form}", rows)
    if form in ("docx", "pdf"):
        return getattr(made, form)(f"made.{form}", [*above, known.rows, *below])
    if form == "html":
        lines = [
            "<tr>"
            + "".join(_html_cell(cell, known, row, place) for place, cell in enumerate(cells))
            + "</tr>"
            for row, cells in enumerate(known.rows)
        ]
        paragraphs = "".join(f"<p>{text}</p>" for text in above)
        return made.text(
            "made.html",
            f"<html><body>{paragraphs}<table>{''.join(lines)}</table><p>{below[0]}</p></body></html>",
        )
    lines = (
        ["| " + " | ".join(map(str, row)) + " |" for row in known.rows] if form == "bars" else _aligned(known)
    )
    text = "\n".join([*above, "", *lines, "", *below])
    return made.mail("made.eml", text) if form == "mail" else made.text("made.txt", text)


def _html_cell(cell, known: Known, row: int, place: int) -> str:
    if known.groups and row == 0 and place:
        return f"<th colspan={known.groups}>{html.escape(str(cell))}</th>" if cell != "" else ""
    return f"<td>{html.escape(str(cell))}</td>"


def _aligned(known: Known) -> list[str]:
    body = known.rows[1:] if known.groups else known.rows
    widths = [max(len(str(row[place])) for row in body) + 3 for place in range(len(body[0]))]
    if known.groups:
        size = known.groups
        spans = [sum(widths[1 + size * n : 1 + size * (n + 1)]) for n in range((len(widths) - 1) // size)]
        names = [cell for cell in known.rows[0] if cell != ""]
        widths = [widths[0], *(max(width, -(-(max(map(len, names)) + 3) // size)) for width in widths[1:])]
        spans = [sum(widths[1 + size * n : 1 + size * (n + 1)]) for n in range(len(spans))]
        head = [
            " " * widths[0]
            + "".join(name.center(span) for name, span in zip(names, spans, strict=True)).rstrip()
        ]
    else:
        head = []
    return head + [
        (
            str(row[0]).ljust(widths[0])
            + "".join(str(c).rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))
        ).rstrip()
        for row in body
    ]


def _found(readings) -> set:
    found = set()
    for figure in (figure for reading in readings for figure in reading.figures):
        age = (
            "?"
            if "age unknown" in figure.qualifiers
            else ""
            if figure.age_low is None
            else f"{figure.age_low}-{'' if figure.age_high is None else figure.age_high}"
        )
        value = figure.low if figure.low == figure.high else (figure.low, figure.high)
        found.add((figure.financial_year, figure.offence_code, figure.sex, age, value))
    return found


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(known=layouts(), form=st.sampled_from(FORMATS), letterhead=st.booleans())
def test_a_known_table_is_read_back_from_any_layout(made, known, form, letterhead):
    path = _write(made, known, form, letterhead)
    assert _found(read_file(path, path.name)) == known.figures


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=layouts())
def test_a_reading_passed_back_unchanged_changes_nothing(made, known):
    import tomllib

    from helpers.intake.readings import from_content, to_toml
    from helpers.intake.spreadsheets import load_text

    path = _write(made, known, "csv", True)
    first = read_file(path, path.name)[0]
    decisions = from_content(tomllib.loads(to_toml(first)), "reading")
    again = read_file(path, path.name, decisions)[0]
    assert again.figures == first.figures and again.decided == {}
    assert read_document(load_text(path), Decisions()).figures == first.figures
