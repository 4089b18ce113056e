"""Changed files that hold one mapping and no object: those of Kustomize, and values and descriptions of Helm charts."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.kubernetes.objects import Object
from weighbridge.landscape.infrastructure.kubernetes.reading import ENDINGS, read_document

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.around import Surroundings
    from weighbridge.landscape.infrastructure.kubernetes.laid_over import ChartsOwn

CHART: Final = "chart"
_LISTING: Final = LatePattern(r"(?:^|/)(?:kustomization\.ya?ml|Kustomization)$")
_VALUES: Final = LatePattern(r"(?:^|/)(?:[\w.-]*[-_.])?values(?:[-_.][\w.-]*)?\.ya?ml$|(?:^|/)values/[^/]+\.ya?ml$")
_DESCRIPTION: Final = LatePattern(r"(?:^|/)Chart\.yaml$")

Sides = tuple[Object | None, Object | None]


class WholeFiles:
    """The changed files of one kind, by their paths."""

    def __init__(self, change: Change, contents: ChangedBytes, *, around: "Surroundings", kind: str) -> None:
        self._change = change
        self._contents = contents
        self._kind = kind
        self.around = around

    @property
    def changed(self) -> tuple[RepoPath, ...]:
        """Every changed file, of whatever kind."""
        return tuple(file.path for file in self._change.files)

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The role of each of them."""
        return {file.path: self._kind for file in self._change.files if self._is_one(file)}

    @cached_property
    def unread(self) -> Mapping[RepoPath, CouldNotLook]:
        """Why one could not be read."""
        return {path: each for path, sides in self._read.items() for each in sides if isinstance(each, CouldNotLook)}

    @property
    def sides(self) -> Iterator[Sides]:
        """Each of them before and after, as an object of its own."""
        for path, sides in self._read.items():
            if path not in self.unread:
                old, new = (each if isinstance(each, Object) else None for each in sides)
                yield old, new

    @property
    def kept(self) -> Iterator[tuple[Object, Object]]:
        """Each that is there on both sides."""
        for old, new in self.sides:
            if old is not None and new is not None:
                yield old, new

    def _is_one(self, file: FileChange) -> bool:
        raise NotImplementedError

    @cached_property
    def _read(self) -> dict[RepoPath, tuple[Object | CouldNotLook | None, ...]]:
        files = (file for file in self._change.files if file.path in self.roles)
        return {file.path: tuple(self._of(file, side) for side in Side) for file in files}

    def _of(self, file: FileChange, side: Side) -> Object | CouldNotLook | None:
        blob = file.on(side)
        data = self._contents.of(blob.path, side) if blob is not None else None
        if blob is None or not isinstance(data, bytes):
            return data if isinstance(data, CouldNotLook) else None
        return read_document(data, blob.path, side=side, kind=self._kind.capitalize())


class Kustomizations(WholeFiles):
    """The changed files of Kustomize."""

    def _is_one(self, file: FileChange) -> bool:
        return _LISTING.search(file.path) is not None


class Charts(WholeFiles):
    """The changed values and descriptions of charts."""

    def _is_one(self, file: FileChange) -> bool:
        return is_description(file.path) or _VALUES.search(file.path) is not None or self._is_laid_over(file)

    def _is_laid_over(self, file: FileChange) -> bool:
        """Whether a file by another name says nothing but what a chart of the tree has values for."""
        if file.base is None or file.head is None or not file.path.lower().endswith(ENDINGS):
            return False
        from weighbridge.landscape.infrastructure.kubernetes.laid_over import may_be_laid_over  # noqa: PLC0415 - few changes ask

        if not may_be_laid_over(file.path):
            return False
        sides = [self._of(file, side) for side in Side]
        said = [each.values for each in sides if isinstance(each, Object)]
        return any(self.own.under(file.path, each) is not None for each in said)

    @cached_property
    def own(self) -> "ChartsOwn":
        """The values that charts have of their own."""
        from weighbridge.landscape.infrastructure.kubernetes.laid_over import ChartsOwn  # noqa: PLC0415 - the same

        return ChartsOwn(self.around())


def is_description(path: RepoPath) -> bool:
    """Whether a file says what a chart is made of."""
    return _DESCRIPTION.search(path) is not None
