"""From an image and what comes with it to the commit that it was built of, as far as somebody who is trusted says so."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import Digest, ObjectId
from weighbridge.ledger.build_provenance import LARGEST, claim_of, digest_of_image
from weighbridge.ledger.builders import Builder
from weighbridge.ledger.errors import MalformedError

NAMES: Final = ("{digest}.json", "{digest}.jsonl", "{digest}.intoto.jsonl", "sha256:{digest}.jsonl")
"""What the provenance of an image is called in a folder of many; the last is as `gh attestation download` calls it."""

Find = Callable[[str], bytes | None]
"""What comes with the image of a digest (64 hex digits); None where nothing does."""


class Built(Struct, frozen=True, kw_only=True):
    """An image with the commit that it was built of; `missing` is why that is not proven."""

    reference: str
    digest: Digest | None = None
    commit: ObjectId | None = None
    signer: str = ""
    missing: str = ""


def built_of(reference: str, find: Find, *, builders: Sequence[Builder]) -> Built:
    """What an image was built of. Whatever does not fit is named as missing."""
    try:
        digits = digest_of_image(reference)
    except MalformedError as problem:
        return Built(reference=reference, missing=str(problem))
    image = Digest(f"sha256:{digits}")
    data = find(digits)
    if data is None:
        words = "it comes with no provenance, so nobody says which commit it was built of: give it with --provenance"
        return Built(reference=reference, digest=image, missing=words)
    try:
        claim = claim_of(data, reference, builders=builders)
        commit = claim.commit
    except MalformedError as problem:
        return Built(reference=reference, digest=image, missing=str(problem))
    return Built(reference=reference, digest=image, commit=commit, signer=claim.signer, missing=claim.unproven)


def provenance_in(place: Path) -> Find:
    """Finds provenance in a file, whichever image is asked for, or in a folder by the image's digest. Raises `OSError`."""

    def find(digits: str) -> bytes | None:
        if not place.is_dir():
            return _read(place)
        named = (place / name.format(digest=digits) for name in NAMES)
        return next((_read(file) for file in named if file.is_file()), None)

    return find


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)
