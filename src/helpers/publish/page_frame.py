"""The frame that every HTML page stands in, and the checks that every page must pass.

Pages are static: one style sheet and small scripts are written into each, links are relative, and nothing is asked of any
other place, so a page works from a disk, from any sub-path and without a network. :func:`check` reads the finished pages
and refuses a broken link, an outside request, a picture without alt text, or a page that is too heavy.
"""

import calendar
import json
import posixpath
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from helpers.publish.faults import PublishError
from helpers.tables import vocabularies

TEMPLATES = resources.files("helpers.publish") / "templates"
PAGES = tomllib.loads((TEMPLATES / "pages.toml").read_text(encoding="utf-8"))
SITE = PAGES["index.html"]["title"]
MENU = [(name, about["menu"]) for name, about in PAGES.items() if name != "search.html"]
# the page that the pages of each folder stand under
FOLDERS = {"forces": "forces/index.html", "notebooks": "evidence.html"}
POLICY = (  # what a browser lets a page do: nothing that asks for anything beyond the site's own pictures
    "default-src 'none'; img-src 'self' file: data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
HEAVIEST = 2_000_000  # bytes
LOADS = set("src srcset data poster background action formaction ping".split())  # attributes that fetch
PICTURES = {("img", "src"), ("source", "srcset")}  # which may be files of the site
DATE = re.compile(r"\d{4}(-\d\d){0,2}|\d{4}/\d\d|(\d{1,2} )?[A-Z][a-z]+ \d{4}")
STYLE_LOADS = re.compile(r"@import[^;]*|url\(\s*['\"]?(?!data:|#)[^)]*\)")
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)


def visible(text: str) -> str:
    """Text from anywhere, with characters that cannot be seen or that turn the direction of writing shown by their number.

    >>> visible("a\\u202eb"), visible("Kent <b>*x*</b>")
    ('a[U+202E]b', 'Kent <b>*x*</b>')
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return INVISIBLE.sub(lambda match: f"[U+{ord(match[0]):04X}]", lines)


def script(data) -> str:
    """Data as JSON that may stand in a script: what would end the script is spelled otherwise.

    >>> print(script({"a": "</script>"}))
    {"a":"\\u003c/script>"}
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def safe_address(url) -> str | None:
    """An address that may be a link: http or https, nothing else."""
    return url if isinstance(url, str) and re.fullmatch(r"https?://[^\s\"'<>]+", url) else None


def width_class(words: str) -> str:
    """How wide a cell is set: a date in one line, a long text with room.

    >>> [width_class(words) for words in ("2014/15", "Kent", "words " * 9)]
    ['short', '', 'long']
    """
    return "short" if DATE.fullmatch(words) else "long" if len(words) > 48 else ""


def in_full(text: str) -> str:
    """A date as it is printed; any other text as it is.

    >>> in_full("2019-07-05"), in_full("2019-07")
    ('5 July 2019', '2019-07')
    """
    day = re.fullmatch(r"(\d{4})-(0\d|1[0-2])-(\d\d)", text)
    return f"{int(day[3])} {calendar.month_name[int(day[2])]} {day[1]}" if day else text


def whole(text: str):
    """Text in which an age and an interval keep to one line."""
    kept = r"\bunder-\d+s?|\([−\d][^()a-z]* to [^()a-z]*\)"
    return Markup(re.sub(kept, r'<span class="whole">\g<0></span>', str(Markup.escape(text))))


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
    made.globals |= {"pages": PAGES, "site": SITE, "policy": POLICY, "file": template_text}
    made.globals |= {"figure_kinds": vocabularies.rows("figure_kinds"), "width_class": width_class}
    made.filters |= {"visible": visible, "in_full": in_full, "whole": whole}
    return made


@cache
def template_text(name: str):
    """A file of the templates folder, as markup."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8").rstrip())


def page(here: str, *, template: str = "", reading_order: Sequence[tuple[str, str]] = MENU, **data) -> str:
    """Render a page.

    Parameters
    ----------
    here : its place in the site
    template : the name of its template (default: its own)
    reading_order : the pages, (place, menu words), between which it is read
    data : what its template needs, over what ``pages.toml`` says of it; a `bare` page stands inside something else
    """
    place = {"here": here, "up": "../" * here.count("/"), "reading_order": reading_order}
    about = PAGES.get(here) or {"under": FOLDERS.get(here.partition("/")[0])}
    found = environment().get_template(f"{template or here.removesuffix('.html')}.html.j2")
    return found.render({"under": None, "wide": False, "bare": False} | place | about | data)


def inside_notebook(html: str, title: str):
    """A bare page as the output of a notebook's cell."""
    from IPython.display import HTML

    look = f'title="{escape(title)}" style="width:100%;height:62rem;border:0"'
    return HTML(f'<div><iframe srcdoc="{escape(html)}" {look}></iframe></div>')


def check(out: Path, pages: Mapping[str, str], others: Iterable[str] = ()) -> None:
    """Read finished pages and refuse what may not be published.

    Parameters
    ----------
    out : the folder they will stand in
    pages : name, relative to `out` → HTML
    others : names of further files that will stand there

    Raises
    ------
    PublishError
        With one line for each fault, naming page, line and fault.
    """
    from lxml import html as lxml_html

    trees = {name: lxml_html.document_fromstring(html) for name, html in pages.items()}
    ids = {name: {*tree.xpath("//@id"), *tree.xpath("//a/@name")} for name, tree in trees.items()}
    others = set(others)

    def is_there(name: str) -> bool:
        return name in ids or name in others or (out / name).is_file()

    faults = []
    for name, tree in trees.items():
        if (size := len(pages[name].encode())) > HEAVIEST:
            faults.append(f"{name}: is {size / 1e6:.1f} MB, over {HEAVIEST / 1e6:.0f} MB")
        if not tree.get("lang") or not (tree.findtext(".//title") or "").strip():
            faults.append(f"{name}: has no {'title' if tree.get('lang') else 'language'}")
        policies = tree.xpath("//head/meta[@http-equiv='Content-Security-Policy']/@content")
        if tree.find(".//script") is not None and POLICY not in policies:
            faults.append(f"{name}: does not forbid its scripts to ask for anything")
        for node in tree.iter("*"):
            found = [*_requests(node, name, is_there), *_links(node, name, ids, is_there)]
            faults += [f"{name}:{node.sourceline}: {fault}" for fault in found]
    if faults:
        raise PublishError("\n".join(faults))


def _requests(node, page: str, is_there):
    """Anything that a browser would fetch on its own, but for a picture that stands in the site; and pictures without words."""
    for name, value in node.attrib.items():
        fetches = name in LOADS or (name == "href" and node.tag in ("link", "use", "image", "base"))
        if not fetches or value.startswith(("data:", "#")):
            continue
        of_the_site = (node.tag, name) in PICTURES and not urlsplit(value).scheme
        if not of_the_site or not is_there(_target(page, value)):
            yield f"<{node.tag}> asks for {value[:80]!r}"
    style = (node.text if node.tag == "style" else node.get("style")) or ""
    yield from (f"a style asks for {address[:80]!r}" for address in STYLE_LOADS.findall(style))
    if node.tag == "meta" and (node.get("http-equiv") or "").lower() == "refresh":
        yield "sends the reader elsewhere by itself"
    if node.tag == "img" and not (node.get("alt") or "").strip():
        yield "a picture has no alt text"


def _links(node, page: str, ids: Mapping[str, set[str]], is_there):
    """Links that lead nowhere."""
    href = node.get("href") if node.tag == "a" else None
    if href is None or href.startswith(("data:", "mailto:", "tel:", "http://", "https://")):
        return
    parts = urlsplit(href)
    target = _target(page, parts.path) if parts.path else page
    if parts.scheme or parts.netloc or href.startswith("/"):
        yield f"link {href[:80]!r} does not work from every place"
    elif not is_there(target):
        yield f"link {href[:80]!r} leads nowhere"
    elif parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]:
        yield f"link {href[:80]!r} leads to no place on its page"


def _target(page: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(path)))
