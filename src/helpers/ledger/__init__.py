"""The ledger: every number the report prints, and a verdict on every claim that was made.

- ``findings``: ``begin`` opens a step's ledger, ``record`` puts a finding in it, ``collect`` joins all steps into
  `findings.json`; ``definitions``: what every finding is, from `data/findings.toml`
- ``claims``: a verdict on each claim, in `claims.json`
- ``results``: the tests against `data/predictions.toml`, and what became of each prediction

How a number is rounded is decided in :mod:`helpers.tables.rounding`, by its unit. The ledger knows nothing about how its
numbers are shown.
"""

from helpers.ledger.claims import VERDICTS, judge_claims
from helpers.ledger.findings import begin, collect, read_findings, record, record_rows, recorded, to_json

__all__ = [
    "VERDICTS", "begin", "collect", "judge_claims", "read_findings", "record", "record_rows", "recorded", "to_json",
]  # fmt: skip
