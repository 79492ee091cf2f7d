"""A one-page briefing for each police force, as PDF and HTML, and an index of them all.

The notebook `50_force` works out what can be said of one force and records it as ``force.<slug>.…``; this module
typesets those findings with ``reports/briefing.typ``. One compiler serves all forces, so that all 46 take seconds.
"""

from collections.abc import Callable, Container, Iterable
from pathlib import Path

from helpers import ledger
from helpers.publish import notebooks, page_frame
from helpers.publish.faults import PublishError
from helpers.publish.pages import Cell
from helpers.publish.report import Typesetter
from helpers.tables.files import display_path, output_dir, write_atomic
from helpers.tables.forces import FORCES, force

STEP = "50_force"
SOURCE = "briefing.typ"


def build(
    out: Path | None = None, forces: Iterable[str] | None = None, echo: Callable[[str], None] = print
) -> list[Path]:
    """Typeset the briefings of these forces (default: all that have been run), and the index.

    Parameters
    ----------
    out : the output folder (default: the project's)
    forces : names in any form that was published
    echo : called with each line that a person should read

    Raises
    ------
    PublishError
        A force whose notebook has not been run, or anything that Typst refuses.
    """
    out = Path(out) if out is not None else output_dir()
    ran = instances(out)
    wanted = list(ran) if forces is None else [force(name).slug for name in forces]
    for slug in wanted:
        if slug not in ran:
            raise PublishError(f"{slug}: its briefing has not been run; rise brief runs it")
    made = typeset(out, wanted)
    for slug in wanted:
        path = out / "notebooks" / f"{STEP}.{slug}.ipynb"
        made[f"notebooks/{path.stem}.html"] = notebooks.page(path).encode()
    made["forces/index.html"] = index(out, made).encode()
    web_pages = {name: content.decode() for name, content in made.items() if name.endswith(".html")}
    others = [f"forces/{slug}.{ending}" for slug in ran for ending in ("html", "pdf")]
    # the whole build makes the other places
    page_frame.check(out, web_pages, [*made, *others, *page_frame.PAGES])
    for name, content in made.items():
        write_atomic(out / name, content, flush=False)
    echo(f"{len(wanted)} briefing{'s' * (len(wanted) != 1)} in {display_path(out / 'forces')}")
    return [out / name for name in made]


def instances(out: Path) -> dict[str, str]:
    """Slug → name of every force whose notebook has been run, in the vocabulary's order."""
    ran = {path.name.split(".")[1] for path in (out / "findings").glob(f"{STEP}.*.json")}
    return {force(name).slug: name for name in FORCES if force(name).slug in ran}


def typeset(out: Path, slugs: Iterable[str]) -> dict[str, bytes]:
    """The two files of each briefing, as name → bytes."""
    made: dict[str, bytes] = {}
    with Typesetter(out) as setter:
        for slug in slugs:
            place = force(slug)
            given = {"slug": slug, "nation": place.nation, "force": place.name}
            made[f"forces/{slug}.pdf"] = _one_page(setter, given)
            made[f"forces/{slug}.html"] = setter.page(SOURCE, f"forces/{slug}.html", **given).encode()
    return made


def _one_page(setter: Typesetter, given: dict[str, str]) -> bytes:
    """A briefing as PDF, with the largest picture that leaves room for its words: with other years or levels there are more."""
    for less in (0, 15, 30):  # of the text's width, in per cent
        try:
            return setter.pdf(SOURCE, less=str(less), **given)
        except PublishError as error:
            why = error
    raise why


def index(out: Path, made: Container[str]) -> str:
    """Every force that has been run with its main figures, to be searched and sorted; `made` are files about to be written."""
    findings = ledger.read_findings(out, steps=[STEP])
    rows, columns, level = [], {}, ""
    for slug, name in instances(out).items():
        start = f"force.{slug}."
        mine = {id.removeprefix(start): found for id, found in findings.items() if id.startswith(start)}
        first, last = (mine[id]["value"] for id in ("first_year", "last_year"))
        level = mine["level"]["plain"]
        columns = {
            f"Official {first}": f"official.{first}",
            f"Official {last}": f"official.{last}",
            "Official change": "official_ratio",
            f"FOI {first}": f"foi.{first}.latest",
            f"FOI {last}": f"foi.{last}.latest",
            "FOI years below official": "years_below",
            "Crimes recorded, of those reported": "inspection",
        }
        place, page = force(name), f"notebooks/{STEP}.{slug}.html"
        shown = page in made or (out / page).is_file()
        rows.append(
            {"Force": Cell(place.title, href=f"{slug}.html"), "Region": Cell(place.region or place.nation)}
            | {heading: _number(mine.get(id.replace("/", "_"))) for heading, id in columns.items()}
            | {"To print": Cell("PDF", href=f"{slug}.pdf")}
            | {"How": Cell("notebook", href=f"../{page}") if shown else Cell("–")}
        )
    caption = (
        f"{len(rows)} forces. Official: offences that only cover victims under 18. FOI: all sexual offences against "
        f"under-18s, as forces answered. Intervals are at {level}; a dash means that there is no such figure."
    )
    if not rows:
        caption = "No briefing has been made yet; rise brief --all makes them."
    leaving_out = ("phone", "", "", "phone", "phone", "tablet", "tablet")
    spare = dict.fromkeys(("Region", "To print", "How"), "tablet")
    spare |= zip(columns, leaving_out, strict=False)
    shown = {"rows": rows, "numbers": columns, "spare": spare, "caption": caption}
    return page_frame.page("forces/index.html", template="table", **shown)


def _number(found) -> Cell:
    """A finding as a cell; a dash where there is none."""
    if found is None or found["value"] is None:
        return Cell("–", value="")
    return Cell(found.get("plain", found["text"]), value=found["value"])
