"""The report: one Typst source to PDF/UA-1 and to one HTML file that stands alone.

Every number comes from `findings.json` by id and every figure from its own files, so the report cannot say what
no notebook found. The HTML that Typst makes is semantic but bare; here it gets the style sheet, a skip link and a
main landmark, and the links of the site's other pages. Both forms carry the same words.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from helpers.publish import help, plain, web
from helpers.publish.faults import PublishError
from helpers.publish.typeset import Typesetter, check_ids

SOURCE = "report.typ"


def build(
    reports: Path,
    out: Path,
    *,
    findings: Mapping,
    claims: Mapping,
    register,
    predictions: Iterable[Mapping] = (),
    withheld: Mapping[str, str] | None = None,
) -> dict[str, bytes]:
    """The report's two files, as name → bytes.

    Raises
    ------
    PublishError
        A finding that no notebook recorded, a figure that none drew or without alt text, or anything else that
        Typst refuses; names ``report.typ`` and the line.
    """
    source = Path(reports) / SOURCE
    drawn = [path.stem for path in sorted((out / "figures").glob("*.svg"))]
    figures = check_ids(source, findings, drawn)
    require_words(out, figures)
    with Typesetter(reports, out, date=newest(register)) as setter:
        setter.give("findings.json", findings)
        setter.give("claims.json", claims)
        setter.give("help.json", help.as_data())
        setter.give("predictions.json", list(predictions))
        setter.give("withheld.json", dict(withheld or {}))
        setter.give("sources.yml", bibliography(register), narrow=False)  # addresses stay whole
        setter.give_figures(figures)
        pdf, html = setter.pdf(SOURCE), setter.html(SOURCE)
    return {"report.pdf": pdf, "report.html": framed(html).encode()}


def require_words(out: Path, figures: Iterable[str]) -> None:
    """Refuse figures whose alt text is missing or empty."""
    for id in figures:
        words = out / "figures" / f"{id}.txt"
        if not words.is_file() or not words.read_text(encoding="utf-8").strip():
            raise PublishError(f"figure {id!r} has no alt text: figures/{id}.txt is missing or empty")


ALONE = (
    '<footer class="site"><p class="screen">Sent on by itself, this page is complete. Only the links at its top need the '
    "other pages of the study beside it.</p></footer>"
)


def framed(html: str, here: str = SOURCE.replace(".typ", ".html")) -> str:
    """Typst's HTML with the house style, a way to skip to the text, the site's links, and a main landmark."""
    head = (
        '<meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">'
        f"<style>\n{web.template_text('style.css')}\n</style></head>"
    )
    html = html.replace("</head>", head, 1)
    html = html.replace(
        "<body>",
        f'<body><a class="skip" href="#main">Skip to the text</a>{web.navigation(here)}<main id="main">',
        1,
    )
    script = f"<script>\n{web.template_text('scroll.js')}\n</script>"
    return html.replace("</body></html>", f"</main>{ALONE}{script}</body></html>\n", 1)


def newest(register) -> datetime.date:
    """The date of the newest source with a whole date: the date that a made file carries instead of the clock's."""
    whole = [text for text in register["date"].dropna() if len(text) == 10]
    return datetime.date.fromisoformat(max(whole)) if whole else datetime.date(2017, 3, 1)


def bibliography(register) -> dict[str, dict]:
    """The source register in the form that Typst's bibliography reads, by source id."""
    entries = {}
    for row in register.to_dict("records"):
        entry = {
            "type": "web",
            "title": {"value": _literal(plain.breakable(row["title"])), "verbatim": True},
            "author": {"name": plain.breakable(row["publisher"])},
        }
        if isinstance(row["date"], str):
            entry["date"] = row["date"]
        if isinstance(row["url"], str):
            entry["url"] = row["url"]
        entries[row["source"]] = entry
    return entries


def _literal(text: str) -> str:
    """A title that the bibliography prints as it is: a dollar would open an equation there, a brace would vanish."""
    return re.sub(r"([\\${}])", r"\\\1", text)
