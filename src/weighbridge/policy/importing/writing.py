"""Writes a drafted policy down, with comments that say where each part comes from and what was lost."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from weighbridge.policy.importing.draft import Draft, DraftRule, Unnamed
from weighbridge.policy.importing.expressions import escaped
from weighbridge.policy.importing.lost import Lost

_WIDE: Final = 110
_MOST_TOLD: Final = 300


def policy_text(draft: Draft, lost: Sequence[Lost], *, source: str) -> str:
    """The policy as a file."""
    return "\n".join(_lines(draft, lost, source=source)) + "\n"


def in_comment(text: str) -> str:
    """`text` on one line of a comment: whatever is not to be shown is replaced."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= _MOST_TOLD else f"{shown[: _MOST_TOLD - 1]}…"


def _lines(draft: Draft, lost: Sequence[Lost], *, source: str) -> Iterator[str]:
    yield f"# Imported from {in_comment(source)}."
    for line in draft.about:
        yield f"# {in_comment(line)}"
    if lost:
        yield "#"
        yield f"# What was lost on the way ({len(lost)}):"
        yield from (f"# - {in_comment(str(each))}" for each in lost)
    yield "version: 1"
    yield f"name: {_text(draft.name)}"
    for key, value in draft.settings.items():
        yield f"{key}: {_value(value)}"
    yield from _people(draft.unnamed)
    if draft.rules:
        yield ""
        yield "rules:"
    for number, rule in enumerate(draft.rules):
        if number:
            yield ""
        yield from _rule(rule)


def _people(unnamed: Unnamed) -> Iterator[str]:
    if not (unnamed.teams or unnamed.roles or unnamed.handles):
        return
    yield ""
    yield "# To be filled in and uncommented: the approval of somebody whom nobody names does not count."
    yield "# people:"
    for key, value in (("teams", unnamed.teams), ("roles", unnamed.roles)):
        if value:
            yield f"#   {key}:"
        for name, says in value.items():
            yield f"#     {_text(name)}: []{f'  # {in_comment(says)}' if says else ''}"
    if unnamed.handles:
        yield "#   handles:"
    for name, says in unnamed.handles.items():
        yield f"#     {_text(name)}: address@example.org{f'  # {in_comment(says)}' if says else ''}"


def _rule(rule: DraftRule) -> Iterator[str]:
    yield from (f"  # {in_comment(line)}" for line in rule.source)
    yield f"  - name: {_text(rule.name)}"
    if rule.when:
        yield from _condition(rule.when)
    if rule.because:
        yield f"    because: {_text(rule.because)}"
    yield "    require:"
    for need in rule.require:
        yield from _need(need, indent=6)


def _condition(when: str) -> Iterator[str]:
    yield "    when: >-"
    line = ""
    for piece in _pieces(when):
        if line and len(line) + len(piece) > _WIDE:
            yield f"      {line.rstrip()}"
            line = ""
        line += piece
    yield f"      {line.rstrip()}"


def _pieces(when: str) -> Iterator[str]:
    """The condition in pieces between which a line may end: behind `&&` and `||` outside literals."""
    start, quote, is_raw, at = 0, "", False, 0
    while at < len(when):
        character = when[at]
        if quote:
            if character == "\\" and not is_raw:
                at += 1
            elif character == quote:
                quote = ""
        elif character == '"':
            quote, is_raw = '"', when[at - 1 : at] == "r" and not when[at - 2 : at - 1].isalnum()
        elif when[at : at + 3] in ("&& ", "|| "):
            yield when[start : at + 3]
            start = at + 3
        at += 1
    yield when[start:]


def _need(need: Mapping[str, Any], *, indent: int) -> Iterator[str]:
    ((name, value),) = need.items()
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield f"{' ' * indent}- {name}:"
        for each in value:
            yield from _need(each, indent=indent + 4)
    else:
        yield f"{' ' * indent}- {name}: {_value(value)}"


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Mapping():
            return "{" + ", ".join(f"{key}: {_value(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    is_plain = text.isascii() and text.replace("-", "").isalpha()
    reserved = text.lower() in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    return text if is_plain and not reserved and text[0] != "-" else f'"{escaped(text)}"'
