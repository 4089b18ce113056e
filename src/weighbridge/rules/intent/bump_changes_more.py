"""A change that says it updates a package updates others, brings new ones, or changes code."""

from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.intent.claims import Kind
from weighbridge.landscape.intent.intent import Intent
from weighbridge.landscape.intent.lock_changes import LockChange, is_named, lock_changes, not_explained, plain_name
from weighbridge.landscape.intent.manifest_changes import Asked, asked_otherwise
from weighbridge.landscape.intent.mismatch import Deed, told
from weighbridge.landscape.intent.turned_tokens import in_words

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, CodeChange, Intent),
    weaknesses=(1357,),
    tags=("intent", "dependencies", "supply-chain"),
)

_MOST_NAMED: Final = 5
_READ_CODE: Final = frozenset(
    {
        "mypy",
        "ruff",
        "black",
        "pylint",
        "flake8",
        "pyright",
        "isort",
        "eslint",
        "prettier",
        "typescript",
        "golangci-lint",
        "biome",
    }
    | {
        "@biomejs/biome",
        "rollup",
        "oxlint",
        "pyupgrade",
        "go",
        "staticcheck",
        "gofumpt",
        "clippy",
        "rustfmt",
        "tslint",
        "xo",
    }
)
"""Tools that read code and may ask that it is written otherwise: code that follows them imports nothing of them."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for the change, at the gravest of what it does besides."""
    intent = case[Intent]
    claim = intent.claim_of_all(Kind.BUMP)
    if claim is None:
        yield from intent.unread
        return
    names = {name for each in intent.claims.each for name in each.packages}
    asked = list(asked_otherwise(case[Change], case[ChangedBytes]))
    locks = list(lock_changes(case[Change], case[ChangedBytes]))
    read = [each for each in locks if isinstance(each, LockChange)]
    deeds = [*_asked(asked, names=names), *_fixed(read, names=names, asked=asked)]
    moved = {*names, *(each.name for each in asked), *(n for each in read for n in (*each.moved, *each.added))}
    deeds += _code(intent, moved=frozenset(map(plain_name, moved)))
    if deeds:
        yield told(RULE, claim, deeds=deeds)
    yield from (each for each in locks if isinstance(each, CouldNotLook))
    yield from intent.unread


def _asked(asked: Iterable[Asked], *, names: set[str]) -> Iterator[Deed]:
    """What manifests ask for that the message does not name; where it names none, nothing is held against it."""
    for each in asked if names else ():
        if is_named(each.name, names) or not each.after:
            continue
        if each.before:
            words = f"`{each.name}`, which it does not name, goes from `{each.before}` to `{each.after}`"
        else:
            words = f"`{each.name}`, which it does not name, is asked for and was not"
        place = Place(path=each.path, line=each.line, end_line=each.line)
        yield Deed(words=words, place=place, anchor=each.name, severity=Severity.MEDIUM)


def _fixed(locks: Iterable[LockChange], *, names: set[str], asked: Iterable[Asked]) -> Iterator[Deed]:
    """What lock files fix otherwise without anything that is named, or asked for otherwise, leading to it."""
    known = {*names, *(each.name for each in asked)}
    for lock in locks if names else ():
        moved, added = not_explained(lock, known)
        for few, what, severity in (
            (added, "not there before, and nothing that is updated leads to", Severity.MEDIUM),
            (moved, "in another version, and nothing that is updated leads to", Severity.LOW),
        ):
            if few:
                shown = ", ".join(f"`{name}`" for name in few[:_MOST_NAMED])
                more = f" and {len(few) - _MOST_NAMED} more" if len(few) > _MOST_NAMED else ""
                is_one = len(few) == 1
                words = f"the lock file has {shown}{more} {what} {'it' if is_one else 'them'}"
                line = lock.line_of(few[0])
                place = Place(path=lock.path, line=line, end_line=line)
                yield Deed(words=words, place=place, anchor=f"{severity} {few[0]}", severity=severity)


def _code(intent: Intent, *, moved: frozenset[str]) -> Iterator[Deed]:
    """Code that does something else and uses nothing of what is updated."""
    if not moved or moved & _READ_CODE:
        return
    for path, file in intent.shipped():
        if not intent.behaves_otherwise(file) or _uses(file, moved):
            continue
        turned = intent.turns(file.change)
        if turned:
            yield Deed(
                words=f"in code that uses nothing of what is updated {in_words(turned[0])}",
                place=file.at(turned[0].line, symbol=""),
                anchor=f"{turned[0].before} {turned[0].after}",
                severity=Severity.MEDIUM,
            )
        else:
            words = "code that uses nothing of what is updated does something else"
            yield Deed(words=words, place=_first(file, path), anchor=path, severity=Severity.LOW)


def _first(file: FileCode, path: RepoPath) -> Place:
    line = min((each.start for each in file.change.added), default=1)
    return Place(path=path, line=line, end_line=line)


def _uses(file: FileCode, moved: frozenset[str]) -> bool:
    """Whether a file imports what may be one of these packages: `yaml` is what `pyyaml` brings."""
    for facts in (file.base, file.head):
        for each in facts.imports if facts else ():
            module = plain_name(each.module.lstrip("."))
            parts = {module, module.partition("-")[0], "/".join(module.split("/")[:2]), module.partition("/")[0]}
            if parts & moved or any(module.startswith(f"{name}/") for name in moved):
                return True
            if any(module.partition("-")[0] and module.partition("-")[0] in name for name in moved):
                return True
    return False
