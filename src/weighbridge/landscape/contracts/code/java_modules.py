"""What the map of a Java module (`module-info.java`) no longer lets others use."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.api_breaks import JAVA_MAP, REMOVED, ApiBreak
from weighbridge.landscape.contracts.code.packages import Sides
from weighbridge.landscape.landscapes import Landscapes
from weighbridge.landscape.tree import Tree

_MODULE: Final = LatePattern(r"\b(?P<open>open\s+)?module\s+(?P<name>[\w.]+)\s*\{(?P<body>[^{}]*)\}")
_REMARK: Final = LatePattern(r"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_DIRECTIVE: Final = LatePattern(
    r"\b(?P<verb>exports|opens|provides|requires)\s+(?P<rest>(?:(?:transitive|static)\s+)*)(?P<name>[\w.]+)"
    r"(?:\s+(?:to|with)\s++(?P<whom>[\w.,\s]++))?\s*;"
)
_TRANSITIVE: Final = "transitive"
_INNER: Final = frozenset({"internal", "impl", "shaded", "repackaged"})
_NAMED: Final = "Automatic-Module-Name"
_BUILDS: Final = ("pom.xml", "build.gradle", "build.gradle.kts")


class _Line(Struct, frozen=True, kw_only=True):
    """One thing that a map says."""

    verb: str
    name: str
    line: int
    whom: frozenset[str] = frozenset()
    """Those whom alone it is for; of what is provided, by which class."""


class _Map(Struct, frozen=True, kw_only=True):
    """What a module lets others use."""

    name: str
    line: int
    is_open: bool
    lines: dict[tuple[str, str], _Line]


class JavaModules:
    """Answers for the changed maps of one library."""

    def __init__(self, landscapes: Landscapes, read: Sides) -> None:
        self._landscapes = landscapes
        self._read = read

    def breaks(self, file: FileCode) -> Iterator[ApiBreak]:
        """What one changed map takes away."""
        base = file.change.base
        before = _read(self._read[0](base.path)) if base else None
        if base is None or before is None:
            return
        head = self._now(file, before.name)
        after = _read(self._read[1](head)) if head is not None else None
        if head is None:
            yield from self._unnamed(base.path, before)
        elif after is not None and after.name != before.name:
            words = f"the module `{before.name}` is called `{after.name}`: what requires it does not compile, nor does it start"
            place = Place(path=head, line=after.line, end_line=after.line, side=Side.HEAD)
            yield ApiBreak(kind=REMOVED, severity=Severity.HIGH, words=words, place=place, address=before.name)
        elif after is not None:
            for each in before.lines.values():
                yield from self._lost(each, base.path, before=before, after=after, head=head)
            if before.is_open and not after.is_open:
                yield _of_map(before, after, head=head)

    def _now(self, file: FileCode, name: str) -> RepoPath | None:
        """Where the map stands in head: the same file, or another of the same module."""
        if file.change.head is not None and file.change.head.path.endswith(JAVA_MAP):
            return file.change.head.path
        others = (each for each in self._landscapes.head.landscape.tree.blobs if each.endswith(f"/{JAVA_MAP}"))
        found = ((path, _read(self._read[1](path))) for path in others)
        return next((path for path, each in found if each is not None and each.name == name), None)

    def _unnamed(self, path: RepoPath, before: _Map) -> Iterator[ApiBreak]:
        """A module without a map, unless what builds it gives it its name."""
        folder = folder_of(path)
        while folder:
            folder = folder_of(folder)
            for name in _BUILDS:
                data = self._read[1](RepoPath(f"{folder}/{name}" if folder else name))
                if isinstance(data, bytes) and _NAMED.encode() in data and before.name.encode() in data:
                    return
        yield ApiBreak(
            kind=REMOVED,
            severity=Severity.MEDIUM,
            words=f"the module `{before.name}` says its name no longer: what requires it finds it by the name of its file, if at all",
            place=Place(path=path, line=before.line, end_line=before.line, side=Side.BASE),
            address=before.name,
        )

    def _lost(self, was: _Line, path: RepoPath, *, before: _Map, after: _Map, head: RepoPath) -> Iterator[ApiBreak]:
        now = after.lines.get((was.verb, was.name))
        if now is not None and (was.verb == "provides" or not now.whom or (was.whom and was.whom <= now.whom)):
            return
        if (was.verb == "opens" and after.is_open) or (
            was.verb == "exports" and self._is_gone(was.name, path, head=head)
        ):
            return  # what a package held is told as that
        is_for_all = was.verb == "exports" and not was.whom
        is_inner = not _INNER.isdisjoint(was.name.split("."))
        place_path, line, side = (path, was.line, Side.BASE) if now is None else (head, now.line, Side.HEAD)
        yield ApiBreak(
            kind=REMOVED,
            severity=Severity.HIGH if is_for_all and not is_inner else Severity.MEDIUM,
            because="its name says that it is internal" if is_for_all and is_inner else "",
            words=_words(was, now, module=before.name),
            place=Place(path=place_path, line=line, end_line=line, side=side),
            address=f"{before.name} {was.verb} {was.name}",
        )

    def _is_gone(self, package: str, path: RepoPath, *, head: RepoPath) -> bool:
        """Whether the files of a package went too."""
        held = _holds(self._landscapes.base.landscape.tree, path, package=package)
        return held and not _holds(self._landscapes.head.landscape.tree, head, package=package)


def _holds(tree: Tree, path: RepoPath, *, package: str) -> bool:
    root, below = folder_of(path), package.replace(".", "/")
    return bool(tree.code_folders.get(RepoPath(f"{root}/{below}" if root else below)))


def _of_map(before: _Map, after: _Map, *, head: RepoPath) -> ApiBreak:
    return ApiBreak(
        kind=REMOVED,
        severity=Severity.MEDIUM,
        words=f"the module `{before.name}` is open no longer: what looks into its classes when it runs fails",
        place=Place(path=head, line=after.line, end_line=after.line, side=Side.HEAD),
        address=f"{before.name} open",
    )


def _words(was: _Line, now: _Line | None, *, module: str) -> str:
    if was.verb == "provides":
        return f"`{module}` provides no `{was.name}` any more: what asks for one does not get that"
    if was.verb == "requires":
        return f"`{module}` hands on `{was.name}` no longer: modules that use it without requiring it do not compile"
    done = "opened" if was.verb == "opens" else "exported"
    is_less = now is not None and not was.whom
    whom = sorted(now.whom if now and is_less else was.whom - now.whom if now else was.whom)
    listed = f" to {', '.join(f'`{each}`' for each in whom)}" if whom else ""
    begin = f"is {done}{listed} alone" if is_less else f"is no longer {done}{listed}"
    what = "what else" if is_less else "what"
    fails = f"{what} uses it does not compile, and what was compiled fails when it runs"
    if was.verb == "opens":
        fails = f"{what} looks into its classes when it runs fails"
    return f"`{was.name}` {begin} by the module `{module}`: {fails}"


def _read(data: object) -> _Map | None:
    """A map; None of what is none."""
    if not isinstance(data, bytes):
        return None
    text = _REMARK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), data.decode("utf-8", "replace"))
    module = _MODULE.search(text)
    if module is None:
        return None
    lines: dict[tuple[str, str], _Line] = {}
    for each in _DIRECTIVE.finditer(module["body"]):
        if each["verb"] == "requires" and _TRANSITIVE not in each["rest"].split():
            continue  # what it takes for itself
        whom = frozenset(part.strip() for part in (each["whom"] or "").split(",")) - {""}
        line = text.count("\n", 0, module.start("body") + each.start()) + 1
        lines[each["verb"], each["name"]] = _Line(verb=each["verb"], name=each["name"], line=line, whom=whom)
    line = text.count("\n", 0, module.start("name")) + 1
    return _Map(name=module["name"], line=line, is_open=bool(module["open"]), lines=lines)
