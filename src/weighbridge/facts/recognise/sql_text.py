"""Tables read and written by SQL that stands as text in code of any language.

A text is taken for SQL by its shape and by its place: what is given to something that runs queries needs less than
what is given to anything; log messages, errors and help texts are never taken for it.
"""

from collections.abc import Iterator
from typing import Final

from weighbridge.facts.extractor import Recognised, Recogniser
from weighbridge.facts.mentions import Outline
from weighbridge.facts.model import (
    Access,
    Argument,
    Attribute,
    Call,
    Collection,
    Either,
    Expr,
    FileFacts,
    Item,
    Name,
    Step,
    Text,
)
from weighbridge.facts.recognise._sql_places import call_evidence, name_evidence
from weighbridge.facts.recognise._sql_statements import BEGINNING, Evidence, table_uses
from weighbridge.facts.roles import CODE

Placed = tuple[Text, Evidence]

_BRANCHES: Final = frozenset({Attribute, Call, Collection, Either, Item, Text})
"""The kinds of expression that hold texts."""


def may_have_sql(_facts: FileFacts, outline: Outline) -> bool:
    """Whether any text of the file begins as SQL does."""
    return any(_begins_as_sql(text) for text in outline.texts)


def recognise(facts: FileFacts) -> Recognised:
    """Each table once for each definition and kind of use."""
    found: dict[tuple[str, str, int], Access] = {}
    for step in facts.steps:
        if type(step.value) not in _BRANCHES or not _may_hold_sql(step.value):
            continue
        for text, evidence in _placed(step.value, _evidence(facts, step)):
            for use in table_uses(text.value, evidence):
                key = (use.kind, use.table, step.scope)
                if key not in found or (use.is_certain and not found[key].is_certain):
                    found[key] = Access(use.kind, use.table, step.scope, step.line, use.is_certain)
    return Recognised(accesses=tuple(found.values()))


def sql_in(facts: FileFacts) -> Iterator[tuple[Step, Text, Evidence]]:
    """Every text that begins as SQL does, with the statement that it stands in, and how much its place speaks for it."""
    for step in facts.steps:
        if type(step.value) in _BRANCHES and _may_hold_sql(step.value):
            for text, evidence in _placed(step.value, _evidence(facts, step)):
                if _begins_as_sql(text.value):
                    yield step, text, evidence


def _evidence(facts: FileFacts, step: Step) -> Evidence:
    """What a statement says about a text that is its value."""
    if step.kind in ("raise", "assert"):
        return Evidence.NONE
    if step.kind == "return":
        return max(name_evidence(facts.definitions[step.scope].name), Evidence.PLACE)
    target = step.target
    if type(target) is Name:
        return name_evidence(target.id)
    if type(target) is Attribute:
        return name_evidence(target.name)
    if type(target) is Item and type(target.key) is Text:
        return name_evidence(target.key.value)
    return Evidence.PLACE


def _may_hold_sql(expr: Expr) -> bool:
    """Whether any text inside begins as SQL does."""
    waiting: list[Expr] = [expr]
    while waiting:
        current = waiting.pop()
        while type(current) is Attribute:
            current = current.of
        if type(current) is Text:
            if _begins_as_sql(current.value):
                return True
            waiting += current.parts
        elif type(current) is Call and not current.arguments:
            waiting.append(current.function)
        elif type(current) is Call:
            waiting += [given.value for given in current.arguments if type(given.value) in _BRANCHES]
            if type(current.function) in _BRANCHES:
                waiting.append(current.function)
        elif type(current) is Collection:
            waiting += [each.value for each in current.elements if type(each.value) in _BRANCHES]
        elif type(current) is Either:
            waiting += current.options
        elif type(current) is Item:
            waiting += (current.of, current.key)
    return False


def _begins_as_sql(text: str) -> bool:
    return len(text) > 10 and BEGINNING.match(text) is not None


def _placed(expr: Expr, evidence: Evidence) -> Iterator[Placed]:
    """Every text in an expression with what its nearest place says about it."""
    waiting: list[tuple[Expr, Evidence]] = [(expr, evidence)]
    while waiting:
        current, said = waiting.pop()
        match current:
            case Text(parts=parts):
                yield current, said
                waiting += [(part, said) for part in reversed(parts)]
            case Call(function=function, arguments=arguments):
                inner = call_evidence(function, said)
                waiting += [(each.value, _of_argument(each, inner)) for each in reversed(arguments)]
                waiting.append((function, said))
            case Attribute(of=of):
                waiting.append((of, said))
            case Item(of=of, key=key):
                waiting += ((key, said), (of, said))
            case Either(options=options):
                waiting += [(option, said) for option in reversed(options)]
            case Collection(elements=elements):
                named = [(e.value, name_evidence(e.key, said)) for e in elements]
                waiting += reversed(named)


def _of_argument(given: Argument, said: Evidence) -> Evidence:
    return name_evidence(given.name, said) if given.name else said


RECOGNISER: Final = Recogniser(languages=tuple(sorted(CODE)), version=1, recognise=recognise, may_concern=may_have_sql)
