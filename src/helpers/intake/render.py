"""What people read, edit or send is made from the templates beside this module: review pages, readings, requests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment():
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name.endswith(".html.j2"),
        undefined=jinja2.StrictUndefined,
        **dict.fromkeys(("trim_blocks", "lstrip_blocks", "keep_trailing_newline"), True),
    )


def render(name: str, **values: object) -> str:
    """The text of one template; in pages every value is escaped, and an undefined name is an error everywhere.

    >>> render("request.txt.j2", kind="scotland", first="2013/14", last="2024/25").splitlines()[0]
    'Subject: Request for information: recorded sexual offences, 2013/14 to 2024/25'
    """
    return _environment().get_template(name).render(values)


@cache
def prepare() -> None:
    """Load and compile the templates once, while there is nothing else to do."""
    for path in TEMPLATES.glob("*.j2"):
        _environment().get_template(path.name)
