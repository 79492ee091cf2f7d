"""Tables that a writer of a letter made with tabs: paragraphs with the same number of cells, most of them numbers."""

from __future__ import annotations

from helpers.foi.responses.model import Grid, Line
from helpers.foi.responses.values import parse_value

_NUMBERS = ("count", "suppressed", "dash")


def tabbed(blocks: list[Line | Grid], pieces: dict[str, list[str]]) -> list[Line | Grid]:
    """Blocks with the tables that tabs make in paragraphs.

    Parameters
    ----------
    blocks : list of Line or Grid
        In the order of a document.
    pieces : dict of str to list of str
        The cells of each line that tabs part, by its address.

    Examples
    --------
    >>> lines = [Line("Year  Girls", "l1"), Line("2018  7", "l2")]
    >>> tabbed(lines, {"l1": ["Year", "Girls"], "l2": ["2018", "7"]})[0].rows
    [['Year', 'Girls'], ['2018', '7']]
    """
    result: list[Line | Grid] = []
    run: list[Line] = []
    for block in [*blocks, None]:
        if isinstance(block, Line) and block.address in pieces:
            run.append(block)
            continue
        rows = [pieces[line.address] for line in run]
        numeric = sum(all(parse_value(cell).kind in _NUMBERS for cell in row[1:]) for row in rows)
        if len(rows) > 1 and numeric * 2 >= len(rows) and len({len(row) for row in rows}) == 1:
            addresses = [line.address for line in run]
            result.append(Grid(rows, address_of=lambda row, column, held=addresses: held[row]))
        else:
            result += run
        run = []
        result += [block] if block is not None else []
    return result
