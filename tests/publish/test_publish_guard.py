"""A small count planted in every kind of place is gone from every file that may be passed on, and the build says so."""

import json

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from helpers import ledger, publish
from helpers.publish import guard, telling
from helpers.tables.originals import original, put_away

ROWS = pd.DataFrame(
    {
        "force": ["Kent"] * 3,
        "year": ["2014/15"] * 3,
        "sex": ["all", "female", "male"],
        "offences": [8879, 8876, 3],
    }
)

WIDE = pd.DataFrame(
    {"force": ["Kent"] * 2, "year": ["2014/15"] * 2, "sex": ["all", "female"], "offences": [9000, 8876]}
)


def build(out):
    lines = []
    publish.build(out, lines.append)
    return lines


def files_with(out, *numbers):
    """Files, the originals aside, in which any of these numbers stands."""
    found = []
    for path in out.rglob("*"):
        if (
            path.is_file()
            and ".rise" not in path.parts
            and path.suffix not in (".pdf", ".png", ".svg", ".zip")
        ):
            text = path.read_text(encoding="utf-8")
            found += [path.relative_to(out).as_posix() for number in numbers if number in text]
    return sorted(found)


def shown(**data):
    return new_code_cell("show", id="shown", outputs=[new_output("execute_result", data)])


def test_a_table_that_a_notebook_shows_is_protected_like_any_other(project, out, write_notebook):
    write_notebook(
        out / "notebooks/21_rise.ipynb",
        None,
        shown(**{"text/html": ROWS.to_html(), "text/plain": "girls 8876"}),
    )
    lines = build(out)
    assert "disclosure: 1 output withheld in notebooks/21_rise.ipynb" in lines
    assert files_with(out, "8876") == []


def test_a_table_that_shows_no_small_count_stays(project, out, write_notebook):
    write_notebook(out / "notebooks/21_rise.ipynb", None, shown(**{"text/html": WIDE.to_html()}))
    assert [line for line in build(out) if line.startswith("disclosure")] == []
    assert files_with(out, "8876") == ["notebooks/21_rise.html", "notebooks/21_rise.ipynb"]


def test_what_two_places_give_away_together_is_hidden_in_both(project, out, draw, write_notebook):
    """A figure has the girls and everybody, a notebook shows the boys."""
    draw("by-sex", ROWS.iloc[:2])
    write_notebook(out / "notebooks/21_rise.ipynb", None, shown(**{"text/html": ROWS.iloc[2:].to_html()}))
    build(out)
    assert files_with(out, "8876") == []
    assert (out / "figures/by-sex.csv").read_text().splitlines()[1:] == [
        "Kent,2014/15,all,8879",
        "Kent,2014/15,female,[c]",
    ]


@pytest.mark.parametrize("kind", ["text/plain", "text/markdown"])
def test_words_that_a_notebook_prints(project, out, draw, write_notebook, kind):
    draw("by-sex", ROWS)
    write_notebook(out / "notebooks/21_rise.ipynb", None, shown(**{kind: "In Kent 8,876 were girls."}))
    build(out)
    assert files_with(out, "8,876") == []


def test_a_stream_that_states_a_small_count(project, out, write_notebook):
    cell = new_code_cell(
        "print()", id="said", outputs=[new_output("stream", text="Kent: 3 boys were recorded.")]
    )
    write_notebook(out / "notebooks/21_rise.ipynb", None, cell)
    build(out)
    assert files_with(out, "3 boys") == []


def test_a_figure_whose_description_tells_a_small_count(project, out, draw):
    draw("told", alt="Kent recorded three offences against boys aged 10 to 13 in that year.")
    lines = build(out)
    assert (
        "disclosure: figure told withheld: its description tells of a count under 5 by a personal characteristic"
        in lines
    )
    assert files_with(out, "three offences") == []
    assert not (out / "figures/told.png").exists()
    assert "Figure told is withheld" in (out / "figures/told.svg").read_text()


def test_findings_of_a_suppressed_count_and_what_is_made_from_it(project, out, draw):
    draw("by-sex", ROWS)
    for name, value, unit in (
        ("boys", 3, "offences"),
        ("girls_ratio", 1.2468, "ratio"),
        ("total", 8879, "offences"),
    ):
        ledger.record(f"rise.kent.{name}", value, unit=unit, label=f"Kent: {name.replace('_', ' ')}")
    lines = build(out)
    assert [line for line in lines if "finding" in line] == [
        "disclosure: finding rise.kent.boys suppressed",
        "disclosure: finding rise.kent.girls_ratio suppressed",
    ]
    for name in ("findings.json", "findings/21_rise.json"):
        found = json.loads((out / name).read_text())
        assert [found[f"rise.kent.{n}"]["text"] for n in ("boys", "girls_ratio", "total")] == [
            "[c]",
            "[c]",
            "8,879",
        ]
    assert files_with(out, "1.2468") == []


def test_a_small_finding_that_its_source_printed_stays(project, out):
    ledger.record("rise.kent.boys", 3, unit="offences", label="Kent: boys", sources=["nspcc"])
    assert [line for line in build(out) if "disclosure" in line] == []


def test_steps_read_the_originals_and_get_them_back_when_nothing_is_hidden_any_more(project, out, draw):
    draw("by-sex", ROWS)
    first = (out / "figures/by-sex.csv").read_bytes()
    lines = build(out)
    assert any("do not pass that folder on" in line for line in lines)
    assert original(out, "figures/by-sex.csv").read_bytes() == first
    assert [line for line in build(out) if "disclosure" in line] == [
        line for line in lines if "disclosure" in line
    ]
    draw("by-sex", WIDE)  # the step is run again, and shows less
    build(out)
    assert original(out, "figures/by-sex.csv") == out / "figures/by-sex.csv"
    assert files_with(out, "8876") == ["figures/by-sex.csv"]


def test_a_copy_counts_only_while_it_stands(tmp_path):
    (tmp_path / "t.csv").write_text("true\n")
    put_away(tmp_path, {"t.csv": b"safe\n"})
    assert (tmp_path / "t.csv").read_text() == "safe\n"
    assert original(tmp_path, "t.csv").read_text() == "true\n"
    (tmp_path / "t.csv").write_text("newer\n")
    assert original(tmp_path, "t.csv").read_text() == "newer\n"
    put_away(tmp_path, {"t.csv": b"safe\n"})
    put_away(tmp_path, {})
    assert (tmp_path / "t.csv").read_text() == "newer\n"
    assert not list((tmp_path / ".rise/originals").glob("*.csv"))


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Kent recorded 3 offences against girls.", True),
        ("Two victims were aged under 10.", True),
        ("Kent, boys: 3.", True),
        ("Kent  male  3", True),
        ("{'male': 3, 'female': 17}", True),
        ("| male | 3 |", True),
        ("Boys: three.", True),
        ("boys 30", False),
        ("boys: 3,000", False),
        ("boys 3.5", False),
        ("girls 3 times", False),
        ("Kent recorded 3 offences.", False),
        ("Girls were victims of 40 offences.", False),
        ("Three forces recorded offences against girls.", False),
        ("Offences grew 3 times as fast among those aged under 10.", False),
        ("In 2 minutes one can read how boys and girls are told apart.", False),
        ("Girls are told apart in 3 notebooks.", False),
    ],
)
def test_sentences_that_state_a_small_count(sentence, tells):
    from helpers.publish.disclosure import Protection

    assert telling.Telling(Protection({}), ()).text(sentence) is tells


def test_a_finding_that_may_not_be_shown_keeps_no_form_of_its_number():
    from helpers.ledger.findings import Finding
    from helpers.publish.disclosure import MARK, Protection

    count = Finding("kent.girls", 3, None, None, None, "offences", "Offences against girls, Kent", "10_x", ())
    share = Finding("kent.girls_share", 0.6, 0.5, 0.7, 0.95, "share", "Share of girls, Kent", "10_x", ())
    hidden = telling.Telling(Protection({}), ())
    hidden.finding = lambda id, found: True
    for one in (count, share):
        safe = telling.safe_findings({one.id: one.as_dict()}, hidden)[one.id]
        numbers = {safe.get(name, MARK) for name in ("value", "low", "high", "text", "plain")}
        assert numbers == {None, MARK}


def test_the_originals_are_no_part_of_what_is_published(project, out, draw):
    draw("by-sex", ROWS)
    build(out)
    assert not [name for name in json.loads((out / "manifest.json").read_text())["files"] if ".rise" in name]
    assert guard.guard(out, pd.DataFrame({"source": [], "title": [], "url": pd.Series(dtype=str)})).safe


def test_words_of_a_notebook_that_tell_a_small_count_stop_the_build_and_are_named(
    project, out, write_notebook
):
    told = new_markdown_cell("Kent recorded **three** offences against boys.", id="told")
    for folder in (project, out):
        write_notebook(folder / "notebooks/21_rise.ipynb", None, told)
    with pytest.raises(
        publish.PublishError, match=r"notebooks/21_rise\.html: “Kent recorded three offences .* boys"
    ):
        build(out)


def test_words_in_a_report_that_tell_a_small_count_stop_the_build_and_are_named(project, out):
    report = project / "reports" / "report.typ"
    report.write_text(report.read_text() + "\nOnly 2 girls were under ten.\n", encoding="utf-8")
    message = r"report\.html: “Only 2 girls .*”: “2” with “girls” reads as a count of persons.* say right after the number"
    with pytest.raises(publish.PublishError, match=message):
        build(out)


def test_a_build_that_suppresses_says_which_sources_count_as_not_published(project, out, draw, monkeypatch):
    from helpers.tables import store

    register = store.read_table("sources")
    private = register.assign(source="police-letter", url=None)
    both = pd.concat([register, private], ignore_index=True)
    read = store.read_table
    monkeypatch.setattr(store, "read_table", lambda name: both if name == "sources" else read(name))
    draw("by-sex", ROWS)
    said = [line for line in build(out) if "counts of" in line]
    assert said == [
        "disclosure: counts of police-letter may be suppressed: data/sources.csv gives no address, so they count as not "
        "published"
    ]


def test_a_table_in_which_only_words_repeat_a_suppressed_count_is_named(tmp_path):
    from helpers.publish.disclosure import protect

    few = pd.DataFrame({"force": ["Kent"] * 2, "sex": ["female", "male"], "offences": [3, 40]})
    words = pd.DataFrame({"force": ["Kent"], "sex": ["female"], "remark_of_force": ["3 girls of Kent"]})
    protection = protect({"tables/few": few, "tables/words": words}, [])
    made = guard.Guard(tmp_path, protection, telling.Telling(protection, ()), [])
    lines = []
    made.apply(lines.append)
    assert any(line.startswith("disclosure: 1 row marked in tables/words: its words") for line in lines)


def test_a_figure_whose_own_words_tell_a_small_count(project, out, draw):
    draw("titled")
    svg = out / "figures/titled.svg"
    svg.write_text(svg.read_text().replace("</svg>", "<text>Girls: 3</text></svg>"), encoding="utf-8")
    assert any("figure titled withheld: its words tell" in line for line in build(out))
