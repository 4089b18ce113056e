"""A scratch repository that tests build step by step with the real git."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from weighbridge.adapters.git import GitRepository, open_repository
from weighbridge.app.ports import ChangeRequest
from weighbridge.domain.change import Change

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "1700000000 +0100",
    "GIT_COMMITTER_NAME": "Bob",
    "GIT_COMMITTER_EMAIL": "bob@example.org",
    "GIT_COMMITTER_DATE": "1700000100 +0000",
}


@dataclass(frozen=True)
class Scratch:
    """One repository below a temporary folder."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, *options: str) -> "Scratch":
        """An empty repository whose branch is `main`."""
        folder.mkdir(parents=True, exist_ok=True)
        scratch = cls(folder)
        scratch.git("init", "-q", "-b", "main", *options)
        return scratch

    def git(self, *arguments: str, given: bytes | None = None, **variables: str) -> str:
        """What git prints, without the last line's end."""
        return self.raw(*arguments, given=given, **variables).decode("utf-8", "surrogateescape").strip("\n")

    def raw(self, *arguments: str, given: bytes | None = None, **variables: str) -> bytes:
        """The bytes git prints."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=_ENVIRONMENT | variables,
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (arguments, done.stderr.decode())
        return done.stdout

    def write(self, path: str, data: bytes | str) -> Path:
        """A file of the work tree."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data if isinstance(data, bytes) else data.encode())
        return file

    def commit(self, message: str = "Change it", **files: bytes | str) -> str:
        """Commits everything in the work tree with these files in it; the new commit's id."""
        for path, data in files.items():
            self.write(path, data)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def write_all(self, files: dict[str, bytes | str]) -> None:
        """Several files of the work tree."""
        for path, data in files.items():
            self.write(path, data)

    def open(self, **inherited: str) -> GitRepository:
        """The repository as the product sees it."""
        return open_repository(self.folder, inherited={**_ENVIRONMENT, **inherited})

    def change(self, text: str = "", *, staged: bool = False, worktree: bool = False, target: str = "") -> Change:
        """A change as the product sees it."""
        with self.open() as repository:
            return repository.change(ChangeRequest(range_text=text, staged=staged, worktree=worktree, target=target))
