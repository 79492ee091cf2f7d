"""Official: recorded crime, inspections of crime recording, population, and other counts. Knows nothing of FOI figures.

Recorded crime
    ``recorded_crime`` (what is held, as series by force, year and quarter), ``families`` (codes that are added up),
    ``comparisons`` (how families grew, and how the controls did; the dated events of the confidence explanation), ``phases`` (the rise year by year and over two years),
    ``inside_years`` (when in a year it rose), ``dispersion`` (how counts scatter), ``outliers`` (where they jump), ``series_notes`` (where others say that they are not reliable, or break),
    ``population`` (children by force, and rates)
Inspections of crime recording
    ``inspections`` (what share was recorded, and the most that perfect recording adds: the cap), ``audits`` (a force's
    growth around its own audit), ``force_windows`` (did forces grow where audits found most unrecorded)
From outside police records
    ``other_series`` (courts, child protection, helplines, surveys, other countries, and published figures that stand alone)
Shares of the rise
    ``strata`` and ``share_ladder`` (bounds), ``routes`` (what grew by how much, and the share that follows),
    ``share_scenarios`` (another assumption in place of one)
Every choice that an analyst could have made
    ``multiverse_growth`` (how much counts rose, and whether more where audits found more), ``multiverse_shares``
Simulated data in the shape of the official figures
    ``simulated_worlds``, ``simulated_dates``
The Home Office's own files
    ``download`` (``rise fetch``), ``home_office``, ``delay_tables``
"""
