"""Whole runs with other parameters: every notebook, one briefing, the report, the pages.

`make test` makes the first three; `make test-grid` sets RISE_GRID=all and makes every one. Two run at a time.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RISE = [str(Path(sys.executable).parent / "rise")]
PUBLISH = [sys.executable, "-c", "import sys; from helpers import publish; publish.build(sys.argv[1])"]

# Neighbouring years, years far apart, the first and the last; every kind of vintage; few draws and levels at their ends.
RUNS = {
    "before the rise": {"first_year": "2012/13", "last_year": "2013/14", "vintage": "first", "draws": 50},
    "the last year of all codes": {"first_year": "2018/19", "last_year": "2019/20", "vintage": "latest", "draws": 2},
    "first to last": {"first_year": "2012/13", "last_year": "2024/25", "vintage": "as_of:2009-01", "draws": 1, "level": 0.999},
    "a fall": {"first_year": "2019/20", "last_year": "2020/21", "draws": 1, "leave_out": "Greater Manchester"},
    "two years": {"first_year": "2013/14", "last_year": "2016/17", "vintage": "as_of:2015-06", "draws": 2},
    "to the next year": {"first_year": "2014/15", "last_year": "2016/17", "draws": 50, "leave_out": "Cleveland"},
    "across the new offence": {"first_year": "2016/17", "last_year": "2017/18", "draws": 2, "level": 0.5},
    "the last two": {"first_year": "2023/24", "last_year": "2024/25", "vintage": "first", "draws": 2},
    "the years of the study": {"first_year": "2014/15", "last_year": "2015/16", "vintage": "first", "draws": 1, "level": 0.9},
    "many draws": {"first_year": "2015/16", "last_year": "2016/17", "draws": 4000, "seed": 1},
}  # fmt: skip
CHOSEN = list(RUNS) if os.environ.get("RISE_GRID") == "all" else list(RUNS)[:3]


def run(out: Path, parameters: dict) -> str:
    """What one whole run said where it failed, or nothing."""
    options = [part for name, value in parameters.items() for part in ("-p", f"{name}={value}")]
    for command in ([*RISE, "run", *options, "--jobs", "1", "--out", str(out)], [*PUBLISH, str(out)]):
        env = os.environ | {"RISE_IN": str(out), "RISE_OUT": str(out)}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stdout[-3000:] + done.stderr[-3000:]
    return ""


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Name of a run → (its output folder, what went wrong)."""
    folder = tmp_path_factory.mktemp("grid")
    outs = [folder / str(place) for place, _ in enumerate(CHOSEN)]
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(run, outs, [RUNS[name] for name in CHOSEN]))
    return dict(zip(CHOSEN, zip(outs, said, strict=True), strict=True))


@pytest.fixture(params=CHOSEN)
def made(request, runs):
    """One run: its folder and its parameters."""
    out, said = runs[request.param]
    assert not said, said
    return out, {"vintage": "latest", "level": 0.95, "leave_out": ""} | RUNS[request.param]
