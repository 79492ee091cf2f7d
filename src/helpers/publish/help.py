"""Where to get help: one list of helplines for the report, the briefings and every page."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Helpline:
    """A service, whom it is for, and its number."""

    name: str
    whom: str
    number: str
    nations: tuple[str, ...] = ()  # where it serves, if not in all of the UK


ENGLAND_AND_WALES = ("England", "Wales", "Great Britain")
HELPLINES = (
    Helpline("NSPCC Helpline", "adults worried about a child", "0808 800 5000"),
    Helpline("Childline", "children and young people, any hour", "0800 1111"),
    Helpline("NAPAC", "adults who were abused in childhood", "0808 801 0331"),
    Helpline("The Survivors Trust", "anyone affected by sexual abuse or rape", "0808 801 0818"),
    Helpline("Rape Crisis England & Wales", "over-16s, any hour", "0808 500 2222", ENGLAND_AND_WALES),
    Helpline("Rape Crisis Scotland", "anyone in Scotland", "08088 01 03 02", ("Scotland", "Great Britain")),
    Helpline(
        "Domestic and Sexual Abuse Helpline",
        "anyone in Northern Ireland, any hour",
        "0808 802 1414",
        ("Northern Ireland",),
    ),
    Helpline("Samaritans", "anyone who needs to talk, any hour", "116 123"),
    Helpline("The police", "in danger now; otherwise 101", "999"),
)

CONTENT_NOTE = "This work is about records of sexual offences against children. It holds numbers and no accounts of abuse."


def as_data(nation: str | None = None) -> dict:
    """The note and the list, for Typst; with a nation only what serves there.

    >>> [line["name"] for line in as_data("Scotland")["lines"]][4:]
    ['Rape Crisis Scotland', 'Samaritans', 'The police']
    """
    lines = [asdict(line) for line in HELPLINES if not (nation and line.nations) or nation in line.nations]
    return {"note": CONTENT_NOTE, "lines": lines}
