"""JupyterLab opens on the start page, with this environment before others and a person's own settings kept."""

import json
import os
import sys
from pathlib import Path

from jupyterlab_server.settings_utils import get_settings

from helpers.runner import lab

ROOT = Path(__file__).parents[2]


def test_it_opens_on_a_start_page_that_is_there():
    command = lab.lab_command(ROOT)
    assert f"--LabApp.default_url=/lab/tree/{lab.START}" in command
    assert f"--ServerApp.root_dir={ROOT}" in command
    assert (ROOT / lab.START).is_file()


def test_what_a_person_adds_comes_last_and_so_wins():
    command = lab.lab_command(ROOT, ["--LabApp.default_url=/lab"])
    assert command[-1] == "--LabApp.default_url=/lab"


def test_rise_in_a_terminal_is_that_of_this_environment():
    made = lab.lab_environment(ROOT, {"PATH": "/usr/bin"})
    assert made["PATH"] == f"{Path(sys.executable).parent}{os.pathsep}/usr/bin"


def test_a_persons_own_settings_and_workspaces_are_left_alone():
    mine = {
        "JUPYTERLAB_SETTINGS_DIR": "/mine",
        "JUPYTERLAB_WORKSPACES_DIR": "/mine/too",
        "JUPYTER_CONFIG_DIR": "/c",
    }
    made = lab.lab_environment(ROOT, mine)
    assert {name: made[name] for name in mine} == mine
    assert "JUPYTERLAB_SETTINGS_DIR" not in lab.lab_environment(ROOT, {})


def test_the_environment_that_it_is_given_is_not_changed():
    given = {"PATH": "/usr/bin"}
    lab.lab_environment(ROOT, given)
    assert given == {"PATH": "/usr/bin"}


def test_the_overrides_name_settings_that_this_jupyterlab_has_and_take_effect(monkeypatch, tmp_path):
    """A setting that JupyterLab renamed would be ignored in silence."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", lab.lab_environment(ROOT, {})["JUPYTER_CONFIG_PATH"])
    labs = Path(sys.prefix) / "share" / "jupyter" / "lab"
    wanted = json.loads(
        (Path(lab.__file__).parent / "labconfig" / "default_setting_overrides.json").read_text()
    )
    for plugin, settings in wanted.items():
        held, _ = get_settings(str(labs), str(labs / "schemas"), str(tmp_path), schema_name=plugin)
        for name, value in settings.items():
            assert held["schema"]["properties"][name]["default"] == value
