"""A batch on a cluster of two processes gives the bytes of a local run, and survives what clusters do."""

import json
import os
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpers.runner import process
from helpers.runner.cluster import Cluster, differences, state
from helpers.runner.display import describe_failures
from helpers.runner.errors import RunnerError
from helpers.runner.plan import make_plans
from helpers.runner.schedule import Run
from helpers.runner.steps import load_project
from tests.conftest import copy_project, files
from tests.frames import cases
from tests.runner.conftest import notebook


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Makes a project with the real data and these notebooks; its helpers are the installed ones."""

    def made(notebooks):
        root = copy_project(tmp_path_factory.mktemp("project"), "pyproject.toml")
        (root / "notebooks").mkdir()
        for name, cells in notebooks.items():
            (root / f"notebooks/{name}.ipynb").write_text(json.dumps(notebook(*cells)))
        return load_project(root)

    return made


@pytest.fixture(scope="module")
def project(made):
    return made(cases(__file__)["notebooks_on_a_cluster"])


@pytest.fixture(scope="module")
def dask():
    """Two workers, each a process of its own, on loopback."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0") as made:
        yield made


@pytest.fixture
def cluster(dask, project):
    with Cluster(dask.scheduler_address, project.root) as connected:
        yield connected


def run(project, out, **options) -> dict[str, str]:
    process.start(project.root)
    plans = make_plans(project, out, (), {"force": ("Cleveland", "Kent")})
    results = Run(plans, jobs=2, **options).go()
    assert [result.failure for result in results if result.failure] == []
    return {result.instance.name: result.condition for result in results}


def test_what_comes_back_is_what_a_local_run_makes(project, cluster, tmp_path):
    cluster.check()
    assert cluster.slots == 2
    assert set(run(project, tmp_path / "far", execute=cluster.execute).values()) == {"ran"}
    run(project, tmp_path / "near")
    far = files(tmp_path / "far")
    assert {"findings/10_forces.json", "findings/50_force.kent.json"} <= far.keys()
    assert far == files(tmp_path / "near")
    cluster.client.run(lose_raw_tables)
    run(project, tmp_path / "again", execute=cluster.execute)
    assert far == files(tmp_path / "again")


def lose_raw_tables(dask_worker):
    """As where a system clears old files."""
    for folder in Path(dask_worker.local_directory).glob("rise-*/project/data/raw"):
        shutil.rmtree(folder)


def test_a_step_reads_the_data_as_they_are_when_it_starts(made, dask, tmp_path):
    """Not as an earlier step of the run did: it would be recorded as of data that it has not read."""
    reads = ["from helpers.tables import read_table", "len(read_table('events'))"]
    project = made({"10_one": ["1"], "20_two": reads})
    events = project.root / "data/raw/events.csv"
    lines = events.read_text().splitlines(keepends=True)
    with Cluster(dask.scheduler_address, project.root) as cluster:

        def then_shorten(job):
            outcome = cluster.execute(job)
            events.write_text("".join(lines[:3]))
            return outcome

        Run(make_plans(project, tmp_path), jobs=1, execute=then_shorten).go()
    made = json.loads((tmp_path / "notebooks/20_two.ipynb").read_text())
    assert made["cells"][2]["outputs"][0]["data"]["text/plain"] == ["2"]


def test_a_worker_that_dies_is_survived(made, cluster, tmp_path):
    killed = []

    def kill_one(job):
        running = ThreadPoolExecutor(1).submit(cluster.execute, job)
        while not killed and not running.done():
            time.sleep(0.1)
            busy = [worker for worker, tasks in cluster.client.processing().items() if tasks]
            if busy:
                time.sleep(1)
                killed.extend(cluster.client.run(os.getpid, workers=busy).values())
                os.kill(killed[0], signal.SIGKILL)
        return running.result()

    plans = make_plans(made({"10_slow": ["import time; time.sleep(3)", "print('whole')"]}), tmp_path)
    (result,) = Run(plans, jobs=1, execute=kill_one).go()
    assert (result.condition, result.failure) == ("ran", None)
    assert killed
    assert "whole" in (tmp_path / "notebooks/10_slow.ipynb").read_text()


def test_a_failing_cell_comes_back_as_it_would_locally(made, cluster, tmp_path):
    plans = make_plans(made({"10_bad": ["x = 0\n1 / x"]}), tmp_path)
    (result,) = Run(plans, jobs=1, execute=cluster.execute).go()
    assert (result.failure.what, result.failure.line) == ("ZeroDivisionError: division by zero", 2)


HERE = {"Python": "3.11.7", "processor": "x86_64 with AVX2", "numpy": "2.4", "helpers/a.py": "abc"}


@pytest.mark.parametrize(("there", "message"), cases(__file__)["what_a_worker_has"])
def test_every_difference_names_both_sides(there, message):
    assert differences(HERE, (HERE | there, HERE | there)) == message


def test_a_worker_that_was_given_other_code_while_it_ran_is_refused(cluster):
    """The new code is on its disk, as here, but the old one is in its memory."""
    assert differences(HERE, (HERE, HERE | {"helpers/a.py": "old"})).endswith("start it again")
    assert all(now == started for now, started in cluster.client.run(state).values())


NO_HELPERS = ModuleNotFoundError("No module named 'helpers'"), "it has no helpers, or others"
NO_PYTHON = ({}, {}), "it has Python none, and here it is .*; install the same version on it"


@pytest.mark.parametrize(("there", "message"), [NO_HELPERS, NO_PYTHON])
def test_a_worker_that_differs_is_refused_by_its_address(cluster, monkeypatch, there, message):
    monkeypatch.setattr(cluster.client, "run", lambda function, on_error: {"tcp://there:1": there})
    with pytest.raises(RunnerError, match=f"worker tcp://there:1 is refused: {message}"):
        cluster.check()


def test_a_scheduler_that_goes_midway_is_one_line(made, tmp_path):
    from distributed import LocalCluster

    slow = made({name: ["import time; time.sleep(60)"] for name in ("10_one", "20_two")})
    options = {"processes": False, "protocol": "tcp", "dashboard_address": ":0"}
    alone = LocalCluster(n_workers=1, threads_per_worker=1, **options)
    with alone as scheduler, Cluster(scheduler.scheduler_address, slow.root) as cluster:

        def close_at_the_first(job):
            cluster.client.close()  # what it does by itself once the scheduler has not answered for a while
            return cluster.execute(job)

        results = Run(make_plans(slow, tmp_path), jobs=1, execute=close_at_the_first).go()
    gone = "is gone; start it and its workers, and run again: what is done is kept"
    (told,) = (line for line in describe_failures(results, str) if "failed" in line)
    assert told == f"10_one, 20_two failed: scheduler {cluster.address} {gone}"


def test_a_scheduler_that_is_not_there_is_one_line(monkeypatch):
    monkeypatch.setattr("helpers.runner.cluster.PATIENCE", 1)
    said = r"scheduler tcp://127.0.0.1:9: it does not answer .* dask scheduler"
    with pytest.raises(RunnerError, match=said), Cluster("tcp://127.0.0.1:9", None):
        pass
