"""What files of Kustomize list together: what lies beside a manifest once it is applied, however far off its file lies.

What another namespace is given lies elsewhere: neither above nor below a file that gives one is anything taken for a neighbour.
"""

import posixpath
import re
from collections.abc import Container, Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.infrastructure.around import Around
from weighbridge.landscape.infrastructure.kubernetes.kustomize.build import FILES

_ENTRY: Final = re.compile(rb"^[ \t]*-[ \t]+[\"']?([\w./-]+)[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_NAMESPACE: Final = re.compile(rb"^namespace:[ \t]*\S", re.MULTILINE)
_MOST_LISTINGS: Final = 2_000
_MOST_BYTES: Final = 100_000
_MOST_TOGETHER: Final = 4_000_000
_MOST_FOLDERS: Final = 400


class _Listing(Struct, frozen=True, kw_only=True):
    """What a folder's file of Kustomize lists, by where that leads, and whether it gives all of it a namespace."""

    entries: tuple[str, ...]
    gives_namespace: bool


class Together:
    """The manifests of one tree by what lists them."""

    def __init__(self, around: Around) -> None:
        self._tree, self._read = around

    @property
    def is_any(self) -> bool:
        """Whether the tree has a file of Kustomize."""
        return bool(self._listings)

    def beside(self, path: RepoPath) -> list[RepoPath]:
        """The files that are applied with one, or with what a file of Kustomize makes: the nearest first."""
        folder = posixpath.dirname(path)
        above = self._above([folder] if path.endswith(FILES) else self._listing.get(path, ()))
        found: dict[RepoPath, None] = {}
        for each in above:
            found |= dict.fromkeys(self._below(each, above))
        return [each for each in found if each != path]

    def _above(self, starts: "list[str] | tuple[str, ...]") -> dict[str, None]:
        """The folders whose files of Kustomize list something, or list what does."""
        found: dict[str, None] = {}
        waiting = list(starts)
        while waiting and len(found) < _MOST_FOLDERS:
            folder = waiting.pop(0)
            if folder not in found and folder in self._listings:
                found[folder] = None
                waiting += self._listing.get(folder, ()) if not self._listings[folder].gives_namespace else ()
        return found

    def _below(self, folder: str, above: Mapping[str, None]) -> Iterator[RepoPath]:
        seen: set[str] = set()
        waiting = [folder]
        while waiting and len(seen) < _MOST_FOLDERS:
            here = waiting.pop(0)
            if here in seen:
                continue
            seen.add(here)
            for each in self._listings[here].entries:
                if each in self._tree:
                    yield RepoPath(each)
                elif each in self._listings and (each in above or not self._listings[each].gives_namespace):
                    waiting.append(each)

    @cached_property
    def _listings(self) -> Mapping[str, _Listing]:
        """Each by its folder, with what of its entries is in the tree."""
        texts: dict[str, bytes] = {}
        left = _MOST_TOGETHER
        for path in [path for path in self._tree.blobs if path.endswith(FILES)][:_MOST_LISTINGS]:
            data = self._read(self._tree.blobs[path].oid, min(left, _MOST_BYTES))
            if isinstance(data, bytes):
                texts[posixpath.dirname(path)] = data
                left -= len(data)
        return {folder: self._listing_of(folder, data, known=texts) for folder, data in texts.items()}

    def _listing_of(self, folder: str, data: bytes, *, known: Container[str]) -> _Listing:
        entries = (posixpath.normpath(posixpath.join(folder, each.decode())) for each in _ENTRY.findall(data))
        here = (each for each in entries if each != folder and (each in self._tree or each in known))
        return _Listing(entries=tuple(dict.fromkeys(here)), gives_namespace=_NAMESPACE.search(data) is not None)

    @cached_property
    def _listing(self) -> Mapping[str, list[str]]:
        """The folders whose files of Kustomize list each file and folder."""
        found: dict[str, list[str]] = {}
        for folder, listing in self._listings.items():
            for each in listing.entries:
                found.setdefault(each, []).append(folder)
        return found
