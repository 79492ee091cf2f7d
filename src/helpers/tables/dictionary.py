"""The data dictionary, made from the schemas so that it cannot say anything else.

``python -m helpers.tables.dictionary`` writes ``data/README.md``; a test fails when it is not what this module would
write.
"""

from __future__ import annotations

from helpers.tables import vocabularies
from helpers.tables.files import project_root, write_atomic
from helpers.tables.offences import CHILD_ONLY, offence
from helpers.tables.package import Column, Table, tables

OPENING = """# Data dictionary

Made from `schemas/` and `vocabularies/` by `python -m helpers.tables.dictionary`; change it there.

Every figure here was published by somebody else, and can be wrong. Tables under `raw/` hold figures as they
were printed or released: nothing is smoothed, merged, dropped or corrected. Where sources disagree, each stands
in a row of its own. Judgements about other people's errors are in `corrections.toml`, each with its reason.

- **Reading.** `read_table("foi_printed")` finds a table, checks it against its schema and returns a frame. A cell
  that is not as described here stops everything with one message: the file, the line, the column, the nearest
  valid value and the remedy.
- **Form.** UTF-8, comma, LF line ends. An empty cell is missing; nothing else is. Columns not marked *may be
  empty* never are.
- **Sources.** A column `source` holds ids of `sources.csv`. Official statistics are Crown copyright under the
  Open Government Licence v3.0 (`OGL-UK-3.0`). Figures from the press are facts, cited:
  `LicenseRef-facts-cited` says that the page keeps its own copyright and that single figures were taken from it. See `LICENSE-DATA`.
- **Years.** A financial year runs from 1 April to 31 March and is written 2014/15.
- **What is counted.** Records of offences. A rise in records is not the same as a rise in abuse.
"""

KIND_TITLES = {
    "raw": "Raw tables (`data/raw`)",
    "register": "Registers (`data`)",
    "vocabulary": "Vocabularies (`data/vocabularies`)",
    "built": "Tables that the notebooks write (`reports/build/tables`)",
}


def dictionary() -> str:
    """Return the text of ``data/README.md``.

    Returns
    -------
    str
        Markdown. The same schemas give the same text.
    """
    parts = [OPENING, _contents()]
    for kind, title in KIND_TITLES.items():
        parts.append(f"## {title}\n")
        parts += [_table(one) for one in tables().values() if one.kind == kind]
    parts.append(_values())
    return "\n".join(parts).rstrip() + "\n"


def _contents() -> str:
    rows = ["| table | what it holds |", "|---|---|"]
    rows += [f"| [`{one.name}`](#{one.name}) | {one.title} |" for one in tables().values()]
    return "\n".join(rows) + "\n"


def _table(one: Table) -> str:
    lines = [f"### {one.name}", "", f"**{one.title}.** {one.description}", ""]
    if one.key:
        lines += [f"Key: {', '.join(f'`{name}`' for name in one.key)}.", ""]
    if one.sources:
        register = {
            row["source"]: row for row in vocabularies.rows("sources", "source", "licence", "vintage")
        }
        lines += [_cited(register[name]) for name in one.sources]
        lines.append("")
    elif any(column.name == "source" for column in one.columns) and one.name != "sources":
        lines += ["Publisher, licence and vintage of each row: `source` in `sources.csv`.", ""]
    lines += ["| column | type | unit | description |", "|---|---|---|---|"]
    lines += [_column(column) for column in one.columns]
    if one.caveats:
        lines += ["", "Beware:", "", *(f"- {caveat}" for caveat in one.caveats)]
    return "\n".join(lines) + "\n"


def _cited(row: dict[str, str]) -> str:
    when = f" ({row['date']})" if row["date"] else ""
    about = f"{row['publisher']}, {row['title']}{when}. Licence {row['licence']}; {row['vintage']}."
    return f"- Source `{row['source']}`: {about}"


def _column(column: Column) -> str:
    said = [column.description]
    if isinstance(column.vocabulary, str):
        said.append(f"One of the vocabulary [{column.vocabulary}](#values).")
    elif column.vocabulary:
        said.append(f"One of: {', '.join(f'`{value}`' for value in column.vocabulary)}.")
    if column.separator:
        said.append(f"Several values are separated by `{column.separator}`.")
    if column.low is not None or column.high is not None:
        low, high = column.low, column.high
        limits = (
            f"{low:g} to {high:g}"
            if None not in (low, high)
            else f"at least {low:g}"
            if high is None
            else f"at most {high:g}"
        )
        said.append(f"Allowed: {limits}.")
    if column.nullable:
        said.append("May be empty.")
    text = " ".join(said).replace("|", "\\|")
    return f"| `{column.name}` | {column.dtype} | {column.unit or ''} | {text} |"


def _values() -> str:
    years = vocabularies.values("financial_years")
    lines = [
        "## Values",
        "",
        "A value outside its vocabulary is refused, with the nearest valid one.",
        "",
        "- **areas**: the forces, and the areas of `areas` but regions and bodies that record fraud.",
        "- **recording_bodies**: the forces, and the bodies that record fraud.",
        f"- **nations**: {', '.join(vocabularies.values('nations'))}.",
        f"- **regions**: {', '.join(vocabularies.values('regions'))}.",
        f"- **financial_years**: {years[0]} to {years[-1]}.",
        "- **rounds**: the rounds of `foi_rounds`. **offence_codes**: the codes of `offences`. Any other vocabulary is "
        "the table of its name.",
        "",
        "Codes that by statute cover only victims under 18: "
        + ", ".join(f"{code} ({offence(code).name})" for code in CHILD_ONLY)
        + ".",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_atomic(project_root() / "data" / "README.md", dictionary())
