"""For nbval: notebooks read the tables of the whole run, and see of this machine only what the runner lets them see.

A pytest plugin, named by ``make test`` with ``-p``: nbval starts kernels with the environment of its own process.
"""

import os
from pathlib import Path

from helpers.runner.process import environment

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config):
    """Take over the environment of the runner's steps, with RISE_IN and RISE_OUT as they were given."""
    tables, out = (Path(os.environ[name]).resolve() for name in ("RISE_IN", "RISE_OUT"))
    out.mkdir(parents=True, exist_ok=True)
    fixed = environment(ROOT, tables, out)
    for name in set(os.environ) - set(fixed):
        del os.environ[name]
    os.environ.update(fixed)
