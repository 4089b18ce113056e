"""Guards whose name means something else after a change: imported under it, bound to it, or put in its place from afar."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk, without_lines
from weighbridge.facts.model import Argument, Attribute, Call, Expr, FileFacts, Import, Name, Step, Text
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.file_names import FUNCTION_KINDS, Binding, BoundParameter, calls_in
from weighbridge.landscape.guards import GuardKind, guard_kind, is_unreachable, refusal_lines, spoken
from weighbridge.landscape.landscapes import Landscapes, View
from weighbridge.landscape.values import Symbol, Value

if TYPE_CHECKING:
    from weighbridge.landscape.gatekeepers import Gatekeepers

_NAMED: Final = (*FUNCTION_KINDS, "class", "variable")


class ReplacedGuard(Struct, frozen=True, kw_only=True):
    """A name that was a check's, and what it stands for now; `stood` is the check, where it is of this repository."""

    name: str
    now: str
    place: Place
    stood: Place | None


class _Meaning(Struct, frozen=True, kw_only=True):
    """What a name can stand for on one side."""

    view: View
    values: frozenset[Value]

    @property
    def symbols(self) -> list[Symbol]:
        return sorted((v for v in self.values if isinstance(v, Symbol)), key=lambda s: (s.path, s.index))

    def called(self, symbol: Symbol) -> tuple[str, str]:
        facts = self.view.landscape.facts(symbol.path)
        return symbol.path, facts.qualified_name(symbol.index).partition("@")[0] if facts else ""

    def checks(self, symbol: Symbol) -> bool:
        """Whether what a name stands for can refuse: it raises, answers with a refusal, or calls a check."""
        facts = self.view.landscape.in_detail(symbol.path)
        return facts is None or _can_refuse(facts, symbol.index)


def _can_refuse(facts: FileFacts, index: int) -> bool:
    definition = facts.definitions[index]
    if definition.kind not in _NAMED:
        return True  # a module or a type: nothing is known of what a call of it does
    refusing = refusal_lines(facts)
    for step in facts.steps:
        if not definition.line <= step.line <= definition.end_line or is_unreachable(facts, step.line, scope=index):
            continue
        calls = calls_in(step.value)
        if step.kind in ("raise", "assert") or step.line in refusing:
            return True
        if any(guard_kind(spoken(call)) is GuardKind.ACCESS for call in calls):
            return True
    lines = range(definition.line, definition.end_line + 1)
    return any(each.line in lines for each in facts.conditionals)


class ReplacedGuards:
    """Answers about the changed files of a change."""

    def __init__(self, code: CodeChange, landscapes: Landscapes) -> None:
        self._files = {
            path: file for path, file in code.files.items() if not landscapes.is_test(path) and file.head is not None
        }
        self._base, self._head = landscapes.base, landscapes.head

    def found(self) -> Iterator[ReplacedGuard]:
        """Every guard that is replaced, once for each place that does it."""
        for path, file in self._files.items():
            if file.base is not None and file.change.base is not None:
                yield from self._rebound(path, file, before=file.change.base.path)
            yield from self._patched(path, file)

    @cached_property
    def _keepers(self) -> tuple["Gatekeepers", "Gatekeepers"]:
        """What refuses by what it does, whatever its name says, on the base and in head."""
        from weighbridge.landscape.gatekeepers import Gatekeepers  # noqa: PLC0415 - few names are bound otherwise

        return Gatekeepers(self._base), Gatekeepers(self._head)

    # In the file that uses or defines the check

    def _rebound(self, path: RepoPath, file: FileCode, *, before: RepoPath) -> Iterator[ReplacedGuard]:
        old, new = self._bound(self._base, before), self._bound(self._head, path)
        for name in sorted(old.keys() & new.keys()):
            if _written(old[name]) == _written(new[name]):
                continue
            was = self._meaning(self._base, before, name=name)
            now = self._meaning(self._head, path, name=name)
            found = self._other(name, was=was, now=now)
            if found:
                line = max((_line(binding, file.head) for binding in new[name]), default=1)
                yield ReplacedGuard(name=name, now=found, place=_at(path, line), stood=self._stood(was))
            elif not was.symbols and not now.symbols and (other := _foreign(name, old[name], new=new[name])):
                line = _line(new[name][-1], file.head)
                yield ReplacedGuard(name=name, now=other, place=_at(path, line), stood=None)

    def _bound(self, view: View, path: RepoPath) -> Mapping[str, Sequence[Binding]]:
        names = view.evaluator.names(path)
        return names.bound_in(0) if names is not None else {}

    def _meaning(self, view: View, path: RepoPath, *, name: str) -> _Meaning:
        return _Meaning(view=view, values=view.evaluator.evaluate(path, 0, expr=Name(name)))

    def _other(self, name: str, *, was: _Meaning, now: _Meaning) -> str:
        """The name of what stands in a check's place and checks nothing; empty where it is none, or still a check."""
        known = {was.called(symbol) for symbol in was.symbols}
        if not self._was_check(name, was) or (
            any(now.called(s) in known for s in now.symbols) and len(now.symbols) == 1
        ):
            return ""
        for symbol in now.symbols:
            still = now.checks(symbol) if guard_kind(name) else self._keepers[1].refuses(symbol)
            if now.called(symbol) not in known and not still and not self._is_moved(symbol, was=was):
                return now.called(symbol)[1] or "something else"
        return ""

    def _was_check(self, name: str, was: _Meaning) -> bool:
        if guard_kind(name) is not GuardKind.ACCESS:
            return any(self._keepers[0].refuses(symbol) for symbol in was.symbols)
        return not was.symbols or any(was.checks(symbol) for symbol in was.symbols)

    def _is_moved(self, symbol: Symbol, *, was: _Meaning) -> bool:
        """Whether a definition is the same as before, in another place."""
        now = _body(self._head, symbol)
        return any(_body(self._base, old) == now for old in was.symbols)

    # From another file

    def _patched(self, path: RepoPath, file: FileCode) -> Iterator[ReplacedGuard]:
        known = {_patch(step) for step in file.base.steps} if file.base is not None else set()
        for step in file.head.steps if file.head is not None else ():
            for owner, name, value in _assigned(step):
                if guard_kind(name) is not GuardKind.ACCESS or _patch(step) in known or _speaks_of(value, name):
                    continue
                was = self._member(path, step, owner=owner, name=name)
                now = _Meaning(view=self._head, values=self._head.evaluator.evaluate(path, step.scope, expr=value))
                found = self._other(name, was=was, now=now) if was.symbols else ""
                if found:
                    yield ReplacedGuard(name=name, now=found, place=_at(path, step.line), stood=self._stood(was))

    def _member(self, path: RepoPath, step: Step, *, owner: Expr | None, name: str) -> _Meaning:
        """What the name meant on the base, of a module or class of the repository, or in Go of the package."""
        if owner is None:
            facts = self._head.landscape.facts(path)
            package = self._head.evaluator.modules.package_of(path, facts) if facts is not None else None
            values = self._base.evaluator.member(package, name) if package is not None else frozenset[Value]()
        else:
            owners = self._head.evaluator.evaluate(path, step.scope, expr=owner)
            values = frozenset(value for of in owners for value in self._on_base(of, name))
        return _Meaning(view=self._base, values=values)

    def _on_base(self, owner: Value, name: str) -> Iterable[Value]:
        if not isinstance(owner, Symbol):
            return ()
        there, here = self._base.landscape.facts(owner.path), self._head.landscape.facts(owner.path)
        if there is None or here is None:
            return ()
        wanted = here.qualified_name(owner.index)
        same = next((i for i in range(len(there.definitions)) if there.qualified_name(i) == wanted), None)
        return self._base.evaluator.member(Symbol(owner.path, same), name) if same is not None else ()

    def _stood(self, was: _Meaning) -> Place | None:
        for symbol in was.symbols:
            facts = self._head.landscape.facts(symbol.path)
            old = self._base.landscape.facts(symbol.path)
            name = old.qualified_name(symbol.index) if old is not None else ""
            for index, definition in enumerate(facts.definitions if facts is not None else ()):
                if facts is not None and index and facts.qualified_name(index) == name:
                    return _at(symbol.path, definition.line)
        return None


def _body(view: View, symbol: Symbol) -> str:
    facts = view.landscape.in_detail(symbol.path)
    return facts.definitions[symbol.index].body if facts is not None else ""


def _written(bindings: Iterable[Binding]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for binding in bindings:
        match binding:
            case Import(module=module, name=name):
                found.append(("import", module, name))
            case Step():
                found.append(("bind", without_lines(binding.value).decode()))
            case _:
                found.append(("definition",))
    return found


def _foreign(name: str, old: Sequence[Binding], *, new: Sequence[Binding]) -> str:
    """The member of a package outside the repository that is now brought under a check's own name."""
    match (*old, *new):
        case (Import(name=was), Import(name=now, module=module)) if was == name != now and now:
            is_check = guard_kind(name) is GuardKind.ACCESS and guard_kind(now) is None
            return f"{module}.{now}" if is_check else ""
        case _:
            return ""


def _line(binding: Binding, facts: FileFacts | None) -> int:
    if isinstance(binding, int):
        return facts.definitions[binding].line if facts is not None else 1
    return 1 if isinstance(binding, BoundParameter) else binding.line


def _assigned(step: Step) -> Iterator[tuple[Expr | None, str, Expr]]:
    """What a statement puts in the place of a member: the owner, None for a bare name in a function; its name; the value."""
    match step:
        case Step(kind="bind", target=Attribute(of=of, name=name)):
            yield of, name, step.value
        case Step(kind="bind", target=Name(id=name)) if step.scope:
            yield None, name, step.value
        case Step(
            value=Call(
                function=Name(id="setattr"),
                arguments=(Argument(value=of), Argument(value=Text(value=name)), Argument(value=value)),
            )
        ):
            yield of, name, value


def _patch(step: Step) -> bytes:
    target = without_lines(step.target) if step.target is not None else b""
    return target + without_lines(step.value)


def _speaks_of(value: Expr, name: str) -> bool:
    """Whether a value is made from what it replaces: a wrapped check still checks."""
    return any(spoken(part).rpartition(".")[2] == name for part in walk(value))


def _at(path: RepoPath, line: int) -> Place:
    return Place(path=path, line=line, end_line=line)
