"""A program is run where somebody installed it, and never where the repository brings it."""

import os
from pathlib import Path

import pytest

from weighbridge.adapters.scanners.buf import find_buf
from weighbridge.adapters.scanners.installed import installed
from weighbridge.adapters.scanners.on_copies import scanner_of
from weighbridge.adapters.scanners.squawk import SQUAWK
from weighbridge.adapters.scanners.zizmor import ZIZMOR


def program(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / name
    made.write_text("#!/bin/sh\n", "utf-8")
    made.chmod(0o755)
    return made


@pytest.mark.parametrize("name", ["buf", "squawk", "zizmor"])
def test_none_that_the_repository_brings_is_run(tmp_path: Path, name: str) -> None:
    repository = tmp_path / "repository"
    brought = program(repository / "node_modules" / ".bin", name).parent
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / name).symlink_to(brought / name)
    environment = {"PATH": os.pathsep.join([str(brought), str(linked)])}

    assert find_buf(environment, outside=repository) is None
    assert scanner_of(SQUAWK, environment, outside=repository) is None
    assert scanner_of(ZIZMOR, environment, outside=repository) is None
    own = program(tmp_path / "own", name)
    environment["PATH"] += f"{os.pathsep}{own.parent}"
    assert installed(name, environment, outside=repository) == str(own)


def test_a_relative_folder_of_path_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "buf")
    monkeypatch.chdir(tmp_path)

    assert installed("buf", {"PATH": f"bin{os.pathsep}."}) is None
