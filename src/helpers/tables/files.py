"""Where files live, and how they are written so that nothing is ever half-written.

Three folders matter: the project (`project_root`), where results go (`output_dir`) and where built
tables are read from (`input_dir`). By hand all results are in ``reports/build``; the runner sets
``RISE_ROOT``, ``RISE_OUT`` and ``RISE_IN``.
"""

import contextlib
import csv
import hashlib
import io
import os
import re
from pathlib import Path

from helpers.tables.faults import Fault, TableError

RESTORE = "restore it from the repository"


def project_root() -> Path:
    """Return the project's folder.

    That is ``$RISE_ROOT``; else the nearest folder, from the working directory upwards, that holds
    ``pyproject.toml`` and ``data/raw``; else the one this file was installed from.

    Raises
    ------
    TableError
        When none of the three is there.

    Examples
    --------
    >>> (project_root() / "data" / "raw").is_dir()
    True
    """
    named = os.environ.get("RISE_ROOT")
    if named:
        return Path(named).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if (folder / "pyproject.toml").is_file() and (folder / "data" / "raw").is_dir():
            return folder
    remedy = "change to the project or set RISE_ROOT"
    raise TableError("data/raw", [Fault("is not in this folder or any folder above it", remedy=remedy)])


def output_dir() -> Path:
    """Return the folder that results are written to: ``$RISE_OUT``, else ``reports/build``."""
    named = os.environ.get("RISE_OUT")
    return Path(named).resolve() if named else project_root() / "reports" / "build"


def input_dir() -> Path:
    """Return the folder that built tables are read from: ``$RISE_IN``, else :func:`output_dir`."""
    named = os.environ.get("RISE_IN")
    return Path(named).resolve() if named else output_dir()


def slug(value: object, keep: str = ".", joint: str = "-") -> str:
    """A value as it may stand in the name of a file or in an address: small letters, digits and what is kept.

    >>> slug("Avon and Somerset"), slug("2014/15"), slug(0.5, "", "_"), slug("")
    ('avon-and-somerset', '2014-15', '0_5', 'none')
    """
    return re.sub(rf"[^a-z0-9{keep}]+", joint, str(value).lower()).strip(f"{joint}.") or "none"


def display_path(path: Path) -> str:
    """Return `path` as messages show it: relative to the project when it lies inside."""
    path = Path(os.path.abspath(path))  # a link is shown where it stands
    for base in (project_root(), Path.cwd()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return str(path)


def refused(path: Path, problem: str, remedy: str | None = None, row=None, column=None) -> TableError:
    """The error that refuses a file for one fault, with what to do."""
    return TableError(display_path(path), [Fault(problem, row, column, remedy=remedy)])


def round_additions(path: Path) -> tuple[Path, ...]:
    """Files that add rows to a table kept in ``data``: those of its name in ``data/rounds/NAME/tables``, by round.

    Accepted answers stay apart from what others published, and whoever removes a round removes its rows.

    Examples
    --------
    >>> round_additions(project_root() / "data" / "raw" / "recorded_crime.csv")
    ()
    """
    data = path.parent if path.parent.name == "data" else path.parent.parent
    return tuple(sorted((data / "rounds").glob(f"*/tables/{path.name}")))


def read_cells(path: Path) -> tuple[list[list[str]], list[int]]:
    """Return the rows of a CSV file as text, header first, and the line on which each ends.

    Raises
    ------
    TableError
        When it is not a whole table: missing, empty, not UTF-8, ragged rows, a stray quotation mark.
    """
    rows: list[list[str]] = []
    lines: list[int] = []
    faults: list[Fault] = []
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        remedy = "close or double the quotation mark"
        faults.append(Fault(f"broken CSV: {error}", reader.line_num, remedy=remedy))
    for row, line in zip(rows, lines, strict=True):
        if not row:
            faults.append(Fault("is a blank line", line, remedy="remove it"))
        elif len(row) != len(rows[0]):
            problem = f"has {len(row)} cell{'s' * (len(row) != 1)} where the header has {len(rows[0])}"
            faults.append(Fault(problem, line, remedy="put cells that hold a comma in quotation marks"))
    if faults:
        raise TableError(display_path(path), faults)
    return rows, lines


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8; TableError where it is missing, empty, or no such text."""

    def refusal(problem: str, at: int | None = None, remedy: str | None = None) -> TableError:
        return refused(path, problem, remedy, None if at is None else data.count(b"\n", 0, at) + 1)

    try:
        data = path.read_bytes()
        if not data.removeprefix(b"\xef\xbb\xbf").strip():
            raise refusal("is empty", remedy=RESTORE)
        if b"\0" in data:
            raise refusal("holds a NUL byte", data.index(b"\0"), "save it as UTF-8 text")
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        raise refusal("is missing", remedy=RESTORE) from None
    except OSError as error:
        raise refusal(f"cannot be opened: {error.strerror}") from None
    except UnicodeDecodeError as error:
        byte = data[error.start]
        raise refusal(f"is not UTF-8: byte 0x{byte:02X}", error.start, "save it as UTF-8") from None


def write_atomic(path: Path | str, content: bytes | str, *, flush: bool = True) -> None:
    """Write a file whole or not at all.

    The content goes to a new file in the same folder, is flushed to the disk, and takes the place of
    `path` in one step. A reader sees the old file or the new one; two writers do not mix; a writer
    that is killed leaves `path` as it was. Text is written as UTF-8 with the line ends it has.

    Parameters
    ----------
    path : Path or str
        The file. Its folder is made when missing.
    content : bytes or str
        What it shall hold.
    flush : bool
        Whether to wait until the disk has it. Results need not: the runner knows them by their digests, and makes
        again what a power cut took.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomic(Path(folder) / "a" / "b.txt", "one")
    ...     (Path(folder) / "a" / "b.txt").read_text()
    'one'
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "xb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            if flush:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None  # not the part, which nobody knows
        raise


# what a spreadsheet would run, as it is no number
FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d+(?:,\d{3})*(?:\.\d+)?%?\Z)")


def defuse(text: str) -> str:
    """Text as it may stand in a spreadsheet's cell: what would run as a formula begins with an apostrophe.

    >>> defuse("=cmd|' /C calc'!A0"), defuse("-2+3+cmd|' /C calc'!A0"), defuse("-5%"), defuse("Kent")
    ("'=cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0", '-5%', 'Kent')
    """
    return f"'{text}" if FORMULA.match(text) else text


def stamp(path: Path) -> tuple[int, int]:
    """When a file was last written and how large it is: what a cache of its content must be kept by."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0  # who reads it will say so
    return found.st_mtime_ns, found.st_size


def content_hash(path: Path | str) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal; empty text where there is no such file.

    Examples
    --------
    >>> import os
    >>> content_hash(os.devnull)[:8], content_hash("no/such/file")
    ('e3b0c442', '')
    """
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
