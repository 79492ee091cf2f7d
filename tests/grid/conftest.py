"""Whole runs with other parameters: every notebook, one briefing, the report, the pages.

`make test` makes the first two; `make test-grid` sets RISE_GRID=all and makes every one. Each starts from the results of
a run with the default values, so that only what the parameters change is made again.
"""

import os
import shutil
from pathlib import Path
from unittest import mock

import pytest

from helpers import publish
from tests.conftest import RISE, run
from tests.frames import records

# Neighbouring years, years far apart, the first and the last; every kind of vintage; few draws and levels at their ends.
ROWS = records(Path(__file__).with_name("runs.csv"))
RUNS = {row.pop("run"): {name: row[name] for name in row if row[name]} for row in ROWS}
CHOSEN = list(RUNS) if os.environ.get("RISE_GRID") == "all" else list(RUNS)[:2]


@pytest.fixture(params=CHOSEN, scope="session")
def made(request, whole_run, tmp_path_factory):
    """One run: its folder and its parameters."""
    parameters, out = RUNS[request.param], tmp_path_factory.mktemp("grid") / "build"
    shutil.copytree(whole_run, out, ignore=shutil.ignore_patterns("50_force*", "force-*"))
    options = [part for name, value in parameters.items() for part in ("-p", f"{name}={value}")]
    with mock.patch.dict(os.environ, RISE_IN=str(out), RISE_OUT=str(out)):
        done = run(RISE, "run", *options, "--out", out)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        publish.build(out, lambda line: None)
    level = float(parameters.get("level", 0.95))
    return out, {"vintage": "latest", "leave_out": ""} | parameters | {"level": level}
