"""JupyterLab opens on the start page, with this environment before others and a person's own settings kept."""

import json
import os
import sys
from pathlib import Path

from jupyterlab_server.settings_utils import get_settings

from helpers.runner import lab
from tests.conftest import ROOT


def test_rise_in_a_terminal_is_that_of_this_environment_and_a_persons_own_settings_stay():
    mine = {"JUPYTERLAB_WORKSPACES_DIR": "/mine/too", "JUPYTER_CONFIG_DIR": "/c", "PATH": "/usr/bin"}
    made = lab.lab_environment(ROOT, mine)
    assert made["PATH"] == f"{Path(sys.executable).parent}{os.pathsep}/usr/bin"
    assert made.items() >= {"JUPYTERLAB_WORKSPACES_DIR": "/mine/too", "JUPYTER_CONFIG_DIR": "/c"}.items()
    assert "JUPYTERLAB_SETTINGS_DIR" not in made
    assert mine["PATH"] == "/usr/bin"


def test_the_overrides_name_settings_that_this_jupyterlab_has_and_take_effect(monkeypatch, tmp_path):
    """A setting that JupyterLab renamed would be ignored in silence."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", lab.lab_environment(ROOT, {})["JUPYTER_CONFIG_PATH"])
    labs = Path(sys.prefix) / "share" / "jupyter" / "lab"
    folder = Path(lab.__file__).parent / "labconfig"
    wanted = json.loads((folder / "default_setting_overrides.json").read_text())
    for plugin, settings in wanted.items():
        held, _ = get_settings(str(labs), str(labs / "schemas"), str(tmp_path), schema_name=plugin)
        for name, value in settings.items():
            assert held["schema"]["properties"][name]["default"] == value
