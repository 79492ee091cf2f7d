"""The text of the request: what to ask a force for, so that its answer can test the explanations.

Each thing asked for separates explanations that totals alone cannot: the delay between offence and report tells
confidence from recording, the online flag and the victim's age tell online offences from both, cancelled records and
reports that never became crimes tell better recording from more reports, and adults beside children tell what is
particular to children. It is written to be answerable within the cost limit, most important part first.
"""

from __future__ import annotations

from helpers.intake.render import render

LAWS = ("england-and-wales", "scotland", "northern-ireland")
"""One wording for each law and classification of offences."""


def request_text(kind: str, first: str, last: str) -> str:
    """The request in one wording, for the financial years from `first` to `last`.

    >>> print(request_text("scotland", "2013/14", "2024/25").splitlines()[0])
    Subject: Request for information: recorded sexual offences, 2013/14 to 2024/25
    """
    return render("request.txt.j2", kind=kind, first=first, last=last)
