"""The tables that a notebook's outputs show, in whatever form: HTML, printed frames, Markdown, LaTeX, JSON."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from io import StringIO

import pandas as pd

from helpers.publish.counted import number, plain_name, whole_number

APART = re.compile(r"\s{2,}|\t|\s*[|&│┆┃║]\s*|,(?=\S)(?!\d{3}(?!\d))|\s*[:=]\s*(?=[\d,.]+$)")
SPANS = re.compile(r"((?:row|col)span\s*=\s*[\"']?)\d{4,}", re.IGNORECASE)
RULE = re.compile(r"[-:=+|\s─-╿]*|\\\w+(\{[^}]*\})*")


def tables(output: Mapping) -> list[pd.DataFrame]:
    """Every table that one output of a notebook shows, in each form that the output has.

    Examples
    --------
    >>> tables({"data": {"text/plain": "   sex  offences\\n0  girls  40"}})[0].to_dict("records")
    [{'sex': 'girls', 'offences': '40'}]
    """
    found: list[pd.DataFrame] = []
    said = {**output.get("data", {}), "stream": output.get("text", "")}
    if "<table" in text_of(said.get("text/html", "")):
        said.pop("text/plain", None)  # the same frame once more
    for kind, value in said.items():
        if kind.startswith("image/") and "svg" not in kind:
            continue
        if not isinstance(value, str) and "json" in kind:
            found += of_json(value)
            continue
        text = text_of(value)
        if "<table" in text:
            found += read_html(text)
        elif "json" in kind or text.lstrip()[:1] in ("[", "{"):
            found += of_json(_literal(text))
        else:
            found += read_plain(text)
    return found


def text_of(value) -> str:
    """The text of a notebook's field, which may be a list of lines or an object."""
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return "".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_html(html: str) -> list[pd.DataFrame]:
    """The tables of an HTML fragment as frames of text, cells that span rows or columns in each; headings in small letters.

    >>> read_html("<table><thead><tr><th></th><th>Sex</th></tr></thead><tbody><tr><th>0</th><td>girls</td></tr></tbody></table>")
    [     sex
    0  girls]
    """
    kept = SPANS.sub(r"\g<1>999", html)
    try:
        found = pd.read_html(
            StringIO(kept), flavor="lxml", displayed_only=False, keep_default_na=False, thousands=None
        )
    except (ValueError, IndexError):  # no table with a cell in it
        return []
    return [_named(frame) for frame in found]


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose headings of several rows are joined to one, without pandas' own numbers of rows."""
    heads = [name if isinstance(name, tuple) else (name,) for name in frame.columns]
    names = []
    for place, head in enumerate(heads):
        parts = dict.fromkeys(str(part) for part in head if not re.match("Unnamed: ", str(part)))
        name = plain_name(" ".join(parts)) or f"column_{place + 1}"
        names.append(f"{name}_{place}" if name in names else name)
    frame = frame.astype(str).set_axis(names, axis=1)
    counted = [str(place) for place in range(len(frame))]
    return frame.iloc[:, 1:] if names[:1] == ["column_1"] and frame.iloc[:, 0].tolist() == counted else frame


def read_plain(text: str) -> list[pd.DataFrame]:
    """The tables in plain text: lines that have as many cells, apart by blanks, tabs, bars, commas or ampersands."""
    found, run = [], []
    for line in [*text.splitlines(), ""]:
        cells = (
            []
            if RULE.fullmatch(line)
            else APART.split(line.strip().strip("|│┃║").replace("\\\\", "").strip())
        )
        if RULE.fullmatch(line) and line.strip():
            continue  # a rule under a heading
        if run and len(cells) not in (len(run[-1]), len(run[-1]) + (len(run) == 1)):
            found += _of_rows(run)
            run = []
        if len(cells) > 1 or (cells and not run):
            run = [*run, cells]
    return found


def _of_rows(rows: list[list[str]]) -> Iterator[pd.DataFrame]:
    """Rows of cells as a frame; the first names the others unless it has numbers of its own."""
    width = max(map(len, rows))
    rows = [[""] * (width - len(row)) + row for row in rows]
    headed = len(rows) > 1 and not any(map(whole_number, rows[0][1:]))
    if width < 2 or not any(number(cell) is not None for row in rows for cell in row):
        return
    head = rows[0] if headed else [f"column {place + 1}" for place in range(width)]
    yield _named(pd.DataFrame(rows[headed:], columns=[name or "Unnamed: " for name in head]))


def of_json(value) -> list[pd.DataFrame]:
    """The tables in lists and mappings: records, columns, or names with their numbers."""
    if isinstance(value, Mapping):
        plain = {str(k): v for k, v in value.items() if not isinstance(v, Mapping | list | tuple)}
        lists = {str(k): v for k, v in value.items() if isinstance(v, list | tuple)}
        found = [pd.DataFrame([plain])] if plain else []
        if lists and len({len(some) for some in lists.values()}) == 1:
            found.append(pd.DataFrame(lists))
        return found + [frame for part in value.values() for frame in of_json(part)]
    if isinstance(value, list | tuple) and value:
        if all(isinstance(part, Mapping) for part in value):
            nested = [frame for part in value for frame in of_json(part) if len(frame) > 1]
            return [pd.DataFrame(list(value)).rename(columns=str), *nested]
        if all(isinstance(part, list | tuple) for part in value):
            return [pd.DataFrame([list(part) for part in value]).rename(columns="column_{}".format)]
        return [frame for part in value for frame in of_json(part)]
    return []


def _literal(text: str):
    """The value that text writes as JSON or as Python does; None for other text."""
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return None
