"""What names stand for in the code of a migration: what is bound, imported, defined or given around a statement."""

from collections.abc import Container, Iterable
from typing import overload

from msgspec.structs import replace

from weighbridge.facts.calls.forms import Block, Call, Either, Form, Keyed, Listed, Name, Statement, Text, Unknown
from weighbridge.facts.calls.strings import joined

_MOST_STEPS = 200
_MOST_ITEMS = 1_000
_MOST_OPTIONS = 8


class Names:
    """What names stand for in a file: what is bound around a statement."""

    def __init__(self, statements: Iterable[Statement] = (), *, outer: "Names | None" = None) -> None:
        self._bound: dict[str, Form] = {}
        self._functions: dict[str, Block] = {}
        self._imported: frozenset[str] = frozenset()
        self._outer = outer
        for each in statements:
            self.bind(each)

    def bind(self, statement: Statement, *, is_sure: bool = True) -> None:
        """Take in what a statement says that a name stands for; one that is not `is_sure` to run leaves it what it was, too."""
        value = statement.value
        if statement.kind == "def":
            self._functions[statement.name] = Block(statement.takes, statement.body)
        elif statement.kind == "import" and isinstance(value, Keyed):
            found = {k.value: v for k, v in value.pairs if isinstance(k, Text) and isinstance(v, Name)}
            self._bound |= {name: full for name, full in found.items() if name != full.id}
            self._imported |= {full.id for full in found.values()}
        elif statement.kind == "bind" and statement.name.endswith("+") and value is not None:
            self.add(statement.name[:-1], value)
        elif statement.kind == "bind" and statement.name and value is not None:
            if isinstance(value, Call) and (before := self._find(statement.name)) is not None:
                value = _taken_of(value, statement.name, before=before)
            self._bound[statement.name] = value if is_sure else _either(self._bound.get(statement.name), value)

    def add(self, name: str, value: Form) -> None:
        """What is added to what a name stands for, whether that is sure or not: a list has more in it, a text goes on."""
        value = self.of(value)
        if name not in self._bound and self._outer is not None and self._outer.binds(name):
            self._outer.add(name, value)
            return
        before = self._bound.get(name)
        made: Form = Unknown((value,) if before is None else (before, value))
        if isinstance(before, Listed) and isinstance(value, Listed):
            made = (
                Listed((*before.items, *value.items)) if len(before.items) + len(value.items) <= _MOST_ITEMS else made
            )
        elif isinstance(before, Text) and isinstance(value, Text):
            made = joined([before, value])
        self._bound[name] = made

    def binds(self, name: str) -> bool:
        """Whether a name is bound here or around."""
        return name in self._bound or (self._outer is not None and self._outer.binds(name))

    def give(self, name: str, value: Form) -> None:
        """Let a name stand for a value."""
        self._bound[name] = value

    @overload
    def of(self, form: Form) -> Form: ...

    @overload
    def of(self, form: Form | None) -> Form | None: ...

    def of(self, form: Form | None) -> Form | None:
        """What a value is, names followed."""
        for _ in range(10):
            if not isinstance(form, Name):
                return form
            found = self._find(form.id)
            if found is None or found is form:
                return form
            form = found
        return form

    def function(self, name: str) -> "tuple[Block, Names] | None":
        """A function of this name, with the names that it was defined among."""
        own = self._functions.get(name)
        if own is None:
            value = self._bound.get(name)
            own = value if isinstance(value, Block) else None
        if own is not None:
            return own, self
        return self._outer.function(name) if self._outer is not None and name not in self._bound else None

    def is_imported(self, name: str) -> bool:
        """Whether a name is what was imported, or of it."""
        if any(name == each or name.startswith(f"{each}.") for each in self._imported):
            return True
        return self._outer is not None and self._outer.is_imported(name)

    def meant(self, name: Name) -> Form:
        """What a name stands for, its first part followed where the whole is not known: `q.raw` of `q = db` is `db.raw`."""
        for _ in range(10):
            whole = self.of(name)
            if not isinstance(whole, Name):
                return whole
            first, dot, rest = whole.id.partition(".")
            known = self.of(Name(first, name.line)) if dot and first else None
            if known is not None and not isinstance(known, Name):
                return Unknown((known,))
            if known is None or known.id == first:
                return whole
            name = Name(f"{known.id}.{rest}", name.line)
        return name

    def root(self, form: Form | None, *, yields: Container[str] = (), through: Container[str] | None = None) -> str:
        """What a value is taken of in the end, a name as its module knows it.

        Empty where a call that `yields` data stands between, or a member of what a call hands out that is not gone `through`.
        """
        for _ in range(_MOST_STEPS):
            match form:
                case Name():
                    known = self.meant(form)
                    if isinstance(known, Name):
                        return known.id
                    form = known
                case Call(name=name) if name in yields:
                    return ""
                case Call(of=None, name=name):
                    known = self.of(Name(name))
                    if isinstance(known, Name):
                        return known.id
                    form = known
                case Call(of=of):
                    form = of
                case Unknown(parts=(Call(name=name), *_)) if through is not None and name not in through:
                    return ""
                case Unknown(parts=(first, *_)):
                    form = first
                case _:
                    return ""
        return ""

    def _find(self, name: str) -> Form | None:
        if name in self._bound:
            return self._bound[name]
        short = name.rpartition(".")[2] if name.startswith(("self.", "cls.", "this.")) else ""
        if short and short in self._bound:
            return self._bound[short]
        return self._outer._find(name) if self._outer is not None else None  # noqa: SLF001 - of the same class


def _either(before: Form | None, after: Form) -> Form:
    """What a name stands for behind a statement that may not have run: both, where both are texts."""
    if not isinstance(before, Text | Either) or not isinstance(after, Text) or before == after:
        return after
    options = before.options if isinstance(before, Either) else (before,)
    return Either((*options, after)) if len(options) < _MOST_OPTIONS else Unknown((*options, after))


def _taken_of(value: Call, name: str, *, before: Form) -> Form:
    """A chain of calls that begins with the name it is bound to: with what the name stood for until then."""
    chain: list[Call] = []
    form: Form | None = value
    while isinstance(form, Call) and len(chain) < _MOST_STEPS:
        chain.append(form)
        form = form.of
    if not isinstance(form, Name) or form.id.partition(".")[0] != name:
        return value
    made: Form = before if form.id == name else Unknown((before,))
    for each in reversed(chain):
        made = replace(each, of=made)
    return made


def meant_call(call: Call, names: Names) -> Call:
    """A call as it would be written without detours: `f("t")` of `f = op.drop_table`, `getattr(op, "drop_table")("t")`, `db["raw"]("…")`."""
    of, name = call.of, call.name
    for _ in range(10):
        if not name and of is not None:
            whole = _whole(of, names)
            if whole is None:
                break
            first, _, name = whole.id.rpartition(".")
            of = Name(first, whole.line) if first else None
        elif of is None:
            known = names.of(Name(name))
            whole = _whole(known, names)
            if whole is None or whole.id == name:
                break
            of, name = whole, ""
        elif isinstance(of, Name):
            known = names.meant(of)
            if known is of:
                break
            of = known
        elif isinstance(of, Unknown) and (whole := _whole(of, names)) is not None:
            of = whole
        else:
            break
    if name in ("send", "public_send", "__send__") and call.arguments and not call.arguments[0].name:
        said = names.of(call.arguments[0].value)
        if isinstance(said, Text) and not said.has_holes:
            return replace(call, of=of, name=said.value, arguments=call.arguments[1:])
    return call if of is call.of and name == call.name else replace(call, of=of, name=name)


def _whole(form: Form, names: Names) -> Name | None:
    """A value that is a member of something by its name, as a name; None where it is none."""
    match form:
        case Name():
            return form
        case Call(name="getattr", of=None, arguments=(of, said, *_)):
            parts = (of.value, said.value)
        case Call(name="bind", of=of_) if of_ is not None:
            return of_ if isinstance(of_, Name) else None
        case Unknown(parts=(of_, said_)):
            parts = (of_, said_)
        case _:
            return None
    first, last = (names.of(each) for each in parts)
    if not isinstance(last, Text) or last.has_holes or not last.value.isidentifier():
        return None
    whole = _whole(first, names) if isinstance(first, Unknown | Call | Name) else None
    return Name(f"{whole.id}.{last.value}", whole.line) if whole is not None else None
