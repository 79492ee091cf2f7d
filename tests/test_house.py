"""The house rules that a machine can check: rooms, lock, and what may stand in a committed file."""

import contextlib
import pkgutil
import re
from pathlib import Path

import pytest

from tests.conftest import RISE, ROOT, run


def committed_files() -> list[Path]:
    listed = run("git", "ls-files", "-z")
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    files = [ROOT / name for name in names if name] or [p for p in ROOT.rglob("*") if ".venv" not in p.parts]
    return [path for path in files if path.is_file()]


@pytest.mark.parametrize("command", ["lint-imports --no-cache", "ruff check src tests"])
def test_a_room_uses_only_the_rooms_below_it_and_code_is_clean(command):
    program, *options = command.split()
    result = run(RISE.with_name(program), *options)
    assert result.returncode == 0, result.stdout


def test_every_locked_package_carries_a_hash():
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text())
    unhashed = [block.split(" ")[0] for block in blocks if "--hash=sha256:" not in block]
    assert unhashed == []


HOSTS = re.compile(r"(^|[^a-z])(files|registry|deb|" + "pypi" + r")\.([a-z]+\.)?(org|com)")
MACHINE_PATHS = re.compile(r"(^|[^a-zA-Z0-9_.])/(work|farm|root|home|tmp)/[a-z]")
SUFFIXES = {"", *".py .md .toml .ipynb .csv .typ .lock .yml .cff .bib .html .css .js".split()}


FORBIDDEN = (HOSTS, "a package registry's address"), (MACHINE_PATHS, "a path of one machine")


@pytest.mark.parametrize(("pattern", "what"), FORBIDDEN)
def test_committed_files_name_no_registry_and_no_machine(pattern, what):
    guilty = []
    for path in committed_files():
        if path.suffix not in SUFFIXES or path == Path(__file__):
            continue
        if what.startswith("a path") and path.suffix == ".py":
            continue  # made-up paths in code are examples, not leaks
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                guilty.append(f"{path.relative_to(ROOT)}:{number}")
    assert guilty == [], what


def test_notebooks_are_thin():
    """No function in a notebook is longer than a few lines, and no cell reads or names a file."""
    import ast
    import json

    guilty = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "code":
                continue
            source = "".join(cell["source"])
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno > 8:
                    guilty.append(f"{path.name} {cell['id']}: {node.name} is long")
                called = getattr(node, "func", None)
                if {getattr(called, "id", ""), getattr(called, "attr", "")} & {"open", "read_csv"}:
                    guilty.append(f"{path.name} {cell['id']}: reads a file by itself")
    assert guilty == []


ROOMS = ROOT / "src" / "helpers"
REFERENCE = re.compile(r":(?:func|class|mod):`~?([\w.]+)`")


def test_the_first_page_of_a_room_names_every_module_of_it():
    for page in ROOMS.glob("*/__init__.py"):
        modules = {path.stem for path in page.parent.glob("*.py")} - {"__init__"}
        assert modules <= set(re.findall(r"\w+", page.read_text())), page.parent.name


def leads_somewhere(reference: str, module: str) -> bool:
    """Whether a reference names a module, or something that its own module or another one holds."""
    package = module.rpartition(".")[0]
    for name in (reference, f"{package}.{reference.lstrip('.')}", f"{module}.{reference}"):
        with contextlib.suppress(ImportError, AttributeError, ValueError):
            return bool(pkgutil.resolve_name(name))
    return False


def test_what_docstrings_refer_to_is_there():
    dead = [
        f"{path.relative_to(ROOMS)}: {reference}"
        for path in ROOMS.rglob("*.py")
        for reference in REFERENCE.findall(path.read_text())
        if not leads_somewhere(reference, ".".join(path.relative_to(ROOT / "src").with_suffix("").parts))
    ]
    assert dead == []
