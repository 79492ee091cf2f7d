"""Tables of test results that the notebooks on confidence and on online offending write."""

from helpers.tables.schemas.form import Column, Table

# Every table of tests has these columns; helpers/ledger/results.py makes the rows.
TEST_COLUMNS = (
    Column("test", "str", "Name of the test, as in the register of predictions."),
    Column("prediction", "str", "Id of the prediction that it checks."),
    Column("statistic", "str", "What the value is."),
    Column("value", "float", "The statistic; empty where it cannot be had.", nullable=True),
    Column("low", "float", "Lower limit of its interval.", nullable=True),
    Column("high", "float", "Upper limit of its interval.", nullable=True),
    Column("level", "float", "Level of the interval.", nullable=True, low=0, high=1),
    Column("p_value", "float", "Two-sided p-value.", nullable=True, low=0, high=1),
    Column("n", "int", "Forces, quarters or years behind it, as the note says.", nullable=True, low=0),
    Column("data", "str", "What it was computed from."),
    Column("note", "str", "What limits it.", nullable=True),
)


def results_table(name: str, title: str, notebook: str) -> Table:
    """The table of one notebook's tests, one row a prediction."""
    return Table(
        name,
        title,
        f"Results of the tests in {notebook}, one row for each prediction that a test checks.",
        kind="built",
        key=["prediction"],
        columns=TEST_COLUMNS,
        caveats=["A p-value stands alone; primary tests are adjusted together in the weighing."],
    )


TABLES = {
    table.name: table
    for table in (
        results_table("confidence_tests", "Tests of confidence", "31_confidence"),
        results_table("online_tests", "Tests of online offending", "32_online"),
    )
}
