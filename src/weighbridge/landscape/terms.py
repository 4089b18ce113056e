"""The terms a file is found by: what it defines, mentions, imports and touches outside the code.

A term is a one-letter tag, a colon and a name. `d:` defined here; `m:` mentioned (any name in any expression, and each
imported member); `b:` the last name of a class's base; `i:` what an import may be known by (see `import_keys`); `p:` a
parameter of a function in a test; `g:` the fixed start of a member's name that is put together at run time; `k:` an
outside key (`table:orders`, `operation:GET /x`, `topic:paid`); `f:` the last part of the name of a file that is no code; `o:` a method that an interface of Go or a protocol of Python asks for; `r:` with nothing behind it: mounts routers below paths; `e:`: has entry points, and
with a segment of a path behind it: has a route with that segment; `u:` a segment of a path that is requested. Of paths of at most
two segments, `/` and the number stand there too: `u:/1`, and `e:/1` where no segment is fixed; of a route's name `@` and the last part.
`w:` a word of a text, in lower case.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from weighbridge.facts.addresses import NAMED, UNKNOWN, segments_of
from weighbridge.facts.embedded import EMBEDDED, is_file_name
from weighbridge.facts.expressions import walk
from weighbridge.facts.mentions import head_of, mentions_in
from weighbridge.facts.model import (
    Argument,
    Attribute,
    Call,
    Definition,
    Expr,
    FileFacts,
    Item,
    Name,
    Request,
    Text,
)
from weighbridge.facts.names import last_name

TERMS_VERSION = 8
"""Part of the key of every stored index: raise it with any change of what `terms_of` gives for the same facts."""

MOUNTS = "r:"
"""The term of every file that mounts routers."""

ENTRIES = "e:"
"""The term of every file that has entry points."""

REQUESTED = "u:"
"""The beginning of the terms of what a file requests."""

ASKED = "o:"
"""The beginning of the terms of files with interfaces that types fit without naming them: the methods these ask for."""

WORD = "w:"
"""The beginning of the terms of what stands in texts."""

LOADED = "f:"
"""The beginning of the terms of files that are no code and that code names: the last part of the name."""

FEW_SEGMENTS = 2
"""Paths of so many segments are found by their number too: a route may have none that is fixed."""

_BY_DOTS = ("python", "java")
"""Languages whose modules are named with dots, not by files."""
_GLOB = re.compile(r"[*?\[]")
"""Expressions in which no other stands."""

_KEYS = {"reads": "table", "writes": "table", "requests": "operation", "publishes": "topic", "consumes": "topic"}


def expressions(facts: FileFacts) -> Iterator[tuple[int, int, Expr]]:
    """(scope, line, expression) for every outermost expression of a file, declarations' own ones included.

    What stands in a definition's head (bases, decorators, annotations, defaults) is evaluated in the scope around it.
    """
    for definition in facts.definitions:
        for head in head_of(definition):
            yield max(definition.parent, 0), definition.line, head
    for step in facts.steps:
        for part in (step.value, step.target, step.annotation):
            if part is not None:
                yield step.scope, step.line, part


def computed_prefix(call: Call, facts: FileFacts, *, scope: int) -> str:
    """The fixed start of a member's name that is put together at run time: `visit_` for `getattr(x, f"visit_{kind}")`.

    It may have been given a name first, in the same function.
    """
    match call:
        case Call(function=Name(id="getattr"), arguments=(_, Argument(value=given), *_)):
            return _fixed_start(given, facts, scope=scope)
        case _:
            return ""


def _fixed_start(expr: Expr, facts: FileFacts, *, scope: int) -> str:
    match expr:
        case Text(value=name, parts=(_, *_)):
            return name.partition("{}")[0]
        case Call(function=Attribute(of=of, name="lower")):
            return _fixed_start(of, facts, scope=scope).lower()
        case Name():
            bound = (s.value for s in facts.steps if s.scope == scope and s.kind == "bind" and s.target == expr)
            return next((_fixed_start(value, facts, scope=scope) for value in bound if isinstance(value, Text)), "")
        case _:
            return ""


_WRITTEN_ENDINGS = (".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")


def without_ending(name: str) -> str:
    """A JavaScript or TypeScript module's name without the ending of its file."""
    ending = next((e for e in _WRITTEN_ENDINGS if name.endswith(e)), "")
    return name.removesuffix(ending)


def import_keys(module: str, name: str = "") -> Iterator[str]:
    """What an import may be known by, whichever file it means: the last two names of its path, or fewer.

    `a/b` for `x.a.b`, `x/a/b` and `..a.b`; `.b` for the relative `.b`, `../b` and `./b.js`; `.` for a relative import of
    nothing but the package around; `b` for an absolute one of a single name, and for each that is written with slashes,
    since what stands before is often an alias. `name` is the member that is imported, which may be a module too.
    """
    slashes = "/" in module or module in (".", "..")
    is_relative = module.startswith(".")
    if slashes:
        parts = [part for part in without_ending(module).split("/") if part not in ("", ".", "..")]
    else:
        parts = [part for part in module.split(".") if part]
    for path in (parts, [*parts, name]) if name and name != "*" else (parts,):
        if len(path) > 1:
            yield f"{path[-2]}/{path[-1]}"
        elif is_relative:
            yield "." + "".join(path)
        if (path and slashes and not is_relative) or (len(path) == 1 and not is_relative):
            yield path[-1]


@lru_cache(maxsize=1 << 14)
def _import_terms(module: str, name: str) -> tuple[str, ...]:
    return tuple("i:" + key for key in import_keys(module, name))


def terms_of(facts: FileFacts) -> set[str]:
    """Every term that `facts` can be found by."""
    mentions = mentions_in(facts)
    found = {"d:" + d.name for d in facts.definitions[1:] if d.name}
    found.update(["m:" + name for name in mentions])
    found.update(f"g:{prefix}" for prefix in _computed(facts, mentions.get("getattr", ())))
    for imported in facts.imports:
        found.update(_import_terms(imported.module, imported.name))
        if imported.name:
            found.add("m:" + imported.name)
    for export in facts.exports:
        found.add("d:" + export.name)
        found.update("m:" + e.id for e in walk(export.value) if type(e) is Name)
        if export.module:
            found.update(_import_terms(export.module, ""))
    for definition in facts.definitions:
        if definition.name.startswith(("test", "Test")) or definition.decorators:
            found.update(f"p:{p.name}" for p in definition.parameters)
        if definition.bases:
            found.update("b:" + name for base in definition.bases if (name := base_name(base)))
    if facts.language in ("go", "python"):
        asking = {index for index, definition in enumerate(facts.definitions) if is_asking(definition)}
        found.update(ASKED + d.name for d in facts.definitions if d.parent in asking and d.kind == "method")
    if facts.mounts:
        found.add(MOUNTS)
    if facts.entry_points:
        found.add(ENTRIES)
        routes = (entry.key.partition(" ")[2] for entry in facts.entry_points if entry.kind == "http")
        found.update(ENTRIES + key for route in routes for key in route_keys(route))
    found.update(LOADED + name for name in _named_files(facts, mentions.get(EMBEDDED, ())))
    found.update(REQUESTED + key for request in facts.requests for key in request_keys(request))
    found.update(f"k:{_KEYS[a.kind]}:{a.key}" for a in facts.accesses if a.kind in _KEYS)
    found.update([WORD + word for word in facts.words.split()])
    return found


def is_asking(definition: Definition) -> bool:
    """Whether a definition is an interface of Go's or a protocol of Python's, which types fit without naming it."""
    return definition.kind == "interface" or any(base_name(base) == "Protocol" for base in definition.bases)


def _named_files(facts: FileFacts, embedding: Iterable[int]) -> Iterator[str]:
    """The last parts of the names of files, no code among them, that texts of a file are; of a pattern, its last fixed part."""
    yield from (name.rpartition("/")[2] for name in facts.files)
    for unit in embedding:
        value = facts.steps[unit].value
        if isinstance(value, Call):
            yield from _embedded(value)
    if facts.language not in _BY_DOTS:
        yield from (i.module.rpartition("/")[2] for i in facts.imports if is_file_name(i.module))


def _embedded(call: Call) -> Iterator[str]:
    for given in call.arguments:
        parts = given.value.value.removeprefix("all:").split("/") if type(given.value) is Text else []
        yield from [part for part in parts if not _GLOB.search(part)][-1:]


def route_keys(path: str) -> list[str]:
    """What a route is found by: its fixed segments, or the number of the few that are all left open."""
    segments = segments_of(path)
    fixed = [each for each in segments if "{" not in each]
    return fixed or ([f"/{len(segments)}"] if len(segments) <= FEW_SEGMENTS else [])


def request_keys(request: Request) -> list[str]:
    """What a request is found by: the segments that are known, how many there are if they are few; or a route's name."""
    if request.path.startswith(NAMED):
        return [NAMED + request.path.removeprefix(NAMED).rpartition(".")[2]]
    before, _, path = request.path.partition("/")
    segments = segments_of(path)
    last = segments[-1].removesuffix(UNKNOWN) if segments else ""  # what follows directly may be a query
    known = [each for each in dict.fromkeys((*segments, last)) if each and UNKNOWN not in each]
    return [*known, f"/{len(segments)}"] if len(segments) <= FEW_SEGMENTS and not before else known


def base_name(base: Expr) -> str:
    """The last name of a base class as written, its type arguments left aside."""
    return last_name(base.of if type(base) is Item else base)


def _computed(facts: FileFacts, units: Iterable[int]) -> Iterator[str]:
    """The fixed starts of names that are put together at run time, in the units that mention `getattr`."""
    for unit in units:
        step = facts.steps[unit] if unit >= 0 else None
        for expr in walk(step.value) if step else ():
            if step and type(expr) is Call and (prefix := computed_prefix(expr, facts, scope=step.scope)):
                yield prefix
