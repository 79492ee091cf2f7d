"""The registers of corrections and claims, and the tables that clean and test the FOI figures.

Built by 10_foi_figures (foi_figures, foi_choices, foi_reconciled, foi_totals), 20_completeness (completeness,
age_profiles, foi_contradictions, revisions, year_on_year) and 00_claims (claim_verdicts). The vocabularies
here are what the modules in helpers.foi and helpers.ledger fill the tables with.
"""

from helpers.tables.schemas.form import Column, Table

ACTIONS = ("set_aside", "use_value", "relabel_period", "relabel_measure", "relabel_area", "doubt", "accept")
# From the gravest down: where a qualifier says several things, the first of these names its class.
QUALIFIER_CLASSES = (
    "change_only",  # a percentage change, not a count
    "multi_year",  # a total of several years
    "part_period",  # more or less than a year
    "misreport",  # a right number said to be something it is not
    "misprint",  # a slip of the pen
    "year_in_doubt",  # the page labels the year otherwise, or not at all
    "age_in_doubt",  # the page words the age group otherwise
    "derived",  # worked out from other printed numbers
    "revised",  # replaces an earlier number
    "approximate",  # rounded, or a bound
    "none",
)
PRECISIONS = ("exact", "about", "at_least", "more_than", "nearly", "under", "blurred", "derived")
# A row that several of these would set aside is counted under the first.
REASONS = (
    "a count for one financial year",
    "used, with a doubt",
    "a comparison, not an FOI answer",
    "a change in per cent, not a count",
    "a total of several years",
    "more or less than one year",
    "no financial year is named",
    "a judgement sets it aside",
)
RULES = (
    "the only printing",
    "every printing agrees",
    "the latest release",
    "the first release",
    "an exact figure before a rounded one",
    "the latest page of the release",
    "the first page of the release",
    "the lowest row",
    "another printing stands",
    "not yet published",
)
TOTAL_STATUSES = ("equal", "differs", "parts missing", "parts exceed the total")
FLOOR_VERDICTS = ("below", "at or above", "cannot tell")
CLAIM_VERDICTS = ("holds", "holds as printed, base unsound", "misreported", "cannot be checked")


def _year(name: str, description: str, nullable: bool = False) -> Column:
    return Column(name, "str", description, vocabulary="financial_years", nullable=nullable)


def _count(name: str, description: str, nullable: bool = False, low: float | None = 0) -> Column:
    return Column(name, "float", description, unit="offences", low=low, nullable=nullable)


def _words(name: str, description: str, nullable: bool = True) -> Column:
    return Column(name, "str", description, nullable=nullable)


def _flag(name: str, description: str) -> Column:
    return Column(name, "bool", description)


ROW = Column("row", "int", "Row of foi_printed.", low=1)
ROUND = Column("round", "str", "FOI round, an id of foi_rounds.", vocabulary="rounds")
AREA = Column("area", "str", "Force, nation or group of forces.", vocabulary="areas")
FORCE = Column("force", "str", "Police force.", vocabulary="forces")
YEAR = _year("financial_year", "Year from 1 April to 31 March, such as 2014/15.")
MEASURE = Column("measure", "str", "What is counted.", vocabulary="measures")
SOURCE = Column("source", "str", "Page that printed it, an id of data/sources.csv.", vocabulary="sources")
PUBLISHED = Column(
    "published", "str", "When the page appeared, as far as is known.", format="partial_date", nullable=True
)
RELEASED = Column("released", "str", "When the round came out.", format="partial_date")
VALUE = _count("value", "The number to use where one is needed: as printed, or as a correction reads it.")
LOW = _count("value_low", "Lowest count that the printed words allow; blank where open.", nullable=True)
HIGH = _count("value_high", "Highest count that the printed words allow; blank where open.", nullable=True)
PRECISION = Column("precision", "str", "How exactly it was printed.", vocabulary=PRECISIONS)
DOUBT = _words("doubt", "Doubt about the figure, from data/corrections.toml; blank where there is none.")
PRINTINGS = Column("printings", "int", "How many usable rows print this figure.", unit="rows", low=1)
VALUES_PRINTED = _words("values_printed", "Its distinct values, in the order they came out.", nullable=False)
VINTAGE = _words("vintage", "The rule for which printing stands: first, latest or as_of:YYYY-MM.", False)

_TABLES = [
    Table(
        "corrections",
        "Corrections",
        "One judgement about one printed figure that somebody got wrong, or may have.",
        kind="register",
        key=["correction"],
        columns=[
            Column("correction", "str", "Id of the judgement.", format="slug"),
            Column("table", "str", "Table that it is about.", vocabulary=("foi_printed",)),
            Column("row", "int", "Row of that table.", low=1),
            Column("expect", "dict", "What the row must hold, word for word, for the judgement to apply."),
            Column("action", "str", "What is done with the row.", vocabulary=ACTIONS),
            _words("to", "The value or label to use instead, for actions that change one."),
            _words("why", "The reason, in a sentence or two.", nullable=False),
            Column("source", "str", "Page that the judgement leans on.", vocabulary="sources"),
        ],
        caveats=["A doubt does not remove a figure: it goes with it into every table."],
    ),
    Table(
        "claims",
        "Claims",
        "One checkable statement of a newspaper report, in our words, with the rule that judges it.",
        kind="register",
        key=["claim"],
        columns=[
            Column("claim", "str", "Id of the claim.", format="slug"),
            _words("statement", "What was said, in our words.", nullable=False),
            Column("source", "str", "Where it was said.", vocabulary="sources"),
            Column("requires", "list", "Findings without which it cannot be checked.", nullable=True),
            Column("holds", "list", "Conditions under which the words fit the numbers.", nullable=True),
            Column("sound", "list", "Conditions under which the numbers can bear it.", nullable=True),
            _words("if_holds", "Explanation where it holds."),
            _words("if_unsound", "Explanation where it holds as printed on an unsound base."),
            _words("if_misreported", "Explanation where it is misreported."),
            _words("if_unchecked", "Explanation where it cannot be checked."),
            _words("note", "Words added to any explanation."),
        ],
    ),
    Table(
        "foi_figures",
        "FOI figures, typed",
        "Every printed figure as a typed value, with the one reason why it is used or set aside.",
        key=["row"],
        columns=[
            ROW,
            ROUND,
            RELEASED,
            AREA,
            _words("period", "Year or span as printed.", nullable=False),
            _year(
                "financial_year",
                "The financial year it is read as; blank where none is named.",
                nullable=True,
            ),
            MEASURE,
            _words("value_text", "The value as printed.", nullable=False),
            _words("qualifier", "What is said beside it."),
            Column("qualifier_class", "str", "What the qualifier amounts to.", vocabulary=QUALIFIER_CLASSES),
            Column(
                "kind",
                "str",
                "A count, a percentage, or a change in per cent.",
                vocabulary=("count", "percent", "change"),
            ),
            Column("value", "float", "The number, as printed or as a correction reads it."),
            Column("value_low", "float", "Lowest value the words allow; blank where open.", nullable=True),
            Column("value_high", "float", "Highest value the words allow; blank where open.", nullable=True),
            PRECISION,
            SOURCE,
            PUBLISHED,
            _flag("used", "Whether the row may stand for a figure."),
            Column("reason", "str", "Why it is used or set aside.", vocabulary=REASONS),
            _words("correction", "Ids of the judgements that bear on it."),
            DOUBT,
            _words("remark", "Why a judgement sets it aside, changes it or lets it stand."),
        ],
        caveats=["Rows are printings. Several rows can print one figure; foi_choices says which one stands."],
    ),
    Table(
        "foi_choices",
        "Which printing stands",
        "Every usable printing of every figure, with the one that stands and the rule that chose it.",
        key=["row"],
        columns=[
            AREA,
            YEAR,
            MEASURE,
            ROW,
            ROUND,
            RELEASED,
            PUBLISHED,
            SOURCE,
            VALUE,
            LOW,
            HIGH,
            PRECISION,
            DOUBT,
            PRINTINGS,
            VALUES_PRINTED,
            _flag("chosen", "Whether this printing stands."),
            Column("rule", "str", "Why it stands, or why not.", vocabulary=RULES),
            VINTAGE,
        ],
    ),
    Table(
        "foi_reconciled",
        "FOI figures, one each",
        "The figure that stands for each area, year and measure, with everything behind it.",
        key=["area", "financial_year", "measure"],
        columns=[
            AREA,
            YEAR,
            MEASURE,
            VALUE,
            LOW,
            HIGH,
            PRECISION,
            ROUND,
            PUBLISHED,
            ROW,
            SOURCE,
            PRINTINGS,
            VALUES_PRINTED,
            _words("same_value_rows", "Rows that print the value that stands.", nullable=False),
            Column(
                "same_value_sources",
                "str",
                "Pages that print the value that stands.",
                vocabulary="sources",
                separator=" ",
            ),
            DOUBT,
            VINTAGE,
        ],
        caveats=[
            "Never chain figures across rounds: two rounds may count different things. Compare years within `round`.",
            "The latest value is not always the better one: read `doubt`.",
        ],
    ),
    Table(
        "foi_totals",
        "Printed totals against their parts",
        "One printed total of one round, held against the parts that the same page or round prints.",
        key=["row"],
        columns=[
            AREA,
            YEAR,
            MEASURE,
            ROUND,
            ROW,
            _count("total", "The total as printed."),
            Column("parts_expected", "int", "Parts that make up the area.", unit="areas", low=0),
            Column("parts_printed", "int", "Parts found in print.", unit="areas", low=0),
            _count("parts_sum", "Sum of the parts found in print."),
            _count("difference", "Total minus sum.", low=None),
            Column("status", "str", "What the comparison shows.", vocabulary=TOTAL_STATUSES),
            _words("parts", "The parts found, with the round of any that another round printed."),
            _words("absent", "Forces of the area that are known to have given nothing in that round."),
            _words("explanation", "What the numbers themselves say about the difference."),
        ],
    ),
    Table(
        "completeness",
        "FOI counts against the floor",
        "One force-year: the printed count of all sexual offences against under-18s, and the official count of "
        "offences that only cover victims under 18, which a complete count cannot be below.",
        key=["force", "financial_year", "vintage"],
        columns=[
            FORCE,
            YEAR,
            VINTAGE,
            _count("foi", "The printed count that stands."),
            _count("foi_low", "Lowest count the words allow.", nullable=True),
            _count("foi_high", "Highest count the words allow.", nullable=True),
            _count("floor", "Official offences that only cover victims under 18."),
            _count("shortfall", "Floor minus printed count where below, else 0."),
            Column("ratio", "float", "Printed count over floor.", unit="ratio", low=0),
            _flag("below", "Whether it is below its floor."),
            _flag(
                "firm",
                "Whether it is below a floor lowered by revisions too, so that it cannot be a complete count under the same "
                "rules.",
            ),
            Column("verdict", "str", "The same in words.", vocabulary=FLOOR_VERDICTS),
            ROW,
            ROUND,
            PUBLISHED,
            SOURCE,
            PRINTINGS,
            VALUES_PRINTED,
            DOUBT,
        ],
        caveats=[
            "At or above the floor does not mean complete: the floor leaves out every code that also covers adults.",
            "Years to 2014/15 are frozen in the official table; later years are revised and the floor with them.",
        ],
    ),
    Table(
        "age_profiles",
        "Shares of the very young",
        "One force-year and age group: its share of victims against the share in all forces that print it.",
        key=["area", "financial_year", "round", "ages"],
        columns=[
            AREA,
            YEAR,
            ROUND,
            _words("ages", "The age group in whole years.", nullable=False),
            MEASURE,
            ROW,
            _count("count", "Offences against victims of those ages."),
            _count("total", "Offences against all under 18, of the same round."),
            Column("share", "float", "Count over total.", unit="share", low=0, high=1),
            Column("pooled_share", "float", "The same over all force-years of the table.", unit="share"),
            Column("ratio", "float", "Count over what the pooled share would give.", unit="ratio"),
            Column(
                "z", "float", "Distance from the pooled share in standard errors.", unit="standard errors"
            ),
            _flag("outlier", "Beyond exact limits of chance."),
            _flag("outlier_adjusted", "Also beyond limits that allow for how much forces differ."),
            DOUBT,
        ],
    ),
    Table(
        "foi_contradictions",
        "Figures that cannot all be right",
        "Printed figures of one area, year and round that contradict one another.",
        columns=[
            AREA,
            YEAR,
            ROUND,
            _words("finding", "What contradicts what.", nullable=False),
            _words("rows", "The rows of foi_printed.", nullable=False),
            _words("corrections", "Judgements on those rows."),
            _flag("answered", "Whether a judgement sets one aside, changes it or doubts it."),
        ],
    ),
    Table(
        "revisions",
        "Figures that changed after they were printed",
        "One change of one figure from one printing to a later one.",
        columns=[
            AREA,
            YEAR,
            MEASURE,
            Column("first_round", "str", "Round that printed the earlier value.", vocabulary="rounds"),
            _count("first_value", "The earlier value."),
            Column("later_round", "str", "Round that printed the later value.", vocabulary="rounds"),
            _count("later_value", "The later value."),
            _count("change", "Later minus earlier.", low=None),
            Column("ratio", "float", "Later over earlier.", unit="ratio", low=0),
            _flag("within_release", "Whether both pages belong to one round."),
            _words("rows", "The two rows of foi_printed.", nullable=False),
            _words("explained_by", "The force whose revision moved a total by exactly as much."),
        ],
    ),
    Table(
        "year_on_year",
        "FOI changes against official changes",
        "One force, round and pair of consecutive years: the printed change beside the change in the floor.",
        key=["force", "first_year", "round"],
        columns=[
            FORCE,
            _year("first_year", "The earlier year."),
            _year("last_year", "The later year."),
            ROUND,
            _count("foi_before", "Printed count, earlier year."),
            _count("foi_after", "Printed count, later year."),
            _count("floor_before", "Floor, earlier year."),
            _count("floor_after", "Floor, later year."),
            Column("foi_ratio", "float", "Printed count, later over earlier.", unit="ratio"),
            Column("floor_ratio", "float", "Floor, later over earlier.", unit="ratio"),
            Column("gap", "float", "FOI ratio over floor ratio.", unit="ratio"),
            Column("z", "float", "Distance from the pooled gap in standard errors.", unit="standard errors"),
            _flag("outlier", "Beyond limits that allow for how much forces scatter."),
            _flag("base_below", "The earlier printed count is below its floor."),
            _flag("later_below", "The later printed count is below its floor."),
        ],
    ),
    Table(
        "claim_verdicts",
        "Verdicts on claims",
        "One claim of the newspaper report with its computed verdict.",
        key=["claim"],
        columns=[
            Column("claim", "str", "Id of the claim.", format="slug"),
            _words("statement", "What was said, in our words.", nullable=False),
            Column("verdict", "str", "The verdict.", vocabulary=CLAIM_VERDICTS),
            _words("explanation", "What the verdict rests on, in words.", nullable=False),
            _words("findings", "Ids of the findings that the verdict rests on.", nullable=False),
            Column("source", "str", "Where it was said.", vocabulary="sources"),
        ],
    ),
]
TABLES = {table.name: table for table in _TABLES}
