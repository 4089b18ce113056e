"""Queries by the mappers of JavaScript: Prisma, TypeORM, Sequelize, Mongoose."""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Collection, Expr, Name, Number
from weighbridge.landscape.sql.chains import Chain, Link, is_class_name, keyed
from weighbridge.landscape.sql.mappers.call import MapperCall, begins_open, subject
from weighbridge.landscape.sql.mappers.signs import PRISMA_ONE, REPOSITORY, SCRIPTS_ONE
from weighbridge.landscape.sql.questions import Question

_LIKE: Final = frozenset({"Like", "ILike"})
_INNER: Final = frozenset({"contains", "endsWith"})
_WITH_INNER: Final = _INNER | {"mode"}


def asked_of_scripts(chain: Chain) -> MapperCall | None:
    """Prisma's `prisma.user.findMany(…)`; TypeORM's `users.findOne(…)` of a repository; Sequelize's and Mongoose's `User.findByPk(…)`."""
    for at, link in enumerate(chain.links):
        before = chain.before(at)
        if link.given is None or not before:
            continue
        if at > 0 and (link.name in PRISMA_ONE or link.name == "findMany"):
            return _of_options(before, link, is_one=link.name in PRISMA_ONE, limits=("take", "first", "limit"))
        if REPOSITORY.search(before) or before == "getRepository":
            if link.name in SCRIPTS_ONE or link.name in ("find", "findBy", "findAndCount"):
                return _of_options(
                    subject(before) or before, link, is_one=link.name in SCRIPTS_ONE, limits=("take", "limit")
                )
        elif at == 0 and is_class_name(before) and link.name in ("findByPk", "findOne", "findById"):
            return _of_options(before, link, is_one=True, limits=())
    return None


def _of_options(table: str, link: Link, *, is_one: bool, limits: tuple[str, ...]) -> MapperCall:
    given = keyed(link.first)
    options = {each.key: each.value for each in given}
    is_open = link.first is not None and (
        not given or "" in options or "*" in options
    )  # nobody knows what else it says
    skips = options.get("skip", options.get("offset"))
    question = Question(
        verb="select",
        tables=(table,),
        has_where="where" in options or is_open or link.name == "findBy",
        is_limited=is_one or any(limit in options for limit in limits),
        is_counted="distinct" in options,
        is_of_one=is_one,
        is_ordered=True,
        skips=skips is not None and type(skips) is not Number,
        searches_within=tuple(dict.fromkeys(_searches_of_options(link.first))),
    )
    return MapperCall(question=question, is_run=True)


def _searches_of_options(options: Expr | None) -> Iterator[str]:
    for each in walk(options) if options is not None else ():
        for element in keyed(each):
            match element.value:
                case Collection(elements=inner) if (
                    names := {one.key for one in inner}
                ) & _INNER and names <= _WITH_INNER:
                    yield element.key
                case Call(function=Name(id=name), arguments=(first, *_)) if name in _LIKE and begins_open(first.value):
                    yield element.key
