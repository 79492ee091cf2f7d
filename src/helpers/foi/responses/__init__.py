"""Read whatever a force sends: from forty files, each different, to one table with every figure traced to its cell.

A file goes through here in this order:

1. `sniff` says what it is by its content and whether it is safe; `cells`, `workbooks`, `strays`, `documents` with
   `numbering` and `tabs`, `mail`, `pages`, `gutters`, `wrapped` and `aligned` load it as lines and grids (`model`), and `asking`,
   `questions`, `answers`, `relative` and `gather` put them in order.
2. `layout` finds the tables of a grid, with `grids`, `rows` and `columns`; `values` reads cells as numbers.
3. `words`, `labels`, `axes` and `context`, with `ages` and `spans`, say what headings and titles mean (`meaning`).
4. `headings`, `rowlabels`, `subtotals`, `totals` and `emit` turn a table into figures (`tablework`, `titles`); `lines`,
   `pairs`, `breakdowns`, `sentences` and `pairing` read text, and `unread` tells what they leave; `incidents`, `days` and `longtables`
   read lists; `statements`, `filewide` and `partyears` what the file
   says of itself.
5. `reader` does all this for one file (`results`, `closing`), in a process that `limits` keeps within 60 seconds and 1 GiB.
6. `checks` says what looks wrong, `review` shows it, `reading` keeps it for the next time, `command` runs the whole.
"""

from __future__ import annotations


def intake(paths, out, force=None, round=None, reading=None, echo=print) -> None:
    """Read files and folders of responses; see :func:`helpers.foi.responses.command.intake`."""
    from helpers.foi.responses import command

    command.intake(paths, out, force, round, reading, echo)
