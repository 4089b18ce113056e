"""Find whose approval a change needs because they own what it touches, as the trusted `CODEOWNERS` says."""

from collections.abc import Sequence

from weighbridge.domain.change import Change
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.owners import Ownership, touched_paths, untold_landing
from weighbridge.domain.package import ReviewPackage
from weighbridge.domain.paths import shortened
from weighbridge.domain.trust import Trust
from weighbridge.landscape.owners.groups import ownership
from weighbridge.landscape.owners.read import PLACES, read_owners


def find_ownership(change: Change, trust: Trust) -> Ownership | CouldNotLook:
    """Who owns what `change` touches; the head's own version of the file says nothing here.

    `not-configured` when there is no such file where it is trusted, `limit` when it is too large to be read or when nobody
    could tell what a changed file lands on: then nothing says that nobody owns anything.
    """
    document = trust.document(*PLACES)
    if document is None:
        return CouldNotLook(
            reason=Reason.NOT_CONFIGURED,
            detail="no CODEOWNERS is trusted here",
            remedy=f"Add one to the protected branch, as {PLACES[0]}.",
        )
    untold = untold_landing(change.files)
    if untold is not None:
        return CouldNotLook(
            reason=Reason.LIMIT,
            detail=f"nobody can tell what {shortened(untold)} lands on, so not who owns it",
            remedy="Give it a name that no other is taken for, or fetch what the clone lacks.",
        )
    owners = read_owners(document.data, document.path)
    return owners if isinstance(owners, CouldNotLook) else ownership(owners, touched_paths(change.files))


def owners_of(package: ReviewPackage, ownership: Ownership | CouldNotLook) -> tuple[str, ...]:
    """The owners of the files that a package is about, each once: by the trusted CODEOWNERS, else of the components that hold them."""
    return tuple(dict.fromkeys(_owners(package, ownership)))


def _owners(package: ReviewPackage, ownership: Ownership | CouldNotLook) -> Sequence[str]:
    if not isinstance(ownership, CouldNotLook):
        return [owner for group in ownership.groups for owner in group.owners]
    paths = touched_paths(package.decision.change.files)
    roots = [(root, each) for each in package.decision.components for root in each.roots]
    found: list[str] = []
    for path in paths:
        holding = [(len(root), each) for root, each in roots if not root or path == root or path.startswith(f"{root}/")]
        if holding:
            found += max(holding, key=lambda pair: pair[0])[1].owners
    return found
