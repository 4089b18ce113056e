"""Methods of HTTP that a view of Django's accepts by a decorator, where the change makes them other ones."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.places import Place, Side
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.pairing import Named, pairs
from weighbridge.landscape.terms import expressions
from weighbridge.landscape.test_files import is_test

_BY_NAME: Final = {
    "require_POST": frozenset({"POST"}),
    "require_GET": frozenset({"GET"}),
    "require_safe": frozenset({"GET", "HEAD"}),
}
_LISTING: Final = frozenset({"require_http_methods", "api_view"})
_OF_NO_METHOD: Final = frozenset(
    {"csrf_exempt", "csrf_protect", "login_required", "permission_required", "staff_member_required", "never_cache"}
)
"""Other decorators, which refuse no method."""
_FREELY_ADDED: Final = frozenset({"OPTIONS", "HEAD"})
"""Methods that frameworks answer on their own: that one is said or not makes little difference."""


class TurnedMethods(Struct, frozen=True, kw_only=True):
    """What a view accepts before and after, in order; None where it accepts any."""

    symbol: str
    place: Place
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None

    @property
    def lost(self) -> tuple[str, ...] | None:
        """The methods that are refused from now on; None where these are all but those that are left."""
        if self.after is None:
            return ()
        return None if self.before is None else tuple(each for each in self.before if each not in self.after)

    @property
    def gained(self) -> tuple[str, ...] | None:
        """The methods that are accepted and were refused; None where these are all others."""
        if self.before is None:
            return ()
        return None if self.after is None else tuple(each for each in self.after if each not in self.before)


def turned_methods(code: CodeChange) -> Iterator[TurnedMethods]:
    """Each view whose decorators accept other methods, where nothing else here is seen to say which."""
    wrapped = {name for file in code.of_role("python") for name in _wrapped(file.head)}
    for file in code.of_role("python"):
        if not is_test(file.change.path) and file.base is not None and file.head is not None:
            yield from (each for each in _of_file(file) if each.symbol.rpartition(".")[2] not in wrapped)


def _of_file(file: FileCode) -> Iterator[TurnedMethods]:
    for pair in pairs(file.base, file.head):
        if pair.base is None or pair.head is None or pair.head.definition.kind not in ("function", "method"):
            continue
        said = [_said(named.definition.decorators) for named in (pair.base, pair.head)]
        if said[0] == said[1] or _UNTOLD in said or _may_be_said_otherwise(file, pair.base, head=pair.head):
            continue
        line, name = pair.head.definition.line, pair.head.name
        place = Place(path=file.change.path, line=line, end_line=line, symbol=name, side=Side.HEAD)
        before, after = (None if each is None else tuple(sorted(each)) for each in said)
        yield TurnedMethods(symbol=name, place=place, before=before, after=after)


_UNTOLD: Final = frozenset({"?"})


def _said(decorators: tuple[Expr, ...]) -> frozenset[str] | None:
    """The methods that decorators accept; None where none says so, and one that nobody answers where that is not written here."""
    found: frozenset[str] | None = None
    for each in decorators:
        name = last_name(each.function if type(each) is Call else each)
        if name in _BY_NAME:
            methods = _BY_NAME[name]
        elif name in _LISTING:
            methods = _listed(each)
        else:
            continue
        methods = methods if methods is _UNTOLD else methods - _FREELY_ADDED
        found = methods if found is None or methods is _UNTOLD else found & methods
    return found


def _listed(decorator: Expr) -> frozenset[str]:
    """What a decorator lists; one of Django REST framework that lists nothing accepts GET."""
    given = decorator.arguments[0].value if type(decorator) is Call and decorator.arguments else None
    if given is None:
        return frozenset({"GET"})
    if type(given) is not Collection:
        return _UNTOLD
    values = [each.value.value.upper() for each in given.elements if type(each.value) is Text and not each.value.parts]
    return frozenset(values) if len(values) == len(given.elements) else _UNTOLD


def _may_be_said_otherwise(file: FileCode, base: Named, *, head: Named) -> bool:
    """Whether the view asks for the method itself on one side alone, or has other decorators there: these may refuse the same."""
    if _asks(file.base, base.index) != _asks(file.head, head.index):
        return True
    before, after = _others(base.definition.decorators), _others(head.definition.decorators)
    return before != after


def _others(decorators: tuple[Expr, ...]) -> set[str]:
    names = {last_name(each.function if type(each) is Call else each) for each in decorators}
    return names - _BY_NAME.keys() - _LISTING - _OF_NO_METHOD


def _asks(facts: FileFacts | None, index: int) -> bool:
    return facts is not None and any(
        type(part) is Attribute and part.name == "method"
        for step in facts.steps
        if step.scope == index
        for part in walk(step.value)
    )


def _wrapped(facts: FileFacts | None) -> Iterator[str]:
    """The views around which a call puts such a decorator: `path("pay/", require_POST(pay))`."""
    for _, _, whole in expressions(facts) if facts is not None else ():
        for part in walk(whole):
            function = part.function if type(part) is Call else None
            inner = function.function if type(function) is Call else function
            if type(part) is Call and inner is not None and last_name(inner) in {*_BY_NAME, *_LISTING}:
                yield from (last_name(given.value) for given in part.arguments if type(given.value) is not Collection)
