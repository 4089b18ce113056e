"""Who may call a function of SAM's through its interface: what an event says, or its interface, or `Globals` for all interfaces.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-controlling-access-to-apis.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.places import Place, Side
from weighbridge.landscape.infrastructure.cloudformation.conditions import spares_production
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template, table
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile

_FUNCTION: Final = "AWS::Serverless::Function"
_ASKED_BY: Final = {"Api": ("AWS::Serverless::Api", "RestApiId"), "HttpApi": ("AWS::Serverless::HttpApi", "ApiId")}
"""Kinds of events: the type of the interface that they come by, and what names it where it is not the one that SAM makes."""
_NOBODY: Final = "NONE"
_ELSEWHERE: Final = ("DefinitionBody", "DefinitionUri")
"""Where an interface is described by a document that may say it too."""


class Unasked(Struct, frozen=True, kw_only=True):
    """An interface whose callers are asked for nothing any more, with the events of functions that come by it."""

    interface: str
    """How its template calls it; what holds for all is `Globals`."""
    events: tuple[str, ...]
    place: Place
    is_spared: bool
    """Whether each of those functions is made in no production."""


def unasked(files: Iterable[TemplateFile]) -> Iterator[Unasked]:
    """Each interface at which callers of events that were there before were asked who they are."""
    for file in files:
        before, after = file.before, file.after
        if before is None or after is None or after.gaps:
            continue
        found: dict[str, list[tuple[str, Resource]]] = {}
        for old, new in file.pairs():
            if old is not None and new is not None and new.type == old.type == _FUNCTION:
                for event, interface in _opened(before, after, old=old, new=new):
                    found.setdefault(interface, []).append((event, new))
        for interface, events in found.items():
            line = after.resources[interface].line if interface in after.resources else after.shared_line
            yield Unasked(
                interface=interface or "Globals",
                events=tuple(name for name, _ in events),
                place=file.place(line, Side.HEAD),
                is_spared=all(spares_production(after, each.body.get("Condition")) for _, each in events),
            )


def _opened(before: Template, after: Template, *, old: Resource, new: Resource) -> Iterator[tuple[str, str]]:
    were = table(old.properties.get("Events"))
    for name, event in table(new.properties.get("Events")).items():
        own = table(table(table(event).get("Properties")).get("Auth")).get("Authorizer")
        if name not in were or own == _NOBODY:  # that one says so itself, which is told by that
            continue
        if _asks(before, were[name]) and _asks(after, event) is False:
            yield f"{new.name}.{name}", _interface(event) or ""


def _asks(template: Template, event: object) -> bool | None:
    """Whether who calls by an event is asked for anything; None where another document says it, or nothing calls by it."""
    kind, _ = _ASKED_BY.get(str(table(event).get("Type")), ("", ""))
    interface = _interface(event)
    if not kind or interface is None:
        return None
    own = table(table(table(event).get("Properties")).get("Auth"))
    shared = table(template.shared.get(str(table(event)["Type"])))
    given = template.resources[interface].properties if interface in template.resources else {}
    if interface and (interface not in template.resources or template.resources[interface].type != kind):
        return None
    if any(name in given or name in shared for name in _ELSEWHERE) or _is_private({**shared, **given}):
        return None
    settings = {**table(shared.get("Auth")), **table(given.get("Auth"))}
    who = own.get("Authorizer", settings.get("DefaultAuthorizer"))
    is_keyed = own.get("ApiKeyRequired", settings.get("ApiKeyRequired")) not in (None, False, "false")
    return is_keyed or who not in (None, "", _NOBODY)


def _interface(event: object) -> str | None:
    """The interface that an event comes by: empty for the one that SAM makes; None where it is another template's."""
    _, named = _ASKED_BY.get(str(table(event).get("Type")), ("", ""))
    value = table(table(event).get("Properties")).get(named)
    if value is None:
        return ""
    reference = value if isinstance(value, str) else table(value).get("Ref")
    return reference if isinstance(reference, str) else None


def _is_private(settings: Mapping[str, Any]) -> bool:
    configuration = settings.get("EndpointConfiguration")
    kind = table(configuration).get("Type") if isinstance(configuration, dict) else configuration
    return kind == "PRIVATE"
