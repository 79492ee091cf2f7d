"""What leaves the project: the report, its pages, the briefings, and what may be downloaded.

``build(out)`` joins the findings, judges the claims, applies disclosure control, compiles the report, writes every
page and the manifest, and checks them all before the first byte is written: an unknown finding, a missing alt
text, a broken link, an outside request or a small count that could be worked out stops it and is named. Nothing
here estimates anything.
"""

from helpers.publish.build import build
from helpers.publish.faults import PublishError

__all__ = ["PublishError", "build"]
