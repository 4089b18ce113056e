"""Who somebody is and what they may do: checks gained, lost or changed, and code that by its name is about nothing else."""

from collections.abc import Container, Iterator

from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import Certainty, ChangeDepth, ChangedSymbol
from weighbridge.domain.system import Surface, SurfaceKind
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Name
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.guards import GuardKind, Guards
from weighbridge.landscape.surfaces.definitions import OneSide, noticeable
from weighbridge.landscape.surfaces.names import access_word_in_path, speaks_of_access

_KIND = SurfaceKind.AUTHENTICATION
_NEAR = 2
"""How many lines from a check a changed line still stands beside it."""
_ABOVE = -1_000
"""A decorator stands above what it guards: a change of the body is not beside it."""
_CHECKERS = frozenset(
    ("jwt", "auth", "authz", "authn", "oauth", "rbac", "acl", "casbin", "enforcer", "permissions", "bcrypt")
)


def access_surfaces(file: FileCode) -> Iterator[Surface]:
    """The checks a changed file gains, loses or changes; one surface per changed definition that has any."""
    path = file.change.path
    changed = noticeable(file)
    base = OneSide.of(file.base) if file.base else None
    head = OneSide.of(file.head) if file.head else None
    names = {symbol_name(symbol.symbol) for symbol in changed}
    found = []
    for symbol in changed:
        name = symbol_name(symbol.symbol)
        before, after = _checks(base, name), _checks(head, name)
        reason = _difference(symbol, before=before, after=after) or _beside(symbol, file, before=before, after=after)
        if not reason and _decides(symbol, names):
            reason = f"`{name}` {_how(symbol)}: its name says that it decides who may do what"
        if reason:
            found.append(Surface(kind=_KIND, path=path, reason=reason, symbol=name))
    said = {surface.symbol for surface in found}
    found += [surface for surface in _guard_surfaces(file) if surface.symbol not in said]
    yield from found
    word = access_word_in_path(path)
    if word and not found and (changed or file.missing is not None):
        yield surface_by_path(path, word)


def surface_by_path(path: RepoPath, word: str) -> Surface:
    """The surface that a file is by nothing but the `word` in its path."""
    reason = f"`{word}` in its path suggests that it is about who may do what"
    return Surface(kind=_KIND, path=path, reason=reason, certainty=Certainty.INFERRED)


def _guard_surfaces(file: FileCode) -> Iterator[Surface]:
    """Checks that stand before code without being called in it: a dependency, a base class, a route's middleware."""
    changed = {symbol_name(symbol.symbol).partition("@")[0] for symbol in file.symbols}
    before, after = _guards(file.base, of=changed), _guards(file.head, of=changed)
    for name in dict.fromkeys((*before, *after)):
        lost = [guard for guard in before.get(name, ()) if guard not in after.get(name, ())]
        gained = [guard for guard in after.get(name, ()) if guard not in before.get(name, ())]
        words = [f"no longer uses {_listed(lost)}"] if lost else []
        words += [f"now uses {_listed(gained)}"] if gained else []
        if words and file.base is not None and file.head is not None:
            reason = f"`{name or 'the module'}` {'; '.join(words)}"
            yield Surface(kind=_KIND, path=file.change.path, reason=reason, symbol=name)


def _guards(facts: FileFacts | None, *, of: Container[str]) -> dict[str, list[str]]:
    """What keeps people out, by the name of what it stands before; of functions only where they changed."""
    slots = Guards().slots(RepoPath(""), facts, of=of) if facts else {}
    found = {
        slot.name: [g.name for g in guards.values() if g.kind is GuardKind.ACCESS] for slot, guards in slots.items()
    }
    return {name: guards for name, guards in found.items() if guards}


def _decides(symbol: ChangedSymbol, changed: set[str]) -> bool:
    """Whether its own name speaks of access; a class only where no changed member of it tells more."""
    name = symbol_name(symbol.symbol)
    if symbol.kind not in ("function", "method", "class") or not speaks_of_access(name.rpartition(".")[2]):
        return False
    return symbol.kind != "class" or not any(other.startswith(f"{name}.") for other in changed)


def _difference(symbol: ChangedSymbol, *, before: dict[str, int], after: dict[str, int]) -> str:
    lost = [check for check in before if check not in after]
    gained = [check for check in after if check not in before]
    name = symbol_name(symbol.symbol) or "the module"
    if symbol.depth is ChangeDepth.REMOVED and lost:
        return f"`{name}` is gone, and with it {_listed(lost)}"
    if lost:
        return f"`{name}` no longer uses {_listed(lost)}" + (f"; now {_listed(gained)}" if gained else "")
    return f"`{name}` now uses {_listed(gained)}" if gained else ""


def _beside(symbol: ChangedSymbol, file: FileCode, *, before: dict[str, int], after: dict[str, int]) -> str:
    """The check a change touches the surroundings of: a condition turned round leaves the check itself as it was."""
    removed, added = file.change.removed, file.change.added
    near = [c for c, line in before.items() if any(r.touches(line - _NEAR, line + _NEAR) for r in removed)]
    near += [c for c, line in after.items() if any(r.touches(line - _NEAR, line + _NEAR) for r in added)]
    name = symbol_name(symbol.symbol)
    return f"`{name}` {_how(symbol)}, right beside {_listed(list(dict.fromkeys(near)))}" if name and near else ""


def _checks(side: OneSide | None, name: str) -> dict[str, int]:
    """The checks in a definition with their lines, 0 for decorators: what it calls that speaks of access."""
    found: dict[str, int] = {}
    index = side.index_of.get(name) if side else None
    if side is None or index is None:
        return found
    for decorator in side.facts.definitions[index].decorators:
        if (used := _spoken(decorator)) and speaks_of_access(used):
            found[used] = _ABOVE
    for expr in side.expressions_of(name):
        if isinstance(expr, Call) and (used := _check_called(expr, side.facts.language)):
            found.setdefault(used, expr.line)
    return found


def _check_called(call: Call, language: str) -> str:
    """The name of a call that speaks of access itself, or is made on something named for nothing else (`jwt.decode`).

    Outside Go a capital begins a class: making a `PasswordForm` checks nothing.
    """
    used = _spoken(call)
    owner, _, name = used.rpartition(".")
    if name[:1].isupper() and language != "go":
        return ""
    return used if speaks_of_access(name) or owner.lower() in _CHECKERS else ""


def _spoken(expr: Expr) -> str:
    """The last two names an expression is called by."""
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
