"""What a function or member of TypeScript asks of those who use it, against what it asked before."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Definition
from weighbridge.landscape.contracts.code.api_breaks import DEFAULT, NARROWED, TYPE, Difference
from weighbridge.landscape.contracts.code.signature_text import parameters_in, result_in, split_at

_MODIFIER: Final = LatePattern(r"\A(?:(?:public|private|protected|readonly|override) )+")
_MARKS: Final = LatePattern(r"\A[:\s]+|[\s{]+\Z|\s*=>\s*\Z")
_ARRAY: Final = LatePattern(r"\bArray<([\w.]+)>")
_ASYNC: Final = LatePattern(r"\basync\b")


class _Part(Struct, frozen=True):
    """One parameter or member as written."""

    name: str
    type: str
    default: str
    is_optional: bool


def differences(before: Definition, after: Definition) -> Iterator[Difference]:
    """What a call that was right does not give any more, and what it gets in another way."""
    if "; " in before.signature or "; " in after.signature:
        yield from _overloads(before, after)
        return  # of overloads, which one a call takes is not followed
    old, new = _parameters(before), _parameters(after)
    if old is None or new is None:
        return
    for place, part in enumerate(old):
        if place >= len(new):
            if not (new and new[-1].name.startswith("...")):
                yield Difference(NARROWED, Severity.HIGH, f"`{part.name}` cannot be given any more")
            continue
        yield from _of_one(part, new[place])
    for part in new[len(old) :]:
        if not part.is_optional:
            yield Difference(NARROWED, Severity.HIGH, f"`{part.name}` must be given")
    was, now = (_MARKS.sub("", result_in(each.signature, _head(each))) for each in (before, after))
    if was and now and f"Promise<{was}>" == now:
        yield Difference(
            TYPE, Severity.HIGH, f"it gives `{_short(now)}` and gave `{_short(was)}`: who does not wait has no value"
        )
    elif was and now and was != now and not _takes_all(now, was):
        yield Difference(TYPE, Severity.MEDIUM, f"it gives `{_short(now)}` and gave `{_short(was)}`")


def member_differences(before: Definition, after: Definition, *, is_filled: bool) -> Iterator[Difference]:
    """What is otherwise of a property; `is_filled` where those who use the package give it."""
    old, new = _part(before.signature), _part(after.signature)
    if not old.type and not new.type and old.default and new.default and old.default != new.default:
        words = f"it stands for `{_short(new.default)}` and stood for `{_short(old.default)}`: what was kept or sent as that is not understood"
        yield Difference(TYPE, Severity.MEDIUM, words)
        return
    if old.is_optional and not new.is_optional:
        severity = Severity.HIGH if is_filled else Severity.MEDIUM
        yield Difference(NARROWED, severity, "it must be given")
    elif new.is_optional and not old.is_optional and not is_filled:
        words = "it may be missing: what reads it does not compile under `strict`"
        yield Difference(TYPE, Severity.MEDIUM, words, gives="undefined")
    if old.type and new.type and old.type != new.type:
        is_fine = _takes_all(old.type, new.type) if is_filled else _takes_all(new.type, old.type)
        if not is_fine:
            words = f"it is `{_short(new.type)}` and was `{_short(old.type)}`"
            yield Difference(TYPE, Severity.MEDIUM, words, gives=f"{old.type} {new.type}")


def is_same_alias(before: Definition, after: Definition) -> bool:
    """Whether a name of a type stands for what it stood for: in another order, or with more to choose that may be left out."""
    (old, was), (new, now) = (_alias(each) for each in (before, after))
    if old is None or new is None or old != new[: len(old)] or any("=" not in each for each in new[len(old) :]):
        return False
    unions = [split_at(_spelled(each), "|") for each in (was, now)]
    return None not in unions and sorted(unions[0] or []) == sorted(unions[1] or [])


def _alias(definition: Definition) -> tuple[list[str] | None, str]:
    """What a type is made for, and what it stands for."""
    start = definition.signature.find(definition.name) + len(definition.name)
    rest = definition.signature[start:]
    if not rest.startswith("<"):
        return [], rest.partition("=")[2].strip()
    depth = 0
    for at, sign in enumerate(rest):
        depth += (sign == "<") - (sign == ">" and rest[at - 1] != "=")
        if not depth:
            return split_at(rest[1:at], ","), rest[at + 1 :].partition("=")[2].strip()
    return None, ""


def _spelled(stated: str) -> str:
    return _ARRAY.sub(r"\1[]", stated)


def _overloads(before: Definition, after: Definition) -> Iterator[Difference]:
    """What a function was callable as and is no more, where nothing else of it is otherwise."""
    old, new = ([each.strip() for each in one.signature.split("; ")] for one in (before, after))
    gone = [each for each in old if each not in new]
    if gone and all(each in old for each in new):
        yield Difference(NARROWED, Severity.HIGH, f"it cannot be called as `{_short(gone[0])}` any more")


def _of_one(old: _Part, new: _Part) -> Iterator[Difference]:
    if old.is_optional and not new.is_optional:
        yield Difference(NARROWED, Severity.HIGH, f"`{new.name}` must be given")
    elif old.type and new.type and old.type != new.type and not _takes_all(old.type, new.type):
        if _takes_all(new.type, old.type):
            yield Difference(
                NARROWED, Severity.HIGH, f"`{new.name}` takes only `{_short(new.type)}` of `{_short(old.type)}`"
            )
        else:
            yield Difference(
                TYPE, Severity.MEDIUM, f"`{new.name}` is `{_short(new.type)}` and was `{_short(old.type)}`"
            )
    if old.default and new.default and old.default != new.default and old.name == new.name:
        words = f"`{new.name}` is `{_short(new.default)}` where it is left out, and was `{_short(old.default)}`"
        yield Difference(DEFAULT, Severity.MEDIUM, words)


def _takes_all(narrow: str, wide: str) -> bool:
    """Whether a union has all that another has."""
    if wide in ("any", "unknown"):
        return True
    old, new = split_at(narrow, "|"), split_at(wide, "|")
    return old is not None and new is not None and set(old) <= set(new)


def _parameters(definition: Definition) -> Sequence[_Part] | None:
    parts = parameters_in(definition.signature, _head(definition))
    return None if parts is None else [_part(each) for each in parts if not each.startswith("this:")]


def _head(definition: Definition) -> str:
    return definition.name if definition.name in definition.signature else ""


def _part(text: str) -> _Part:
    plain = _MODIFIER.sub("", text)
    pieces = split_at(plain.replace("=>", "\0"), "=") or [plain]
    before = pieces[0].replace("\0", "=>").strip()
    default = pieces[1].replace("\0", "=>").strip() if len(pieces) > 1 else ""
    name, _, stated = before.partition(":") if not before.startswith(("{", "[")) else _of_pattern(before)
    is_optional = name.strip().endswith("?") or bool(default) or name.startswith("...")
    return _Part(name.strip().rstrip("?").strip(), _spelled(stated.strip().strip("| ")), default, is_optional)


def _of_pattern(text: str) -> tuple[str, str, str]:
    pieces = split_at(text, ":") or [text]
    return "an object", ":", pieces[1] if len(pieces) > 1 else ""


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
