"""What leaves the project: the report, its pages, the briefings, and what may be downloaded.

``build(out)`` joins the findings, compiles the report, makes every page and the manifest, and checks them all before the
first byte is written: an unknown finding, a missing alt text, a broken link or an outside request stops it and is named.
Nothing here estimates anything.
"""

from helpers.publish.build import build
from helpers.publish.faults import PublishError

__all__ = ["PublishError", "build"]
