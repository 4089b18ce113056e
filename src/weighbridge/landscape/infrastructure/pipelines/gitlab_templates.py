"""What jobs of GitLab take from others: `extends`, `!reference` and the files of the same repository that are included.

Source: https://docs.gitlab.com/ci/yaml/yaml_optimization/. What is brought stands where the job does that takes it.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Node, Scalar
from weighbridge.landscape.infrastructure.yaml_nodes import entries, get, items, read_fields, text, texts


class Read(Struct, frozen=True):
    """Reads the files of one side of the repository."""

    of: Callable[[RepoPath], bytes | None]
    """What a file holds; None where there is none."""
    listed: Callable[[], Iterable[RepoPath]] = tuple
    """All files that there are."""

    def meant(self, written: str) -> list[RepoPath]:
        """The files that a path of an `include` means, which may have wildcards: `/ci/*.yml`, `/ci/**/*.yml`."""
        plain = posixpath.normpath(written.lstrip("/"))
        if "*" not in plain:
            return [RepoPath(plain)]
        if len(_STARS.findall(plain)) > _MOST_WILDCARDS:
            return []
        pattern = re.compile(_WILDCARD.sub(lambda found: _MEANINGS.get(found[0]) or re.escape(found[0]), plain))
        return sorted(path for path in self.listed() if path.endswith(_YAML) and pattern.fullmatch(path))[:_MOST_FILES]


ROOT: Final = RepoPath(".gitlab-ci.yml")
_DEEPEST: Final = 10
_MOST_NODES: Final = 30_000
"""Nodes of all jobs of a file, with what they take, that are gone through."""
_MOST_FILES: Final = 150
_YAML: Final = (".yml", ".yaml")
_WILDCARD: Final = re.compile(r"\*\*/|\*{2,}|\*|[^*]+")
_STARS: Final = re.compile(r"\*+")
_MOST_WILDCARDS: Final = 4
"""In one path: more take long to try, and nobody writes them."""
_MEANINGS: Final = {"**/": "(?:[^/]+/)*+", "**": ".*", "*": "[^/]*"}


class Templates:
    """What the jobs of one file take from others, as far as the repository holds it."""

    def __init__(self, own: Fields, path: RepoPath, *, read: Read | None) -> None:
        self._own = own
        self._path = path
        self._read = read
        self._others: dict[str, Node] | None = None
        self.lacking: dict[str, str] = {}
        """What jobs take and nothing here has, by the jobs' names; empty where it is there, and is too much or too deep to be put together."""
        self._whole: dict[str, Node] = {}
        self._room = _MOST_NODES
        self.taken: set[str] = set()
        """The names of what is taken."""

    def whole(self, name: str, node: Node) -> Node:
        """A job with all that it takes from others."""
        return self._filled(self._extended(node, of=name, depth=0), of=name, depth=0)

    def _extended(self, node: Node, *, of: str, depth: int) -> Node:
        parents = texts(get(node, "extends"))
        if not parents:
            return node
        if depth > _DEEPEST:
            self.lacking.setdefault(of, "")
            return node
        found: Node | None = None
        for each in parents:
            parent = self._find(each, of=of)
            if parent is not None:
                if each not in self._whole:
                    self._whole[each] = parent  # what extends itself is no more than it is
                    self._whole[each] = self._extended(parent, of=of, depth=depth + 1)
                parent = _moved(self._whole[each], node.mark)
                found = parent if found is None else _laid_over(found, parent)
        return node if found is None else _laid_over(found, node)

    def _filled(self, node: Node, *, of: str, depth: int) -> Node:
        self._room -= 1
        if depth > _DEEPEST or self._room < 0:
            if depth <= _DEEPEST or isinstance(node, Items | Fields):
                self.lacking.setdefault(of, "")
            return node
        if isinstance(node, Items) and node.tag == "!reference":
            steps = texts(node)
            target = self._find(steps[0], of=of) if steps else None
            found = get(self._extended(target, of=of, depth=0), *steps[1:]) if target is not None else None
            return node if found is None else self._filled(_moved(found, node.mark), of=of, depth=depth + 1)
        if isinstance(node, Items):
            return Items([self._filled(each, of=of, depth=depth + 1) for each in node.items], node.mark)
        if isinstance(node, Fields):
            inner = {name: (key, self._filled(each, of=of, depth=depth + 1)) for name, key, each in entries(node)}
            return Fields(inner, node.mark)
        return node

    def _find(self, name: str, *, of: str) -> Node | None:
        self.taken.add(name)
        own = get(self._own, name)
        if own is not None:
            return own
        if self._others is None:
            self._others = dict(self._included())
        if name not in self._others:
            self.lacking[of] = name
        return self._others.get(name)

    def _included(self) -> Iterator[tuple[str, Node]]:
        """What the files say that this one includes; of a file that is included itself, what the first of all brings."""
        if self._read is None:
            return
        waiting = [*_local(self._own, self._read), *([ROOT] if self._path != ROOT else [])]
        seen: set[RepoPath] = {self._path}
        while waiting and len(seen) < _MOST_FILES:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            data = self._read.of(path)
            node = read_fields(data) if data is not None else None
            for name, _, inner in entries(node):
                yield name, inner
            waiting += _local(node, self._read)


def included_by_root(read: Read) -> frozenset[RepoPath]:
    """The files of the repository that make one pipeline with the root's, by way of others too."""
    found: set[RepoPath] = set()
    waiting = [ROOT]
    while waiting and len(found) < _MOST_FILES:
        data = read.of(waiting.pop())
        if data is not None and b"include" in data:
            fresh = [path for path in _local(read_fields(data), read) if path not in found and path != ROOT]
            found.update(fresh)
            waiting += fresh
    return frozenset(found)


def _local(node: Node | None, read: Read) -> list[RepoPath]:
    """The files of the same repository that a file includes."""
    found = [get(node, "include")] if isinstance(get(node, "include"), Fields) else items(get(node, "include"))
    written = [text(each) or text(get(each, "local")) for each in found]
    plain = (each for each in written if each and "://" not in each and "$" not in each)
    return [path for each in plain for path in read.meant(each)]


def _laid_over(below: Node, above: Node) -> Node:
    """Two mappings as one, key by key; of anything else, what lies above."""
    if not (isinstance(below, Fields) and isinstance(above, Fields)):
        return above
    found = dict(below.entries)
    for name, key, inner in entries(above):
        found[name] = (key, _laid_over(found[name][1], inner) if name in found else inner)
    return Fields(found, above.mark)


def _moved(node: Node, mark: Mark) -> Node:
    """What is brought from elsewhere, at the place that takes it."""
    if isinstance(node, Fields):
        inner = {name: (_moved_key(key, mark), _moved(each, mark)) for name, key, each in entries(node)}
        return Fields(inner, mark, node.tag)
    if isinstance(node, Items):
        return Items([_moved(each, mark) for each in node.items], mark, node.tag)
    return _moved_key(node, mark)


def _moved_key(node: Scalar, mark: Mark) -> Scalar:
    return Scalar(node.value, mark, node.is_plain, node.tag)
