"""What every test shares: examples that stay the same, a whole run, and a browser for each file of tests that needs one.

Debian's chromium visits pages with every address but loopback cut off. Where no browser is installed those tests are
skipped, unless RISE_REQUIRE_BROWSER=1 says that there must be one.
"""

import contextlib
import functools
import gc
import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
PUBLISHED = Path(os.environ.get("RISE_SITE") or ROOT / "reports" / "build")
NOTHING = not (PUBLISHED / "report.pdf").is_file()
published = pytest.mark.skipif(NOTHING, reason="nothing is published; make report publishes")
RISE = Path(sys.executable).with_name("rise")
PATIENCE = 120_000  # milliseconds; nothing takes a twentieth of it on a quiet machine
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# The same examples every time, so that a build fails for a change and never by chance. To search further:
# HYPOTHESIS_PROFILE=explore make test
settings.register_profile("steady", max_examples=50, derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def run(*command, cwd=ROOT, **environment):
    """A command in a process of its own, with these variables beside those of this one; how it ended, and what it said."""
    return subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True)


def copy_project(root: Path, *more: str) -> Path:
    """Copy the project's data, and more of its folders and files, to a folder: no rounds, and nothing that is made."""
    ignored = shutil.ignore_patterns("build", "published", "rounds", "__pycache__", ".*")
    for name in ("data", *more):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, root / name)
    return root


def files(out: Path) -> dict[str, bytes]:
    """Every file of an output folder but the runner's own and the logs."""
    found = (path for path in out.rglob("*") if path.is_file())
    kept = {path.relative_to(out).as_posix(): path.read_bytes() for path in found}
    return {name: data for name, data in kept.items() if not name.startswith((".rise", "logs"))}


@pytest.fixture(autouse=True)
def collector():
    """Commands turn the collector of cycles off, as their process is short; that of the tests is not."""
    yield
    gc.enable()


@pytest.fixture(scope="session")
def whole_run(tmp_path_factory):
    """The output folder of a whole run, which `make test` makes first and names in RISE_SITE."""
    if os.environ.get("RISE_SITE"):
        return Path(os.environ["RISE_SITE"])
    out = tmp_path_factory.mktemp("whole") / "build"
    done = run(RISE, "report", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serve(folder):
    """Serves a folder on a free port of this machine; its address."""
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# For one module and no longer: while a browser is open, nothing else in the process can run an event loop
@pytest.fixture(scope="module")
def browser():
    """A browser; each test opens pages of its own."""
    if CHROMIUM is None and os.environ.get("RISE_REQUIRE_BROWSER") == "1":
        pytest.fail("RISE_REQUIRE_BROWSER=1, but no chromium is installed: apt-get install chromium")
    if CHROMIUM is None:
        pytest.skip("no chromium is installed; pages are checked in a browser where there is one")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    alone = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=alone)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser):
    """Opens a page; gives it, the requests that are made beyond the pages visited, and every complaint."""
    contexts = []

    def go(url, *, width=1280, scheme="light"):
        while contexts:  # one page at a time
            contexts.pop().close()
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme))
        contexts[-1].set_default_timeout(PATIENCE)
        page = contexts[-1].new_page()
        asked, complaints = [], []

        def note(request):
            visited = request.is_navigation_request() and request.frame == page.main_frame
            if not visited and not request.url.startswith("data:"):
                asked.append(request.url)

        page.on("request", note)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page, asked, complaints

    yield go
    while contexts:
        contexts.pop().close()
