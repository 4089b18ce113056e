"""Whether the refs below `refs/remotes/` are this clone's own: what it fetched of the branches of its remotes.

In a mirror they are the server's, where whoever may push anything may push them, for forges protect branches alone; and
so they are in a bare repository that is pushed to. Nothing that is read there decides.
"""

import re
from pathlib import Path
from typing import Final

from weighbridge.adapters.git.process import Git, GitFailedError

_BRANCHES: Final = "refs/heads/"
_REMOTES: Final = "refs/remotes/"
_PLAIN: Final = re.compile(rb"^\s*bare\s*=\s*false\s*$", re.MULTILINE | re.IGNORECASE)
_ODD: Final = re.compile(
    rb"\binclude|\bbare\b(?!\s*=\s*false\s*$)|\bfetch\b(?!\s*=\s*\+?refs/heads/[^\s:\"\\]*:refs/remotes/[^\s:\"\\]+\s*$)",
    re.MULTILINE | re.IGNORECASE,
)
"""What a configuration must hold for anything but branches that it fetched to be below `refs/remotes/`."""


def tracks_remotes(git: Git, common: Path) -> bool:
    """Whether they are; the usual configuration says so by itself, and git is asked of every other."""
    try:
        text = (common / "config").read_bytes()
    except OSError:
        text = b""
    if _PLAIN.search(text) and not _ODD.search(text):
        return True
    pairs = [refspec.lstrip("+").partition(":") for refspec in _asked(git, "--get-regexp", r"^remote\..*\.fetch$")]
    if any(_lets_choose(source, target) for source, _, target in pairs):
        return False
    is_bare = _asked(git, "--type=bool", "--get", "core.bare") != ["false"]
    return not is_bare or any(
        source.startswith(_BRANCHES) and target.startswith(_REMOTES) for source, _, target in pairs
    )


def _lets_choose(source: str, target: str) -> bool:
    """Whether whoever pushes chooses the whole name below `refs/remotes/` here: of what lies there too, or of any branch."""
    is_fixed = target.startswith(_REMOTES) and not _may_become(source, _REMOTES)
    return _may_become(target, _REMOTES) and not is_fixed


def _may_become(pattern: str, below: str) -> bool:
    beginning, star, _ = pattern.partition("*")
    return beginning.startswith(below) or (bool(star) and below.startswith(beginning))


def _asked(git: Git, *question: str) -> list[str]:
    """What git's configuration says, the names of settings left out."""
    try:
        said = git.run("config", "-z", *question)
    except GitFailedError:
        return []
    return [each.rpartition("\n")[2] for each in said.decode("utf-8", "replace").split("\0") if each]
