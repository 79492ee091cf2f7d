"""The official series and the rise: registers of files and breaks, and what 11 and 21 build.

Built by 11_official_series: official_annual, official_quarterly, official_families, official_floor, official_rates,
official_vintages, official_flags. Built by 21_rise: rise_forces, rise_panels.
"""

from helpers.tables.schemas.form import Column, Table
from helpers.tables.schemas.raw import FORCE, SOURCE, YEAR

ROLES = ("child", "sexual", "negative_control", "positive_control", "broken")
FLAGS = ("spike", "dip", "negative")
ORIGINS = ("foi", "official")


def _count(name: str, description: str, *, low: float | None = None, nullable: bool = False) -> Column:
    return Column(name, "int", description, "offences", low=low, nullable=nullable)


def _ratio(name: str, description: str, nullable: bool = True) -> Column:
    return Column(name, "float", description, "ratio", low=0, nullable=nullable)


def _year(name: str, description: str, nullable: bool = False) -> Column:
    return Column(name, "str", description, vocabulary="financial_years", nullable=nullable)


FAMILY = Column(
    "family", "str", "Family of offence codes: an id of helpers/official/families.py.", format="slug"
)
QUARTER = Column("quarter", "int", "Quarter of the financial year: 1 is April to June.", low=1, high=4)
HELD = Column(
    "quarters", "int", "Quarters of the year that are held; under 4 it is not a year's count.", low=1, high=4
)
CODE = Column("offence_code", "str", "Home Office offence code.", vocabulary="offence_codes")

_REGISTERS = [
    Table(
        "official_files",
        "Official files to fetch",
        "One file that `rise fetch` downloads and compares with what is held.",
        kind="register",
        key=["file"],
        columns=[
            Column("file", "str", "Id of the file.", format="slug"),
            Column("title", "str", "Its title on the page."),
            Column("page", "str", "Page that links to the newest release.", format="url"),
            Column("pattern", "str", "Regular expression that finds the link on the page."),
            Column(
                "url", "str", "Fixed address, in place of the link on the page.", format="url", nullable=True
            ),
            Column("sha256", "str", "Digest that the download must have.", nullable=True),
            Column("compares_with", "str", "Raw table that it is compared with."),
            SOURCE,
        ],
        caveats=["GOV.UK gives a file a new address with every release."],
    ),
    Table(
        "series_notes",
        "Breaks and faults in the official series",
        "One place where recorded crime changes its content or cannot be relied on. Marks figures, corrects none.",
        kind="register",
        key=["note"],
        columns=[
            Column("note", "str", "Id of the entry.", format="slug"),
            Column("kind", "str", "Why.", vocabulary=("definition", "unreliable", "inquiry")),
            Column("force", "str", "Force; blank for all.", vocabulary="forces", nullable=True),
            Column("codes", "str", "Home Office codes with blanks between, or 'all'."),
            Column("from", "str", "First day.", format="date"),
            Column("to", "str", "Last day; blank where it goes on.", format="date", nullable=True),
            Column("what", "str", "What happened."),
            Column("effect", "str", "What it does to the figures."),
            SOURCE,
        ],
    ),
]

_SERIES = [
    Table(
        "official_annual",
        "Recorded offences by force, year and code",
        "Offences of one force under one code in one year: sexual codes, 86, and the codes of the control families.",
        key=["force", "financial_year", "offence_code"],
        columns=[FORCE, YEAR, CODE, _count("offences", "Offences, the quarters held added up."), HELD],
        caveats=[
            "A force without a row in the raw table has 0 here; a code that nobody has in a year has no row.",
            "Codes other than sexual ones and 86 end with 2019/20.",
        ],
    ),
    Table(
        "official_quarterly",
        "Recorded offences by force, quarter and family",
        "Offences of one force in one family of codes in one quarter.",
        key=["force", "financial_year", "quarter", "family"],
        columns=[
            FORCE,
            YEAR,
            QUARTER,
            FAMILY,
            _count("offences", "Offences; negative where records were taken back."),
        ],
        caveats=["Families overlap: child_only is part of all_sexual. Add no two that share codes."],
    ),
    Table(
        "official_families",
        "Recorded offences by year and family",
        "All forces together: offences in one family of codes in one year.",
        key=["family", "financial_year"],
        columns=[
            FAMILY,
            Column("label", "str", "The family in words."),
            Column("role", "str", "What the family is for.", vocabulary=ROLES),
            YEAR,
            _count("offences", "Offences in the 43 territorial forces and the British Transport Police."),
            HELD,
            Column(
                "comparable", "bool", "Whether the family holds the same offences as in most other years."
            ),
        ],
    ),
    Table(
        "official_floor",
        "The child-only floor",
        "Offences of one force under the eleven codes whose victims are all under 18.",
        key=["force", "financial_year"],
        columns=[
            FORCE,
            YEAR,
            _count("child_only", "Offences, the quarters held added up."),
            *(
                _count(f"q{n}", f"Offences in quarter {n}; empty where not held.", nullable=True)
                for n in (1, 2, 3, 4)
            ),
            HELD,
            Column(
                "flag",
                "str",
                "Ids of series_notes that bear on the count, with blanks between.",
                nullable=True,
            ),
        ],
        caveats=[
            "A complete count of sexual offences against under-18s cannot be lower under the same rules."
        ],
    ),
    Table(
        "official_rates",
        "Recorded child-only offences by child population",
        "Child-only offences of one force in one year by 1,000 residents under 18.",
        key=["force", "financial_year"],
        columns=[
            FORCE,
            YEAR,
            _count("child_only", "Offences.", low=0),
            Column("aged_0_17", "int", "Residents aged 0 to 17 in the middle of the year.", "people", low=1),
            Column("interpolated", "bool", "Whether that number was interpolated, not counted by age."),
            Column("rate", "float", "Offences by 1,000 residents aged 0 to 17.", "offences per 1,000", low=0),
        ],
        caveats=[
            "Not a risk: offences may be decades old, and victims adults by now. City of London has few residents."
        ],
    ),
    Table(
        "official_vintages",
        "All sexual offences in two releases, compared",
        "All sexual offences of one force in one year as released in 2019 and in 2026.",
        key=["force", "financial_year"],
        columns=[
            FORCE,
            YEAR,
            _count("sexual_offences_2019", "In the release of spring 2019.", low=0),
            _count("sexual_offences_2026", "In the release of 2026.", low=0),
            _count("change", "Offences added (or taken away) between the releases."),
            _ratio("ratio", "Later release over earlier."),
        ],
    ),
    Table(
        "official_flags",
        "Quarters of the official series to look at",
        "One quarter of one force that stands out or was corrected below zero. None is changed.",
        key=["force", "financial_year", "quarter", "kind", "offence_code"],
        columns=[
            FORCE,
            YEAR,
            QUARTER,
            Column("kind", "str", "Why it is listed.", vocabulary=FLAGS),
            Column(
                "offence_code",
                "str",
                "The code, or for a spike or dip the one that moved most.",
                vocabulary="offence_codes",
            ),
            _count("offences", "Child-only offences of the quarter; for a negative count, the code's own."),
            Column(
                "expected",
                "float",
                "What neighbouring quarters and the national course suggest.",
                "offences",
                nullable=True,
            ),
            Column("z", "float", "Distance from that, in standard errors.", "standard errors", nullable=True),
        ],
    ),
]

_RISE = [
    Table(
        "rise_forces",
        "The rise by force",
        "One force's change between the two years compared, in FOI figures and in the official child-only codes.",
        key=["force", "first_year", "last_year"],
        columns=[
            FORCE,
            _year("first_year", "Earlier year."),
            _year("last_year", "Later year."),
            *(
                column
                for origin, words, count in (
                    ("foi", "FOI", "float"),
                    ("official", "official child-only", "float"),
                )
                for column in (
                    Column(
                        f"{origin}_before",
                        count,
                        f"{words} count in the earlier year.",
                        "offences",
                        low=0,
                        nullable=True,
                    ),
                    Column(
                        f"{origin}_after",
                        count,
                        f"{words} count in the later year.",
                        "offences",
                        low=0,
                        nullable=True,
                    ),
                    _ratio(f"{origin}_ratio", "Later over earlier."),
                    _ratio(f"{origin}_low", "Low end of its interval."),
                    _ratio(f"{origin}_high", "High end of its interval."),
                    _ratio(f"{origin}_shrunk", "The ratio pulled towards the other forces'."),
                    _ratio(f"{origin}_shrunk_low", "Low end of the shrunken ratio's interval."),
                    _ratio(f"{origin}_shrunk_high", "High end of the shrunken ratio's interval."),
                    Column(
                        f"{origin}_z",
                        "float",
                        "Distance from all forces together, in standard errors.",
                        "standard errors",
                        nullable=True,
                    ),
                    Column(
                        f"{origin}_outlier",
                        "bool",
                        "Whether that is beyond chance at the level asked for.",
                        nullable=True,
                    ),
                )
            ),
            Column(
                "below_floor",
                "str",
                "Which FOI counts are below the child-only floor, so cannot be complete under the same rules.",
                vocabulary=("neither", "earlier", "later", "both", "cannot tell"),
            ),
            Column(
                "disagreement",
                "float",
                "FOI ratio over official ratio on the log scale, in standard errors; positive where FOI rose more.",
                "standard errors",
                nullable=True,
            ),
            Column(
                "one_release",
                "bool",
                "Whether one FOI release printed both counts; where none did, they may count different things.",
                nullable=True,
            ),
            Column("flag", "str", "Ids of series_notes that bear on the official counts.", nullable=True),
        ],
    ),
    Table(
        "rise_panels",
        "The rise in panels of forces",
        "The change between the two years in one set of forces, from one kind of figure.",
        key=["panel", "origin"],
        columns=[
            Column("panel", "str", "Id of the set of forces.", format="slug"),
            Column("origin", "str", "Kind of figure.", vocabulary=ORIGINS),
            Column("label", "str", "The set in words."),
            _year("first_year", "Earlier year."),
            _year("last_year", "Later year."),
            Column(
                "forces_before",
                "int",
                "Forces with a count in the earlier year.",
                "forces",
                low=0,
                nullable=True,
            ),
            Column(
                "forces_after",
                "int",
                "Forces with a count in the later year.",
                "forces",
                low=0,
                nullable=True,
            ),
            Column("before", "float", "Offences in the earlier year.", "offences", low=0, nullable=True),
            Column("after", "float", "Offences in the later year.", "offences", low=0, nullable=True),
            _ratio("ratio", "Later over earlier; empty for a range without a point."),
            _ratio("low", "Low end of the interval or range."),
            _ratio("high", "High end of the interval or range."),
            Column("note", "str", "What the range is, and what must be known.", nullable=True),
        ],
    ),
]

TABLES = {table.name: table for table in (*_REGISTERS, *_SERIES, *_RISE)}
