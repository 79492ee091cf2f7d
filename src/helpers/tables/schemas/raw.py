"""Raw tables that the answer rests on: printed FOI figures, recorded crime and population.

Every row is as published: nothing is smoothed, merged or corrected here. Judgements about other
people's errors are in ``data/corrections.toml``.
"""

from helpers.tables.schemas.form import Column, Table

YEAR = Column(
    "financial_year", "str", "Year from 1 April to 31 March, such as 2014/15.", vocabulary="financial_years"
)
FORCE = Column("force", "str", "Police force, by the Home Office's name.", vocabulary="forces")
SOURCE = Column("source", "str", "Where it was published: an id of data/sources.csv.", vocabulary="sources")
NOTE = Column("note", "str", "Remark made when the figure was taken from the page.", nullable=True)


_TABLES = [
    Table(
        "foi_printed",
        "FOI figures as printed",
        "One printed figure: what one page says about one area, period and measure in one FOI round. "
        "Values that disagree are separate rows on purpose.",
        kind="raw",
        key=["row"],
        columns=[
            Column("row", "int", "Number of the row; other tables refer to it and it never changes.", low=1),
            Column("round", "str", "FOI round that the page reports.", vocabulary="rounds"),
            Column("area", "str", "Force, nation or group of forces.", vocabulary="areas"),
            Column(
                "period",
                "str",
                "Year or span as given; 'unknown' where the page gives none.",
                format="period",
            ),
            Column("measure", "str", "What is counted.", vocabulary="measures"),
            Column("value_text", "str", "The value as printed; a percentage where the qualifier says so."),
            Column(
                "qualifier",
                "str",
                "What must be known before the value is used: approximate, derived, misprint, total of "
                "several years, per cent only, year shifted.",
                nullable=True,
            ),
            SOURCE,
            Column(
                "published",
                "str",
                "When the page appeared. A date without a day or month was inferred from the round.",
                format="partial_date",
                nullable=True,
            ),
            NOTE,
        ],
        checks=[
            (
                "repeats another row: the same page, round, area, period, measure and value",
                lambda t: ~t.duplicated(["round", "area", "period", "measure", "value_text", "source"]),
            )
        ],
        caveats=[
            "Some pages give a count without its year; the year was then taken from the round.",
            "The same figure stands in several newspapers: rows are printings, not independent counts.",
            "Counts by sex exceed the total for Bedfordshire and for Devon and Cornwall in 2014/15, "
            "which is impossible as printed.",
            "Lancashire's section 67 offences in 2017/18 are printed as 64 and as 175, and Wiltshire's "
            "total for 2014/15 as 698 and as 372.",
            "A group's printed total need not hold the forces that its name suggests; read the note.",
            "Scotland and Northern Ireland as areas are Police Scotland and the PSNI.",
        ],
    ),
    Table(
        "foi_rounds",
        "FOI rounds",
        "One round of requests to all forces, one report that quotes them, or one comparison that is "
        "not FOI.",
        kind="raw",
        key=["round"],
        columns=[
            Column(
                "round",
                "str",
                "Short id: the month of publication, and the topic if narrower.",
                format="slug",
            ),
            Column("title", "str", "What it is, in our words."),
            Column("kind", "str", "Whether the figures come from FOI.", vocabulary=("foi", "comparison")),
            Column(
                "topic",
                "str",
                "What was asked for.",
                vocabulary=("all_offences", "non_recent", "cyber_flag", "section_67", "ages", "report"),
            ),
            Column(
                "years",
                "str",
                "Financial years with a printed value in this round; blank when none is stated.",
                vocabulary="financial_years",
                separator=";",
                nullable=True,
            ),
            Column("published", "str", "Month or year of publication.", format="partial_date"),
        ],
        sources=[],
        caveats=["One round has no date of its own; it is placed in 2021 by the figures it quotes."],
    ),
    Table(
        "foi_status",
        "What each force did with each FOI round",
        "What one page says of one force's answer, or a nation's, in one round.",
        kind="raw",
        key=["round", "force", "status", "source"],
        columns=[
            Column("round", "str", "FOI round.", vocabulary="rounds"),
            Column("force", "str", "Force, nation or group of forces.", vocabulary="areas"),
            Column(
                "status",
                "str",
                "What is known of its answer.",
                vocabulary=("provided", "partial", "not_comparable", "refused", "not_held", "no_response"),
            ),
            SOURCE,
            NOTE,
        ],
        caveats=[
            "'provided' mostly means only that a value was printed somewhere.",
            "A force that is not listed may have answered: silence in print is not a refusal.",
        ],
    ),
    Table(
        "recorded_crime",
        "Police recorded crime by force, offence code and quarter",
        "Offences recorded by one force under one Home Office code in one financial year.",
        kind="raw",
        key=["financial_year", "force", "offence_code"],
        columns=[
            YEAR,
            FORCE,
            Column("offence_code", "str", "Home Office offence code.", vocabulary="offence_codes"),
            *(
                Column(
                    f"q{number}",
                    "int",
                    f"Offences recorded {months}. Negative: the force took earlier records back.",
                    unit="offences",
                    nullable=True,
                    low=-1_000,
                    high=100_000,
                )
                for number, months in enumerate(
                    ("April to June", "July to September", "October to December", "January to March"), 1
                )
            ),
        ],
        sources=["home-office-recorded-crime-2026"],
        caveats=[
            "No row means no offence: zeros are not written.",
            "2025/26 holds three quarters; one cell of 2014/15 (Bedfordshire, code 72, first quarter) is "
            "blank as published.",
            "All codes to 2019/20; from 2020/21 only sexual offences and code 86.",
            "The release is that of 2026. Years up to 2014/15 are frozen; later ones hold later revisions.",
            "2012/13 has some codes under older names, and homicide as one row.",
            "Harassment gained offences in April 2015 and lost them in April 2017; code 88A gained the new "
            "section 67 offence in April 2017; burglary codes were replaced in 2017/18.",
            "Greater Manchester's counts are unreliable from July 2019, when its system changed.",
            "North Wales's last quarter of 2017/18 holds historical records sent by mistake.",
            "Codes 17A and 20A hold victims aged 13 to 17 beside adults.",
        ],
    ),
    Table(
        "recorded_crime_vintages",
        "All sexual offences in two releases",
        "All sexual offences of one force in one year, as released in spring 2019 and in 2026.",
        kind="raw",
        key=["financial_year", "force"],
        columns=[
            YEAR,
            FORCE,
            Column(
                "sexual_offences_2019",
                "int",
                "In the release of spring 2019.",
                "offences",
                low=0,
                high=400_000,
            ),
            Column("sexual_offences_2026", "int", "In the release of 2026.", "offences", low=0, high=400_000),
        ],
        sources=["home-office-recorded-crime-2019", "home-office-recorded-crime-2026"],
        caveats=["A large revision is itself evidence about recording; Dyfed-Powys has the largest."],
    ),
    Table(
        "recorded_crime_national",
        "Recorded crime in England and Wales by offence",
        "One offence line of the national table in one year, 2002/03 to 2014/15.",
        kind="raw",
        key=["financial_year", "offence_codes", "offence"],
        columns=[
            YEAR,
            Column("offence_codes", "str", "Codes as printed beside the line.", nullable=True),
            Column("offence", "str", "Name of the line as printed; totals are lines too."),
            Column("offences", "int", "Offences recorded.", "offences", nullable=True, low=0),
            Column(
                "marker",
                "str",
                "The table's own symbol: '..' where it has no figure.",
                vocabulary=("..",),
                nullable=True,
            ),
        ],
        sources=["home-office-historical-crime-2015"],
        caveats=[
            "Lines overlap: totals and their parts are both here, so never add the column up.",
            "Definitions changed over time, above all in May 2004 and April 2009.",
        ],
        checks=[("has neither a figure nor a marker", lambda t: t["offences"].notna() | t["marker"].notna())],
    ),
    Table(
        "recorded_crime_groups",
        "Recorded crime by force and offence group",
        "Offences of one group recorded by one force in one year, years to March 2003 to 2013.",
        kind="raw",
        key=["financial_year", "area", "offence_group"],
        columns=[
            YEAR,
            Column("area", "str", "Force, or a body that records fraud.", vocabulary="recording_bodies"),
            Column("region", "str", "English region or Wales.", vocabulary="regions", nullable=True),
            Column("offence_group", "str", "Group as printed; the groups are those of 2013."),
            Column("offences", "int", "Offences recorded.", "offences", low=0),
        ],
        sources=["ons-crime-by-force-area-2013"],
        caveats=["Groups, not codes: children and adults cannot be told apart."],
    ),
    Table(
        "population",
        "Population by force",
        "Residents of one Police Force Area in the middle of one year.",
        kind="raw",
        key=["force", "year"],
        columns=[
            FORCE,
            Column("year", "int", "Calendar year.", low=2001, high=2030),
            Column("population", "int", "Residents, all ages.", "people", low=1, high=20_000_000),
        ],
        sources=["ons-mid-year-population-2001-2019"],
        caveats=["The City of London has few residents: a rate by residents means little there."],
    ),
    Table(
        "child_population",
        "Child population by force",
        "Residents of one Police Force Area by age in the middle of one year.",
        kind="raw",
        key=["force", "year"],
        columns=[
            FORCE,
            Column("year", "int", "Calendar year: 2015 and 2017 to 2020.", low=2001, high=2030),
            Column("aged_0_12", "int", "Aged 0 to 12.", "people", low=0),
            Column("aged_0_15", "int", "Aged 0 to 15.", "people", low=0),
            Column("aged_0_17", "int", "Aged 0 to 17.", "people", low=0),
            Column("all_ages", "int", "All ages.", "people", low=1, high=20_000_000),
            SOURCE,
        ],
        caveats=[
            "2012 to 2014 and 2016 are not here: interpolate the share of children and say so.",
            "Mid-2015 is the original release, before the later revision.",
        ],
        checks=[
            (
                "a younger group is larger than an older one that holds it",
                lambda t: (
                    (t["aged_0_12"] <= t["aged_0_15"])
                    & (t["aged_0_15"] <= t["aged_0_17"])
                    & (t["aged_0_17"] <= t["all_ages"])
                ),
            )
        ],
    ),
]

TABLES = {table.name: table for table in _TABLES}
