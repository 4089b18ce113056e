"""The terms a file is found by: what it defines, mentions, imports and touches outside the code.

A term is a one-letter tag, a colon and a name. `d:` defined here; `m:` mentioned (any name in any expression, and each
imported member); `i:` the last segment of each imported module; `p:` a parameter of a function in a test; `g:` the fixed start
of a member's name that is put together at run time; `k:` an
outside key (`table:orders`, `operation:GET /x`, `topic:paid`); `r:` with nothing behind it: mounts routers below paths.
"""

from collections.abc import Iterable, Iterator

from weighbridge.facts.model import (
    Argument,
    Attribute,
    Call,
    Collection,
    Either,
    Expr,
    FileFacts,
    Item,
    Name,
    Text,
)

TERMS_VERSION = 3
"""Part of the key of every stored index: raise it with any change of what `terms_of` gives for the same facts."""

MOUNTS = "r:"
"""The term of every file that mounts routers."""

_KEYS = {"reads": "table", "writes": "table", "requests": "operation", "publishes": "topic", "consumes": "topic"}


def subexpressions(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside `expr`."""
    parts: tuple[Expr, ...] = ()
    match expr:
        case Attribute(of=of):
            parts = (of,)
        case Call(function=function, arguments=arguments):
            parts = (function, *(a.value for a in arguments))
        case Item(of=of, key=key):
            parts = (of, key)
        case Collection(elements=elements):
            parts = tuple(e.value for e in elements)
        case Either(options=options):
            parts = options
        case Text(parts=holes):
            parts = holes
    return parts


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything inside it, outermost first."""
    pending = [expr]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(subexpressions(current)))


def expressions(facts: FileFacts) -> Iterator[tuple[int, int, Expr]]:
    """(scope, line, expression) for every outermost expression of a file, declarations' own ones included.

    What stands in a definition's head (bases, decorators, annotations, defaults) is evaluated in the scope around it.
    """
    for definition in facts.definitions:
        heads: Iterable[Expr | None] = (
            *definition.bases,
            *definition.decorators,
            definition.returns,
            *(e for p in definition.parameters for e in (p.annotation, p.default)),
        )
        for head in heads:
            if head is not None:
                yield max(definition.parent, 0), definition.line, head
    for step in facts.steps:
        for part in (step.value, step.target, step.annotation):
            if part is not None:
                yield step.scope, step.line, part


def computed_prefix(call: Call) -> str:
    """The fixed start of a member's name that is put together at run time: `visit_` for `getattr(x, f"visit_{kind}")`."""
    match call:
        case Call(function=Name(id="getattr"), arguments=(_, Argument(value=Text(value=name, parts=(_, *_))), *_)):
            return name.partition("{}")[0]
        case _:
            return ""


def last_segment(module: str) -> str:
    """The last name of a module as written: `models` for `..models`, `./models`, `app.models`, `net/models`."""
    name = module.rstrip("/").rpartition("/")[2]
    for ending in (".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs"):
        name = name.removesuffix(ending)
    return name.rpartition(".")[2] or name.strip(".")


def terms_of(facts: FileFacts) -> set[str]:
    """Every term that `facts` can be found by."""
    found = {f"d:{d.name}" for d in facts.definitions[1:] if d.name}
    for _, _, outer in expressions(facts):
        for expr in walk(outer):
            if isinstance(expr, Name):
                found.add("m:" + expr.id)
            elif isinstance(expr, Attribute):
                found.add("m:" + expr.name)
            elif isinstance(expr, Call) and (prefix := computed_prefix(expr)):
                found.add("g:" + prefix)
    for imported in facts.imports:
        found.add("i:" + last_segment(imported.module))
        if imported.name:
            found.update(("m:" + imported.name, "i:" + imported.name))
    for export in facts.exports:
        found.add("d:" + export.name)
        found.update("m:" + e.id for e in walk(export.value) if isinstance(e, Name))
        if export.module:
            found.add("i:" + last_segment(export.module))
    for definition in facts.definitions:
        if definition.name.startswith(("test", "Test")) or definition.decorators:
            found.update(f"p:{p.name}" for p in definition.parameters)
    if facts.mounts:
        found.add(MOUNTS)
    found.update(f"k:{_KEYS[a.kind]}:{a.key}" for a in facts.accesses if a.kind in _KEYS)
    return found
