"""Typst, from a prepared folder: the report's and briefings' sources on one side, the results on the other.

The compiler is in the `typst` package. It sees a private folder that holds copies of ``reports/*.typ`` and of the
references, and under ``build`` the results with their text made safe to print; it sees no other file. Fonts are
Typst's own and the DejaVu that comes with matplotlib, never the machine's, and the creation date is that of the
newest source, so that the same results give the same bytes everywhere. An error names file and line.
"""

from __future__ import annotations

import base64
import datetime
import importlib.util
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from helpers.publish import plain
from helpers.publish.faults import PublishError

CALL = re.compile(r'#?\b(num|point|limits|plain|plain-point|plain-limits|fig|whether)\(\s*"([^"]+)"\s*[,)]')
SWALLOWED = re.compile(
    r"#(?:num|point|limits|plain(?:-point|-limits)?|whether)\([^()]*\);"
)  # Typst takes the semicolon as the code's end
PLACE = re.compile(r"┌─ (\S+?\.typ):(\d+):\d+")
# How Typst writes a table cell below the headings: its kind, its parent, and the column headings it stands under.
CELL = re.compile(rb"/S/TD(/P \d+ 0 R/A\[?<</O/Table)(/Headers\[\(U\d+x(\d+)y\d+\)\])")


class Typesetter:
    """Compiles one source after another against one set of results. Use as a context manager."""

    def __init__(self, reports: Path, out: Path, *, date: datetime.date):
        self.reports, self.out, self.date = Path(reports), Path(out), date

    def __enter__(self) -> Typesetter:
        import typst

        self._folder = tempfile.TemporaryDirectory(prefix="typeset-")
        self.root = Path(self._folder.name)
        for path in [*self.reports.glob("*.typ"), *self.reports.glob("*.bib")]:
            shutil.copyfile(path, self.root / path.name)
        (self.root / "build").mkdir()
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[font_folder()])
        self._compiler = typst.Compiler(root=self.root, font_paths=fonts)
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def give(self, name: str, data, *, narrow: bool = True) -> None:
        """Put a JSON file among the results, every text in it made safe to show; long words may break if `narrow`."""
        path = self.root / "build" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps(plain.shown_all(data, narrow=narrow), ensure_ascii=False), encoding="utf-8"
        )

    def give_figures(self, ids: Iterable[str]) -> None:
        """Put figures among the results: picture, alt text and numbers."""
        folder = self.root / "build" / "figures"
        folder.mkdir(parents=True, exist_ok=True)
        for id in ids:
            for ending in ("svg", "csv"):
                shutil.copyfile(self.out / "figures" / f"{id}.{ending}", folder / f"{id}.{ending}")
            numbers = (self.out / "figures" / f"{id}.csv").read_bytes()
            (folder / f"{id}.b64").write_bytes(base64.b64encode(numbers))
            alt = (self.out / "figures" / f"{id}.txt").read_text(encoding="utf-8")
            (folder / f"{id}.txt").write_text(plain.shown(alt.strip()), encoding="utf-8")

    def pdf(self, source: str, **inputs: str) -> bytes:
        """`source` as PDF/UA-1, the first cell of each table row tagged as its heading."""
        return row_headings(self._compile(source, "pdf", inputs, pdf_standards=["ua-1"]))

    def html(self, source: str, **inputs: str) -> str:
        """`source` as one HTML file, as Typst makes it."""
        return self._compile(source, "html", inputs).decode("utf-8")

    def _compile(self, source: str, form: str, inputs: Mapping[str, str], **options) -> bytes:
        import typst

        noon = datetime.datetime.combine(self.date, datetime.time(12), datetime.UTC)
        inputs = {"build": "build", "form": form, "date": self.date.isoformat(), **inputs}
        try:
            made, warnings = self._compiler.compile_with_warnings(
                self.root / source, format=form, sys_inputs=dict(inputs), timestamp=noon, **options
            )
        except typst.TypstError as error:
            raise PublishError(explain(error, source)) from None
        serious = [str(w.message) for w in warnings if "under active development" not in str(w.message)]
        if serious:
            raise PublishError(f"reports/{source}: {'; '.join(serious)}")
        return made


def row_headings(pdf: bytes) -> bytes:
    """A PDF from Typst whose tables say that a row's first cell heads the row.

    Typst tags column headings only. Each tag is changed in its own place and keeps its length, so that no other byte
    moves. Cells drop their list of column headings: without one, a reader of the tags looks for all headings of the
    cell by their scope, rows as well as columns.

    >>> row_headings(b"<</S/TD/P 5 0 R/A[<</O/Table/Headers[(U1x0y0)]>>]>>")
    b'<</S/TH/P 5 0 R/A[<</O/Table/Scope/Row        >>]>>'
    """

    def marked(match: re.Match) -> bytes:
        start, listed, column = match.groups()
        first = column == b"0"
        return (
            (b"/S/TH" if first else b"/S/TD") + start + (b"/Scope/Row" if first else b"").ljust(len(listed))
        )

    return CELL.sub(marked, pdf)


def explain(error, source: str) -> str:
    """A Typst error as ``reports/report.typ:12: what is wrong``; the place is the caller's, not the helper's."""
    places = PLACE.findall(error.diagnostic)
    mine = [(name, line) for name, line in places if name.endswith(source)] or places
    message = error.message.removeprefix("panicked with: ").strip('"')
    where = f"reports/{Path(mine[-1][0]).name}:{mine[-1][1]}" if mine else f"reports/{source}"
    hints = "".join(f" ({hint})" for hint in error.hints)
    return f"{where}: {message}{hints}"


def check_ids(path: Path, findings: Iterable[str], figures: Iterable[str]) -> list[str]:
    """The figures that a source shows; every finding or figure that is not there is named with its line.

    Raises
    ------
    PublishError
        With one line for each id that nobody recorded or drew, and the nearest one that somebody did.
    """
    known = {"fig": set(figures)}
    findings = set(findings)
    wrong, shows = [], []
    if not path.is_file():
        raise PublishError(f"reports/{path.name} is missing")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.lstrip().startswith("//"):
            continue
        wrong += [
            f"reports/{path.name}:{number}: the semicolon after {call} is swallowed; write \\;"
            for call in SWALLOWED.findall(line)
        ]
        for call, id in CALL.findall(line):
            if id not in known.get(call, findings):
                what = "figure" if call == "fig" else "finding"
                verb = "drew" if call == "fig" else "recorded"
                near = plain.nearest(id, known.get(call, findings))
                wrong.append(f"reports/{path.name}:{number}: {what} {id!r}, which no notebook {verb}{near}")
            elif call == "fig" and id not in shows:
                shows.append(id)
    if wrong:
        raise PublishError("\n".join(wrong))
    return shows


def font_folder() -> Path:
    """Where matplotlib keeps DejaVu, found without importing it."""
    home = importlib.util.find_spec("matplotlib").submodule_search_locations[0]
    return Path(home) / "mpl-data" / "fonts" / "ttf"
