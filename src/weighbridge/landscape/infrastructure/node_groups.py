"""Groups of machines that the call of a module declares for a cluster, by the entries of a table, before and after."""

import re
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.scopes import Scope, names_in
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles

_ARGUMENTS: Final = (
    "eks_managed_node_groups", "self_managed_node_groups", "managed_node_groups", "node_groups", "worker_groups",
    "worker_groups_launch_template", "fargate_profiles", "node_pools", "additional_node_pools", "agent_pools",
)  # fmt: skip
"""What modules for clusters call such tables: `terraform-aws-modules/eks`, `terraform-google-modules/kubernetes-engine`, `Azure/aks`."""
_JOINS: Final = frozenset({"merge", "concat", "flatten", "tomap"})
"""Functions whose value has the entries of what they are given."""
_CALL: Final = LatePattern(r"([a-z]\w*)\(")
_KEY: Final = LatePattern(r'([\w-]+|"[^"]+") ?=(?![=>])')
_NAME: Final = LatePattern(r"(?<![\w.])[a-z]\w*(?:\.[\w-]+)+[\[.]?")
_FOR: Final = re.compile(r"^\s*for\b")
_DEEPEST: Final = 6
_MOST_SHOWN: Final = 4


class GroupsGone(Struct, frozen=True, kw_only=True):
    """The groups of one call that it declares no more; `is_last` where none is left, and nothing may bring one."""

    module: str
    name: str
    argument: str
    gone: tuple[str, ...]
    is_last: bool
    place: Place


class _Entries(Struct, frozen=True, kw_only=True):
    """The keys of a table that are told, and the parts of which only running tells any."""

    keys: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def with_(self, other: "_Entries") -> "_Entries":
        return _Entries(keys=self.keys | other.keys, unknown=self.unknown | other.unknown)


def groups_gone(sources: SourceFiles) -> list[GroupsGone]:
    """One for each argument of a call that stays."""
    found = [
        _gone(folder, (old, new), argument=argument)
        for folder in sources.folders
        for (kind, labels, _), new in folder.compared[1].items()
        if kind == "module" and (old := folder.compared[0].get((kind, labels, ""))) is not None
        for argument in _ARGUMENTS
        if argument in old.block.values
    ]
    return [each for each in found if each is not None]


def _gone(folder: Folder, pair: tuple[Declared, Declared], *, argument: str) -> GroupsGone | None:
    old, new = pair
    before, after = folder.scopes
    was = _entries(old.block.values.get(argument), before, depth=0)
    others = _Entries()
    for each in _ARGUMENTS:
        others = others.with_(_entries(new.block.values.get(each), after, depth=0))
    is_said = argument in new.block.values
    now = _entries(new.block.values.get(argument), after, depth=0) if is_said else others
    gone = sorted(key for key in was.keys - now.keys if not _is_moved(folder, new.block.name, key=key))
    if not gone or now.unknown - was.unknown:
        return None
    return GroupsGone(
        module=new.block.name,
        name=f"{folder.module}module.{new.block.name}",
        argument=argument,
        gone=(*gone[:_MOST_SHOWN], *([f"{len(gone) - _MOST_SHOWN} more"] if len(gone) > _MOST_SHOWN else [])),
        is_last=is_said and not others.keys and not others.unknown,
        place=_place(folder, new, argument=argument),
    )


def _is_moved(folder: Folder, module: str, *, key: str) -> bool:
    """Whether a `moved` block speaks of what the module makes for a key."""
    froms = [each.block.values.get("from") for each in folder.of("moved")]
    texts = [each.text if isinstance(each, Expression) else str(each) for each in froms]
    return any(each.startswith(f"module.{module}.") and f'["{key}"]' in each for each in texts)


def _place(folder: Folder, new: Declared, *, argument: str) -> Place:
    """Where the table is: by the local that the argument is, or by the argument itself."""
    for name in names_in(new.block.values.get(argument)):
        bare = name.removeprefix("local.")
        held = next((each for each in folder.of("locals") if bare in each.block.values), None)
        if held is not None:
            return held.line_of(bare)
    return new.line_of(argument)


def _entries(value: object, scope: Scope, *, depth: int) -> _Entries:
    if isinstance(value, Expression):
        filled = scope.filled({"": value})[""]
        return (
            _entries(filled, scope, depth=depth)
            if not isinstance(filled, Expression)
            else _of(filled, scope, depth=depth)
        )
    if isinstance(value, dict):
        return _Entries(keys=frozenset(key for key in value if isinstance(key, str)))
    names = [each.get("name") for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return _Entries(keys=frozenset(each for each in names if isinstance(each, str)))


def _of(expression: Expression, scope: Scope, *, depth: int) -> _Entries:
    """The entries of tables that are written in an expression, and of those that it joins with them."""
    outside, inside = _parted(expression.text)
    if depth > _DEEPEST or set(_CALL.findall(outside)) - _JOINS or any(_FOR.search(each) for each in inside):
        return _Entries(unknown=frozenset({expression.text}))
    found = _Entries(keys=frozenset(key.strip('"') for each in inside for key in _KEY.findall(each)))
    for name in _NAME.findall(outside):
        root, _, bare = name.partition(".")
        table = scope.said(root)
        held = _entries(table[bare], scope, depth=depth + 1) if bare in table else _Entries(unknown=frozenset({name}))
        found = found.with_(held)
    return found


def _parted(text: str) -> tuple[str, list[str]]:
    """What stands outside of all braces, and what within each of the outermost, without what lies deeper."""
    outside: list[str] = []
    inside: list[list[str]] = []
    depth = 0
    for each in text:
        if each in "{[" and (depth or each == "{"):
            depth += 1
            if depth == 1:
                inside.append([])
        elif each in "}]" and depth:
            depth -= 1
        elif depth < 2:
            (inside[-1] if depth else outside).append(each)
    return "".join(outside), ["".join(each) for each in inside]
