"""Where a repository is: asked of git itself, so that its ownership checks (`safe.directory`) hold."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from weighbridge.adapters.git.process import Git, GitFailedError
from weighbridge.app.ports import NoRepositoryError, NotARepositoryError

_QUOTED = re.compile(r"'([^'\n]+)'")
_QUESTIONS = (
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-object-format",
    "--is-inside-work-tree",
    "--show-cdup",
)


class Location(Struct, frozen=True, kw_only=True):
    """The folders of one repository; `top` is None in a bare one, `private` is the linked worktree's own git folder."""

    private: Path
    common: Path
    top: Path | None
    object_format: str
    index: Path
    quarantine: tuple[Path, ...] = ()

    @property
    def objects(self) -> Path:
        """Where the objects lie."""
        return self.common / "objects"

    @property
    def is_shallow(self) -> bool:
        """Whether history was cut off when this repository was cloned."""
        return (self.common / "shallow").is_file()

    def shallow_commits(self) -> frozenset[str]:
        """The commits where history was cut off."""
        return frozenset((self.common / "shallow").read_text("ascii").split()) if self.is_shallow else frozenset()

    @property
    def name(self) -> str:
        """What people call it: the folder that holds `.git`, or the bare repository without `.git`."""
        folder = self.common.parent if self.common.name == ".git" else self.common
        return folder.name.removesuffix(".git") or "repository"


def locate(git: Git, path: Path, *, inherited: Mapping[str, str]) -> Location:
    """The repository at or above `path`.

    Raises:
        NotARepositoryError: there is none, or git refuses it; the message says which.
    """
    if not path.is_dir():
        raise NotARepositoryError(f"{path}: no such folder")
    try:
        answer = git.run("rev-parse", *_QUESTIONS)
    except GitFailedError as problem:
        kind = NoRepositoryError if _is_nowhere(problem.words, path) else NotARepositoryError
        raise kind(f"{path}: {_reason(problem.words, path)}") from problem
    lines = os.fsdecode(answer).removesuffix("\n").split("\n")
    if len(lines) == len(_QUESTIONS) - 1 and lines[-1] == "false":
        lines.append("")  # without a work tree git leaves out the way up to its top
    if len(lines) != len(_QUESTIONS):
        raise NotARepositoryError(f"{str(path)!r}: a folder with a line break in its name is not supported")
    private, common, object_format, inside, up = lines
    private_folder, common_folder = Path(private), Path(os.path.normpath(path.resolve() / common))
    top = Path(os.path.normpath(path.resolve() / up)) if inside == "true" else None
    return Location(
        private=private_folder,
        common=common_folder,
        top=top,
        object_format=object_format,
        index=_index(private_folder, top, inherited=inherited),
        quarantine=_quarantine(common_folder, inherited),
    )


def _is_nowhere(words: str, path: Path) -> bool:
    """Whether git found nothing, and nothing of its lies here or above that it could not make out."""
    here = path.resolve()
    is_left = any(os.path.lexists(folder / ".git") for folder in (here, *here.parents))
    return "not a git repository" in words and not is_left


def _reason(words: str, path: Path) -> str:
    if "dubious ownership" in words:
        folder = next(iter(_QUOTED.findall(words)), "<folder>")
        return (
            f"git refuses it, it belongs to another user: git config --global --add safe.directory {folder} allows it"
        )
    if "not a git repository" in words:
        if os.path.lexists(path / ".git"):
            return "git does not take the .git here for a repository: is it whole, and may you read all of it?"
        return "there is no git repository here or above: run this inside one, or name one with --repository"
    return f"git cannot open it: {words}"


def _index(private: Path, top: Path | None, *, inherited: Mapping[str, str]) -> Path:
    """The index, or the one `git commit -a` and partial commits hand to hooks, if it lies in this git folder."""
    named = inherited.get("GIT_INDEX_FILE")
    if named:
        found = Path(os.path.normpath((top or private) / named))
        if found.parent.resolve() == private.resolve():
            return found
    return private / "index"


def _quarantine(common: Path, inherited: Mapping[str, str]) -> tuple[Path, ...]:
    """Where a push's objects wait while a pre-receive hook runs, if that lies in this repository."""
    named = inherited.get("GIT_QUARANTINE_PATH")
    if not named or not os.path.isabs(named):
        return ()
    found = Path(os.path.normpath(named))
    return (found,) if found.resolve().is_relative_to(common.resolve()) else ()
