"""A round grows answer by answer: what joins the tables of the pipeline, what replaces what, and what is said."""

import datetime as dt
import itertools
import shutil
from concurrent.futures import ThreadPoolExecutor, wait
from operator import itemgetter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpers.charts.foi import foi_source
from helpers.intake import acceptance, joining, rounds
from helpers.intake.model import COLUMNS
from helpers.intake.rounds import RoundError
from helpers.tables import read_table
from helpers.tables.faults import TableError
from helpers.tables.offences import CHILD_ONLY
from tests.frames import cases, records
from tests.intake.conftest import taken

WHOLE = "all_sexual_offences_u18"
CASES = cases(__file__, "rounds.toml")["case"]
BLANK = dict.fromkeys(COLUMNS, "") | {"measure": "offences", "status": "read"}


def figure(force: str, value, *, year: str = "2023/24", ages=(0, 17), **other) -> dict:
    """A row as intake writes it: all sexual offences against under-18s, unless something else is said."""
    low, high = value if isinstance(value, tuple) else (value, value)
    low_age, high_age = ages or ("", "")
    said = {"force": force, "financial_year": year, "file": f"{force.lower()}.csv"}
    counts = {"age_low": low_age, "age_high": high_age, "value_low": low, "value_high": high}
    return {name: str(cell) for name, cell in (BLANK | said | counts | other).items()}


def by_sex(force: str, female, male, total, **other) -> list[dict]:
    """A total and its two sexes."""
    counts = (("", total), ("female", female), ("male", male))
    return [figure(force, value, sex=sex, cell=f"B{n}", **other) for n, (sex, value) in enumerate(counts, 2)]


class Round:
    """A round to which answers come, accepted one by one."""

    def __init__(self, root: Path):
        self.root, self.number = root, 0
        self.name = "2026-11"
        self.folder = root / "data" / "rounds" / self.name
        rounds.new("2026-11", echo=lambda line: None)

    def answer(self, *rows, status="provided", force="", note="", **options) -> list[str]:
        """Accept one answer; what was said."""
        self.number += 1
        opened = rounds.open_round(self.name)
        for name in {row["force"] for row in rows} | {force} - {""}:
            if name in opened.tracker:
                opened.tracker[name] |= {"status": status, "note": note or f"{name.lower()}.csv"}
        opened.save()
        folder = self.root.parent / f"read-{self.number}"
        folder.mkdir(exist_ok=True)
        pd.DataFrame(rows, columns=list(BLANK)).to_csv(folder / "figures.csv", index=False)
        said: list[str] = []
        acceptance.accept(self.name, folder, echo=said.append, **options)
        return said

    def rows(self, name: str = "figures.csv") -> list[dict]:
        return records(self.folder / name)

    def kept(self, name: str = "figures.csv") -> list[str]:
        """The count of each row, or a dash where it is suppressed."""
        return [row["value_low"] or "-" for row in self.rows(name)]

    def values(self, force: str) -> dict:
        """What is kept of a force: (year, sex, ages) to the value, empty where it is suppressed."""
        what = itemgetter("financial_year", "sex", "age_low", "age_high")
        return {what(row): row["value_low"] for row in self.rows() if row["force"] == force}


@pytest.fixture
def opened(project) -> Round:
    """A round of its own in a project of its own."""
    return Round(project)


def printed():
    """What the pipeline reads of the round: area, year, measure, value."""
    table = read_table("foi_printed").query("round == '2026-11'")
    return set(table[["area", "period", "measure", "value_text"]].itertuples(index=False, name=None))


def test_figures_join_the_tables_of_the_pipeline_and_pass_their_schemas(opened):
    rows = [*by_sex("Cleveland", 900, 220, 1120), figure("Kent", 800, ages=(0, 9))]
    said = opened.answer(*rows, today=dt.date(2026, 12, 3))
    cleveland = ("female", "900"), ("male", "220"), (WHOLE, "1120")
    joined = {("Cleveland", "2023/24", *one) for one in cleveland}
    assert printed() == joined | {("Kent", "2023/24", "age_under_10", "800")}
    table = read_table("foi_printed").query("round == '2026-11'")
    assert set(table["source"]) == {"foi-2026-11-cleveland", "foi-2026-11-kent"}
    assert set(table["published"]) == {"2026-12-03"}
    assert read_table("foi_rounds").set_index("round").loc["2026-11", "years"] == "2023/24"
    where = "data/rounds/2026-11/tables/foi_printed.csv as the round's answers"
    assert said[0] == f"4 figures of 2 forces join {where}, 4 of them new"


def test_figures_say_that_they_draw_a_rounds_own_answers(opened):
    opened.answer(figure("Kent", 1099))
    assert foi_source().endswith("as published by the NSPCC and the press, and the answers of round 2026-11")


def test_what_others_published_stays_as_it_was_and_a_removed_round_leaves_nothing(opened):
    kept = [*(opened.root / "data" / "raw").glob("*.csv"), opened.root / "data" / "sources.csv"]
    before = {path: path.read_bytes() for path in kept}
    opened.answer(*by_sex("Kent", 1900, 420, 2320))
    assert {path: path.read_bytes() for path in kept} == before
    assert read_table("foi_printed")["row"].tolist()[-3:] == [100_001, 100_002, 100_003]
    shutil.rmtree(opened.folder)
    assert printed() == set() and "foi-2026-11-kent" not in set(read_table("sources")["source"])


def test_a_fault_in_a_rounds_table_names_that_file_and_line(opened):
    opened.answer(figure("Kent", 1099))
    path = opened.folder / "tables" / "foi_printed.csv"
    path.write_text(path.read_text().replace("2023/24", "2023/25"))
    place = "^data/rounds/2026-11/tables/foi_printed.csv: line 2, column period"
    with pytest.raises(TableError, match=place):
        read_table("foi_printed")


def test_accepting_again_adds_nothing_and_keeps_an_address_that_was_given(opened):
    rows, address = by_sex("Kent", 1900, 420, 2320), "https://example.org/answers"
    for url in ("", address, ""):
        opened.answer(*rows, url=url, today=dt.date(2026, 12, 3))
    assert {row["address"] for row in opened.rows()} == {address}
    assert len(printed()) == 3 and read_table("foi_printed")["row"].is_unique
    assert not (opened.folder / "history").exists()
    opened.answer(figure("Kent", 1099))  # the first answer can still be read there
    assert read_table("sources").set_index("source").loc["foi-2026-11-kent", "url"] == address


def test_revised_and_approximate_figures_are_marked_as_such_in_the_pipeline(opened):
    revised = figure("Kent", 1099, qualifier="revised")
    opened.answer(revised, figure("Essex", 1099, qualifier="approximate"))
    marked = read_table("foi_printed").query("round == '2026-11'").set_index("area")["qualifier"]
    assert marked.to_dict() == {"Kent": "revised", "Essex": "approx"}


def test_warnings_and_a_folder_inside_the_project_are_told(opened):
    assert "inside the project" not in "".join(opened.answer(figure("Kent", 1099)))
    inside = shutil.copytree(opened.root.parent / "read-1", opened.root / "read")
    (inside / "problems.csv").write_text("severity\nwarning\nnote\n")
    said: list[str] = []
    acceptance.accept("2026-11", inside, echo=said.append)
    assert f"1 warning in {inside / 'problems.csv'}: the figures join as they were read" in said
    assert "inside the project: move it out" in "".join(said)


SEXES = ("female", "male", "unknown")
WORDS = dict.fromkeys(SEXES, "sex") | {"victims": "measure", "proposed": "status", "confirmed": "status"}
WORDS |= {"rape": "offence", "assault": "offence"}
NOTES = {"North": "district: North", "South": "district: South", "online": "of these online"}


def row_of(words: str) -> dict:
    """The row of a count in `rounds.toml`, such as "Kent female 0-9 17"."""
    force, *words = words.split()
    row = {"force": force.replace("Scotland", "Police Scotland")}
    for word in words:
        low, dash, high = word.partition("-")
        if word.isdigit():
            row["value"] = int(word)
        elif dash and low.isdigit():
            row["ages"] = int(low), int(high) if high else ""
        elif word in NOTES:
            row["note"] = NOTES[word]
        else:
            row[WORDS.get(word, "file")] = word
    return figure(**row)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["idea"])
def test_what_a_round_holds_after_its_answers(opened, case):
    for answer in case["answers"]:
        rows = [row_of(words) for words in answer.split(", ") if words]
        placed = [row | {"cell": f"B{number}"} for number, row in enumerate(rows, 2)]
        said = opened.answer(*placed, force="Kent", replace=case.get("replace", False))
    joined = {f"{area} {measure} {value}".replace(f"{WHOLE} ", "") for area, _, measure, value in printed()}
    assert "joined" not in case or joined == set(filter(None, case["joined"].split(", ")))
    assert "kept" not in case or opened.kept() == case["kept"].split()
    assert case.get("said", "") in "\n".join(said)
    for name, values in case.get("history", {}).items():
        assert opened.kept(f"history/{name}") == values.split()


REQUESTED = [
    figure("Kent", 7, ages=(age, age), offence=code, offence_code=code, sex=sex, cell=f"E{code}{sex}{age}")
    for code, sex, age in itertools.product([*CHILD_ONLY, "20A"], ("female", "male"), range(18))
]


@pytest.mark.parametrize("missing", [None, "twice", "73", "20A"])
def test_the_table_that_is_asked_for_joins_as_its_sums_unless_a_code_is_left_out(opened, missing):
    """Of the codes that count adults too as well, and where no part is there twice."""
    rows = [row for row in REQUESTED if row["offence_code"] != missing]
    opened.answer(*rows, *REQUESTED[: missing == "twice"])
    sums = {(WHOLE, "3024"), ("female", "1512"), ("male", "1512")}
    assert {one[2:] for one in printed()} == (set() if missing else sums)


AGE = f"what was read {joining.NO_AGE}"
ELSE = "what was read counts something else than all sexual offences against under-18s"
UNSURE = {"status": "proposed"}


def test_what_waits_is_told_and_what_is_added_up_says_so(opened):
    said = opened.answer(figure("Essex", 40) | UNSURE)
    assert "1 figure waits (Essex 1): confirm or reject each on its page in " in "\n".join(said)
    girls = figure("Kent", 1900, sex="female", ages=None, status="confirmed")
    said = opened.answer(figure("Kent", 2320), girls)
    assert f"Kent: 1 confirmed figure kept as detail that no notebook reads, mostly because {AGE}" in said
    opened.answer(*REQUESTED, replace=True)
    opened.answer(*by_sex("Essex", 900, 220, 1120)[1:])
    notes = read_table("foi_printed").query("round == '2026-11'").set_index(["area", "measure"])["note"]
    assert notes["Kent", "female"] == "kent.csv; sum of 216 parts by age, sex and offence, no total given"
    assert notes["Essex", WHOLE] == "essex.csv; sum of 2 parts by sex, no total given, none of unknown sex"


def test_each_answered_force_that_contributes_nothing_is_named_with_the_reason(opened):
    said = opened.answer(
        figure("Gwent", 40) | UNSURE,
        figure("Kent", 40, offence_code="73", offence="73"),
        figure("Surrey", 40) | {"financial_year": ""},
        figure("Dorset", 40, sex="male", ages=None), figure("Dorset", 9) | UNSURE,
        figure("Jersey", 40),
    )  # fmt: skip
    said += opened.answer(force="Essex", status="refused", note="essex.txt; section 12 (cost)")
    unused = " answered, and none of its figures is used: "
    found = dict(line.split(unused) for line in said if unused in line)
    assert found.pop("Gwent").startswith("nothing of it was accepted yet")
    assert f"Gwent{unused}1 figure waits to be confirmed" in said
    assert found == {
        "Kent": ELSE, "Surrey": "what was read counts no financial year", "Dorset": AGE,
        "Essex": "refused (essex.txt; section 12 (cost))", "Jersey": "what was read counts no single one of the 46 forces",
    }  # fmt: skip
    assert f"Dorset{unused}{AGE}, and 1 figure waits to be confirmed" in said
    kept = {row["force"]: row["value_low"] for row in acceptance.accepted_rows(opened.name)}
    assert kept["Jersey"] == "40"


def test_a_table_that_refuses_leaves_everything_as_it_was(opened, monkeypatch):
    opened.answer(*by_sex("Kent", 1900, 420, 2320))
    kept = [path for path in opened.root.rglob("*") if path.is_file() and path.name != "tracker.csv"]
    before = {path: path.read_bytes() for path in kept}
    monkeypatch.setitem(acceptance.joining.SEXES, "female", "no_such_measure")
    with pytest.raises(acceptance.NotAccepted, match="no_such_measure"):
        opened.answer(*by_sex("Essex", 900, 220, 1120))
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("writes", range(7))
def test_a_run_that_is_killed_loses_nothing_and_is_finished_by_the_next(opened, monkeypatch, writes):
    opened.answer(*by_sex("Kent", 1900, 420, 2320))
    write, left = acceptance.write_atomic, [writes]

    class Killed(BaseException):
        pass

    def until_killed(path, content):
        if left[0] < 0:
            raise Killed  # nor can anything be put back
        left[0] -= 1
        if left[0] < 0:
            path.with_name(f".{path.name}.part").write_text("")
            raise Killed
        write(path, content)

    monkeypatch.setattr(acceptance, "write_atomic", until_killed)
    rows = [figure("Kent", 2222), *by_sex("Essex", 900, 220, 1120)]
    with pytest.raises(Killed):
        opened.answer(*rows)
    monkeypatch.setattr(acceptance, "write_atomic", write)
    kept = [opened.folder / "figures.csv", *opened.folder.glob("history/*.csv")]
    assert {row["value_low"] for path in kept for row in opened.rows(path)} >= {"2320", "1900", "420"}
    opened.answer(*rows)
    essex = {("Essex", count) for count in ("900", "220", "1120")}
    assert {one[0::3] for one in printed()} == {("Kent", "2222")} | essex
    assert not [*opened.folder.rglob("*.part")]


def test_two_that_accept_at_once_wait_for_each_other(opened, tmp_path):
    """The second one sees what the first one left, of the tracker too."""
    other = rounds.open_round(opened.name)
    with ThreadPoolExecutor() as pool, rounds.open_round(opened.name).alone():
        first = pool.submit(opened.answer, *by_sex("Kent", 1900, 420, 2320))
        assert not wait([first], timeout=0.5).done
    assert first.result() and {one[0] for one in printed()} == {"Kent"}
    with other.alone():
        assert other.tracker["Kent"]["status"] == "provided"


def test_figures_of_a_force_that_has_not_answered_in_the_round_are_refused(opened, made, tmp_path):
    rows = [["Offences against under 18s (made up)"], ["Year", "Total"], ["2023/24", 1099]]
    taken([made.csv("durham.csv", rows)], tmp_path / "out", force="Durham")
    said = r"has figures of Durham, .* rise intake PATH… --out .* --round 2026-11"
    with pytest.raises(acceptance.NotAccepted, match=said):
        acceptance.accept("2026-11", tmp_path / "out")


def test_a_folder_that_intake_did_not_write_and_figures_of_an_earlier_form_are_refused(opened, tmp_path):
    with pytest.raises(RoundError, match=r"figures.csv: cannot be read \(No such file or directory\)"):
        acceptance.accept("2026-11", tmp_path)
    (opened.folder / "figures.csv").write_text("file,sheet,cell,force,value_low\na.csv,,B2,Kent,3\n")
    said = "move it out of the project and accept the answers again: it may hold small counts"
    with pytest.raises(RoundError, match=said):
        opened.answer(*by_sex("Kent", 1900, 420, 2320))


def test_intake_brings_the_tracker_up_to_date(opened, made, tmp_path):
    made.text("kent.csv", "Age,2023/24\n0-9,800\n10-17,2100\nNot known,7\n")
    made.text("essex.txt", "Essex Police\nSection 12: the cost would exceed the limit of 18 hours.\n")
    made.text("durham.txt", "Durham Constabulary\nNo information is held.\n")
    taken([made.folder], tmp_path / "out", round="2026-11")
    tracker = rounds.open_round("2026-11").tracker
    found = {force: row["status"] for force, row in tracker.items() if row["status"] != "waiting"}
    assert found == {"Kent": "provided", "Essex": "refused", "Durham": "not_held"}
    assert tracker["Essex"]["note"] == "essex.txt; section 12 (cost)"
    # what was printed may have counts in it, and nothing was decided
    assert not (opened.folder / "readings").exists()
    acceptance.accept("2026-11", tmp_path / "out")
    assert ("Kent", "2023/24", WHOLE, "2907") in printed()


# ---------------------------------------------------------------------- small counts


def test_a_label_that_was_decided_is_kept_with_the_round_unless_a_count_is_part_of_it(opened, made):
    path = made.csv("kent.csv", [["Year", "Female (n=3)", "Boys"], ["2023/24", 3, 40]])
    reading = made.text("edited.toml", '[labels]\n"Female (n=3)" = "male"\n"Boys" = "female"\n')
    taken([path], made.folder / "read", force="Kent", round=opened.name, reading=reading)
    (kept,) = (opened.folder / "readings" / "kent").glob("*.toml")
    assert '"boys" = "female"' in kept.read_text() and "n=3" not in kept.read_text()


def test_a_total_counts_children_where_the_ages_of_its_own_table_end_at_17(opened, made):
    ages = [["Age", "2023/24"], ["0 to 9", 300], ["10 to 17", 900]]
    offences = [["Offence", "2023/24"], ["Rape", 1310], ["Other sexual offences", 1900], ["Total", 3210]]
    younger = [["Age", "2023/24"], ["0 to 9", 310], ["10 to 15", 901], ["Total", 1211]]
    files = [made.csv("one.csv", [*ages, ["Total", 1200]]), made.csv("two.csv", [*ages, [], *offences])]
    files.append(made.csv("three.csv", younger))
    read = taken(files, made.folder / "read", force="Kent", round=opened.name)
    rows = {row["value_low"]: row for row in read}
    found = [(rows[n]["age_low"], rows[n]["age_high"], rows[n]["status"]) for n in ("1200", "3210", "1211")]
    assert found == [("0", "17", "read"), ("0", "17", "proposed"), ("0", "17", "proposed")]


def test_a_small_count_goes_with_a_partner_and_neither_says_which_is_which(opened):
    said = opened.answer(*by_sex("Kent", 17, 3, 20), *by_sex("Essex", 900, 220, 1120))
    mine = {row["sex"]: row for row in opened.rows() if row["force"] == "Kent"}
    assert {sex: row["value_low"] for sex, row in mine.items()} == {"": "20", "female": "", "male": ""}
    for sex in ("female", "male"):
        assert (mine[sex]["value_high"], mine[sex]["qualifier"]) == ("", "suppressed")
    assert {one[2] for one in printed() if one[0] == "Kent"} == {WHOLE}
    told = "2 counts by age, sex or another characteristic of persons suppressed (Kent 2)"
    assert told in "\n".join(said)
    register = (opened.folder / "suppressed.csv").read_text().splitlines()[1:]
    assert register == [f"Kent,offences,2023-04-01,2024-04-01,,{sex},0,17," for sex in ("female", "male")]


def test_what_its_source_published_stays_until_an_answer_that_is_not_published_corrects_it(opened):
    opened.answer(*by_sex("Kent", 17, 3, 20), url="https://example.org/kent")
    assert opened.kept() == ["20", "17", "3"]
    opened.answer(*by_sex("Kent", 18, 2, 20))
    assert opened.kept() == ["20", "-", "-"]


def test_what_a_force_hides_behind_a_mark_is_not_given_away_by_its_neighbour(opened):
    opened.answer(*by_sex("Kent", 910, (1, 4), 912, note="printed <5"))
    assert opened.kept() == ["912", "-", "-"]
    assert not [row for row in opened.rows() if "<5" in row["note"] and not row["value_low"]]


def test_the_official_count_of_a_code_is_a_total_too(opened):
    """The girls of a code that covers only children, taken from all of it, leave the boys."""
    official = read_table("recorded_crime").set_index(["force", "offence_code", "financial_year"])
    total = int(official.loc[("Kent", "73", "2014/15"), ["q1", "q2", "q3", "q4"]].sum())
    code = {"offence": "73", "offence_code": "73", "year": "2014/15"}
    opened.answer(figure("Kent", total - 3, sex="female", **code), figure("Kent", 3, sex="male", **code))
    assert set(opened.values("Kent").values()) == {""}


def test_a_total_that_a_page_printed_is_a_total_too(opened):
    kent = read_table("foi_printed").query("area == 'Kent' and period == '2015/16'")
    printings = kent[kent["measure"] == WHOLE]
    total = int(printings["value_text"].iloc[0].replace(",", ""))
    opened.answer(figure("Kent", total - 3, sex="female", year="2015/16"))
    assert set(opened.values("Kent").values()) == {""}


def test_calendar_years_are_years_of_their_own(opened):
    for year, counts in (("2022", (17, 3, 20)), ("2023", (30, 30, 60))):
        days = {"year": "", "period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
        opened.answer(*by_sex("Essex", *counts, file=f"{year}.csv", **days))
    assert opened.kept() == ["20", "-", "-", "60", "30", "30"]


def test_two_rounds_of_the_same_year_do_not_give_each_other_away(opened):
    opened.answer(*by_sex("Kent", 17, 3, 20))
    rounds.new("later", echo=lambda line: None)
    opened.folder = opened.folder.parent / "later"
    opened.name = "later"
    opened.answer(*by_sex("Kent", 13, 7, 20))  # none of them is small by itself
    assert opened.values("Kent")["2023/24", "female", "0", "17"] == ""


def test_a_suppressed_row_keeps_the_words_that_say_whom_it_counts(opened):
    unknown = figure("Kent", 3, ages=None, qualifier="age unknown; revised")
    opened.answer(*by_sex("Kent", 900, 220, 1120), unknown)
    assert [row["qualifier"] for row in opened.rows() if not row["value_low"]] == ["age unknown; suppressed"]


AGES = ((0, 4), (5, 9), (10, 15), (16, 17))


def attack(opened, solved, force: str) -> dict:
    """What whole numbers each suppressed count can be, for somebody who reads all that the project holds or has held.

    Nothing where no numbers agree with what is held, as while only one of two tables is corrected.
    """
    atoms = list(itertools.product(SEXES, AGES))
    told, hidden = {}, {}
    held = sorted(opened.folder.parent.glob("*/history/*.csv"))
    for path in (*held, *opened.folder.parent.glob("*/figures.csv")):  # of two values, the later one
        for row in opened.rows(path):
            sex, low, high = row["sex"], int(row["age_low"]), int(row["age_high"])
            cover = np.array([sex in ("", s) and low <= a and b <= high for s, (a, b) in atoms])
            if row["force"] == force:
                place = told if row["value_low"] else hidden
                place[sex, low, high] = cover, int(row["value_low"] or 0)
    cells = {group: one for group, one in told.items() if group not in hidden} | hidden
    return {group: ends for group, ends in solved(cells, set(hidden)).items() if ends}


def counted(table: dict, sex: str, low: int, high: int) -> int:
    """The true count of a group."""
    return sum(value for (s, (a, b)), value in table.items() if sex in ("", s) and low <= a and b <= high)


@settings(max_examples=4, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    cells=st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 14, 25, 60]), min_size=12, max_size=12),
    pieces=st.lists(st.sampled_from(["sex", "age", "cross", "total"]), min_size=2, max_size=4, unique=True),
    grown=st.sampled_from(SEXES[:2]),
)
def test_no_later_table_or_correction_gives_a_suppressed_count_away(opened, solved, cells, pieces, grown):
    """Tables of one force come one by one, and then one of them again, corrected: each suppressed count is solved for."""
    shutil.rmtree(opened.folder.parent, ignore_errors=True)
    rounds.new("2026-11", echo=lambda line: None)
    table = dict(zip(itertools.product(SEXES, AGES), cells, strict=True))
    kinds = {"total": [("", (0, 17))], "sex": [(sex, (0, 17)) for sex in SEXES]}
    kinds |= {"age": [("", ages) for ages in AGES], "cross": list(table)}
    was_suppressed = set()
    for piece in [*pieces, "grow", *pieces]:
        if piece == "grow":
            table[grown, AGES[0]] += 7
            continue
        rows = []
        for number, (sex, (low, high)) in enumerate(kinds[piece]):
            place = {"file": f"{piece}.csv", "cell": f"B{number}"}
            value = counted(table, sex, low, high)
            rows.append(figure("Kent", value, sex=sex, ages=(low, high), **place))
        opened.answer(*rows)
        for (sex, a, b), (low, high) in attack(opened, solved, "Kent").items():
            # while only one of two tables is corrected, what they say together can be untrue
            if low <= counted(table, sex, a, b) <= high:
                assert high >= 5 and high - low >= 1, (sex, a, b)
        suppressed = {group for group, value in opened.values("Kent").items() if value == ""}
        assert was_suppressed <= suppressed
        was_suppressed = suppressed
