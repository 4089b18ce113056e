"""Who somebody is and what they may do: checks gained, lost or changed, and code that by its name is about nothing else."""

from collections.abc import Iterator

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.facts.model import Attribute, Call, Expr, Name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.surfaces.definitions import OneSide, noticeable
from weighbridge.landscape.surfaces.names import access_word_in_path, speaks_of_access

_KIND = SurfaceKind.AUTHENTICATION


def access_surfaces(file: FileCode) -> Iterator[Surface]:
    """The checks a changed file gains, loses or changes; one surface per changed definition that has any."""
    path = file.change.path
    changed = noticeable(file)
    base = OneSide.of(file.base) if file.base else None
    head = OneSide.of(file.head) if file.head else None
    found = [s for symbol in changed if (s := _of_symbol(symbol, path, base=base, head=head))]
    yield from found
    word = access_word_in_path(path)
    if word and not found and (changed or file.missing is not None):
        yield Surface(kind=_KIND, path=path, reason=f"`{word}` in its path: it is about who may do what")


def _of_symbol(symbol: ChangedSymbol, path: RepoPath, *, base: OneSide | None, head: OneSide | None) -> Surface | None:
    name = symbol_name(symbol.symbol)
    before = _checks(base, name) if base else {}
    after = _checks(head, name) if head else {}
    reason = _difference(symbol, before=list(before), after=list(after))
    if (
        not reason
        and name
        and speaks_of_access(name.rpartition(".")[2])
        and symbol.kind in ("function", "method", "class")
    ):
        reason = f"`{name}` {_how(symbol)}: its name says that it decides who may do what"
    return Surface(kind=_KIND, path=path, reason=reason, symbol=name) if reason else None


def _difference(symbol: ChangedSymbol, *, before: list[str], after: list[str]) -> str:
    lost = [check for check in before if check not in after]
    gained = [check for check in after if check not in before]
    name = symbol_name(symbol.symbol) or "the module"
    if symbol.depth is ChangeDepth.REMOVED and lost:
        return f"`{name}` is gone, and with it {_listed(lost)}"
    if lost:
        return f"`{name}` no longer uses {_listed(lost)}" + (f"; now {_listed(gained)}" if gained else "")
    if gained:
        return f"`{name}` now uses {_listed(gained)}"
    if after and symbol.depth in (ChangeDepth.BODY, ChangeDepth.SIGNATURE) and symbol.kind in ("function", "method"):
        return f"`{name}` {_how(symbol)}, and it relies on {_listed(after)}"
    return ""


def _checks(side: OneSide, name: str) -> dict[str, None]:
    """The names used in a definition that speak of access: its decorators, bases and what it calls."""
    found: dict[str, None] = {}
    index = side.index_of.get(name)
    definition = side.facts.definitions[index] if index is not None else None
    for decorator in definition.decorators if definition else ():
        if (used := _spoken(decorator)) and speaks_of_access(used):
            found[used] = None
    for expr in side.expressions_of(name):
        if isinstance(expr, Call) and (used := _spoken(expr)) and speaks_of_access(used):
            found[used] = None
    return found


def _spoken(expr: Expr) -> str:
    """The last two names an expression is called by, so that `jwt.decode` counts and `user.save` does not."""
    while isinstance(expr, Call):
        expr = expr.function
    match expr:
        case Name(id=name):
            return name
        case Attribute(of=Name(id=owner), name=name):
            return name if owner in ("self", "this", "cls") else f"{owner}.{name}"
        case Attribute(of=Attribute(name=owner), name=name):
            return f"{owner}.{name}"
        case Attribute(name=name):
            return name
        case _:
            return ""


def _how(symbol: ChangedSymbol) -> str:
    return {
        ChangeDepth.ADDED: "is new",
        ChangeDepth.REMOVED: "is gone",
        ChangeDepth.SIGNATURE: "changes in how it is used",
    }.get(symbol.depth, "changes in what it does")


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")
