"""What constants and settings decide about constructs of CDK: a policy that a condition chooses, a switch that is handed on.

Followed are names that are bound once in a file, plain members of settings by their last name, a negation, and a choice of two.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Call, Form, Keyed, Name, Text, every
from weighbridge.facts.calls.javascript import read_javascript
from weighbridge.facts.calls.python import read_python
from weighbridge.facts.calls.tokens import TooDeepError
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.cloudformation.construct_model import POLICIES, TRUTHS, Construct
from weighbridge.landscape.infrastructure.realms import is_of_trials

Plain = bool | str
"""A switch, or what becomes of a construct that goes."""
_CHOICE: Final = LatePattern(r"([^?]{1,200})\?(?![.?])([^:?]{1,200}):([^:?]{1,200})", re.DOTALL)
_PYTHONS_CHOICE: Final = LatePattern(r"(.{1,200}?)\sif\s(.{1,200}?)\selse\s(.{1,200})", re.DOTALL)
_DOTTED: Final = LatePattern(r"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*")
_NOT: Final = LatePattern(r"!(?!=)\s*|not\s+")
_POLICY: Final = "RemovalPolicy."
_ENDS: Final = frozenset(",;}])")
_LONGEST: Final = 400
_DEEPEST: Final = 6
_MOST_MEMBERS: Final = 2_000


class Setting(Struct, frozen=True, kw_only=True):
    """A plain value that a file gives a name."""

    path: tuple[str, ...]
    value: Plain
    line: int

    @property
    def name(self) -> str:
        """By what those ask for it who are handed what holds it."""
        return self.path[-1]

    @property
    def whose(self) -> str:
        """Of what it is one, in words."""
        return f"`{self.name}` of `{self.path[-2]}`" if len(self.path) > 1 and self.path[-2] else f"`{self.name}`"

    @property
    def is_for_trials(self) -> bool:
        """Whether it is for an environment that no customer uses."""
        return any(map(is_of_trials, self.path[:-1]))


def settings_in(text: str, path: RepoPath) -> Mapping[tuple[str, ...], Setting]:
    """The plain values of a file, by the names of what they stand in."""
    read = read_python if path.endswith((".py", ".pyi")) else read_javascript
    found: dict[tuple[str, ...], Setting] = {}
    twice: set[tuple[str, ...]] = set()  # what is bound again says nothing by itself
    try:
        statements = list(every(read(text)))
    except TooDeepError:
        return {}
    for each in statements:
        if each.kind == "bind" and each.value is not None:
            bound = list(_plain_in(each.value, (each.name,), line=each.line))
            twice |= {setting.path for setting in bound if setting.path in found} | ({(each.name,)} & found.keys())
            found |= {setting.path: setting for setting in bound}
        if len(found) > _MOST_MEMBERS:
            break
    return {path: each for path, each in found.items() if path not in twice}


def turned(
    before: Mapping[tuple[str, ...], Setting], after: Mapping[tuple[str, ...], Setting]
) -> list[tuple[Setting, Setting]]:
    """The settings that are otherwise, as they were and are; those for trials come last."""
    found = [
        (before[path], each) for path, each in after.items() if path in before and before[path].value != each.value
    ]
    return sorted(found, key=lambda pair: pair[1].is_for_trials)


def decided(
    constructs: Mapping[tuple[str, str], Construct], text: str, *, values: Mapping[str, Plain]
) -> dict[tuple[str, str], Construct]:
    """The constructs of a source with what names decide in the place of these."""
    reader = _Reader(text, values)
    return {key: reader.of(each) for key, each in constructs.items()}


def constants(settings: Mapping[tuple[str, ...], Setting]) -> dict[str, Plain]:
    """Those that are called by one name alone."""
    return {path[0]: each.value for path, each in settings.items() if len(path) == 1 and path[0]}


def imports(text: str, path: RepoPath) -> bool:
    """Whether a source takes something from a file, by what that is called."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    stem = posixpath.basename(posixpath.dirname(path)) if stem in ("index", "__init__") else stem
    return any(stem in line for line in text.splitlines() if "import" in line or "require(" in line or "from " in line)


def _plain_in(form: Form, path: tuple[str, ...], *, line: int, depth: int = 0) -> Iterator[Setting]:
    value = _plain(form)
    if value is not None:
        yield Setting(path=path, value=value, line=line)
    elif depth < _DEEPEST and isinstance(form, Keyed):
        for name, inner in form.pairs:
            if isinstance(name, Text):
                yield from _plain_in(inner, (*path, name.value), line=name.line, depth=depth + 1)
    elif depth < _DEEPEST and isinstance(form, Call):
        for each in form.arguments:
            at = each.value.line if isinstance(each.value, Name) else form.line
            names = (*path, each.name) if each.name not in ("", "*", "**") else path
            if each.name or isinstance(each.value, Keyed):
                yield from _plain_in(each.value, names, line=at, depth=depth + 1)


def _plain(form: Form) -> Plain | None:
    if not isinstance(form, Name):
        return None
    if _POLICY in form.id:
        return POLICIES.get(form.id.rpartition(".")[2])
    return TRUTHS.get(form.id)


class _Reader:
    """Tells what a source's settings of constructs come to, by its own text: the forms of values know no negation."""

    def __init__(self, text: str, values: Mapping[str, Plain]) -> None:
        self._text = text
        self._values = values
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def of(self, construct: Construct) -> Construct:
        """A construct with what is decided."""
        begin = self._starts[min(construct.line, len(self._starts)) - 1]
        end = self._starts[min(construct.end_line, len(self._starts) - 1)]
        found: dict[str, Plain] = {}
        for name, value in construct.values.items():
            word = construct.spelled.get(name, name)
            if isinstance(value, Expression) and not value.is_template:
                told = self._value(self._written(word, begin, end=end), depth=0)
                if isinstance(told, str if name == "deletion_policy" else bool):
                    found[name] = told
        return replace(construct, values={**construct.values, **found}) if found else construct

    def _written(self, word: str, begin: int, *, end: int) -> str:
        """What a setting is given, as it is written; its own word where that stands alone."""
        match = re.compile(rf"(?<![\w.]){re.escape(word)}\s*(?::|=(?![=>]))\s*").search(self._text, begin, end)
        return self._up_to_its_end(match.end()) if match is not None else word

    def _up_to_its_end(self, start: int) -> str:
        depth = 0
        text = self._text[start : start + _LONGEST]
        for number, sign in enumerate(text):
            if sign in _ENDS and depth == 0:
                return text[:number]
            is_ended = sign == "\n" and depth == 0 and text[number:].lstrip()[:1] not in ("?", ":", ".")
            if is_ended and text[:number].strip() and not text[:number].rstrip().endswith(("?", ":", "=")):
                return text[:number]
            depth += {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}.get(sign, 0)
        return text

    def _value(self, written: str, *, depth: int) -> Plain | None:
        text = written.strip().removesuffix("!")
        if depth > _DEEPEST:
            return None
        if text.startswith("(") and text.endswith(")"):
            return self._value(text[1:-1], depth=depth + 1)
        choice = _CHOICE.fullmatch(text) or _PYTHONS_CHOICE.fullmatch(text)
        if choice is not None:
            asked, yes, no = choice.groups() if "?" in text else (choice[2], choice[1], choice[3])
            is_met = self._value(asked, depth=depth + 1)
            return self._value(yes if is_met else no, depth=depth + 1) if isinstance(is_met, bool) else None
        negated = _NOT.match(text)
        if negated is not None:
            value = self._value(text[negated.end() :], depth=depth + 1)
            return not value if isinstance(value, bool) else None
        return self._named(text, depth=depth) if _DOTTED.fullmatch(text) else None

    def _named(self, text: str, *, depth: int) -> Plain | None:
        *of, name = text.replace("?.", ".").split(".")
        if "RemovalPolicy" in of:
            return POLICIES.get(name)
        if name in TRUTHS:
            return TRUTHS[name]
        if name in self._values:
            return self._values[name]
        if of not in ([], ["this"], ["self"]):
            return None
        bound = re.compile(
            rf"(?<![\w.])(?:const\s+|let\s+|this\.|self\.|^[ \t]*){re.escape(name)}(?:\s*:\s*[\w.]+)?\s*=(?![=>])\s*",
            re.MULTILINE,
        )
        places = list(bound.finditer(self._text))
        return self._value(self._up_to_its_end(places[0].end()), depth=depth + 1) if len(places) == 1 else None
