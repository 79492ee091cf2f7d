"""Vocabularies: the lists that other tables refer to, in ``data/vocabularies``."""

from helpers.tables.schemas.form import Column, Table
from helpers.tables.schemas.raw import FORCE

GROUPS = (
    "Violence against the person",
    "Sexual offences",
    "Robbery",
    "Theft offences",
    "Criminal damage and arson",
    "Drug offences",
    "Possession of weapons offences",
    "Public order offences",
    "Miscellaneous crimes against society",
)


def _words(name, description, **more):
    return Column(name, "str", description, **more)


_TABLES = [
    Table(
        "offences",
        "Home Office offence codes",
        "One offence code of the recorded crime tables.",
        kind="vocabulary",
        key=["offence_code"],
        columns=[
            Column(
                "offence_code",
                "str",
                "Home Office code.",
                checks=[("is not a code", lambda s: s.str.match(r"\d"))],
            ),
            Column("offence", "str", "Latest name."),
            Column(
                "families",
                "str",
                "Sets of codes that it belongs to, with blanks between.",
                vocabulary="families",
                separator=" ",
                nullable=True,
            ),
            Column("offence_group", "str", "Group.", vocabulary=GROUPS),
            Column("offence_subgroup", "str", "Subgroup."),
            Column("first_year", "str", "First year with the code.", vocabulary="financial_years"),
            Column("last_year", "str", "Last year with the code.", vocabulary="financial_years"),
            Column(
                "other_names", "str", "Other names in the tables, with ' | ' between them.", nullable=True
            ),
        ],
        sources=["home-office-recorded-crime-2026"],
        caveats=[
            "28A to 31 were replaced by new burglary codes in 2017/18; 'outcome only' marks the old ones.",
            "A stray row of code 72 in 2014/15 is under its usual name here.",
        ],
        checks=[("ends before it begins", lambda t: t["first_year"] <= t["last_year"])],
    ),
    Table(
        "forces",
        "Police forces",
        "One of the 46 forces of the United Kingdom that recorded crime tables or FOI rounds cover.",
        kind="vocabulary",
        key=["force"],
        columns=[
            FORCE,
            Column("slug", "str", "Name for files and finding ids.", format="slug"),
            Column(
                "kind",
                "str",
                "Kind of force; territorial ones are those of England and Wales.",
                vocabulary=("territorial", "transport", "scotland", "northern_ireland"),
            ),
            Column("nation", "str", "Nation.", vocabulary="nations"),
            Column("region", "str", "English region or nation.", vocabulary="regions", nullable=True),
            Column("pfa_code", "str", "ONS code of the Police Force Area.", nullable=True),
            Column("tile_row", "int", "Row on the tile map, from the top.", low=0),
            Column("tile_column", "int", "Column on the tile map, from the left.", low=0),
            Column("short", "str", "The few letters that stand for it on the tile map."),
        ],
        sources=["home-office-recorded-crime-2026"],
        caveats=[
            "The tile map is our own: equal squares, roughly where the forces are.",
            "The British Transport Police stand apart from the map and have no resident population.",
        ],
        checks=[
            ("two forces share a tile", lambda t: ~t.duplicated(["tile_row", "tile_column"], keep=False)),
            ("two forces share a slug", lambda t: ~t.duplicated(["slug"], keep=False)),
        ],
    ),
    Table(
        "force_aliases",
        "Other names of forces",
        "One name met in print, beside the force it stands for.",
        kind="vocabulary",
        key=["alias"],
        columns=[Column("alias", "str", "Name met in print."), FORCE],
        caveats=["Case, '&', 'Police' and 'Constabulary' need no alias."],
    ),
    Table(
        "areas",
        "Areas that are no force",
        "A nation, region, group of forces or body that figures are given for and that is not one of the 46 forces.",
        kind="vocabulary",
        key=["area", "kind"],
        columns=[
            _words("area", "Name, as the tables write it."),
            _words(
                "kind",
                "What it is. The network is the railways', policed as one; a partial total says how many forces are in it; a group is some forces together.",
                vocabulary=(
                    "nation",
                    "network",
                    "union",
                    "world",
                    "partial",
                    "group",
                    "region",
                    "crown_dependency",
                    "special_force",
                    "fraud_body",
                ),
            ),
            _words(
                "parts",
                "The forces or nations that its own name states.",
                vocabulary="areas",
                separator=";",
                nullable=True,
            ),
            _words("note", "Remark.", nullable=True),
        ],
        caveats=[
            "A region's name does not settle which forces a newspaper meant: read the row's note before adding up.",
            "Regions, and bodies that record fraud, are no areas of FOI tables.",
        ],
    ),
    Table(
        "measures",
        "Measures",
        "What an FOI figure counts, of whom, and in which sense.",
        kind="vocabulary",
        key=["measure"],
        columns=[
            _words(
                "measure",
                "Id.",
                checks=[
                    ("is not small letters, digits and underscores", lambda s: s.str.fullmatch(r"[a-z0-9_]+"))
                ],
            ),
            _words(
                "kind",
                "What kind of measure it is.",
                vocabulary=(
                    "total",
                    "age",
                    "sex",
                    "online",
                    "section_67",
                    "non_recent",
                    "offence",
                    "comparison",
                ),
            ),
            _words("label", "A few words for figures."),
            Column("age_low", "int", "Youngest age of the victim in whole years.", "years", low=0, high=17),
            Column("age_high", "int", "Oldest age of the victim in whole years.", "years", low=0, high=17),
            _words("sex", "Sex of the victim.", vocabulary=("any", "female", "male", "unknown")),
            _words("definition", "What is counted."),
        ],
        checks=[("the youngest age is above the oldest", lambda t: t["age_low"] <= t["age_high"])],
        caveats=[
            "An id says what the printed words say, not what they ought to mean: 10 and under is not under 10."
        ],
    ),
    Table(
        "families",
        "Families of offence codes",
        "A set of offence codes whose counts may be added, with its role in the argument.",
        kind="vocabulary",
        key=["family"],
        columns=[
            _words(
                "family",
                "Id.",
                checks=[
                    ("is not small letters, digits and underscores", lambda s: s.str.fullmatch(r"[a-z0-9_]+"))
                ],
            ),
            _words(
                "role",
                "What the family is for. Roles were fixed before any estimate was looked at.",
                vocabulary=(
                    "child",
                    "sexual",
                    "negative_control",
                    "positive_control",
                    "broken",
                    "comparison",
                ),
            ),
            _words("label", "The family in words."),
            _words(
                "made_of",
                "Other families whose codes are in it, with blanks between.",
                vocabulary="families",
                separator=" ",
                nullable=True,
            ),
            _words(
                "first_year",
                "First year that can be compared; blank for the first one held.",
                vocabulary="financial_years",
                nullable=True,
            ),
            _words(
                "last_year",
                "Last year that can be compared; blank for the last one held.",
                vocabulary="financial_years",
                nullable=True,
            ),
            _words("note", "Where its content changed, or why it serves.", nullable=True),
        ],
        caveats=[
            "Its own codes are those of `offences` that name it.",
            "A code that is child-only belongs to one of the families that `child_only` is made of.",
        ],
    ),
    Table(
        "offence_subcodes",
        "Sub-codes of offence classes",
        "The Home Office code that a class and a sub-code such as 19/08 stand for, where a class is divided.",
        kind="vocabulary",
        key=["class", "subcode"],
        columns=[
            Column("class", "int", "Class.", low=1),
            Column("subcode", "int", "Sub-code.", low=1),
            _words("offence_code", "Home Office code.", vocabulary="offence_codes"),
        ],
        caveats=[
            "019/08, 019/11 and 020/05 were compared with lists of the justice system, 071/17 and 088/05 with forces' "
            "own answers; the others follow the same order in the classification.",
        ],
    ),
    Table(
        "offence_wordings",
        "Wordings of offences",
        "A regular expression for names in print that stand for one offence code.",
        kind="vocabulary",
        key=["pattern"],
        columns=[
            _words("offence_code", "Home Office code.", vocabulary="offence_codes"),
            _words(
                "pattern",
                "Regular expression, for a name in small letters without marks.",
                checks=[("is no regular expression", lambda s: s.map(_compiles))],
            ),
        ],
        caveats=["In order: a narrower wording stands before a wider one that it also fits."],
    ),
    Table(
        "explanations",
        "Explanations",
        "What a rise in records can come from.",
        kind="vocabulary",
        key=["explanation"],
        columns=[
            _words("explanation", "Id.", format="slug"),
            _words("label", "In words."),
            Column("predicted", "bool", "Whether the register of predictions says what it implies."),
            _words(
                "colour",
                "Its colour in every figure; blank for the neutral one.",
                nullable=True,
                checks=[("is not a colour such as #1F5FBF", lambda s: s.str.fullmatch("#[0-9A-F]{6}"))],
            ),
            _words("what", "What it says, in a sentence."),
        ],
    ),
    Table(
        "helplines",
        "Helplines",
        "Where to get help: the list for the report, the briefings and every page.",
        kind="vocabulary",
        key=["helpline"],
        columns=[
            _words("helpline", "Name of the service."),
            _words("whom", "Whom it is for."),
            _words("number", "Telephone number."),
            _words(
                "nations",
                "Where it serves; blank for all of the UK.",
                vocabulary="nations",
                separator=";",
                nullable=True,
            ),
        ],
    ),
    Table(
        "thresholds",
        "Thresholds",
        "A limit that the project judges by, chosen and not estimated.",
        kind="vocabulary",
        key=["threshold"],
        columns=[
            _words(
                "threshold",
                "Id.",
                checks=[
                    ("is not small letters, digits and underscores", lambda s: s.str.fullmatch(r"[a-z0-9_]+"))
                ],
            ),
            Column("value", "float", "Where the limit is."),
            _words("unit", "Its unit."),
            _words("what", "What it decides."),
        ],
    ),
]


def _compiles(text):
    import re

    try:
        re.compile(text)
    except re.error:
        return False
    return True


TABLES = {table.name: table for table in _TABLES}
