"""How ``rise lab`` opens JupyterLab: on the start page, with this environment, leaving a person's own settings alone.

The folder ``labconfig`` beside this file holds settings that stand in for JupyterLab's defaults: Markdown opens as a
page to read, and nothing is asked of the network. What a person has set in JupyterLab goes before them. Windows and
tabs are remembered under ``.lab`` in the project, apart from those of other projects. So is what Jupyter itself keeps,
where it cannot be kept in the home folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpers.runner.determinism import deterministic_environment

START = "notebooks/start.md"


def lab_command(root: Path, arguments: Sequence[str] = ()) -> list[str]:
    """The command that opens JupyterLab on the start page of the project in `root`.

    `arguments` are passed on and come last, so that they win.

    >>> lab_command(Path("/project"), ["--port", "9000"])[-2:]
    ['--port', '9000']
    """
    screens = map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    has_screen = sys.platform != "linux" or any(screens)
    own = ["--allow-root", *([] if has_screen else ["--no-browser"]), f"--ServerApp.root_dir={root}"]
    own += [f"--FileContentsManager.preferred_dir={root / 'notebooks'}"]
    own += ["--LabApp.extension_manager=readonly", f"--LabApp.default_url=/lab/tree/{START}"]
    own += ["--ServerApp.contents_manager_class=helpers.runner.saving.Contents"]
    return [sys.executable, "-m", "jupyterlab", *own, *arguments]


def lab_environment(root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` with what JupyterLab, its kernels and its terminals need.

    >>> made = lab_environment(Path("/project"), {"PATH": "/usr/bin", "JUPYTER_CONFIG_PATH": "/mine"})
    >>> made["JUPYTER_CONFIG_PATH"].split(os.pathsep)[-1], made["PATH"].split(os.pathsep)[-1]
    ('/mine', '/usr/bin')
    >>> lab_environment(Path("/project"), {"HOME": "/not/there"})["IPYTHONDIR"]
    '/project/.lab/ipythondir'
    """
    made = {"JUPYTERLAB_WORKSPACES_DIR": str(root / ".lab" / "workspaces"), **environment}
    if not os.access(Path(environment.get("HOME", "~")).expanduser(), os.W_OK):
        kept = ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")
        made = {name: str(root / ".lab" / name.lower()) for name in kept} | made
    made |= deterministic_environment()  # so that what is computed by hand is what a run computes
    for name, ours in {"JUPYTER_CONFIG_PATH": Path(__file__), "PATH": Path(sys.executable)}.items():
        made[name] = os.pathsep.join(filter(None, [str(ours.parent), environment.get(name)]))
    return made
