"""Which commit's configuration is trusted: the protected branch, as the remote knows it."""

from collections.abc import Sequence

from msgspec import Struct

from weighbridge.adapters.git.process import Git, GitFailedError
from weighbridge.adapters.git.revisions import Ref, Revisions
from weighbridge.app.ports import UnknownRevisionError
from weighbridge.domain.ids import ObjectId

_USUAL = ("main", "master")
_ORIGIN = "refs/remotes/origin/HEAD"


class Target(Struct, frozen=True, kw_only=True):
    """The protected branch: its full ref and its tip; `commit` is None when there is none, `reason` says why."""

    name: str
    commit: ObjectId | None
    reason: str


def find_target(revisions: Revisions, wanted: str) -> Target:
    """The branch the user named, else the one the remote calls its own, else `main`, else `master`.

    A remote's branch goes before a local one of the same name: a local branch moves without anybody's review. Where
    remotes' branches are nothing that this clone fetched (see `tracking`), the branches here are the protected ones.

    Raises:
        UnknownRevisionError: the branch the user named does not exist.
        UnreadableObjectError: a branch that goes before the one found exists, and its commit is not at hand.
    """
    if wanted:
        return _named(revisions, wanted)
    tracking = revisions.tracking
    if not tracking.remotes:
        return _own(revisions)
    places = ("refs/remotes/origin", *(["refs/heads"] if tracking.heads else []))
    names = [f"{place}/{name}" for name in _USUAL for place in places]
    refs = revisions.whole_refs("refs/remotes/**/HEAD", *names)  # a remote may be called `up/stream`
    remote = _remote_default(refs)
    # Whoever fetched a contributor's fork beside an origin that says no default must not be judged by the fork.
    is_origin = remote is not None and remote.name == _ORIGIN
    if remote is not None and (is_origin or not revisions.objects_below("refs/remotes/origin/", 1)):
        return Target(name=remote.stands_for, commit=remote.commit, reason=f"{remote.name} says so")
    commits = {ref.name: ref.commit for ref in refs}
    usual = next((name for name in names if name in commits), None)
    if usual is None:
        spoilt = "" if tracking.heads else f" that decides, for {tracking.why}"
        return _none(f"there is no origin/HEAD, main or master{spoilt}")
    return Target(name=usual, commit=commits[usual], reason=f"no remote names one, and {usual} exists")


def _own(revisions: Revisions) -> Target:
    """The branch that a mirror, or a repository that is pushed to, calls its own; a work tree's HEAD says nothing of that."""
    tracking = revisions.tracking
    if not tracking.heads:
        return _none(f"nothing here decides, for {tracking.why}")
    head = revisions.branch_of_head() if revisions.is_bare() else ""
    names = [*filter(None, [head]), *(f"refs/heads/{name}" for name in _USUAL)]
    commits = {ref.name: ref.commit for ref in revisions.whole_refs(*names)}
    usual = next((name for name in names if name in commits), None)
    if usual is None:
        return _none(f"this is a mirror or is pushed to, and has no {' or '.join(names)}")
    reason = "its HEAD says so" if usual == head else f"{usual} exists"
    return Target(name=usual, commit=commits[usual], reason=f"this is a mirror or is pushed to, and {reason}")


def _none(why: str) -> Target:
    return Target(name="", commit=None, reason=f"{why}: name the protected branch with --target")


def _named(revisions: Revisions, wanted: str) -> Target:
    if wanted.startswith("refs/"):
        return Target(name=wanted, commit=revisions.commits(wanted)[0], reason="it was named")
    short = wanted.removeprefix("origin/")
    names = [f"refs/remotes/origin/{short}", f"refs/heads/{wanted}", f"refs/remotes/{wanted}"]
    tracking = revisions.tracking
    if not tracking.remotes:
        names = [f"refs/heads/{short}"]
    names = [name for name in names if tracking.heads or not name.startswith("refs/heads/")]
    found = revisions.first_of(*names)
    revisions.require_whole(*(names[: names.index(found[0])] if found else names))
    if found is None:
        if not all(c in "0123456789abcdef" for c in wanted):
            spoilt = "" if tracking.remotes and tracking.heads else f" ({tracking.why})"
            raise UnknownRevisionError(
                f"there is no branch {wanted!r} here to trust{spoilt}: fetch it, or name another --target"
            )
        return Target(name=wanted, commit=revisions.commits(wanted)[0], reason="it was named")
    return Target(name=found[0], commit=found[1], reason="it was named")


def _remote_default(refs: Sequence[Ref]) -> Ref | None:
    """Origin's default branch, or the only remote's; None where several remotes disagree."""
    symbolic = [ref for ref in refs if ref.stands_for.startswith("refs/remotes/")]
    origin = next((ref for ref in symbolic if ref.name == _ORIGIN), None)
    return origin or (symbolic[0] if len({ref.name for ref in symbolic}) == 1 else None)


def is_ancestor(git: Git, one: ObjectId, *, of: ObjectId) -> bool:
    """Whether `of` has `one` in its history, or is it."""
    if one == of:
        return True
    try:
        git.run("merge-base", "--is-ancestor", one, of)
    except GitFailedError as problem:
        if problem.code == 1:
            return False
        raise
    return True


def merge_base(git: Git, one: ObjectId, *, other: ObjectId) -> ObjectId | None:
    """The best common ancestor, None when there is none at hand."""
    if one == other:
        return one
    try:
        return ObjectId(git.run("merge-base", one, other).decode().split()[0])
    except GitFailedError as problem:
        if problem.code == 1:
            return None
        raise
