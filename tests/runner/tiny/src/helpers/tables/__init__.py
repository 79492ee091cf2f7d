import csv
import os
from pathlib import Path


def read_table(name):
    data = Path(os.environ["RISE_ROOT"]) / "data"
    raw = next((f for f in data.glob(f"vocabularies/{name}.csv")), data / "raw" / f"{name}.csv")
    built = Path(os.environ["RISE_IN"]) / "tables" / f"{name}.csv"
    with (raw if raw.exists() else built).open() as stream:
        return list(csv.DictReader(stream))


def write_table(name, rows):
    folder = Path(os.environ["RISE_OUT"]) / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


class TableError(ValueError):
    pass


def forces():
    return read_table("forces")
