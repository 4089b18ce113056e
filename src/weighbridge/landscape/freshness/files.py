"""Which file of a tree a document means, and which it meant that is gone."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.prose.mentions import Marking, Mention

_PAGE_FORMS: Final = (
    "{0}",
    "{0}.md",
    "{0}.mdx",
    "{0}.rst",
    "{0}.adoc",
    "{0}/index.md",
    "{0}/README.md",
    "{0}/_index.md",
)
_CODE_ENDINGS: Final = "py js jsx ts tsx go java rb rs kt scala c cc cpp cs php swift sql tf"
_CODE: Final = frozenset(_CODE_ENDINGS.split())
_OWN_COPY: Final = LatePattern(
    r"(?i)local|secret|generated|build|dist|output|cache|tmp|temp|credential|overrid|private|custom|_pb2?|\.pb\.|config|settings|migration"
)
"""Names of files that people make for themselves, or that programs write: no tree holds them."""
_LEAST_FOLDERS: Final = 2


class Files(Struct, frozen=True, dict=True):
    """The files of one tree, and the folders that they lie in."""

    paths: frozenset[str]

    @cached_property
    def folders(self) -> Mapping[str, set[str]]:
        """The folders, each with how the names of the files in it end."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for path in self.paths:
            folder, _, name = path.rpartition("/")
            found[folder].add(name.rpartition(".")[2])
            while folder:
                folder = folder.rpartition("/")[0]
                found.setdefault(folder, set())
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in (*self.paths, *self.folders):
            found[path.rpartition("/")[2].lower()].append(path)
        return found

    def has(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        return path in self.paths or path in self.folders

    def find(self, mention: Mention, document: RepoPath) -> str | None:
        """What a document names, from its own folder, from one above it, or by the end of its path."""
        return self.at(mention, document) or self.ending_so(mention)

    def at(self, mention: Mention, document: RepoPath) -> str | None:
        """What a document names, from its own folder or from one above it."""
        return next((each for each in candidates(mention, document) if self.has(each)), None)

    def ending_so(self, mention: Mention) -> str | None:
        """A file or folder anywhere whose path ends as a name does."""
        name = posixpath.normpath(mention.name.strip("/")).removeprefix("../").lower()
        end = "/" + name.removeprefix("./")
        known = self._by_name.get(end.rpartition("/")[2], [])
        return next((path for path in known if f"/{path}".lower().endswith(end)), None)

    def called_alike(self, name: str) -> list[str]:
        """The files that are called as one that is gone."""
        return [path for path in self._by_name.get(name.rpartition("/")[2].lower(), ()) if path in self.paths]

    def should_hold(self, mention: Mention) -> bool:
        """Whether a path that is written out from the top can be meant in no other tree: all its folders are here, with their like."""
        folder, _, name = mention.name.strip("/").rpartition("/")
        ending = name.rpartition(".")[2].lower()
        is_whole = folder.count("/") + 1 >= _LEAST_FOLDERS and ending in _CODE and mention.marking is not Marking.LINK
        return is_whole and ending in self.folders.get(folder, ()) and _OWN_COPY.search(name) is None


def candidates(mention: Mention, document: RepoPath) -> Iterator[str]:
    """The paths that a name may stand for, nearest first; a link's may leave out how pages end."""
    folder = document.rpartition("/")[0]
    name = mention.name
    if mention.marking is Marking.LINK:
        place = name.strip("/") if name.startswith("/") else posixpath.normpath(posixpath.join(folder, name))
        stem = place.removesuffix(".html").rstrip("/")
        yield from dict.fromkeys((place, *(form.format(stem) for form in _PAGE_FORMS)))
        return
    places: list[str] = []
    while not name.startswith("/"):
        places.append(posixpath.normpath(posixpath.join(folder, name)))
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    yield from dict.fromkeys([*places, posixpath.normpath(name.strip("/"))])
