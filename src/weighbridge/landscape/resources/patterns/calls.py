"""The calls that are given a regular expression, in Python, JavaScript and Java, and how it is matched by them."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Argument, Attribute, Call, Expr, Name, Number, Text
from weighbridge.landscape.resources.patterns.judging import Manner
from weighbridge.landscape.resources.patterns.reading import Dialect

_RE: Final = frozenset({"re", "regex"})
_RE_CALLS: Final[Mapping[str, tuple[Manner | None, int]]] = {
    "compile": (None, 1),
    "match": ("start", 2),
    "fullmatch": ("whole", 2),
    "search": ("search", 2),
    "findall": ("search", 2),
    "finditer": ("search", 2),
    "split": ("search", 3),
    "sub": ("search", 4),
    "subn": ("search", 4),
}
"""By function how it matches, and where its flags stand; `compile` does not say how."""
_RE_FLAGS: Final = {
    "I": "i", "IGNORECASE": "i", "M": "m", "MULTILINE": "m", "S": "s", "DOTALL": "s", "X": "x", "VERBOSE": "x", "A": "a", "ASCII": "a",
}  # fmt: skip
_DJANGO_ROUTES: Final = frozenset({"django.urls.re_path", "django.conf.urls.url", "django.conf.urls.re_path"})
_PANDAS: Final[Mapping[str, Manner]] = {
    "contains": "search", "replace": "search", "extract": "search", "extractall": "search", "findall": "search",
    "count": "search", "match": "start", "fullmatch": "whole",
}  # fmt: skip
_JAVA_FLAGS: Final = {"CASE_INSENSITIVE": "i", "MULTILINE": "m", "DOTALL": "s", "COMMENTS": "x"}
_JAVA_TEXT: Final[Mapping[str, tuple[Manner, int]]] = {
    "matches": ("whole", 1),
    "split": ("search", 2),
    "replaceAll": ("search", 2),
    "replaceFirst": ("search", 2),
}
"""The methods of a text that are given a pattern: how they match, and how many arguments they take at most."""


class PatternCall(Struct, frozen=True, kw_only=True):
    """What a call says of a regular expression; `manner` None where the call does not say how it is matched."""

    text: Expr
    flags: str
    manner: Manner | None


def told_of(call: Call, dialect: Dialect, *, modules: Mapping[str, str]) -> PatternCall | None:
    """The regular expression that a call is given; None where it is given none. `modules` are the names that imports bind."""
    if not call.arguments:
        return None
    match dialect:
        case "python":
            return _python(call, modules=modules)
        case "javascript":
            return _script(call)
        case _:
            return _java(call)


def _python(call: Call, *, modules: Mapping[str, str]) -> PatternCall | None:
    function = call.function
    name = function.id if type(function) is Name else ""
    whole = modules.get(name, "")
    if type(function) is Attribute and type(function.of) is Name:
        whole = f"{modules.get(function.of.id, '')}.{function.name}"
    module, _, member = whole.rpartition(".")
    if module in _RE and member in _RE_CALLS:
        manner, place = _RE_CALLS[member]
        text = _given(call, 0, name="pattern")
        flags = _given(call, place, name="flags")
        return None if text is None else PatternCall(text=text, flags=_letters(flags, _RE_FLAGS), manner=manner)
    if whole in _DJANGO_ROUTES:
        return _plain(_given(call, 0, name="regex"), "search")
    if module == "django.core.validators" and member == "RegexValidator":
        flags = _given(call, 4, name="flags")
        text = _given(call, 0, name="regex")
        return None if text is None else PatternCall(text=text, flags=_letters(flags, _RE_FLAGS), manner="search")
    if module == "pydantic" and member in ("Field", "constr"):
        return _plain(_given(call, None, name="regex"), "start")
    return _pandas(call, modules=modules)


def _pandas(call: Call, *, modules: Mapping[str, str]) -> PatternCall | None:
    function = call.function
    if type(function) is not Attribute or type(function.of) is not Attribute or function.of.name != "str":
        return None
    if function.name not in _PANDAS or not any(each.partition(".")[0] == "pandas" for each in modules.values()):
        return None
    is_said = any(each.name == "regex" for each in call.arguments)
    if is_said is not (function.name == "replace"):
        return None
    flags = _given(call, None, name="flags")
    text = _given(call, 0, name="pat")
    manner = _PANDAS[function.name]
    return None if text is None else PatternCall(text=text, flags=_letters(flags, _RE_FLAGS), manner=manner)


def _script(call: Call) -> PatternCall | None:
    if call.function not in (
        Name("RegExp"),
        Attribute(Name("window"), "RegExp"),
        Attribute(Name("globalThis"), "RegExp"),
    ):
        return None
    flags = _given(call, 1, name=None)
    letters = flags.value if type(flags) is Text and not flags.parts else ""
    text = _given(call, 0, name=None)
    return None if text is None else PatternCall(text=text, flags=letters, manner="search")


def _java(call: Call) -> PatternCall | None:
    function = call.function
    text = _given(call, 0, name="regexp")
    if text is None:
        return None
    if function == Name("Pattern") and any(each.name == "regexp" for each in call.arguments):
        return _plain(text, "whole")
    if type(function) is not Attribute:
        return None
    if function.of == Name("Pattern") and function.name in ("compile", "matches"):
        is_whole = function.name == "matches"
        flags = "" if is_whole else _letters(_given(call, 1, name=None), _JAVA_FLAGS)
        return PatternCall(text=text, flags=flags, manner="whole" if is_whole else None)
    known = _JAVA_TEXT.get(function.name)
    if known is None or len(call.arguments) > known[1] or type(text) is not Text:
        return None
    return _plain(text, known[0])


def _plain(text: Expr | None, manner: Manner) -> PatternCall | None:
    return None if text is None else PatternCall(text=text, flags="", manner=manner)


def _given(call: Call, place: int | None, *, name: str | None) -> Expr | None:
    """The argument of a name or at a place; None where there is none, or what stands there is spread."""
    positional: list[Argument] = [each for each in call.arguments if each.name in ("", "*")]
    for each in call.arguments:
        if name is not None and each.name == name:
            return each.value
    if place is None or place >= len(positional) or any(each.name == "*" for each in positional[: place + 1]):
        return None
    return positional[place].value


def _letters(flags: Expr | None, known: Mapping[str, str]) -> str:
    """The flags that are named in a value, as letters."""
    if flags is None or type(flags) is Number:
        return ""
    named = (each.name if type(each) is Attribute else each.id if type(each) is Name else "" for each in walk(flags))
    return "".join(sorted({known[each] for each in named if each in known}))
