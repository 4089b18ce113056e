"""The program buf, played by a script."""

import os
from pathlib import Path

import pytest

from weighbridge.adapters.scanners.buf import Buf, find_buf
from weighbridge.domain.outcomes import CouldNotLook, Reason

FILES = {"shop/pets.proto": b"message Pet {}\n"}
LINE = '{"path":"shop/pets.proto","start_line":3,"type":"FIELD_NO_DELETE","message":"gone"}'


def played(folder: Path, script: str, *, most_seconds: float = 20.0) -> Buf:
    program = folder / "buf"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    return Buf(program=str(program), most_seconds=most_seconds)


def test_what_it_finds_is_read(tmp_path: Path) -> None:
    found = played(tmp_path, f"test -f shop/pets.proto && echo '{LINE}'; exit 100")({}, FILES)

    assert not isinstance(found, CouldNotLook)
    assert [(each.name, each.line, each.check) for each in found] == [("shop/pets.proto", 3, "FIELD_NO_DELETE")]


def test_nothing_found_is_nothing(tmp_path: Path) -> None:
    assert played(tmp_path, "exit 0")(FILES, FILES) == []


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            """echo '{"path":"a.proto","start_line":1,"type":"COMPILE","message":"no such file"}'; exit 100""",
            Reason.UNSUPPORTED,
        ),
        ("echo broken >&2; exit 1", Reason.FAILED),
        ("echo no json; exit 100", Reason.FAILED),
        ("exec sleep 5", Reason.TIMED_OUT),
    ],
)
def test_what_it_cannot_do_is_said(tmp_path: Path, script: str, reason: Reason) -> None:
    found = played(tmp_path, script, most_seconds=1.0)(FILES, FILES)

    assert isinstance(found, CouldNotLook)
    assert found.reason is reason


def test_names_that_lead_out_of_its_folder_are_left_out(tmp_path: Path) -> None:
    found = played(tmp_path, "test ! -e ../../evil.proto && exit 0")({"../../evil.proto": b""}, FILES)

    assert found == []


def test_only_absolute_folders_are_looked_in(tmp_path: Path) -> None:
    played(tmp_path, "exit 0")

    assert find_buf({"PATH": str(tmp_path)}) is not None
    assert find_buf({"PATH": os.path.relpath(tmp_path)}) is None
