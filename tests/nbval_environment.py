"""For nbval: notebooks read the tables of the whole run, and see of this machine only what the runner lets them see.

A pytest plugin, named by ``make test`` with ``-p``: nbval starts a kernel with the environment that its own process has then.
"""

import os
from pathlib import Path
from unittest import mock

import pytest
from nbval.plugin import IPyNbCell

from helpers.runner.process import environment

ROOT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Have a kernel begin with the environment of the runner's steps: it reads in RISE_SITE, and writes in `nbval` beside it."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    site = Path(os.environ["RISE_SITE"])
    with mock.patch.dict(os.environ, environment(ROOT, site, site.with_name("nbval")), clear=True):
        return (yield)
