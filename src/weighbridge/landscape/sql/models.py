"""The classes of object mappers: which of their attributes are relations, read from the database when somebody asks for them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from weighbridge.domain.change import Blob
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.facts.model import Call, FileFacts, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.tree import Tree

_RELATIONS: Final = frozenset({"ForeignKey", "OneToOneField", "ParentalKey", "relationship"})
_READ_WITH: Final = frozenset(
    {"joined", "selectin", "subquery", "immediate", "raise", "raise_on_sql", "noload", "dynamic"}
)
"""How SQLAlchemy reads a relation otherwise than when it is asked for, or not at all."""
_MOST_FILES: Final = 40


class Models:
    """The classes of a tree, looked up when a loop goes through their objects."""

    def __init__(
        self, tree: Callable[[], Tree], load: Callable[[Iterable[Blob]], Mapping[Blob, FileFacts | CouldNotLook]]
    ) -> None:
        self._tree = tree
        self._load = load
        self._known: dict[tuple[RepoPath, str], frozenset[str]] = {}

    def relations(self, path: RepoPath, facts: FileFacts, *, name: str) -> frozenset[str]:
        """The relations of the class that a file calls by a name; none where it is not found."""
        if (path, name) not in self._known:
            places = (facts, *self._imported(path, facts, name=name))
            self._known[path, name] = next(
                (held for each in places if (held := _relations_in(each, name))), frozenset()
            )
        return self._known[path, name]

    def _imported(self, path: RepoPath, facts: FileFacts, *, name: str) -> Iterator[FileFacts]:
        """The files of the module that the name is imported from."""
        modules = [each.module for each in facts.imports if name in (each.alias, each.name)]
        if not modules:
            return
        module = modules[0]
        inner = module.lstrip(".").replace(".", "/")
        if module.startswith("."):
            folder = path.split("/")[: -(len(module) - len(module.lstrip(".")))]
            inner = "/".join([*folder, inner]) if inner else "/".join(folder)
        blobs = [blob for each, blob in self._tree().blobs.items() if _is_of(each, inner)]
        if blobs and len(blobs) <= _MOST_FILES:
            yield from (each for each in self._load(blobs).values() if isinstance(each, FileFacts))


def _is_of(path: str, module: str) -> bool:
    """Whether a file is a module, or lies in it."""
    if not path.endswith(".py"):
        return False
    whole = f"/{path}"
    return whole.endswith(f"/{module}.py") or f"/{module}/" in whole


def _relations_in(facts: FileFacts, name: str) -> frozenset[str]:
    scopes = {at for at, each in enumerate(facts.definitions) if each.kind == "class" and each.name == name}
    if not scopes:
        return frozenset()
    found: set[str] = set()
    for step in facts.steps:
        if step.scope in scopes and type(step.target) is Name and type(step.value) is Call:
            given = {each.name: each.value for each in step.value.arguments}
            lazy = given.get("lazy")
            is_read_with = type(lazy) is Text and lazy.value in _READ_WITH
            if last_name(step.value.function) in _RELATIONS and not is_read_with:
                found.add(step.target.id)
    return frozenset(found)
