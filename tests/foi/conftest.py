"""Made-up FOI figures, of which a test says only what it is about."""

from helpers.foi.completeness import MEASURE
from tests.frames import frame


def figures(columns, *rows, **constants):
    """Figures with these rows under `columns`; all else is that of exact counts in one paper of March 2017.

    They were released, and published, when their round was, and reach from their value to their value.
    """
    made = frame(columns, *rows).astype({"value": float})
    usual = {
        "row": range(1, len(made) + 1), "area": "Cleveland", "financial_year": "2015/16", "measure": MEASURE, "round": "2017-03",
        "source": "paper", "kind": "count", "precision": "exact", "qualifier": None, "qualifier_class": "none", "used": True,
        "doubt": None, "correction": None, "value_low": made["value"], "value_high": made["value"],
    }  # fmt: skip
    made = made.assign(**{name: cells for name, cells in (usual | constants).items() if name not in made})
    dates = dict.fromkeys({"released", "published"} - {*made}, made["round"])
    return made.assign(**dates)
