"""What this machine has: programs with their versions, and folders with their size."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def version_of(program: str, arguments: Sequence[str], *, environment: Mapping[str, str]) -> str | None:
    """The first line the program prints, empty when it says nothing of use, None when there is no such program."""
    folders = [p for p in environment.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(p)]
    found = shutil.which(program, path=os.pathsep.join(folders))
    if found is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a program of this machine, found in absolute folders only
            [found, *arguments],
            env={"PATH": os.pathsep.join(folders), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").partition("\n")[0].strip()


def folder_size(folder: Path) -> int:
    """Bytes of the files below `folder`; links are not followed."""
    return sum((Path(place) / name).lstat().st_size for place, _, names in os.walk(folder) for name in names)


def why_not_writable(folder: Path) -> str:
    """Why nothing can be written into `folder`, which is made if need be; empty when something can."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        return error.strerror or "it cannot be written"
    return ""
