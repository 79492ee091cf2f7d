"""What words mean: cells, labels, titles, axes, notes and refusals, a line each in ``tests/corpus/words/words.csv``.

A wording is added as a line: what it is read as (`kind`), the words, the heading over them where that matters (`hint`), and
what they mean in the words of a reading.
"""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.intake.ages import find_ages, find_sex
from helpers.intake.axes import read_axis
from helpers.intake.context import read_context
from helpers.intake.labels import read_label
from helpers.intake.lexicon import remark_words
from helpers.intake.meaning import Meaning, describe
from helpers.intake.model import defuse_cell
from helpers.intake.notices import find_forces, find_refusals, force_of_name, read_rules
from helpers.intake.readings import parse_meaning
from helpers.intake.spans import find_spans, make_span
from helpers.intake.surroundings import _part_named
from helpers.intake.values import parse_value, text_of
from helpers.intake.words import role_of_heading
from helpers.tables.forces import FORCES
from helpers.tables.vocabularies import rows
from tests.conftest import ROOT
from tests.frames import examples, records

WORDS = Path(__file__).parent.parent / "corpus" / "words" / "words.csv"


def _value(text: str) -> str:
    one = parse_value(text)
    bounds = [] if one.low is None and one.high is None else [f"{one.low} to {one.high}"]
    return "; ".join([one.kind, *bounds, *one.qualifiers, *filter(None, [one.reason])])


def _rules(text: str) -> str:
    rules = read_rules([text])
    marks = [f"{mark} hides {low} to {high}" for mark, (low, high) in rules.marks.items()]
    said = {"zero is hidden": rules.zero_is_hidden, "blank is zero": rules.blank_is_zero, "dash is zero": rules.dash_is_zero}  # fmt: skip
    return "; ".join([*marks, *(words for words, so in said.items() if so)])


MEANS = {
    "cell": lambda text, hint: _value(text),
    "label": lambda text, hint: describe(read_label(text)),
    "title": lambda text, hint: describe(read_context(text)),
    "period": lambda text, hint: " | ".join(describe(Meaning(span=s)) for s in find_spans(text, hint).spans),
    "age": lambda text, hint: " | ".join(describe(Meaning(age=age)) for age in find_ages(text)[0]),
    "sex": lambda text, hint: find_sex(text)[0],
    "heading": lambda text, hint: role_of_heading(text),
    "axis": lambda text, hint: " | ".join(map(describe, read_axis(text.split(" | "), hint).meanings)),
    "axis of": lambda text, hint: read_axis(text.split(" | "), hint).role,
    "note": lambda text, hint: _rules(text),
    "refusal": lambda text, hint: "; ".join(one.ground for one in find_refusals([(text, "l1")], strong=True)),
    "forces": lambda text, hint: "; ".join(find_forces(text)),
    "file name": lambda text, hint: force_of_name(text),
}


def test_every_wording_means_what_its_line_says():
    lines = records(WORDS)
    read = [(line["kind"], line["words"], MEANS[line["kind"]](line["words"], line["hint"])) for line in lines]
    assert len(lines) > 200
    assert read == [(line["kind"], line["words"], line["means"]) for line in lines]


def test_cells_of_programs_are_numbers_or_none():
    assert [parse_value(cell).low for cell in (12, 12.0)] == [12, 12]
    assert [parse_value(cell).kind for cell in (True, -3, 2.5, float("inf"), float("nan"), 1e300)] == ["text"] + ["bad"] * 5  # fmt: skip


def test_a_total_over_several_years_is_not_narrowed_by_a_year_said_of_the_file():
    years = Meaning(span=make_span(*map(_day, ("2016-04-01", "2019-03-31"))), total=True)
    one = Meaning(span=make_span(*map(_day, ("2018-04-01", "2019-03-31"))))
    assert years.over(one).span == years.span
    part = Meaning(span=make_span(*map(_day, ("2018-04-01", "2018-12-31"))))
    assert one.over(part).span == part.span  # "to December" over a column "2018/19"


def test_months_by_name_are_all_of_them_in_the_year_above():
    year = Meaning(span=find_spans("2019/20").spans[0])
    labels = "April to June", "Q4 (January-March)", "April-March"
    spans = [read_label(label).over(year).span for label in labels]
    ends = [f"{span.start} {span.end}" for span in spans]
    assert ends == ["2019-04-01 2019-06-30", "2020-01-01 2020-03-31", "2019-04-01 2020-03-31"]


def _day(text: str):
    return find_spans(text).spans[0].start


@given(st.sampled_from("2014/15|female|age 13 to 15|age 18 and over|age unknown|sex unknown|offence 17A|measure arrests|total|"
                       "force Cleveland|from 2014-04-01 to 2014-08-31|note Hartlepool".split("|")))  # fmt: skip
def test_a_meaning_is_read_back_from_its_own_words(words):
    assert describe(parse_meaning(words)) == words


@given(st.text(max_size=120))
def test_no_words_break_the_reader(text):
    for read in MEANS.values():
        read(text, "")
    read_axis([text, "Total", text])


@given(st.one_of(st.text(max_size=90), st.floats(allow_nan=True), st.integers(), st.none(), st.booleans()))
def test_no_cell_breaks_the_reader(cell):
    kinds = ("count", "suppressed", "at least", "empty", "dash", "gap", "percent", "bad", "text")
    assert parse_value(cell).kind in kinds and isinstance(text_of(cell), str)


@given(st.integers(0, 9_999_999))
def test_every_count_is_read_back_from_every_spelling(count):
    spaced = f"{count:,}".replace(",", " ")
    for cell in (count, float(count), str(count), f"{count:,}", f" {count} ", f"{count}*", spaced):
        assert (parse_value(cell).low, parse_value(cell).high) == (count, count), cell


@given(st.text(max_size=60))
def test_nothing_written_can_start_a_formula(text):
    written = defuse_cell(text)
    if written[:1] in ("=", "+", "-", "@"):
        float(written.replace(",", "").rstrip("%"))
    assert defuse_cell(written) == written
    assert not set("\r\n\t") & set(written)


def test_every_phrase_is_one_that_the_reader_asks_for():
    """Others would change nothing, and nobody would hear of a slip in a name."""
    code = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("src/helpers/intake/*.py"))
    names = {row["name"].partition(": ")[0] for row in rows("intake_words") if row["list"] == "phrases"}
    assert [name for name in sorted(names) if not re.search(f"[\"']{name}[\"']", code)] == []


@pytest.mark.parametrize("words", ["{} Police", "{} Constabulary", "The Chief Constable of {}"])
def test_the_letterhead_of_a_force_narrows_nothing(words):
    heads = [words.format(force) for force in FORCES if not force.startswith("Police")]
    assert [(one, left) for one in heads if (left := _part_named([one], [], [], []))] == []


def test_no_word_that_may_say_what_is_counted_is_harmless():
    """One such word among the harmless ones would let every sentence pass that says so in harmless words."""
    named = [word for _, words in examples(__file__, "counted_words.csv") for word in words.split()]
    assert len(named) > 100 and [*filter(remark_words("harmless"), named)] == []
