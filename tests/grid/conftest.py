"""Whole runs with other parameters: every notebook, one briefing, the report, the pages.

`make test` makes the first two; `make test-grid` sets RISE_GRID=all and makes every one. Each starts from the results of
a run with the default values, so that only what the parameters change is made again.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RISE = [str(Path(sys.executable).parent / "rise")]
PUBLISH = [sys.executable, "-c", "import sys; from helpers import publish; publish.build(sys.argv[1])"]

# Neighbouring years, years far apart, the first and the last; every kind of vintage; few draws and levels at their ends.
RUNS = {
    "before the rise": {"first_year": "2012/13", "last_year": "2013/14", "vintage": "first", "draws": 2, "leave_out": "Cleveland"},
    "since the rise": {"first_year": "2018/19", "last_year": "2024/25", "vintage": "as_of:2009-01", "draws": 1, "level": 0.999},
    "first to last": {"first_year": "2012/13", "last_year": "2024/25", "vintage": "latest", "draws": 50},
    "a fall": {"first_year": "2019/20", "last_year": "2020/21", "draws": 1, "leave_out": "Greater Manchester"},
    "two years": {"first_year": "2013/14", "last_year": "2016/17", "vintage": "as_of:2015-06", "draws": 2},
    "to the next year": {"first_year": "2014/15", "last_year": "2016/17", "draws": 50, "leave_out": "Cleveland"},
    "across the new offence": {"first_year": "2016/17", "last_year": "2017/18", "draws": 2, "level": 0.5},
    "the last two": {"first_year": "2023/24", "last_year": "2024/25", "vintage": "first", "draws": 2},
    "the years of the study": {"first_year": "2014/15", "last_year": "2015/16", "vintage": "first", "draws": 1, "level": 0.9},
    "many draws": {"first_year": "2015/16", "last_year": "2016/17", "draws": 4000, "seed": 1},
}  # fmt: skip
CHOSEN = list(RUNS) if os.environ.get("RISE_GRID") == "all" else list(RUNS)[:2]


@pytest.fixture(params=CHOSEN, scope="session")
def made(request, whole_run, tmp_path_factory):
    """One run: its folder and its parameters."""
    parameters, out = RUNS[request.param], tmp_path_factory.mktemp("grid") / "build"
    shutil.copytree(
        whole_run, out, ignore=shutil.ignore_patterns("50_force*", "force-*")
    )  # one briefing is enough
    options = [part for name, value in parameters.items() for part in ("-p", f"{name}={value}")]
    for command in ([*RISE, "run", *options, "--out", str(out)], [*PUBLISH, str(out)]):
        env = os.environ | {"RISE_IN": str(out), "RISE_OUT": str(out)}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return out, {"vintage": "latest", "level": 0.95, "leave_out": ""} | parameters
