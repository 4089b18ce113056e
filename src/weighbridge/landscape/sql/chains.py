"""Chains of calls, which is how object mappers are asked: `Order.objects.filter(…).first()`."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import subexpressions
from weighbridge.facts.model import Argument, Attribute, Call, Collection, Element, Expr, Item, Name
from weighbridge.facts.names import last_name

NOT_CALLED: Final = None


class Link(Struct, frozen=True):
    """A member in a chain; `given` is what it is called with, None where it is not called."""

    name: str
    given: tuple[Argument, ...] | None = NOT_CALLED

    @property
    def first(self) -> Expr | None:
        """The first argument that goes by no name."""
        return next((each.value for each in self.given or () if not each.name), None)


class Chain(Struct, frozen=True, kw_only=True):
    """What a chain begins with, and its links in the order in which they are done."""

    expr: Expr
    root: Expr
    links: tuple[Link, ...]
    within: str = ""
    """The name of the call that it is given to as it is, or in a literal."""
    is_repeated: bool = False
    """Whether it stands in a comprehension."""

    def before(self, index: int) -> str:
        """The name that a link is a member of, a call's too; empty where it has none."""
        if index > 0:
            return self.links[index - 1].name
        return last_name(self.root.function if type(self.root) is Call else self.root)


def chain_of(expr: Expr, *, within: str = "", is_repeated: bool = False) -> Chain:
    """The chain that an expression is; of one that is none, one without links."""
    links: list[Link] = []
    current = expr
    while True:
        if type(current) is Call and type(current.function) is Attribute:
            links.append(Link(current.function.name, current.arguments))
            current = current.function.of
        elif type(current) is Attribute:
            links.append(Link(current.name))
            current = current.of
        elif type(current) is Item:
            current = current.of
        else:
            return Chain(expr=expr, root=current, links=tuple(reversed(links)), within=within, is_repeated=is_repeated)


def chains_in(expr: Expr) -> Iterator[Chain]:
    """Every chain in an expression that calls something, outermost first."""
    waiting: list[tuple[Expr, str, bool]] = [(expr, "", False)]
    while waiting:
        current, within, again = waiting.pop()
        if type(current) not in (Call, Attribute, Item):
            inner = again or is_comprehension(current)
            waiting += [(each, within, inner) for each in subexpressions(current)[::-1]]
            continue
        chain = chain_of(current, within=within, is_repeated=again)
        if type(chain.root) is Call or any(link.given is not None for link in chain.links):
            yield chain
        if type(chain.root) is Call:
            waiting += [(each.value, last_name(chain.root.function), again) for each in chain.root.arguments]
            if type(chain.root.function) is not Name:
                waiting.append((chain.root.function, "", again))
        elif chain.root is not current:
            waiting.append((chain.root, "", again))
        waiting += [(given.value, link.name, again) for link in chain.links for given in link.given or ()]


def is_comprehension(expr: Expr) -> bool:
    """Whether an expression is made anew for each element of another."""
    return type(expr) is Collection and len(expr.elements) == 1 and not expr.elements[0].key


def is_class_name(name: str) -> bool:
    """Whether a name is written as those of classes are."""
    return name[:1].isupper() and not (name.isupper() and len(name) > 1)


def keyed(expr: Expr | None) -> tuple[Element, ...]:
    """The elements of an object or dict literal; none of anything else."""
    return expr.elements if type(expr) is Collection else ()
