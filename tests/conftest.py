"""What every test shares."""

import os

from hypothesis import settings

# The same examples every time, so that a build fails for a change and never by chance. To search further:
# HYPOTHESIS_PROFILE=explore make test
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=500, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
