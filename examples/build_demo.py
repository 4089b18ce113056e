"""Builds the demonstration: a storefront's repository with its history, and a change that says less than it does."""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "examples" / "storefront"
ISOLATED = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
GATE_NOT_SATISFIED = (1, 3)
"""What a review of this change exits with: the gate is not satisfied, or something could not look, or both."""


class Edit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"now": "is"}):
    """A passage of one file, before and after a commit."""

    file: str
    was: str
    now: str


class HistoricCommit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One commit of the storefront's past: who, when, and what it did to which files."""

    by: str
    at: datetime
    says: str
    adds: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()


class ProposedChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The change under review: one commit on a branch of its own, kept as a patch."""

    branch: str
    patch: str
    by: str
    at: datetime
    says: str


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything `history.yaml` says; `mended` does what `change` said it would, and nothing else."""

    people: dict[str, str]
    commits: tuple[HistoricCommit, ...]
    change: ProposedChange
    mended: ProposedChange


class StoryError(Exception):
    """`history.yaml` and the files do not tell the same story."""


def read_history(sources: Path = SOURCES) -> History:
    """The storefront's history, checked for form."""
    return msgspec.yaml.decode((sources / "history.yaml").read_bytes(), type=History, strict=False)


def versions(history: History, files: Mapping[str, str]) -> Iterator[tuple[HistoricCommit, Mapping[str, str]]]:
    """Each commit with the files it writes; `files` are those of main's tip.

    Raises:
        StoryError: a passage does not occur exactly once, or a file is never added, or added twice.
    """
    added = [path for commit in history.commits for path in commit.adds]
    if sorted(added) != sorted(files):
        raise StoryError(f"added and existing files differ: {sorted(set(added) ^ set(files)) or 'one is added twice'}")
    now = dict(files)
    backwards: list[tuple[HistoricCommit, Mapping[str, str]]] = []
    for commit in reversed(history.commits):
        touched = {*commit.adds, *(edit.file for edit in commit.edits)}
        backwards.append((commit, {path: now[path] for path in touched}))
        for edit in reversed(commit.edits):
            if now[edit.file].count(edit.now) != 1:
                raise StoryError(f"{commit.says.splitlines()[0]!r}: not exactly once in {edit.file}: {edit.now!r}")
            now[edit.file] = now[edit.file].replace(edit.now, edit.was)
    yield from reversed(backwards)


def build(target: Path, sources: Path = SOURCES) -> str:
    """Make the repository at `target`, which is replaced if it exists; the range to review."""
    history = read_history(sources)
    files = {
        path.relative_to(sources / "main").as_posix(): path.read_text("utf-8")
        for path in sorted((sources / "main").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    git(target, "init", "--quiet", "--initial-branch=main")
    for commit, written in versions(history, files):
        for path, text in written.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_text(text, "utf-8", newline="\n")
        _commit(target, commit.says, by=history.people[commit.by], at=commit.at)
    for change in (history.mended, history.change):
        git(target, "switch", "--quiet", "--create", change.branch)
        git(target, "apply", "--whitespace=nowarn", str(sources / change.patch))
        _commit(target, change.says, by=history.people[change.by], at=change.at)
        git(target, "switch", "--quiet", "main")
    return f"main..{history.change.branch}"


def git(repository: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What git prints, run without anybody's own configuration."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false", *arguments],
        cwd=repository,
        env={**inherited, **ISOLATED, **(environment or {})},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _commit(repository: Path, message: str, *, by: str, at: datetime) -> None:
    name, _, address = by.removesuffix(">").rpartition(" <")
    people = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", name), ("EMAIL", address), ("DATE", at.isoformat()))
    }
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", message.strip(), environment=people)


def review(repository: Path, change: str, page: Path) -> int:
    """Review the change as a user would; what the command exited with."""
    outputs = (
        "--html",
        str(page),
        "--markdown",
        str(page.with_suffix(".md")),
        "--json",
        str(page.with_suffix(".json")),
    )
    asked = ("review", change, *outputs)
    print(f"$ {shlex.join(('weighbridge', *asked))}\n", flush=True)
    command = [sys.executable, "-m", "weighbridge.entrypoints.cli", *asked]
    return subprocess.run(command, cwd=repository, check=False).returncode


def main(arguments: Sequence[str]) -> int:
    """Build the demonstration below `demo/`; review it when asked to; 0 when that went as it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=Path, default=ROOT / "demo" / "storefront")
    parser.add_argument("--review", action="store_true", help="review the change after building")
    asked = parser.parse_args(arguments)
    target: Path = asked.target.resolve()
    started = time.monotonic()
    change = build(target)
    commits = git(target, "rev-list", "--count", "main").strip()
    print(f"Built {target}: {commits} commits on main, and the change {change} ({time.monotonic() - started:.1f} s)")
    if not asked.review:
        return 0
    page = target.parent / "review.html"
    status = review(target, change, page)
    if status not in GATE_NOT_SATISFIED or not page.is_file():
        print(
            f"The review was expected to exit with 1 or 3 and to write {page}; it exited with {status}.",
            file=sys.stderr,
        )
        return 1
    print(f"\nExit code {status}: the gate is not satisfied, which is right for this change.")
    print(f"Open the review in a browser: {page.as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
