"""The report, typeset by Typst: one source to PDF/UA-1 and to one HTML file that stands alone.

Typst reads the sources in ``reports``, and findings, claims, figures and registers as they stand in the output folder and
in ``data``, so the report cannot say what no notebook found. Fonts are Typst's own and the DejaVu that comes with
matplotlib, never the machine's, and the date in a file is that of the edition: the same results give the same
bytes everywhere. Nothing else is in Typst's reach.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from lxml import html as lxml_html
from markupsafe import Markup

from helpers.publish import page_frame
from helpers.publish.faults import PublishError
from helpers.stats import synthesis
from helpers.tables.faults import suggestion
from helpers.tables.files import project_root

SOURCE = "report.typ"
MISSING = re.compile(r"(?:finding|figure) (\S+) was not")
PLACE = re.compile(r"┌─ (\S+?\.\w+):(\d+):\d+")


class Typesetter:
    """Compiles sources of the project against the results in `out`. Use as a context manager."""

    def __init__(self, out: Path):
        self.out = Path(out).resolve()
        self.figures = drawn(self.out)

    def __enter__(self) -> Typesetter:
        import typst

        project = project_root()
        self._folder = tempfile.TemporaryDirectory(prefix="typeset-")
        self.root = Path(self._folder.name)
        sources = [path for kind in ("*.typ", "*.bib") for path in (project / "reports").glob(kind)]
        for path in filter(Path.is_file, [*sources, project / "CITATION.cff"]):
            shutil.copyfile(path, self.root / path.name)
        (self.root / "build").symlink_to(self.out)
        (self.root / "data").symlink_to(project / "data")
        # where matplotlib keeps DejaVu, found without importing it
        home = importlib.util.find_spec("matplotlib").submodule_search_locations[0]
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[Path(home, "mpl-data", "fonts", "ttf")])
        self._compiler = typst.Compiler(root=self.root, font_paths=fonts)
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def pdf(self, source: str, **inputs: str) -> bytes:
        """`source` as PDF/UA-1."""
        return self._compile(source, "pdf", inputs, pdf_standards=["ua-1"])

    def page(self, source: str, here: str, **inputs: str) -> str:
        """`source` as a page of the site that stands at `here`."""
        html = self._compile(source, "html", inputs).decode("utf-8")
        head, _, body = html.removesuffix("</body></html>").partition("<body>")
        facts = lxml_html.document_fromstring(head)
        return page_frame.page(
            here,
            template="report",
            title=facts.findtext(".//title"),
            description=facts.xpath("string(//meta[@name='description']/@content)"),
            body=Markup(body),
        )

    def _compile(self, source: str, form: str, inputs: Mapping[str, str], **options) -> bytes:
        import typst

        if not (self.root / source).is_file():
            raise PublishError(f"reports/{source} is missing")
        inputs = {"form": form, "figures": json.dumps(self.figures), **inputs}
        inputs |= {"odds": synthesis.words_explained()}
        try:
            made, warnings = self._compiler.compile_with_warnings(
                self.root / source, format=form, sys_inputs=inputs, **options
            )
        except typst.TypstError as error:
            joined = self.out / "findings.json"
            known = [*(json.loads(joined.read_bytes()) if joined.is_file() else ()), *self.figures]
            raise PublishError(explain(error, source, known)) from None
        if serious := [str(w.message) for w in warnings if "under active development" not in str(w.message)]:
            raise PublishError(f"reports/{source}: {'; '.join(serious)}")
        return made


def build(out: Path) -> dict[str, bytes]:
    """The report's two files, as name → bytes.

    Raises
    ------
    PublishError
        A finding that no notebook recorded, a figure that none drew, or anything else that Typst refuses; names
        ``report.typ`` and the line.
    """
    with Typesetter(out) as setter:
        return {"report.pdf": setter.pdf(SOURCE), "report.html": setter.page(SOURCE, "report.html").encode()}


def drawn(out: Path) -> dict[str, str]:
    """Every figure of these results with the reason why it could not be drawn, which its notebook wrote, or nothing."""
    words = {path.stem: path for path in sorted((out / "figures").glob("*.txt"))}
    return {
        id: "" if path.with_suffix(".svg").is_file() else path.read_text(encoding="utf-8").strip()
        for id, path in words.items()
    }


def explain(error, source: str, known: Iterable[str]) -> str:
    """A Typst error as ``reports/report.typ:12: what is wrong``; the place is the caller's, or in a file that cannot be
    read or imported.

    Of an id that is not among those `known` it gives the nearest.
    """
    places = PLACE.findall(error.diagnostic)
    is_import = any("importing" in step for step in error.trace)
    inner = [place for place in places[:1] if is_import or not place[0].endswith(".typ")]
    mine = inner or [(name, line) for name, line in places if name.endswith(source)] or places
    where = f"{Path(mine[-1][0]).name}:{mine[-1][1]}" if mine else source
    hints = "".join(f" ({hint})" for hint in error.hints)
    message = re.sub(r"^panicked with: |\S*/typeset-\w+/", "", error.message)
    missing = MISSING.search(message)
    return f"{'reports/' * ('.typ' in where)}{where}: {message}{hints}{suggestion(missing[1], known) if missing else ''}"
