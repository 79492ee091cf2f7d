"""A number is recorded once, kept whole, and cannot be printed unless it is there."""

import json

import numpy as np
import pytest

from helpers import ledger
from helpers.ledger import definitions, findings
from helpers.stats.estimate import Estimate
from helpers.stats.missing import NotAvailable
from helpers.tables import package, store
from tests.frames import cases, frame


@pytest.fixture
def out(tmp_path, monkeypatch):
    monkeypatch.setenv("RISE_OUT", str(tmp_path))
    monkeypatch.setattr(findings, "_current", None)
    return tmp_path


def record(monkeypatch, step, id, source="paper"):
    """Record a finding of a step, where a paper is the only source that is registered, and no claim."""
    tables = {"claims": frame("claim statement source"), "sources": frame("source", ("paper",))}
    monkeypatch.setattr(store, "read_table", tables.get)
    ledger.begin(step)
    ledger.record(id, 1, unit="forces", label="A", sources=source)


def test_a_finding_shows_itself_as_it_will_be_printed(out):
    ledger.begin("21_rise")
    found = ledger.record("rise.a.ratio", Estimate(3.3198, 2.8951, 3.8149), unit="ratio", label="Ratio")
    assert (str(found), repr(found)) == ("3.32 (2.90 to 3.81)", "Ratio: 3.32 (2.90 to 3.81)")


def test_a_step_keeps_its_findings_in_its_own_file_with_the_same_bytes_whatever_their_order(out):
    written = []
    for order in (["b", "a"], ["a", "b"]):
        ledger.begin("21_rise")
        for name in order:
            ledger.record(f"rise.{name}", np.float64(0.1 + 0.2), unit="ratio", label="Sum", sources=["paper"])
        written.append((out / "findings" / "21_rise.json").read_bytes())
    assert written[0] == written[1]
    assert json.loads(written[0])["rise.a"] == {
        "value": 0.3, "low": None, "high": None, "level": None, "unit": "ratio", "label": "Sum", "step": "21_rise",
        "sources": ["paper"], "text": "0.30", "plain": "−70%",
    }  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), cases(__file__)["finding_that_cannot_be_printed"])
def test_what_cannot_be_printed_is_refused_by_name(out, arguments, message):
    ledger.begin("21_rise")
    good = {"id": "rise.a", "value": 1.5, "unit": "ratio", "label": "A"}
    with pytest.raises(ValueError, match=message):
        given = good | arguments
        ledger.record(given.pop("id"), given.pop("value"), **given)


def test_collecting_joins_the_steps(out, monkeypatch):
    record(monkeypatch, "20_completeness", "completeness.a")
    record(monkeypatch, "21_rise", "rise.a")
    found = ledger.collect(out)
    assert sorted(found) == ["completeness.a", "rise.a"]
    assert json.loads((out / "findings.json").read_text()) == found
    assert json.loads((out / "claims.json").read_text()) == {}


def test_an_id_that_two_steps_record_is_refused(out, monkeypatch):
    for step in ("20_completeness", "21_rise"):
        record(monkeypatch, step, "same.id")
    with pytest.raises(ValueError, match=r'"same.id" was already recorded by 20_completeness'):
        ledger.collect(out)


def test_a_source_that_nobody_registered_is_refused_and_nothing_is_written(out, monkeypatch):
    record(monkeypatch, "21_rise", "rise.a", "papre")
    with pytest.raises(ValueError, match=r'"rise.a" \(21_rise\) cites "papre"'):
        ledger.collect(out)
    assert not (out / "findings.json").exists()


def test_a_number_that_cannot_be_had_is_recorded_with_the_reason(out):
    ledger.begin("21_rise")
    missing = NotAvailable("the audits end in 2020")
    found = ledger.record("rise.a.ratio", 2 * missing.estimate, unit="ratio", label="Ratio")
    assert found.as_dict()["value"] is None and found.as_dict()["reason"] == "the audits end in 2020"
    assert found.text == "not available: the audits end in 2020"
    with pytest.raises(ValueError, match="needs a number, or the reason"):
        ledger.record("rise.b.ratio", None, unit="ratio", label="Ratio")


def test_what_a_number_is_stands_in_the_dictionary(out):
    ledger.begin("30_recording", first_year="2016/17", last_year="2018/19")
    found = ledger.record("recording.dose.power_{size}", 0.4, size=0.5)
    assert (found.id, found.unit) == ("recording.dose.power_0_5", "share")
    assert "a true slope of 0.5" in found.label
    assert ledger.record("recording.controls.mean", 1.1).label.endswith("2016/17 to 2018/19")
    with pytest.raises(ValueError, match=r'the nearest is "recording\.dose\.slope"'):
        ledger.record("recording.dose.slop", 1)


def test_a_source_by_the_name_of_a_table_is_the_one_that_its_schema_names(tmp_path):
    path = tmp_path / "findings.toml"
    entry = '{ unit = "count", label = "A", sources = ["recorded_crime", "paper"] }'
    path.write_text(f'[21_rise]\n"rise.a" = {entry}\n')
    (release,) = package.table("recorded_crime").sources
    assert definitions.read(path, "21_rise")["rise.a"].sources == (release, "paper")


def test_a_table_is_recorded_row_by_row_and_a_row_without_a_number_says_why(out, monkeypatch):
    entry = definitions.Entry("rise.{force}.ratio", "ratio", "{force}, {year}")
    monkeypatch.setattr(definitions, "read", lambda path, step: {entry.id: entry})
    ledger.begin("21_rise", year="2015/16")
    gone = ("Kent", None, None, None, "not available: gone", None)
    wales = ("North Wales", 1.2, 1.1, 1.3, None, ["paper"])
    table = frame("force growth low high reason sources", wales, gone)
    ledger.record_rows("rise.{force}.ratio", table, "growth", level=0.9)
    wales, kent = (findings._current.findings[f"rise.{force}.ratio"] for force in ("north_wales", "kent"))
    assert (wales.low, wales.high, wales.level, wales.sources) == (1.1, 1.3, 0.9, ("paper",))
    assert (kent.value, kent.reason) == (None, "gone")
    told = {"North Wales, 2015/16": "1.20 (1.10 to 1.30)", "Kent, 2015/16": "not available: gone"}
    assert ledger.recorded()["value"].to_dict() == told
    with pytest.raises(ValueError, match="the reason why there is none"):
        ledger.record_rows("rise.{force}.ratio", table.assign(reason=None), "growth")
