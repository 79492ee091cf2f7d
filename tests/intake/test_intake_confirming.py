"""Proposals: confirmed, changed and rejected by keyboard on the review page, and by a layout of the round."""

import re
import shutil
import tomllib
from email.message import EmailMessage
from operator import itemgetter

import pytest
from playwright.sync_api import expect

from helpers.intake import confirming, rounds
from helpers.intake.command import Usage
from tests.frames import cases
from tests.intake.conftest import taken

CASES = cases(__file__)
LETTER = CASES["letter_of_a_force"]
HOSTILE = "In 2023/24 there were 31 sexual offences against children under 18 </script><script>alert(1)</script><b>x</b>."


def read(folder, text, name="letter.txt", out="read", **options):
    """The figures of one answer, and the folder of what was read."""
    (folder / name).write_text(text, encoding="utf-8")
    return taken([folder / name], folder / out, **options), folder / out


def decide(out, choices, path):
    """Save what is chosen on the page of one answer, as the page does."""
    path.write_text(confirming.decided(confirming.read_page(page_of(out)), choices))
    return path


@pytest.fixture
def letter(tmp_path, project):
    text = LETTER.format(force="Kent", one=2912, two=627, three=2931, four=614)
    rows, out = read(tmp_path, text, force="Kent")
    assert [row["status"] for row in rows] == ["proposed"] * 4
    return out


def page_of(out):
    return next(path for path in (out / "review").glob("*.html") if path.name != "index.html")


def states(rows):
    return {row["value_low"]: (row["status"], row["financial_year"]) for row in rows}


def test_what_is_decided_is_the_reading_that_intake_takes(letter, tmp_path):
    text = (tmp_path / "letter.txt").read_text()
    choices = ["confirm", "reject", "", "2023/24; measure cyber_flagged; age 0 to 17"]
    saved = decide(letter, choices, tmp_path / confirming.read_page(page_of(letter))["file"])
    rows, out = read(tmp_path, text, force="Kent", reading=saved)
    first, last = ("confirmed", "2022/23"), ("confirmed", "2023/24")
    assert states(rows) == {"2912": first, "2931": ("proposed", "2023/24"), "614": last}
    again = tomllib.loads((out / "readings" / saved.name).read_text())["figure"]
    assert sorted((one["text"], one["verdict"]) for one in again) == [
        ("2912", "2022/23; measure offences; age 0 to 17"),
        ("614", "2023/24; measure cyber_flagged; age 0 to 17"),
        ("627", "reject"),
    ]
    rows, _ = read(tmp_path, text, force="Kent", reading=out / "readings")
    assert len(rows) == 3 and states(rows)["614"] == ("confirmed", "2023/24")
    text = text.replace("2022/23", "2021/22")  # the force sends it corrected
    rows, out = read(tmp_path, text, force="Kent", reading=out / "readings")
    assert states(rows)["2912"] == ("proposed", "2021/22")
    assert "what it says of 3 numbers is not used" in (out / "problems.csv").read_text()


def test_a_count_waits_until_what_its_letter_leaves_open_is_filled_in(letter, tmp_path):
    text = (tmp_path / "letter.txt").read_text()
    for verdict, status in (("confirm", "proposed"), ("2023/24; age 0 to 17", "confirmed")):
        saved = decide(letter, ["", "", "", verdict], tmp_path / "saved.toml")
        rows, out = read(tmp_path, text, out=status, force="Kent", reading=saved)
        assert rows[-1]["status"] == status
        asks = "confirms 614, and says nothing of its period: it waits"
        assert (asks in (out / "problems.csv").read_text()) == (status == "proposed")


def test_what_narrows_a_count_stands_on_the_page_and_goes_when_a_person_takes_it_out(tmp_path, project):
    text = "Sexual offences against under 18s in schools\nYear,Count\n2022/23,61\n2023/24,62\n"
    _, out = read(tmp_path, text, "kent.csv", force="Kent")
    first, second = (item["words"] for item in confirming.read_page(page_of(out))["items"])
    assert first == "2022/23; measure offences; age 0 to 17; note schools"
    saved = decide(out, [first, second.removesuffix("; note schools")], tmp_path / "saved.toml")
    rows, _ = read(tmp_path, text, "kent.csv", "again", force="Kent", reading=saved)
    notes = [(row["value_low"], row["note"], row["status"]) for row in rows]
    assert notes == [("61", "schools", "confirmed"), ("62", "", "confirmed")]


def test_text_of_a_letter_is_text_on_the_page(tmp_path, project):
    _, out = read(tmp_path, HOSTILE, force="Kent")
    html = page_of(out).read_text()
    assert "<b>x" not in html and "<script>alert" not in html
    assert html.count("<script") == 2 and confirming.POLICY in html


def test_a_page_on_which_nothing_waits_has_no_list_and_runs_nothing(tmp_path, project):
    text = "Sexual offences with victims under 18 (made up)\nYear,Total\n2022/23,3100\n2023/24,3200\n"
    page = page_of(read(tmp_path, text, "kent.csv", force="Kent")[1])
    assert "<script" not in page.read_text()
    with pytest.raises(ValueError, match="nothing waits on this page"):
        confirming.confirm(page)


def test_a_confirmed_layout_reads_the_same_form_of_another_force_with_its_own_years(letter, tmp_path):
    rounds.new("2026-11", echo=lambda line: None)
    choices = ["confirm", "confirm", "reject", "2023/24; measure cyber_flagged"]
    saved = decide(letter, choices, tmp_path / confirming.read_page(page_of(letter))["file"])
    read(tmp_path, (tmp_path / "letter.txt").read_text(), force="Kent", reading=saved, round="2026-11")
    kept = "".join(path.read_text() for path in rounds.rounds_dir().glob("2026-11/*/**/*.toml"))
    assert not any(count in kept for count in ("2912", "627", "2931", "614"))

    said = "holds what a person has decided, and would be written over; add --reading"
    with pytest.raises(Usage, match=said):
        read(tmp_path, (tmp_path / "letter.txt").read_text(), force="Kent")
    shutil.rmtree(tmp_path / "read")
    text = LETTER.format(force="Essex", one=3912, two=827, three=3931, four=814).replace("2022/23", "2024/25")
    rows, out = read(tmp_path, text, force="Essex", round="2026-11")
    assert states(rows) == {
        "3912": ("confirmed", "2024/25"), "827": ("confirmed", "2024/25"),
        "3931": ("proposed", "2023/24"), "814": ("proposed", ""),
    }  # fmt: skip
    assert "2 figures are read by a layout that was confirmed" in (out / "problems.csv").read_text()

    shutil.rmtree(out)
    other, _ = read(tmp_path, text.replace("against boys", "against girls"), force="Essex", round="2026-11")
    assert {row["status"] for row in other} == {"proposed"}


@pytest.mark.parametrize(("said", "verdict", "status"), CASES["same_form"])
def test_a_layout_decides_only_what_waits_for_its_reason_and_no_year(made, project, said, verdict, status):
    for force, words in (("Kent", "The figures include adult victims."), ("Essex", said)):
        mail = EmailMessage()
        mail.set_content(f"Dear all,\n{words}\nYours, {force} Police")
        mail.add_attachment("Sexual offences\nYear,Number\n2018/19,412\n", filename="answer.csv")
        made.bytes(f"{force}.eml", bytes(mail))
    out = made.folder.parent / "read"
    taken([made.folder], out)
    reading = next((out / "readings").glob("kent-eml-answer*"))
    one = f'[[figure]]\nsheet = ""\ncell = "B3"\ntext = "412"\nverdict = "{verdict}"\n'
    reading.write_text(f"{reading.read_text()}\n{one}")
    found = {row["force"]: row["status"] for row in taken([made.folder], out, reading=out / "readings")}
    assert found == {"Kent": "confirmed", "Essex": status}


@pytest.fixture
def opened(visit):
    """A browser on a phone, in which nothing may go wrong and nothing may be asked of any other place."""
    page, asked, complaints = visit("about:blank", width=320)
    yield page
    assert (asked, complaints) == ([], [])


def open_for_keys(page, path):
    """Open a page, and go on once it hears a key: a browser drops those that come before its first picture."""
    page.goto(path.as_uri())
    page.evaluate("() => document.addEventListener('keydown', () => { window.hears = true })")
    while not page.evaluate("() => window.hears"):
        page.keyboard.press("Shift")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def saved_by_key(page, path):
    with page.expect_download() as saved:
        page.keyboard.press("s")
    saved.value.save_as(path)
    return path


def test_a_layout_says_nothing_of_rows_that_no_page_shows(tmp_path, started):
    """Two long tables that differ in row 211, of which a person has confirmed one."""
    for force, last in (("Kent", "Cat X"), ("Essex", "Cat Y")):
        kinds = [f"Cat {chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(208)]
        counts = "".join(f"{kind},77,78\n" for kind in (*kinds, last))
        text = f"Made-up offences\nCategory,2022/23,2023/24\n{counts}"
        given = (tmp_path, text, "table.csv", force)
        rows, out = read(*given, force=force, round="2026-11")
        if force == "Kent":
            saved = decide(out, ["confirm"] * len(rows), tmp_path / "saved.toml")
            read(*given, reading=saved, force=force, round="2026-11")
    statuses = {row["cell"]: row["status"] for row in rows}
    assert (statuses["B3"], statuses["B211"]) == ("confirmed", "proposed")


def test_a_letter_is_put_through_by_keyboard_on_a_phone_and_saved_without_a_server(letter, opened, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    open_for_keys(opened, page_of(letter))
    expect(opened.locator("#left")).to_have_text("4 of 4 wait")
    # a key outside the list only goes to the first; confirm it, reject the next, change the third
    press(opened, "x", "c", "x", "e", "Control+A")
    opened.keyboard.type("2024/25; measure offences; age 0 to 17")
    opened.keyboard.press("Enter")
    expect(opened.locator("#left")).to_have_text("1 of 4 wait")
    expect(opened.locator("#told")).to_contain_text("2931 confirmed as changed")
    opened.keyboard.press("c")  # the last names no year
    expect(opened.locator("#told")).to_contain_text("fill in the period first")
    opened.keyboard.press("Escape")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 320
    assert not Axe().run(opened).response["violations"]
    saved = saved_by_key(opened, tmp_path / "saved.toml")
    rows, _ = read(tmp_path, (tmp_path / "letter.txt").read_text(), force="Kent", reading=saved)
    first, changed = ("confirmed", "2022/23"), ("confirmed", "2024/25")
    assert states(rows) == {"2912": first, "2931": changed, "614": ("proposed", "")}


def test_what_is_added_to_all_replaces_nothing_that_one_of_them_says(letter, opened):
    open_for_keys(opened, page_of(letter))
    press(opened, "n", "t")
    opened.keyboard.type("age 0 to 15")
    opened.keyboard.press("Enter")
    expect(opened.locator("#told")).to_contain_text("1 confirmed; 3 wait still")
    for item, age in zip(opened.locator("section.proposals li input").all(), (17, 15, 17, 15), strict=True):
        expect(item).to_have_value(re.compile(rf"^(?!.*age.*age).*age 0 to {age}"))


def test_one_key_decides_all_of_a_table_and_another_takes_that_back(made, project, opened, tmp_path):
    source = made.csv("kent.csv", CASES["two_tables"])
    taken([source], tmp_path / "read", force="Kent")
    open_for_keys(opened, page_of(tmp_path / "read"))
    first, second = opened.locator("section.proposals").all()
    expect(second.locator("h3")).to_have_text("Table 2 (Sort | 2022/23 | 2023/24): 4 of 4 wait")
    press(opened, "n", "r", "a")  # reject all by mistake; now at the second table, confirm all of it
    expect(opened.locator("#left")).to_have_text("0 of 8 wait")
    opened.reload()  # decisions are kept
    expect(opened.locator("#left")).to_have_text("0 of 8 wait")
    opened.keyboard.press("u")
    expect(opened.locator("#told")).to_have_text("there is nothing to undo")
    first.locator("li").first.press("w")
    expect(first.get_by_role("button", name="Confirm all that wait: 1")).to_be_enabled()
    first.get_by_label("Add to what each of them counts").fill("age 0 to 17")
    opened.keyboard.press("Enter")
    second.locator("li").first.press("x")
    opened.keyboard.press("u")
    expect(second.locator("li").first).to_be_focused()
    saved = saved_by_key(opened, tmp_path / "saved.toml")
    rows = taken([source], tmp_path / "again", reading=saved, force="Kent")
    found = [(row["value_low"], row["status"], row["age_high"]) for row in rows]
    assert found == [("61", "confirmed", "17"), *((n, "confirmed", "") for n in ("161", "162", "171", "172"))]


def test_one_key_decides_alike_sheets_and_other_files_follow(made, project, opened, tmp_path):
    """Each number keeps its own year; a sheet that says something else is left alone."""
    years = {"One": "2021/22", "Two": "2022/23", "Three": "2023/24"}
    rows = [["Kind A", 61], ["Kind B", 62]]
    sheets = {name: [["Made-up offences"], ["Kind", year], *rows] for name, year in years.items()}
    sheets["Three"][0] = ["Made-up suspects"]
    for force in ("Kent", "Essex"):
        made.xlsx(f"{force}.xlsx", sheets)
    taken([made.folder], tmp_path / "read")
    (page,) = (tmp_path / "read" / "review").glob("kent*.html")
    open_for_keys(opened, page)
    same = "1 other file with the same labels in the same places: Essex.xlsx"
    expect(opened.locator("body")).to_contain_text(same)
    press(opened, "n", "l")  # nothing is decided yet, of which the others could take anything
    expect(opened.locator("#told")).to_contain_text("decide this table first")
    press(opened, "x", "t")
    opened.keyboard.type("age 0 to 17")
    opened.keyboard.press("Enter")  # confirms the rest of this table
    opened.locator("section.proposals li").first.press("l")
    expect(opened.locator("#told")).to_contain_text("in 1 other table: 1 confirmed, 1 rejected")
    saved = saved_by_key(opened, tmp_path / "saved.toml")
    rows = taken([made.folder], tmp_path / "again", reading=saved)
    of = itemgetter("file", "cell", "financial_year", "age_high")
    found = sorted(of(row) for row in rows if row["status"] == "confirmed")
    files = "Essex.xlsx", "Kent.xlsx"
    assert found == [(file, "B4", year, "17") for file in files for year in ("2021/22", "2022/23")]
