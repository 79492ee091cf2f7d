"""A one-page briefing for each police force, as PDF and HTML, and an index of them all.

The notebook `50_force` works out what can be said of one force and records it as ``force.<slug>.…``; this module
typesets those findings with ``reports/briefing.typ``. One compiler serves all forces, so that all 46 take seconds.
The index is one table that can be searched and sorted without a server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from helpers import ledger
from helpers.publish import help, report, site, web
from helpers.publish.faults import PublishError
from helpers.publish.guard import guard
from helpers.publish.typeset import Typesetter
from helpers.tables import store
from helpers.tables.forces import FORCES, force

STEP = "50_force"
SOURCE = "briefing.typ"
COLUMNS = (
    ("Official 2014/15", "official.2014_15"),
    ("Official 2015/16", "official.2015_16"),
    ("Official ratio", "official_ratio"),
    ("FOI 2014/15", "foi.2014_15.latest"),
    ("FOI 2015/16", "foi.2015_16.latest"),
    ("FOI years below official", "years_below"),
    ("Crimes recorded, of those reported", "inspection"),
)


def build(
    out: Path | None = None, forces: Iterable[str] | None = None, echo: Callable[[str], None] = print
) -> list[Path]:
    """Typeset the briefings of these forces (default: all that have been run), and the index.

    Parameters
    ----------
    out : the output folder (default: the project's)
    forces : names in any form met in print
    echo : called with each line that a person should read

    Raises
    ------
    PublishError
        A force whose notebook has not been run, or anything that Typst refuses.
    """
    out = Path(out) if out is not None else store.output_dir()
    held = instances(out)
    wanted = list(held) if forces is None else [force(name).slug for name in forces]
    for slug in wanted:
        if slug not in held:
            raise PublishError(f"{slug}: its briefing has not been run; rise brief runs it")
    register = store.read_table("sources")
    guarded = guard(out, register)
    guarded.apply(echo)
    findings = ledger.read_findings(out, steps=[STEP])
    made = typeset(out, wanted, findings, register, guarded.withheld)
    paged = {slug for slug in held if (out / "notebooks" / f"{STEP}.{slug}.html").is_file()}
    made["forces/index.html"] = index_page(held, findings, paged).encode()
    pages = {name: data.decode() for name, data in made.items() if name.endswith(".html")}
    others = [f"forces/{slug}.{ending}" for slug in held for ending in ("html", "pdf")]
    site_pages = [place for _, place in web.PLACES]  # made by the whole build, which checks these links too
    web.check(out, pages, [*made, *others, *site_pages])
    for name, content in made.items():
        store.write_atomic(out / name, content, flush=False)
    echo(f"{len(wanted)} {'briefing' if len(wanted) == 1 else 'briefings'} in {out / 'forces'}")
    return [out / name for name in made]


def instances(out: Path) -> dict[str, str]:
    """Slug → name of every force whose notebook has been run, in the vocabulary's order."""
    ran = {path.name.split(".")[1] for path in (out / "findings").glob(f"{STEP}.*.json")}
    return {force(name).slug: name for name in FORCES if force(name).slug in ran}


def notebooks(out: Path, steps: Iterable[str]) -> list[Path]:
    """The executed notebooks of single forces."""
    return sorted((out / "notebooks").glob(f"{STEP}.*.ipynb")) if STEP in steps else []


def add(made, out: Path, findings: Mapping[str, Mapping], typeset: Mapping[str, bytes]) -> None:
    """Put every briefing, as :func:`typeset` made it, and the index among what is published."""
    held = instances(out)
    source = [store.project_root() / "reports" / name for name in (SOURCE, "house.typ")]
    for name, content in typeset.items():
        slug = Path(name).stem
        made.add(name, content, [*source, out / "findings" / f"{STEP}.{slug}.json"])
    paged = {slug for slug in held if f"notebooks/{STEP}.{slug}.html" in made.files}
    made.add(
        "forces/index.html",
        index_page(held, findings, paged),
        sorted((out / "findings").glob(f"{STEP}.*.json")),
    )


def typeset(
    out: Path, slugs: Iterable[str], findings: Mapping[str, Mapping], register, withheld: Mapping[str, str]
) -> dict[str, bytes]:
    """The two files of each briefing, as name → bytes."""
    made: dict[str, bytes] = {}
    reports = store.project_root() / "reports"
    with Typesetter(reports, out, date=report.newest(register)) as setter:
        setter.give("withheld.json", dict(withheld))
        for slug in slugs:
            mine = {id: found for id, found in findings.items() if id.startswith(f"force.{slug}.")}
            figure = f"force-{slug}"
            report.require_words(out, [figure])
            setter.give_figures([figure])
            setter.give("help.json", help.as_data(force(slug).nation))
            setter.give(
                "findings.json", {id.replace(f"force.{slug}.", "force.", 1): f for id, f in mine.items()}
            )
            made[f"forces/{slug}.pdf"] = setter.pdf(SOURCE, slug=slug)
            here = f"forces/{slug}.html"
            made[here] = report.framed(setter.html(SOURCE, slug=slug), here).encode()
    return made


def index_page(held: Mapping[str, str], findings: Mapping[str, Mapping], paged: set[str]) -> str:
    """Every force with its main figures, to be searched and sorted; `paged` forces have a notebook page to look at."""
    rows = []
    for slug, name in held.items():
        place = force(name)
        cells = [site.Cell(name, href=f"{slug}.html"), site.Cell(place.region or place.nation)]
        for _, id in COLUMNS:
            found = findings.get(f"force.{slug}.{id}")
            known = found is not None and found["value"] is not None
            value = (
                found["value"] if known and not isinstance(found["value"], str) else "" if not known else None
            )
            cells.append(site.Cell(found["text"] if known else "–", value=value))
        cells.append(site.Cell("PDF", href=f"{slug}.pdf"))
        cells.append(
            site.Cell("notebook", href=f"../notebooks/{STEP}.{slug}.html")
            if slug in paged
            else site.Cell("–")
        )
        rows.append(cells)
    caption = (
        f"{len(rows)} forces. Official: offences that only cover victims under 18. FOI: all sexual offences against "
        "under-18s, as published. Intervals are 95 per cent; a dash means that no figure was published."
    )
    if not rows:
        caption = "No briefing has been made yet; rise brief --all makes them."
    headings = [site.Heading("Force"), site.Heading("Region")]
    headings += [site.Heading(heading, number=True) for heading, _ in COLUMNS] + [
        site.Heading("To print"),
        site.Heading("How"),
    ]
    return site.table(
        "Forces",
        "forces/index.html",
        headings,
        rows,
        intro=[
            "One page for each police force: its printed FOI figures beside its official series, with what can and "
            "what cannot be said.",
            "A high ratio can mean more abuse, more reports of it, better recording, or a broken figure. It does not "
            "rank forces by how safe children are.",
        ],
        caption=caption,
    )
