"""Forces' own answers, from the request to figures that the pipeline can read: each different, each figure traced to its cell.

A file goes through here in this order:

1. `sniff` says what it is by its content and whether it is safe; `spreadsheets`, `documents`, `pdfs`, `mail` and `aligned`
   load it as lines and grids (`model`).
2. `blocks` turns lines into grids where they are tables: a cell a line, labelled lines, columns run together.
3. `tokens` says what each cell may mean (with `values`, `spans`, `ages`, `words`, `labels`, `axes`, `context`, and
   `meaning`, what a label says as a value); `rows` and `columns` find by score what each row and column is.
   Words and phrases are in `data/vocabularies/intake_words.csv`, which `lexicon` reads.
4. `sides` says what rows and columns mean by their labels; `tables` inherits meaning from the narrowest statement outwards
   and gives figures; `certainty` says what makes them doubtful in their table, `remarks` what a sentence or a heading says
   otherwise, and `surroundings` which of these stands by which table; `lists` counts lists of incidents; `sums` proves totals;
   `notices` says what marks hide and what is refused; `prose` proposes counts in running text, and `numbers` says what other
   numbers are.
5. `reader` does all this for one file, in a process that `limits` keeps within its time and memory.
6. `checks` says what looks wrong, `review` shows it, `confirming` lets a person decide what is only proposed, `readings`
   and `layouts` keep that for the next file, `command` runs the whole and says why, `render` fills templates.
7. `rounds` says what to ask forces, who has answered and who is late; `acceptance` and `joining` what joins a
   round, answer by answer; `disclosure_control` and `suppression` keep small counts by age, sex and the like out of it.
"""

from __future__ import annotations

import re

from helpers.tables import read_table
from helpers.tables.faults import Refusal


def intake(paths, out, force=None, round=None, reading=None, echo=print, explain=False) -> None:
    """Read files and folders of responses; see :func:`helpers.intake.command.intake`."""
    try:
        from helpers.intake import command, lexicon

        if lexicon.holds_an_unknown_list():
            read_table("intake_words")  # which says the line, and the nearest list
        command.intake(paths, out, force, round, reading, echo, explain)
    except (re.error, Refusal) as error:
        if getattr(error, "exit_code", 1) == 1:
            read_table("intake_words")  # which is at fault, and no file, where a slip in it stops the reader
        raise
