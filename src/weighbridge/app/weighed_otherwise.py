"""Whether a kept package was weighed by what decides now: if not, the gate comes to another decision, and counts nothing
that is signed on this one.
"""

import shlex
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge import __version__
from weighbridge.app.ports import Repository
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.trust import Trust, TrustSource, branch_of
from weighbridge.review.again import range_again

_OBJECT_ID: Final = LatePattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class WeighedOtherwise(Struct, frozen=True, kw_only=True):
    """In what a package's decision rests on something else than one that is made now, in words; empty where in nothing."""

    documents: tuple[str, ...] = ()
    """Trusted documents that are others now."""
    tool: str = ""
    """That another version of Weighbridge weighed it: whoever gates may run that one too."""
    way_out: tuple[str, ...] = ()


def weighed_otherwise(
    package: ReviewPackage, trust: Trust, *, repository: Repository, target: str, proposal: str
) -> WeighedOtherwise:
    """The same of a kept package, where `trust` decides; `target` and `proposal` are as they were given."""
    tool, here = package.decision.tool, f"weighbridge {__version__}"
    documents = tuple(_documents(package, trust))
    return WeighedOtherwise(
        documents=documents,
        tool=f"{tool} weighed it, and this is {here}: it counts only where {tool} asks the gate"
        if tool != here
        else "",
        way_out=tuple(
            _way_out(
                package, trust, repository=repository, again=weigh_again(package, target=target, proposal=proposal)
            )
        )
        if documents
        else (),
    )


def weigh_again(package: ReviewPackage, *, target: str, proposal: str) -> str:
    """The command that weighs the package's change anew and keeps that."""
    options = [
        *(["--target", shlex.quote(target)] if target else []),
        *(["--proposal", shlex.quote(proposal)] if proposal else []),
    ]
    return " ".join(["weighbridge review", shlex.quote(_range(package)), "--keep", *options])


def _range(package: ReviewPackage) -> str:
    change, named = package.decision.change, range_again(package)
    if named and not named.startswith("-"):
        return named
    return str(change.head_commit) if change.base_commit is None else f"{change.base_commit}..{change.head_commit}"


def _documents(package: ReviewPackage, trust: Trust) -> Iterator[str]:
    then = package.decision.trust.documents
    for path in sorted({*then, *trust.documents}):
        now = trust.documents.get(RepoPath(path))
        if now is None:
            yield f"{path} decided then, and is not there now"
        elif path not in then:
            yield f"{path} decides now, {_where(trust, now.source)}, and was not there then"
        elif then[path] != now.digest:
            yield f"{path} is another now, {_where(trust, now.source)}"


def _where(trust: Trust, source: TrustSource) -> str:
    if source is TrustSource.ORGANISATION:
        return "from the organisation"
    return f"on {branch_of(trust.target_name)} at {str(trust.target)[:12]}"


def _way_out(package: ReviewPackage, trust: Trust, *, repository: Repository, again: str) -> Iterator[str]:
    names = package.names
    at, branch = names.target, branch_of(names.target_name)
    is_elsewhere = bool(_OBJECT_ID.fullmatch(at)) and at != trust.target
    if is_elsewhere and isinstance(repository.commit(ObjectId(at)), CouldNotLook):
        yield f"it was weighed by what {branch} says at {at[:12]}, which is not here: git fetch, in case that is newer"
    elif branch and branch.rpartition("/")[2] != branch_of(trust.target_name).rpartition("/")[2]:
        yield f"it was weighed by what {branch} says: --target {shlex.quote(branch)}, if that is what is to decide"
    yield f"weigh it again: {again}"
