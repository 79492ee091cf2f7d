"""Executed notebooks as pages that can be read, searched and sent on: code folded, figures with alt text.

nbconvert walks the notebook with our own short template, because its stock pages ask several outside servers for
scripts and weigh half a megabyte before the first word. A page carries its pictures and styles with it; it says which
parameters it was run with and how to run it again with others.
"""

import ast
import base64
import json
import re
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from html import unescape
from pathlib import Path

from markupsafe import Markup, escape

from helpers.publish import markup, page_frame
from helpers.publish.faults import PublishError
from helpers.publish.page_frame import visible
from helpers.tables import package
from helpers.tables.files import project_root, slug, write_atomic

HEAVY = 250_000  # bytes of a drawing, above which the page carries the picture
FOUND = "## What was found"  # the section that a page begins with
PARAMETERS, INJECTED = "parameters", "injected-parameters"  # tags of cells


@dataclass(frozen=True)
class Parameter:
    """One parameter of a run: its value, the notebook's own default, and its comment."""

    name: str
    value: object
    default: object
    comment: str

    def __str__(self) -> str:
        text = str(self.value)
        bare = re.fullmatch(r"[\w./:,-]+", text)
        return f"-p {self.name}={text if bare else json.dumps(text, ensure_ascii=False)}"


def write(out: Path, names: Iterable[str]) -> list[Path]:
    """Write the pages of executed notebooks, such as ``21_rise`` or ``50_force.kent``, beside them in `out`."""
    paths = [Path(out) / "notebooks" / f"{name}.html" for name in names]
    for path in paths:
        write_atomic(path, page(path.with_suffix(".ipynb")), flush=False)
    return paths


def page(path: Path, others: Sequence[Path] = ()) -> str:
    """The page of one executed notebook, with the prose of the project's notebook as it is now.

    Parameters
    ----------
    path : the executed notebook; figures are in the folder ``figures`` beside its own
    others : the executed notebooks among which it is read

    Raises
    ------
    PublishError
        A cell that ended in an error, or a picture without alt text; names notebook and cell.
    """
    step, _, instance = path.stem.partition(".")
    notebook = _read(path)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                said = f"ended in an error, {output.ename}: {visible(output.evalue)}"
                raise PublishError(f"{path.name}, cell {cell.get('id', '?')!r}: {said}")
    parameters = _parameters(notebook)
    source = project_root() / "notebooks" / f"{step}.ipynb"
    if source.is_file():
        notebook.cells = present(_read(source).cells, notebook.cells)
    notebook.cells = answer_first(notebook.cells)
    first = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    title = gist(first)["title"] or path.stem
    if instance:  # run once for each of many things: say which
        title += f": {parameters[0].value if parameters else instance}"
    pictures = partial(picture, path.stem, path.parent.parent / "figures")
    code = "".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    named = [package.table(name) for name in package.names() if f'"{name}"' in code]
    resources = {"parameters": parameters, "step": step, "pictures": pictures, "tables": named}
    body, _ = exporter().from_notebook_node(notebook, resources)
    body = re.sub("<h1.*?</h1>", "", body, count=1, flags=re.DOTALL)
    body, contents = with_contents(body)
    answered = bool(contents) and contents[0][1] == FOUND.removeprefix("## ")
    others_from = body.find(f'<h2 id="{contents[answered][0]}"') if len(contents) > answered else len(body)
    places = [(f"notebooks/{other.stem}.html", other.stem) for other in others if "." not in other.stem]
    return page_frame.page(
        f"notebooks/{path.stem}.html",
        template="notebook",
        title=visible(title),
        description=f"The executed notebook {path.stem}, with its code, figures and findings.",
        wide=True,
        reading_order=places,
        contents=contents,
        answer=Markup(body[:others_from]),
        body=Markup(body[others_from:]),
        name=step,
    )


@cache
def exporter():
    """nbconvert's exporter with our template; made once, as making it costs more than using it."""
    from nbconvert.exporters import TemplateExporter  # HTMLExporter would parse each page again, in Python

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbconvert warns of its own dependencies
        return TemplateExporter(
            template_name="notebook",
            template_file="index.html.j2",
            extra_template_basedirs=[str(Path(__file__).parent / "templates")],
            default_preprocessors=[],
            filters={
                "prose": lambda text: markup.clean(_markdown(text)),
                "colour": colour,
                "words": lambda id: visible(id).replace("-", " ").replace("_", " "),
                "output": _output,
            },
        )


def _markdown(source: str) -> str:
    """Markdown as nbconvert renders it, without the paragraph sign that its headings carry."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(source)


@cache
def colour(source: str) -> str:
    """Python source with its parts marked up for the style sheet."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()


def says(cell) -> str:
    r"""What a cell's table is, in the words of the comment that its code begins with.

    >>> from nbformat.v4 import new_code_cell
    >>> says(new_code_cell("# Offences by year.\ntable")), says(new_code_cell("table  # by year"))
    ('Offences by year.', '')
    """
    comment = re.match(r"# (.+)", cell.source)
    return comment[1] if comment else ""


def _output(output, cell, pictures: Callable, tables: Sequence[package.Table]) -> str:
    """What a cell shows, in the best of its forms, with what it says of its table and what the columns mean."""
    data = output.get("data", {"text/plain": output.get("text", "")})
    if "image/png" in data or "image/svg+xml" in data:
        return pictures(data, output.metadata.get("image/png", {}))
    if "text/html" in data:
        caption = f"<caption>{escape(visible(says(cell)))}</caption>" if says(cell) else ""
        html = re.sub("<table[^>]*>", rf"\g<0>{caption}", data["text/html"], count=1)
        table = markup.clean(
            re.sub(
                r"(<p>)(\d+ rows) × \d+ columns(?=</p>)", r"\1Shown are the first and the last of \2.", html
            )
        )
        return table + meanings(re.findall('<th [^>]*scope="col"[^>]*>([^<]+)<', table), tables)
    if "text/markdown" in data:
        return markup.clean(_markdown(data["text/markdown"]))
    text = visible(data.get("text/plain", ""))
    return f"<pre>{escape(text)}</pre>" if text.strip() else ""


def meanings(headings: Iterable[str], tables: Iterable[package.Table]) -> str:
    """What the columns under some headings mean, folded, by the table that has the first of them and most of the rest.

    Nothing, where that leaves a third of them unexplained, or one that a reader cannot take for a plain word.

    >>> meanings(["rung", "explanation", "im low"], [package.table("weighing_bounds")])[:65]
    '<details class="columns"><summary>What the columns mean</summary>'
    """
    headings = [*dict.fromkeys(map(unescape, headings))]
    known = ({markup.in_words(one.name): one.description for one in table.columns} for table in tables)
    of = max(
        (of for of in known if {*headings[:1]} <= of.keys()),
        key=lambda of: len(of.keys() & {*headings}),
        default={},
    )
    meant = [name for name in headings if name in of]
    if len(meant) < max(3, len(headings) * 2 / 3) or any(" " in name for name in headings if name not in of):
        return ""
    line = Markup("<dt>{}</dt><dd>{}</dd>")
    items = Markup("").join(line.format(name, of[name]) for name in meant)
    return f'<details class="columns"><summary>What the columns mean</summary><dl>{items}</dl></details>'


def picture(notebook: str, folder: Path, data: Mapping, facts: Mapping) -> str:
    """A picture of a notebook: the exported drawing where there is one, with its alt text and a link to the numbers drawn."""
    id, alt = facts.get("figure", ""), facts.get("alt", "").strip()
    if not alt:
        remedy = (
            "show it with charts.export(chart, id), and let a cell that does so leave no other figure open"
        )
        raise PublishError(f"{notebook}: a picture has no alt text; {remedy}")
    drawn, phone, numbers = (folder / f"{id}.{ending}" for ending in ("svg", "phone.svg", "csv"))
    if drawn.is_file() and drawn.stat().st_size < HEAVY:
        address = _inlined(drawn.read_bytes())
    else:
        address = f"data:image/png;base64,{data['image/png'].replace(chr(10), '')}"
    narrow = _inlined(phone.read_bytes()) if phone.is_file() else ""
    made = page_frame.environment().get_template("macros.html.j2").module.picture
    return str(made(address, narrow, visible(alt), facts, numbers.name if numbers.is_file() else ""))


def _inlined(svg: bytes) -> str:
    """A drawing as an address that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"


def present(source: list, run: list) -> list:
    """The cells of a run with the prose of `source`; all of the run where its code is no longer that of `source`.

    Words alone do not make a run stale, so those of the run may be old.
    """
    ran = [cell for cell in run if cell.cell_type == "code" and INJECTED not in cell.metadata.get("tags", [])]
    if [cell.source for cell in source if cell.cell_type == "code"] != [cell.source for cell in ran]:
        return run
    after = iter(ran)
    return [next(after) if cell.cell_type == "code" else cell for cell in source]


def with_contents(body: str) -> tuple[str, list[tuple[str, str]]]:
    """A page's HTML with an address for each of its sections, and the list of them: address and words.

    >>> with_contents("<h2>The <b>rise</b></h2>")
    ('<h2 id="the-rise">The <b>rise</b></h2>', [('the-rise', 'The rise')])
    """
    contents: list[tuple[str, str]] = []

    def named(heading: re.Match) -> str:
        words = Markup(heading[1]).striptags()
        id = slug(words, keep="")
        id = id if id not in dict(contents) else f"{id}-{len(contents)}"
        contents.append((id, words))
        return f'<h2 id="{id}">{heading[1]}</h2>'

    return re.sub("<h2>(.*?)</h2>", named, body, flags=re.DOTALL), contents


def answer_first(cells: list) -> list:
    """The cells with the section that says what was found moved up, behind the question, and in it words before tables.

    >>> from nbformat.v4 import new_code_cell, new_markdown_cell
    >>> cells = [*map(new_markdown_cell, ["# How big?", "## Data", "x", "## What was found"]), new_code_cell("table()")]
    >>> cells += map(new_markdown_cell, ["Big.", "## Limits"])
    >>> [cell.source for cell in answer_first(cells)]
    ['# How big?', '## What was found', 'Big.', 'table()', '## Data', 'x', '## Limits']
    """

    def has_words(cell) -> bool:
        shown = (output.get("data", {}) for output in cell.get("outputs", []))
        return cell.cell_type == "markdown" or any("text/markdown" in data for data in shown)

    prose = [n for n, cell in enumerate(cells) if cell.cell_type == "markdown"]
    starts = [n for n in prose if cells[n].source.startswith("## ")]
    found = next((n for n in starts if cells[n].source.startswith(FOUND)), None)
    if found is None:
        return cells
    end, question = next((n for n in starts if n > found), len(cells)), prose[0] + 1
    answer = sorted(cells[found:end], key=lambda cell: not has_words(cell))
    return [*cells[:question], *answer, *cells[question:found], *cells[end:]]


def gist(markdown: str) -> dict[str, str]:
    """The title of a notebook's prose, the question up to its last question mark, and the first sentences of what was found.

    >>> gist("# The *rise*\\n\\n**Question.** How big\\nwas it? We count.\\n\\n## What was found\\n\\n- **Big.** See [this](x).")
    {'title': 'The rise', 'question': 'How big was it?', 'answer': 'Big. See this.'}
    """
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)|[*`]|(?<!\w)_|_(?!\w)", lambda match: match[1] or "", markdown)
    parts = [" ".join(part.split()).removeprefix("- ") for part in re.split(r"\n\s*\n|\n(?=- )", bare)]
    starts = ("# ", "Question. ", "The answer for ")
    title, question, answer = (
        next((one.removeprefix(start) for one in parts if one.startswith(start)), "") for start in starts
    )
    if answer:
        answer = f"For {answer}"
    elif FOUND in parts[:-1]:
        answer = parts[parts.index(FOUND) + 1]
    answer = answer.partition(" For other years, ")[0]  # which is said of the notebook's own tables
    enough = re.match(r".{200,}?[.?!](?= [A-Z]|$)", answer)
    return {
        "title": title,
        "question": question[: question.rfind("?") + 1],
        "answer": enough[0] if enough else answer,
    }


def run_with(source: str, injected: str = "") -> list[Parameter]:
    """What a parameters cell assigns, with the values that a run put in its place.

    >>> run_with('level: float = 0.95  # of every interval', 'level = 0.9')
    [Parameter(name='level', value=0.9, default=0.95, comment='of every interval')]
    """
    over = {name: value for name, value, _ in _assigned(injected)}
    lines = source.splitlines()
    return [
        Parameter(name, over.get(name, default), default, lines[line - 1].partition("#")[2].strip())
        for name, default, line in _assigned(source)
    ]


def choices(path: Path) -> dict[str, object]:
    """The parameters that an executed notebook ran with: name → value."""
    return {one.name: one.value for one in _parameters(_read(path))}


def has_defaults(path: Path) -> bool:
    """Whether an executed notebook ran with its own defaults, but for the one thing that an instance is about."""
    return all(one.value == one.default for one in _parameters(_read(path))["." in path.stem :])


def _read(path: Path):
    from nbformat.v4 import reads_json  # which leaves out a check of the form, and a second of imports

    return reads_json(path.read_text(encoding="utf-8"))


def _parameters(notebook) -> list[Parameter]:
    return run_with(_tagged(notebook, PARAMETERS), _tagged(notebook, INJECTED))


def _tagged(notebook, tag: str) -> str:
    """The source of the cells with a tag."""
    return "\n".join(cell.source for cell in notebook.cells if tag in cell.metadata.get("tags", []))


def _assigned(source: str):
    for node in ast.parse(source).body:
        target = getattr(node, "target", None) or getattr(node, "targets", [None])[0]
        if isinstance(target, ast.Name) and getattr(node, "value", None) is not None:
            yield target.id, ast.literal_eval(node.value), node.lineno
