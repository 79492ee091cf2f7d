"""The explorer: one page on which a reader chooses areas, measures, years and the publication that stands, and weighs the
explanations by their own expectations. JupyterLab shows the same page inside a notebook.

Everything on the page is worked out here, by the functions that the notebooks use
(:mod:`helpers.charts.explore`, :mod:`helpers.official.routes`); the scripts in the page choose rows, draw them and sum
weights. The charts are Observable Plot's. It draws in SVG, so that marks take their colours from the style sheet and a dark
page needs no second chart; it weighs half a megabyte with D3, on which it stands, where Vega weighs nearly one and its
converter adds 84 MB to the environment; and its bundle comes from its publisher as one file that runs without a network. jStat
inverts the gamma distribution, by which a change of prior moves the same points that notebook 42 uses. The three files
stand in ``vendor`` as they were published, with their licences, and a page that holds them may ask nothing of any network
(:data:`helpers.publish.page_frame.POLICY`).
"""

from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import qmc

from helpers.charts.explore import AGREES, ASIDE, GAVE_WAY, NOT_YET_PUBLISHED, USED, Desk, counted
from helpers.foi.completeness import MEASURE, VERDICTS
from helpers.official import phases, recorded_crime, routes
from helpers.publish import notebooks, page_frame
from helpers.stats import synthesis
from helpers.stats.missing import NotAvailable
from helpers.tables import store, vocabularies
from helpers.tables.files import output_dir
from helpers.tables.forces import FORCES, force
from helpers.tables.measures import MEASURES
from helpers.tables.offences import CHILD_ONLY_FROM, offence

STEP = "42_shares"
PRINTING_STATUSES = (USED, AGREES, GAVE_WAY, NOT_YET_PUBLISHED, ASIDE)
OFFICIAL = "official"  # the measure that is the sum of all child-only codes; one code is official_19D
LIBRARIES = ("d3", "plot", "jstat")
BITS = 30  # of a coordinate of a Sobol point


def show():
    """The page as a notebook shows it, without the menu of the site."""
    return page_frame.inside_notebook(page(output_dir(), bare=True), "Explore the figures")


def page(out: Path, desk: Desk | None = None, *, bare: bool = False) -> str:
    """The page.

    Parameters
    ----------
    out : the output folder, whose synthesis of shares the sliders begin with
    desk : the figures to be explored (default: the project's)
    bare : without the menu of the site
    """
    from markupsafe import Markup

    desk = desk or Desk.of_project()
    weighed = shares(out)
    vendor = resources.files("helpers.publish") / "vendor"
    libraries = [Markup((vendor / f"{name}.min.js").read_text(encoding="utf-8")) for name in LIBRARIES]
    return page_frame.page(
        "explore.html",
        bare=bare,
        libraries=libraries,
        licences=(vendor / "LICENCES.txt").read_text(encoding="utf-8").strip(),
        figures=page_frame.script(figures(desk, store.read_table("answers"))),
        weighing=weighed,
        shares=page_frame.script(weighed),
    )


def figures(desk: Desk, answers: pd.DataFrame) -> dict:
    """Every printed figure and every official count that can be chosen, with what a force answered about it.

    Returns
    -------
    dict
        ``areas``; ``own_names``, of forces that call themselves otherwise; ``measures`` and ``vintages``, each as [id, words]; ``columns`` and ``rows`` of printed figures, whose area,
        measure and source are places in their lists; ``outcomes`` and ``verdicts`` in words, and ``became``, for each vintage one digit a row, the
        place of its outcome; ``sources`` as [words, address]; ``official``: area → measure → year → count;
        ``cautions``, sentences.
    """
    rows = desk.judged("latest")
    became = [desk.outcomes(id)[0] for _, id in desk.vintages()]
    told = {
        (row.force, row.financial_year, row.measure): f" {row.force} answered on {row.date}: {row.words}"
        for row in answers.itertuples()
    }
    keys = rows[["area", "financial_year", "measure"]].itertuples(index=False, name=None)
    areas = desk.areas()
    named = [*(name for name in MEASURES if name in set(rows["measure"]))]
    cited = desk.cited(rows["source"])
    cited = list(zip(map(page_frame.visible, cited["source"].fillna("")), cited["address"], strict=True))
    sources = sorted(set(cited), key=str)
    exact = (rows["value_low"] == rows["value"]) & (rows["value_high"] == rows["value"])
    unsure = (rows["kind"] == "count") & ~exact
    shown = pd.DataFrame(
        {
            "area": rows["area"].map(areas.index),
            "measure": rows["measure"].map(named.index),
            "year": rows["financial_year"],
            "period": rows["period"].where(rows["financial_year"].isna()),
            "printed": (rows["value_text"] + " " + rows["qualifier"].fillna("")).str.strip(),
            "count": rows["value"].where(rows["kind"] == "count"),
            "low": rows["value_low"].where(unsure),
            "high": rows["value_high"].where(unsure),
            "release": rows["release"],
            "dated": rows["published"],
            "why": [(why + told.get(key, "")).strip() for why, key in zip(rows["why"], keys, strict=True)],
            "floor": rows["floor"],
            "verdict": rows["verdict"],
            "source": [sources.index(one) for one in cited],
        }
    )
    return {
        "areas": areas,
        "own_names": {name: force(name).title for name in areas if name in FORCES and force(name).own_name},
        "measures": [[name, counted(name)] for name in named],
        "main": MEASURE,
        "codes": [
            [OFFICIAL, "all offences that only cover victims under 18"],
            *([f"{OFFICIAL}_{code}", f"{code}: {offence(code).name}"] for code in CHILD_ONLY_FROM),
        ],
        "vintages": [[id, words] for words, id in desk.vintages()],
        "columns": list(shown),
        "rows": [[_value(cell) for cell in row] for row in shown.itertuples(index=False)],
        "outcomes": PRINTING_STATUSES,
        "verdicts": VERDICTS,
        "became": ["".join(str(PRINTING_STATUSES.index(word)) for word in words) for words in became],
        "sources": [[words, page_frame.safe_address(address)] for words, address in sources],
        "official": _official(desk),
        "cautions": desk.cautions(),
    }


def _official(desk: Desk) -> dict[str, dict[str, dict[str, int]]]:
    """Area → measure → year → offences of whole years, for child-only codes together and one by one."""
    crime = recorded_crime.child_only(desk.crime)
    counts = crime[[*recorded_crime.QUARTERS]].sum(axis=1, min_count=4)
    crime = crime.assign(measure=OFFICIAL + "_" + crime["offence_code"], count=counts)
    whole = desk.floor[desk.floor["quarters"] == 4].assign(measure=OFFICIAL)
    both = pd.concat([whole.rename(columns={"child_only": "count"}), crime])
    both = both[["force", "measure", "financial_year", "count"]].dropna()
    found: dict = {}
    for area, measure, year, count in both.itertuples(index=False):
        found.setdefault(area, {}).setdefault(measure, {})[year] = int(count)
    return found


def shares(out: Path) -> dict | None:
    """What the sliders need to weigh the routes again; None where the run has no synthesis. See :func:`weighing`."""
    if not (out / "tables" / "share_synthesis.csv").is_file():
        return None
    run = notebooks.choices(out / "notebooks" / f"{STEP}.ipynb")
    names = ("phases", "corroboration_growth", "inspections", "inspection_2014_national", "disclosure_series")
    tables = {name.replace("_2014_national", ""): store.read_table(name) for name in names}
    tables["recorded_crime"], register = store.read_table("recorded_crime"), store.read_table("routes")
    spans = {}
    asked = phases.compared_years(tables["recorded_crime"], run["first_year"], run["last_year"])
    for years in asked.values():
        case = routes.SynthesisInputs.between(register, tables, *years, level=run["level"])
        made = case.weigh(dict.fromkeys(routes.EXPLANATIONS, 1.0))  # says whether they can be weighed
        weighed = case.rise.value, case.routes, replace(case, bias_factor=2).routes
        spans[years] = made if isinstance(made, NotAvailable) else weighed
    return weighing(spans, run, routes.priors(store.read_table("priors")))


def weighing(spans: Mapping[tuple[str, str], tuple | NotAvailable], run: Mapping, priors: Mapping) -> dict:
    """Everything that a browser needs to weigh routes under any prior.

    Parameters
    ----------
    spans : first and last year → the rise, the routes, and the routes with biases twice as large; or why there are none
    run : parameters of the run: `seed`, `level` and `prior_` of each explanation but the last
    priors : name → explanation → parameter of the Dirichlet distribution

    Returns
    -------
    dict
        ``windows``: ``years`` of each span, with a ``reason`` or with ``rise`` and ``routes``, each its value, both spreads and
        its loadings; ``explanations`` as [id, words]; ``prior``, the run's expected shares, and its ``weight``; ``priors``, each
        with a weight of its own; ``level``; ``words`` and the sentence that has them ``explained``; ``start`` and ``turns`` of the points, see :func:`sobol`.
    """
    windows = []
    for years, found in spans.items():
        if isinstance(found, NotAvailable):
            windows.append({"years": years, "reason": found.reason})
            continue
        rise, near, twice = found
        weighed = [
            {
                "value": one.value,
                "spread": [float(np.hypot(each.se, each.bias_sd)) for each in (one, wider)],
                "loadings": [one.loadings.get(name, 0.0) for name in routes.EXPLANATIONS],
            }
            for one, wider in zip(near, twice, strict=True)
        ]
        windows.append({"years": years, "rise": rise, "routes": weighed})
    labels = vocabularies.labels("explanations")
    start, turns = sobol(len(routes.EXPLANATIONS), run["seed"])
    return {
        "windows": windows,
        "explanations": [[name, labels[name]] for name in routes.EXPLANATIONS],
        "prior": [run[f"prior_{name}"] for name in routes.EXPLANATIONS[:-1]],
        "priors": [
            [name, [alphas[one] / sum(alphas.values()) for one in routes.EXPLANATIONS], sum(alphas.values())]
            for name, alphas in priors.items()
        ],
        "weight": sum(synthesis.reader_prior({"a": 0.5}, rest="b").values()),
        "level": run["level"],
        "words": synthesis.PROBABILITY_WORDS,
        "explained": synthesis.words_explained(),
        "start": start,
        "turns": turns,
    }


def sobol(dimensions: int, seed: int, draws: int = 2**14) -> tuple[list[int], list[list[int]]]:
    """What makes the scrambled Sobol points of :func:`helpers.stats.synthesis.dirichlet_points` again.

    Point n + 1 is point n with the bits of one row of `turns` flipped: the row numbered by the zeros at the end of n + 1 in
    binary. Coordinates are whole numbers of units of 2**-30.

    >>> start, turns = sobol(2, 2017, draws=4)
    >>> points = qmc.Sobol(2, rng=np.random.default_rng(2017)).random(2)
    >>> [a ^ b for a, b in zip(start, turns[0])] == (points[1] * 2**30).astype(int).tolist()
    True
    """
    points = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed)).random(draws)
    whole = (points * 2**BITS).astype(np.int64)
    places = 2 ** np.arange(draws.bit_length() - 1)
    return whole[0].tolist(), (whole[places] ^ whole[places - 1]).tolist()


def _value(cell):
    """A cell as JSON has it: nothing for what is missing, whole numbers without a point."""
    if isinstance(cell, str):
        return page_frame.visible(cell)
    if cell is None or pd.isna(cell):
        return None
    return int(cell) if float(cell).is_integer() else float(cell)
