"""What every test shares: examples that stay the same, and a browser for each file of tests that needs one.

Debian's chromium visits pages with every address but loopback cut off. Where no browser is installed those tests are
skipped, unless RISE_REQUIRE_BROWSER=1 says that there must be one.
"""

import os
import shutil

import pytest
from hypothesis import settings

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# The same examples every time, so that a build fails for a change and never by chance. To search further:
# HYPOTHESIS_PROFILE=explore make test
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


# For one module and no longer: while a browser is open, nothing else in the process can run an event loop
@pytest.fixture(scope="module")
def browser():
    """A browser; each test opens pages of its own."""
    if CHROMIUM is None and os.environ.get("RISE_REQUIRE_BROWSER") == "1":
        pytest.fail("RISE_REQUIRE_BROWSER=1, but no chromium is installed: apt-get install chromium")
    if CHROMIUM is None:
        pytest.skip("no chromium is installed; pages are checked in a browser where there is one")
    from playwright.sync_api import sync_playwright

    alone = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=alone)
        yield launched
        launched.close()
