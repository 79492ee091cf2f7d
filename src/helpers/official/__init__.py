"""Official: recorded crime, inspections of crime recording, and population. Knows nothing of FOI figures.

- ``families`` and ``recorded_crime``: codes added up into series, by force, year and quarter
- ``comparisons``: how sets and families of codes grew, and how the controls did
- ``dispersion``, ``unusual``, ``inside_years``: how the series scatter, where they jump, when they rose
- ``population``: children by force, and rates
- ``inspections`` and ``audits``: how much reported crime each force was found to record, and its growth around that
- ``cells``, ``specifications``, ``made_up``: what the weighing weighs, under every choice, and made-up worlds like it
- ``home_office`` and ``download``: the Home Office's own tables, read and compared with what is held
"""
