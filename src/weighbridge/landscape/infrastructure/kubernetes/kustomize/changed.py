"""What the files of Kustomize that a change touches, or whose patches it touches, make before and after it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.around import Surroundings
from weighbridge.landscape.infrastructure.kubernetes.kustomize.build import FILES, MOST_FILES, Build, Done, Made, Read
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part

_MOST_BYTES: Final = 500_000
_MOST_BUILDS: Final = 20
_LEVELS: Final = 3
_REFUSED: Final = CouldNotLook(
    reason=Reason.UNPARSED,
    detail="a patch has an operation on what is not there, as far as is known: what it does to the rest was not looked at",
    remedy="mend the patch, or give what is made before and after as manifests",
)
_UNREAD: Final = ("transformers", "replacements")
_TRANSFORMED: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="its `transformers` or `replacements` are otherwise, and what they do to objects is not read",
    remedy="give what is made before and after as manifests: `--input manifests-before=FILE --input manifests-after=FILE`",
)
_MARKS: Final = (b"patch", b"replicas", b"images", b"components", b"transformers", b"replacements")


class Builds:
    """What they make."""

    def __init__(
        self, change: Change, patches: Iterable[RepoPath], *, before: Surroundings, after: Surroundings
    ) -> None:
        listings = (file.path for file in change.files if file.path.rpartition("/")[2] in FILES)
        self._paths = (*listings, *patches)
        self._sides = {Side.BASE: before, Side.HEAD: after}

    @cached_property
    def pairs(self) -> tuple[tuple[Object, Object], ...]:
        """Each object that is made on both sides and is otherwise, told where that is written that makes it so."""
        return tuple(pair for old, new in self._built for pair in _pairs(old, new))

    @cached_property
    def unknown(self) -> Mapping[RepoPath, CouldNotLook]:
        """The files of which new patches meet nothing that is known, while not all is known that they list."""
        found: dict[RepoPath, CouldNotLook] = {}
        for old, new in self._built:
            known = {each.words for each in old.lost}
            for each in new.lost if new.lacking else ():
                if each.words not in known:
                    folder = each.path.rpartition("/")[0] or "."
                    found[each.path] = CouldNotLook(
                        reason=Reason.LIMIT if new.is_cut else Reason.UNSUPPORTED,
                        detail=f"what a patch changes may lie beyond the {MOST_FILES} files that were read"
                        if new.is_cut
                        else f"what a patch changes is not in the repository: `{new.lacking[0]}` is made elsewhere",
                        remedy=f"give what is made before and after: `kustomize build {folder} > FILE` on both sides, and"
                        " `--input manifests-before=FILE --input manifests-after=FILE`",
                    )
            if new.root is not None and any(new.said(name) and new.said(name) != old.said(name) for name in _UNREAD):
                found.setdefault(new.root.path, _TRANSFORMED)
            refused = {each.words for each in old.failed}
            for each in new.failed:
                if each.words not in refused:
                    found.setdefault(each.path, _REFUSED)
        return found

    @cached_property
    def _built(self) -> tuple[tuple[Build, Build], ...]:
        roots = dict.fromkeys(root for path in self._paths for root in self._roots(path))
        return tuple(
            (self._build(root, Side.BASE), self._build(root, Side.HEAD)) for root in list(roots)[:_MOST_BUILDS]
        )

    def _roots(self, path: RepoPath) -> Iterator[RepoPath]:
        """The files of Kustomize that are it, or that lay it over others."""
        folder, _, name = path.rpartition("/")
        if name in FILES:
            data = [self._reader(side)(path) for side in Side]
            if None not in data and any(mark in (each or b"") for each in data for mark in _MARKS):
                yield path
            return
        above = folder
        for _ in range(_LEVELS):
            for each in FILES:
                root = RepoPath(f"{above}/{each}" if above else each)
                data = [self._reader(Side.HEAD)(root)]
                if data[0] is not None and name.encode() in data[0] and b"patch" in data[0]:
                    yield root
                    return
            above = above.rpartition("/")[0]

    def _build(self, root: RepoPath, side: Side) -> Build:
        return Build(root, read=self._reader(side), side=side)

    def _reader(self, side: Side) -> Read:
        if side not in self._readers:
            tree, read = self._sides[side]()
            known: dict[RepoPath, bytes | None] = {}

            def reader(path: RepoPath) -> bytes | None:
                if path not in known:
                    data = read(tree.blobs[path].oid, _MOST_BYTES) if path in tree else None
                    known[path] = data if isinstance(data, bytes) else None
                return known[path]

            self._readers[side] = reader
        return self._readers[side]

    @cached_property
    def _readers(self) -> dict[Side, Read]:
        return {}


def _pairs(old: Build, new: Build) -> Iterator[tuple[Object, Object]]:
    before = {_name(each): each for each in old.made}
    for each in new.made:
        was = before.get(_name(each))
        if was is not None and was.values != each.values and _done(was) != _done(each):
            yield _object(was, was.done), _object(each, _fresh(was, each, root=new.root))


def _name(made: Made) -> tuple[object, object]:
    return made.values.get("kind"), part(made.values, "metadata", "name")


def _done(made: Made) -> list[str]:
    return [each.words for each in made.done]


def _fresh(was: Made, now: Made, *, root: Object | None) -> tuple[Done, ...]:
    """What is done to an object and was not; where something is no longer done, the file of Kustomize that did."""
    known = _done(was)
    at_root = (Done("", root.path, root.node),) if root is not None else now.done
    return tuple(each for each in now.done if each.words not in known) or at_root


def _object(made: Made, done: tuple[Done, ...]) -> Object:
    """The object at the last thing that was done to it."""
    of = made.of
    metadata = made.values.get("metadata") or {}
    key = (of.key[0], of.key[1], str(metadata.get("namespace") or ""), of.key[3])
    at = done[-1] if done else Done("", of.path, of.node, of.before)
    return Object(key=key, values=made.values, path=at.path, side=of.side, node=at.node, before=at.before)
