"""The data dictionary, made from the schemas so that it cannot say anything else.

``python -m helpers.tables.dictionary`` writes ``data/README.md``; a test fails when it is not what this module would
write.
"""

from pathlib import Path

from helpers.tables import vocabularies
from helpers.tables.files import project_root, write_atomic
from helpers.tables.package import Column, Table, names, tables

CONTENTS = "| table | what it holds |"  # what stands before it in the file is written by hand

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
        Markdown. The same schemas give the same text below the opening, which is as it stands in the file.
    """
    names = [f"| [`{one.name}`](#{one.name}) | {one.title} |" for one in tables().values()]
    head = _file().read_text(encoding="utf-8").partition(CONTENTS)[0]
    parts = [head + "\n".join([CONTENTS, "|---|---|", *names]) + "\n"]
    for kind, title in KIND_TITLES.items():
        parts.append(f"## {title}\n")
        parts += [_table(one) for one in tables().values() if one.kind == kind]
    return "\n".join(parts).rstrip() + "\n"


def _file() -> Path:
    return project_root() / "data" / "README.md"


def _table(one: Table) -> str:
    lines = [f"### {one.name}", "", f"**{one.title}.** {one.description}", ""]
    if one.key:
        lines += [f"Key: {', '.join(f'`{name}`' for name in one.key)}.", ""]
    if one.sources:
        cited = vocabularies.rows("sources", "source", "licence", "vintage")
        lines += [*(_cited(row) for name in one.sources for row in cited if row["source"] == name), ""]
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
    sentences = [column.description]
    if isinstance(column.vocabulary, str):
        # told at its own table, or above with those that are made
        home = column.vocabulary if column.vocabulary in names() else "values"
        sentences.append(f"One of the vocabulary [{column.vocabulary}](#{home}).")
    elif column.vocabulary:
        sentences.append(f"One of: {', '.join(f'`{value}`' for value in column.vocabulary)}.")
    if column.separator:
        between = "blanks" if column.separator == " " else f"`{column.separator}`"
        sentences.append(f"Several values are separated by {between}.")
    if column.low is not None or column.high is not None:
        limits = [f"{limit:g}" for limit in (column.low, column.high) if limit is not None]
        one_end = "at least " if column.high is None else "at most " if column.low is None else ""
        sentences.append(f"Allowed: {one_end}{' to '.join(limits)}.")
    if column.nullable:
        sentences.append("May be empty.")
    text = " ".join(sentences).replace("|", "\\|")
    return f"| `{column.name}` | {column.dtype} | {column.unit or ''} | {text} |"


if __name__ == "__main__":
    write_atomic(_file(), dictionary())
