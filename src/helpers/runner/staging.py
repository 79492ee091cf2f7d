"""The output folder: one run at a time, nothing half-written, nothing left over.

A step writes into a private staging folder. When it has ended well its files are moved into place, one rename
each, and its executed notebook last: the notebook is the mark that all of it is there. A run that is killed
leaves either the old outputs or some new files with the old notebook, whose digests then disagree, so the next
run makes the step again. Staging folders of processes that are gone are removed by the next run.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers.runner.errors import UsageError
from helpers.runner.freshness import Record, read_record
from helpers.runner.modules import WORK_FOLDER
from helpers.tables.files import content_hash, write_atomic

FOLDERS = ("notebooks", "findings", "figures", "tables", "grids", "logs", "check", "fetched")
FILES = ("findings.json", "claims.json", "manifest.json", "bench.json")
_TOLD: set[Path] = set()


class OutputFolder:
    """One output folder, for one run.

    Use as a context manager: it takes the folder's lock (waiting, with one line, while another run has it) and
    clears what dead runs left.
    """

    def __init__(self, out: Path):
        self.out, self.work = out, out / WORK_FOLDER

    def __enter__(self) -> OutputFolder:
        from filelock import FileLock, Timeout

        self.work.mkdir(parents=True, exist_ok=True)
        self._lock, holder = FileLock(self.work / "lock", mode=0o644), self.work / "holder"
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            who = f" (process {holder.read_text()})" if holder.exists() else ""
            if self.out not in _TOLD:  # a command takes its folder several times
                print(f"waiting: another run is writing to {self.out}{who}")
            _TOLD.add(self.out)
            self._lock.acquire()
        holder.write_text(str(os.getpid()))
        # only a run that holds the lock stages anything, so whatever is there is left over
        shutil.rmtree(self.work / "staging", ignore_errors=True)
        for left in [*self.out.glob(".*.part"), *self.out.glob("*/.*.part")]:
            left.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    @contextlib.contextmanager
    def staging(self, name: str) -> Iterator[Path]:
        """A private folder for one instance, removed afterwards whatever happens."""
        parent = self.work / "staging"
        parent.mkdir(exist_ok=True)
        with TemporaryDirectory(prefix=f"{name}-", dir=parent, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def commit(self, staged: Path, notebook: bytes, record: Record) -> None:
        """Put an instance's outputs into place: files, then removal of what it no longer makes, then its notebook.

        `record.outputs` names what is moved, with the digests of the staged files.
        """
        target = self.out / "notebooks" / f"{record.instance}.ipynb"
        self.move_into_place(staged, record.outputs)
        self._remove_made(target, keep=record.outputs)
        write_atomic(target, notebook)

    def move_into_place(self, staged: Path, names: Iterable[str]) -> None:
        """Move files of a staging folder to where they are looked for."""
        for name in names:
            (self.out / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged / name, self.out / name)

    def retire(self, notebook: Path) -> None:
        """Remove an executed notebook whose step is gone, with the outputs that only it made."""
        self._remove_made(notebook)
        for path in (notebook.with_suffix(".html"), notebook):
            path.unlink(missing_ok=True)

    def _remove_made(self, notebook: Path, keep: Iterable[str] = ()) -> None:
        """Remove the outputs that an executed notebook made, unless another has made them since."""
        record = read_record(notebook)
        if names := set(record.outputs if record else ()).difference(keep):
            others = (path for path in notebook.parent.glob("*.ipynb") if path != notebook)
            names.difference_update(*(other.outputs for other in map(read_record, others) if other))
        for name in names:
            (self.out / name).unlink(missing_ok=True)

    def log(self, name: str, text: str) -> Path:
        """Keep the log of an instance's last run under ``logs``."""
        path = self.out / "logs" / f"{name}.log"
        write_atomic(path, text, flush=False)
        return path


def staged_outputs(staged: Path) -> dict[str, str]:
    """Path → digest of everything that a step wrote, parts of interrupted writes left out."""
    return {
        path.relative_to(staged).as_posix(): content_hash(path)
        for path in sorted(staged.glob("*/**/*"))
        if path.is_file() and path.suffix != ".part"
    }


def published_files(out: Path) -> list[str]:
    """What the manifest says was published."""
    try:
        return list(json.loads((out / "manifest.json").read_bytes())["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def clean(out: Path) -> int:
    """Remove what was made in `out`, and `out` itself if nothing else is in it; how many files went.

    Raises
    ------
    UsageError
        If the folder was not made by a run, so that a wrong --out removes nothing of anybody's.
    """
    if not (out / WORK_FOLDER).is_dir():
        if out.exists() and any(out.iterdir()):
            raise UsageError(f"{out} was not made by a run, so nothing is removed from it; remove it by hand")
        return 0
    with OutputFolder(out):
        ours = {path for name in FOLDERS for path in (out / name, *(out / name).rglob("*"))}
        made = ours.union(out / name for name in (*FILES, *published_files(out)))
        made = {path for path in made if path.is_file() and path.resolve().is_relative_to(out.resolve())}
        for path in made:
            path.unlink()
    shutil.rmtree(out / WORK_FOLDER)
    for folder in sorted(ours.union({out}, (path.parent for path in made)), reverse=True):
        with contextlib.suppress(OSError):  # something else is in it, or it was never there
            folder.rmdir()
    return len(made)
