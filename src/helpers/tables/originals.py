"""Files of which an output folder shows a protected copy: the originals are kept apart, for the steps that read them.

Disclosure control puts a copy without small counts in the place of a table, a figure, a notebook or a file of
findings. The original moves to ``.rise/originals`` in the same folder, which is not published. It counts only while
the copy stands as it was put there: a step that is run again writes over the copy, and then what it wrote counts.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from helpers.tables.files import write_atomic

FOLDER = Path(".rise") / "originals"


def original(out: Path, name: str) -> Path:
    """The file that `name`, relative to `out`, was made as: the original of a protected copy, else the file itself."""
    kept = out / FOLDER / name
    if not kept.exists():
        return out / name
    stands = _read(out / FOLDER / "index.json").get(name) == _digest(out / name)
    return kept if stands else out / name


def made_as(out: Path, path: Path) -> Path:
    """The path that a file of `out` was made as: that of the copy, for an original that is kept apart.

    >>> made_as(Path("/out"), Path("/out/.rise/originals/tables/a.csv")).as_posix()
    '/out/tables/a.csv'
    >>> made_as(Path("/out"), Path("/out/tables/a.csv")).as_posix()
    '/out/tables/a.csv'
    """
    kept = out / FOLDER
    return out / path.relative_to(kept) if path.is_relative_to(kept) else path


def put_away(out: Path, safe: Mapping[str, bytes | None]) -> None:
    """Put protected copies in the place of files, and give back the originals of those that need none any more.

    Parameters
    ----------
    out : the output folder
    safe : name, relative to `out` → the copy that may be shown, or None where there is none
    """
    index = _read(out / FOLDER / "index.json")
    for name in {*index} - {*safe}:
        if (kept := original(out, name)) != out / name:
            write_atomic(out / name, kept.read_bytes())
    content = {name: original(out, name).read_bytes() for name in safe}
    for name, data in content.items():
        write_atomic(out / FOLDER / name, data)
    now = {name: sha256(copy).hexdigest() if copy is not None else "" for name, copy in sorted(safe.items())}
    if now != index:
        write_atomic(out / FOLDER / "index.json", json.dumps(now, indent=1) + "\n")
    for name, copy in safe.items():
        if copy is None:
            (out / name).unlink(missing_ok=True)
        elif _digest(out / name) != now[name]:
            write_atomic(out / name, copy)
    for name in {*index} - {*safe}:
        with contextlib.suppress(OSError):
            (out / FOLDER / name).unlink()


def _read(path: Path) -> dict[str, str]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
