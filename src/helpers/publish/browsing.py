"""Tables that sort and filter in a notebook, and can be taken away: the page of a table, as the site has it, inside the notebook.

``browse(name)`` shows a table of the project with what its columns mean, ``table(frame)`` any frame. Nothing is asked of any
network. Text from FOI answers and from the press can hold anything, and is shown as text; only web addresses become links.
"""

import base64
from html import escape

import pandas as pd

from helpers.charts import to_csv
from helpers.publish import page_frame
from helpers.publish.pages import Cell
from helpers.tables import package, read_table

MOST_ROWS = 5000  # shown at once


def table(
    frame: pd.DataFrame, caption: str = "Table", *, links: dict[str, str] | None = None, about: str = ""
) -> None:
    """Show a frame as a table that sorts by its headings and is searched.

    Parameters
    ----------
    frame : DataFrame
    caption : str
    links : dict, optional
        Column of words → column of addresses: shown as one column of links.
    about : str
        What it holds, in a sentence above it.
    """
    from IPython.display import HTML, display

    shown = frame.head(MOST_ROWS)
    rows = f"{len(frame):,} rows"
    if len(frame) > MOST_ROWS:
        rows = f"These are the first {MOST_ROWS:,} rows of {len(frame):,}."
    facts = {"title": caption, "description": caption, "bare": True, "wide": True}
    facts |= {"intro": [about] if about else [], "caption": rows, "rows": cells(shown, links or {})}
    page = page_frame.page("table.html", numbers=list(shown.select_dtypes("number")), **facts)
    page = page.replace("<head>", '<head><base target="_blank">', 1)  # else a link would open in the frame
    display(page_frame.inside_notebook(page, caption))
    address = f"data:text/csv;base64,{base64.b64encode(to_csv(shown).encode()).decode()}"
    display(HTML(f'<p><a download="rows.csv" href="{address}">Download these rows as CSV</a></p>'))


def browse(name: str) -> None:
    """Show a table of the project, with what it holds, what its columns mean and what to beware of.

    Raises
    ------
    TableError
        No table has that name (the message gives the nearest), or the notebook that writes it has not been run.
    """
    from IPython.display import HTML, display

    frame, about = read_table(name), package.table(name)
    links = {"source": "address"} if "source" in frame and name != "sources" else {}
    if links:
        frame = frame.assign(address=frame["source"].map(read_table("sources").set_index("source")["url"]))
    table(frame, about.title, links=links, about=about.description)
    meanings = [f"{one.name}{f' ({one.unit})' * bool(one.unit)}: {one.description}" for one in about.columns]
    lists = {"What the columns mean": meanings, "What to beware of": about.caveats}
    for heading, lines in lists.items():
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        display(HTML(f"<details><summary>{heading}</summary><ul>{items}</ul></details>" if lines else ""))


def cells(frame: pd.DataFrame, links: dict[str, str]) -> list[dict[str, Cell]]:
    """The rows of a frame as a table page shows them: column → cell.

    >>> cells(pd.DataFrame({"n": [1021.0, None], "to": ["https://a.org", "javascript:x"]}), {"n": "to"})
    [{'n': Cell(text='1021', value=None, href='https://a.org')}, {'n': Cell(text='', value='', href=None)}]
    """
    kept, rows = frame.columns.difference([*links.values()], sort=False), frame.to_dict("records")
    return [{str(name): _cell(row[name], row.get(links.get(name))) for name in kept} for row in rows]


def _cell(value: object, address: object) -> Cell:
    if not isinstance(value, list | dict) and pd.isna(value):
        return Cell("", value="")
    text = f"{value:.12g}" if isinstance(value, float) else str(value)
    return Cell(text, href=page_frame.safe_address(address))
