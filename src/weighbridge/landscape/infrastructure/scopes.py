"""What names mean in one folder of Terraform on one side of a change: its variables, its locals, the files beside it."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import translate
from typing import Any, Final, TypeAlias

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Dynamic, Expression
from weighbridge.facts.terraform.evaluate import HEAVIEST, filled, weigh
from weighbridge.facts.terraform.functions import UnknownValueError, known
from weighbridge.facts.terraform.names import With
from weighbridge.landscape.globs import why_not_a_glob
from weighbridge.landscape.infrastructure.data_values import value_of_yaml

_HERE: Final = frozenset({"module", "root", "cwd"})
_DEEPEST: Final = 30
"""Names within names that are followed."""
_MOST_FILES: Final = 500
"""Files that one pattern may mean."""
_MOST: Final = 1_000_000
"""Values that all names of a folder hold together; what is looked up after that is not known."""
_MOST_TOGETHER: Final = 5_000_000
"""The same of all folders of a change."""
_PRICE_OF_LISTING: Final = 1_000
"""Values that looking for the files below a folder counts as."""
_PRICE_OF_YAML: Final = 2
"""Values that a character of YAML counts as."""
_NAME: Final = LatePattern(r"\b(?:var|local)\.[\w-]+")


_NUMBER: Final = "count.index"
ROOTS: Final = ("var", "local")
Said: TypeAlias = Callable[[str], Mapping[str, Any]]
"""What is said of each name that begins with one of these."""


class Allowance:
    """How many values all folders of a change may make together."""

    def __init__(self) -> None:
        self._left = _MOST_TOGETHER

    def has(self, amount: int) -> bool:
        """Takes so many of them; whether they were left."""
        self._left -= amount
        return self._left >= 0


class Scope:
    """The names of a folder; each is looked up once."""

    def __init__(
        self,
        said: Said,
        *,
        read: Callable[[str], str | None] = lambda _path: None,
        listed: Callable[[str], Iterable[str]] = lambda _folder: (),
        workspace: str = "",
        shared: Allowance | None = None,
    ) -> None:
        self._shared = shared or Allowance()
        self._said = said
        self._asked: dict[str, Mapping[str, Any]] = {}
        self._workspace = {"workspace": workspace} if workspace else {}
        self._read = read
        self._listed = listed
        self._found: dict[tuple[str, str], object] = {}
        self._asking: list[str] = []
        self._endless: set[str] = set()
        self._left = _MOST

    def said(self, root: str) -> Mapping[str, Any]:
        """What its variables, or its locals, are said to be; looked for when the first of them is asked for."""
        if root not in self._asked:
            self._asked[root] = self._said(root) if root in ROOTS else {}
        return self._asked[root]

    def value(self, root: str, name: str) -> object:
        """What a name is, as far as that can be filled in where it is text. Raises `UnknownValueError`."""
        if root == "path" and name in _HERE:
            return "."
        table = self._workspace if root == "terraform" else self.said(root)
        if name not in table or len(self._asking) > _DEEPEST or self._left < 0:
            raise UnknownValueError
        key, called = (root, name), f"{root}.{name}"
        if called in self._asking or called in self._endless:
            self._endless.update(self._asking)
        if key not in self._found:
            self._found[key] = Expression(called)  # what stands for itself is not known
            self._asking.append(called)
            try:
                value = filled(table[name], self)
                self._left -= weigh(value)
                self._found[key] = value
            except (UnknownValueError, RecursionError):
                self._left -= HEAVIEST
            finally:
                self._asking.pop()
        value = self._found[key]
        return value if isinstance(value, Expression) and value.is_template else known(value)

    def standing(self, root: str, name: str) -> Expression | None:
        """The expression that a name stands for which only running tells; None where it stands for none."""
        held = self._found.get((root, name))
        return held if isinstance(held, Expression) else None

    def is_endless(self, value: object) -> bool:
        """Whether a name within, that was asked for, stands for itself in the end: Terraform makes nothing of it."""
        return bool(self._endless) and not self._endless.isdisjoint(names_in(value))

    def text(self, path: str) -> str:
        """What a file holds, by its path from the folder. Raises `UnknownValueError`."""
        held = self._read(posixpath.normpath(path)) if path and not path.startswith("/") else None
        if held is None:
            raise UnknownValueError
        return held

    def paths(self, folder: str, pattern: str) -> list[str]:
        """The files below a folder that a pattern means, by their paths from it, in order. Raises `UnknownValueError`."""
        if not folder or folder.startswith("/") or any(sign in pattern for sign in "[]{}\\") or why_not_a_glob(pattern):
            raise UnknownValueError
        below = list(self._listed(posixpath.normpath(folder)))
        self.spend(_PRICE_OF_LISTING + len(below) * (pattern.count("/") + 1))
        parts = [_part(each) for each in posixpath.normpath(pattern).split("/")]
        found = sorted(path for path in below if _is_meant(path.split("/"), parts))
        if len(found) > _MOST_FILES:
            raise UnknownValueError
        self.spend(len(found))
        return found

    def of_yaml(self, text: str) -> object:
        """What a text says that is YAML. Raises `UnknownValueError`."""
        self.spend(_PRICE_OF_YAML * len(text))
        value = value_of_yaml(text)
        self.spend(weigh(value))
        return value

    def spend(self, amount: int) -> None:
        """Counts values that are made. Raises `UnknownValueError` where the folder has no more left."""
        self._left -= amount
        if self._left < 0 or not self._shared.has(amount):
            raise UnknownValueError

    def filled(self, values: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The values of a block, as far as they can be known here; `more` are names that mean something in it alone."""
        try:
            found = filled(values, self if more is None else With(self, more))
            self._left -= weigh(found)
        except (UnknownValueError, RecursionError):
            self._left -= HEAVIEST
            return values
        return found if isinstance(found, dict) else values


def turned(before: Scope, after: Scope, *, reads_files: bool = False) -> frozenset[str]:
    """The names that mean something else now, as expressions have them; also by files that they read, where these changed."""
    if not reads_files and all(before.said(root) == after.said(root) for root in ROOTS):
        return frozenset()
    found = set()
    for root in ROOTS:
        for name in {**before.said(root), **after.said(root)}:
            if _meaning(before, root, name=name) != _meaning(after, root, name=name):
                found.add(f"{root}.{name}")
    return frozenset(found)


def names_in(values: object) -> list[str]:
    """The variables and locals that stand in an expression anywhere within."""
    found: dict[str, None] = {}
    waiting = [values]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Expression):
            found |= dict.fromkeys(_NAME.findall(each.text))
        elif isinstance(each, Dynamic):
            waiting += [each.each, each.content]
        else:
            waiting += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
    return list(found)


def says_the_same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a block whose names mean something else says what it did; not where each of several takes something by its number."""
    return before == after and not ("count" in after and _NUMBER in str(after))


def _meaning(scope: Scope, root: str, *, name: str) -> object:
    try:
        return scope.value(root, name)
    except UnknownValueError:
        held = scope.said(root).get(name)
        return held if isinstance(held, Expression) else Expression(f"{root}.{name}")


def _part(pattern: str) -> re.Pattern[str] | None:
    """What one part of a path is to be; None where it may be any number of parts. Raises `UnknownValueError`."""
    if pattern == "**":
        return None
    if "**" in pattern:
        raise UnknownValueError
    return re.compile(translate(pattern))


def _is_meant(path: list[str], parts: list[re.Pattern[str] | None]) -> bool:
    """Whether a path is of these parts; takes steps that grow with both, and not with the ways in which they may fit."""
    at = {0}
    for each in parts:
        if each is None:
            at = set(range(min(at), len(path) + 1))
        else:
            at = {here + 1 for here in at if here < len(path) and each.match(path[here])}
        if not at:
            return False
    return len(path) in at
