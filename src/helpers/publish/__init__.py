"""What leaves the project: the report, its pages, the briefings, and what may be downloaded.

- ``build``: ``build(out)`` joins the findings, compiles the report, makes every page and the manifest, and checks them all
  before the first byte is written: an unknown finding, a missing alt text, a broken link or an outside request stops it and
  is named (``faults``)
- ``report``: reports/report.typ to PDF and HTML; its look, printed date, alt texts and the figure of the path from abuse to a
  headline are in reports/house.typ
- ``briefings``: a page for each force; ``editions``: what a release said
- ``pages`` (start, evidence, claims, predictions, data, sources, corrections, search), ``explorer``, ``notebooks``, in the
  frame of ``page_frame``, made harmless by ``markup``; ``browsing``: tables that sort and filter, there and in JupyterLab; their templates and scripts are in templates/

Nothing here estimates anything.
"""

from helpers.publish.build import build
from helpers.publish.faults import PublishError

__all__ = ["PublishError", "build"]
