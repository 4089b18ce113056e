"""Settings and calls by which a mapper makes the schema follow the classes each time a program starts, outside of all migrations.

Sources: https://typeorm.io/docs/data-source/data-source-options (`synchronize`, `dropSchema`), https://sequelize.org/docs/v6/core-concepts/model-basics/
(`sync({ alter: true })`, `sync({ force: true })`), https://docs.jboss.org/hibernate/orm/6.6/userguide/html_single/Hibernate_User_Guide.html
(`hibernate.hbm2ddl.auto`), https://docs.spring.io/spring-boot/how-to/data-initialization.html, https://www.prisma.io/docs/orm/reference/prisma-cli-reference.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.sql.written import serves_tests

_SCRIPTS: Final = (".ts", ".js", ".mjs", ".cjs", ".mts", ".cts")
_SETTINGS: Final = (".properties", ".yml", ".yaml", ".json", ".env", ".xml", ".conf", ".toml")
_FOR_WORK: Final = LatePattern(
    r"(?:^|[^a-z])(?:dev|devel|develop|development|local|localhost|tests?|testing|spec|ci|e2e|demo|examples?|samples?|sandbox|h2|playground"
    r"|fixtures?|testdata|docs?|override|integration)(?:[^a-z]|$)"
)
"""Words in the name of what nobody keeps anything in."""
_CAPITAL: Final = LatePattern(r"(?<=[a-z\d])(?=[A-Z])")
_IN_MEMORY: Final = LatePattern(r":memory:|jdbc:(?:h2|hsqldb|derby):|[\"']sqljs[\"']")
_SYNCHRONIZE: Final = LatePattern(r"[\"']?\b(?P<key>synchronize|dropSchema)[\"']?\s*:\s*true\b")
_DECIDED: Final = LatePattern(
    r"[\"']?\b(?P<key>synchronize|dropSchema)[\"']?\s*:\s*[^,\n{}]{0,120}?(?:ENV|[eE]nv|[mM]ode|[sS]tage)\b[\w.()'\"\]]*\s*"
    r"(?:!==?\s*(?P<not>['\"]\w+['\"])|===?\s*(?P<is>['\"]\w+['\"]))\s*\)?\s*[,\n}]"
)
"""That the environment decides it."""
_OF_USERS: Final = LatePattern(r"(?i)['\"](?:prod|production|live)['\"]")
_CALLED: Final = LatePattern(
    r"\b(?:\w+[dD]ata[sS]ource|\w*[cC]onnection|\w*Source)\.(?P<key>synchronize|dropDatabase)\s*\("
)
_SYNC: Final = LatePattern(r"\.sync\s*\(\s*\{[^{}]{0,200}?\b(?P<key>alter|force)\s*:\s*true\b")
_OF_TYPEORM: Final = LatePattern(
    r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?(?P<key>(?:TYPEORM|DB|DATABASE)_SYNCHRONI[ZS]E|TYPEORM_DROP_SCHEMA)[\"']?[ \t]*[:=][ \t]*[\"']?true\b"
)
_HIBERNATE: Final = LatePattern(
    r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?(?P<key>[\w.-]*(?:ddl-auto|hbm2ddl\.auto|HIBERNATE_DDL_?AUTO|orm\.database\.generation|schema-management\.strategy))[\"']?"
    r"[ \t]*[:=][ \t]*[\"']?(?P<value>create-drop|drop-and-create|create-only|create|update)\b"
)
_HIBERNATE_XML: Final = LatePattern(
    r"<property\s+name=\"(?P<key>(?:hibernate\.)?hbm2ddl\.auto)\"\s*(?:value=\"|>\s*)(?P<value>create-drop|create|update)\b"
)
_PROFILE: Final = LatePattern(
    r"(?m)^[ \t]*(?:on-profile|spring\.config\.activate\.on-profile|profiles)[ \t]*[:=][ \t]*(?P<name>.+)$"
)
_DOCUMENTS: Final = LatePattern(r"(?m)^(?:---|#---).*$")
_STARTS: Final = LatePattern(
    r"\"(?P<name>(?:pre|post)?start(?::prod(?:uction)?)?|(?:pre|post)?(?:deploy|release)|heroku-postbuild|vercel-build|postinstall)\"\s*:\s*\"(?P<script>(?:[^\"\\]|\\.){1,2000})\""
)
_PUSHES: Final = LatePattern(
    r"prisma[ \t]+db[ \t]+push\b[^\n;&|]{0,200}--(?:accept-data-loss|force-reset)\b|prisma[ \t]+migrate[ \t]+reset\b"
    r"|\btypeorm(?:-ts-node-\w+)?[ \t]+schema:(?:sync|drop)\b|\bsequelize(?:-cli)?[ \t]+db:drop\b"
)
_EMPTYING: Final = frozenset({"dropSchema", "dropDatabase", "TYPEORM_DROP_SCHEMA", "force", "create", "create-drop", "drop-and-create"})  # fmt: skip
_ADDING: Final = frozenset({"update"})
_LONGEST_LINE: Final = 300
_BRACKETS: Final = LatePattern(r"[{}]")
_DEEPEST: Final = 12
_MOST_BRACKETS: Final = 5_000
"""Brackets before a place that are looked at: what stands around it beyond them makes nothing of it less."""
_LONGEST: Final = 200_000
_MOST_PLACES: Final = 20
_MOST_LOOKED_AT: Final = 100


class Following(Struct, frozen=True, kw_only=True):
    """One place by which the schema follows code: `said` as it stands there, `line` where."""

    said: str
    line: int
    does: str
    is_adding: bool = False
    """Whether tables and columns are only added by it."""


def may_follow(path: RepoPath) -> bool:
    """Whether a file, by its name, may say so for where data is kept."""
    name = path.rpartition("/")[2]
    lowered = path.lower()
    is_kind = lowered.endswith((*_SCRIPTS, *_SETTINGS)) or ".env" in name or name == "Procfile"
    return is_kind and not serves_tests(path) and not _is_for_work(path)


def _is_for_work(words: str) -> bool:
    """Whether words, also those that are one by their capitals (`devConfig`), name what nobody keeps anything in."""
    return _FOR_WORK.search(_CAPITAL.sub(" ", words).lower()) is not None


def followed(path: RepoPath, text: str) -> Iterator[Following]:
    """Each such place of a file, a few of them; nobody writes settings in one that is very long."""
    yield from islice(_every(path, text), _MOST_PLACES) if len(text) <= _LONGEST else ()


def _every(path: RepoPath, text: str) -> Iterator[Following]:
    if path.endswith("/package.json") or path == "package.json":
        yield from _of_manifest(text)
    elif path.lower().endswith(_SCRIPTS):
        yield from _of_script(text)
    else:
        yield from _of_settings(path, text)


def _of_manifest(text: str) -> Iterator[Following]:
    for script in _STARTS.finditer(text) if "schema" in text or "prisma" in text or "db:drop" in text else ():
        found = _PUSHES.search(script["script"])
        if found is not None:
            is_sync = "accept-data-loss" in found[0] or "schema:sync" in found[0]
            yield Following(
                said=f"{script['name']}: {' '.join(found[0].split())}",
                line=text.count("\n", 0, script.start()) + 1,
                does=_FOLLOWS if is_sync else _EMPTIES,
            )


def _of_script(text: str) -> Iterator[Following]:
    lowered = text.lower()
    patterns = (
        *((_SYNCHRONIZE, _DECIDED, _CALLED) if "typeorm" in lowered else ()),
        *((_SYNC,) if "sequelize" in lowered else ()),
    )
    brackets = [each.start() for each in _BRACKETS.finditer(text)] if patterns else []
    for pattern in patterns:
        said = (
            found
            for found in pattern.finditer(text)
            if not _is_spoken_of(text, found.start()) and (pattern is not _DECIDED or _is_so_for_users(found))
        )
        for found in islice(said, _MOST_LOOKED_AT):
            at = found.start()
            if any(map(_is_for_work, _around(text, at, brackets=brackets))):
                continue
            if _IN_MEMORY.search(text[max(0, text.rfind("{", 0, at)) : text.find("}", at)]) is None:
                yield _found(found["key"], " ".join(found[0].split()).rstrip(" ,}"), text=text, at=at)


def _is_so_for_users(found: re.Match[str]) -> bool:
    """Whether what the environment decides comes out true where users are: only what is said of one other than theirs alone does not."""
    if found["not"] is not None:
        return _OF_USERS.fullmatch(found["not"]) is None
    return _OF_USERS.fullmatch(found["is"]) is not None


def _of_settings(path: RepoPath, text: str) -> Iterator[Following]:
    is_of_typeorm = "ormconfig" in path.lower()
    patterns = (_HIBERNATE, _HIBERNATE_XML, _OF_TYPEORM, *((_SYNCHRONIZE,) if is_of_typeorm else ()))
    begin = 0
    for end in (*(each.start() for each in _DOCUMENTS.finditer(text)), len(text)):
        part = text[begin:end]
        profile = _PROFILE.search(part)
        is_for_work = profile is not None and _is_for_work(profile["name"])
        for pattern in patterns if not is_for_work and _IN_MEMORY.search(part) is None else ():
            for found in pattern.finditer(part):
                groups = found.groupdict()
                value = groups.get("value") or groups["key"]
                yield _found(value, " ".join(found[0].split()), text=text, at=begin + found.start("key"))
        begin = end


def _found(key: str, said: str, *, text: str, at: int) -> Following:
    does = _EMPTIES if key in _EMPTYING else _ADDS if key in _ADDING else _FOLLOWS
    return Following(said=said, line=text.count("\n", 0, at) + 1, does=does, is_adding=key in _ADDING)


_FOLLOWS: Final = "tables and columns that the classes do not name are dropped, those of another type are made anew"
_EMPTIES: Final = "all that is stored is dropped"
_ADDS: Final = "tables and columns are added as the classes have them, under locks that nobody sees in a migration"


def _is_spoken_of(text: str, at: int) -> bool:
    """Whether it stands in a comment of its line."""
    begin = text.rfind("\n", 0, at) + 1
    return text[begin:at].lstrip().startswith(("//", "*", "/*", "#")) or "//" in text[begin:at]


def _around(text: str, at: int, *, brackets: Sequence[int]) -> list[str]:
    """The lines at which the brackets open that are around a place: `development: {`, `if (isTest) {`."""
    found: list[str] = []
    depth = 0
    last = bisect_left(brackets, at)
    for each in reversed(brackets[max(0, last - _MOST_BRACKETS) : last]):
        depth += 1 if text[each] == "}" else -1
        if depth < 0:
            depth = 0
            begin = text.rfind("\n", 0, each) + 1
            found.append(text[max(begin, each - _LONGEST_LINE) : each])
            if len(found) >= _DEEPEST:
                break
    return found
