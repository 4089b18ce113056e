"""The queries that code asks through object mappers, each as the question that its SQL would ask, and the loop that asks it."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.sql.chains import Chain, chain_of, chains_in
from weighbridge.landscape.sql.loops import Loop, Loops
from weighbridge.landscape.sql.mappers.call import MapperCall
from weighbridge.landscape.sql.mappers.readers import asked
from weighbridge.landscape.sql.mappers.signs import may_ask
from weighbridge.landscape.sql.questions import Question

_GOES_THROUGH: Final = frozenset(
    {"list", "tuple", "set", "sorted", "len", "enumerate", "sum", "max", "min"}
    | {"render", "JsonResponse", "Response", "TemplateResponse", "jsonify"}
)
_FIXED: Final = frozenset({"range", "itertools", "count"})
_MANAGED: Final = frozenset({"all", "filter", "exclude", "count", "exists", "first", "last", "values_list", "order_by"})
"""Methods of what is on the other side of a relation, which ask the database."""
_LATE: Final = frozenset({"prefetch_related_objects", "set_committed_value"})

Relations = Callable[[FileFacts, str], frozenset[str]]
"""The attributes of a class, as a file calls it, that are read from the database when they are asked for."""


class Mapped(Struct, frozen=True, kw_only=True):
    """One query: `text` is what tells it from others, `loop` the line of the loop that asks it with another value each turn."""

    step: Step
    end_line: int
    text: str
    question: Question
    loop: int = 0


def mapped_in(facts: FileFacts, relations: Relations) -> list[Mapped]:
    """Every query of a file by a mapper. Most files have none, and are told by the names in them."""
    steps = may_ask(facts)
    if not steps:
        return []
    loops = Loops(facts)
    found = [each for step in steps for each in _asked_by(step, facts, loops=loops)]
    if facts.language == "python":
        found += _lazily(facts, loops, relations=relations)
    return found


def _asked_by(step: Step, facts: FileFacts, *, loops: Loops) -> Iterator[Mapped]:
    inside: set[int] = set()
    for chain in chains_in(step.value):
        found = asked(chain, facts.language)
        if found is None:
            continue
        is_gone_through = chain.within in _GOES_THROUGH or chain.within.endswith("Serializer")
        is_run = found.is_run or (step.kind == "iterate" and chain.expr is step.value) or is_gone_through
        is_part = id(chain.expr) in inside
        inside.update(id(each) for each in walk(chain.expr))
        question = (
            found.question
            if is_run and not is_part
            else replace(found.question, is_counted=True, is_of_one=False, locks=False)
        )
        loop = _loop(chain, step, loops=loops) if is_run and not is_part else None
        if loop is not None and not found.is_run:
            question = replace(question, is_of_one=True)  # as many queries as turns, whatever each brings
        text = without_lines(chain.expr).decode("utf-8", "replace")
        end_line = max(each.line for each in walk(step.value) if type(each) is Call)
        yield Mapped(
            step=step, end_line=end_line, text=text, question=question, loop=loop.line if loop is not None else 0
        )


def _loop(chain: Chain, step: Step, *, loops: Loops) -> Loop | None:
    """The loop that asks for another thing at each turn: what goes round for something else (a retry, a few names) is none."""
    for loop in (loops.within(step) if chain.is_repeated else None, loops.around(step)):
        if loop is not None and not _is_few(loop.over) and loop.varies(chain.expr):
            return loop
    return None


def _is_few(over: Expr) -> bool:
    """Whether a loop goes through what stands in the code."""
    match over:
        case Collection(elements=elements):
            return not any(each.key in ("", "*") for each in elements)
        case Call(function=function):
            return last_name(function) in _FIXED or any(_is_few(each.value) for each in over.arguments[:1])
    name = last_name(over)
    return name.isupper() and len(name) > 1


def _lazily(facts: FileFacts, loops: Loops, *, relations: Relations) -> Iterator[Mapped]:
    """What a loop over objects reads of each by a relation that was not read with them."""
    for loop in loops.all:
        given = _goes_over(loop, facts)
        if given is None or not loop.target:
            continue
        call, said = given
        told: set[str] = set()
        for step in loop.steps:
            for name, is_managed in _related(step.value, loop.target):
                if name in told or _is_read_before(name, said):
                    continue
                if is_managed or name in relations(facts, call.question.tables[0]):
                    told.add(name)
                    question = Question(verb="select", tables=(name,), has_where=True, is_limited=True, is_of_one=True)
                    yield Mapped(
                        step=step, end_line=step.line, text=f"{loop.target}.{name}", question=question, loop=loop.line
                    )
        yield from _saved(loop, call)


def _saved(loop: Loop, call: MapperCall) -> Iterator[Mapped]:
    """What a loop over objects writes back one by one."""
    for step in loop.steps:
        match step.value:
            case Call(function=Attribute(of=Name(id=name), name="save" | "asave")) if name == loop.target:
                question = Question(verb="update", tables=call.question.tables, has_where=True, is_of_one=True)
                yield Mapped(step=step, end_line=step.line, text=f"{name}.save", question=question, loop=loop.line)
                return


def _goes_over(loop: Loop, facts: FileFacts) -> tuple[MapperCall, list[Expr]] | None:
    """What a loop's objects were asked by, where they are a mapper's, with all that was said of which relations to read with them."""
    said: list[Expr] = [loop.over]
    chain = chain_of(loop.over)
    if type(chain.root) is Name and asked(chain, "python") is None:
        name = chain.root
        bound = [each.value for each in facts.steps if each.scope == loop.scope and each.target == name]
        if not bound or (chain.links and chain.links[0].name not in ("all", "iterator", "filter", "order_by")):
            return None
        said += bound
        others = [each for each in bound if chain_of(each).root != name]
        chain = chain_of(others[-1]) if others else chain
    call = asked(chain, "python")
    is_known = call is not None and call.is_lazy and call.is_plain
    if not is_known or any(
        type(each) is Name and each.id in _LATE
        for part in facts.steps
        if part.scope == loop.scope
        for each in walk(part.value)
    ):
        return None
    return (call, said) if call is not None else None


def _related(expr: Expr, target: str) -> Iterator[tuple[str, bool]]:
    """The attributes of a loop's object of which more is asked, each with whether it is asked as what leads to many."""
    for each in walk(expr):
        match each:
            case Call(function=Attribute(of=Attribute(of=Name(id=name), name=relation), name=method)) if name == target:
                if method in _MANAGED:
                    is_list = method == "count" and each.arguments
                    yield relation, not is_list
            case Attribute(of=Attribute(of=Name(id=name), name=relation), name=member) if name == target:
                if member not in _MANAGED:
                    yield relation, False


def _is_read_before(relation: str, said: list[Expr]) -> bool:
    """Whether something says that a relation is read with the objects: by its name, or all of them."""
    for expr in said:
        for each in walk(expr):
            match each:
                case Text(value=value) if value.partition("__")[0] == relation:
                    return True
                case Attribute(name=name) if name == relation:
                    return True
                case Call(function=Attribute(name="select_related"), arguments=()):
                    return True
                case Call(function=Attribute(name="prefetch_related" | "select_related" | "options"), arguments=given):
                    if any(type(one.value) not in (Text, Call) for one in given):
                        return True  # what stands in a variable may be it
    return False
