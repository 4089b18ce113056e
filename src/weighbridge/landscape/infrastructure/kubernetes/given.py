"""What roles and bindings of a change give, each cause told once.

A role goes with the bindings that hand it out, one decision with all the namespaces that it is about, and what stands
elsewhere already, and is declared again for one more place, is one thing.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.manifests import Manifests
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, part
from weighbridge.landscape.infrastructure.kubernetes.rights import (
    BINDINGS,
    ROLES,
    Right,
    audience,
    bound,
    fresh_subjects,
    is_held,
    rights,
    role_name,
    subjects,
    widened,
)
from weighbridge.landscape.infrastructure.kubernetes.selection import is_beside

_OPENING: Final = ("ServiceAccount", "Secret", "ExternalSecret", "SealedSecret")
"""Kinds of what whoever may do all in a namespace can act by."""
_SHOWN: Final = 3

Told = tuple[Object, Lapse]


class _Giving(Struct, frozen=True, kw_only=True):
    """One role or binding that gives more than before."""

    old: Object | None
    new: Object
    lapse: Lapse

    @property
    def stops(self) -> bool:
        return self.lapse.severity.rank <= Severity.HIGH.rank


def given(manifests: Manifests) -> Iterator[Told]:
    """What is given that was not given before, with the object that gives it."""
    found = list(_givings(manifests))
    copies = [(each, twin) for each in found if each.stops and (twin := _twin(each, manifests)) is not None]
    copied = {id(each) for each, _ in copies}
    yield from _copied(copies)
    yield from _by_decision(_with_bindings([each for each in found if id(each) not in copied], manifests), manifests)


def _givings(manifests: Manifests) -> Iterator[_Giving]:
    for old, new in manifests.present:
        for lapse in widened(old, new):
            yield _Giving(old=old, new=new, lapse=lapse)
        if fresh_subjects(old, new):
            for lapse in bound(old, new, gives=_gives(new, manifests)):
                yield _Giving(old=old, new=new, lapse=lapse)


def _gives(binding: Object, manifests: Manifests) -> frozenset[Right] | None:
    """What the role of a binding lets do, where it stands in the sources."""
    kind, name = str(part(binding.values, "roleRef", "kind")), role_name(binding)
    called = manifests.standing(binding, mention=name).called(kind, (name,))
    found = [each for each in called if kind == "ClusterRole" or is_beside(each, binding)]
    own = [each for each in found if each.path == binding.path] or found
    if not own or any(each.values.get("aggregationRule") for each in own):
        return None
    return frozenset().union(*map(rights, own))


def _twin(giving: _Giving, manifests: Manifests) -> Object | None:
    """What stood elsewhere before and gives at least as much under the same name; None where nothing does."""
    new = giving.new
    if giving.old is not None:
        return None
    return next((each for each in manifests.elsewhere(new) if is_beside(each, new) and _is_as_much(each, new)), None)


def _is_as_much(other: Object, new: Object) -> bool:
    if new.kind in BINDINGS:
        return other.values.get("roleRef") == new.values.get("roleRef") and subjects(new) <= subjects(other)
    had = rights(other)
    is_gathered = other.values.get("aggregationRule") == new.values.get("aggregationRule")
    return is_gathered and audience(new) <= audience(other) and all(is_held(each, had) for each in rights(new))


def _copied(copies: list[tuple[_Giving, Object]]) -> Iterator[Told]:
    """One lapse for all that is declared once more."""
    if not copies:
        return
    first, twin = copies[0]
    others = [each for each in dict.fromkeys(each.new.name for each, _ in copies) if each != first.new.name]
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    named = f" (so do {', '.join(others[:_SHOWN])}{more})" if others else ""
    is_grave = any(each.lapse.severity is Severity.CRITICAL for each, _ in copies)
    yield (
        first.new,
        Lapse(
            steps=first.lapse.steps,
            words=f"gives what stands in `{twin.path}` already{named}: the same rights for one more place",
            severity=Severity.MEDIUM if is_grave else Severity.LOW,
            anchor="once more",
            related=tuple(
                RelatedPlace(place=each.new.at(*each.lapse.steps), message=f"{each.new.name} as in {known.path}")
                for each, known in copies
            ),
        ),
    )


def _with_bindings(found: list[_Giving], manifests: Manifests) -> Iterator[_Giving]:
    """Each role with whoever gets it; not by itself where a binding of it is told."""
    told = {role_name(each.new) for each in found if each.new.kind in BINDINGS}
    for each in found:
        new = each.new
        is_role = new.kind in ROLES and each.old is None and each.lapse.anchor == "rights"
        if is_role and new.key[3] in told:
            continue
        if is_role and each.stops and not audience(new):
            whom = sorted(set(_bound_to(new, manifests)))
            named = ", ".join(f"`{one}`" for one in whom[:_SHOWN])
            words = f"; it goes to {named}" if whom else "; nothing here binds it yet"
            severity = each.lapse.severity if whom else Severity.MEDIUM
            yield replace(each, lapse=replace(each.lapse, words=each.lapse.words + words, severity=severity))
        else:
            yield each


def _bound_to(role: Object, manifests: Manifests) -> Iterator[str]:
    for each in manifests.standing(role).of(*BINDINGS):
        if role_name(each) == role.key[3] and part(each.values, "roleRef", "kind") == role.kind:
            yield from subjects(each)


def _by_decision(found: Iterable[_Giving], manifests: Manifests) -> Iterator[Told]:
    """One lapse for the bindings of one file that give one role to the same, that first where most can be done by it."""
    groups: dict[tuple[str, ...], list[_Giving]] = {}
    for each in found:
        whom = fresh_subjects(each.old, each.new) if each.new.kind == "RoleBinding" else ()
        key = (each.new.path, role_name(each.new), *whom) if whom else (str(id(each)),)
        groups.setdefault(key, []).append(each)
    for many in groups.values():
        if len(many) > 1:
            many.sort(key=lambda each: (each.lapse.severity.rank, -_opened(each.new, manifests)))
        first = many[0]
        spaces = ", ".join(f"`{each.new.namespace or each.new.key[3]}`" for each in many[1 : _SHOWN + 1])
        more = f" and {len(many) - _SHOWN - 1} more" if len(many) > _SHOWN + 1 else ""
        words = first.lapse.words + (f", and the same in {spaces}{more}" if spaces else "")
        related = tuple(
            RelatedPlace(place=each.new.at(*each.lapse.steps), message="the same, for another namespace")
            for each in many[1:]
        )
        yield first.new, replace(first.lapse, words=words, related=related)


def _opened(binding: Object, manifests: Manifests) -> int:
    """How many accounts and secrets are declared where a binding gives something."""
    space = binding.namespace
    standing = manifests.standing(binding, mention=space).of(*_OPENING) if space else ()
    return sum(each.namespace == space for each in standing)
