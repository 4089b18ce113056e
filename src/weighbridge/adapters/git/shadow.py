"""A git folder of our own that lends another repository's objects and nothing else of it.

Configuration, attributes, grafts, hooks, refs and promisor remotes stay behind; what is written (trees of the index or
of the work tree) lands here and is gone when the folder is closed.
"""

import os
import shutil
import signal
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from weighbridge.adapters.git.location import Location
from weighbridge.adapters.git.process import Git
from weighbridge.adapters.git.quoting import quote
from weighbridge.app.ports import RepositoryError

_PREFIX: Final = "weighbridge-git-"
_A_DAY: Final = 86_400


class Shadow:
    """The temporary git folder; close it, or let it be collected."""

    def __init__(self, git: Git, location: Location) -> None:
        # git is run in other folders than ours: a relative TMPDIR would mean another place there
        temporary = _temporary_folder()
        _sweep(temporary)
        self.folder = temporary / f"{_PREFIX}{os.urandom(8).hex()}"
        # Before the folder is there, for a signal may come at any time; the name is nobody else's.
        self.close = weakref.finalize(self, _remove, self.folder, made_by=os.getpid())
        """Removes the folder; a second call does nothing."""
        try:
            self.folder.mkdir(mode=0o700)
            _write_skeleton(self.folder, location)
        except OSError as problem:
            raise RepositoryError(
                f"{temporary}: temporary files cannot be written there ({problem.strerror}): make room, or name another "
                "folder in TMPDIR"
            ) from problem
        self.git = Git(
            program=git.program,
            folder=self.folder,
            environment={**git.environment, **_variables(self.folder, location)},
            timeout=git.timeout,
        )


@contextmanager
def _undisturbed() -> Iterator[None]:
    """What would end this process waits, where a system can make it: Python tries a folder by a file that it must put away."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _temporary_folder() -> Path:
    try:
        with _undisturbed():
            return Path(os.path.abspath(tempfile.gettempdir()))
    except FileNotFoundError as problem:
        raise RepositoryError(
            "there is no folder for temporary files that can be written: name one in TMPDIR"
        ) from problem


def _sweep(temporary: Path) -> None:
    """Removes what runs that were killed have left here, once it is a day old."""
    with suppress(OSError), os.scandir(temporary) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX) and entry.is_dir(follow_symlinks=False):
                state = entry.stat(follow_symlinks=False)
                if state.st_uid == os.getuid() and state.st_mtime < time.time() - _A_DAY:
                    shutil.rmtree(entry.path, ignore_errors=True)


def _remove(folder: Path, *, made_by: int) -> None:
    """Removes the folder, but not when a forked child of its maker exits."""
    if os.getpid() == made_by:
        shutil.rmtree(folder, ignore_errors=True)


def _variables(folder: Path, location: Location) -> dict[str, str]:
    variables = {"GIT_DIR": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    shallow = location.common / "shallow"
    if shallow.is_file():
        variables["GIT_SHALLOW_FILE"] = str(shallow)
    return variables


def _write_skeleton(folder: Path, location: Location) -> None:
    for name in ("refs", "objects/info", "info"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/none\n")
    version = 1 if location.object_format != "sha1" else 0
    config = f"[core]\n\trepositoryformatversion = {version}\n\tbare = true\n"
    if version:
        config += f"[extensions]\n\tobjectFormat = {location.object_format}\n"
    (folder / "config").write_text(config)
    lenders = [location.objects, *location.quarantine]
    lines = b"".join(quote(os.fsencode(path)) + b"\n" for path in lenders)
    (folder / "objects/info/alternates").write_bytes(lines)
