"""FOI: printed figures to one reconciled table that a stranger can audit.

- ``printed``, ``corrections``, ``figures``: what was printed, typed; judgements from `data/corrections.toml` carried
  out; and of every row why it is used or not
- ``vintages``, ``totals``, ``profiles``: one value among several printings; totals against their parts; figures that
  contradict one another or stand out
- ``completeness``, ``newspaper``: printed counts against a floor that another room supplies, and the numbers behind
  the newspaper's claims
- ``late_and_online``: offences reported late, and offences flagged as online

Official counts come in as frames; what forces themselves send is read in the room ``intake``.
"""
