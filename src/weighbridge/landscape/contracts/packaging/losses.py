"""What one version of a package's manifests gives and the next does not."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.contracts.packaging.node_exports import Entry, is_given
from weighbridge.landscape.contracts.packaging.offers import Offers, normal
from weighbridge.landscape.contracts.packaging.runtimes import NODES, PYTHONS, Version, allowed, shown

ENTRY: Final = "package-entry-removed"
RUNTIME: Final = "runtime-raised"
NAME: Final = "package-renamed"

_FOR_WORK: Final = LatePattern(
    r"(?:dev|devel|develop|development|tests?|testing|docs?|documentation|lint(?:ers?|ing)?|typing|types|mypy|ci|build|bench(?:marks?)?"
    r"|coverage|format|pre-commit|release|publish|style|qa|check|tooling|all-?dev)(?:-[\w-]+)?"
)
"""What extras are called that are for those who work on a package."""

_MAJOR: Final = LatePattern(r"(?:/v\d+|\.v\d+)\Z")
_MODULES_BY_REQUIRE: Final = 22
"""Node from 22.12 on gives a module to who asks for it by `require`."""


class Loss(Struct, frozen=True, kw_only=True):
    """One thing: what is otherwise, in words, and what finds its line in a manifest."""

    kind: str
    key: str
    words: str
    severity: Severity
    patterns: tuple[str, ...]
    """The first that is found tells its line."""
    confidence: Confidence = Confidence.HIGH
    is_at_head: bool = False
    """Whether head's manifest holds what it is told of."""


def losses(before: Offers, after: Offers, *, language: str) -> Iterator[Loss]:
    """All that those lose who have what one side's manifests give."""
    if before.name and after.name and normal(before.name) != normal(after.name):
        yield from _renamed(before.name, after.name, language=language)
    yield from _named(before, after)
    yield from _extras(before, after)
    if language == "script":
        yield from _subpaths(before, after)
    yield from _runtime(before, after, language=language)


def _renamed(before: str, after: str, *, language: str) -> Iterator[Loss]:
    if language == "go" and _MAJOR.sub("", before) == _MAJOR.sub("", after):
        return  # who has it goes on having it
    does = (
        "whoever asks for a later version under the old path is refused: the module says that it is another"
        if language == "go"
        else "whoever installs it by the old name gets no later version"
    )
    yield Loss(
        kind=NAME,
        key=after,
        words=f"`{before}` is called `{after}` now: {does}",
        severity=Severity.HIGH if language == "go" else Severity.MEDIUM,
        patterns=(rf"(?:\bname\b|module\s).*{re.escape(after)}",),
        is_at_head=True,
    )


def _named(before: Offers, after: Offers) -> Iterator[Loss]:
    for name in before.commands if "scripts" not in after.unsaid else ():
        if name in after.commands:
            continue
        come = [each for each in after.commands if each not in before.commands]
        same = [each for each in come if after.commands[each] == before.commands[name]]
        now = f" (`{same[0]}` does what it did)" if same else ""
        yield Loss(
            kind=ENTRY,
            key=f"command {name}",
            words=f"the command `{name}` is no longer installed{now}: scripts, schedules and people that give it fail",
            severity=Severity.HIGH,
            patterns=(rf"""["']?{re.escape(name)}["']?\s*[=:]""", r'"bin"\s*:'),
        )
    for key in before.plugins if "entry-points" not in after.unsaid else ():
        if key not in after.plugins:
            group, _, name = key.partition(" ")
            yield Loss(
                kind=ENTRY,
                key=f"plugin {key}",
                words=f"`{name}` is no longer among the entry points `{group}`: what loads it by that name does not find it",
                severity=Severity.MEDIUM,
                patterns=(rf"""["']?{re.escape(name)}["']?\s*=""",),
            )


def _extras(before: Offers, after: Offers) -> Iterator[Loss]:
    for name, needs in before.extras.items() if "optional-dependencies" not in after.unsaid else ():
        missing = [each for each in needs if each not in after.needs]
        if name in after.extras or not missing or _FOR_WORK.fullmatch(name):
            continue
        yield Loss(
            kind=ENTRY,
            key=f"extra {name}",
            words=f"the extra `{name}` is gone: who asks for `{before.name}[{name}]` gets a warning and no `{missing[0]}` any more,"
            " and what imports it fails",
            severity=Severity.HIGH,
            patterns=(rf"""(?im)^\s*["']?{name.replace("-", "[-_.]")}["']?\s*[=:]""",),
        )


def _subpaths(before: Offers, after: Offers) -> Iterator[Loss]:
    if after.subpaths is None:
        old = before.subpaths or {}
        only = {".": before.main or Entry()} if before.subpaths is None else {".": old["."]} if "." in old else {}
        yield from _ways(only, {".": after.main or Entry()}, offers=after)
        return
    if before.subpaths is None:
        yield Loss(
            kind=ENTRY,
            key="exports",
            words="`exports` says now what can be imported, and every other file of the package no longer can",
            severity=Severity.MEDIUM,
            patterns=(r'"exports"\s*:',),
            is_at_head=True,
        )
        yield from _ways({".": before.main or Entry()}, after.subpaths, offers=after)
        return
    for key in before.subpaths:
        if is_given(key, after.subpaths) is None:
            yield Loss(
                kind=ENTRY,
                key=f"subpath {key}",
                words=f"`{before.name}{key[1:]}` can no longer be imported: what does fails when it is loaded",
                severity=Severity.MEDIUM if key.endswith("package.json") else Severity.HIGH,
                patterns=(rf'"{re.escape(key)}"\s*:', r'"exports"\s*:'),
            )
    yield from _ways(before.subpaths, after.subpaths, offers=after)


def _ways(before: Mapping[str, Entry], after: Mapping[str, Entry], *, offers: Offers) -> Iterator[Loss]:
    """The ways of importing a subpath that end, each way told of all subpaths as one."""
    pairs = [(key, old, after[found]) for key, old in before.items() if (found := is_given(key, after)) is not None]
    asked = [key for key, old, new in pairs if old.by_require and not old.is_module and not new.by_require]
    modules = [key for key, old, new in pairs if old.by_require and not old.is_module and new.is_module]
    untyped = [key for key, old, new in pairs if old.types and not new.types and new.by_import]
    imported = [key for key, old, new in pairs if old.by_import and not new.by_import]
    old_node = any(version[0] < _MODULES_BY_REQUIRE for version in allowed(offers.runs_on, NODES) or ())
    for keys, way, does, severity in (
        (asked, "require", "given to `require` no more: what loads it so fails at once", Severity.HIGH),
        (
            modules,
            "module",
            "given as a module alone now: `require` of it fails on Node before 22.12",
            Severity.HIGH if old_node else Severity.MEDIUM,
        ),
        (imported, "import", "given to `import` no more: what loads it so fails at once", Severity.HIGH),
        (untyped, "types", "given without types now: what is compiled against them does not compile", Severity.MEDIUM),
    ):
        if keys:
            names = ", ".join(f"`{offers.name}{key[1:]}`" for key in keys[:3])
            more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
            yield Loss(
                kind=ENTRY,
                key=way,
                words=f"{names}{more} {'is' if len(keys) == 1 else 'are'} {does}",
                severity=severity,
                patterns=(
                    rf'"{re.escape(keys[0])}"\s*:',
                    r'"exports"\s*:',
                    r'"type"\s*:',
                    r'"main"\s*:',
                    r'"name"\s*:',
                ),
                is_at_head=True,
            )


def _runtime(before: Offers, after: Offers, *, language: str) -> Iterator[Loss]:
    if before.runs_on == after.runs_on or not after.runs_on:
        return
    if language == "go":
        yield from _go(before, after)
        return
    if language == "java":
        if before.runs_on and int(after.runs_on) > int(before.runs_on):
            does = f"what runs on an older Java than {after.runs_on} cannot load its classes"
            yield _raised(
                f"it is built for Java {after.runs_on}, and was for {before.runs_on}: {does}",
                after,
                severity=Severity.MEDIUM,
            )
        return
    known = PYTHONS if language == "python" else NODES
    old, new = (allowed(each.runs_on, known) for each in (before, after))
    if not old or not new:
        return
    lost = sorted(each for each in old - new if each < max(new) or shown(each) in before.named_versions)
    called = "Python" if language == "python" else "Node"
    does = (
        "keeps the version before, or is refused"
        if language == "python"
        else "is warned, or refused by a strict installer"
    )
    if lost:
        was_said = bool(before.runs_on) or any(shown(each) in before.named_versions for each in lost)
        yield _raised(
            f"it asks for {called} `{after.runs_on}` now"
            f"{f' and asked for `{before.runs_on}`' if before.runs_on else ''}: who has {_listed(lost, called)} {does}",
            after,
            severity=Severity.MEDIUM if was_said else Severity.LOW,
        )


def _go(before: Offers, after: Offers) -> Iterator[Loss]:
    old, new = (tuple(map(int, each.runs_on.split("."))) if each.runs_on else () for each in (before, after))
    if old and new and new > old:
        words = f"it asks for Go {after.runs_on} and asked for {before.runs_on}: who builds with an older one, and lets it fetch none, gets no further"
        is_far = new[0] > old[0] or new[1] > old[1] + 1  # Go's makers support two at a time
        yield _raised(words, after, severity=Severity.MEDIUM if is_far else Severity.LOW)


def _raised(words: str, after: Offers, *, severity: Severity) -> Loss:
    return Loss(
        kind=RUNTIME,
        key="",
        words=words,
        severity=severity,
        patterns=(
            rf"(?m)^(?=.*(?:python|node|^go|[rR]elease|[tT]arget|java|source|Java|Language)).*{re.escape(after.runs_on)}",
        ),
        is_at_head=True,
    )


def _listed(lost: list[Version], called: str) -> str:
    names = [f"{called} {shown(each)}" if not at else shown(each) for at, each in enumerate(lost[-3:])]
    before = "older ones or " if len(lost) > 3 else ""
    return before + (f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0])
