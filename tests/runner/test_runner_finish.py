"""What surrounds a run is done by one process at a time, which leaves nothing behind."""

import os
import subprocess
import sys

import pytest
from filelock import FileLock, Timeout

from helpers.runner import finish
from tests.runner.test_runner_kernels import gone

SLEEPER = """
import os, sys
from pathlib import Path
from helpers.runner.finish import in_python
print(flush=True)
in_python("import os, tempfile, time; open('said', 'w').write(f'{os.getpid()} {tempfile.mkdtemp()}'); time.sleep(60)",
    Path.cwd(), Path.cwd() / "out")
"""


def test_a_room_that_works_alone_goes_with_its_owner_and_its_temporary_files_too(tmp_path):
    with subprocess.Popen([sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, cwd=tmp_path) as owner:
        owner.stdout.readline()
        said = tmp_path / "said"
        while not said.exists() or not said.read_text():
            assert owner.poll() is None
        pid, folder = said.read_text().split()
        owner.kill()
    assert gone(int(pid))
    assert not os.path.exists(folder)


def test_temporary_files_go_when_it_is_done(tmp_path):
    folder = finish.in_python(
        "import tempfile; print(tempfile.mkdtemp())", tmp_path, tmp_path / "out"
    ).strip()
    assert not os.path.exists(folder)


def test_what_a_room_writes_into_the_output_folder_no_other_run_disturbs(tmp_path, monkeypatch):
    def locked(*_):
        with pytest.raises(Timeout):
            FileLock(tmp_path / "out/.rise/lock").acquire(timeout=0)
        return ""

    monkeypatch.setattr(finish, "in_python", locked)
    finish.call("helpers.publish", "build", tmp_path, tmp_path / "out")
