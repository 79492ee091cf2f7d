"""What a notebook really opened, held against what its code says that it reads and writes.

The fingerprint of a step covers the tables named in its ``read_table`` calls. Should a notebook, or a helper on its
behalf, open another file of the project's data or of the results, a change to that file would go unnoticed. So each
kernel keeps a list of what is opened (a Python audit hook, installed before the first cell), and a step that read
something its code does not name is refused; and so is one that wrote among the project's own files, where no other step,
and no other machine, would look for a result.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

WATCHED = ("data", "notebooks", "reports")  # folders of the project whose files are inputs or results

INSTALL = """
def _watch(folders):
    import os, sys, types
    here = types.ModuleType("_rise_reads")
    here.seen, here.wrote = set(), set()
    def note(event, arguments):
        if event == "open" and isinstance(arguments[0], (str, os.PathLike)):
            path = os.path.abspath(os.fspath(arguments[0]))
            if isinstance(path, str) and path.startswith(folders):
                (here.wrote if (arguments[2] or 0) & 3 else here.seen).add(path)
    sys.modules[here.__name__] = here
    sys.addaudithook(note)
_watch({folders!r})
del _watch
"""
LIST = '"\\0".join(sorted(__import__("sys").modules["_rise_reads"].{name}))'


def folders(root: Path, tables: Path) -> tuple[str, ...]:
    """The folders that are watched, as prefixes of paths."""
    return tuple(f"{path}{os.sep}" for path in dict.fromkeys([*(root / name for name in WATCHED), tables]))


async def watch(client, root: Path, tables: Path) -> None:
    """Start keeping the list in the kernel of `client`."""
    code = INSTALL.replace("{folders!r}", repr(folders(root, tables)))
    await _ask(client, code)


async def opened(client) -> tuple[list[Path], list[Path]]:
    """The watched files that were opened for reading, and those for writing."""
    reply = await _ask(client, "", {name: LIST.format(name=name) for name in ("seen", "wrote")})
    seen, wrote = (_paths(reply["user_expressions"][name]) for name in ("seen", "wrote"))
    return seen, wrote


def _paths(answer: dict) -> list[Path]:
    if answer.get("status") != "ok":
        return []
    text = answer["data"]["text/plain"][1:-1].replace("\\x00", "\0")
    return [Path(name) for name in text.split("\0") if name]


async def _ask(client, code: str, expressions: dict[str, str] | None = None) -> dict:
    """Run code that leaves no trace in the notebook: no output, no count."""
    number = client.execute(code, silent=True, store_history=False, user_expressions=expressions or {})
    while True:
        reply = await client.shell_channel.get_msg(timeout=30)
        if reply["parent_header"].get("msg_id") == number:
            return reply["content"]


def unnamed(seen: Iterable[Path], root: Path, tables: Path, own: Path, named: Iterable[Path]) -> str | None:
    """One line about the first file that was read and is not `named`; None if there is none.

    `own` is where the step writes: it may read back what it wrote itself.
    """
    named = {Path(os.path.abspath(path)) for path in named}
    for path in seen:
        if path in named or path.is_relative_to(own) or not path.is_file():
            continue
        table = path.stem if path.parent.name in ("raw", "data", "tables") else None
        shown = path.relative_to(root) if path.is_relative_to(root) else path.relative_to(tables)
        if path.suffix in (".py", ".pyc"):
            return f"{shown.as_posix()} was imported, but changes are noticed only under src/helpers; move it there"
        mend = f'read_table("{table}")' if table else "read_table"
        return f"{shown.as_posix()} was read, but no cell names it; use {mend} in the notebook, so that a change is noticed"
    return None


def out_of_place(wrote: Iterable[Path], root: Path, tables: Path, own: Path) -> str | None:
    """One line about the first file of the project or the results that was written outside `own`; None if there is none."""
    for path in wrote:
        if not path.is_relative_to(own):
            shown = path.relative_to(root) if path.is_relative_to(root) else path.relative_to(tables)
            return f'{shown.as_posix()} was written; a notebook writes with write_table("name"), export or ledger.record'
    return None
