"""Executed notebooks as pages that can be read, searched and sent on: code folded, figures with alt text.

nbconvert walks the notebook with our own short template, because its stock pages ask several outside servers for
scripts and weigh half a megabyte before the first word. One exporter serves every notebook. A page carries its
pictures and styles with it; it says which parameters it was run with and how to run it again with others.
"""

from __future__ import annotations

import ast
import base64
import json
import re
import sys
import warnings
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from pathlib import Path

from helpers.publish import markup, plain, web
from helpers.publish.faults import PublishError


@dataclass(frozen=True)
class Parameter:
    """One parameter of a run: its value, the notebook's own default, and its comment."""

    name: str
    value: object
    default: object
    comment: str


class NotebookPages:
    """Turns executed notebooks into pages.

    figures : the folder with ``<id>.svg`` and ``<id>.txt``
    sources : the folder of the notebooks as they stand, whose prose the pages show (default: that of the run)
    withheld : ids of figures that may not be shown, for disclosure control
    """

    def __init__(
        self,
        figures: Path,
        *,
        sources: Path | None = None,
        withheld: Mapping[str, str] | None = None,
    ):
        self.figures, self.sources = Path(figures), sources
        self.withheld = dict(withheld or {})

    @cached_property
    def exporter(self):
        """nbconvert's exporter with our template; made once, as making it costs more than using it."""
        with _without("rfc3987_syntax"):
            from nbconvert.exporters import (
                TemplateExporter,
            )  # HTMLExporter would parse each page again, in Python

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbconvert warns about its own dependencies
            return TemplateExporter(
                template_name="notebook",
                template_file="index.html.j2",
                extra_template_basedirs=[str(Path(__file__).parent / "templates")],
                default_preprocessors=[],
                filters={
                    "markdown2html": _markdown,
                    "clean": markup.clean,
                    "colour": colour,
                    "words": lambda id: plain.shown(id).replace("-", " ").replace("_", " "),
                    "parameters": self._parameters,
                    "shown_output": self._output,
                },
            )

    def html(self, path: Path, *, here: str = "") -> str:
        """The page of one executed notebook.

        Raises
        ------
        PublishError
            A cell that ended in an error, or a picture without alt text; names notebook and cell.
        """
        with _without("rfc3987_syntax"):
            from nbformat.v4 import reads_json

        path = Path(path)
        # not nbformat.read, which checks the schema of a file that a kernel run has just written: seconds of imports
        notebook = reads_json(path.read_text(encoding="utf-8"))
        source = self.sources / f"{path.stem.split('.')[0]}.ipynb" if self.sources else None
        if source and source.is_file():
            notebook.cells = present(reads_json(source.read_text(encoding="utf-8")).cells, notebook.cells)
        self._notebook, self._name = notebook, path.stem
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    raise PublishError(
                        f"{path.name}, cell {cell.get('id', '?')!r}: ended in an error, {output.ename}: "
                        f"{plain.shown(output.evalue)}"
                    )
        body, _ = self.exporter.from_notebook_node(notebook)
        body = markup.headings_in_order(body.strip())
        title = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
        words = re.sub(r"<[^>]+>", "", title[1]) if title else path.stem
        if "." in path.stem and title:  # run once for each of many things: say which
            which = f": {escape(plain.shown(str(self._run_values()[0].value)))}"
            body = body.replace(title[0], title[0].replace("</h1>", f"{which}</h1>"), 1)
            words += which
        if not title:
            body = f"<h1>{escape(path.stem)}</h1>\n{body}"
        from markupsafe import Markup

        return web.page(
            "notebook.html.j2",
            title=Markup(words).unescape(),
            here=here or f"notebooks/{path.stem}.html",
            description=f"The executed notebook {path.stem}, with its code, figures and findings.",
            wide=True,
            body=Markup(body),
            name=path.stem.split(".")[0],
        )

    def _run_values(self) -> list[Parameter]:
        """The parameters of the run: the notebook's own, with the values that the run put in their place."""

        def tagged(tag: str) -> str:
            return "\n".join(c.source for c in self._notebook.cells if tag in c.metadata.get("tags", []))

        return parameters(tagged("parameters"), tagged("injected-parameters"))

    def _parameters(self, cell) -> str:
        """The parameters of the run, once, at the place of the cell that has them."""
        if "injected-parameters" in cell.metadata.get("tags", []):
            return ""
        found = self._run_values()
        step = self._name.split(".")[0]
        command = " ".join(["rise run", step, *(f"-p {p.name}={_quoted(p.value)}" for p in found)])
        names = ("Parameter", "This run", "Default", "Meaning")
        rows = "".join(
            f'<tr role="row"><th scope="row" role="rowheader"><code>{escape(p.name)}</code></th>'
            + "".join(
                f'<td role="cell" data-label="{name}">{escape(str(value) or "(none)")}</td>'
                for name, value in zip(names[1:], (p.value, p.default, p.comment), strict=True)
            )
            + "</tr>"
            for p in found
        )
        head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in names)
        table = (
            '<table role="table" class="wordy"><caption>Parameters of this run</caption><thead role="rowgroup">'
            f'<tr role="row">{head}</tr></thead><tbody role="rowgroup">{rows}</tbody></table>'
        )
        return (
            f'<div class="panel">{markup.scroll_box(table, "Parameters of this run")}'
            f"<p>Run with these parameters, or with others:</p><pre>{escape(command)}</pre></div>"
        )

    def _output(self, output) -> str:
        if output.output_type == "stream":
            return f"<pre>{escape(plain.shown(output.text))}</pre>" if output.text.strip() else ""
        data = output.get("data", {})
        for kind, show in (
            ("image/png", self._picture),
            ("image/svg+xml", self._picture),
            ("text/html", lambda output: markup.clean(output["data"]["text/html"])),
            ("text/markdown", self._prose),
            ("text/plain", lambda output: f"<pre>{escape(plain.shown(output['data']['text/plain']))}</pre>"),
        ):
            if kind in data:
                return show(output)
        return ""

    def _prose(self, output) -> str:
        return markup.clean(_markdown(output["data"]["text/markdown"]))

    def _picture(self, output) -> str:
        """A figure: the exported SVG where there is one, else the notebook's own picture; never without words."""
        facts = output.get("metadata", {}).get("image/png", {})
        id = facts.get("figure", "")
        if id in self.withheld:
            return f'<p class="panel">Figure {escape(id)} is withheld: {escape(self.withheld[id])}.</p>'
        words = self.figures / f"{id}.txt"
        alt = facts.get("alt") or (words.read_text(encoding="utf-8") if id and words.is_file() else "")
        if not alt.strip():
            raise PublishError(
                f"{self._name}: a picture has no alt text; show it with charts.export(chart, id)"
            )
        source = self._source(output, id)
        caption = ""
        if id and (self.figures / f"{id}.csv").is_file():
            caption = (
                f'<figcaption>Numbers drawn: <a href="../downloads/figures/{escape(id)}.csv">{escape(id)}.csv</a>'
                "</figcaption>"
            )
        size = f' width="{int(facts["width"])}" height="{int(facts["height"])}"' if "width" in facts else ""
        return (
            f'<figure><img src="{source}" alt="{escape(plain.shown(alt.strip()))}"{size}>{caption}</figure>'
        )

    def _source(self, output, id: str) -> str:
        data = output["data"]
        png = "".join(data.get("image/png", "")).replace("\n", "")
        svg = "".join(data.get("image/svg+xml", "")).encode()
        exported = self.figures / f"{id}.svg"
        if id and exported.is_file() and (not png or exported.stat().st_size < 250_000):
            svg = exported.read_bytes()
        if svg:
            return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
        return f"data:image/png;base64,{png}"


def _markdown(source: str) -> str:
    """Markdown as nbconvert renders it, without the paragraph sign that its headings carry."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(source)


@contextmanager
def _without(module: str):
    """Import as if a module were not installed: jsonschema would build grammars for a second that nothing here uses."""
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None
    try:
        yield
    finally:
        del sys.modules[module]


def present(source: list, executed: list) -> list:
    """An executed notebook's cells with the prose of `source`; a run whose code is no longer that of `source` is kept.

    Words alone do not make a run stale, so those of the run may be old.
    """

    groups: list[list] = []  # each code cell of the run, with the values that papermill put after it
    for cell in executed:
        if cell.cell_type == "code" and "injected-parameters" in cell.metadata.get("tags", []):
            groups[-1:] = [[*(groups[-1] if groups else []), cell]]
        elif cell.cell_type == "code":
            groups.append([cell])
    if [cell.source for cell in source if cell.cell_type == "code"] != [group[0].source for group in groups]:
        return executed
    runs = iter(groups)
    return [kept for cell in source for kept in (next(runs) if cell.cell_type == "code" else [cell])]


def parameters(source: str, injected: str = "") -> list[Parameter]:
    """What a parameters cell assigns, with the values that a run put in its place.

    >>> parameters('level: float = 0.95  # of every interval', 'level = 0.9')
    [Parameter(name='level', value=0.9, default=0.95, comment='of every interval')]
    """
    over = {name: value for name, value, _ in _assignments(injected)}
    return [
        Parameter(name, over.get(name, default), default, _comment(source, line))
        for name, default, line in _assignments(source)
    ]


def _assignments(source: str):
    for node in ast.parse(source).body:
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and node.value is not None:
            try:
                yield target.id, ast.literal_eval(node.value), node.lineno
            except ValueError:
                continue


def _comment(source: str, line: int) -> str:
    return source.splitlines()[line - 1].partition("#")[2].strip()


def _quoted(value: object) -> str:
    text = str(value)
    return text if re.fullmatch(r"[\w./:,-]+", text) else json.dumps(text, ensure_ascii=False)


@cache
def colour(source: str) -> str:
    """Python source with its parts marked up for the style sheet."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip()
