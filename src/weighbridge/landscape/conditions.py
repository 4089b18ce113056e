"""Conditions in one form, so that it can be told whether one is another turned round, or holds less often."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Condition

_NAME: Final = LatePattern(r"[A-Za-z_$][\w$]*")
_MEMBER: Final = LatePattern(r"[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)*")
_QUOTED: Final = LatePattern(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_LONGEST_SHOWN: Final = 80
_MOST_LEAVES: Final = 24
"""A condition of more parts is only compared as a whole."""


class Form(Struct, frozen=True):
    """A condition whose negations stand at its leaves alone; the order of what is joined does not count."""

    kind: str
    text: str = ""
    is_negated: bool = False
    parts: frozenset["Form"] = frozenset()

    def __str__(self) -> str:
        if self.kind == "is":
            return f"not {self.text}" if self.is_negated else self.text
        words = sorted(f"({part})" if part.kind != "is" else str(part) for part in self.parts)
        return f" {self.kind} ".join(words)


def form_of(condition: Condition, *, is_negated: bool = False) -> Form:
    """The form of a condition, or of its negation."""
    if condition.kind == "not":
        return form_of(condition.parts[0], is_negated=not is_negated)
    if condition.kind not in ("and", "or"):
        return Form("is", condition.text or condition.kind, is_negated)
    kind = {"and": "or", "or": "and"}[condition.kind] if is_negated else condition.kind
    parts: set[Form] = set()
    for part in condition.parts:
        inner = form_of(part, is_negated=is_negated)
        parts |= inner.parts if inner.kind == kind else {inner}
    return Form(kind, parts=frozenset(parts)) if len(parts) > 1 else next(iter(parts))


def opposite(form: Form) -> Form:
    """What holds where a form does not."""
    if form.kind == "is":
        return Form("is", form.text, not form.is_negated)
    return Form({"and": "or", "or": "and"}[form.kind], parts=frozenset(opposite(part) for part in form.parts))


def holds_less_often(form: Form, than: Form) -> bool:
    """Whether a form certainly holds only where the other does, and not the other way round; parts are told by their text."""
    if form == than or max(len(leaves(form)), len(leaves(than))) > _MOST_LEAVES:
        return False
    return _implies(form, than) and not _implies(than, form)


@lru_cache(maxsize=4_096)
def _implies(one: Form, other: Form) -> bool:
    if one == other:
        return True
    if one.kind == "or":
        return all(_implies(part, other) for part in one.parts)
    if other.kind == "and":
        return all(_implies(one, part) for part in other.parts)
    return any(_implies(part, other) for part in one.parts) or any(_implies(one, part) for part in other.parts)


def joined_to(form: Form, kind: str, *, than: Form) -> str:
    """What is joined to a form by `kind` that is not to another, in words; empty where that does not tell them apart."""
    parts = form.parts if form.kind == kind else frozenset((form,))
    others = than.parts if than.kind == kind else frozenset((than,))
    return f" {kind} ".join(sorted(map(_shown, parts - others))) if others <= parts else ""


def _shown(form: Form) -> str:
    text = str(form) if form.kind == "is" else f"({form})"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def leaves(form: Form) -> frozenset[Form]:
    """What a form asks, without how it is joined."""
    if form.kind == "is":
        return frozenset((form,))
    return frozenset(leaf for part in form.parts for leaf in leaves(part))


def names_in(form: Form) -> frozenset[str]:
    """Every name that is written in a form, outside of texts."""
    return frozenset(found[0] for text in _plain(form) for found in _NAME.finditer(text))


def asked_in(form: Form) -> frozenset[str]:
    """What a form asks, without what that is asked of: of `user.is_active`, `is_active`."""
    return frozenset(found[0].rpartition(".")[2] for text in _plain(form) for found in _MEMBER.finditer(text))


def _plain(form: Form) -> Iterator[str]:
    return (_QUOTED.sub("''", leaf.text) for leaf in leaves(form))
