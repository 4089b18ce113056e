"""An AsyncAPI description (2.x or 3.x) read into the messages that go over channels, and two of them compared.

`publish` of 2.x and `receive` of 3.x say that others send and the described program gets; `subscribe` and `send` the reverse.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.breaks import Break, Level, Operation
from weighbridge.landscape.contracts.library import Library, Spot
from weighbridge.landscape.contracts.payloads import MESSAGES, NARROWED, WIDENED, Payload, payload_breaks
from weighbridge.landscape.contracts.sameness import Sameness
from weighbridge.landscape.contracts.schema_breaks import SchemaComparison, Way
from weighbridge.landscape.contracts.schemas import Schemas
from weighbridge.landscape.documents.nodes import Fields, Mark, Scalar, is_nothing

REMOVED: Final = "channel-removed"
_VERSION: Final = re.compile(r"^[23]\.\d+\.\d+(-[\w.]+)?$")
_WAYS: Final = {"publish": Way.REQUEST, "receive": Way.REQUEST, "subscribe": Way.RESPONSE, "send": Way.RESPONSE}
_BACK: Final = {Way.REQUEST: Way.RESPONSE, Way.RESPONSE: Way.REQUEST}
_OPEN: Final = re.compile(r"\{[^{}]*\}")
_SPOKEN: Final = {
    Way.REQUEST: ("sent to", "what others send there is heard by nobody"),
    Way.RESPONSE: ("received from", "whoever waits there waits for ever"),
    None: ("used on", "who sends there is not heard, and who waits there waits for ever"),
}
_PLACED: Final = {Way.REQUEST: "to", Way.RESPONSE: "from", None: "over"}
_OF_TWO: Final = frozenset({"ws", "wss", "http", "https", "sse"})
_EITHER: Final = "; of two that speak with one another, which of them is described is not said"
_START: Final = Mark(line=1, column=1)
_NO_HEADERS: Final = Fields(
    {"type": (Scalar("type", _START, is_plain=True), Scalar("object", _START, is_plain=True))}, _START
)
_KNOWN_FORMAT: Final = re.compile(r"aai\.asyncapi|schema\+(?:json|yaml)|^$")


class Flow(Struct, kw_only=True, eq=False):
    """Messages that go one way over a channel; the way is None where no operation says it."""

    address: str
    way: Way | None
    spot: Spot
    messages: dict[str, Spot] = field(default_factory=dict)
    is_odd: bool = False
    """Whether something stands there that says nothing of messages."""

    @property
    def key(self) -> tuple[str, Way | None]:
        """What tells it from others: names of parameters do not."""
        return _OPEN.sub("{}", self.address), self.way

    @property
    def operation(self) -> Operation:
        """What it is called in findings."""
        return Operation(_PLACED[self.way], self.address)


def flows_of(root: Spot, library: Library) -> dict[tuple[str, Way | None], Flow] | CouldNotLook:
    """What goes over the channels of a description, or why it cannot be read as one."""
    version = root.text("asyncapi")
    if not _VERSION.match(version):
        detail = f"{root.path}: version {version[:40] or '(none)'} of AsyncAPI is not known here"
        return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="compare the two versions by hand")
    found: dict[tuple[str, Way | None], Flow] = {}
    for key in ("channels", "operations"):
        spot = root.get(key)
        if spot is not None and _is_odd(spot):
            detail = f"{root.path}:{spot.line}: what stands under `{key}` is none"
            return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="mend the document")
    for flow in _of_2(root, library) if version.startswith("2") else _of_3(root, library):
        known = found.setdefault(flow.key, flow)
        known.messages = {**flow.messages, **known.messages}
    return found


def _is_odd(spot: Spot) -> bool:
    """Whether something stands where a mapping must, and no nothing."""
    return not isinstance(spot.node, Fields) and not is_nothing(spot.node)


def _fields(spot: Spot | None) -> list[Spot]:
    return spot.fields() if spot else []


def _of_2(root: Spot, library: Library) -> Iterator[Flow]:
    for channel in _fields(root.get("channels")):
        item = library.follow(channel)
        if item is not None and _is_odd(item):
            yield Flow(address=channel.name, way=None, spot=channel, is_odd=True)
        for key in ("publish", "subscribe"):
            operation = item.get(key) if item else None
            if operation is not None:
                given = operation.get("message")
                choice = given.get("oneOf") if given else None
                messages = choice.items() if choice else [given] if given else []
                yield Flow(
                    address=channel.name,
                    way=_WAYS[key],
                    spot=channel,
                    messages=_by_name(messages, library),
                    is_odd=any(map(_is_odd, (operation, *messages))),
                )


def _of_3(root: Spot, library: Library) -> Iterator[Flow]:
    spoken_of: set[str] = set()
    channels = {each.name: (each, library.follow(each)) for each in _fields(root.get("channels"))}
    by_node = {id(item.node): name for name, (_, item) in channels.items() if item}
    for operation in _fields(root.get("operations")):
        said = library.follow(operation)
        given = said.get("channel") if said else None
        target = library.follow(given) if given else None
        name = by_node.get(id(target.node), "") if target else ""
        if said is None or target is None:
            continue
        spoken_of.add(name)
        listed = said.get("messages")
        messages = listed.items() if listed else _fields(target.get("messages"))
        address = target.text("address") or name
        way = _WAYS.get(said.text("action"))
        yield Flow(address=address, way=way, spot=operation, messages=_by_name(messages, library))
        answer = _answer(operation, said, way=way, library=library)
        if answer is not None:
            spoken_of.add(answer.spot.name)
            yield answer
    for name, (spot, item) in channels.items():
        if name not in spoken_of and item is not None:
            messages = _fields(item.get("messages"))
            yield Flow(address=item.text("address") or name, way=None, spot=spot, messages=_by_name(messages, library))


def _answer(operation: Spot, said: Spot, *, way: Way | None, library: Library) -> Flow | None:
    """What goes back for each message of an operation, over which channel; the other way."""
    reply = said.get("reply")
    found = library.follow(reply) if reply else None
    given = found.get("channel") if found else None
    channel = library.follow(given) if given else None
    if found is None or given is None or channel is None:
        return None
    name = given.text("$ref").rpartition("/")[2]
    listed = found.get("messages")
    messages = _by_name(listed.items() if listed else _fields(channel.get("messages")), library)
    spot = Spot(node=operation.node, path=operation.path, line=operation.line, name=name)
    return Flow(
        address=channel.text("address") or name, way=_BACK.get(way) if way else None, spot=spot, messages=messages
    )


def _by_name(messages: Iterable[Spot], library: Library) -> dict[str, Spot]:
    found: dict[str, Spot] = {}
    for each in messages:
        target = library.follow(each)
        if target is not None:
            name = target.text("messageId") or target.text("name") or each.text("$ref").rpartition("/")[2] or each.name
            found[name] = target
    return found


def asyncapi_breaks(old: Spot, new: Spot, *, libraries: tuple[Library, Library]) -> Iterator[Break | CouldNotLook]:
    """What the second breaks that the first said."""
    before, after = (flows_of(root, library) for root, library in zip((old, new), libraries, strict=True))
    if isinstance(before, CouldNotLook) or isinstance(after, CouldNotLook):
        yield from (each for each in (before, after) if isinstance(each, CouldNotLook))
        return
    comparison = SchemaComparison(*map(Schemas, libraries), sameness=Sameness(*libraries))
    is_of_one = _is_of_one(new)
    for key, flow in before.items():
        other = after.get(key) or _unsaid(flow, after)
        if other is None:
            yield _gone(flow, is_kept=any(address == key[0] for address, _ in after))
        elif flow.is_odd or other.is_odd:
            libraries[1].unclear(other.spot, f"what goes over `{other.address}` is not described as messages are")
        else:
            if flow.way is not None and other.way is None and new.text("asyncapi").startswith("3"):
                unsaid = _gone(flow, is_kept=True)
                unsaid.level = Level.WARNING
                yield unsaid
            for each in _messages(flow, other, libraries=libraries, comparison=comparison):
                if is_of_one and isinstance(each, Break) and each.kind != REMOVED:
                    each.level = min(each.level, Level.WARNING)
                    each.words += _EITHER
                yield each
    yield from comparison.missing(new.path)


def _is_of_one(root: Spot) -> bool:
    """Whether two programs speak with one another and no broker stands between: descriptions are of either of them then."""
    protocols = {server.text("protocol").lower() for server in _fields(root.get("servers"))} - {""}
    return bool(protocols) and protocols <= _OF_TWO


def _unsaid(flow: Flow, after: Mapping[tuple[str, Way | None], Flow]) -> Flow | None:
    """The same channel where the way was not said before, or is not any more."""
    address = flow.key[0]
    if flow.way is not None:
        return after.get((address, None))
    return next((other for (known, _), other in after.items() if known == address), None)


def _gone(flow: Flow, *, is_kept: bool) -> Break:
    done, rest = _SPOKEN[flow.way]
    words = (
        f"nothing is {done} `{flow.address}` any more: {rest}"
        if is_kept
        else f"the channel `{flow.address}` is gone: {rest}"
    )
    return _break(REMOVED, "channel-removed", words=words, spot=flow.spot, side=Side.BASE)


def _messages(
    old: Flow, new: Flow, *, libraries: tuple[Library, Library], comparison: SchemaComparison
) -> Iterator[Break | CouldNotLook]:
    are_single = len(old.messages) == len(new.messages) == 1
    for name, message in old.messages.items():
        other = next(iter(new.messages.values())) if are_single else new.messages.get(name)
        if other is None:
            rest = (
                "what others send so is not understood"
                if old.way is Way.REQUEST
                else "whoever waits for it waits for ever"
            )
            words = f"the message `{name}` no longer goes over `{old.address}`: {rest}"
            yield _break(REMOVED, "message-removed", words=words, spot=message, side=Side.BASE)
            continue
        yield from _message(message, other, flow=new, libraries=libraries, comparison=comparison)


def _message(
    old: Spot, new: Spot, *, flow: Flow, libraries: tuple[Library, Library], comparison: SchemaComparison
) -> Iterator[Break | CouldNotLook]:
    was, now = (_content_type(each, library) for each, library in zip((old, new), libraries, strict=True))
    if was and now and was != now:
        words = f"messages of `{flow.address}` are written as `{now}`, not as `{was}`: those who write or read them as before fail"
        yield _break(NARROWED, "content-type-changed", words=words, spot=new.get("contentType") or new)
    for key in ("payload", "headers"):
        before, after = (
            _schema(_own_or_common(each, key, library=library))
            for each, library in zip((old, new), libraries, strict=True)
        )
        if key == "headers" and (before is None) is not (after is None):
            before, after = before or _without_headers(old), after or _without_headers(new)
        if before is None or after is None:
            if before is not None:
                words = f"what messages of `{flow.address}` hold is described no more: whether it is what it was is not known"
                undescribed = _break(WIDENED, "payload-undescribed", words=words, spot=new)
                undescribed.level = Level.WARNING
                yield undescribed
            continue
        forms = before.form or old.text("schemaFormat"), after.form or new.text("schemaFormat")
        form = next((each for each in reversed(forms) if not _KNOWN_FORMAT.search(each)), "")
        if form:
            if forms[0] != forms[1] or not comparison.sameness.same(before.spot, after.spot):
                detail = f"{after.spot.path}:{after.spot.line}: a schema of the format {form[:60]} is not compared here"
                yield CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy="compare it by hand")
            continue
        payload = Payload(
            old=before.spot,
            new=after.spot,
            way=flow.way,
            part="header" if key == "headers" else "body",
            operation=flow.operation,
        )
        yield from payload_breaks(payload, comparison, words=MESSAGES)


def _own_or_common(message: Spot, key: str, *, library: Library) -> Spot | None:
    """What a message says itself, else what the first of its traits says that says it."""
    listed = message.get("traits") if message.get(key) is None else None
    traits = (library.follow(each) for each in listed.items()) if listed else ()
    return message.get(key) or next((said for each in traits if each and (said := each.get(key))), None)


class _Schema(Struct, frozen=True):
    """A schema and the format that is said of it."""

    spot: Spot
    form: str


def _without_headers(message: Spot) -> _Schema:
    """What a message that names no headers has of them."""
    return _Schema(Spot(node=_NO_HEADERS, path=message.path, line=message.line, name=""), "")


def _schema(spot: Spot | None) -> _Schema | None:
    """A message's schema: of 3.x it may stand beside its format."""
    inner = spot.get("schema") if spot else None
    if spot is not None and inner is not None and spot.text("schemaFormat"):
        return _Schema(_unnamed(inner), spot.text("schemaFormat"))
    return _Schema(_unnamed(spot), "") if spot is not None else None


def _unnamed(spot: Spot) -> Spot:
    return Spot(node=spot.node, path=spot.path, line=spot.line, name="")


def _content_type(message: Spot, library: Library) -> str:
    said = message.text("contentType")
    root = library.document(message.path)
    return (said or (root.text("defaultContentType") if isinstance(root, Spot) else "")).lower()


def _break(kind: str, check: str, *, words: str, spot: Spot, side: Side = Side.HEAD) -> Break:
    place = Place(path=spot.path, line=spot.line, end_line=spot.line, side=side)
    return Break(kind=kind, check=check, level=Level.ERROR, words=words, place=place, subject=f"{check} {words}")
