"""Small tables, written down row by row, and examples that stand in a file beside their tests."""

import csv
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd


def frame(columns: str, *rows: tuple, **constants) -> pd.DataFrame:
    """A frame of these rows under the names in `columns`; each of `constants` fills a column of its own.

    >>> frame("force count", ("Kent", 1), ("Essex", 2), year="2014/15")["count"].tolist()
    [1, 2]
    """
    return pd.DataFrame(rows, columns=columns.split()).assign(**constants)


def records(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, each as its cells by their headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def examples(test: str, name: str) -> list[list[str]]:
    """The rows, without the headings, of a CSV file beside a test (its ``__file__``)."""
    with Path(test).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def table(test: str, name: str, **types: str) -> pd.DataFrame:
    """A CSV file beside a test as a frame, with these columns of these types."""
    return pd.read_csv(Path(test).parent / name, dtype=types)


def columns(test: str, name: str) -> tuple[np.ndarray, ...]:
    """The columns of a CSV file of numbers beside a test."""
    return tuple(np.array(examples(test, name), dtype=float).T)


def cases(test: str, name: str = "cases.toml") -> dict:
    """The cases that the tests of a room try, under their names, from a TOML file beside a test."""
    return tomllib.loads(Path(test).with_name(name).read_text(encoding="utf-8"))
