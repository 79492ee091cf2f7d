"""What the server imports and does once, so that no step pays for it. Imported by the server and nowhere else.

The rooms are imported whole, with what they import only inside functions; a fault in one of them is left for the notebook
that uses it to tell.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import pkgutil
import sys

ROOMS = ("stats", "tables", "foi", "official", "charts", "ledger", "publish")
ALWAYS = (
    *("IPython.core.completerlib", "IPython.core.pylabtools"),
    *(f"helpers.runner.{name}" for name in ("cells", "cli", "process", "reads")),
)
STACK = (
    *("nbconvert.filters.markdown_mistune", "pandas.io.formats.html", "pandera.pandas", "scipy.optimize"),
    *("scipy.sparse.linalg", "scipy.stats", "statsmodels.api", "seaborn", "matplotlib.pyplot"),
)


def _preload() -> None:
    # papermill, without the grammar that jsonschema would compile for a format that no notebook uses
    sys.modules["rfc3987_syntax"] = None
    importlib.import_module("papermill")
    del sys.modules["rfc3987_syntax"]
    _import(*ALWAYS, *_modules())
    if "pandas" in sys.modules:  # the rooms have a use for it
        _import(*STACK)
        with contextlib.suppress(Exception):
            _warm_up()
    for name in [name for name in sys.modules if name.startswith("matplotlib_inline")]:
        del sys.modules[name]  # it ties itself to the shell that there is when it is imported
    gc.collect()
    gc.freeze()  # for good, also in steps: the collector would write to all pages, and unshare them


def _import(*names: str) -> None:
    for name in names:
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def _modules():
    """Every module of the rooms."""
    for room in ROOMS:
        with contextlib.suppress(Exception):
            package = importlib.import_module(f"helpers.{room}")
            yield from (found.name for found in pkgutil.walk_packages(package.__path__, f"helpers.{room}."))


def _warm_up() -> None:
    """Do once what every notebook does: shape a table, show it, draw it. First use loads and caches much."""
    import pandas
    from matplotlib.figure import Figure

    pandas.set_option("display.encoding", "UTF-8")  # of a kernel's output stream
    frame = pandas.DataFrame({"a": [1.5, 2], "b": ["c", "d"], "e": [1, 1]})
    frame.query("a > 1").pivot(index="b", columns="e", values="a").stack()
    frame.to_dict("records")
    frame.to_csv(io.StringIO())
    frame._repr_html_()
    repr(frame)
    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1])
    axes.set_title("a")
    for form in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=form)


_preload()
