"""One style: colours that keep their meaning and can be read, labels that do not collide."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from helpers.charts import style
from helpers.charts.crowding import crowded
from tests.frames import examples

# Machado, Oliveira and Fernandes (2009), severity 1.0: what people without one kind of cone see.
BLINDNESS = dict(examples(__file__, "colour_blindness.csv"))
EXPLANATIONS = [style.RECORDING, style.CONFIDENCE, style.ONLINE, style.ARTEFACT]


def linear(colour):
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])


def lab(rgb):
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    f = np.cbrt(matrix @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089]))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("meaning", style.MEANINGS)
def test_every_colour_can_be_read_as_text_on_white(meaning):
    luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear(style.MEANINGS[meaning])))
    assert 1.05 / (luminance + 0.05) >= 4.5  # WCAG 2.2, contrast (minimum)


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_explanations_can_be_told_apart_with_any_colour_blindness(blindness):
    matrix = np.array([line.split() for line in BLINDNESS[blindness].split(";")], dtype=float)
    seen = [lab(matrix @ linear(colour)) for colour in EXPLANATIONS]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


def test_foi_and_official_differ_in_lightness_so_that_print_keeps_them_apart():
    assert lab(linear(style.FOI))[0] - lab(linear(style.OFFICIAL))[0] > 25


def test_the_style_does_not_depend_on_what_was_set_before():
    mpl.rcParams["font.size"] = 40
    mpl.rcParams["lines.dashed_pattern"] = [1, 1]
    style.use()
    assert mpl.rcParams["font.size"] == 9
    assert mpl.rcParams["lines.dashed_pattern"] == mpl.rcParamsDefault["lines.dashed_pattern"]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12), st.floats(0.1, 10))
def test_spread_labels_keep_their_order_and_their_distance(positions, gap):
    placed = style.spread(positions, gap)
    pairs = sorted(zip(positions, placed, strict=True))
    assert np.all(np.diff(sorted(placed)) >= gap - 1e-6)
    assert all(a[1] <= b[1] for a, b in itertools.pairwise(pairs) if a[0] < b[0])


@given(st.floats(0.05, 2), st.floats(1.5, 60))
def test_ratio_ticks_are_few_and_inside(low, factor):
    ticks = style.ratio_ticks(low, low * factor)
    assert all(low <= tick <= low * factor for tick in ticks)
    assert len(ticks) <= 7


def test_words_across_a_line_are_found_unless_they_stand_on_paper():
    drawn, axes = style.figure(height=2)
    axes.plot([0, 1], [0, 1])
    axes.text(0.5, 0.5, "crossed")
    axes.text(0.1, 0.9, "beside")
    axes.text(0.7, 0.7, "on paper", bbox=style.ON_PAPER)
    drawn.canvas.draw()
    assert crowded(drawn) == ["crossed"]
