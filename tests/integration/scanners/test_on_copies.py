"""A program that is run on copies: what it does not say is no silence, and it is run where somebody wants it."""

import stat
import sys
from pathlib import Path

import pytest

from weighbridge.adapters.scanners.on_copies import Kind, Placed, Scanner, scanner_of
from weighbridge.adapters.scanners.squawk import SQUAWK
from weighbridge.adapters.scanners.zizmor import ZIZMOR
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason

FILES = {RepoPath("a"): b"a"}
pytestmark = pytest.mark.parametrize("kind", [SQUAWK, ZIZMOR], ids=lambda kind: kind.name)


def program(folder: Path, kind: Kind[Placed], *, text: str) -> str:
    file = folder / kind.name
    file.write_text(text)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"#!{sys.executable}\nimport sys\nsys.exit(3)\n", Reason.FAILED),
        (f"#!{sys.executable}\nprint('no json')\n", Reason.FAILED),
        (f"#!{sys.executable}\nimport time\ntime.sleep(30)\n", Reason.TIMED_OUT),
        ("#!/nowhere\n", Reason.FAILED),
    ],
)
def test_what_it_does_not_say_is_no_silence(tmp_path: Path, kind: Kind[Placed], text: str, *, reason: Reason) -> None:
    found = Scanner(kind, program(tmp_path, kind, text=text), timeout=1.0)([FILES])

    assert isinstance(found, CouldNotLook)
    assert found.reason is reason


def test_one_that_is_named_and_not_there_could_not_look(tmp_path: Path, kind: Kind[Placed]) -> None:
    named = scanner_of(kind, {kind.variable: str(tmp_path / "none")})

    assert named is not None
    found = named([FILES])
    assert isinstance(found, CouldNotLook)
    assert found.reason is Reason.TOOL_MISSING


def test_without_a_word_only_one_that_is_installed_is_run(tmp_path: Path, kind: Kind[Placed]) -> None:
    assert scanner_of(kind, {"PATH": str(tmp_path)}) is None
    program(tmp_path, kind, text="#!/bin/sh\n")
    assert scanner_of(kind, {"PATH": str(tmp_path)}) is not None
    assert scanner_of(kind, {"PATH": str(tmp_path), kind.variable: "off"}) is None
