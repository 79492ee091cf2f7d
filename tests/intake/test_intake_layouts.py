"""Layouts put together at random are read figure for figure, and nothing is read that does not stand there."""

import tomllib

import pytest

from helpers.intake.reader import read_file
from helpers.intake.readings import from_content, to_toml
from tests.corpus import compose as composer


@pytest.mark.parametrize("turned", [False, True], ids=["as forces write", "rows and columns exchanged"])
def test_of_layouts_in_the_habits_of_forces_nothing_is_read_wrong_and_nearly_all_is_read(turned):
    counted = composer.score_all(range(250), turned)
    assert counted["wrong as read"] == 0
    assert counted["read"] >= 0.97 * counted["all"]


@pytest.mark.parametrize("seed", range(2_000, 2_010))
def test_a_reading_passed_back_unchanged_changes_nothing(made, seed):
    layout = composer.compose(seed)
    path = made.csv("made.csv", [*([text] for text in layout.above), [], *layout.rows])
    first = read_file(path, path.name)[0]
    decisions = from_content(tomllib.loads(to_toml(first)), "reading")
    again = read_file(path, path.name, {path.name: decisions})[0]
    assert again.figures == first.figures and again.decided == {}
