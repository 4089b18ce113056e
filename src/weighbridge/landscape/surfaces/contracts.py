"""Contracts that code itself declares: routes that come and go, and handlers whose parameters change."""

from collections.abc import Iterator

from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.facts.model import Attribute, EntryPoint, FileFacts, Function, Name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.pairing import pairs
from weighbridge.landscape.use import is_used_alike, renames_parameters

_OPEN_TO_OTHERS = ("http", "consumer")


def route_surfaces(file: FileCode) -> Iterator[Surface]:
    """What a changed file does to the operations and topics that others call."""
    before, after = _entries(file.base), _entries(file.head)
    gone = [key for key in before if key not in after]
    new = [key for key in after if key not in before]
    if gone or new:
        words = [f"{_listed(keys)} {verb}" for keys, verb in ((gone, "no longer answered"), (new, "new")) if keys]
        yield _surface(file, "; ".join(words))
    reshaped = set(_reshaped(file))
    for key, entry in after.items():
        handler = _handler(entry, file.head)
        if key in before and handler in reshaped:
            yield _surface(file, f"what `{key}` takes or gives changes with `{handler}`", symbol=handler)


def _reshaped(file: FileCode) -> Iterator[str]:
    """What takes or gives something else, also where every earlier call is taken still: a request may bring more now."""
    for pair in pairs(file.base, file.head):
        if pair.base and pair.head and file.head:
            before, after = pair.base.definition, pair.head.definition
            language = file.head.language
            is_renamed = language != "java" and renames_parameters(before, after, language=language)
            if not is_renamed and not is_used_alike(before, after, language=language):
                yield pair.head.name


def _surface(file: FileCode, reason: str, *, symbol: str = "") -> Surface:
    return Surface(kind=SurfaceKind.API_CONTRACT, path=file.change.path, reason=reason, symbol=symbol)


def _entries(facts: FileFacts | None) -> dict[str, EntryPoint]:
    return {e.key: e for e in facts.entry_points if e.kind in _OPEN_TO_OTHERS} if facts else {}


def _handler(entry: EntryPoint, facts: FileFacts | None) -> str:
    """The qualified name of what answers, as far as this file tells."""
    match entry.handler:
        case Function(definition=index) if facts and index < len(facts.definitions):
            return facts.qualified_name(index)
        case Name(id=name):
            return name
        case Attribute(of=Name(id=owner), name=name):
            return f"{owner}.{name}"
        case _:
            return ""


def _listed(keys: list[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys[:4]) + (f" and {len(keys) - 4} more" if len(keys) > 4 else "")
