"""Figures on recording, weighing and known truth: each says in words what it draws, from the data that it draws."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from helpers.charts import explanations, weighing
from helpers.stats.estimate import Estimate

WORDS = {"source": "Made up"}


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def words(chart):
    return " ".join(t.get_text() for axes in chart.figure.axes for t in axes.texts)


def marks(chart, marker, axes=0):
    """(x, y) of every point that has this marker."""
    lines = [line for line in chart.figure.axes[axes].lines if line.get_marker() == marker]
    return [(float(x), float(y)) for line in lines for x, y in zip(*line.get_data(), strict=True)]


def ticks(axes, which="y"):
    return [t.get_text() for t in getattr(axes, f"get_{which}ticklabels")()]


class TestRecording:
    def test_dose_response_says_the_slope_and_its_interval(self):
        frame = pd.DataFrame(
            {"force": ["A", "B", "C"], "dose": [0.1, 0.2, 0.3], "dose_se": 0.01, "growth": [0.1, 0.1, 0.3],
             "growth_se": 0.05}
        )  # fmt: skip
        chart = explanations.dose_response(frame, slope=Estimate(1.2, -0.1, 2.5), source="Made up")
        assert "3 forces" in chart.alt and "1.20, with interval −0.10 to 2.50" in chart.alt
        assert "slope 1.20" in words(chart) and "slope 1: every gap closed" in words(chart)

    @pytest.mark.parametrize(
        ("low", "high", "grew"),
        [(-0.1, 2.5, "did not visibly grow more"), (0.1, 2, "grew more"), (-2, -0.1, "grew less")],
    )
    def test_the_title_claims_a_slope_only_where_there_is_one(self, low, high, grew):
        frame = pd.DataFrame(
            {
                "force": ["A", "B"],
                "dose": [0.1, 0.2],
                "dose_se": 0.01,
                "growth": [0.1, 0.1],
                "growth_se": 0.05,
            }
        )
        chart = explanations.dose_response(
            frame, slope=Estimate((low + high) / 2, low, high), source="Made up"
        )
        assert chart.title == f"Forces whose audit found more unrecorded {grew}"

    def test_slopes_name_the_expected_sign_of_each_window(self):
        frame = pd.DataFrame(
            {"window": ["Before", "After"], "expected": ["below 0", "above 0"], "n": [10, 12], "value": [-0.5, 0.5],
             "low": [-1, 0.1], "high": [0.1, 0.9], "naive": [-0.4, 0.4]}
        )  # fmt: skip
        chart = explanations.slopes(frame, **WORDS)
        assert ticks(chart.figure.axes[0])[0].endswith("10 forces; expected below 0")
        assert "After: 0.50 (0.10 to 0.90)" in chart.alt
        assert chart.title == "Of 2 windows, 1 has a slope that differs clearly from 0"

    def test_event_paths_keep_before_and_after_apart(self):
        table = pd.DataFrame(
            {"event_time": [-1, 0, 1], "estimate": [-0.1, 0.2, 0.3], "low": -0.3, "high": 0.5, "n": 5}
        )
        chart = explanations.event_paths({"Rape": table}, meanings=["official"], **WORDS)
        assert "from 0.20 to 0.30 after the date, −0.10 to −0.10 before it" in chart.alt
        assert chart.data["panel"].unique().tolist() == ["Rape"]
        assert chart.title == "Quarters after the date in which the effect is clear of 0: rape 0 of 2"

    def test_controls_are_listed_by_growth_with_the_others_named(self):
        frame = pd.DataFrame(
            {"label": ["Theft", "Mail", "Child-only", "Assault"], "ratio": [1.0, 1.3, 1.2, 1.3],
             "low": [0.9, 1.2, 1.1, 1.2], "high": [1.1, 1.4, 1.3, 1.4],
             "meaning": ["neutral", "neutral", "official", "recording"]}
        )  # fmt: skip
        chart = explanations.against_controls(frame, low=0.95, high=1.12, **WORDS)
        assert "Assault +30%" in chart.alt and "−5% to 12% is ordinary" in chart.alt
        assert (
            chart.title
            == "Child-only offences rose by 20%, more than 1 of 2 kinds that leave officers little to decide"
        )

    def test_break_dates_name_the_first_and_the_last_possible_quarter(self):
        frame = pd.DataFrame({"when": list("abcdef"), "offences": range(1, 7), "adjusted": range(1, 7)})
        chart = explanations.break_dates(frame, possible=[2, 3], expected=(1, 2), **WORDS)
        assert "any of 2 quarters, from c to d" in chart.alt
        assert chart.data["possible"].tolist() == [False, False, True, True, False, False]
        assert chart.title == "The growth of records could have changed in any of 2 quarters, c to d"

    def test_room_to_grow_counts_the_forces_beyond_it(self):
        frame = pd.DataFrame(
            {"force": ["A", "B"], "ratio": [2.0, 1.1], "low": [1.8, 1.0], "high": [2.2, 1.2], "most": [1.3, 1.2],
             "most_low": [1.2, 1.1], "most_high": [1.4, 1.3]}
        )  # fmt: skip
        chart = explanations.room_to_grow(frame, **WORDS)
        assert "no more than that in 1 of them, and beyond its interval in 1" in chart.alt
        assert chart.title.startswith("In 1 of 2 forces records grew by more")


def results(**changes):
    row = {
        "prediction": "online.age", "explanation": "online", "dimension": "age", "role": "primary",
        "expected": "above 1", "value": 1.2, "low": 1.1, "high": 1.3, "verdict": "as predicted",
        "same_test": None,
    }  # fmt: skip
    return row | changes


class TestWeighing:
    def test_matrix_counts_verdicts_and_says_where_nothing_is_predicted(self):
        frame = pd.DataFrame(
            [results(), results(prediction="recording.age", explanation="recording", verdict="contradicted")]
        )
        chart = weighing.matrix(frame, source="Made up")
        assert (
            chart.title == "Of 2 predictions 1 came out as predicted and 1 was contradicted; 0 are undecided"
        )
        assert "online: 1 as predicted" in chart.alt and "recording: 1 contradicted" in chart.alt
        assert words(chart).count("predicts nothing") == 22

    def test_matrix_draws_a_check_written_afterwards_and_counts_it_with_no_prediction(self):
        check = results(prediction="online.age_again", role="afterwards", verdict="contradicted")
        chart = weighing.matrix(pd.DataFrame([results(), check]), source="Made up")
        assert chart.title.startswith("Of 1 predictions 1 came out as predicted and 0 were contradicted")
        assert "A check of online by age, written when its result was known: contradicted." in chart.alt
        assert len(chart.data) == 2

    def test_matrix_holds_more_marks_than_a_line(self):
        frame = pd.DataFrame([results(prediction=f"online.age_{n}", verdict="cannot tell") for n in range(8)])
        assert "8 cannot tell" in weighing.matrix(frame, source="Made up").alt

    def test_ladder_says_what_is_refuted(self):
        rows = [
            ("E", step, name, who, low, high, low, high, feasible, p)
            for step, name, low, high, feasible, p in (
                (1, "any", 0.0, 1.0, True, 1.0),
                (2, "none", np.nan, np.nan, False, 0.01),
            )
            for who in ("recording", "online")
        ]
        columns = [
            "area",
            "step",
            "rung",
            "explanation",
            "low",
            "high",
            "im_low",
            "im_high",
            "feasible",
            "p_value",
        ]
        chart = weighing.ladder(pd.DataFrame(rows, columns=columns), **WORDS)
        assert "Refuted: none." in chart.alt and "recording 0% to 100%" in chart.alt
        assert words(chart).count("refuted") == 2
        assert chart.title == "E, on the last rung that stands: recording 0% to 100%, online 0% to 100%"

    def test_ladder_draws_a_share_without_a_range_as_a_dot_and_says_what_bars_mean(self):
        row = {"area": "E", "step": 1, "rung": "all", "explanation": "online", "low": 0.4, "high": 0.4, "im_low": 0.2,
               "im_high": 0.6, "feasible": True, "p_value": 1.0}  # fmt: skip
        chart = weighing.ladder(pd.DataFrame([row]), **WORDS)
        assert marks(chart, "o") == [(0.4, 0)]
        assert "Thick: what the assumptions allow. Thin: its interval." in chart.source

    def test_curve_gives_each_choice_a_row(self):
        table = pd.DataFrame(
            {"effect": [0.3, -0.1], "low": [0.1, -0.3], "high": [0.5, 0.1], "group": ["a", "b"]}
        )
        chart = weighing.curve({"Rise": table}, source="Made up")
        rows = chart.figure.axes[1]
        assert [text.get_text() for text in rows.get_yticklabels()] == ["a", "b"]
        assert marks(chart, "|", axes=1) == [(0, 1), (1, 0)]  # in order of size, b is the first

    def test_curve_counts_intervals_above_zero(self):
        table = pd.DataFrame(
            {"effect": [0.3, -0.1], "low": [0.1, -0.3], "high": [0.5, 0.1], "group": ["a", "b"]}
        )
        chart = weighing.curve({"Rise": table}, source="Made up")
        assert "2 specifications from −0.10 to 0.30" in chart.alt and "above zero in 50%" in chart.alt
        assert chart.data["effect"].tolist() == [-0.1, 0.3]

    @pytest.mark.parametrize(
        ("low", "title"),
        [
            ([0.1, -0.3], "The rise stands with a, not with b"),
            ([0.1, 0.1], "The rise stands with every choice"),
            ([-0.1, -0.3], "The rise is clear of zero with no choice"),
        ],
    )
    def test_the_title_of_a_curve_says_which_choice_it_hangs_on(self, low, title):
        table = pd.DataFrame({"effect": [0.3, 0.2], "low": low, "high": [0.5, 0.4], "group": ["a", "b"]})
        assert weighing.curve({"Rise": table}, source="Made up").title == title

    def test_parts_add_up(self):
        frame = pd.DataFrame({"factor": ["More", "Fewer"], "contribution": [120.0, -20.0]})
        chart = weighing.parts(frame, **WORDS)
        assert chart.title == "Of a change of +100 offences, +120 come from more"
        assert "add up to +100 offences" in chart.alt and "−20" in words(chart)

    def test_faults_mark_what_misleads_and_what_is_refuted(self):
        frame = pd.DataFrame(
            {"world": ["uneven", "real change"], "step": [5, 9], "refuted": [0.0, 0.4], "silent": [0.9, 0.6],
             "last_refuted": [0.8, 0.4]}
        )  # fmt: skip
        chart = weighing.faults(frame, source=WORDS["source"])
        assert chart.title.startswith("Of 2 false assumptions, 2 mislead") and chart.title.endswith(
            "for 1 the last rung is refuted"
        )
        assert "uneven (rung 5): misled 90%, refuted 0%, last rung refuted 80%" in chart.alt
        crosses, rings, diamonds = (marks(chart, marker) for marker in ("x", "o", "D"))
        assert crosses == [(0.9, 0), (0.6, 1)]
        assert rings == [(0.0, 0), (0.4, 1)] and diamonds == [(0.8, 0), (0.4, 1)]
