"""Ctrl-C before there is anything to put away, and when there no longer is: one line and the exit code of it."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program

INTERRUPTED = """
import atexit, os, signal, sys
from weighbridge.entrypoints.cli.__main__ import main

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

def on(event, details):
    if event != "import":
        return
    if sys.argv[-1] == "end" and details[0] == "click":
        sys.argv.pop()
        atexit.register(interrupt)
    elif details[0] == sys.argv[-1]:
        sys.argv.pop()
        interrupt()

sys.argv[0] = "weighbridge"
sys.addaudithook(on)
main()
"""


@pytest.mark.parametrize("moment", ["weighbridge.entrypoints.cli.boundary", "click", "msgspec._core", "end"])
def test_an_interrupt_while_it_starts_or_ends_is_one_line(program: Program, tmp_path: Path, moment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", INTERRUPTED, "doctor", moment],
        cwd=tmp_path,
        env=program.environment(),
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert done.stderr == b"weighbridge: interrupted\n"
    assert done.returncode == 130
