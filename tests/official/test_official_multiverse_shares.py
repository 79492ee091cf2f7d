"""The shares under every choice: what is said of a table of them. What they are is compared with the edition."""

from helpers.official import multiverse_shares
from helpers.stats.multiverse import run_specifications


def test_changes_and_words_of_a_small_table():
    options = {key: ["one"] for key in multiverse_shares.NAMES}
    options |= {"window": ["a", "b"], "biases": [1, 2], "prior": ["p", "q"]}

    def estimate(window, prior, **_):
        odds = 0.95 if window == "a" else 0.7 if prior == "p" else 0.2
        return {"odds_recording": odds, "recording": odds, "largest": "recording" if odds > 0.5 else "other"}

    table = multiverse_shares.frame(run_specifications(options, estimate))
    changed = multiverse_shares.changes(table)
    assert changed[["window", "prior", "biases"]].tolist() == [0.5, 0.5, 0.0]
    said = multiverse_shares.words(table, "recording")
    assert said.values.tolist() == [["a", "very likely", 1], ["b", "about as likely as not", 1]]
    summed = multiverse_shares.by_window(table, said).set_index("window")
    assert summed.loc["b", ["recording", "least", "greatest"]].tolist() == [0.5, 0.2, 0.7]
    assert summed["words"].tolist() == ["very likely in 1 of 1", "about as likely as not in 1 of 1"]
    nothing = table.assign(largest=None)
    assert multiverse_shares.by_window(nothing, multiverse_shares.words(nothing, "recording")).empty
