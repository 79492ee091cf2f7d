"""The findings of a grid's folders side by side: ``tables/grid.csv``, and ``figures/grid.svg`` of those that are chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from helpers.runner.errors import UsageError, quoted
from helpers.runner.plan import Plan
from helpers.tables.faults import offer

MOST_DRAWN = 6
COLUMNS = ("id", "value", "low", "high", "level", "unit", "label", "reason")


def rows(folders: Sequence[tuple[str, dict, list[str]]]) -> list[dict]:
    """One row a finding and combination: the parameters, then the finding, and the step that found it."""
    found = []
    for folder, combination, instances in folders:
        # the level of a finding's interval is not always the level that was asked for
        names = {name: f"finding_{name}" if name in combination else name for name in COLUMNS}
        for instance in instances:
            path = Path(folder) / "findings" / f"{instance}.json"
            held = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            for id, finding in held.items():
                fields = {names[column]: finding.get(column) for column in COLUMNS}
                found.append({**combination, **fields, "id": id, "step": instance.partition(".")[0]})
    return found


def refuse_unknown(chosen: Sequence[str], plan: Plan) -> None:
    """Refuse a finding that no step of the run can record, before minutes are spent on it.

    A step can record what the dictionary of findings says of it, and what its cells name.
    """
    steps = {instance.step for instance in plan.instances}
    described = "".join(map(plan.freshness.described, steps))
    listed = re.findall(r'^"([^"]+)"', described, re.MULTILINE)
    named = {word for step in steps for cell in step.cells for word in re.findall(r"[\w.-]+", cell.source)}
    for id in chosen:
        forms = (re.sub(r"\\{\w+\\}", r"[a-z0-9_.-]+", re.escape(form)) for form in listed)
        if id not in named and not any(re.fullmatch(form, id) for form in forms):
            raise UsageError(_unknown(id, listed))


def _unknown(id: str, known: Sequence[str]) -> str:
    return f"no step of this run records a finding {quoted(id)}{offer(id, known)}"


def write(
    out: Path, folders: Sequence[tuple[str, dict, list[str]]], chosen: Sequence[str], steps: Sequence[str]
) -> None:
    """Write ``tables/grid.csv`` and the four files of ``figures/grid`` from the findings in the folders of a grid."""
    import pandas as pd

    from helpers.charts import export
    from helpers.charts.grid import grid_chart
    from helpers.tables.files import write_atomic
    from helpers.tables.store import to_csv

    every = pd.DataFrame(rows(folders))
    if every.empty:
        raise UsageError("no step of this run records a finding, so there is nothing to set side by side")
    write_atomic(out / "tables" / "grid.csv", to_csv(every.drop(columns="step")))
    strangers = [id for id in chosen if id not in set(every["id"])]
    if strangers:
        raise UsageError(_unknown(strangers[0], every["id"].unique()))
    numbers = ["value", "low", "high"]
    every[numbers] = every[numbers].apply(pd.to_numeric, errors="coerce")
    drawn = list(chosen) or _most_moved(every[every["step"].isin(steps)] if steps else every)
    shown = every[every["id"].isin(drawn)].drop(columns="step")
    shown = shown.sort_values("id", key=lambda ids: ids.map(drawn.index), kind="stable")
    export(grid_chart(shown, list(folders[0][1])), "grid", folder=out / "figures")


def _most_moved(found) -> list[str]:
    """The findings with intervals, or failing that any, whose values differ most beside their size."""
    some = found[found["low"].notna()] if found["low"].notna().any() else found
    spread = some.groupby("id", sort=False)["value"].agg(lambda v: (v.max() - v.min()) / (v.abs().max() or 1))
    return list(spread.dropna().sort_values(ascending=False, kind="stable").index[:MOST_DRAWN])
