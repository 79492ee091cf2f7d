"""The text of the request: what to ask a force for, so that its answer can test the explanations.

Each thing asked for separates explanations that totals alone cannot: the delay between offence and report tells
confidence from recording, the online flag and the victim's age tell online offences from both, cancelled records and
reports that never became crimes tell better recording from more reports, and adults beside children tell what is
particular to children. It is written to be answerable within the cost limit, most important part first.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

# One wording for each law and classification of offences.
LAWS = {
    "england-and-wales": "the Freedom of Information Act 2000",
    "scotland": "the Freedom of Information (Scotland) Act 2002",
    "northern-ireland": "the Freedom of Information Act 2000",
}
CODES = {
    "england-and-wales": "by Home Office offence code (17A, 17B, 19C to 19K, 20A, 20B, 21, 22A, 22B, 23, 70, 71, 72, 73, 88A, 88C, 88D, 88E; "
    "please show sexual communication with a child, 71/17, apart from the rest of its code)",
    "scotland": "by Scottish Government crime code and its name (please show communicating indecently with a child apart)",
    "northern-ireland": "by PSNI crime classification and its name (please show sexual communication with a child apart)",
}

_TEXT = (Path(__file__).parent / "templates" / "request.txt").read_text(encoding="utf-8")


def request_text(kind: str, first: str, last: str) -> str:
    """The request in one wording, for the financial years from `first` to `last`.

    >>> print(request_text("scotland", "2013/14", "2024/25").splitlines()[0])
    Subject: Request for information: recorded sexual offences, 2013/14 to 2024/25
    """
    whole = (
        f"A. The number of recorded sexual offences, {CODES[kind]}, where the victim was under 18 at the time of the "
        "offence. Please count offences, not victims or reports, and leave out records that were later cancelled."
    )
    whole = textwrap.fill(whole, 118, subsequent_indent="   ")
    n100 = " (N100)" if kind == "england-and-wales" else ""  # a code of the Home Office's rules for counting
    return _TEXT.format(years=f"{first} to {last}", first=first[:4], law=LAWS[kind], whole=whole, n100=n100)
