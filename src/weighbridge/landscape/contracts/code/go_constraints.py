"""Whether what Go functions and types are made for is the same types as before, by whatever names."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import RepoPath, symbol_name
from weighbridge.domain.impact import ChangeDepth, ChangedSymbol
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import NARROWED, ApiBreak, is_deprecated, place_of
from weighbridge.landscape.contracts.code.go_forms import made_for
from weighbridge.landscape.contracts.code.go_type_sets import TypeSets
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.values import Symbol

OF_UNKNOWN: Final = ": whether it still holds the types that it is used with cannot be told here"
_MOST_SHOWN: Final = 4
_MOST_STEPS: Final = 3
"""Constraints that are made of others which are followed."""


class Verdict(StrEnum):
    """How what something is made for stands to what it was made for."""

    OTHERWISE = "otherwise"
    """It is no constraint alone that is otherwise."""
    HELD = "held"
    """All types that it was made for are held, and perhaps more."""
    FEWER = "fewer"
    UNKNOWN = "unknown"


class GoConstraints:
    """Answers for one module."""

    def __init__(self, landscapes: Landscapes) -> None:
        self._landscapes = landscapes
        self._before, self._after = TypeSets(landscapes.base), TypeSets(landscapes.head)

    def verdict(self, file: FileCode, symbol: ChangedSymbol) -> Verdict:
        """What a function or a type is made for, where nothing else of it is otherwise."""
        name = symbol_name(symbol.symbol).rpartition(".")[2]
        was, now = made_for(symbol.before, name), made_for(symbol.after, name)
        base, head = file.change.base, file.change.head
        if was is None or now is None or was[1] != now[1] or len(was[0]) != len(now[0]) or base is None or head is None:
            return Verdict.OTHERWISE
        pairs = [(one, other) for one, other in zip(was[0], now[0], strict=True) if one != other]
        found = [self._verdict(pair, (base.path, head.path)) for pair in pairs]
        worst = (Verdict.FEWER, Verdict.UNKNOWN, Verdict.HELD)
        return next((each for each in worst if each in found), Verdict.OTHERWISE)

    def _verdict(self, stated: tuple[str, str], paths: tuple[RepoPath, RepoPath]) -> Verdict:
        was, now = self._before.of(stated[0], paths[0]), self._after.of(stated[1], paths[1])
        is_held = was.is_held_by(now) if was is not None and now is not None else None
        return Verdict.UNKNOWN if is_held is None else Verdict.HELD if is_held else Verdict.FEWER

    def breaks(self, file: FileCode, symbol: ChangedSymbol, *, address: str, severity: Severity) -> Iterator[ApiBreak]:
        """What an interface that is otherwise takes from those who have what is made for it."""
        name = symbol_name(symbol.symbol)
        facts, head, base = file.base, file.head, file.change.base
        if symbol.kind != "interface" or facts is None or head is None or base is None:
            return
        index, after = facts.only(name), head.only(name)
        if symbol.depth not in (ChangeDepth.BODY, ChangeDepth.SIGNATURE) or index is None or after is None:
            return
        words = self._words(Symbol(base.path, index), Symbol(file.change.path, after))
        is_sure = not words.endswith(OF_UNKNOWN)
        for shown in self._shown(name, RepoPath(folder_of(base.path))) if words else ():
            yield ApiBreak(
                kind=NARROWED,
                severity=severity if is_sure else max(severity, Severity.MEDIUM, key=lambda each: each.rank),
                confidence=Confidence.HIGH if is_sure else Confidence.LOW,
                words=f"`{address}.{shown}`: {words}",
                place=place_of(file, head, index=after, side=Side.HEAD),
                address=f"{address}.{shown}",
                stood=name,
                is_deprecated=is_deprecated(facts, index),
            )

    def _words(self, before: Symbol, after: Symbol) -> str:
        """What an interface does not hold any more for certain."""
        was, now = self._before.of_symbol(before), self._after.of_symbol(after)
        if was is None or now is None or now.others - was.others:
            said = self._before.unions(before), self._after.unions(after)
            is_union = any("|" in each or "~" in each for each in (*said[0], *said[1]))
            return f"it holds other types{OF_UNKNOWN}" if said[0] != said[1] and is_union else ""
        if was.is_type and not now.is_type:
            return "it is for what functions and types are made for alone now: what has a value of it does not compile"
        lost = sorted(was.lost(now) or ())
        terms = ", ".join(f"`{each}`" for each in lost[:_MOST_SHOWN])
        more = f" and {len(lost) - _MOST_SHOWN} more" if len(lost) > _MOST_SHOWN else ""
        return f"it is not for {terms}{more} any more: what is made for such a type does not compile" if lost else ""

    def _shown(self, name: str, folder: RepoPath) -> Sequence[str]:
        """What others can name of what is made of a constraint, or for it: itself, constraints of it, or functions and types."""
        if name[:1].isupper():
            return (name,)
        landscape = self._landscapes.base.landscape
        paths = [each for each in landscape.tree.code_folders.get(folder, ()) if each.endswith(".go")]
        files = [(path, facts) for path in paths if (facts := landscape.facts(path)) and not path.endswith("_test.go")]
        names = {name}
        for _ in range(_MOST_STEPS):
            names |= {each for path, facts in files for each in self._made_of(path, facts, names=names)}
        if listed := sorted(each for each in names if each[:1].isupper()):
            return listed[:_MOST_SHOWN]
        made = (each for _, facts in files for each in _made_with(facts, names))
        return sorted(dict.fromkeys(made))[:_MOST_SHOWN]

    def _made_of(self, path: RepoPath, facts: FileFacts, *, names: set[str]) -> Iterator[str]:
        """The constraints of a file that some others stand in."""
        for index, each in enumerate(facts.definitions):
            if each.kind == "interface" and each.parent == 0 and each.name not in names:
                text = self._before.text(Symbol(path, index)) or ""
                if names & set(re.findall(r"(?<![\w.])\w+(?!\s*\()", text)):
                    yield each.name


def _made_with(facts: FileFacts, names: set[str]) -> Iterator[str]:
    """The functions and types of a file that others can name and that are made for what some constraints hold."""
    for each in facts.definitions:
        made = made_for(each.signature, each.name) if each.parent == 0 and each.name[:1].isupper() else None
        if made is not None and any(names & set(re.findall(r"(?<![\w.])\w+", part)) for part in made[0]):
            yield each.name
