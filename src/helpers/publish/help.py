"""Where to get help: one list of helplines for the report, the briefings and every page."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Helpline:
    """A service, whom it is for, and its number."""

    name: str
    whom: str
    number: str


HELPLINES = (
    Helpline("NSPCC Helpline", "adults worried about a child", "0808 800 5000"),
    Helpline("Childline", "children and young people, any hour", "0800 1111"),
    Helpline("NAPAC", "adults who were abused in childhood", "0808 801 0331"),
    Helpline("The Survivors Trust", "anyone affected by sexual abuse or rape", "0808 801 0818"),
    Helpline("Rape Crisis England & Wales", "over-16s, any hour", "0808 500 2222"),
    Helpline("Rape Crisis Scotland", "anyone in Scotland", "08088 01 03 02"),
    Helpline("Domestic and Sexual Abuse Helpline", "anyone in Northern Ireland, any hour", "0808 802 1414"),
    Helpline("Samaritans", "anyone who needs to talk, any hour", "116 123"),
    Helpline("The police", "in danger now; otherwise 101", "999"),
)

CONTENT_NOTE = "This work is about records of sexual offences against children. It holds numbers and no accounts of abuse."


def as_data() -> dict:
    """The note and the list, for Typst."""
    return {"note": CONTENT_NOTE, "lines": [asdict(line) for line in HELPLINES]}
