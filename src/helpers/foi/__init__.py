"""FOI: printed figures to one reconciled table that a stranger can audit, and forces' own answers.

`printed` types what was printed, `corrections` carries out judgements that live in `data/corrections.toml`,
`figures` joins the two and says of every row why it is used or not, `vintages` chooses among several printings,
`totals` holds printed totals against their parts, and `completeness` holds printed counts against a floor that
another room supplies. Nothing here reads the official series.
"""
