"""The register of predictions: what each explanation implies, written down before estimation."""

import re

from helpers.tables.schemas.form import Column, Table

EXPLANATIONS = ("recording", "confidence", "online", "artefact")
DIMENSIONS = ("delay", "age", "offence", "force", "time", "adults and children")
ROLES = ("primary", "exploratory", "afterwards")
NUMBER = r"-?\d+(\.\d+)?"
EXPECTED = re.compile(rf"(above|below) {NUMBER}|between {NUMBER} and {NUMBER}|no break|not observed")

TABLES = {
    "predictions": Table(
        "predictions",
        "Predictions",
        "What one explanation predicts for one dimension of the figures, and the test that checks it.",
        kind="register",
        key=["id"],
        columns=[
            Column(
                "id",
                "str",
                "The prediction's name: explanation, dimension, and more where needed.",
                format="slug",
            ),
            Column("explanation", "str", "Whose prediction it is.", vocabulary=EXPLANATIONS),
            Column("dimension", "str", "Row of the signature matrix.", vocabulary=DIMENSIONS),
            Column(
                "expected",
                "str",
                "What the test's statistic should be: above x, below x, between x and y, no break, not observed.",
                checks=[
                    (
                        "must read like 'above 1'",
                        lambda column: column.map(lambda x: bool(EXPECTED.fullmatch(x))),
                    )
                ],
            ),
            Column("test", "str", "Name of the test that checks it, as in the tables of tests."),
            Column("data", "str", "What the test is computed from."),
            Column(
                "role",
                "str",
                "Primary tests share one error rate; an entry written afterwards is a check and no prediction.",
                vocabulary=ROLES,
            ),
            Column("reason", "str", "Why the explanation implies it, and what weakens the test."),
            Column(
                "reach",
                "str",
                "What a verdict on it settles and what it does not, where it could be read too widely.",
                nullable=True,
            ),
        ],
        caveats=[
            "Entries are written before their results are known, but for those with the role `afterwards`, and not "
            "changed then, but for `reach`.",
            "Entries with one `test` rest on the same figures: they are not independent of one another.",
        ],
    )
}
