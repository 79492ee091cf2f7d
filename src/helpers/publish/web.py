"""The frame that every HTML page stands in, and the checks that every page must pass.

Pages are static: one style sheet and small scripts, all written into the page; links relative; nothing is
asked of any other place, so a page works from a disk, from any sub-path and without a network. :func:`check`
reads the finished pages back and fails on a broken link, an outside request, a picture without alt text, or a
page that is too heavy.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

from helpers.publish import plain
from helpers.publish.faults import PublishError

SITE = "Why did recorded child sexual offences rise?"
PLACES = [
    ("Start", "index.html"),
    ("Report", "report.html"),
    ("Evidence", "evidence.html"),
    ("Forces", "forces/index.html"),
    ("Claims", "claims.html"),
    ("Predictions", "predictions.html"),
    ("Figures and data", "data.html"),
    ("Sources", "sources.html"),
]
HEAVIEST = 2_000_000  # bytes
LOADS = {
    "src",
    "srcset",
    "data",
    "poster",
    "background",
    "action",
    "formaction",
    "ping",
}  # attributes that fetch


@cache
def environment():
    """The Jinja environment: every text escaped, undefined names refused."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("helpers.publish", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown"] = plain.shown
    made.filters["whole"] = whole
    made.filters["parts"] = parts
    return made


def whole(text: str):
    """Text for a large heading, in which an age such as under-18s keeps to one line.

    >>> str(whole("Against <under-18s>"))
    'Against &lt;<span class="whole">under-18s</span>&gt;'
    """
    from markupsafe import Markup, escape

    return Markup(re.sub(r"\bunder-\d+s?", r'<span class="whole">\g<0></span>', str(escape(text))))


def parts(text: str):
    """Text whose names in code may break after each of their parts.

    >>> str(parts("delay_over<one"))
    'delay_<wbr>over&lt;one'
    """
    from markupsafe import Markup, escape

    return Markup(str(escape(text)).replace("_", "_<wbr>"))


@cache
def template_text(name: str) -> str:
    """A file of the templates folder, as text."""
    return (resources.files("helpers.publish") / "templates" / name).read_text(encoding="utf-8").rstrip()


def page(
    template: str,
    *,
    title: str,
    here: str,
    description: str = "",
    wide: bool = False,
    script: bool = False,
    **data,
):
    """Render a page; `here` is its own place in the site, such as ``forces/index.html``."""
    from markupsafe import Markup

    return environment().get_template(template).render(
        title=title,
        site_title=SITE,
        description=description,
        here=here,
        up="../" * here.count("/"),
        places=PLACES,
        wide=wide,
        css=Markup(template_text("style.css")),
        scripts=[Markup(template_text(name)) for name in ("scroll.js", *(["table.js"] if script else []))],
        **data,
    )  # fmt: skip


def navigation(here: str) -> str:
    """The links to the site's places, for the page that stands at `here`."""
    macros = environment().get_template("macros.html.j2").module
    return str(macros.nav(PLACES, "../" * here.count("/"), here))


def check(out: Path, pages: Mapping[str, str], others: Iterable[str] = ()) -> None:
    """Read finished pages back and refuse what may not be published.

    Parameters
    ----------
    out : the folder they will stand in
    pages : name, relative to `out` → HTML
    others : names of further files that will stand there

    Raises
    ------
    PublishError
        With one line for each fault, naming page and fault.
    """
    from lxml import html as lxml_html

    trees = {name: lxml_html.document_fromstring(html) for name, html in pages.items()}
    ids = {name: {*tree.xpath("//@id"), *tree.xpath("//a/@name")} for name, tree in trees.items()}
    others = set(others)
    faults = []
    for name, tree in trees.items():
        found = [
            *_weight(len(pages[name].encode())),
            *_requests(tree),
            *_words(tree),
            *_links(out, name, tree, ids, others),
        ]
        faults += [f"{name}: {fault}" for fault in found]
    if faults:
        raise PublishError("\n".join(faults))


def _weight(size: int):
    if size > HEAVIEST:
        yield f"is {size / 1e6:.1f} MB, over {HEAVIEST / 1e6:.0f} MB"


def _requests(tree):
    """Anything that a browser would fetch on its own."""
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        for name, value in node.attrib.items():
            fetches = name in LOADS or (name == "href" and node.tag in ("link", "use", "image", "base"))
            if fetches and not value.startswith(("data:", "#")):
                yield f"<{node.tag}> asks for {value[:80]!r}"
        styles = [node.text or ""] if node.tag == "style" else [node.get("style") or ""]
        for style in styles:
            for address in re.findall(r"@import[^;]*|url\(\s*['\"]?(?!data:|#)[^)]*\)", style):
                yield f"a style asks for {address[:80]!r}"
        if node.tag == "meta" and (node.get("http-equiv") or "").lower() == "refresh":
            yield "sends the reader elsewhere by itself"


def _words(tree):
    for picture in tree.iter("img"):
        if not (picture.get("alt") or "").strip():
            yield "a picture has no alt text"
    if not tree.get("lang"):
        yield "has no language"
    if not (tree.findtext(".//title") or "").strip():
        yield "has no title"


def _links(out: Path, name: str, tree, ids: Mapping[str, set[str]], others: set[str]):
    for link in tree.iter("a"):
        href = link.get("href")
        if href is None or href.startswith(("data:", "mailto:", "tel:")):
            continue
        parts = urlsplit(href)
        if parts.scheme in ("http", "https"):
            continue
        if parts.scheme or parts.netloc or href.startswith("/"):
            yield f"link {href[:80]!r} does not work from every place"
            continue
        target = (
            posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path)))
            if parts.path
            else name
        )
        if target not in ids and target not in others and not (out / target).is_file():
            yield f"link {href[:80]!r} leads nowhere"
        elif parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]:
            yield f"link {href[:80]!r} leads to no place on its page"
