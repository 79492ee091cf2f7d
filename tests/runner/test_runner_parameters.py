"""Parameters are declared once, as data, and a value that cannot be is refused before anything starts."""

import pytest

from helpers.runner.errors import UsageError
from helpers.runner.modules import Modules
from helpers.runner.parameters import declared, parse_assignments
from helpers.runner.steps import load_project
from helpers.tables import TableError
from helpers.tables.files import slug
from helpers.tables.forces import FORCES, force
from tests.conftest import ROOT
from tests.frames import examples

KNOWN = declared(Modules(ROOT))


def test_years_are_the_complete_ones_of_the_official_table():
    """2025/26 has three quarters so far, and nothing comes before 2012/13."""
    first, last = (KNOWN[name].choices for name in ("first_year", "last_year"))
    assert (first[0], first[-1], last[0], last[-1]) == ("2012/13", "2023/24", "2013/14", "2024/25")


def test_a_value_is_read_by_its_type_and_a_choice_by_its_other_names():
    forces = "force=northumbria,avon-and-somerset,Devon & Cornwall Police"
    given = ["level=0.50", "draws=100", "vintage=as_of:2017-03", "leave_out=", "seed=1,2,1"]
    read = parse_assignments([forces, *given], KNOWN)
    assert list(read) == ["force", "level", "draws", "vintage", "leave_out", "seed"]
    assert read["force"] == ("Northumbria", "Avon and Somerset", "Devon and Cornwall")
    assert list(read.values())[1:] == [(0.5,), (100,), ("as_of:2017-03",), ("",), (1, 2)]
    assert len(parse_assignments(["force=all"], KNOWN)["force"]) == 46


def test_a_value_is_written_in_names_of_files_as_pages_of_forces_are():
    assert [slug(name) for name in KNOWN["force"].choices] == [force(name).slug for name in FORCES]


@pytest.mark.parametrize(("text", "message"), examples(__file__, "impossible_values.csv"))
def test_an_impossible_value_is_refused_with_what_would_do(text, message):
    with pytest.raises(UsageError) as refused:
        parse_assignments(text.split(), KNOWN)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("value", [True, "1", None, 1.0])
def test_a_value_of_another_type_is_refused(value):
    with pytest.raises(UsageError, match="seed must be of type int"):
        KNOWN["seed"].check(value)


GONE = "forces.csv", None, " is missing, .* restore it from the repository"


@pytest.mark.parametrize(("file", "content", "message"), [*examples(__file__, "broken_choices.csv"), GONE])
def test_a_declaration_or_a_table_of_choices_that_is_broken_is_said_to_be(tiny, file, content, message):
    (path,) = tiny.root.glob(f"data/*/{file}")
    path.unlink() if content is None else path.write_text(content, encoding="latin-1")
    with pytest.raises((UsageError, TableError), match=f"{file}:?{message}"):
        declared(Modules(tiny.root))


def test_choices_that_are_remembered_follow_their_table(tiny):
    def last_month():
        project = load_project(tiny.root, tiny.out)
        project.modules.save_cache()
        return project.parameters["vintage"].months[-1]

    (tiny.out / ".rise").mkdir(parents=True)
    assert [last_month(), last_month()] == ["as_of:2018-02", "as_of:2018-02"]
    tiny.write("data/raw/months.csv", "month\n2009-01\n2019-03\n")
    assert last_month() == "as_of:2019-03"
