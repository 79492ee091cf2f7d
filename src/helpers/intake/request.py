"""The text of the request: what to ask a force for, so that its answer can test the explanations.

Each thing asked for separates explanations that totals alone cannot: the delay between offence and report tells
confidence from recording, the online flag and the victim's age tell online offences from both, cancelled records and
reports that never became crimes tell better recording from more reports, and adults beside children tell what is
particular to children. It is written to be answerable within the cost limit, most important part first.
"""

from __future__ import annotations

import textwrap

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

_TEXT = """\
Subject: Request for information: recorded sexual offences, {years}

Dear Freedom of Information team,

Please treat this as a request under {law}.

For each financial year (1 April to 31 March) from {years}, by the date on which the crime was recorded:

{whole}
B. The same, by
   1. the victim's sex: female, male, not recorded;
   2. the victim's age at the time of the offence: each single year from 0 to 17. Please put victims whose age is not
      known under "not recorded", and not under 0;
   3. the delay between the offence and the day it was reported: under 1 year; 1 year and under 5; 5 and under 20; 20
      years and more; not known;
   4. whether the record carries the online (cyber) flag: yes, no.
C. The number of recorded sexual offences where the victim was 18 or over at the time of the offence, by offence code
   and by the delays in B3.
D. The number of records of sexual offences that were cancelled (formerly "no crime"), by the year in which they were
   first recorded, and the number of reports of rape that were not recorded as a crime{n100}, by year.
E. The dates since {first} on which your crime recording system changed, and whether figures from before and after such
   a change can be compared.

Format
- One spreadsheet or CSV file, one row for each combination of year, offence code, sex and age, with the count in the
  last column; a second table for the delays, a third for the flag. A PDF or a picture of a table takes much longer to
  use.
- Please give 0 where there were none, and leave no cell blank.
- Exact counts are asked for. If you hide small numbers, please say which numbers a mark stands for and whether it
  includes zero, and give the totals exactly.
- Please say on which day the figures were extracted, and what they count.

If all of this would exceed the cost limit, please answer the parts in the order A, B1 and B2, B3, B4, D, C, E as far as
the limit allows, and advise how the rest could be narrowed. If a part is refused, please still answer the others.

Yours faithfully,
"""


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
