"""What goes with a nested stack: what the template holds that makes it, where that lies in the repository."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import NESTED_STACK, Alteration, listed
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template
from weighbridge.landscape.infrastructure.cloudformation.translated import translated
from weighbridge.landscape.infrastructure.cloudformation.types import like
from weighbridge.landscape.infrastructure.environment import recreations
from weighbridge.landscape.infrastructure.kinds import Holds, Kind, kind_of
from weighbridge.landscape.infrastructure.nested_templates import address_of, template_at
from weighbridge.landscape.infrastructure.watching import RECORDS

_MOST_NAMED: Final = 4
_KEEPS: Final = ("Retain", "RetainExceptOnCreate")
_RUNS: Final = frozenset({Holds.COMPUTE, Holds.ENVIRONMENT})


class StackGone(Struct, frozen=True, kw_only=True):
    """A nested stack that is removed: how bad that is, and what goes with it in words."""

    alteration: Alteration
    severity: Severity
    words: str


def stacks_gone(infrastructure: Infrastructure) -> Iterator[StackGone]:
    """Each that goes alone; those that go with their environment are told there."""
    gone = [
        each
        for each in infrastructure.alterations
        if each.change.type == NESTED_STACK and each.change.action in (Action.DELETE, Action.REPLACE)
    ]
    if not gone:
        return
    told = {id(each) for recreation in recreations(infrastructure) for each in recreation.ended}
    for each in gone:
        if id(each) not in told and not each.change.deposed:
            template = template_at(address_of(each.change.before), each.place.path, base=infrastructure.base_files)
            yield _unseen(each) if template is None else _seen(each, template)


def _unseen(each: Alteration) -> StackGone:
    is_application = isinstance(each.change.before.get("location"), dict)
    words = "all that its stack holds goes with it, and what that is, nothing here says"
    is_less = is_application or each.is_renamed
    return StackGone(alteration=each, severity=Severity.MEDIUM if is_less else Severity.HIGH, words=words)


def _seen(each: Alteration, template: Template) -> StackGone:
    known = [(one, kind_of(like(one.type, one.properties))) for one in template.resources.values() if not _is_kept(one)]
    grave = [(one, kind) for one, kind in known if kind is not None and kind.is_grave]
    watching = [one for one, _ in known if like(one.type, one.properties) in RECORDS]
    running = [one for one, kind in known if kind and kind.holds in _RUNS and kind.type != NESTED_STACK]
    if grave:
        kind: Kind | None = grave[0][1]
        lost = f"; {kind.lost}" if kind is not None and len({one.holds for _, one in grave}) == 1 else ""
        words, severity = f"{_named(one for one, _ in grave)} with all they hold{lost}", Severity.CRITICAL
    elif watching:
        words = f"{_named(watching)}; {RECORDS[like(watching[0].type, watching[0].properties)]}"
        severity = Severity.HIGH
    elif running:
        words, severity = f"{_named(running)}, and what runs there stops", Severity.HIGH
    else:
        words, severity = _named(one for one, _ in known) or "nothing that its template makes", Severity.MEDIUM
    if each.is_renamed and severity is Severity.HIGH:
        severity = Severity.MEDIUM
    return StackGone(alteration=each, severity=severity, words=f"its resources go with it: {words}")


def _named(resources: Iterable[Resource]) -> str:
    names = [f"`{each.name} ({each.type})`" for each in resources]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return (", ".join(names[:_MOST_NAMED]) if more else listed(names)) + more


def _is_kept(resource: Resource) -> bool:
    return translated(resource.type, resource.body).values.get("deletion_policy") in _KEEPS
