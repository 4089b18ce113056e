"""The objects that the manifests of a change declare, before and after: the fact that rules ask for.

An object is known by kind, namespace and name, whichever file holds it. What a tool rendered, given as two inputs, stands
instead of the sources of the same objects.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from weighbridge.domain.change import Change, FileChange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.inputs import NO_INPUTS, PREFIX, Inputs
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.kubernetes.objects import Key, Object, nearly, settled
from weighbridge.landscape.infrastructure.kubernetes.reading import (
    ASIDE,
    ENDINGS,
    KIND,
    TEMPLATE,
    Chunk,
    Read,
    chunks_of,
    read_chunks,
)
from weighbridge.landscape.infrastructure.kubernetes.standing import Group, Standing

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.around import Around, Surroundings
    from weighbridge.landscape.infrastructure.kubernetes.fates import Fates
    from weighbridge.landscape.infrastructure.kubernetes.kustomize.changed import Builds
    from weighbridge.landscape.infrastructure.kubernetes.nearby import Nearby
    from weighbridge.landscape.infrastructure.kubernetes.other_files import OtherFiles
    from weighbridge.landscape.infrastructure.realms import Realms

ROLE: Final = "kubernetes"
HELPERS: Final = "named-templates"
KUSTOMIZATION: Final = "kustomization"
BEFORE: Final = "manifests-before"
AFTER: Final = "manifests-after"
ROLES: Final = (ROLE, KUSTOMIZATION, f"{PREFIX}{BEFORE}", f"{PREFIX}{AFTER}")
"""What rules that look at objects name as their roles."""
_VERSION: Final = re.compile(rb"^(?:- |\xef\xbb\xbf)?[\"']?apiVersion[\"']?[ \t]*:[ \t]*[\"']?[a-z{]", re.MULTILINE)
_OPERATIONS: Final = re.compile(rb"(?:\s*(?:#[^\n]*|---)\n)*\s*- (?:\{ *)?[\"']?op[\"']?: ")
_LISTING: Final = LatePattern(r"(?:^|/)(?:kustomization\.ya?ml|Kustomization)$")
_PATCH: Final = "patch"

Pair = tuple[Object | None, Object | None]


class Manifests:
    """The manifests of a change."""

    def __init__(
        self,
        change: Change,
        contents: ChangedBytes,
        *,
        around: "Surroundings | None" = None,
        before: "Surroundings | None" = None,
        inputs: Inputs = NO_INPUTS,
    ) -> None:
        self._change = change
        self._contents = contents
        self._around = around
        self._before = before
        self._inputs = inputs

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The role of each changed file that holds objects on either side, or what templates of charts ask for."""
        return dict.fromkeys(self._with_objects, ROLE) | dict.fromkeys(self.helpers, HELPERS)

    @cached_property
    def _with_objects(self) -> frozenset[RepoPath]:
        return frozenset(file.path for file in self._change.files if self._holds_objects(file))

    @cached_property
    def helpers(self) -> tuple[RepoPath, ...]:
        """The changed files of named templates, as charts have them; none where what they make was rendered."""
        files = (file for file in self._change.files if file.path.endswith(".tpl") and file.base and file.head)
        return tuple(
            file.path
            for file in files
            if _is_of_chart(file.path) and not ASIDE.search(file.path) and not self._rendered
        )

    @cached_property
    def unread(self) -> Mapping[RepoPath, CouldNotLook]:
        """Why a manifest, or what was rendered of one, could not be read; where the rest was rendered, its templates need not be."""
        found = dict(self._unread_inputs())
        for file in self._sources:
            missing = file.new.missing or file.old.missing
            if missing is not None and not (self._rendered and (missing is TEMPLATE or _is_of_chart(file.path))):
                found[file.path] = missing
        return found

    @cached_property
    def understood(self) -> frozenset[RepoPath]:
        """The changed files of which every document could be read."""
        return self._with_objects - self.unread.keys()

    @property
    def has_rendered(self) -> bool:
        """Whether what a tool rendered was given, before and after."""
        return bool(self._rendered)

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Each object that is not declared as it was: before and after."""
        rendered = self._paired(self._rendered)
        known = {each.key[1::2] for file in self._rendered for each in file.objects}
        sources = [each for each in self._paired(self._sources) if is_changed(each)]
        whole = {each.key[1::2] for pair in sources for each in pair if each is not None and each.is_whole}
        made = [pair for pair in self.built.pairs if pair[1].key[1::2] not in whole] if self.built is not None else []
        patched = {new.key[1::2] for _, new in made} - whole
        beside = (pair for pair in sources if not any(each is not None and each.key[1::2] in patched for each in pair))
        kept = (
            pair for pair in (*beside, *made) if not any(each is not None and each.key[1::2] in known for each in pair)
        )
        return (*filter(is_changed, rendered), *kept)

    @cached_property
    def built(self) -> "Builds | None":
        """What Kustomize makes where one of its files, or a patch, is otherwise; None where none is."""
        listings = any(_LISTING.search(file.path) for file in self._change.files)
        patches = [
            file.path
            for file in self._sources
            if _PATCH in file.path or not file.told or not all(each.is_whole for each in file.told)
        ]
        if not (listings or patches) or self._before is None or self._around is None:
            return None
        from weighbridge.landscape.infrastructure.kubernetes.kustomize.changed import Builds  # noqa: PLC0415 - few changes ask

        return Builds(self._change, patches, before=self._before, after=self._around)

    @property
    def templates(self) -> Iterator[tuple[RepoPath, bytes, bytes]]:
        """The templates of charts that are there on both sides, as they are written; none where they were rendered."""
        for file in self._change.files if not self._rendered else ():
            if file.path in self._with_objects and _is_of_chart(file.path):
                (old, _), (new, path) = (self._text(file, side) for side in Side)
                if isinstance(old, bytes) and isinstance(new, bytes):
                    yield path, old, new

    @cached_property
    def realms(self) -> "Realms":
        """Asked for folders of environments that are no production."""
        from weighbridge.landscape.infrastructure.realms import Realms  # noqa: PLC0415 - few changes ask

        around = self._before
        return Realms(lambda: (*(around()[0].blobs if around else ()), *(file.path for file in self._change.files)))

    @cached_property
    def fates(self) -> "Fates":
        """What becomes of objects that a file no longer declares."""
        from weighbridge.landscape.infrastructure.kubernetes.fates import Fates  # noqa: PLC0415 - few changes ask

        return Fates(self._before, self._around)

    @property
    def tree_before(self) -> "Around | None":
        """The tree before the change, and what reads its files; None where nobody gave it."""
        return self._before() if self._before is not None else None

    @property
    def tree_after(self) -> "Around | None":
        """The tree after the change, and what reads its files; None where nobody gave it."""
        return self._around() if self._around is not None else None

    @property
    def kept(self) -> Iterator[tuple[Object, Object]]:
        """Each object that stays, and is declared otherwise."""
        for old, new in self.pairs:
            if old is not None and new is not None:
                yield old, new

    @property
    def present(self) -> Iterator[tuple[Object | None, Object]]:
        """Each object that is there after the change, with what it was before."""
        for old, new in self.pairs:
            if new is not None:
                yield old, new

    @property
    def removed(self) -> Iterator[Object]:
        """Each object that is declared nowhere in the change any more, patches of others left out."""
        for old, new in self.pairs:
            if old is not None and new is None and old.is_whole:
                yield old

    def standing(self, by: Object, *, mention: str = "") -> Standing:
        """The objects that stand beside one after the change: of the changed files, and of those near it that mention its name, or another."""
        if by.is_rendered or self._nearby is None:
            return Standing(self._own)
        return Standing(self._own, self._nearby.holding(mention or by.key[3], near=by.path))

    def elsewhere(self, of: Object) -> Iterator[Object]:
        """What stands under the kind and name of an object in files that the change leaves alone."""
        return iter(()) if self._others is None or of.is_rendered else self._others.called_like(of)

    @cached_property
    def _nearby(self) -> "Nearby | None":
        if self._around is None:
            return None
        from weighbridge.landscape.infrastructure.kubernetes.nearby import Nearby  # noqa: PLC0415 - few changes ask

        return Nearby(self._change, self._around)

    @cached_property
    def _others(self) -> "OtherFiles | None":
        if self._around is None:
            return None
        from weighbridge.landscape.infrastructure.kubernetes.other_files import OtherFiles  # noqa: PLC0415 - few changes ask

        return OtherFiles(self._change, self._around)

    @cached_property
    def _own(self) -> Group:
        files = (*self._rendered, *self._sources)
        return Group(each for file in files for each in (*file.new.objects, *file.same))

    @cached_property
    def _sources(self) -> "tuple[_File, ...]":
        """The changed files that hold objects."""
        files = (file for file in self._change.files if file.path in self._with_objects)
        return tuple(_File(*(self._text(file, side) for side in Side), path=file.path) for file in files)

    @cached_property
    def _rendered(self) -> "tuple[_File, ...]":
        given = zip(self._inputs.of(BEFORE), self._inputs.of(AFTER), strict=False)
        files = (_File((old.data, old.path), (new.data, new.path), path=new.path) for old, new in given)
        return tuple(file for file in files if file.old.is_whole and file.new.is_whole)

    def _unread_inputs(self) -> Iterator[tuple[RepoPath, CouldNotLook]]:
        before, after = self._inputs.of(BEFORE), self._inputs.of(AFTER)
        for old, new in zip(before, after, strict=False):
            file = _File((old.data, old.path), (new.data, new.path), path=new.path)
            for path, missing in ((old.path, file.old.missing), (new.path, file.new.missing)):
                if missing is not None:
                    yield path, missing
        for lonely, other in ((before[len(after) :], AFTER), (after[len(before) :], BEFORE)):
            for each in lonely:
                detail = f"there is no `{other}` to compare it with"
                remedy = f"give both: `--input {BEFORE}=FILE --input {AFTER}=FILE`"
                yield each.path, CouldNotLook(reason=Reason.NOT_CONFIGURED, detail=detail, remedy=remedy)

    def _paired(self, files: "Iterable[_File]") -> list[Pair]:
        """Objects by their key within a file; what is left over, across files, then without what a tool may add to the key."""
        pairs: list[Pair] = []
        gone: list[Object] = []
        come: list[Object] = []
        for file in files:
            found, old, new = _matched(file.old.objects, file.new.objects, by=lambda key: key)
            pairs += found
            if file.old.is_whole and file.new.is_whole:  # else it may stand in what could not be read
                gone += old
                come += new
        for by in (lambda key: key, nearly):
            found, gone, come = _matched(gone, come, by=by)
            pairs += found
        found, gone, come = _without_namespace(gone, come)
        pairs = [_settled(pair) for pair in (*pairs, *found)]
        return [*pairs, *((each, None) for each in gone), *((None, each) for each in come)]

    def _holds_objects(self, file: FileChange) -> bool:
        if not file.path.lower().endswith(ENDINGS) or ASIDE.search(file.path):
            return False
        data = (self._data(file, side) for side in Side)
        return any(
            isinstance(each, bytes) and ((KIND.search(each) and _VERSION.search(each)) or _OPERATIONS.match(each))
            for each in data
        )

    def _data(self, file: FileChange, side: Side) -> bytes | CouldNotLook | None:
        blob = file.on(side)
        if blob is None or blob.mode in (Mode.SYMLINK, Mode.SUBMODULE):
            return None
        return self._contents.of(blob.path, side)

    def _text(self, file: FileChange, side: Side) -> "_Text":
        blob = file.on(side)
        return self._data(file, side), blob.path if blob is not None else file.path


_Text = tuple[bytes | CouldNotLook | None, RepoPath]
"""What a file holds on one side, and where it lies there."""


class _File:
    """The objects of one file before and after, those left out that stand in a document which is the same on both sides."""

    def __init__(self, old: _Text, new: _Text, *, path: RepoPath) -> None:
        self.path = path
        self._path = new[1]
        before, after = (chunks_of(data) if isinstance(data, bytes) else () for data, _ in (old, new))
        common = Counter(each.data for each in before) & Counter(each.data for each in after)
        self._same, rest = _split(after, common)
        self.old = _read(old, _split(before, common)[1], side=Side.BASE)
        self.new = _read(new, rest, side=Side.HEAD)
        if TEMPLATE in (self.old.missing, self.new.missing) and _is_of_chart(path):
            self.old, self.new = _outline(old, side=Side.BASE), _outline(new, side=Side.HEAD)
            self._same = []

    @property
    def objects(self) -> tuple[Object, ...]:
        """Every object of it, those that stay the same too."""
        return (*self.old.objects, *self.new.objects, *self.same)

    @property
    def told(self) -> tuple[Object, ...]:
        """The objects of what changed; one that is only operations holds none, and is a patch."""
        return (*self.old.objects, *self.new.objects)

    @cached_property
    def same(self) -> tuple[Object, ...]:
        """The objects that stay the same, read when somebody asks what stands beside another."""
        return read_chunks(self._same, self._path, side=Side.HEAD).objects


def _split(chunks: Iterable[Chunk], common: Mapping[bytes, int]) -> tuple[list[Chunk], list[Chunk]]:
    """The documents that stand on both sides, and the others."""
    left = Counter(common)
    same: list[Chunk] = []
    rest: list[Chunk] = []
    for chunk in chunks:
        (same if left[chunk.data] > 0 else rest).append(chunk)
        left[chunk.data] -= 1
    return same, rest


def _read(text: _Text, chunks: Iterable[Chunk], *, side: Side) -> Read:
    data, path = text
    if isinstance(data, CouldNotLook):
        return Read(missing=data, is_whole=False)
    return read_chunks(chunks, path, side=side)


def _is_of_chart(path: RepoPath) -> bool:
    """Whether a file is a template of a chart."""
    return "/templates/" in f"/{path}"


def _outline(text: _Text, *, side: Side) -> Read:
    """What of a template is known before it is rendered."""
    from weighbridge.landscape.infrastructure.kubernetes.outlines import not_rendered, outlined  # noqa: PLC0415 - few changes hold any

    data, path = text
    if not isinstance(data, bytes):
        return Read(missing=data, is_whole=data is None)
    known, is_less = outlined(data)
    found = read_chunks(chunks_of(known), path, side=side)
    objects = tuple(replace(each, is_outline=True) for each in found.objects)
    return Read(objects=objects, missing=not_rendered(path), is_whole=found.is_whole and not is_less)


def _settled(pair: Pair) -> Pair:
    """A pair of which only what is known on both sides may be otherwise."""
    old, new = pair
    if old is None or new is None or not (old.is_outline or new.is_outline):
        return pair
    return old, replace(new, values=settled(old.values, new.values))


def is_changed(pair: Pair) -> bool:
    """Whether an object is not declared as it was."""
    old, new = pair
    return old is None or new is None or old.values != new.values


def _matched(
    before: Iterable[Object], after: Iterable[Object], *, by: Callable[[Key], Key]
) -> tuple[list[Pair], list[Object], list[Object]]:
    """The objects that are the same one by some key, those of before that are left over, and those of after."""
    waiting: dict[Key, list[Object]] = {}
    for each in after:
        waiting.setdefault(by(each.key), []).append(each)
    pairs: list[Pair] = []
    gone: list[Object] = []
    for old in before:
        fitting = waiting.get(by(old.key))
        if fitting:
            pairs.append((old, fitting.pop(0)))
        else:
            gone.append(old)
    return pairs, gone, [each for many in waiting.values() for each in many]


def _without_namespace(
    before: Iterable[Object], after: Sequence[Object]
) -> tuple[list[Pair], list[Object], list[Object]]:
    """The same where only one side names a namespace: it may be the one that the other leaves to whoever applies it."""
    waiting: dict[Key, list[Object]] = {}
    for new in after:
        waiting.setdefault(_nameless(new.key), []).append(new)
    pairs: list[Pair] = []
    gone: list[Object] = []
    taken: set[int] = set()
    for old in before:
        fitting = next(
            (new for new in waiting.get(_nameless(old.key), ()) if not (new.namespace and old.namespace)), None
        )
        if fitting is None:
            gone.append(old)
        else:
            pairs.append((old, fitting))
            waiting[_nameless(old.key)].remove(fitting)
            taken.add(id(fitting))
    return pairs, gone, [new for new in after if id(new) not in taken]


def _nameless(key: Key) -> Key:
    return key[0], key[1], "", key[3]
