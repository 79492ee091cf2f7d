"""What notebooks are said to reach is what they import when they run: no module is missed, and hardly one too many."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.runner.modules import Modules, mentioned_names
from tests.conftest import ROOT

RUN = """
import json, sys
for source in json.load(sys.stdin):
    exec(source, globals())
print("\\n" + json.dumps([module.__file__ for name, module in sys.modules.items() if name.split(".")[0] == "helpers"]))
"""


@pytest.mark.parametrize("step", ["10_foi_figures", "50_force"])
def test_a_notebook_reaches_what_it_imports(whole_run, tmp_path, step):
    cells = json.loads((ROOT / "notebooks" / f"{step}.ipynb").read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    reached = Modules(ROOT).reached(mentioned_names(ast.walk(ast.parse("\n".join(sources)))))
    env = {"RISE_ROOT": str(ROOT), "RISE_IN": str(whole_run), "RISE_OUT": str(tmp_path), "MPLBACKEND": "agg"}
    options = {"env": os.environ | env, "cwd": ROOT / "notebooks", "text": True}
    said = subprocess.check_output([sys.executable, "-c", RUN], input=json.dumps(sources), **options)
    paths = json.loads(said.splitlines()[-1])
    imported = {Path(path).relative_to(ROOT / "src").as_posix() for path in paths if path}
    assert imported <= set(reached)
    assert len({name for name in reached if name.endswith(".py")} - imported) <= 2
