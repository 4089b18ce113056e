"""Queries by JPA, and by Spring's repositories."""

import re
from typing import Final

from weighbridge.facts.model import Attribute, Name
from weighbridge.landscape.sql.chains import Chain
from weighbridge.landscape.sql.mappers.call import MapperCall, subject
from weighbridge.landscape.sql.mappers.signs import JPA_MANAGERS, REPOSITORY
from weighbridge.landscape.sql.questions import Question

_ONE: Final = re.compile(r"(?:findById|findOne|getOne|(?:find|exists|count|get)(?:One|First)?By[A-Z]\w*)")


def asked_of_jpa(chain: Chain) -> MapperCall | None:
    """`orders.findById(…)` of a repository of Spring Data; `entityManager.find(Order.class, key)`."""
    for at, link in enumerate(chain.links):
        before = chain.before(at)
        if link.given is None or (REPOSITORY.search(before) and not subject(before)):
            continue
        if REPOSITORY.search(before) and link.name == "findAll" and not link.given:
            return MapperCall(question=Question(verb="select", tables=(subject(before),)), is_run=True)
        if REPOSITORY.search(before) and link.given and _ONE.fullmatch(link.name):
            asked = Question(verb="select", tables=(subject(before),), has_where=True, is_limited=True, is_of_one=True)
            return MapperCall(question=asked, is_run=True)
        match link.first:
            case Attribute(of=Name(id=model), name="class") if before in JPA_MANAGERS and link.name in ("find", "get"):
                asked = Question(verb="select", tables=(model,), has_where=True, is_limited=True, is_of_one=True)
                return MapperCall(question=asked, is_run=True)
    return None
