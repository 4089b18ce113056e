"""Messages on a topic that no text of the repository says: who reads them is known by the keys that a parsed message is asked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Either, Expr, FileFacts, Item, Name, Step, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.contracts.implicit.sent import FORMS, Kept, held_keys, sending_calls, sent_in
from weighbridge.landscape.contracts.uses import is_particular
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.terms import WORD, expressions
from weighbridge.landscape.test_files import is_test, stands_aside

_PARSES: Final = frozenset({"parse", "loads"})
_CARRIED: Final = frozenset(
    {"Message", "message", "Body", "body", "value", "data", "payload", "content", "detail", "msg"}
)
"""What a message is called in what a broker hands over."""
_FEWEST: Final = 3
"""Keys of a message that a reader must ask for: fewer may be of anything."""
_MOST_FILES: Final = 60


class LostUntold(Struct, frozen=True, kw_only=True):
    """One key that a definition no longer sends, or leaves out where it is nothing; `readers` ask for it, or whether it is null."""

    file: FileCode
    symbol: str
    key: str
    line: int
    is_left_out: bool
    readers: tuple[Place, ...]


class _Put(Struct, frozen=True, kw_only=True):
    """What a definition sends: the keys, and whether those that are nothing are left out."""

    symbol: str
    line: int
    keys: Mapping[str, Kept]
    is_sifted: bool


def lost_untold(code: CodeChange, landscapes: Landscapes) -> Iterator[LostUntold]:
    """Every key that is gone from a message, or left out at times, and that a reader of such messages relies on."""
    for path, file in code.files.items():
        if file.base is None or file.head is None or stands_aside(path):
            continue
        before = {put.symbol: put for put in _sent(file.base)}
        for now in _sent(file.head) if before else ():
            was = before.get(now.symbol)
            if was is not None:
                yield from _lost(file, was, now=now, landscapes=landscapes)


def _lost(file: FileCode, was: _Put, *, now: _Put, landscapes: Landscapes) -> Iterator[LostUntold]:
    is_sifted = now.is_sifted and not was.is_sifted
    for key in was.keys:
        is_gone = key not in now.keys
        if not is_gone and not is_sifted:
            continue
        places = tuple(_readers(file, was, key=key, is_gone=is_gone, landscapes=landscapes))
        if places:
            yield LostUntold(
                file=file, symbol=now.symbol, key=key, line=now.line, is_left_out=not is_gone, readers=places
            )


def _sent(facts: FileFacts) -> Iterator[_Put]:
    """What a file sends, of what is not told by its topic: each definition once."""
    known = {each.line for each in sent_in(facts, text_of=lambda _scope, _expr: "")}
    told: set[str] = set()
    for step, call in sending_calls(facts):
        symbol = facts.qualified_name(step.scope)
        for given in call.arguments if step.line not in known and symbol not in told else ():
            put = _built(facts, step, value=_unwrapped(given.value), symbol=symbol)
            if put is not None and len(put.keys) >= _FEWEST:
                told.add(symbol)
                yield put
                break


def _unwrapped(value: Expr) -> Expr:
    """What is put into another form: `json.dumps(payload)`."""
    while type(value) is Call and FORMS.fullmatch(last_name(value.function)) and value.arguments:
        value = value.arguments[0].value
    return value


def _built(facts: FileFacts, step: Step, *, value: Expr, symbol: str) -> _Put | None:
    """The object that is sent, where it is written there, or built by a function of the file that hands it out."""
    if type(value) is not Call or type(value.function) is not Name:
        keys = held_keys(facts, step, value=value)
        return _Put(symbol=symbol, line=step.line, keys=keys, is_sifted=False) if keys else None
    name = value.function.id
    scopes = [i for i, each in enumerate(facts.definitions) if each.name == name and each.kind == "function"]
    given = [each for each in facts.steps if each.kind == "return" and each.scope in scopes]
    if len(scopes) != 1 or len(given) != 1:
        return None
    whole = _sifted(facts, given[0])
    keys = held_keys(facts, given[0], value=whole if whole is not None else given[0].value)
    return _Put(symbol=symbol, line=given[0].line, keys=keys, is_sifted=whole is not None) if keys else None


def _sifted(facts: FileFacts, given: Step) -> Expr | None:
    """The object of which `{k: v for k, v in whole.items() if v is not None}` leaves out what is nothing."""
    value = given.value
    if type(value) is not Collection or [each.key for each in value.elements] != [""]:
        return None
    beside = [step for step in facts.steps if step.scope == given.scope and step.line == given.line]
    asks = any(type(step.value) is Either and step.value.operator == "is not" for step in beside)
    through = (step.value for step in beside if step.kind == "iterate")
    items = (each.function for each in through if type(each) is Call and last_name(each.function) == "items")
    return next((each.of for each in items if asks and type(each) is Attribute), None)


def _readers(file: FileCode, put: _Put, *, key: str, is_gone: bool, landscapes: Landscapes) -> Iterator[Place]:
    """Who asks a parsed message for enough of the keys, and relies on the one."""
    if not is_particular(key):
        return
    landscape = landscapes.head.landscape
    likely = dict.fromkeys((*landscape.files_with(f"m:{key}"), *landscape.files_with(WORD + key.lower())))
    for path in [each for each in likely if each != file.change.path and not is_test(each)][:_MOST_FILES]:
        facts = landscape.facts(path)
        facts = landscape.in_detail(path) if facts is not None and any(True for _ in _parsed(facts)) else None
        for name, scope in _parsed(facts) if facts is not None else ():
            line = _relies(facts, name, scope=scope, put=put, key=key, is_gone=is_gone) if facts is not None else 0
            if line:
                yield _place(path, line)
                break


def _place(path: RepoPath, line: int) -> Place:
    return Place(path=path, line=line, end_line=line)


def _parsed(facts: FileFacts) -> Iterator[tuple[str, int]]:
    """The names that a message is given once it is read, each with where."""
    for step in facts.steps:
        value = step.value
        if step.kind == "bind" and type(step.target) is Name and type(value) is Call and value.arguments:
            carried = (part for part in walk(value.arguments[0].value))
            is_message = any(_last(part) in _CARRIED for part in carried)
            if is_message and last_name(value.function) in _PARSES:
                yield step.target.id, step.scope


def _last(part: Expr) -> str:
    if type(part) is Item:
        return part.key.value if type(part.key) is Text else ""
    return last_name(part) if type(part) in (Name, Attribute) else ""


def _relies(facts: FileFacts, name: str, *, scope: int, put: _Put, key: str, is_gone: bool) -> int:
    """The line that fails, or takes another way, without a key; 0 where none does, or the message is another one."""
    asked = [*_asked(facts, name, scope=scope)]
    named = {word for word, _, _ in asked}
    if key not in named or len(named & put.keys.keys()) < min(_FEWEST, len(put.keys)):
        return 0
    if len(named - put.keys.keys()) > len(named & put.keys.keys()):
        return 0
    if is_gone:
        return next(line for word, line, _ in asked if word == key)
    value = put.keys[key].value
    may_be_nothing = type(value) is Call and last_name(value.function) == "get" and len(value.arguments) == 1
    must = (line for word, line, is_item in asked if word == key and is_item and facts.language == "python")
    return _null_asked(facts, f"{name}.{key}") or (next(must, 0) if may_be_nothing else 0)


def _asked(facts: FileFacts, name: str, *, scope: int) -> Iterator[tuple[str, int, bool]]:
    """What an object is asked for within a definition: the key, the line, and whether by brackets."""
    for where, line, expr in expressions(facts):
        at = where
        while at > scope:
            at = facts.definitions[at].parent
        for part in walk(expr) if at == scope else ():
            if type(part) is Attribute and part.of == Name(name):
                yield part.name, line, False
            elif type(part) is Item and part.of == Name(name) and type(part.key) is Text:
                yield part.key.value, line, True


def _null_asked(facts: FileFacts, member: str) -> int:
    """The line that asks whether a member is null, and nothing else that is not there."""
    shape = re.compile(rf"(?<![\w.]){re.escape(member)}\s*[!=]==\s*null\b")
    return next((each.line for each in facts.conditionals if shape.search(_text(each.condition))), 0)


def _text(condition: object) -> str:
    parts: Sequence[object] = getattr(condition, "parts", ())
    return " ".join((getattr(condition, "text", ""), *map(_text, parts)))
