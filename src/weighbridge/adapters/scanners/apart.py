"""Runs a program that somebody installed apart from the repository: in a folder of ours, with no environment but a path, for so long."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from weighbridge.domain.outcomes import CouldNotLook, Reason

_MOST: Final = 16_000_000


def run_apart(
    command: Sequence[str], folder: Path, *, timeout: float, done: frozenset[int] = frozenset({0})
) -> bytes | CouldNotLook:
    """What the program wrote; `done` are the exit codes by which it says that it is."""
    name = Path(command[0]).name
    environment = {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C"}
    try:
        ended = subprocess.run(  # noqa: S603  the user's own program by its whole path, no shell; files of our naming
            command, capture_output=True, timeout=timeout, check=False, env=environment, cwd=folder
        )
    except subprocess.TimeoutExpired:
        return CouldNotLook(reason=Reason.TIMED_OUT, detail=f"`{name}` was not done after {timeout:g} s")
    except OSError as problem:
        return CouldNotLook(reason=Reason.FAILED, detail=f"`{name}` cannot be started: {problem.strerror}")
    if ended.returncode not in done or len(ended.stdout) > _MOST:
        words = " ".join(ended.stderr.decode("utf-8", "replace").split())[:200]
        return CouldNotLook(reason=Reason.FAILED, detail=f"`{name}` failed: {words or f'exit code {ended.returncode}'}")
    return ended.stdout
