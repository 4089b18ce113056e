"""Updates of a stack that CloudFormation refuses as a whole, before anything of them is done."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.cloudformation.conditions import holds, spares_production
from weighbridge.landscape.infrastructure.cloudformation.declared import transformed
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile


class OtherType(Struct, frozen=True, kw_only=True):
    """A logical id under which something of another type is declared now."""

    name: str
    was: str
    now: str
    place: Place
    is_spared: bool
    """Whether it is made in no production."""


def other_types(files: Iterable[TemplateFile]) -> Iterator[OtherType]:
    """Each resource whose type is another; not those that a condition had made nowhere."""
    for file in files:
        before, after = file.before, file.after
        for old, new in file.pairs() if before is not None and after is not None else ():
            if old is None or new is None or before is None or after is None:
                continue
            if transformed(old.type) == transformed(new.type) or _is_made(before, old) is False:
                continue
            yield OtherType(
                name=new.name,
                was=old.type,
                now=new.type,
                place=file.place(new.lines.get("Type", new.line), Side.HEAD),
                is_spared=_spares(before, old) and _spares(after, new),
            )


def _is_made(template: Template, resource: Resource) -> bool | None:
    name = resource.body.get("Condition")
    return holds(template, name) if isinstance(name, str) else True


def _spares(template: Template, resource: Resource) -> bool:
    return spares_production(template, resource.body.get("Condition"))
