"""Bare names of Java that meant a member of a class above, where that has it no more."""

from collections.abc import Callable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.model import FileFacts, Name
from weighbridge.landscape.file_names import CLASS_KINDS
from weighbridge.landscape.landscapes import View
from weighbridge.landscape.values import External, Instance, Symbol

_UNSTATED: Final = frozenset({"super", "this"})


def is_inherited_no_more(
    used: Name,
    at: tuple[RepoPath, int],
    *,
    head: View,
    lost_by: Callable[[Symbol], bool],
    may_be_given: Callable[[Symbol], bool],
) -> bool:
    """Whether a bare name was a member that the class around it had from one above, which lost it, and nothing else gives it.

    `lost_by` says of a class whether it is the one that lost the member, `may_be_given` of one whether it may have it unseen.
    """
    path, scope = at
    names = head.evaluator.names(path)
    if names is None or used.id in _UNSTATED:
        return False
    if any(each.name == "*" and each.module.rpartition(".")[2][:1].isupper() for each in names.facts.imports):
        return False  # `import static …*` may give it
    if any(used.id in names.bound_in(home) for home in names.enclosing(scope)):
        return False
    around = [Symbol(path, index) for index in _around(names.facts, scope)]
    owners = [each for each in around if any(lost_by(above) for above in head.evaluator.order(each))]
    if not owners or any(may_be_given(each) for each in around):
        return False
    return not any(_has(head, each, name=used.id) for each in around)


def _around(facts: FileFacts, scope: int) -> Iterator[int]:
    """The classes that stand around a place."""
    while scope > 0:
        if facts.definitions[scope].kind in CLASS_KINDS:
            yield scope
        scope = facts.definitions[scope].parent


def _has(head: View, owner: Symbol, *, name: str) -> bool:
    if head.references.sites.holder(head.evaluator.order(owner), name) is not None:
        return True
    return any(not isinstance(v, External) for v in head.evaluator.member(Instance(owner.path, owner.index), name))
