"""Read whatever a force sends: from forty files, each different, to one table with every figure traced to its cell.

A file goes through here in this order. `sniff` says what it is by its content and whether it is safe; `cells`,
`workbooks`, `documents`, `pages` and `aligned` load it as lines and grids (`model`); `layout` finds the tables of a
grid; `labels`, with `ages` and `spans`, says what headings mean; `values` reads cells and `statements` what the file
says of them; `emit`, `lines` and `incidents` put the figures together; `reader` does all this for one file, in a
process that `limits` keeps within 60 seconds and 1 GiB. `checks` says what looks wrong, `review` shows it, `reading`
keeps it for the next time, and `command` runs the whole.
"""

from __future__ import annotations


def intake(paths, out, force=None, round=None, reading=None, echo=print) -> int:
    """Read files and folders of responses; see :func:`helpers.foi.responses.command.intake`."""
    from helpers.foi.responses import command

    return command.intake(paths, out, force, round, reading, echo)
