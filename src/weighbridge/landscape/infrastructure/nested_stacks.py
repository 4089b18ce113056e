"""What goes with a nested stack: what the template holds that makes it, where that lies in the repository."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import NESTED_STACK, Alteration, listed
from weighbridge.landscape.infrastructure.change import BaseFiles, Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.recognise import is_json
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template, read_template
from weighbridge.landscape.infrastructure.cloudformation.translated import translated
from weighbridge.landscape.infrastructure.cloudformation.types import like
from weighbridge.landscape.infrastructure.environment import recreations
from weighbridge.landscape.infrastructure.kinds import Holds, Kind, kind_of
from weighbridge.landscape.infrastructure.watching import RECORDS

_FILE: Final = LatePattern(r"[^\s,()]+\.(?:ya?ml|json|template)\b")
_MOST: Final = 1_000_000
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
            template = _read(_url(each.change.before), each.place.path, base=infrastructure.base_files)
            yield _unseen(each) if template is None else _seen(each, template)


def made_within(each: Alteration, infrastructure: Infrastructure) -> frozenset[str]:
    """The types of what a nested stack makes that is made, by the template as it was or as the change has it."""
    url = _url(each.change.after)
    cloud = infrastructure.cloudformation
    changed = [
        file.after for file in (cloud.templates if cloud else ()) if url and f"/{file.path}".endswith(_last(url))
    ]
    template = next(iter(changed), None) or _read(url, each.place.path, base=infrastructure.base_files)
    found = template.resources.values() if template is not None else ()
    return frozenset(like(one.type, one.properties) for one in found)


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


def _url(values: Mapping[str, Any]) -> str:
    """Where a nested stack has its template from, whichever side of a choice is taken; empty where that is no file, or not the same one."""
    said = values.get("template_url") or values.get("location")
    text = said.text if isinstance(said, Expression) else said if isinstance(said, str) else ""
    found = _FILE.findall(text)
    return str(found[-1]) if len({_last(each) for each in found}) == 1 else ""


def _last(url: str) -> str:
    return f"/{url.rpartition('/')[2]}"


def _read(url: str, beside: RepoPath, *, base: BaseFiles) -> Template | None:
    """The template at an address: beside what declares it, else the one in the repository that is called so."""
    if not url:
        return None
    tree, read = base
    near = RepoPath(posixpath.normpath(posixpath.join(posixpath.dirname(beside), url)))
    paths = [near] if near in tree.blobs else _nearest(url, tree.blobs)
    data = read(tree.blobs[paths[0]].oid, _MOST) if len(paths) == 1 else None
    found = read_template(data, is_json=is_json(data)) if isinstance(data, bytes) else None
    return found if isinstance(found, Template) and not found.gaps else None


def _nearest(url: str, paths: Iterable[RepoPath]) -> list[RepoPath]:
    """The files that are called as an address ends, as far as they share most folders with it."""
    folders = frozenset(url.split("/"))
    shared = {each: len(folders.intersection(each.split("/"))) for each in paths if f"/{each}".endswith(_last(url))}
    most = max(shared.values(), default=0)
    return [each for each, many in shared.items() if many == most]
