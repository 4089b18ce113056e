"""Ctrl-C at moments that are hard to answer: before there is anything to put away, after, and where nothing can be raised."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.cli.program import Program
from tests.integration.git.scratch import Scratch

INTERRUPTED = """
import atexit, os, signal, sys
from weighbridge.entrypoints.cli.__main__ import main

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

def on(event, details):
    if event != "import" or not moment:
        return
    if moment == ["end"] and details[0] == "click":
        moment.pop()
        atexit.register(interrupt)
    elif moment == [details[0]]:
        moment.pop()
        interrupt()

moment = [sys.argv.pop()]
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

    assert (
        done.stderr.lstrip() == b"weighbridge: interrupted\n"
    )  # where options are read, a line of its own comes first
    assert done.returncode == 130


WHERE_NOTHING_CAN_BE_RAISED = """
import os, signal, sys, weakref
from weighbridge.entrypoints.cli.__main__ import main

def interrupt(*_):
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000):
        pass

class Forgotten:
    pass

class Deleted:
    def __del__(self):
        interrupt()

def forget(how):
    if how == "callback":
        gone = Forgotten()
        held = weakref.ref(gone, interrupt)
        del gone
    elif how == "deleted":
        Deleted()
    elif how == "finalizer":
        gone = Forgotten()
        weakref.finalize(gone, interrupt)
        del gone
    else:
        interrupt()

def on(event, details):
    if how and (event == "subprocess.Popen" or how == ["import"] and event == "import" and "bench" in details[0]):
        forget(how.pop())

how = [sys.argv.pop()]
sys.argv[0] = "weighbridge"
sys.addaudithook(on)
main()
"""


@pytest.mark.parametrize("how", ["callback", "deleted", "finalizer", "import"])
def test_an_interrupt_where_python_cannot_raise_it_is_delivered_a_moment_later(
    program: Program, repository: Scratch, how: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", WHERE_NOTHING_CAN_BE_RAISED, "review", "-q", how],
        cwd=repository.folder,
        env=program.environment(),
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert done.stderr.strip() == b"weighbridge: interrupted"
    assert done.returncode == 130
