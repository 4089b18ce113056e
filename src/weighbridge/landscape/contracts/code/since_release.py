"""What those lose who have the newest release of a package: its files compared again, as they were in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.findings import BLOCKING, Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import FileCode, changed_symbols
from weighbridge.landscape.contracts.code.api_breaks import REMOVED, ApiBreak
from weighbridge.landscape.contracts.code.packages import Published, Sides
from weighbridge.landscape.contracts.releases import Release, put_in_place
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes, View

_MOST_PARSED: Final = 30
"""Files that hold a name as a word, and are read for what they define."""

_MOST_BYTES: Final = 2_000_000
_SCRIPTS: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")

Reader = Callable[[Landscapes, Sides], Callable[[FileCode], Iterator[ApiBreak]]]
"""What tells what a file takes away, on some two trees."""


def may_block(broken: ApiBreak) -> bool:
    """Whether a break is grave enough to look for a release."""
    return broken.severity in BLOCKING and broken.confidence is not Confidence.LOW


def tags_of(package: Published) -> list[str]:
    """What the tags of a package's releases may begin with."""
    names = (package.name, package.name.rpartition("/")[2], package.root, package.root.rpartition("/")[2])
    return [name for name in dict.fromkeys(names) if name]


class SinceRelease:
    """Answers for one package whose newest release is known."""

    def __init__(
        self, release: Release, package: Published, *, landscapes: Landscapes, reader: Reader, read: Sides
    ) -> None:
        self._release = release
        self._package = package
        self._landscapes = landscapes
        self._reader = reader
        self._read = read
        self._again: dict[RepoPath, Sequence[ApiBreak]] = {}

    def words(self, broken: ApiBreak, file: FileCode) -> str:
        """What is in no release yet; empty where those who have the release lose something, or that cannot be told."""
        base = file.change.base
        if base is None or file.base is None or not broken.stood:
            return ""
        if base.path not in self._release.tree:
            return "" if self._was_somewhere(broken.stood, base.path) else "it"
        facts = self._view.landscape.in_detail(base.path)
        if facts is None or any(_is_of(each, broken) for each in self._breaks(file, facts)):
            return ""
        if broken.stood in _names(facts):
            return "what it was"
        return "it" if self._is_new(broken, file, facts=facts) else ""

    def _is_new(self, broken: ApiBreak, file: FileCode, *, facts: FileFacts) -> bool:
        """Whether nobody has what the release's file, of these facts, does not define."""
        assert file.base is not None, "asked so"
        owner = broken.stood.rpartition(".")[0]
        old, new = (_names(each).get(owner) for each in (facts, file.base))
        if old is not None and _is_asked_of_heirs(broken, file):
            return False
        is_kept = old is not None and new is not None and not facts.definitions[old].bases
        if is_kept and facts.definitions[old or 0].signature == file.base.definitions[new or 0].signature:
            return True
        return not self._was_somewhere(broken.stood, file.change.base.path if file.change.base else file.change.path)

    def _was_somewhere(self, stood: str, path: RepoPath) -> bool:
        """Whether the release may hold what goes by this name, in whichever file of the package."""
        endings = _SCRIPTS if path.endswith(_SCRIPTS) else (path[path.rfind(".") :],)
        top, *members = stood.split(".")
        below = folder_of(path) if path.endswith(".go") else self._package.root  # what Go imports is a folder
        held = [self._release.holding(word, below=below, endings=endings) for word in (top, *members)]
        return all(paths != [] for paths in held) and (held[0] is None or self._is_named(top, held[0]))

    def _is_named(self, name: str, paths: Sequence[RepoPath]) -> bool:
        """Whether any of some files defines, imports or hands on a name, and does not only speak of it."""
        if len(paths) > _MOST_PARSED:
            return True
        return any(facts is None or name in _given(facts) for facts in map(self._whole.facts, paths))

    @cached_property
    def _whole(self) -> Landscape:
        """All of the release."""
        return self._landscapes.base.landscape.of(self._release.tree)

    def _breaks(self, file: FileCode, facts: FileFacts) -> Sequence[ApiBreak]:
        """What those who have the release lose by one file."""
        base = file.change.base
        assert base is not None, "asked so"
        if base.path not in self._again:
            change = replace(file.change, base=self._release.tree.blobs[base.path], added=(), removed=())
            symbols = changed_symbols(change, facts, head=file.head)
            self._again[base.path] = list(
                self._breaks_in(FileCode(change=change, role=file.role, base=facts, head=file.head, symbols=symbols))
            )
        return self._again[base.path]

    @cached_property
    def _breaks_in(self) -> Callable[[FileCode], Iterator[ApiBreak]]:
        both = Landscapes(base=self._view, head=self._landscapes.head, find_components=self._landscapes.find_components)
        return self._reader(both, (self._of_release, self._read[1]))

    def _of_release(self, path: RepoPath) -> bytes | CouldNotLook | None:
        """A file of the base, as it was in the release where it was there."""
        blob = self._release.tree.blobs.get(path)
        return self._release.read(blob.oid, _MOST_BYTES) if blob else self._read[0](path)

    @cached_property
    def _view(self) -> View:
        """The base, with the changed files of the package as they were in the release."""
        before = self._landscapes.base.landscape
        changed = self._landscapes.head.landscape.tree.touched
        return View(before.of(put_in_place(before.tree, self._release.tree, paths=changed)))


def _is_of(found: ApiBreak, broken: ApiBreak) -> bool:
    """Whether a break since the release may be the same as one since the base."""
    return found.address == broken.address and (found.kind == broken.kind or found.severity in BLOCKING)


def _is_asked_of_heirs(broken: ApiBreak, file: FileCode) -> bool:
    """Whether a member that is there must be defined by who derives from its owner or implements it, new to them or not."""
    found = _names(file.head) if file.head and broken.kind != REMOVED else {}
    index, owner = found.get(broken.stood), found.get(broken.stood.rpartition(".")[0])
    if file.head is None or index is None or owner is None:
        return False
    return file.head.definitions[index].is_abstract or file.head.definitions[owner].kind == "interface"


def _given(facts: FileFacts) -> set[str]:
    """What a file defines, imports and hands on, however deep."""
    names = {each.name for each in facts.definitions} | {each.name for each in facts.exports}
    return names | {each.alias for each in facts.imports} | {each.name for each in facts.imports}


def _names(facts: FileFacts) -> Mapping[str, int]:
    return {facts.qualified_name(index): index for index in range(1, len(facts.definitions))}
