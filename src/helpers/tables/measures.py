"""The measures that FOI figures are printed for: what is counted, of whom, and in which sense.

The list is ``data/vocabularies/measures.csv``. A measure's id says what the printed words say, not what they
ought to mean: "ten and under" is ``age_0_10`` and "under ten" is ``age_under_10``, even where one outlet turned the
first into the second.
"""

from dataclasses import dataclass

from helpers.tables import vocabularies


@dataclass(frozen=True)
class Measure:
    """One measure.

    Attributes
    ----------
    id, label : str
        "age_0_10", "aged 10 and under".
    definition : str
        What is counted.
    age_low, age_high : int
        Ages of the victim in whole years, both included.
    sex : str
        "any", "female", "male" or "unknown".
    kind : str
        "total", "age", "sex", "online", "section_67", "non_recent", "offence" or "comparison".
    """

    id: str
    label: str
    definition: str
    age_low: int
    age_high: int
    sex: str
    kind: str


MEASURES = vocabularies.records("measures", Measure, "measure")
"""Every measure by id."""
