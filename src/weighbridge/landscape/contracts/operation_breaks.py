"""What two versions of an API description break, operation by operation."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Place, Side
from weighbridge.landscape.contracts.breaks import Break, Level, Operation
from weighbridge.landscape.contracts.call_forms import WHOLE, unclear_parts
from weighbridge.landscape.contracts.descriptions import Body, Call, Description, Parameter, Response
from weighbridge.landscape.contracts.library import Spot
from weighbridge.landscape.contracts.matching import Matched, is_gone_as_announced
from weighbridge.landscape.contracts.payloads import in_terms
from weighbridge.landscape.contracts.sameness import Sameness
from weighbridge.landscape.contracts.schema_breaks import SchemaComparison, Way
from weighbridge.landscape.contracts.security_breaks import security_breaks
from weighbridge.landscape.contracts.servers import own_server_breaks
from weighbridge.landscape.contracts.writing import COMMAS

_NUMBERS: Final = frozenset({"integer", "number"})
_SENT: Final = {"query": "query parameter", "header": "header", "path": "path parameter", "cookie": "cookie"}

_STABILITIES: Final = ("draft", "alpha", "beta", "stable")
"""What authors promise, least first."""

_TEXT: Final = frozenset({"string"})
_LIST: Final = frozenset({"array"})
_SENT_BY_SERVER: Final = {"answers": "the webhook's messages", "clients": "receivers", "the body": "the message"}
"""What is said of answers, as it is of what webhooks send."""
_ANSWERED_BY_RECEIVER: Final = {
    "requests": "receivers' answers",
    "the body": "what a receiver answers",
    "values are": "values in what receivers answer are",
}
"""What is said of requests, as it is of what those answer who receive them."""

_OF_EVERY: Final = ("security", "consumes", "produces", "securityDefinitions")
"""What a description says at its top of every operation."""

_OF_BODIES: Final = (frozenset({"requestBody"}), frozenset({"parameters"}))
"""Where bodies are described: since 3.0, and in 2.0."""

_TERMS: Final = {Way.MESSAGE: _SENT_BY_SERVER, Way.RECEIPT: _ANSWERED_BY_RECEIVER}


class Comparison(Struct, kw_only=True, eq=False, dict=True):
    """Compares the calls of two descriptions; `today` is when the change was made, None where that is not known."""

    old: Description
    new: Description
    sameness: Sameness
    schemas: SchemaComparison
    today: date | None

    def kept(self, matched: Matched) -> Iterator[Break]:
        """What is otherwise in an operation that is still there."""
        old, new = matched.old, matched.new
        yield from own_server_breaks(old, new)
        if not self._may_differ(old, new):
            return
        unclear = unclear_parts(old, new, sameness=self.sameness)
        found = [
            *(self._parameters(matched) if "parameters" not in unclear else ()),
            *(self._body(old, new) if unclear.isdisjoint(_OF_BODIES[old.description.is_old]) else ()),
            *(self._responses(old, new) if "responses" not in unclear else ()),
            *(security_breaks(old, new) if "security" not in unclear else ()),
            *(_announcements(old, new) if unclear != WHOLE else ()),
        ]
        for each in found:
            if not each.operations:
                each.operations = [new.operation]
                each.subject = f"{new.operation} {each.subject}"
        if new.stability in ("draft", "alpha") and old.stability in ("draft", "alpha"):
            for each in found:
                each.level = Level.NOTE
        yield from found

    def _may_differ(self, old: Call, new: Call) -> bool:
        """Whether anything that belongs to an operation differs."""
        holders = ((old.item.get("parameters"), new.item.get("parameters")), (old.spot, new.spot))
        return (
            self._may_differ_everywhere
            or old.operation != new.operation
            or not all(self._is_same(one, other) for one, other in holders)
        )

    @cached_property
    def _may_differ_everywhere(self) -> bool:
        """Whether anything that belongs to every operation differs."""
        roots = ((self.old.root.get(key), self.new.root.get(key)) for key in _OF_EVERY)
        old, new = self.old.schemes, self.new.schemes
        return (
            not all(self._is_same(one, other) for one, other in roots)
            or old.keys() != new.keys()
            or any(not self.sameness.same(spot, new[name]) for name, spot in old.items())
        )

    def _is_same(self, old: Spot | None, new: Spot | None) -> bool:
        if old is None or new is None:
            return old is new
        return self.sameness.same(old, new)

    def _parameters(self, matched: Matched) -> Iterator[Break]:
        old, new = matched.old.parameters(), matched.new.parameters()
        way = _sent_by(matched.new)
        operation = matched.new.operation
        names = dict(zip(matched.old.path_names, matched.new.path_names, strict=False))
        for (place, key), parameter in old.items():
            other = new.get((place, names.get(key, key) if place == "path" else key))
            if other is not None:
                found = self._parameter(parameter, other, operation=operation, way=way)
                yield from self._as_given(found, parameter, call=matched.old)
            elif place != "path":
                yield self._parameter_gone(parameter, elsewhere=_elsewhere(parameter, new))
        renamed = set(names.values())
        for (place, key), parameter in new.items():
            is_known = (place, key) in old or (place == "path" and key in renamed)
            if parameter.is_required and not is_known and way is Way.REQUEST:
                kind = "request-path-parameter" if place == "path" else "required-request-parameter"
                words = f"the {_SENT.get(place, place)} `{parameter.name}` must be sent now: requests without it are refused"
                yield _break("parameter-required", f"new-{kind}", level=Level.ERROR, words=words, spot=parameter.spot)

    def _parameter(self, old: Parameter, new: Parameter, *, operation: Operation, way: Way) -> Iterator[Break]:
        if new.is_required and not old.is_required and way is Way.REQUEST:
            words = f"the {_SENT.get(new.place, new.place)} `{new.name}` must be sent now: requests that leave it out are refused"
            check = "request-parameter-became-required"
            yield _break("parameter-required", check, level=Level.ERROR, words=words, spot=new.spot)
        if self._are_written_alike(old, new):
            before, after = self.schemas.each_of(old.schema), self.schemas.each_of(new.schema)
            yield from self._compared(before, after, way=way, part="parameter", operation=operation)
            return
        level = self._written_otherwise(old, new)
        if level is not None:
            words = f"values of `{new.name}` are written otherwise (`{old.style}` before, `{new.style}` now): requests that write them as before are misread"
            check = "request-parameter-style-changed"
            yield _break("request-type-changed", check, level=level, words=words, spot=new.spot)
        yield from self._compared(old.schema, new.schema, way=way, part="parameter", operation=operation)

    def _as_given(self, found: Iterable[Break], parameter: Parameter, *, call: Call) -> Iterator[Break]:
        """What is otherwise of a parameter; that it must be a number is less where answers gave it as one: in an address all is text."""
        for each in found:
            if (
                each.check.endswith("parameter-type-changed")
                and each.level is Level.ERROR
                and parameter.schema is not None
            ):
                shown = self._showing(call, parameter.name)
                answers = (each for shows in shown for each in shows.responses().values())
                spots = (spot for response in answers for spot in response.content.values())
                given = self.schemas.types_given([spot for spot in spots if spot is not None], parameter.name)
                if given and given <= _NUMBERS and self.schemas.types_before(parameter.schema) == _TEXT:
                    each.level = Level.WARNING
                    each.words = f"{each.words.partition(':')[0]}: what is no number is refused; answers gave it as a number already"
            yield each

    def _showing(self, call: Call, name: str) -> list[Call]:
        """A call, and those of the same description that show the thing which one of its parameters names."""
        path = call.operation.path
        end = path.find(f"{{{name}}}") + len(name) + 2
        return [call, *(each for each in self.old.calls() if end > len(name) + 1 and each.operation.path == path[:end])]

    def _are_written_alike(self, old: Parameter, new: Parameter) -> bool:
        """Whether one is a text and the other a list of texts between commas: requests write both the same way."""
        if old.schema is None or new.schema is None:
            return False
        before, after = self.schemas.types_before(old.schema), self.schemas.types_now(new.schema)
        if (before, after) == (_TEXT, _LIST):
            return new.style in COMMAS
        return (before, after) == (_LIST, _TEXT) and old.style in COMMAS

    def _written_otherwise(self, old: Parameter, new: Parameter) -> Level | None:
        """How surely requests are misread that write a parameter as before; None where they are not."""
        if old.style == new.style or old.schema is None:
            return None
        if "/" in old.style + new.style:
            return Level.ERROR  # one is a document
        types = self.schemas.types_before(old.schema)
        if types is None:
            return Level.WARNING
        return None if types.isdisjoint({"array", "object"}) else Level.ERROR

    def _parameter_gone(self, parameter: Parameter, *, elsewhere: str) -> Break:
        announced = is_gone_as_announced(parameter.is_deprecated, parameter.sunset, today=self.today)
        level = Level.NOTE if announced else Level.ERROR if elsewhere else Level.WARNING
        what = f"the {_SENT.get(parameter.place, parameter.place)} `{parameter.name}`"
        rest = f": it is a {elsewhere} now" if elsewhere else ": what clients send there is dropped or refused"
        check = "request-parameter-removed" + ("-with-deprecation" if announced else "")
        words = f"{what} is taken no more{rest}" + (", as was announced" if announced else "")
        return _break("parameter-removed", check, level=level, words=words, spot=parameter.spot, side=Side.BASE)

    def _body(self, old: Call, new: Call) -> Iterator[Break]:
        before, after = old.body(), new.body()
        way = _sent_by(new)
        if before is None or after is None:
            if after is not None and after.is_required and way is Way.REQUEST:
                words = "a body must be sent now: requests without one are refused"
                check = "request-body-added-required"
                yield _break("body-required", check, level=Level.ERROR, words=words, spot=after.spot)
            elif before is not None and after is None:
                words = "a body is taken no more: what clients send there is dropped or refused"
                yield _break(
                    "request-field-removed",
                    "request-body-removed",
                    level=Level.ERROR,
                    words=words,
                    spot=before.spot,
                    side=Side.BASE,
                )
            return
        if after.is_required and not before.is_required and way is Way.REQUEST:
            words = "the body must be sent now: requests that leave it out are refused"
            check = "request-body-became-required"
            yield _break("body-required", check, level=Level.ERROR, words=words, spot=after.spot)
        yield from self._media(before, after, operation=new.operation, way=way)

    def _media(self, before: Body, after: Body, *, operation: Operation, way: Way) -> Iterator[Break]:
        for name, schema in before.content.items():
            other = name if name in after.content else _covering(name, after.content)
            if other:
                yield from self._compared(schema, after.content[other], way=way, part="body", operation=operation)
            else:
                words = f"bodies of the type `{name}` are taken no more: requests that send it are refused"
                yield _at(
                    _break(
                        "media-type-removed",
                        "request-body-media-type-removed",
                        level=Level.ERROR,
                        words=words,
                        spot=before.spot,
                        side=Side.BASE,
                    ),
                    before.lines[name],
                )

    def _responses(self, old: Call, new: Call) -> Iterator[Break]:
        before, after = old.responses(), new.responses()
        operation = new.operation
        for status, response in before.items():
            other = after.get(status) or after.get(status[:1] + "XX")
            others = [other] if other is not None else _of_range(status, after, before=before)
            if not others:
                yield _status_gone(status, response, after=after)
            way = Way.RECEIPT if new.is_webhook else Way.RESPONSE
            for each in others:
                yield from self._answers(status, response, new=each, operation=operation, way=way)
                yield from self._headers(response, each, operation=operation)

    def _answers(self, status: str, old: Response, *, new: Response, operation: Operation, way: Way) -> Iterator[Break]:
        is_read = not status.startswith(("4", "5"))
        for name, schema in old.content.items():
            other = name if name in new.content else _covered(name, new.content)
            if other:
                part = "body" if is_read else "failure"
                yield from self._compared(schema, new.content[other], way=way, part=part, operation=operation)
            else:
                is_left = bool(new.content)
                words = f"answers {status} no longer come as `{name}`" + ("" if is_left else ", nor with any content")
                level = Level.ERROR if is_read else Level.WARNING
                check = "response-media-type-removed"
                found_break = _break(
                    "media-type-removed", check, level=level, words=words, spot=old.spot, side=Side.BASE
                )
                yield _at(found_break, old.lines[name])

    def _headers(self, old: Response, new: Response, *, operation: Operation) -> Iterator[Break]:
        for name, header in old.headers.items():
            other = new.headers.get(name)
            if other is None:
                level = Level.ERROR if header.is_required else Level.WARNING
                check = f"{'required' if header.is_required else 'optional'}-response-header-removed"
                words = (
                    f"the header `{header.name}` of answers {old.spot.name} is gone: clients that read it find nothing"
                )
                gone = _break(
                    "response-field-removed", check, level=level, words=words, spot=header.spot, side=Side.BASE
                )
                gone.reads, gone.is_header = header.name, True
                yield gone
                continue
            if header.is_required and not other.is_required:
                words = f"the header `{header.name}` may be missing from answers {old.spot.name} that always had it"
                check = "response-header-became-optional"
                yield _break("response-field-optional", check, level=Level.ERROR, words=words, spot=other.spot)
            yield from self._compared(header.schema, other.schema, way=Way.RESPONSE, part="header", operation=operation)

    def _compared(
        self, old: Spot | None, new: Spot | None, *, way: Way, part: str, operation: Operation
    ) -> Iterator[Break]:
        if old is None or new is None:
            return
        compared = self.schemas.compare((old,), (new,), way=way, part="body" if part == "failure" else part)
        if compared is not None:
            for found in self.schemas.tell(compared, operation, is_read=part != "failure"):
                terms = _TERMS.get(way)
                if terms:
                    found.words, found.cause = (in_terms(each, terms) for each in (found.words, found.cause))
                yield found


def _sent_by(call: Call) -> Way:
    """Which way goes what is sent: clients send it, but of what the server calls itself it is what the receiver gets."""
    return Way.MESSAGE if call.is_webhook else Way.REQUEST


def _elsewhere(parameter: Parameter, new: Mapping[tuple[str, str], Parameter]) -> str:
    """Where a parameter of that name is sent now, if anywhere."""
    return next((_SENT.get(place, place) for place, name in new if name.lower() == parameter.name.lower()), "")


def _of_range(status: str, after: Mapping[str, Response], *, before: Mapping[str, Response]) -> list[Response]:
    """The answers that are named one by one now, where a range such as `2XX` was: clients of the range take any of them."""
    if not status.endswith("XX"):
        return []
    return [each for name, each in after.items() if name[:1] == status[:1] and name not in before]


def _status_gone(status: str, response: Response, *, after: Mapping[str, Response]) -> Break:
    is_success = status.startswith("2")
    instead = ", ".join(each for each in after if each.startswith("2"))
    rest = f": there is {instead} instead" if is_success and instead else ""
    words = f"the answer {status} is no longer given{rest}"
    return _break(
        "status-removed",
        "response-success-status-removed" if is_success else "response-non-success-status-removed",
        level=Level.ERROR if is_success else Level.NOTE,
        words=words,
        spot=response.spot,
        side=Side.BASE,
    )


def _covering(name: str, content: Mapping[str, Spot | None]) -> str:
    """A media range among others that takes a type in; a type with parameters is taken by the one without."""
    plain = name.partition(";")[0]
    ranges = (plain, plain.partition("/")[0] + "/*", "*/*")
    return next((each for each in ranges if each in content), "")


def _covered(name: str, content: Mapping[str, Spot | None]) -> str:
    """A type among others that clients who take one get as they expect: the same with parameters, or one of a range."""
    plain = name.partition(";")[0]
    if plain.endswith("/*"):
        kind = plain.removesuffix("*")
        return next((each for each in content if plain == "*/*" or each.startswith(kind)), "")
    return next((each for each in content if each.partition(";")[0] == plain and "*" not in each), "")


def _announcements(old: Call, new: Call) -> Iterator[Break]:
    """What is otherwise about when an operation goes."""
    spot = new.spot.get("x-sunset") or new.spot
    if old.sunset and new.sunset != old.sunset and old.is_deprecated and new.is_deprecated:
        if not new.sunset:
            words = f"it is no longer said when it goes: {old.sunset} was announced"
            yield _break("deprecation-changed", "sunset-deleted", level=Level.ERROR, words=words, spot=spot)
        elif new.sunset < old.sunset:
            words = f"it goes on {new.sunset} already, not on {old.sunset} as was announced"
            check = "api-sunset-date-changed-too-small"
            yield _break("deprecation-changed", check, level=Level.ERROR, words=words, spot=spot)
    elif new.is_deprecated and not old.is_deprecated:
        when = f" on {new.sunset}" if new.sunset else "; it is not said when"
        place = new.spot.get("deprecated") or spot
        words = f"it is announced that it goes{when}"
        yield _break("deprecation-changed", "endpoint-deprecated", level=Level.NOTE, words=words, spot=place)
    if old.stability in _STABILITIES and new.stability in _STABILITIES[: _STABILITIES.index(old.stability)]:
        words = f"its authors promise less: it is `{new.stability}` now, not `{old.stability}`"
        place = new.spot.get("x-stability-level") or new.spot
        check = "api-stability-decreased"
        yield _break("deprecation-changed", check, level=Level.WARNING, words=words, spot=place)
    if old.id and new.id != old.id:
        words = f"generated clients no longer call it `{old.id}`" + (f" but `{new.id}`" if new.id else "")
        place = new.spot.get("operationId") or new.spot
        yield _break("operation-renamed", "api-operation-id-removed", level=Level.NOTE, words=words, spot=place)


def _break(kind: str, check: str, *, level: Level, words: str, spot: Spot, side: Side = Side.HEAD) -> Break:
    """A break of the operation at hand."""
    place = Place(path=spot.path, line=spot.line, end_line=spot.line, side=side)
    return Break(kind=kind, check=check, level=level, words=words, place=place, subject=f"{check} {spot.name}")


def _at(found: Break, line: int) -> Break:
    found.place = Place(path=found.place.path, line=line, end_line=line, side=found.place.side)
    return found
