"""Official: recorded crime, inspections of crime recording, and population. Knows nothing of FOI figures.

- ``families`` and ``recorded_crime``: codes added up into series, by force, year and quarter
- ``dispersion``, ``unusual``, ``inside_years``: how the series scatter, where they jump, when they rose
- ``population``: children by force, and rates
- ``inspections``: how much reported crime each force was found to record
- ``home_office`` and ``download``: the Home Office's own tables, read and compared with what is held
"""
