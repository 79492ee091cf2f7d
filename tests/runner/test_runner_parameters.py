"""Parameters are declared once, and a value that is impossible is refused before anything starts."""

from pathlib import Path

import pytest

from helpers.runner.errors import RunnerError, UsageError
from helpers.runner.parameters import PARAMETERS, TYPES, check_value, parse_assignments

ROOT = Path(__file__).parents[2]


def test_the_list_is_sorted_and_every_parameter_says_what_it_is():
    assert list(PARAMETERS) == sorted(PARAMETERS)
    assert all(parameter.type in TYPES and parameter.help for parameter in PARAMETERS.values())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("force=northumbria", "Northumbria"),
        ("force=avon-and-somerset", "Avon and Somerset"),
        ("level=0.9", 0.9),
        ("level=0.50", 0.5),
        ("draws=100", 100),
        ("vintage=as_of:2017-03", "as_of:2017-03"),
        ("leave_out=", ""),
    ],
)
def test_a_value_is_read_by_its_type(text, value):
    ((read,),) = parse_assignments([text], ROOT).values()
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("content", "why"), [(b"", "has no forces in it"), (b"name\nKent\n", "has no forces in it"), (b"\xff", "is no CSV"), (None, "cannot be read")]
)  # fmt: skip
def test_a_list_of_forces_that_is_broken_is_said_to_be(tmp_path, content, why):
    path = tmp_path / "data/vocabularies/forces.csv"
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        RunnerError, match=f"^data/vocabularies/forces.csv {why}.* restore it from the repository"
    ):
        check_value("force", "Kent", tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("force=Northumbira", "unknown force 'Northumbira'; did you mean 'Northumbria'?"),
        ("vintag=first", "unknown parameter 'vintag'; did you mean 'vintage'?"),
        (
            "vintage=newest",
            "vintage must be first, latest or as_of:YYYY-MM (such as as_of:2017-03), not 'newest'",
        ),
        ("vintage=as_of:2017-13", "vintage must be"),
        ("first_year=2014/51", "unknown first_year '2014/51'; did you mean '2014/15'?"),
        ("draws=1.5", "draws must be a whole number, not '1.5'"),
        ("draws=0", "draws must lie between 1 and 1,000,000, not 0"),
        ("level=nan", "level must lie between 0.5 and 0.999, not nan"),
        ("level=0", "level must lie between"),
        ("level", "-p takes name=value, not 'level'"),
        ("=x", "-p takes name=value"),
    ],
)
def test_an_impossible_value_is_refused_with_the_nearest(text, message):
    with pytest.raises(UsageError) as refused:
        parse_assignments([text], ROOT)
    assert str(refused.value).startswith(message)
    assert refused.value.exit_code == 2


def test_all_means_every_choice_and_repeats_count_once():
    assert len(parse_assignments(["force=all"], ROOT)["force"]) == 46
    assert parse_assignments(["seed=1,2,1"], ROOT) == {"seed": (1, 2)}


def test_a_name_given_twice_is_refused():
    with pytest.raises(UsageError, match="level is given twice; several values are written level=A,B"):
        parse_assignments(["level=0.9", "level=0.8"], ROOT)


@pytest.mark.parametrize("value", [True, "1", None, 1.0])
def test_a_value_of_another_type_is_refused(value):
    with pytest.raises(UsageError, match="seed must be of type int"):
        check_value("seed", value, ROOT)
