"""Where to get help: the list of ``data/vocabularies/helplines.csv``, for the report, the briefings and every page."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from helpers.tables.vocabularies import rows


@dataclass(frozen=True)
class Helpline:
    """A service, whom it is for, and its number."""

    name: str
    whom: str
    number: str
    nations: tuple[str, ...] = ()  # where it serves, if not in all of the UK


CONTENT_NOTE = "This work is about records of sexual offences against children. It holds numbers and no accounts of abuse."


def helplines() -> tuple[Helpline, ...]:
    """The services of ``data/vocabularies/helplines.csv``, in its order."""
    return tuple(
        Helpline(row["helpline"], row["whom"], row["number"], tuple(filter(None, row["nations"].split(";"))))
        for row in rows("helplines", "helpline", "whom", "number", "nations")
    )


def as_data(nation: str | None = None) -> dict:
    """The note and the list, for Typst; with a nation only what serves there.

    >>> [line["name"] for line in as_data("Scotland")["lines"]][4:]
    ['Rape Crisis Scotland', 'Samaritans', 'The police']
    """
    lines = [asdict(line) for line in helplines() if not (nation and line.nations) or nation in line.nations]
    return {"note": CONTENT_NOTE, "lines": lines}
