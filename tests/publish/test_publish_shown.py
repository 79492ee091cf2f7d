"""What a notebook shows is read as a table in whatever form it is shown, and a small count in it is found."""

import json

import pytest

from helpers.publish import shown
from helpers.publish.disclosure import protect
from helpers.publish.telling import Telling, output_text

OUTPUTS = {  # made up; N stands for the number of girls
    "a printed frame": ("text/plain", "   sex     offences\n0  female        N\n1  male         40"),
    "a printed series": ("text/plain", "sex\nfemale     N\nmale      40\nName: offences, dtype: int64"),
    "groups as columns": ("text/plain", "      female  male\nKent       N    40\nEssex     50    60"),
    "a frame in box lines": (
        "text/plain",
        "│ sex    ┆ offences │\n╞════════╪══════════╡\n│ female ┆ N        │",
    ),
    "a mapping": ("text/plain", "{'girls': N, 'boys': 40}"),
    "pairs": ("text/plain", "[('girls', N), ('boys', 40)]"),
    "a named row": ("text/plain", "Row(sex='female', offences=N)"),
    "Markdown": ("text/markdown", "| | girls | boys |\n|---|---|---|\n| Kent | N | 40 |"),
    "LaTeX": (
        "text/latex",
        "\\begin{tabular}{lr}\n\\toprule\nsex & offences \\\\\nfemale & N \\\\\n\\end{tabular}",
    ),
    "records": ("application/json", '[{"sex": "female", "offences": N}, {"sex": "male", "offences": 40}]'),
    "columns": ("application/json", '{"sex": ["female", "male"], "offences": [N, 40]}'),
    "a chart": ("application/vnd.plotly.v1+json", '{"data": [{"x": ["girls", "boys"], "y": [N, 40]}]}'),
    "a picture": ("image/svg+xml", "<svg><text>girls</text><text>N</text></svg>"),
    "a script": ("application/javascript", "var counts = {girls: N, boys: 40}"),
    "a heading over two columns": (
        "text/html",
        "<table><tr><th rowspan=2>Force</th><th colspan=2>Offences</th></tr><tr><th>girls</th><th>boys</th></tr>"
        "<tr><td>Kent</td><td>N</td><td>40</td></tr></table>",
    ),
    "a force beside two rows": (
        "text/html",
        "<table><thead><tr><th>force</th><th>sex</th><th>offences</th></tr></thead><tbody>"
        "<tr><th rowspan='2'>Kent</th><td>F</td><td>N</td></tr><tr><td>M</td><td>40</td></tr></tbody></table>",
    ),
    "a table that is not displayed": (
        "text/html",
        "<table style='display:none'><tr><th>sex</th><th>offences</th></tr><tr><td>girls</td><td>N</td></tr></table>",
    ),
}


def is_withheld(kind, content):
    output = {"data": {kind: json.loads(content) if "json" in kind else content}}
    frames = {f"table {n}": frame for n, frame in enumerate(shown.tables(output))}
    protected = protect(frames, [])
    return bool(protected.touched) or Telling(protected, []).text(output_text(output))


@pytest.mark.parametrize("kind, content", OUTPUTS.values(), ids=OUTPUTS)
def test_three_girls_are_withheld_and_three_hundred_are_not(kind, content):
    assert is_withheld(kind, content.replace("N", "3"))
    assert not is_withheld(kind, content.replace("N", "312"))


def test_cells_that_span_rows_and_columns_stand_in_each():
    _, html = OUTPUTS["a force beside two rows"]
    assert shown.read_html(html)[0].values.tolist() == [["Kent", "F", "N"], ["Kent", "M", "40"]]
    _, html = OUTPUTS["a heading over two columns"]
    assert list(shown.read_html(html)[0].columns) == ["force", "offences_girls", "offences_boys"]


def test_a_span_of_a_thousand_million_rows_is_no_more_than_a_long_one():
    html = "<table><tr><td rowspan=1000000000>a</td><td>1</td></tr><tr><td>2</td></tr></table>"
    assert len(shown.read_html(html)[0]) < 1000


def test_prose_is_no_table():
    assert (
        shown.tables({"text": "Boys: see below, and girls too.\nIn 2015/16, there were 40, or 41.\n"}) == []
    )


@pytest.mark.parametrize(
    "html, told",
    [
        ("<p>Kent: <b>3</b> girls.</p>", "Kent: 3 girls."),
        ("<p>Kent: 3 forces told girls from boys.</p>", None),
        ("<p>(Kent Mail, Boy, four, among victims, 2016)</p>", None),  # a title that its paper printed
        ("<img alt='Boys under ten: 2'>", "Boys under ten: 2"),
        ("<script>let girls = 3</script><p>2 offences against under-18s</p>", None),
    ],
)
def test_words_of_a_page(html, told):
    tells = Telling(protect({}, []), [])
    found = tells.page(html, ["Boy, four, among victims"])
    assert (found and found[0]) == told
