"""``make bench`` takes the machine as it is, unless it is told to keep compiled modules on both sides."""

import os

import pytest

from tests import bench


@pytest.mark.parametrize(("options", "kept"), [([], False), (["--compiled"], True)])
def test_the_bench_keeps_compiled_modules_only_if_asked_or_if_the_machine_does(
    monkeypatch, tmp_path, options, kept
):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr("sys.argv", ["bench", *options])
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "PEERS", tmp_path / "peers")
    with pytest.raises(SystemExit, match="doit and snakemake not found in peers; make bench makes it"):
        bench.main()
    assert ("PYTHONDONTWRITEBYTECODE" not in os.environ) == kept
