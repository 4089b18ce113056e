"""An API description (OpenAPI 2.0, 3.0 or 3.1) read into the operations that clients call, with all that belongs to each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.contracts.breaks import Operation
from weighbridge.landscape.contracts.library import Library, Spot
from weighbridge.landscape.contracts.recognise import says_openapi
from weighbridge.landscape.contracts.security import Alternative, alternatives
from weighbridge.landscape.contracts.writing import is_unread, way_of_writing
from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Node, Scalar, is_nothing

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_VERSION: Final = re.compile(r"^(2\.0|3\.[012](\.\d+)?(-[\w.]+)?)$")
_TOLD: Final = LatePattern(
    r"(?i)\W*(?:this (?:endpoint|operation|route|method|api|call) (?:is|has been|was) )?deprecated\b"
)
_HIDDEN: Final = ("x-internal", "x-hidden", "x-hidden-from-docs", "x-excluded", "x-beta", "x-experimental")
"""Marks of tools that make documentation: what has one is left out of it, or shown as not settled."""
_BEGINNING: Final = 300
_TRIED: Final = LatePattern(
    r"(?i)^\W*(?:(?:private|public|closed|open|early) )?(?:alpha|beta|preview|experimental)\b(?! (?:of|from|for|the)\b)"
    r"|[(\[](?:(?:private|public|closed|open) )?(?:alpha|beta|preview|experimental)[)\]]\W*$"
    r"|\b(?:is|are) (?:currently |still )?(?:in (?:(?:private|public|closed|open) )?(?:alpha|beta|preview)|experimental)\b"
)
_OPEN: Final = re.compile(r"\{[^{}/]*\}")
_USUAL: Final = ("charset=utf-8", 'charset="utf-8"')
_OF_SCHEMAS: Final = (
    "type",
    "format",
    "items",
    "enum",
    "default",
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "pattern",
    "uniqueItems",
    "multipleOf",
)
"""What parameters and headers of 2.0 say of their values themselves."""


class Parameter(Struct, frozen=True, kw_only=True, eq=False):
    """A parameter or header: where it is sent, and what schema its value has."""

    spot: Spot
    place: str
    name: str
    is_required: bool
    schema: Spot | None
    style: str = ""
    is_deprecated: bool = False
    sunset: str = ""


class Body(Struct, frozen=True, kw_only=True, eq=False):
    """A request's body, by media types; None where a type has no schema."""

    spot: Spot
    is_required: bool
    content: Mapping[str, Spot | None]
    lines: Mapping[str, int]


class Response(Struct, frozen=True, kw_only=True, eq=False):
    """One answer, by media types, with its headers."""

    spot: Spot
    content: Mapping[str, Spot | None]
    lines: Mapping[str, int]
    headers: Mapping[str, Parameter]


class Call(Struct, kw_only=True, eq=False):
    """One operation; its parts are read when they are asked for."""

    operation: Operation
    spot: Spot
    item: Spot
    description: "Description"
    is_webhook: bool = False

    @property
    def shape(self) -> str:
        """The path with its parameters' names left aside."""
        return _OPEN.sub("{}", self.operation.path).rstrip("/") or "/"

    @property
    def id(self) -> str:
        """What generated clients call it."""
        return self.spot.text("operationId")

    @property
    def is_deprecated(self) -> bool:
        """Whether it is announced that it goes."""
        return self.spot.is_true("deprecated")

    @property
    def is_told_to_go(self) -> bool:
        """Whether that is announced, be it only in words for people: at the beginning of what they read of it."""
        return self.is_deprecated or any(_TOLD.match(self.spot.text(key)) for key in ("summary", "description"))

    @property
    def sunset(self) -> str:
        """From when on it may be gone, as written."""
        return self.spot.text("x-sunset")

    @property
    def is_unpromised(self) -> bool:
        """Whether its authors show it to nobody, or say at the beginning that it may still change."""
        said = (self.spot.text("summary"), self.spot.text("description")[:_BEGINNING])
        return any(map(self.spot.is_true, _HIDDEN)) or any(_TRIED.search(each) for each in said)

    @property
    def stability(self) -> str:
        """What its authors promise: `draft`, `alpha`, `beta`, `stable`, or nothing."""
        return self.spot.text("x-stability-level").lower()

    @property
    def path_names(self) -> tuple[str, ...]:
        """The parameters of its path, in order."""
        return tuple(found[1:-1] for found in _OPEN.findall(self.operation.path))

    def parameters(self) -> dict[tuple[str, str], Parameter]:
        """Those of the path and its own, by where they are sent and what they are called."""
        return self.description.parameters(self)

    def body(self) -> Body | None:
        """What is sent with it."""
        return self.description.body(self)

    def responses(self) -> dict[str, Response]:
        """Its answers by status."""
        return self.description.responses(self)

    def security(self) -> tuple[Alternative, ...]:
        """What it takes to be let in: one of these."""
        own = self.spot.get("security")
        return alternatives(own if own is not None else self.description.root.get("security"))

    @property
    def servers(self) -> Spot | None:
        """The servers of its own, or of its path: they stand for those of the description."""
        return self.spot.get("servers") or self.item.get("servers")

    @property
    def security_line(self) -> int:
        """Where that stands."""
        found = self.spot.get("security") or self.description.root.get("security")
        return found.line if found else self.spot.line


class Description(Struct, kw_only=True, eq=False):
    """One description, read."""

    root: Spot
    library: Library
    is_old: bool
    odd_paths: dict[str, Spot] = field(default_factory=dict)
    """The paths under which stands what holds no operations, once its calls were asked for."""
    _schemas: dict[int, Spot] = field(default_factory=dict)
    _kept: list[object] = field(default_factory=list)

    def doubts(self, *, besides: "Description") -> Iterator[CouldNotLook]:
        """What others may read otherwise in the documents that were not so before; that it does not say plainly what it is."""
        yield from self.library.new_doubts(besides.library)
        if self.has_odd_servers is not besides.has_odd_servers:
            spot = self.root.get("servers") or self.root
            words = "" if self.has_odd_servers else " before"
            detail = f"{spot.path}:{spot.line}: what stands under `servers`{words} is no list of servers"
            yield CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="mend the document")
        if not self.is_plain and besides.is_plain:
            detail = f"{self.root.path}: which version of OpenAPI it is of is written so that it is not recognised by its text"
            yield CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="write `openapi:` and the version plainly")

    @property
    def reads_beside(self) -> bool:
        """Whether what stands beside a reference counts: it does since 3.1."""
        return self.root.text("openapi") >= "3.1"

    @property
    def version(self) -> str:
        """Which version of the API it describes."""
        found = self.root.get("info")
        return found.text("version") if found else ""

    @property
    def is_plain(self) -> bool:
        """Whether its text is recognised as a description."""
        return any(path == self.root.path and says_openapi(data) for path, data in self.library.doubts)

    @property
    def base_paths(self) -> tuple[str, ...]:
        """What stands before every path: of 2.0 one, else one for each server."""
        if self.is_old:
            return (self.root.text("basePath").rstrip("/"),)
        return bases_of(self.servers)

    @property
    def hosts(self) -> frozenset[str]:
        """The servers' names."""
        return _names_of([self.root.text("host")]) if self.is_old else hosts_of(self.servers)

    @property
    def has_odd_servers(self) -> bool:
        """Whether something stands where its servers must that is none."""
        found = self.root.get("servers")
        if found is None or is_nothing(found.node):
            return False
        return not isinstance(found.node, Items) or not all(isinstance(each, Fields) for each in found.node.items)

    @property
    def servers(self) -> list[Spot]:
        """The servers."""
        found = self.root.get("servers")
        return found.items() if found else []

    @property
    def schemes(self) -> dict[str, Spot]:
        """How clients show who they are, by name."""
        found = self.root.get("securityDefinitions") if self.is_old else self._component("securitySchemes")
        return {each.name: self.library.follow(each) or each for each in found.fields()} if found else {}

    def _component(self, kind: str) -> Spot | None:
        components = self.root.get("components")
        return components.get(kind) if components else None

    def calls(self) -> Iterator[Call]:
        """Its operations, what it calls back, and webhooks, in order."""
        for key in ("paths", "webhooks", "x-webhooks"):
            for call in self._calls_in(self.root.get(key), is_webhook=key != "paths"):
                yield call
                yield from () if call.is_webhook else self._called_back(call)

    def _called_back(self, call: Call) -> Iterator[Call]:
        """The calls that the server makes because of one."""
        listed = call.spot.get("callbacks")
        for each in listed.fields() if listed else ():
            yield from self._calls_in(
                self.library.follow(each), is_webhook=True, before=f"{call.operation} {each.name} "
            )

    def _calls_in(self, paths: Spot | None, *, is_webhook: bool, before: str = "") -> Iterator[Call]:
        for path in paths.fields() if paths else ():
            if path.name.startswith("x-"):
                continue
            item = self.library.follow(path)
            if item is not None and not isinstance(item.node, Fields) and not is_nothing(item.node):
                self.odd_paths[path.name] = path
            for each in item.fields() if item else ():
                spot = self.library.follow(each) if each.name.lower() in METHODS else None
                if spot is not None and item is not None:
                    operation = Operation(each.name.upper(), before + path.name)
                    yield Call(operation=operation, spot=spot, item=item, description=self, is_webhook=is_webhook)

    def parameters(self, call: Call) -> dict[tuple[str, str], Parameter]:
        """The parameters of a call."""
        found: dict[tuple[str, str], Parameter] = {}
        for spot in self._raw_parameters(call):
            place, name = spot.text("in"), spot.text("name")
            if place in ("body", "formData") or not name or (not self.is_old and is_unread(place, name)):
                continue
            key = name.lower() if place == "header" else name
            found[place, key] = self._parameter(spot, place, name=name)
        return found

    def _raw_parameters(self, call: Call) -> Iterator[Spot]:
        for holder in (call.item, call.spot):
            listed = holder.get("parameters")
            for each in listed.items() if listed else ():
                target = self.library.follow(each)
                if target is not None:
                    yield target

    def _parameter(self, spot: Spot, place: str, *, name: str) -> Parameter:
        return Parameter(
            spot=spot,
            place=place,
            name=name,
            is_required=spot.is_true("required") or place == "path",
            schema=self._schema_of(spot, name),
            style=way_of_writing(spot, place, is_old=self.is_old),
            is_deprecated=spot.is_true("deprecated"),
            sunset=spot.text("x-sunset"),
        )

    def _schema_of(self, spot: Spot, name: str) -> Spot | None:
        """The schema of a parameter's value: of its own in 3, of the first way to write it, or what 2.0 says beside it."""
        found = spot.get("schema")
        if found is None and not self.is_old:
            content = spot.get("content")
            first = content.fields()[0] if content and content.fields() else None
            found = first.get("schema") if first else None
        if found is not None:
            return Spot(node=found.node, path=found.path, line=found.line, name=name)
        return self._made(spot, name) if self.is_old else None

    def _made(self, spot: Spot, name: str) -> Spot | None:
        """What 2.0 says of a value beside its name, as a schema."""
        if not isinstance(spot.node, Fields):
            return None
        key = id(spot.node)
        if key not in self._schemas:
            entries = {k: entry for k, entry in spot.node.entries.items() if k in _OF_SCHEMAS or k.startswith("x-")}
            node = Fields(entries, spot.node.mark)
            self._schemas[key] = Spot(node=node, path=spot.path, line=spot.line, name=name)
        return self._schemas[key]

    def body(self, call: Call) -> Body | None:
        """The body of a call's requests."""
        if self.is_old:
            return self._old_body(call)
        given = call.spot.get("requestBody")
        spot = self.library.follow(given) if given else None
        if spot is None:
            return None
        content, lines = self._content(spot.get("content"))
        return Body(spot=spot, is_required=spot.is_true("required"), content=content, lines=lines)

    def _old_body(self, call: Call) -> Body | None:
        sent = list(self._raw_parameters(call))
        media = self._media(call, "consumes") or {"application/json": call.spot.line}
        whole = next((spot for spot in sent if spot.text("in") == "body"), None)
        if whole is not None:
            schema = whole.get("schema")
            content = dict.fromkeys(media, schema)
            return Body(spot=whole, is_required=whole.is_true("required"), content=content, lines=media)
        form = [spot for spot in sent if spot.text("in") == "formData"]
        if not form:
            return None
        schema = self._form(call, form)
        is_required = any(spot.is_true("required") for spot in form)
        return Body(spot=form[0], is_required=is_required, content=dict.fromkeys(media, schema), lines=media)

    def _form(self, call: Call, form: list[Spot]) -> Spot:
        """The fields of a form as one schema."""
        key = -id(call.spot.node)
        if key not in self._schemas:
            mark = Mark(line=form[0].line, column=1)
            fields: dict[str, tuple[Scalar, Node]] = {}
            required: list[Node] = []
            for spot in form:
                name = spot.text("name")
                made = self._made(spot, name)
                own = Scalar(name, Mark(line=spot.line, column=1), is_plain=False)
                if made is not None:
                    fields[name] = (own, made.node)
                if spot.is_true("required"):
                    required.append(own)
            node = _mapping({"properties": Fields(fields, mark), "required": Items(required, mark)}, mark)
            self._kept.append(node)
            self._schemas[key] = Spot(node=node, path=form[0].path, line=form[0].line, name="")
        return self._schemas[key]

    def _media(self, call: Call, key: str) -> dict[str, int]:
        """The media types of 2.0: an operation's own, else those of all."""
        found = call.spot.get(key) or self.root.get(key)
        return {each.text().lower(): each.line for each in found.items()} if found else {}

    def _content(self, content: Spot | None) -> tuple[dict[str, Spot | None], dict[str, int]]:
        found: dict[str, Spot | None] = {}
        lines: dict[str, int] = {}
        for media in content.fields() if content else ():
            target = self.library.follow(media)
            schema = target.get("schema") if target else None
            name = _media_name(media.name)
            found[name] = Spot(node=schema.node, path=schema.path, line=schema.line, name="") if schema else None
            lines[name] = media.line
        return found, lines

    def responses(self, call: Call) -> dict[str, Response]:
        """The answers of a call."""
        found: dict[str, Response] = {}
        listed = call.spot.get("responses")
        for each in listed.fields() if listed else ():
            spot = self.library.follow(each)
            if spot is None or each.name.startswith("x-"):
                continue
            if self.is_old:
                schema = spot.get("schema")
                lines = self._media(call, "produces") or {"application/json": each.line}
                content: dict[str, Spot | None] = dict.fromkeys(lines, _unnamed(schema)) if schema else {}
            else:
                content, lines = self._content(spot.get("content"))
            place = Spot(node=spot.node, path=each.path, line=each.line, name=each.name)
            headers = {name.lower(): header for name, header in self._headers(spot)}
            found[each.name.upper()] = Response(spot=place, content=content, lines=lines, headers=headers)
        return found

    def _headers(self, spot: Spot) -> Iterator[tuple[str, Parameter]]:
        listed = spot.get("headers")
        for each in listed.fields() if listed else ():
            target = self.library.follow(each)
            if target is not None:
                place = Spot(node=target.node, path=each.path, line=each.line, name=each.name)
                yield (
                    each.name,
                    Parameter(
                        spot=place,
                        place="header",
                        name=each.name,
                        is_required=target.is_true("required"),
                        schema=self._schema_of(target, each.name),
                    ),
                )


def bases_of(servers: Sequence[Spot]) -> tuple[str, ...]:
    """The paths of servers' addresses, variables as they are where nobody sets them."""
    return tuple(dict.fromkeys(_path_of(_filled(server)) for server in servers)) or ("",)


def hosts_of(servers: Sequence[Spot]) -> frozenset[str]:
    """The names of servers; not of those that are named in relation to where the description lies."""
    return _names_of([_filled(server).partition("://")[2] for server in servers])


def _names_of(written: Sequence[str]) -> frozenset[str]:
    return frozenset(each.partition("/")[0].partition(":")[0].lower() for each in written) - {""}


def _filled(server: Spot) -> str:
    url, variables = server.text("url"), server.get("variables")
    for each in variables.fields() if variables else ():
        default = each.text("default")
        url = url.replace(f"{{{each.name}}}", default) if default else url
    return url


def _mapping(values: Mapping[str, Node], mark: Mark) -> Fields:
    return Fields({key: (Scalar(key, mark, is_plain=True), node) for key, node in values.items()}, mark)


def _unnamed(spot: Spot) -> Spot:
    return Spot(node=spot.node, path=spot.path, line=spot.line, name="")


def _media_name(written: str) -> str:
    """A media type in one spelling: lower case, no spaces between its parameters, without the encoding that is everyone's."""
    parts = [part.strip() for part in written.lower().split(";")]
    return ";".join(part for part in parts if part not in _USUAL)


def _path_of(url: str) -> str:
    """The path of a server's address, parameters and all."""
    _, has_host, rest = url.partition("://")
    if has_host:
        return ("/" + rest.partition("/")[2]).rstrip("/")
    return url.rstrip("/")


def description_of(root: Spot, library: Library) -> "Description | CouldNotLook":
    """A document as an API description, or why it cannot be read as one."""
    version = root.text("openapi") or root.text("swagger")
    if not _VERSION.match(version):
        detail = f"{root.path}: version {version[:40] or '(none)'} of OpenAPI is not known here"
        return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="compare the two versions by hand")
    for key in ("paths", "webhooks"):
        spot = root.get(key)
        if spot is not None and not isinstance(spot.node, Fields) and not is_nothing(spot.node):
            detail = f"{root.path}:{spot.line}: what stands under `{key}` holds no operations"
            return CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="mend the document")
    return Description(root=root, library=library, is_old=version.startswith("2"))


def is_description(root: Spot) -> bool:
    """Whether a document says that it describes an API, be it in a version that is none."""
    if not isinstance(root.node, Fields):
        return False
    is_said = bool(root.text("openapi") or root.text("swagger"))
    return is_said or ("paths" in root.node.entries and not root.node.entries.keys().isdisjoint(("openapi", "swagger")))
