"""Work beside: the same result from another process, from this one, or after the other has died."""

import os
import subprocess
import sys

import pytest

from helpers.publish import beside


def printed(code: str) -> str:
    """What code prints in a process of its own, which has one thread."""
    code = f"import os, signal\nfrom helpers.publish.beside import Beside\n{code}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")
class TestForked:
    def test_it_runs_in_another_process(self):
        assert printed("print(Beside(os.getpid).result() == os.getpid())") == "False"

    def test_an_error_is_raised_here(self):
        code = "def work():\n    raise ValueError('no alt text')\nBeside(work).result()"
        with pytest.raises(subprocess.CalledProcessError) as failed:
            printed(code)
        assert failed.value.stderr.strip().endswith("ValueError: no alt text")

    def test_one_that_is_killed_is_done_again_here(self):
        code = """
here = os.getpid()
work = lambda: 'here' if os.getpid() == here else os.kill(os.getpid(), signal.SIGKILL)
print(Beside(work).result())"""
        assert printed(code) == "here"

    def test_closing_ends_it(self):
        code = """
import time
one = Beside(lambda: time.sleep(600))
process = one.process
one.close()
try:
    os.kill(process, 0)
except ProcessLookupError:
    print('gone')"""
        assert printed(code) == "gone"


def test_where_it_cannot_be_forked_it_runs_here(monkeypatch):
    monkeypatch.setattr(beside, "can_fork", lambda: False)
    assert beside.Beside(os.getpid).result() == os.getpid()
