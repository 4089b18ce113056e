"""Names to which a template refers and that it does not have: CloudFormation refuses it as a whole.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html (unresolved resource dependencies).
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template, table
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile

_FILLED: Final = LatePattern(r"\$\{([A-Za-z0-9]+)(?:\.[\w.]+)?\}")
_SERVERLESS: Final = "AWS::Serverless::"
_MADE_BY_SAM: Final = "Serverless"
"""How the names begin of what SAM makes for all functions: `ServerlessRestApi`."""
_RUN_FIRST: Final = frozenset({"Fn::Transform", "Fn::ForEach"})
_DEEPEST: Final = 60


class Unresolved(Struct, frozen=True, kw_only=True):
    """A name that a resource asks for and that nothing in its template has."""

    resource: str
    name: str
    place: Place


def unresolved(files: Iterable[TemplateFile]) -> Iterator[Unresolved]:
    """Each that was not there before; nothing of a template that a macro makes into another one."""
    for file in files:
        after = file.after
        if after is None or after.gaps or after.loops or file.missing is not None:
            continue
        known = {name for _, name in _missing(file.before)} if file.before is not None else set()
        for resource, name in dict.fromkeys(_missing(after)):
            if name not in known:
                declared = after.resources[resource]
                place = file.place(declared.line, Side.HEAD)
                yield Unresolved(resource=f"{resource} ({declared.type})", name=name, place=place)


def _missing(template: Template) -> list[tuple[str, str]]:
    had = {*template.resources, *template.parameters}
    grown = tuple(each.name for each in template.resources.values() if each.type.startswith(_SERVERLESS))
    return [
        (resource.name, name)
        for resource in template.resources.values()
        for name in _asked(resource)
        if name not in had and not (grown and name.startswith((*grown, _MADE_BY_SAM)))
    ]


def _asked(resource: Resource) -> Iterator[str]:
    """The names in what a resource says, its template's own alone."""
    names = list(_names({"Properties": resource.properties}, depth=0))
    wanted = resource.body.get("DependsOn")
    names += [each for each in (wanted if isinstance(wanted, list) else [wanted]) if isinstance(each, str)]
    if not _RUN_FIRST & set(names):
        yield from (each for each in names if "::" not in each)


def _names(value: object, *, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _names(each, depth=depth + 1)
        return
    for name, inner in table(value).items():
        if name in _RUN_FIRST:
            yield name
        elif name == "Ref" and len(table(value)) == 1 and isinstance(inner, str):
            yield inner
        elif name == "Fn::GetAtt":
            first = inner[0] if isinstance(inner, list) and inner else inner
            yield from [first.partition(".")[0]] if isinstance(first, str) else ()
        elif name == "Fn::Sub":
            yield from _filled_in(inner, depth=depth)
        else:
            yield from _names(inner, depth=depth + 1)


def _filled_in(value: object, *, depth: int) -> Iterator[str]:
    """The names in a text that is filled in; not those that it is given itself."""
    text, given = (value[0], table(value[1])) if isinstance(value, list) and len(value) == 2 else (value, {})
    if isinstance(text, str):
        yield from (found[1] for found in _FILLED.finditer(text) if found[1] not in given)
    for inner in given.values():
        yield from _names(inner, depth=depth + 1)
