"""Read the anchors that Trust names, and keep a new one: a signed checkpoint where whoever rewrites a ledger cannot reach."""

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from weighbridge.app.share_ledger import Reading
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.ledger.checkpoint import Checkpoint
from weighbridge.ledger.errors import NoLedgerError
from weighbridge.ledger.files import LedgerFiles
from weighbridge.ledger.settings_file import AnchorKind, AnchorPlace
from weighbridge.ledger.trusted_ledger import Anchor, read_ledger


class AnchorStore(Protocol):
    """Where signed checkpoints are kept besides ledgers."""

    def read(self, place: AnchorPlace) -> Sequence[Anchor] | CouldNotLook:
        """The checkpoints that stand there, none where nothing was anchored yet, or why nobody could look."""

    def write(self, place: AnchorPlace, note: bytes) -> str:
        """Keep one there in place of the one before; what people call the place. Raises `LedgerFilesError`."""


class Anchors(Struct, frozen=True, kw_only=True):
    """What stands in the places that Trust names; `missing` are those that nobody could look into, with the reason."""

    found: tuple[Anchor, ...] = ()
    missing: tuple[CouldNotLook, ...] = ()


class Anchored(Struct, frozen=True, kw_only=True):
    """Where a checkpoint is kept now; `is_named` when Trust tells readers to look there."""

    where: str
    checkpoint: Checkpoint
    is_named: bool


def read_anchors(
    store: AnchorStore, places: Sequence[AnchorPlace], *, is_of_this: Callable[[Anchor], bool] = lambda _: True
) -> Anchors:
    """The anchors in these places, those of other ledgers left out; a place without one of this ledger's was not looked into."""
    found: list[Anchor] = []
    missing: list[CouldNotLook] = []
    for place in places:
        said = store.read(place)
        if isinstance(said, CouldNotLook):
            missing.append(said)
            continue
        ours = list(filter(is_of_this, said))
        found += ours
        if not ours:
            missing.append(_nothing_in(place))
    return Anchors(found=tuple(found), missing=tuple(missing))


def _nothing_in(place: AnchorPlace) -> CouldNotLook:
    """Nobody can tell whether an anchor was never kept there, was taken away, or was not fetched."""
    fetch = f"git fetch origin {_refspec(place.name)}" if place.kind is AnchorKind.REF else "bring it here"
    return CouldNotLook(
        reason=Reason.STALE_DATA,
        detail=f"no checkpoint of this ledger is in {place}, where .weighbridge/ledger.yaml says that one is kept",
        remedy=f"{fetch}; if it is gone there too, find out who removed it before anybody anchors anew what is left",
    )


def _refspec(ref: str) -> str:
    """What brings a branch to where it is looked for, also in a clone of one branch, which keeps no other by itself."""
    if (branch := ref.removeprefix("refs/heads/")) != ref:
        return f"{ref}:refs/remotes/origin/{branch}"
    return f"{ref}:{ref}"


def anchor_ledger(
    files: LedgerFiles, reading: Reading, *, store: AnchorStore, place: AnchorPlace, named: Sequence[AnchorPlace]
) -> Anchored:
    """Keep the head of a ledger that is believed, and that holds what stands in that place already.

    Raises:
        LedgerError: the ledger cannot be believed, or there is none.
        LedgerFilesError: something could not be read or written.
    """
    stands = store.read(place)
    before = () if isinstance(stands, CouldNotLook) else stands
    found = read_ledger(files, reading.trust(files), anchors=(*reading.anchors, *before))
    if found is None:
        raise NoLedgerError(
            f"there is no ledger in {files.place}, so there is nothing to anchor: `weighbridge ledger sync` fetches one that travels by git"
        )
    return Anchored(where=store.write(place, found.note), checkpoint=found.checkpoint, is_named=place in named)
