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
import signal
import sys

ROOMS = ("stats", "tables", "foi", "official", "charts", "ledger", "publish")
ALWAYS = """IPython.core.application IPython.core.completerlib IPython.core.crashhandler IPython.core.logger
    IPython.core.magics.execution IPython.core.oinspect IPython.core.pylabtools helpers.runner.cells
    helpers.runner.cli helpers.runner.process helpers.runner.freshness helpers.runner.steps""".split()
# what papermill and pandera would import for no use of ours: the grammar of a format of addresses, the making of examples
NEEDLESS = ("rfc3987_syntax", "hypothesis")
STACK = """nbconvert.filters.markdown_mistune pandas.io.formats.html pandera.pandas scipy.optimize
    scipy.sparse.linalg scipy.stats seaborn matplotlib.pyplot""".split()


def _preload() -> None:
    for name in NEEDLESS:
        sys.modules[name] = None
    importlib.import_module("papermill")
    nbformat = importlib.import_module("nbformat")
    nbformat.validate(nbformat.v4.new_notebook())  # the first time makes a program of the format's schema
    _import(*ALWAYS, *_modules())
    if "pandas" in sys.modules:  # the rooms have a use for it
        _import(*STACK)
        for work in (_warm_up, _read_tables):
            with contextlib.suppress(Exception):
                work()
    for name in NEEDLESS:
        del sys.modules[name]
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
    """Draw once: the first figure loads fonts and much else."""
    import pandas
    from matplotlib.figure import Figure

    pandas.set_option("display.encoding", "UTF-8")  # of a kernel's output stream
    figure = Figure()
    figure.add_subplot().set_title("a")
    for form in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=form)


def _read_tables() -> None:
    """Read what others published: a step that reads such a table, in a file of the same content, need not do so again."""
    from helpers.tables import package, store, vocabularies

    for name, table in package.tables().items():
        if table.kind == "raw":
            with contextlib.suppress(Exception):  # whoever reads it will say what is wrong
                store.read_table(name)
    vocabularies.forget()  # a step reads them as they are then


# Ctrl-C is for the process that started this one, which says so: here it would be told by a traceback
_before = signal.signal(signal.SIGINT, signal.SIG_IGN)
_preload()
signal.signal(signal.SIGINT, _before)  # as steps have it
