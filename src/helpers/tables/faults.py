"""One clear error for bad tables: which file, which row, which column, and how to correct it.

A table is checked whole before anything is said, so that a person corrects a file once and not once per
fault. :class:`TableError` carries every :class:`Fault` found and prints ten kinds of them.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

SHOWN = 10
_YEAR = re.compile(r"(19|20)\d\d(\D|$)")


def nearest(text: str, choices: Iterable[str]) -> str | None:
    """Return the choice that looks most like `text`, or None when nothing is close.

    Case and surrounding blanks do not count. Of years, the nearest in time, also where the century is left out.

    Examples
    --------
    >>> nearest("cleevland", ["Cleveland", "Cumbria"]), nearest("2010/11", ["2012/13", "2020/21"])
    ('Cleveland', '2012/13')
    >>> nearest("09/10", ["2012/13", "2019/20"])
    '2012/13'
    >>> nearest("zzz", ["Cleveland", "Cumbria"]) is None
    True
    """
    return _nearest(str(text).casefold().strip(), tuple(map(str, choices)))


@lru_cache(maxsize=1024)  # a slip is often made down a whole column
def _nearest(text: str, choices: tuple[str, ...]) -> str | None:
    text = re.sub(r"^(?=[0-6]\d/\d\d$)", "20", text)
    years = filter(_YEAR.match, choices) if _YEAR.match(text) else ()
    apart = {choice: abs(int(choice[:4]) - int(text[:4])) for choice in years}
    soonest = [choice for choice, years in apart.items() if years == min(apart.values())]
    by_key: dict[str, str] = {}
    for choice in soonest or choices:
        by_key.setdefault(choice.casefold().strip(), choice)
    found = difflib.get_close_matches(text, list(by_key), n=1, cutoff=0 if soonest else 0.6)
    return by_key[found[0]] if found else None


def suggestion(text: str, choices: Iterable[str]) -> str:
    """The end of a message that names the nearest choice; empty when nothing is close.

    >>> suggestion("cleevland", ["Cleveland", "Cumbria"]), suggestion("zzz", ["Cleveland"])
    ('; the nearest is "Cleveland"', '')
    """
    close = nearest(text, choices)
    return f'; the nearest is "{close}"' if close else ""


def offer(text: str, choices: Iterable) -> str:
    """The end of a message that names the nearest choice, or lists the choices, or some of them when many.

    >>> offer("Northumbira", ["Northumbria", "Cleveland"]), offer("x", ["first", "latest"])
    ('; the nearest is "Northumbria"', '; choose from first, latest')
    """
    said = [str(choice) for choice in choices if choice != ""]
    listed = ", ".join(said) if len(said) <= 12 else f"{said[0]}, {said[1]} … {said[-1]}"
    return suggestion(text, said) or (f"; choose from {listed}" if said else "")


def look_up(known: Mapping, name: str, what: str):
    """Return ``known[name]``; ``KeyError`` with the nearest name, or what there is, where there is none.

    >>> look_up({"Kent": 1}, "Kemt", "force")
    Traceback (most recent call last):
    KeyError: 'no force "Kemt"; the nearest is "Kent"'
    """
    if name not in known:
        raise KeyError(f'no {what} "{name}"{offer(name, known)}')
    return known[name]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one table.

    `row` is the line of the file, counted from 1 with the header, when the table was read; it is the
    position of the row, counted from 1, when a frame was about to be written (`where` says which).
    """

    problem: str
    row: int | None = None
    column: str | None = None
    nearest: str | None = None
    remedy: str | None = None
    where: str = "line"

    def __str__(self) -> str:
        place = [f"{self.where} {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column is not None else []
        text = f"{', '.join(place)}: {self.problem}" if place else self.problem
        close = f'; the nearest valid value is "{self.nearest}"' if self.nearest is not None else ""
        return text + close + (f" ({self.remedy})" if self.remedy else "")


class Refusal(ValueError):
    """Something that a person can correct; the message says what, where and how.

    The command line prints the message alone and ends with `exit_code`: 1 when the work could not be done, 2 when what
    was asked for cannot be.
    """

    exit_code = 1


class TableError(Refusal):
    """A table cannot be read or written as it stands.

    Parameters
    ----------
    table : str
        The file, relative to the project where it can be, or the table's name.
    faults : sequence of Fault
        Everything that was found, in the order of the file.

    Attributes
    ----------
    table, faults
        As given.

    Examples
    --------
    >>> print(TableError("data/raw/forces.csv", [Fault("is empty", remedy="restore it")]))
    data/raw/forces.csv: is empty (restore it)
    """

    def __init__(self, table: str, faults: Sequence[Fault] | str):
        self.table = table
        self.faults = (Fault(faults),) if isinstance(faults, str) else tuple(faults)
        super().__init__(self._text())

    def told(self) -> list[str]:
        """Return one line a kind of fault: the same slip in many rows is told once, with their number."""
        alike: dict[tuple, list[Fault]] = {}
        for fault in self.faults:
            alike.setdefault((fault.column, fault.problem, fault.remedy), []).append(fault)
        kinds = ((first, len(rest)) for first, *rest in alike.values())
        return [
            f"{first}{f' … and in {more:,} more {first.where}s' if more else ''}" for first, more in kinds
        ]

    def _text(self) -> str:
        told = self.told()
        if len(told) == 1:
            return f"{self.table}: {told[0]}" if self.table else told[0]
        lines = [f"{self.table}: {len(self.faults):,} faults", *(f"  {line}" for line in told[:SHOWN])]
        if len(told) > SHOWN:
            lines.append(f"  … and {len(told) - SHOWN:,} more")
        return "\n".join(lines)
