"""Which refs of this clone are branches by the names that they have where they are protected.

What a clone fetches lies under names that its configuration makes. Where that keeps a branch's name, a protected branch
there is the same here. Where it does not, whoever may push anything chooses what a name here means: forges protect branches
alone, and `refs/remotes/origin/main`, `refs/pull/main` or the branch `x/main` may be pushed by many. Nothing that is read
under such a name decides.

- Below `refs/remotes/` each remote's branches are to stand under that remote's own name. Other things may stand in a folder
  of theirs beside them (`refs/pull/*/head` in `refs/remotes/origin/pr/*`).
- Below `refs/heads/` branches are this clone's own, or a mirror's under the very same names.
- In a bare repository that fetches no branches to `refs/remotes/`, what lies there was pushed.
- Git reads remotes of three forms: its configuration with all that this includes, files in `remotes/`, and in `branches/`.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from weighbridge.adapters.git.process import Git, GitFailedError

_BRANCHES: Final = "refs/heads/"
_REMOTES: Final = "refs/remotes/"
_SHORT: Final = ("heads/", "tags/", "remotes/")
_PLAIN: Final = re.compile(rb"^\s*bare\s*=\s*false\s*$", re.MULTILINE | re.IGNORECASE)
_ODD: Final = re.compile(
    rb"\binclude|\bworktreeconfig\b|\bbare\b(?!\s*=\s*false\s*$)|\\$|^\s*\[[^\]\n]*\][^\S\n]*[^\s#;]",
    re.MULTILINE | re.IGNORECASE,
)
"""What only git reads as it is meant: other files, and what goes on elsewhere than on a line of its own."""
_LINE: Final = re.compile(rb'^\s*(?:\[remote "([^"\\\n]*)"\]|(\[)|.*\b(fetch)\b(.*))', re.MULTILINE | re.IGNORECASE)
_REFSPEC: Final = re.compile(rb'\s*=\s*([^\s"\\#;]+)\s*')
_ELSEWHERE: Final = re.compile(rb"\bfetch\s*=|\[\s*include", re.IGNORECASE)
_LARGEST: Final = 1 << 20


class Tracking(Struct, frozen=True, kw_only=True):
    """Whether refs below `refs/remotes/` and below `refs/heads/` are branches by their own names; `why` not, in words."""

    remotes: bool = True
    heads: bool = True
    why: str = ""


class _Fetched(Struct, frozen=True, kw_only=True):
    """One refspec by which a remote is fetched, and where it is written down."""

    remote: str
    refspec: str
    place: str = "the configuration"

    @property
    def ends(self) -> tuple[str, str]:
        """What is fetched, and what it is called here; the latter is empty where nothing is written."""
        source, _, target = self.refspec.lstrip("+").partition(":")
        if target and "*" not in target and not target.startswith("refs/"):  # as git completes it
            target = f"refs/{target}" if target.startswith(_SHORT) else f"{_BRANCHES}{target}"
        return ("", "") if source.startswith("^") else (source, target)


def tracking_of(git: Git, common: Path) -> Tracking:
    """What this clone's refs are; the usual configuration says so by itself, and git is asked of every other."""
    legacy = tuple(_legacy(common))
    text = _text(common / "config")
    if not legacy and _is_usual(text) and not any(map(_ELSEWHERE.search, _of_user(git))):
        return Tracking()
    found = [*legacy, *_configured(git, common, text=text)]
    names = {each.remote for each in found}
    nested = [name for name in names for other in names if name.startswith(f"{other}/")]
    if nested:
        return Tracking(remotes=False, why=f"the remote {nested[0]} looks like branches of another remote")
    remotes = next((each for each in found if _spoils_remotes(each)), None)
    heads = next((each for each in found if _spoils_heads(each)), None)
    worst = heads or remotes
    if worst is not None:
        why = f"{worst.place} fetches {worst.refspec} of {worst.remote}, so that others choose what a branch is called"
        return Tracking(remotes=remotes is None, heads=heads is None, why=why)
    is_bare = _asked(git, "--type=bool", "--get", "core.bare") != [("core.bare", "false")]
    if is_bare and not any(each.ends[1].startswith(_REMOTES) for each in found):
        return Tracking(remotes=False, why="this is pushed to")
    return Tracking()


def _is_usual(text: bytes) -> bool:
    """Whether a repository's own configuration has a work tree, and fetches of each remote its branches under its own name."""
    if _ODD.search(text) or not _PLAIN.search(text):
        return False
    remote: bytes | None = None
    for name, other, fetches, rest in _LINE.findall(text):
        if not fetches:
            remote = None if other else name
            continue
        refspec = _REFSPEC.fullmatch(rest)
        source, _, target = (refspec[1] if refspec else b"").lstrip(b"+").partition(b":")
        branch = source.removeprefix(_BRANCHES.encode())
        if not remote or b"/" in remote or branch == source or target != b"refs/remotes/%b/%b" % (remote, branch):
            return False
    return True


def _spoils_remotes(fetched: _Fetched) -> bool:
    """Whether somebody else than a remote's own branch of that name may come to stand below `refs/remotes/` by it."""
    source, target = fetched.ends
    own = f"{_REMOTES}{fetched.remote}/"
    if not _may_become(target, _REMOTES):
        return False
    if source.startswith(_BRANCHES) and target == own + source.removeprefix(_BRANCHES):
        return False
    beginning, star, _ = target.removeprefix(own).partition("*")
    has_a_folder = target.startswith(own) and bool(star) and "/" in beginning
    is_of_forge = source.startswith("refs/") and not any(_may_become(source, each) for each in (_BRANCHES, _REMOTES))
    return not (has_a_folder and is_of_forge)


def _spoils_heads(fetched: _Fetched) -> bool:
    """The same below `refs/heads/`, where a mirror's branches are called as they are there."""
    source, target = fetched.ends
    return source != target and _may_become(target, _BRANCHES)


def _may_become(pattern: str, below: str) -> bool:
    beginning, star, _ = pattern.partition("*")
    return beginning.startswith(below) or (bool(star) and below.startswith(beginning))


def _legacy(common: Path) -> Iterator[_Fetched]:
    """What git reads of the remotes that it kept in files of their own, as some clones still do."""
    for name, text in _files(common / "remotes"):
        for line in text.decode("utf-8", "replace").splitlines():
            head, _, rest = line.partition(":")
            if head.strip().lower() == "pull" and rest.strip():
                yield _Fetched(remote=name, refspec=rest.strip(), place=f"the file remotes/{name}")
    for name, text in _files(common / "branches"):
        branch = text.decode("utf-8", "replace").strip().partition("#")[2] or "HEAD"
        refspec = f"{_BRANCHES}{branch}:{_BRANCHES}{name}"
        yield _Fetched(remote=name, refspec=refspec, place=f"the file branches/{name}")


def _files(folder: Path, above: str = "") -> Iterator[tuple[str, bytes]]:
    try:
        with os.scandir(folder) as entries:
            there = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in there:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(folder / entry.name, f"{above}{entry.name}/")
        else:
            yield f"{above}{entry.name}", _text(folder / entry.name)


def _of_user(git: Git) -> Iterator[bytes]:
    """What git reads in every repository of this user, where it lies usually."""
    home = git.environment.get("HOME", "")
    for place in (f"{home}/.gitconfig", f"{git.environment.get('XDG_CONFIG_HOME') or f'{home}/.config'}/git/config"):
        yield _text(Path(place))
    yield _text(Path("/etc/gitconfig"))


def _text(place: Path) -> bytes:
    """A file's bytes; a lone `include` where they are too many, and none where it cannot be read."""
    try:
        if not place.is_file():
            return b""
        with place.open("rb") as opened:
            text = opened.read(_LARGEST + 1)
    except OSError:
        return b""
    return text if len(text) <= _LARGEST else b"[include"


def _configured(git: Git, common: Path, *, text: bytes) -> Iterator[_Fetched]:
    """The refspecs that git knows here, and those of other work trees, which fetch to the same refs."""
    fetches = ("--get-regexp", r"^remote\..*\.fetch$")
    yield from _refspecs(_asked(git, *fetches))
    if b"worktreeconfig" in text.lower():
        for place in (common / "config.worktree", *common.glob("worktrees/*/config.worktree")):
            yield from _refspecs(_asked(git, "--file", str(place), "--includes", *fetches))


def _refspecs(told: Iterable[tuple[str, str]]) -> Iterator[_Fetched]:
    for name, refspec in told:
        yield _Fetched(remote=name.removeprefix("remote.").removesuffix(".fetch"), refspec=refspec)


def _asked(git: Git, *question: str) -> Sequence[tuple[str, str]]:
    """What git's configuration says: names of settings, and their values."""
    try:
        said = git.run("config", "-z", *question).decode("utf-8", "replace")
    except GitFailedError:
        return ()
    if "--get" in question:
        return tuple((question[-1], each) for each in said.split("\0") if each)
    return tuple((name, value) for name, _, value in (each.partition("\n") for each in said.split("\0")) if value)
