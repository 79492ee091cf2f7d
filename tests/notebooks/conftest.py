"""The whole run that the notebook tests look at, made once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RISE = [sys.executable, "-c", "from helpers.runner.cli import main; main()"]


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory):
    """The output folder of a whole run."""
    if os.environ.get("RISE_SITE"):
        return Path(os.environ["RISE_SITE"])
    out = tmp_path_factory.mktemp("whole") / "build"
    done = subprocess.run(
        [*RISE, "report", "--out", str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out
