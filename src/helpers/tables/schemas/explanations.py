"""Tables that the notebooks on recording, on weighing and on known truth write."""

from helpers.tables.schemas.confidence_online import results_table
from helpers.tables.schemas.form import Column, Table
from helpers.tables.schemas.predictions import DIMENSIONS, EXPLANATIONS, ROLES

CAUSES = ("recording", "confidence", "online", "other", "artefact", "recording + confidence")
VERDICTS = ("as predicted", "contradicted", "cannot tell", "no interval", "not observed")


def _share(name: str, words: str) -> Column:
    return Column(name, "float", words, "share", nullable=True)


TABLES = {
    table.name: table
    for table in (
        results_table("recording_tests", "Tests of better recording", "30_recording"),
        results_table("artefact_tests", "Tests of artefacts", "40_weighing"),
        Table(
            "weighing_bounds",
            "The ladder of assumptions",
            "What share of the rise each explanation can have, on each rung of the ladder, for one area.",
            kind="built",
            key=["area", "rung", "explanation"],
            columns=[
                Column("area", "str", "England and Wales, or a force."),
                Column("step", "int", "Number of the rung, from the one that assumes least.", low=1),
                Column("rung", "str", "Name of the rung."),
                Column("says", "str", "What it assumes beyond the rung before."),
                Column("explanation", "str", "Whose share it is.", vocabulary=CAUSES),
                _share("low", "Smallest share; empty where the rung is refuted."),
                _share("high", "Largest share."),
                _share("im_low", "Lower end of the interval that covers the true share."),
                _share("im_high", "Upper end of that interval."),
                Column("feasible", "bool", "Whether the assumptions can produce the changes seen, within sampling error."),
                Column("p_value", "float", "P-value of the rung's fit.", low=0, high=1),
                Column(
                    "breakdown", "float",
                    "How far, in log points, the rung's own assumption must bend before the rung before is needed to "
                    "let recording and confidence together have half the rise (or, if refuted, to be possible at all).",
                    nullable=True, low=0,
                ),
            ],
            caveats=["A range is what the assumptions allow, not what is likely inside it."],
        ),
        Table(
            "multiverse",
            "Every defensible specification",
            "One analysis under every combination of the choices an analyst could have made.",
            kind="built",
            key=["specification"],
            columns=[
                Column("specification", "int", "Number of the row.", low=1),
                Column("question", "str", "What is estimated.", vocabulary=("rise", "dose")),
                Column("choices", "str", "The choices, as name=value joined by semicolons."),
                Column("effect", "float", "Log ratio (rise) or slope (dose).", nullable=True),
                Column("low", "float", "Lower limit of its interval.", nullable=True),
                Column("high", "float", "Upper limit of its interval.", nullable=True),
                Column("z", "float", "Effect over its standard error.", nullable=True),
                Column("forces", "int", "Forces behind it.", low=0),
            ],
            caveats=["Specifications share their data; their number is not evidence."],
        ),
        Table(
            "prediction_results",
            "Predictions and what became of them",
            "Every prediction with the result of its test and what it means.",
            kind="built",
            key=["prediction"],
            columns=[
                Column("prediction", "str", "Id of the prediction."),
                Column("explanation", "str", "Whose it is.", vocabulary=EXPLANATIONS),
                Column("dimension", "str", "Row of the signature matrix.", vocabulary=DIMENSIONS),
                Column("role", "str", "Primary tests share one error rate.", vocabulary=ROLES),
                Column("expected", "str", "What the statistic should be."),
                Column("test", "str", "The test that checks it."),
                Column("statistic", "str", "What the value is."),
                Column("value", "float", "The statistic.", nullable=True),
                Column("low", "float", "Lower limit.", nullable=True),
                Column("high", "float", "Upper limit.", nullable=True),
                Column("p_value", "float", "Two-sided p-value.", nullable=True, low=0, high=1),
                Column("p_holm", "float", "The same after Holm, for primary tests.", nullable=True, low=0, high=1),
                Column("verdict", "str", "What the result means for the prediction.", vocabulary=VERDICTS),
                Column("same_test", "str", "Other predictions that the same test answers.", nullable=True),
                Column("note", "str", "What limits it.", nullable=True),
            ],
            caveats=[
                "A verdict looks at the interval, never at the point alone; an exploratory one at its 99% interval.",
                "Predictions that one test answers are not independent of one another.",
            ],
        ),
        Table(
            "known_truth",
            "Methods on worlds with a known answer",
            "How often each method covered, erred and found what was there, in each made-up world.",
            kind="built",
            key=["area", "world", "method", "quantity"],
            columns=[
                Column("area", "str", "Whose cells the panels are shaped like."),
                Column("world", "str", "Name of the made-up world."),
                Column("breaks", "str", "The assumption that it breaks.", nullable=True),
                Column("method", "str", "The method on trial."),
                Column("quantity", "str", "What it was asked."),
                Column("panels", "int", "Panels simulated.", low=1),
                Column("holds", "bool", "Whether the world keeps the method's assumptions."),
                *(
                    Column(name, "float", words, "share", nullable=True, low=0, high=1)
                    for name, words in (
                        ("coverage", "Intervals that held the truth."),
                        ("refuted", "Panels on which the method found its own assumptions refuted."),
                        ("claims", "Panels on which it said more than that it cannot tell."),
                        ("wrong", "Panels on which it claimed something false."),
                        ("wrong_above", "Panels on which it falsely claimed more than the threshold."),
                        ("power", "True claims of more than the threshold, where it was true."),
                    )
                ),
            ],
            caveats=["Made-up worlds show what methods do, not what happened."],
        ),
        Table(
            "known_truth_rungs",
            "The rungs of the ladder on worlds with a known answer",
            "What each rung does in made-up worlds that keep its assumptions, and in worlds that break what it adds.",
            kind="built",
            key=["area", "step"],
            columns=[
                Column("area", "str", "Whose cells the panels are shaped like."),
                Column("step", "int", "Number of the rung, from 1.", low=1),
                Column("rung", "str", "The assumption that the rung adds."),
                Column("worlds", "int", "Worlds that keep the rung.", low=0),
                *(
                    Column(name, "float", words, "share", nullable=True, low=0, high=1)
                    for name, words in (
                        ("coverage", "Least share of panels on which a range held the truth, in any of those worlds."),
                        ("false_refuted", "Most panels on which the rung was refuted, in any of those worlds."),
                        ("false_half", "Most panels on which more than half was claimed falsely, in any of them."),
                        ("power", "Least share of panels on which it was refuted, where only what it adds is false."),
                        ("silent", "Most panels there on which it was not refuted and a range left out the truth."),
                        ("last_power", "Least share of panels there on which the last rung was refuted."),
                    )
                ),
            ],
            caveats=["Made-up worlds show what methods do, not what happened."],
        ),
        Table(
            "known_truth_dates",
            "The methods about dates on courses with a known effect",
            "How often the event study and the interrupted series covered, erred and found what was there.",
            kind="built",
            key=["design", "world"],
            columns=[
                Column("design", "str", "Whose dates and noise the panels or series are shaped like."),
                Column("world", "str", "What the made-up effect did."),
                Column("breaks", "str", "The assumption that it breaks.", nullable=True),
                Column("truth", "float", "The effect to be found, in log points."),
                Column("panels", "int", "Panels or series simulated.", low=1),
                Column("mean", "float", "Mean of the estimates, in log points."),
                *(
                    Column(name, "float", words, "share", nullable=True, low=0, high=1)
                    for name, words in (
                        ("coverage", "95% intervals that held the truth."),
                        ("claims_05", "Panels on which no effect was ruled out at 95%."),
                        ("claims_01", "Panels on which no effect was ruled out at 99%."),
                        ("sign", "Panels on which the test of leads gave a sign (event studies)."),
                        ("silent", "Panels without such a sign on which the 95% interval left out the truth."),
                        ("model_coverage", "Intervals by the model's own error that held the truth (series)."),
                        ("first", "Series in which the date had the largest step of all dates, for its error."),
                    )
                ),
            ],
            caveats=[
                "Made-up worlds show what methods do, not what happened.",
                "The same noise serves every world of a design, so its rows are not independent.",
            ],
        ),
    )
}  # fmt: skip
