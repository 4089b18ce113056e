"""Queries by Django's mapper."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Argument, Call, Name
from weighbridge.landscape.sql.chains import Chain, Link, is_class_name
from weighbridge.landscape.sql.mappers.call import MapperCall
from weighbridge.landscape.sql.questions import Question

_KEYS: Final = frozenset({"id", "pk", "uuid", "slug", "key"})
_WITHIN: Final = re.compile(r"(\w+?)(?:__\w+)??__(?:icontains|iendswith|endswith)")
_ONE: Final = frozenset(
    {"get", "first", "last", "latest", "earliest", "exists", "count", "aggregate"}
    | {"aget", "afirst", "alast", "aexists", "acount", "aaggregate"}
)
_MANY: Final = frozenset(
    {"all", "filter", "exclude", "annotate", "order_by", "distinct", "values", "values_list", "select_related"}
    | {"prefetch_related", "only", "defer", "using", "select_for_update", "reverse", "iterator", "alias", "none"}
)
_WRITES: Final = frozenset(
    {"create", "get_or_create", "update_or_create"} | {"acreate", "aget_or_create", "aupdate_or_create"}
)
_NARROWING: Final = frozenset({"filter", "exclude", "none", "values", "distinct", "annotate"})


_CHANGES: Final = {"delete": "delete", "adelete": "delete", "update": "update", "aupdate": "update"}
_WIDE: Final = frozenset({"all", "using", "order_by", "select_related", "prefetch_related", "only", "defer"})
"""Links that say nothing of which rows are meant."""


def asked_of_django(chain: Chain) -> MapperCall | None:
    """`Order.objects.filter(…)`; `get_object_or_404(Order, …)`."""
    if type(chain.root) is Call and not chain.links:
        return _short_cut(chain.root)
    at = next((i for i, link in enumerate(chain.links) if link.name == "objects" and link.given is None), -1)
    model = chain.before(at) if at >= 0 else ""
    if not is_class_name(model):
        return None
    asked: list[Link] = []
    ends = ""
    is_plain = True
    for link in chain.links[at + 1 :]:
        if link.name in _ONE or link.name in _WRITES:
            ends = link.name
        elif link.name in _CHANGES and link.given is not None and asked:
            has_where = any(each.name not in _WIDE for each in asked)
            question = Question(verb=_CHANGES[link.name], tables=(model,), has_where=has_where)
            return MapperCall(question=question, is_run=True, is_plain=False)
        elif link.name not in _MANY:
            is_plain = False
            break
        asked.append(link)
        if ends:
            break
    if not asked or asked[0].given is None:
        return None
    names = {link.name for link in asked}
    is_one = ends in _ONE
    question = Question(
        verb="insert" if ends in _WRITES else "select",
        tables=(model,),
        has_where=bool(names & _NARROWING),
        is_limited=is_one or not is_plain or "iterator" in names,
        is_ordered="order_by" in names,
        locks="select_for_update" in names,
        picks_one=ends in ("get", "aget", "exists", "count") or any(_picks(link.given) for link in asked),
        is_of_one=is_one or bool(ends),
        searches_within=tuple(dict.fromkeys(_searches_of_django(asked))),
    )
    return MapperCall(
        question=question,
        is_run=bool(ends),
        is_plain=is_plain,
        is_lazy=not ends and not names & {"values", "values_list"},
    )


def _short_cut(call: Call) -> MapperCall | None:
    match call:
        case Call(function=Name(id="get_object_or_404" | "aget_object_or_404"), arguments=(first, _, *_)) if type(
            first.value
        ) is Name and is_class_name(first.value.id):
            asked = Question(verb="select", tables=(first.value.id,), has_where=True, is_limited=True, is_of_one=True)
            return MapperCall(question=asked, is_run=True)
    return None


def _picks(given: tuple[Argument, ...] | None) -> bool:
    return any(each.name in _KEYS for each in given or ())


def _searches_of_django(links: list[Link]) -> Iterator[str]:
    for link in links:
        for given in link.given or ():
            yield from _searched_name(given)
            for each in walk(given.value):
                if type(each) is Call and each.function == Name("Q"):
                    for inner in each.arguments:
                        yield from _searched_name(inner)


def _searched_name(given: Argument) -> Iterator[str]:
    if found := _WITHIN.fullmatch(given.name):
        yield found[1]
