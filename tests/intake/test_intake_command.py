"""``rise intake``: exit codes, tables, review pages, readings that decide, and checks before anyone publishes."""

import re
import tomllib
from pathlib import Path

import pytest

from helpers.intake import intake
from helpers.intake.checks import whole_counts
from helpers.intake.model import COLUMNS, Figure, FileReading
from helpers.intake.reader import read_file
from helpers.intake.readings import to_toml
from helpers.tables.faults import Refusal
from tests.conftest import RISE, copy_project, files
from tests.conftest import run as in_a_process
from tests.frames import cases, examples, records

ANSWERS = Path(__file__).with_name("answers")
HEAD = [["Made-up Police"], ["Offences against under 18s"], ["Year", "Cat A", "Cat B", "Total"]]
GOOD = [["Sexual offences against under 18s"], ["Year", "Number"], ["2013/14", 7], ["2014/15", 8]]
TABLE = [*HEAD, ["2013/14", 7, 5, 12], ["2014/15", 8, 6, 20]]


def page_of(out, name):
    """The words of the one review page of a file."""
    (page,) = (out / "review").glob(f"{name}*.html")
    return page.read_text(encoding="utf-8")


@pytest.fixture
def run(tmp_path):
    """Runs intake quietly: exit code, figures, problems and what was said."""

    def runner(*paths, out="out", **options):
        said, code = [], 0
        try:
            intake(paths, tmp_path / out, echo=said.append, **options)
        except Refusal as refusal:
            code = refusal.exit_code
            said += str(refusal).splitlines()
        tables = (tmp_path / out / f"{name}.csv" for name in ("figures", "problems"))
        return code, *(records(path) if path.exists() else [] for path in tables), said

    return runner


def test_a_file_that_is_read_gives_0_and_every_column(made, run):
    code, figures, _, said = run(made.csv("a.csv", TABLE), force="GMP")
    assert code == 0 and tuple(figures[0]) == COLUMNS
    words = "a.csv,,B4,Greater Manchester,2013/14,2013-04-01,2014-03-31,offences,,,,0,17,7,7,,Cat A,proposed"
    assert list(figures[0].values()) == [*words.split(","), 'what the label "Cat A" says is not certain']
    assert said[0].startswith("1 file, 6 figures (6 only proposed")


def test_one_that_cannot_be_read_gives_1_and_the_others_are_written(made, run):
    made.bytes("zero.csv", b"")
    made.csv("good.csv", TABLE)
    code, figures, problems, said = run(made.folder, force="Cleveland")
    assert code == 1 and len(figures) == 6
    assert ("zero.csv", "error") in {(row["file"], row["severity"]) for row in problems}
    assert any(line.startswith("zero.csv: not read: empty") for line in said)


@pytest.mark.parametrize(("row", "slip", "told"), examples(__file__, "word_slips.csv"))
def test_a_slip_in_the_list_of_words_is_told_and_no_file_is_blamed(made, tmp_path, row, slip, told):
    root = copy_project(tmp_path / "project", "pyproject.toml", "notebooks")
    path = root / "data/vocabularies/intake_words.csv"
    before, after = path.read_text(encoding="utf-8").split(row)
    path.write_text(f"{before}{slip}{after}", encoding="utf-8")
    letter = made.text("Kent.txt", "We do not hold this information.\n")
    said = in_a_process(RISE, "intake", letter, "--out", tmp_path / "read", RISE_ROOT=str(root)).stderr
    line = before.count("\n") + 1
    assert re.match(rf"rise: data/vocabularies/intake_words.csv: line {line}, {told}.*\n$", said)


def test_the_output_folder_inside_the_input_is_not_read(made, run):
    made.csv("a.csv", TABLE)
    run(made.folder, out="answers/out", force="Cleveland")
    code, figures, _, _ = run(made.folder, out="answers/out", force="Cleveland")
    assert run(made.folder, out="answers")[0] == 2  # a later run would take the tables for answers
    assert code == 0 and {row["file"] for row in figures} == {"a.csv"}


def test_an_empty_folder_among_others_is_named_and_one_alone_is_refused(made, tmp_path, run):
    empty = tmp_path / "Essex"
    empty.mkdir()
    code, figures, problems, _ = run(made.csv("a.csv", GOOD), empty)
    assert (code, len(figures)) == (0, 2)
    assert [row["file"] for row in problems if row["message"] == "there are no files in it"] == ["Essex"]
    assert run(empty, out="none")[0] == 2


def test_two_runs_write_the_same_bytes(made, tmp_path, run):
    made.csv("a.csv", TABLE)
    made.text("b.txt", "2014/15 - 3\n")
    run(made.folder, out="one")
    run(made.folder, out="two")
    assert len(files(tmp_path / "one")) == 8
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_the_review_page_marks_what_was_read_and_what_was_not(made, tmp_path, run):
    rows = [["Year", "<b>Girls</b>", "%"], ["2013/14", 7, "70%"], ["2014/15", -3, "30%"]]
    run(made.csv("a.csv", rows), force="Cleveland")
    page = page_of(tmp_path / "out", "a-csv-")
    assert '<td class="proposed">7<small>2013/14' in page
    why = "a percentage, a rate, a change or what was no crime"
    assert f'<td class="none">70%<small>{why}</small></td>' in page
    assert re.search(r'<td class="problem">-3<small>[^<]*negative count', page)
    assert "&lt;b&gt;Girls&lt;/b&gt;" in page and "<b>Girls" not in page
    assert "Content-Security-Policy" in page


def test_the_review_page_of_a_letter_shows_headings_every_count_and_what_is_refused(made, tmp_path, run):
    counts = "In 2015/16 we recorded 12 offences and in 2016/17 15."
    run(made.text("a.txt", f"Rapes of girls\n{counts}\nThe ages are refused under section 12 of the Act.\n"))
    page = page_of(tmp_path / "out", "a-txt-")
    assert '<td class="heading">Rapes of girls<small>' in page
    assert '<td class="proposed">In 2015/16' in page and "12: 2015/16;" in page and "15: 2016/17;" in page
    assert ">read and refused in part</td>" in page_of(tmp_path / "out", "index")


@pytest.fixture
def edited(made, tmp_path):
    """The one reading that was written, with other words in place of those that fit a pattern."""

    def edit(pattern, words):
        (reading,) = (tmp_path / "out" / "readings").glob("*.toml")
        return made.text("edited.toml", re.sub(pattern, words, reading.read_text(), flags=re.M))

    return edit


def test_a_reading_can_leave_a_table_out(made, run, edited):
    path = made.csv("a.csv", TABLE)
    run(path, force="Cleveland")
    assert run(path, out="left", reading=edited("read = true", "read = false"))[1] == []


def test_a_reading_that_a_person_has_changed_is_not_written_over(made, tmp_path, run, monkeypatch):
    path = made.csv("a.csv", TABLE)
    run(path, force="Cleveland")
    # after the readings and before the pages
    with monkeypatch.context() as stopped, pytest.raises(TypeError):
        stopped.setattr("helpers.intake.review.write_pages", None)
        run(path, force="Cleveland")
    assert run(path, force="Cleveland")[0] == 0
    (reading,) = (tmp_path / "out" / "readings").glob("*.toml")
    reading.write_text(reading.read_text().replace('meaning = ""', 'meaning = "female"'))
    code, _, _, said = run(path, force="Cleveland")
    assert code == 2 and "holds what a person has decided, and would be written over" in said[0]
    assert run(path, force="Cleveland", reading=reading.parent)[1][0]["sex"] == "female"


def test_a_reading_is_valid_toml_whatever_the_labels_are(made):
    path = made.csv("a.csv", [["Year", 'Say "x"\\', "tab\tbed"], ["2013/14", 1, 2]])
    (reading,) = read_file(path, path.name)
    assert 'Say "x"\\' in tomllib.loads(to_toml(reading))["labels"]


def _messages(problems, word: str) -> list[str]:
    return [row["message"] for row in problems if word in row["message"] and row["severity"] == "warning"]


def test_a_total_is_of_children_where_the_ages_of_its_districts_end_at_17():
    """A district joins as nothing, but says of whom the total of its sheet is."""
    north = Figure(low=12, high=12, age_low=0, age_high=17, note="District: North")
    total = Figure(cell="B3", low=300, high=300, qualifiers=("total",))
    for one in (north, total):
        one.force, one.financial_year, one.measure = "Cleveland", "2014/15", "offences"
    assert [row["cell"] for row in whole_counts(FileReading("a.csv", figures=[north, total]))] == ["B3"]


@pytest.mark.parametrize(("answer", "about", "warning"), examples(__file__, "warnings.csv"))
def test_what_looks_wrong_is_told_once_and_nothing_else_is(run, answer, about, warning):
    _, _, problems, _ = run(ANSWERS / f"{answer}.csv", force="Cleveland")
    messages = _messages(problems, about)
    assert len(messages) == bool(warning) and all(warning in message for message in messages)


def test_a_total_that_equals_another_forces_is_a_note_and_a_warning_where_two_years_agree(made, run):
    for force, first in (("Kent", 1999), ("Essex", 1999), ("Surrey", 1888)):
        rows = [["Offences against under 18s"], ["Year", "Offences"], ["2023/24", first], ["2024/25", 2345]]
        made.csv(f"{force}.csv", rows)
    _, _, problems, _ = run(made.folder)
    told = [row for row in problems if "equals the total of" in row["message"]]
    assert len(told) == 8
    assert {row["file"] for row in told if row["severity"] == "warning"} == {"Kent.csv", "Essex.csv"}
    notes = {row["message"] for row in told if row["severity"] == "note"}
    assert "2345 for 2024/25 equals the total of Surrey. Ask: is this Kent's own figure?" in notes


def test_the_same_file_under_two_names_is_told(made, run):
    made.csv("one.csv", TABLE)
    made.csv("two.csv", TABLE)
    _, _, problems, _ = run(made.folder, force="Cleveland")
    told = [(row["file"], row["message"][:20]) for row in problems if "byte for byte" in row["message"]]
    assert told == [("one.csv", "the same file as two"), ("two.csv", "the same file as one")]


def test_the_index_lists_what_to_look_at_first_and_what_to_ask_whom(made, tmp_path, run):
    made.csv("a.csv", [["Offences (made up)"], ["Year", "Female", "Male", "Total"], ["2013/14", 7, 5, 12]])
    made.csv("b.csv", [["Offences (made up)"], ["Year", "Female", "Male", "Total"], ["2013/14", 7, 5, 20]])
    made.bytes("c.csv", b"")
    run(made.folder, force="Cleveland")
    page = page_of(tmp_path / "out", "index")
    listed = re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a></th><td[^>]*>([^<]*)<', page)
    assert listed == [("c.csv", "1 error"), ("b.csv", "1 warning, 1 note"), ("a.csv", "none")]
    _, asked = page.split("<h2>What to ask before anything is published</h2>")
    assert re.findall(r"<h3>(.*?)<a ", asked) == ["", "Cleveland: "]
    assert "printed total 20 is 8 above" in asked


def test_a_second_round_from_the_same_force_starts_from_what_was_decided(made, run, edited, started):
    first = made.csv("a.csv", TABLE)
    run(first, force="Cleveland", round="2026-11")
    decided = edited('^"Cat A" = .*', '"Cat A" = "female"')
    run(first, out="again", reading=decided, round="2026-11")
    _, figures, _, _ = run(first, out="once more", force="Cleveland", round="2026-11")
    assert {row["sex"] for row in figures if row["cell"][0] == "B"} == {"female"}
    second = made.csv("b.csv", [*HEAD, ["2015/16", 9, 8, 17]])
    _, figures, problems, _ = run(second, out="next", force="Cleveland")
    assert [row["sex"] for row in figures] == ["female", "", ""]
    told = " ".join(row["message"] for row in problems)
    assert "read with what was decided for Cleveland in round 2026-11" in told
    _, others, _, _ = run(second, out="other", force="Kent")
    assert [row["sex"] for row in others] == ["", "", ""]


def test_a_year_that_was_decided_for_an_answer_is_not_that_of_the_next(made, run, edited, started):
    rows = [["Sexual offences"], ["Offence", "Number"], ["Rape", 12]]
    first, second = made.csv("a.csv", rows), made.csv("b.csv", rows)
    given = {"force": "Cleveland", "round": "2026-11"}
    run(first, **given)
    run(first, out="again", reading=edited('"Number" = "note"', '"Number" = "2018/19"'), **given)
    years = [run(path, out=path.stem, **given)[1][0]["financial_year"] for path in (first, second)]
    assert years == ["2018/19", ""]


@pytest.mark.parametrize(("name", "said"), cases(__file__)["correcting"])
def test_an_answer_that_another_corrects_waits(made, run, name, said):
    head = [["Sexual offences recorded against children by Kent Police"], ["Year", "Number"]]
    made.csv("answer.csv", [*head, ["2017/18", 551], ["2018/19", 602]])
    made.csv(f"{name}.csv", [*head, ["2018/19", 597], [], [said]])
    waiting = {row["value_low"] for row in run(made.folder)[1] if row["status"] == "proposed"}
    assert "602" in waiting
    (made.folder / f"{name}.csv").unlink()
    assert {row["status"] for row in run(made.folder, out="alone")[1]} == {"read"}


def test_a_letter_is_heard_by_the_tables_of_its_force_that_are_read_with_it(made, run):
    rows = [["Sexual offences against children under 18"], ["Year", "Number"], ["2018/19", 412]]
    for force in ("Kent", "Essex"):
        made.csv(f"{force.lower()}.csv", [[f"{force} Police"], *rows])
    said = "Kent Police\nThank you for your request.\nWe found 12 reports. The attached figures include victims of all ages.\n"
    letter = made.text("covering letter.txt", said)
    _, figures, _, _ = run(made.folder)
    waits = 'the letter says: "The attached figures include victims of all ages."'
    assert {row["force"]: row["reason"] for row in figures} == {"Kent": waits, "Essex": ""}
    letter.unlink()
    assert {row["status"] for row in run(made.folder, out="alone")[1]} == {"read"}


def test_a_folder_of_readings_decides_each_for_its_own_file(made, tmp_path, run):
    made.csv("a.csv", TABLE)
    made.csv("b.csv", TABLE)
    run(made.folder, force="Cleveland")
    readings = tmp_path / "out" / "readings"
    (own,) = readings.glob("b-csv*.toml")
    own.write_text(own.read_text().replace('"Cat A" = ', '"Cat A" = "female"  # '))
    for _ in range(2):  # the readings that it writes decide the same
        code, figures, _, _ = run(made.folder, force="Cleveland", reading=readings)
        female = {(row["file"], row["cell"][0]) for row in figures if row["sex"] == "female"}
        assert (code, female) == (0, {("b.csv", "B")})
    own.with_name(f"{own.stem} (1).toml").write_text(own.read_text())  # the name of a second download
    code, _, _, said = run(made.folder, force="Cleveland", reading=readings)
    assert code == 2 and said[0].endswith("are both of b.csv: keep one of them")


def test_a_folder_of_readings_says_whose_each_file_is_and_a_slip_in_one_is_told(made, tmp_path, run):
    for name in ("a.csv", "b.csv"):
        made.csv(name, GOOD)
    run(made.folder)
    readings = tmp_path / "out" / "readings"
    for path, force in zip(sorted(readings.glob("*.toml")), ("Kent", "Essex"), strict=True):
        text = path.read_text().replace('force = ""', f'force = "{force}"')
        path.write_text(text.replace('"Number" = ', '"Nunber" = "female"  # '))
    _, figures, problems, _ = run(made.folder, reading=readings)
    assert [(row["file"], row["force"]) for row in figures[::2]] == [("a.csv", "Kent"), ("b.csv", "Essex")]
    assert len(_messages(problems, '"nunber", which is not in the file')) == 2


def test_a_reading_of_another_file_or_of_none_is_refused_and_one_of_no_file_is_for_any(made, tmp_path, run):
    one, other = made.csv("a.csv", TABLE), made.csv("b.csv", TABLE)
    reading = made.text("r.toml", 'file = "Kent/c.csv"\n')
    for paths in ((one, other), (one,)):
        code, _, _, said = run(*paths, reading=reading)
        assert (code, len(said)) == (2, 1)
        none = '--reading: the reading is of "Kent/c.csv", which is none of the files given'
        assert said[0].startswith(none)
    assert run(one, reading=tmp_path)[0] == 2
    assert run(one, reading=made.text("any.toml", 'force = "Kent"\n'))[1][0]["force"] == "Kent"


def test_a_measure_that_was_changed_in_the_reading_goes_before_the_title(made, run, edited):
    path = made.csv("kent.csv", [["Sexual offences recorded"], ["Year", "Number"], ["2014/15", 7]])
    run(path)
    _, figures, _, _ = run(path, out="again", reading=edited('measure = "offences"', 'measure = "victims"'))
    assert [row["measure"] for row in figures] == ["victims"]


def test_a_file_that_names_another_force_than_its_folder_is_a_question(made, run):
    (made.folder / "Kent").mkdir()
    made.csv("Kent/a.csv", [["Durham Constabulary"], *GOOD])
    _, figures, _, _ = run(made.folder)
    why = "it is named after Kent, and speaks of Durham"
    assert {(figure["status"], figure["reason"]) for figure in figures} == {("proposed", why)}


def test_a_folder_named_after_a_force_says_whose_its_files_are(made, run):
    (made.folder / "Kent").mkdir()
    (made.folder / "Kent" / "kentpolice kent.csv").write_text("Year,Rapes\n2014/15,12\n", encoding="utf-8")
    _, figures, _, _ = run(made.folder / "Kent")
    said = [(figure["file"], figure["force"], figure["status"]) for figure in figures]
    assert said == [("Kent/kentpolice kent.csv", "Kent", "read")]
