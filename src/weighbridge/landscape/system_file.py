"""Reads `.weighbridge/system.yaml`: the shape it must have, and the description it amounts to."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.system import AreaLevel, ComponentKind, Dialect, SurfaceKind
from weighbridge.landscape.description import (
    ArchitectureRule,
    DeclaredArea,
    DeclaredComponent,
    DeclaredDatabase,
    DeclaredScanner,
    DeclaredSurface,
    ForbiddenRule,
    IndependenceRule,
    LayerRule,
    PublicInterfaceRule,
    SystemDescription,
)
from weighbridge.landscape.documents.configuration import ConfigurationError, read_document
from weighbridge.landscape.documents.nodes import Fields, Items, Node, Scalar, plain_value
from weighbridge.landscape.documents.shapes import Choice, Flag, Key, Listing, Named, Problem, Record, Text, Whole
from weighbridge.landscape.globs import why_not_a_glob

SYSTEM_PATH: Final = ".weighbridge/system.yaml"
VERSION: Final = 1

_NAME = Text(pattern=r"[^\x00-\x1f]{1,100}", meaning="at most 100 characters on one line")
_NAMES = Listing(of=_NAME, least=1, or_one=True)
_GLOBS = Listing(of=Text(check=why_not_a_glob), least=1, or_one=True)
_REASON = Text()
_KEYS = Listing(
    of=Text(
        pattern=r"(?:pkg|image|operation|topic|table):\S(?:.*\S)?",
        meaning="a global key such as `pkg:npm/cart`, `operation:GET /orders`, `topic:t`, `table:t` or `image:i`",
    ),
    or_one=True,
)

_COMPONENT = Record(
    keys={
        "kind": Key(shape=Choice(tuple(ComponentKind)), says="what the component is"),
        "paths": Key(shape=_GLOBS, says="the folders, files or globs it consists of"),
        "tier": Key(shape=Whole(least=1, most=3), says="how much the business leans on it: 1 most, 3 least"),
        "area": Key(shape=Choice(tuple(AreaLevel)), says="how delicate its code is"),
        "owners": Key(shape=Listing(of=_NAME, or_one=True), says="who answers for it"),
        "public": Key(shape=_GLOBS, says="the paths that others may lean on"),
        "provides": Key(shape=_KEYS, says="global keys of what it hands out"),
        "requires": Key(shape=_KEYS, says="global keys of what it leans on"),
    }
)

_FORBIDDEN = Record(
    keys={
        "from": Key(shape=_NAMES, says="the components that may not", required=True),
        "to": Key(shape=_NAMES, says="lean on these", required=True),
    }
)

_RULE = Record(
    keys={
        "name": Key(shape=_NAME, says="what the rule is called when it is broken", required=True),
        "reason": Key(shape=_REASON, says="why it holds"),
        "layers": Key(
            shape=Listing(of=_NAMES, least=2), says="components from top to bottom; each may lean on those below it"
        ),
        "forbidden": Key(shape=_FORBIDDEN, says="a dependency that must not be"),
        "independent": Key(shape=Listing(of=_NAME, least=2), says="components that may not lean on each other"),
        "public_interface": Key(shape=_NAMES, says="components to be used through their `public` paths alone"),
    },
    one_of=("layers", "forbidden", "independent", "public_interface"),
)

_AREA = Record(
    keys={
        "paths": Key(shape=_GLOBS, says="where it applies", required=True),
        "level": Key(shape=Choice(tuple(AreaLevel)), says="how delicate that code is", required=True),
        "reason": Key(shape=_REASON, says="why"),
    }
)

_SURFACE = Record(
    keys={
        "paths": Key(shape=_GLOBS, says="where it applies", required=True),
        "kind": Key(shape=Choice((*SurfaceKind, "none")), says="the kind of surface, or `none`", required=True),
        "reason": Key(shape=_REASON, says="why", required=True),
    }
)

_SCANNER = Record(
    keys={
        "name": Key(shape=_NAME, says="the scanner's name as the organisation knows it", required=True),
        "paths": Key(shape=_GLOBS, says="what it looks at; everything when left out"),
        "required": Key(shape=Flag(), says="whether a change may pass when it could not look"),
    }
)

_DATABASE = Record(
    keys={
        "dialect": Key(shape=Choice(tuple(Dialect)), says="which database it is", required=True),
        "paths": Key(shape=_GLOBS, says="where the SQL lies that it runs; all of it when left out"),
        "version": Key(shape=Whole(least=1, most=1000), says="its major version, where rules know a difference"),
    }
)

SYSTEM_SHAPE: Final = Record(
    keys={
        "version": Key(shape=Whole(least=1, most=1_000_000), says=f"the format's version, {VERSION}", required=True),
        "components": Key(shape=Named(name=_NAME, of=_COMPONENT), says="what the system consists of, by name"),
        "areas": Key(shape=Listing(of=_AREA), says="how delicate paths are; the last one that matches wins"),
        "architecture": Key(shape=Listing(of=_RULE), says="rules for who may lean on whom"),
        "scanners": Key(shape=Listing(of=_SCANNER), says="scanners to run, as far as the organisation knows them"),
        "surfaces": Key(shape=Listing(of=_SURFACE), says="sensitive surfaces to add, or to leave out (`none`)"),
        "databases": Key(
            shape=Listing(of=_DATABASE),
            says="which database SQL speaks to, the first that matches wins; what is not declared is told by what files say"
            " and need, else taken for PostgreSQL",
        ),
        "report_only": Key(shape=Flag(), says="whether the gate only tells and never blocks"),
    }
)


def load_system(data: bytes, path: str) -> SystemDescription:
    """The system that `data` describes.

    Raises:
        ConfigurationError: holding every problem, with line, column and the nearest valid key.
    """
    root, checker = read_document(data, path, shape=SYSTEM_SHAPE, version=VERSION)
    problems = (*_shared_paths(root), *_shared_layers(root))
    if problems:
        raise ConfigurationError(path, problems)
    return SystemDescription(
        version=_number(root, "version") or VERSION,
        components=tuple(_component(key, fields) for key, fields in _named(root, "components")),
        areas=tuple(_area(fields) for fields in _records(root, "areas")),
        architecture=tuple(_rule(fields) for fields in _records(root, "architecture")),
        scanners=tuple(_scanner(fields) for fields in _records(root, "scanners")),
        surfaces=tuple(_surface(fields) for fields in _records(root, "surfaces")),
        databases=tuple(_database(fields) for fields in _records(root, "databases")),
        report_only=_flag(root, "report_only"),
        newer=_newer(root, checker.newer),
    )


def _component(key: Scalar, fields: Fields) -> DeclaredComponent:
    kind, area = _string(fields, "kind"), _string(fields, "area")
    return DeclaredComponent(
        name=key.value,
        paths=_strings(fields, "paths"),
        kind=ComponentKind(kind) if kind else None,
        tier=_number(fields, "tier"),
        area=AreaLevel(area) if area else None,
        owners=_strings(fields, "owners"),
        public=_strings(fields, "public"),
        provides=_strings(fields, "provides"),
        requires=_strings(fields, "requires"),
        line=key.mark.line,
    )


def _area(fields: Fields) -> DeclaredArea:
    return DeclaredArea(
        paths=_strings(fields, "paths"),
        level=AreaLevel(_string(fields, "level")),
        reason=_string(fields, "reason"),
        line=fields.mark.line,
    )


def _rule(fields: Fields) -> ArchitectureRule:
    name, reason, line = _string(fields, "name"), _string(fields, "reason"), fields.mark.line
    if (layers := fields.get("layers")) is not None:
        assert isinstance(layers, Items), "the shape was checked"
        return LayerRule(name=name, layers=tuple(map(_texts, layers.items)), reason=reason, line=line)
    if (forbidden := fields.get("forbidden")) is not None:
        assert isinstance(forbidden, Fields), "the shape was checked"
        sources, targets = _strings(forbidden, "from"), _strings(forbidden, "to")
        return ForbiddenRule(name=name, sources=sources, targets=targets, reason=reason, line=line)
    if "independent" in fields.entries:
        return IndependenceRule(name=name, components=_strings(fields, "independent"), reason=reason, line=line)
    return PublicInterfaceRule(name=name, components=_strings(fields, "public_interface"), reason=reason, line=line)


def _scanner(fields: Fields) -> DeclaredScanner:
    return DeclaredScanner(
        name=_string(fields, "name"),
        paths=_strings(fields, "paths"),
        required=_flag(fields, "required"),
        line=fields.mark.line,
    )


def _database(fields: Fields) -> DeclaredDatabase:
    return DeclaredDatabase(
        dialect=Dialect(_string(fields, "dialect")),
        paths=_strings(fields, "paths"),
        version=_number(fields, "version"),
        line=fields.mark.line,
    )


def _surface(fields: Fields) -> DeclaredSurface:
    kind = _string(fields, "kind")
    return DeclaredSurface(
        paths=_strings(fields, "paths"),
        kind=None if kind == "none" else SurfaceKind(kind),
        reason=_string(fields, "reason"),
        line=fields.mark.line,
    )


def _shared_paths(root: Fields) -> Iterator[Problem]:
    """Two components cannot both be made of one and the same path."""
    first: dict[str, Scalar] = {}
    for key, fields in _named(root, "components"):
        for path in _strings(fields, "paths"):
            other = first.setdefault(path.strip("/"), key)
            if other is not key:
                message = f"`{key.value}` and `{other.value}` (line {other.mark.line}) both claim the path `{path}`"
                yield Problem(mark=key.mark, message=message)


def _shared_layers(root: Fields) -> Iterator[Problem]:
    """A component stands in one layer: standing in two would let it lean on itself from above."""
    for rule in _records(root, "architecture"):
        layers = rule.get("layers")
        names = Counter(name for layer in (layers.items if isinstance(layers, Items) else ()) for name in _texts(layer))
        for name in (name for name, times in names.items() if times > 1):
            yield Problem(mark=rule.mark, message=f"`{name}` stands in more than one layer")


def _newer(root: Fields, names: list[str]) -> dict[str, object]:
    """What later versions brought, as written: whole sections by name, single keys inside known ones with none."""
    values = {name: root.get(name) for name in names}
    return {name: plain_value(node) if node is not None else None for name, node in values.items()}


def _named(root: Fields, key: str) -> list[tuple[Scalar, Fields]]:
    node = root.get(key)
    entries = node.entries.values() if isinstance(node, Fields) else ()
    return [(name, value) for name, value in entries if isinstance(value, Fields)]


def _records(root: Fields, key: str) -> list[Fields]:
    node = root.get(key)
    return [item for item in node.items if isinstance(item, Fields)] if isinstance(node, Items) else []


def _string(fields: Fields, key: str) -> str:
    node = fields.get(key)
    return node.value if isinstance(node, Scalar) else ""


def _strings(fields: Fields, key: str) -> tuple[str, ...]:
    return _texts(fields.get(key))


def _texts(node: Node | None) -> tuple[str, ...]:
    items = node.items if isinstance(node, Items) else [node]
    return tuple(item.value for item in items if isinstance(item, Scalar) and not item.is_null)


def _number(fields: Fields, key: str) -> int | None:
    text = _string(fields, key)
    return int(text) if text else None


def _flag(fields: Fields, key: str) -> bool:
    return _string(fields, key).lower() == "true"
