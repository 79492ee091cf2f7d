"""Raw tables that bear on the explanations, and the source register.

Inspections of crime recording, series on disclosure and on life online, dated events, and who said
what drove the rise. Most rows come from the press and were chosen by it.
"""

from helpers.tables.schemas.form import Column, Table
from helpers.tables.schemas.raw import FORCE, NOTE, SOURCE

AGE_GROUPS = ("child (<16)", "adult", "all", "unclear")


def _text(name: str, description: str, **more) -> Column:
    return Column(name, "str", description, nullable=True, **more)


def _percent(name: str, what: str) -> Column:
    return Column(
        f"{name}_percent",
        "float",
        f"Share of reported {what} that was recorded.",
        "percent",
        nullable=True,
        low=0,
        high=100,
    )


def _count(name: str, description: str, unit: str = "crimes") -> Column:
    return Column(name, "int", description, unit, nullable=True, low=0)


def _margin(name: str) -> Column:
    return _text(
        f"{name}_margin",
        "Half width of the 95% interval as printed; '<3' where only a limit is.",
        unit="percentage points",
    )


_REPEATS = Column(
    "repeats_row",
    "int",
    "Row of foi_printed that holds the same area, measure, period and value: never count both.",
    nullable=True,
    low=1,
)

_TABLES = [
    Table(
        "sources",
        "Source register",
        "One page, table or file that a figure comes from.",
        kind="register",
        key=["source"],
        columns=[
            Column("source", "str", "Id: publisher and date, or publisher and title.", format="slug"),
            Column("publisher", "str", "Who published it; the site's name where no other is known."),
            Column("title", "str", "Title, or words of the address where the title was not kept."),
            Column("date", "str", "Date of publication.", format="partial_date", nullable=True),
            Column(
                "url",
                "str",
                "Address it was read at; a copy where the original is gone. Blank for an answer that was sent to "
                "us and stands nowhere yet.",
                format="url",
                nullable=True,
            ),
            Column(
                "licence",
                "str",
                "SPDX id of its licence.",
                vocabulary=("OGL-UK-3.0", "LicenseRef-facts-cited"),
            ),
            Column("vintage", "str", "Which release was taken."),
        ],
        caveats=[
            "LicenseRef-facts-cited is our own id: the page is under its publisher's copyright, and only "
            "single figures were taken from it, as facts, with this reference.",
            "A date of an FOI page without a day was inferred from the round.",
            "A source without a date is one whose page showed none that was kept; the pages say 'not dated'.",
            "Several pages are copies or reposts; the address is the one that was read.",
        ],
    ),
    Table(
        "inspections",
        "Inspections of crime recording, 2015 to 2024",
        "What one source says about one inspection of how much reported crime a force recorded.",
        kind="raw",
        key=["force", "inspection", "source"],
        columns=[
            FORCE,
            Column(
                "inspection",
                "str",
                "First inspection of the programme, re-inspection, or a later check.",
                vocabulary=("initial", "reinspection", "peel_or_later"),
            ),
            Column("report_date", "str", "When the report appeared.", format="partial_date", nullable=True),
            Column("audit_start", "str", "First day or month audited.", format="partial_date", nullable=True),
            Column(
                "audit_end",
                "str",
                "Last day or month audited, as printed.",
                format="partial_date",
                nullable=True,
            ),
            _percent("all_crime", "crime"),
            _margin("all_crime"),
            _percent("violence", "violent crime"),
            _margin("violence"),
            _percent("sexual", "sexual offences"),
            _margin("sexual"),
            _count("unrecorded_per_year", "Estimated reported crimes left unrecorded in a year."),
            _count("violence_unrecorded_per_year", "The same, violent crimes."),
            _count("sexual_unrecorded_per_year", "The same, sexual offences."),
            _text("grade", "Grade, or the words used where none was given."),
            _count("rape_reports_audited", "Reports of rape that were audited.", "reports"),
            _count("rape_reports_wrong", "Of those, recorded wrongly or not at all.", "reports"),
            _text("sexual_remark", "What the source says in words about sexual offences."),
            Column(
                "source_kind",
                "str",
                "What kind of page it is.",
                vocabulary=(
                    "HMICFRS report page",
                    "HMICFRS news",
                    "HMIC news",
                    "BBC Data Unit dataset",
                    "PCC letter",
                    "PCC statement",
                    "force statement",
                    "press",
                ),
            ),
            SOURCE,
            NOTE,
        ],
        caveats=[
            "Several inspections have two or three rows from different sources: merge by field, never average.",
            "Grades changed scale in February 2017.",
            "Rates for sexual offences exist for few rows, without intervals, because newspapers chose them.",
            "The audits of 2015 to 2019 come after most of the rise.",
            "Lancashire's audit is printed as ending before it began; the year looks like a slip for 2017.",
            "The two rows of Staffordshire differ in grade because the thresholds were lowered afterwards.",
        ],
    ),
    Table(
        "inspection_2014_forces",
        "The 2014 inspection, by force",
        "What one source says about one force's audit.",
        kind="raw",
        key=["force", "review", "source"],
        columns=[
            FORCE,
            Column("review", "str", "Which review."),
            _count("incidents_examined", "Incidents examined.", "incidents"),
            _count("crimes_should_be_recorded", "Crimes that should have been recorded."),
            _count("crimes_recorded", "Crimes that were."),
            Column(
                "recorded_pct_as_published",
                "float",
                "Share recorded, as published.",
                "percent",
                nullable=True,
                low=0,
                high=100,
            ),
            _count("no_crimes_reviewed", "Decisions to cancel a crime that were reviewed.", "decisions"),
            _count("no_crimes_correct", "Of those, correct.", "decisions"),
            _count("rape_no_crimes_reviewed", "Cancelled rapes that were reviewed.", "decisions"),
            _count("rape_no_crimes_incorrect", "Of those, wrongly cancelled.", "decisions"),
            _count("other_system_reports", "Reports kept on other systems that were examined.", "reports"),
            _count("other_system_should", "Of those, crimes that should have been recorded."),
            _count("other_system_recorded", "Of those, recorded."),
            SOURCE,
            NOTE,
        ],
        caveats=[
            "Dip samples: too small for a rate by force with any precision.",
            "Two rows for one force can come from the interim and the final report, or count other routes.",
            "Reviews of 2012 and of BTP in 2015 stand beside those of 2014.",
        ],
        checks=[
            (
                "more crimes were recorded than should have been",
                lambda t: t["crimes_recorded"] <= t["crimes_should_be_recorded"],
            )
        ],
    ),
    Table(
        "inspection_2014_national",
        "The 2014 inspection, national figures",
        "One national figure about crime recording.",
        kind="raw",
        key=["measure", "source", "value"],
        columns=[
            Column("measure", "str", "What was measured."),
            Column("value", "str", "The value as printed."),
            _text("unit", "Unit."),
            _text("period", "Period the figure is about."),
            _text("scope", "Forces it covers."),
            Column("source", "str", "Where it was published.", vocabulary="sources", nullable=True),
            NOTE,
        ],
        caveats=[
            "The 74% for sexual offences leaves out referrals that never became incidents, so a cap built "
            "on it is not a hard one.",
            "The row 'confidence intervals' says that they were not found; it has no source.",
            "Two counts of wrongly recorded rape reports disagree in their denominators.",
        ],
    ),
    Table(
        "cancelled_records",
        "Cancelled records checked by inspectors",
        "One sample of cancelled crime records of one force.",
        kind="raw",
        key=["force", "inspection_year", "crime_type"],
        columns=[
            FORCE,
            Column("inspection_year", "int", "Year of the inspection.", low=2010, high=2030),
            Column("crime_type", "str", "What was sampled.", vocabulary=("rape", "sexual offences")),
            Column("sample", "int", "Cancelled records examined.", "records", low=1),
            _count("wrong", "Of those, wrongly cancelled.", "records"),
            Column(
                "wrong_pct",
                "float",
                "The same in per cent, as printed.",
                "percent",
                nullable=True,
                low=0,
                high=100,
            ),
            SOURCE,
            NOTE,
        ],
        caveats=["Samples of about twenty; which of them were printed was the newspapers' choice."],
        checks=[
            (
                "more were wrong than were examined",
                lambda t: t["wrong"] <= t["sample"],
            ),
            ("has neither a count nor a share", lambda t: t["wrong"].notna() | t["wrong_pct"].notna()),
        ],
    ),
    Table(
        "recorded_rape",
        "Rape recorded against children and adults",
        "One printed figure about recorded rape.",
        kind="raw",
        key=["area", "age_group", "year", "measure", "source"],
        columns=[
            Column("area", "str", "Force, nation or group of forces.", vocabulary="areas"),
            Column("age_group", "str", "Victim's age group.", vocabulary=AGE_GROUPS),
            Column("year", "str", "Year or span as printed."),
            Column("measure", "str", "What was counted."),
            _text("value", "The value as printed."),
            _text("unit", "Unit."),
            SOURCE,
            NOTE,
        ],
        caveats=[
            "Children are under 16 here, not under 18.",
            "'no-crime' and 'transferred or cancelled' are one thing under two names.",
        ],
    ),
    Table(
        "attributions",
        "Who said what drove the rise",
        "One statement by one body about the cause of a rise in records.",
        kind="raw",
        key=["who", "date", "claim"],
        columns=[
            Column("who", "str", "Body that said so."),
            Column("date", "str", "When, as precisely as known."),
            Column("scope", "str", "What it is about."),
            Column("claim", "str", "The statement, in our words."),
            _text("figure", "Figure given with it."),
            Column("points_to", "str", "The explanation it supports."),
            SOURCE,
            NOTE,
        ],
        caveats=["Statements, not measurements: a body speaks about its own work."],
    ),
    Table(
        "disclosure_series",
        "Series on disclosure",
        "One printed figure that bears on whether victims came forward more.",
        kind="raw",
        key=["series", "area", "period", "source", "value_text", "unit", "note"],
        columns=[
            Column("series", "str", "What is measured."),
            Column("area", "str", "Force, nation or group, with its coverage.", vocabulary="areas"),
            Column("period", "str", "Period as given."),
            Column("value_text", "str", "The value as printed, such as 60000+."),
            Column("unit", "str", "Unit, with the page's own hedges."),
            SOURCE,
            NOTE,
            _REPEATS,
        ],
        caveats=[
            "Many geographies and definitions: filter to one series and area, never pool.",
            "Reports over a year old (FOI) and over 20 years old (ONS) are different series.",
        ],
    ),
    Table(
        "online_series",
        "Series on online offending and exposure",
        "One printed figure that bears on offending online or on children's life online.",
        kind="raw",
        key=["series", "nation", "area", "period", "source", "value_text"],
        columns=[
            Column("series", "str", "What is measured."),
            Column("nation", "str", "Nation or group that the series covers as a whole.", vocabulary="areas"),
            Column(
                "area",
                "str",
                "What this figure is about: a force, a region, or the whole.",
                vocabulary="areas",
            ),
            Column("period", "str", "Period as given; calendar and financial years are mixed."),
            Column("value_text", "str", "The value as printed."),
            Column("unit", "str", "Unit, with the page's own hedges."),
            SOURCE,
            NOTE,
            _REPEATS,
        ],
        caveats=[
            "The online flag became mandatory in April 2015 and forces took it up unevenly: there is no "
            "baseline for 2014/15.",
            "About half of the rows repeat figures of foi_printed; repeats_row says which.",
            "Repeats are matched by area, measure, period and value; a rounded or misquoted copy is not caught.",
        ],
    ),
    Table(
        "events",
        "Dated events",
        "One event that could have moved recorded figures.",
        kind="raw",
        key=["family", "event"],
        columns=[
            _text("date_text", "Date as known: a day, month, year, financial year or bracket."),
            Column(
                "family", "str", "Explanation it bears on.", vocabulary=("recording", "confidence_or_online")
            ),
            Column("event", "str", "What happened."),
            Column("scope", "str", "Where it would show."),
            _text("expected_effect", "Effect expected on the series."),
            _text("effect_basis", "Whose expectation that is.", vocabulary=("source", "analyst")),
            _text("date_quality", "How the date is known."),
            Column("source", "str", "Where it was published.", vocabulary="sources", nullable=True),
            NOTE,
        ],
        caveats=[
            "Some dates are only months, years or brackets; date_quality says so where it is known.",
            "The row on a change of IT or registrar says that none was found; it has no date and no source.",
            "The same event can stand in both families.",
        ],
    ),
]

TABLES = {table.name: table for table in _TABLES}
