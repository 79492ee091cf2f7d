"""Tables that sort and filter in a notebook, and can be downloaded; all of it offline.

``browse(name)`` shows a table of the project with what its columns mean, ``table(frame)`` any frame, through DataTables,
whose JavaScript comes from the installed itables package and goes into the page: nothing is asked of any other place.
Every cell is escaped before it is shown, because text from FOI answers and from the press can hold anything; only web
addresses become links.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from html import escape
from numbers import Real

import pandas as pd
from IPython.display import HTML, display

from helpers.charts.export import to_csv
from helpers.tables import package, read_table

MOST_ROWS = 5000  # shown at once
_loaded = False  # whether a cell of this kernel has put the tables' JavaScript into the page
LONG = 34  # letters; longer cells get room to wrap in
TABLE_CSS = (
    ".dt-container {font-size: 13px; overflow-x: auto}"
    ".dt-container table.dataTable td, .dt-container table.dataTable th {text-align: left; vertical-align: top; "
    "padding: 4px 10px; font-variant-numeric: tabular-nums; white-space: normal}"
    ".dt-container table.dataTable .dt-type-numeric {text-align: right}"
    ".dt-container table.dataTable .long {min-width: 12em}"
    ".dt-container table.dataTable caption {text-align: left; caption-side: top; font-weight: 600; padding: 6px 0}"
)


def table(
    frame: pd.DataFrame, caption: str = "", *, links: dict[str, str] | None = None, rows: int = 10
) -> None:
    """Show a frame as a table that sorts by its headings and filters by its columns.

    Parameters
    ----------
    frame : DataFrame
    caption : str
    links : dict, optional
        Column of words → column of addresses: shown as one column of links.
    rows : int
        Rows to a page.
    """
    global _loaded
    if not _loaded:
        _load_tables()
        _loaded = True
    shown = frame.head(MOST_ROWS)
    left_out = f" These are the first {MOST_ROWS:,} rows of {len(frame):,}." * (len(frame) > MOST_ROWS)
    html = table_html(shown, caption, links=links, rows=rows)
    encoded = base64.b64encode(to_csv(shown).encode()).decode()
    saved = f'<a download="rows.csv" href="data:text/csv;base64,{encoded}">Download these rows as CSV</a>.{left_out}'
    display(HTML(f'{html}<p style="font-size:12px">{saved}</p>'))


def browse(name: str) -> None:
    """Show a table of the project, with what it holds, what its columns mean and what to beware of.

    Raises
    ------
    TableError
        No table has that name (the message gives the nearest), or the notebook that writes it has not been run.
    """
    frame, about = read_table(name), package.table(name)
    links = {"source": "address"} if "source" in frame and name != "sources" else {}
    if links:
        frame = frame.assign(address=frame["source"].map(read_table("sources").set_index("source")["url"]))
    table(frame, about.description, links=links)
    meanings = [f"{one.name}{f' ({one.unit})' * bool(one.unit)}: {one.description}" for one in about.columns]
    beware = f"<p>Beware:</p>{_listed(about.caveats)}" if about.caveats else ""
    display(HTML(f"<details><summary>What the columns mean</summary>{_listed(meanings)}</details>{beware}"))


def _listed(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def table_html(
    frame: pd.DataFrame, caption: str = "", *, links: dict[str, str] | None = None, rows: int = 10
) -> str:
    """The HTML of :func:`table`, for a page that holds its JavaScript.

    All text is escaped; an address other than http and https is shown as its words.
    """
    import itables

    cells = frame.reset_index(drop=True)
    for words, addresses in (links or {}).items():
        linked = [link(*pair) for pair in zip(cells[words], cells.pop(addresses), strict=True)]
        cells[words] = [f'<div class="long">{cell}</div>' for cell in linked]
    for name in cells.columns.difference(list(links or {}), sort=False):
        cells[name] = [_cell(value) for value in cells[name]]
    cells.columns = [escape(str(name)[:1].upper() + str(name)[1:]) for name in cells.columns]
    return itables.to_html_datatable(
        cells,
        caption=escape(caption),
        connected=False,
        allow_html=True,  # every cell was escaped above
        classes="display compact stripe",
        style="table-layout:auto;width:100%;margin:0",
        css=TABLE_CSS,
        columnControl=[{"target": 0, "content": ["order"]}, {"target": 1, "content": ["search"]}],
        ordering={"indicators": False},
        text_in_header_can_be_selected=False,
        maxBytes=0,
        maxRows=0,
        pageLength=rows,
        lengthMenu=[10, 25, 100, 1000],
        display_logo_when_loading=False,
        layout={"topStart": "search", "topEnd": "pageLength", "bottomStart": "info", "bottomEnd": "paging"},
    )


def link(words: str, address: str) -> str:
    """A link that opens beside the notebook, or plain words where the address is none.

    >>> link("A <page>", "https://example.org/?a=1&b=2")
    '<a href="https://example.org/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">A &lt;page&gt;</a>'
    >>> link("A page", "javascript:alert(1)")
    'A page'
    """
    if not (isinstance(address, str) and re.match(r"https?://", address)):
        return escape(_as_text(words))
    return (
        f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(_as_text(words))}</a>'
    )


def _load_tables() -> None:
    """Put the tables' JavaScript and style into the page, from the installed package; a page keeps the first."""
    from IPython.utils.capture import capture_output
    from itables.javascript import init_notebook_mode

    with capture_output() as shown:
        init_notebook_mode(all_interactive=False, connected=False)
    for part in reversed(shown.outputs):  # the first of them needs what the last one loads
        part.display()


def _cell(value) -> str:
    """A cell's words: numbers that sort as numbers, text escaped, nothing for what is missing."""
    if isinstance(value, Real) and not isinstance(value, bool):
        return "" if pd.isna(value) else f"{value:.12g}"
    words = escape(_as_text(value))
    return f'<div class="long">{words}</div>' if len(words) > LONG else words


def _as_text(cell) -> str:
    """A cell as text; a missing one is empty."""
    return "" if not isinstance(cell, (list, dict)) and pd.isna(cell) else str(cell)
