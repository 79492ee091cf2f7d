"""``rise fetch`` against a server on this machine: no connection leaves it. All counts are made up."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from helpers.official import download
from helpers.official.recorded_crime import COLUMNS
from helpers.tables.faults import Refusal
from helpers.tables.store import read_table
from tests.conftest import serve
from tests.frames import frame

HEADINGS = "Financial Year,Financial Quarter,Force Name,Offence Description,Offence Code,Number of Offences"
MADE_UP = Path(__file__).with_name("made-up")
NAMES = " ".join(COLUMNS)
KENT, ESSEX = ("2017/18", "Kent", "71", *[10] * 4), ("2017/18", "Essex", "71", *[5] * 4)
HELD = frame(NAMES, KENT, ESSEX, ("2017/18", "Kent", "1", 1, 0, 0, 0))


def made_up(kent=10, quarters=4):
    lines = [f"2017/18,{quarter},{force},Made up,71,{count}"
             for force, count in (("Kent", kent), ("Essex", 5)) for quarter in range(1, quarters + 1)]  # fmt: skip
    return "\n".join([HEADINGS, *lines, "2017/18,1,Kent,Made up,1/4.1/4.10/4.2,1", ""]).encode()


@pytest.fixture
def site(tmp_path):
    """A folder, and the address where its files are served."""
    (folder := tmp_path / "site").mkdir()
    with serve(folder) as address:
        yield folder, address


@pytest.fixture(autouse=True)
def held(monkeypatch):
    def read(name):
        return HELD if name == "recorded_crime" else read_table(name)

    monkeypatch.setattr(download, "read_table", read)


def fetch(**options):
    """What is said, and at last the refusal, if there is one; with the exit code."""
    said = []
    try:
        download.fetch(echo=said.append, **options)
    except Refusal as refusal:
        return refusal.exit_code, [*said, str(refusal)]
    return 0, said


def test_a_local_file_that_agrees_writes_nothing_and_one_that_differs_is_told_and_listed(tmp_path):
    path, out = tmp_path / "made-up.csv", tmp_path / "out"
    path.write_bytes(made_up())
    agrees = ["made-up.csv: 9 rows, 2017/18, 2 forces", "2017/18: nothing differs"]
    assert (fetch(file=path, out=out), out.exists()) == ((0, agrees), False)
    path.write_bytes(made_up(kent=12))
    code, said = fetch(file=path, out=out)
    assert code == 0
    assert "2017/18: 4 counts differ in 1 force; child-only codes 60 held, 68 now" in said
    assert "  Kent 2017/18 quarter 1, code 71: 10 held, 12 now" in said
    assert pd.read_csv(out / "changes.csv")["change"].tolist() == [2, 2, 2, 2]


def test_the_link_is_found_on_the_page_and_the_file_kept_whole(tmp_path, site, monkeypatch):
    folder, address = site
    link = f"{address}/prc-pfa-made-up-1.csv"
    (folder / "page").write_text(f'<a href="{link}">made up</a>')
    (folder / "prc-pfa-made-up-1.csv").write_bytes(made_up(kent=11))
    entry = {"page": f"{address}/page", "pattern": rf"{address}/[^\"]*prc-pfa[^\"]*\.csv"}
    monkeypatch.setattr(download, "_entry", lambda name: entry)
    code, said = fetch(out=tmp_path)
    digest = hashlib.sha256(made_up(kent=11)).hexdigest()
    assert (code, said[:2]) == (0, [f"fetching {link}", f"sha256 {digest} (first download)"])
    assert (tmp_path / "prc-pfa-made-up-1.csv").read_bytes() == made_up(kent=11)
    assert fetch(out=tmp_path)[1][1] == f"sha256 {digest} (same as the last download)"
    (folder / "prc-pfa-made-up-1.csv").write_bytes(made_up(kent=12))
    assert "differs from the last download" in fetch(out=tmp_path)[1][1]
    assert not list(tmp_path.glob(".fetching-*"))


def test_a_pinned_digest_refuses_another_file_and_keeps_the_old_one(tmp_path, site):
    folder, address = site
    pinned = {"url": f"{address}/made-up.csv", "sha256": hashlib.sha256(made_up()).hexdigest()}
    (folder / "made-up.csv").write_bytes(made_up())
    assert fetch(**pinned, out=tmp_path)[0] == 0
    (folder / "made-up.csv").write_bytes(made_up(kent=99))
    code, said = fetch(**pinned, out=tmp_path)
    assert code == 1 and "not the file with the pinned SHA-256" in said[-1]
    assert (tmp_path / "made-up.csv").read_bytes() == made_up()


def test_without_a_network_one_line_says_so(tmp_path):
    with serve(tmp_path) as address:
        pass
    code, said = fetch(url=f"{address}/made-up.csv", out=tmp_path)
    assert code == 1 and "\n" not in said[-1]
    assert said[-1].startswith("no network: 127.0.0.1 cannot be reached (")


def test_a_page_that_is_gone_or_has_no_link(tmp_path, site, monkeypatch):
    folder, address = site
    monkeypatch.setattr(download, "_entry", lambda name: {"page": f"{address}/page", "pattern": "x"})
    assert "answers 404" in fetch(out=tmp_path)[1][-1]
    (folder / "page").write_text("nothing here")
    assert "no longer links" in fetch(out=tmp_path)[1][-1]
    assert "answers 404" in fetch(url=f"{address}/gone.csv", out=tmp_path)[1][-1]
    assert "not the address of a CSV file" in fetch(url=f"{address}/page", out=tmp_path)[1][-1]


def test_what_cannot_be_asked_for_is_refused_before_anything_is_fetched(tmp_path):
    held = tmp_path / "made-up.csv"
    held.write_bytes(made_up())
    digest = hashlib.sha256(made_up()).hexdigest()
    assert fetch(file=held, sha256=digest, out=tmp_path)[0] == 0
    assert "is no file" in fetch(file=tmp_path, out=tmp_path)[1][-1]
    assert "leave out --url" in fetch(file=held, url="https://example.org/a.csv", out=tmp_path)[1][-1]
    assert fetch(sha256="made up", out=tmp_path)[0] == fetch(url="made up", out=tmp_path)[0] == 2
    said = f"{held} has the SHA-256 {digest}, not the one given: another release, or damaged"
    assert fetch(file=held, sha256=digest[::-1], out=tmp_path) == (1, [said])


def test_homicide_as_one_code_is_compared_with_its_parts():
    parts = frame(NAMES, ("2013/14", "Kent", "1", 1, 0, 0, 0), ("2013/14", "Kent", "4.1", 2, 0, 0, 0))
    one = frame(NAMES, ("2013/14", "Kent", "1/4.1/4.10/4.2", 3, 0, 0, 0))
    assert download.differences(parts, one).empty


def test_tables_of_outcomes_say_what_they_would_add(tmp_path):
    code, said = fetch(name="outcomes", file=MADE_UP / "outcomes.csv", out=tmp_path)
    assert (code, said[0]) == (0, "outcomes.csv: 4 rows, 2017/18, 2 forces")
    assert (
        said[1] == "2017/18: outcomes of 48 offences under child-only codes of 60 that are held as recorded"
    )
    each = "  outcome 16 (Evidential difficulties): 36, 75%", "  outcome 1 (Charged/Summonsed): 12, 25%"
    assert said[2:-1] == [*each]
    listed = pd.read_csv(tmp_path / "outcomes.csv", dtype={"offence_code": str})
    kent = listed[listed["force"] == "Kent"].iloc[0]
    assert (kent["offence_code"], kent["recorded"], kent["closed"]) == ("71", 12, 10)


def test_a_link_within_a_site_that_names_its_file_behind_a_question_mark(tmp_path, site):
    folder, address = site
    (folder / "page").write_text('<a href="/file?uri=/datasets/made-up.csv">made up</a>')
    (folder / "file").write_bytes(made_up())
    entry = {"page": f"{address}/page", "pattern": r"/file\?uri=[^\"]*\.csv"}
    assert download.download(entry, tmp_path, echo=lambda line: None) == tmp_path / "made-up.csv"


def test_tables_of_delays_say_what_they_would_add(tmp_path):
    code, said = fetch(name="delays", file=MADE_UP / "delays.csv", out=tmp_path)
    year = "2014/15: 10 offences, 40% over a year, 10% over 20 years"
    assert (code, said[:2]) == (0, ["delays.csv: 6 rows, 2014/15 to 2015/16", year])
    assert pd.read_csv(tmp_path / "delays.csv")["value"].tolist() == [6, 3, 1, 9, 4, 2]
