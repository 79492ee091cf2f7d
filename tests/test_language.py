"""What people read is plain: growth in per cent, two numbers a sentence at most, no number first, no worn phrase.

The report, the briefings, the README and the prose of the notebooks are read sentence by sentence. Phrases that are not
used, and sentences that are right as they are, stand in ``language.toml``, each with what to write or why.
"""

import json
import re

import pytest
from lxml import html as lxml_html

from helpers.tables import read_table
from tests.conftest import PUBLISHED, ROOT
from tests.frames import cases

LISTS = cases(__file__, "language.toml")
MOST = 2  # numbers in a sentence
# What counts as no number: years and dates, ages, offence codes, places in the text, and the interval after an estimate.
APART = re.compile(
    r"\b\d{1,2} (?=January|February|March|April|May|June|July|August|September|October|November|December)"
    r"|\b(19|20)\d\d([/-]\d\d)?\b|\b(under|over|aged|age|ages|codes?|section|Figures?|Tables?|Section|Appendix|notebooks?)[- ][\d.]+s?"
    r"|\b\d+ (years? old|years ago|and over)|\b\d+ to \d+-year-olds|\b\d+[A-Z]\b|\([−\d][^()]* to [^()]*\)|\bp (under )?[\d.]+|\b9[59]( per cent|%)( intervals?)?"
)
NUMBER = re.compile(r"(?<![\w./])[−+]?\d[\d,]*(\.\d+)?(%| per cent)?(?![\w/])")
RATIO = re.compile(r"\b\d+(\.\d+)? times\b(?! in (five|four|three|ten))")
ASIDE = "//nav | //*[@role='doc-bibliography'] | //script | //style | //figcaption/a | //*[@class='small']"
PROSE = "//main//p | //main//li | //main//figcaption | //main//dd | //main//h2 | //main//td[contains(@class, 'words')]"


def sentences(text):
    """The sentences of a passage; an abbreviation such as "p. 3" or a number such as 1.5 ends none."""
    return re.split(r"(?<=[.!?])(?<!al\.)(?<!n\.d\.)\s+(?=[A-Z\d“\"])", " ".join(text.split()))


def faults(sentence):
    """The rules that a sentence breaks, each with what breaks it."""
    plain = APART.sub(" ", sentence)
    found = [f"ratio: {match[0]}" for match in RATIO.finditer(sentence)]
    if re.match(r"(?!\d+ [A-Z·])[\d−+].*[.:?!]$", sentence, re.DOTALL):
        found.append("begins with a number")
    if (count := len(NUMBER.findall(plain))) > MOST:
        found.append(f"{count} numbers")
    low = sentence.lower()
    phrases = LISTS["phrases"].items()
    return found + [f"{phrase!r}: {advice}" for phrase, advice in phrases if re.search(rf"\b{phrase}\b", low)]


def prose_of_page(path):
    """The passages of a page, without its sources, its contents, and the row of helplines."""
    tree = lxml_html.parse(path)
    for node in tree.xpath(ASIDE):
        node.drop_tree()
    return [node.text_content() for node in tree.xpath(PROSE) if not node.xpath(".//p | .//li")]


def prose_of_markdown(text):
    """The paragraphs, list items and headings of Markdown, without code, comments, tables and marks."""
    text = re.sub(r"```.*?```|<!--.*?-->|^\|.*$|^>.*$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^(#+|[-*]|\d\.) ", "\n\n", text, flags=re.MULTILINE)
    return re.split(r"\n\s*\n", re.sub(r"`[^`]*`|\]\([^)]*\)|[*\[\]]", "", text))


def passages(name):
    path = PUBLISHED / name
    if name == "README.md":
        return prose_of_markdown((ROOT / name).read_text(encoding="utf-8"))
    if name == "notebooks":
        files = sorted((ROOT / "notebooks").glob("*.ipynb"))
        cells = [cell for file in files for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]]
        texts = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        return [part for text in texts for part in prose_of_markdown(text)]
    if not path.is_file():
        pytest.skip("nothing is published; make report publishes")
    return prose_of_page(path)


READ = ["README.md", "notebooks", "report.html"]
READ += [f"forces/{slug}.html" for slug in ("cleveland", "police-scotland", "city-of-london")]


@pytest.mark.parametrize("name", READ)
def test_every_sentence_is_plain_or_marked_as_right(name):
    found = {sentence: faults(sentence) for passage in passages(name) for sentence in sentences(passage)}
    worst = sorted(filter(found.get, found), key=lambda sentence: -len(found[sentence]))
    unmarked = [sentence for sentence in worst if not any(part in sentence for part in LISTS["right"])]
    assert not unmarked, "\n".join(f"- {sentence}\n    {'; '.join(found[sentence])}" for sentence in unmarked)


def test_no_mark_is_left_of_a_sentence_that_is_gone():
    every = " ".join(" ".join(passage.split()) for name in READ for passage in passages(name))
    assert [part for part in LISTS["right"] if part not in every] == []


DIGITS = "a|one|two|three|four|five|six|seven|eight|nine|ten"
APPROXIMATE = re.compile(rf"\b(?:nearly|almost|about|roughly) (?:{DIGITS})\b [^,.]{{4}}")
CHOSEN = "about a tenth in"  # a step that was made up, to see whether a method finds it


def value(id, field="value"):
    return json.loads((PUBLISHED / "findings.json").read_text(encoding="utf-8"))[id][field]


def inspected(what):
    return last_number(read_table("inspection_2014_national").set_index("measure").loc[what, "value"])


def last_number(text):
    return float(re.findall(r"[\d.]+", text)[-1])


def still_decide():
    """How many primary tests decide at 95% once their number is allowed for."""
    tests = json.loads((PUBLISHED / "findings.json").read_text(encoding="utf-8")).items()
    return sum(one["value"] < 0.05 for id, one in tests if re.match(r"weighing\.primary\..*p_holm", id))


def other_assumptions(what):
    """What is recorded of better recording under each assumption that the report sets beside ours."""
    source = (ROOT / "reports" / "report.typ").read_text(encoding="utf-8")
    table = source[source.index('"assume",') : source.index("(assumed, plain(share)")]
    ids = re.findall(rf'"(shares\.(?:if|told)\.{what}\.\w+)"', table)
    return [value(id, "plain" if what == "share" else "text") for id in ids]


LIKELY = {"likely", "very likely"}
# Words of the report that hold a number → where it was found, and between what it may lie.
WORDED = {
    "both, both sums grew by about a quarter": (lambda: value("rise.panel.same_force.ratio"), 1.22, 1.28),
    "both sums grew by about a quarter": (lambda: value("rise.panel.same_force.official_ratio"), 1.22, 1.28),
    "nearly nine in ten sexual": (lambda: inspected("Scotland: sexual offences compliance"), 87, 90),
    "about one report in ten unrecorded": (lambda: inspected("rape reports unrecorded"), 10, 10),
    "almost a quarter (": (lambda: last_number(value("evidence.calls_violence", "text")), 22, 25),
    "Under five priors": (lambda: len(read_table("priors")), 5, 5),
    "two of them are clear": (still_decide, 2, 2),
    "Under six of": (lambda: sum(words not in LIKELY for words in other_assumptions("words")), 6, 6),
    "of eleven it is no longer likely": (lambda: len(other_assumptions("words")), 11, 11),
}


def report_in_one_line():
    return " ".join(" ".join(passages("report.html")).split())


@pytest.mark.parametrize("words", WORDED)
def test_a_number_in_words_is_the_number_that_was_found(words):
    number, least, most = WORDED[words]
    assert words in report_in_one_line() and least <= number() <= most


def test_the_first_page_gives_the_range_of_all_other_assumptions():
    report = report_in_one_line()
    shares = sorted(words.split(" (")[0] for words in other_assumptions("share"))
    assert f"Other assumptions give {shares[0]} to {shares[-1]}." in report


def test_every_approximation_in_words_is_checked_against_what_was_found():
    said = APPROXIMATE.findall(report_in_one_line())
    assert [words for words in said if not any(words in known for known in [*WORDED, CHOSEN])] == []


@pytest.mark.parametrize(("sentence", "rules"), LISTS["examples"].items())
def test_a_sentence_is_told_what_is_wrong_with_it(sentence, rules):
    assert faults(sentence) == rules
