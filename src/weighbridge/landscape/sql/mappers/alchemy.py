"""Queries by SQLAlchemy's mapper."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Argument, Attribute, Call, Name, Number
from weighbridge.landscape.sql.chains import Chain, Link, chain_of, is_class_name
from weighbridge.landscape.sql.mappers.call import MapperCall, begins_open
from weighbridge.landscape.sql.questions import Question

_ONE: Final = frozenset({"first", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none", "get"})
_ENDS: Final = frozenset({"all", "count", "delete", "update", *_ONE})
_RUNS: Final = frozenset({"execute", "scalars", "scalar", "stream", "stream_scalars"})
_LINKING: Final = frozenset(
    {"join", "outerjoin", "filter", "filter_by", "where", "select_from", "having", "from_statement"}
)
_NARROWING: Final = frozenset({"filter", "filter_by", "where", "join", "from_statement", "get"})
_LIKE: Final = frozenset({"like", "ilike"})


def asked_of_alchemy(chain: Chain) -> MapperCall | None:
    """`session.query(Order).filter(…)`, `Order.query.filter_by(…)`, `session.get(Order, key)`, `session.scalars(select(Order))`."""
    for at, link in enumerate(chain.links):
        before = chain.before(at)
        if link.name == "query" and (
            (link.given and _is_session(before)) or (link.given is None and is_class_name(before))
        ):
            models = _models(link.given) if link.given else [before]
            return _of_statement(models, chain.links[at + 1 :], is_run=None) if models else None
        if link.given and _is_session(before):
            if link.name == "get" and len(link.given) > 1 and (models := _models(link.given[:1])):
                asked = Question(verb="select", tables=tuple(models), has_where=True, is_limited=True, is_of_one=True)
                return MapperCall(question=asked, is_run=True)
            if link.name in _RUNS and link.first is not None:
                return _run(link, chain.links[at + 1 :])
    match chain.root:
        case Call(function=Name(id="select"), arguments=given) if models := _models(given):
            return _of_statement(models, chain.links, is_run=False)
    return None


def _run(run: Link, after: tuple[Link, ...]) -> MapperCall | None:
    """A statement that is handed to a session, with what is taken of its result."""
    inner = chain_of(run.first) if run.first is not None else None
    match inner:
        case Chain(root=Call(function=Name(id="select"), arguments=given), links=links) if models := _models(given):
            found = _of_statement(
                models, (*links, *after, Link("scalar", ())) if run.name == "scalar" else (*links, *after), is_run=True
            )
            question = found.question
            return MapperCall(
                question=Question(  # the statement itself is a chain of its own, and tells the rest
                    verb=question.verb,
                    tables=question.tables,
                    has_where=question.has_where,
                    is_limited=question.is_limited,
                    is_counted=question.is_counted,
                    is_of_one=question.is_of_one,
                ),
                is_run=True,
                is_plain=found.is_plain,
                is_lazy=found.is_lazy,
            )
    return None


def _of_statement(models: list[str], links: tuple[Link, ...], *, is_run: bool | None) -> MapperCall:
    names = {link.name for link in links}
    is_one = bool(names & _ONE)
    ends = bool(names & _ENDS) if is_run is None else is_run
    is_product = len(models) > 1 and not names & _LINKING and bool(ends)
    question = Question(
        verb="delete" if "delete" in names else "update" if "update" in names else "select",
        tables=tuple(models),
        has_where=bool(names & _NARROWING),
        is_limited=is_one or bool(names & {"limit", "yield_per", "slice", "paginate", "partitions"}),
        is_counted=bool(names & {"count", "group_by", "exists", "distinct", "with_entities"}),
        is_ordered="order_by" in names,
        skips=any(link.name == "offset" and type(link.first) is not Number for link in links),
        locks="with_for_update" in names,
        picks_one=is_one,
        is_of_one=is_one or "count" in names,
        searches_within=tuple(dict.fromkeys(_searches_of_alchemy(links))),
        unlinked=tuple(models[1:]) if is_product else (),
    )
    return MapperCall(question=question, is_run=bool(ends), is_lazy=len(models) == 1 and not is_one)


def _is_session(name: str) -> bool:
    return name.lower().endswith("session")


def _models(given: tuple[Argument, ...] | None) -> list[str]:
    """The classes that are asked for whole; none where anything else is asked for too."""
    found = [each.value.id for each in given or () if type(each.value) is Name and is_class_name(each.value.id)]
    return found if len(found) == len(given or ()) else []


def _searches_of_alchemy(links: tuple[Link, ...]) -> Iterator[str]:
    for link in links:
        for given in link.given or () if link.name in ("where", "filter") else ():
            for each in walk(given.value):
                match each:
                    case Call(function=Attribute(of=Attribute(name=column), name=name), arguments=(first, *_)) if (
                        name in _LIKE and begins_open(first.value)
                    ):
                        yield column
