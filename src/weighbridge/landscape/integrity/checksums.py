"""Checksums by which a build tool, or its wrapper, knows what it fetches, and that a change takes away, replaces or passes by."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.integrity.sources import WRAPPERS, settings_of
from weighbridge.landscape.manifests.texts import text_of

_OF: Final = {"distributionSha256Sum": "distributionUrl", "wrapperSha256Sum": "wrapperUrl"}
"""What says the checksum of what another key fetches."""


class LostChecksum(Struct, frozen=True, kw_only=True):
    """A checksum that no longer stands beside an address, or another one beside the same address."""

    key: str
    fetched: str
    """The key of the address."""
    line: int
    is_another: bool


def lost_checksums(path: RepoPath, before: bytes | None, *, after: bytes) -> Iterator[LostChecksum]:
    """The checksums of what is still fetched that are gone, and those that changed while the address did not.

    Raises:
        ManifestError: one of the sides is no text.
    """
    if before is None or path.rpartition("/")[2] not in WRAPPERS:
        return
    text = text_of(after)
    old, new = dict(settings_of(text_of(before))), dict(settings_of(text))
    for key, fetched in _OF.items():
        was, now = old.get(key, "").lower(), new.get(key, "").lower()
        if not was or was == now or fetched not in new:
            continue
        is_same = _plain(old.get(fetched, "")) == _plain(new[fetched])
        if is_same or not now:
            yield LostChecksum(
                key=key, fetched=fetched, line=_line_of(text, key if now else fetched), is_another=bool(now)
            )


def _plain(address: str) -> str:
    return address.replace("\\", "")


def _line_of(text: str, key: str) -> int:
    stated = (n for n, line in enumerate(text.splitlines(), 1) if line.partition("=")[0].strip() == key)
    return max(stated, default=1)
