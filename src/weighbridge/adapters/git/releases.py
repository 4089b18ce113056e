"""The newest release that a commit descends from, by the tags that look like one."""

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from weighbridge.adapters.git.process import Git, lines_of
from weighbridge.app.ports import RepositoryError
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.late_pattern import LatePattern

_SECONDS: Final = 5.0
_MOST_BYTES: Final = 2_000_000
_LONGEST_NAME: Final = 200
_MOST_TAGS: Final = 2_000
"""With more of them nobody says which one is the newest."""
_CANDIDATES: Final = 2
"""Tags among which the nearest is chosen: history is walked until so many are met, the newest commits first."""

_VERSION: Final = LatePattern(
    r"(?i)\A(?:([\w.@/-]*?)[@/_-])??v?\d+(?:[._]\d+){1,3}"
    r"(?:[-._]?(?:alpha|beta|preview|pre|rc|cr|m|a|b|post|final|release|ga)[-._]?\d*(?:\.\d+)*)?(?:\+[\w.]+)?\Z"
)
"""What is tried out (`alpha`, `rc`) is out as well; what every night brings (`nightly`, `canary`, `dev`) is not."""

_PLAIN: Final = frozenset({"", "v", "release", "releases", "rel", "version", "ver"})


Tags = Sequence[tuple[str, ObjectId]]
"""The names of tags, each with its commit."""


def newest_release(git: Git, base: ObjectId, *, names: Sequence[str], tags: Tags) -> tuple[str, ObjectId] | None:
    """The tag that is nearest to `base` among those it descends from, with its commit; None where none can be told.

    `names` are what the tags of a package begin with; tags that begin with a version are of all that lies here. Nearness is
    told by the commits between: a tag that somebody puts on an older commit is never the nearest, and one on a newer commit
    only makes more of what is there released.
    """
    quick = structs.replace(git, timeout=_SECONDS)
    known = _PLAIN | {name.lower() for name in names}
    try:
        fitting = {name: commit for name, commit in tags if _is_release(name, known)}
        if not fitting or len(fitting) > _MOST_TAGS:
            return None
        matching = [f"--match={name}" for name in fitting]
        told = quick.run("describe", "--tags", "--abbrev=0", f"--candidates={_CANDIDATES}", *matching, base)
    except RepositoryError:
        return None
    nearest = told.decode("utf-8", "replace").strip()
    return (nearest, fitting[nearest]) if nearest in fitting else None


def tags_of(git: Git) -> Tags:
    """Every tag of a commit: which of them a base descends from costs a walk through history, and is asked of the fitting ones alone.

    Empty where git cannot tell, or not soon.
    """
    layout = "%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)"
    try:
        told = structs.replace(git, timeout=_SECONDS).run(
            "for-each-ref", f"--format={layout}", "refs/tags/", most=_MOST_BYTES
        )
    except RepositoryError:
        return ()
    found = []
    for line in lines_of(told):
        name, kind, oid, inner, commit = line.split("\0")
        if "commit" in (kind, inner):
            found.append((name, ObjectId(oid if kind == "commit" else commit)))
    return found


def _is_release(name: str, known: frozenset[str]) -> bool:
    match = _VERSION.fullmatch(name) if len(name) <= _LONGEST_NAME else None
    return match is not None and (match[1] or "").lower() in known
