"""How settings of checkers judge less after a change than before."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fnmatch import fnmatch
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.trials.checker_settings import Settings, settings_of

_FLOORS: Final = re.compile(
    r"(?:^|\.)(?:fail_under|cov-fail-under|min-coverage|coverage_threshold|minimum)$"
    r"|(?:coverageThreshold|thresholds?|check-coverage|nyc|c8)(?:\..*)?\.(?:branches|functions|lines|statements)$"
    r"|coverage\.status\..*\.target$|^(?:branches|functions|lines|statements)$"
)
_STRICT: Final = re.compile(
    r"(?:^|\.)(?:strict|disallow_\w+|check_untyped_defs|warn_(?:return_any|unreachable|unused_ignores|redundant_casts)|no_implicit_\w+"
    r"|strict_\w+|xfail_strict|noImplicit\w+|strict[A-Z]\w+|noUnchecked\w+|useUnknownInCatchVariables|filterwarnings)$"
)
_LENIENT: Final = re.compile(
    r"(?:^|\.)(?:ignore_errors|ignore_missing_imports|allow_untyped_\w+|allow_redefinition|continue_on_error|passWithNoTests|bail)$"
)
_OFF: Final = frozenset({"off", "0", "false", "none"})
_TOOLS: Final = re.compile(r"^tool\.(?:ruff|flake8|mypy|pyright|pylint|coverage|pytest|bandit)\b")
_SILENCED: Final = re.compile(r"(?:^|\.)(?:ignore|extend-ignore|extend_ignore|disable|disable_error_code|skips)$")
_LEFT_OUT: Final = re.compile(
    r"(?:^|\.)(?:exclude|extend-exclude|extend_exclude|omit|ignorePatterns|ignores|skip-dirs|skip-files|exclude-dirs|exclude-files"
    r"|exclude_dirs|testPathIgnorePatterns|coveragePathIgnorePatterns|modulePathIgnorePatterns|norecursedirs|collect_ignore|ignore_paths"
    r"|exclusions\.paths|ignore-paths)$"
)
_PICKED: Final = re.compile(r"(?:^|\.)(?:select|extend-select|extend_select|enable|linters\.enable)$")
_FILE_RULES: Final = re.compile(r"(?:^|\.)(?:extend-)?per-file-ignores\.(?P<glob>.+)$")
_RULES: Final = re.compile(r"(?:^|\.)rules\.(?P<rule>[\w@/.-]+)$|^(?P<bare>@?[a-z][\w-]*/[\w/-]+|no-[\w-]+)$")
_PYTEST: Final = re.compile(r"(?:^|\.)addopts$")
_DESELECT: Final = re.compile(r"--(?:ignore(?:-glob)?|deselect)[= ](\S+)|-k\s*[\"']?(not [^\"']+)")

__all__ = ["Eased", "Kind", "eased", "settings_of"]


class Kind(StrEnum):
    """How less is judged."""

    FLOOR = "floor"
    STRICT = "strict"
    RULE = "rule"
    PATH = "path"
    HOOK = "hook"


class Eased(Struct, frozen=True, kw_only=True):
    """One setting that asks for less: in words, and the paths that it no longer judges."""

    kind: Kind
    setting: str
    words: str
    value: str = ""
    paths: tuple[RepoPath, ...] = ()


def eased(before: Settings, after: Settings, *, paths: Iterable[RepoPath], name: str) -> Iterator[Eased]:
    """Every setting of a file that judges less; `paths` are those it may have judged."""
    known = tuple(paths)
    is_shared = name.rpartition("/")[2] in ("pyproject.toml", "package.json", "setup.cfg", "tox.ini")
    for setting in sorted(before.keys() | after.keys()):
        if is_shared and setting.startswith("tool.") and not _TOOLS.search(setting):
            continue
        was, now = before.get(setting, frozenset()), after.get(setting, frozenset())
        if was != now:
            yield from _eased(setting, was, now=now, paths=known)
    if name.endswith((".pre-commit-config.yaml", ".pre-commit-config.yml")):
        for hook in sorted(_values(before, "id") - _values(after, "id")):
            yield Eased(kind=Kind.HOOK, setting="hooks", words=f"the hook `{hook}` is not run any more", value=hook)


def _values(settings: Mapping[str, frozenset[str]], name: str) -> frozenset[str]:
    return frozenset(v for key, values in settings.items() if key.rpartition(".")[2] == name for v in values)


def _eased(setting: str, was: frozenset[str], *, now: frozenset[str], paths: tuple[RepoPath, ...]) -> Iterator[Eased]:
    added, gone = sorted(now - was), sorted(was - now)
    if _FLOORS.search(setting):
        yield from _lower(setting, gone, added=added)
    elif _STRICT.search(setting) and "true" in was and now != was:
        yield Eased(kind=Kind.STRICT, setting=setting, words=f"`{setting}` is {'off' if now else 'gone'}")
    elif _LENIENT.search(setting) and now == frozenset({"true"}):
        yield Eased(kind=Kind.STRICT, setting=setting, words=f"`{setting}` is on")
    elif _SILENCED.search(setting) and added:
        yield Eased(kind=Kind.RULE, setting=setting, words=f"`{setting}` silences {_listed(added)}", value=added[0])
    elif _PICKED.search(setting) and gone and now:
        yield Eased(
            kind=Kind.RULE, setting=setting, words=f"`{setting}` no longer asks for {_listed(gone)}", value=gone[0]
        )
    elif found := _FILE_RULES.search(setting):
        if added:
            hit = tuple(path for path in paths if _covers(found["glob"], path))
            words = f"{_listed(added)} is silent in `{found['glob']}`"
            yield Eased(kind=Kind.RULE, setting=setting, words=words, value=added[0], paths=hit)
    elif _LEFT_OUT.search(setting):
        for value in added:
            hit = tuple(path for path in paths if _covers(value, path))
            if hit:
                yield Eased(
                    kind=Kind.PATH, setting=setting, words=f"`{setting}` leaves out `{value}`", value=value, paths=hit
                )
    elif _PYTEST.search(setting):
        yield from _deselected(setting, was, now=now, paths=paths)
    elif (rule := _RULES.search(setting)) and now & _OFF and not was & _OFF and was:
        yield Eased(kind=Kind.RULE, setting=setting, words=f"`{rule['rule'] or rule['bare']}` is off", value="off")


def _listed(values: list[str]) -> str:
    shown = ", ".join(f"`{each}`" for each in values[:3])
    return f"{shown} and {len(values) - 3} more" if values[3:] else shown


def _lower(setting: str, gone: list[str], *, added: list[str]) -> Iterator[Eased]:
    was, now = [_number(each) for each in gone], [_number(each) for each in added]
    before, after = (
        max((n for n in was if n is not None), default=None),
        max((n for n in now if n is not None), default=None),
    )
    if before is not None and (after is None or after < before):
        words = (
            f"`{setting}` falls from {before:g} to {after:g}"
            if after is not None
            else f"`{setting}`, which asked for {before:g}, is gone"
        )
        yield Eased(kind=Kind.FLOOR, setting=setting, words=words, value=f"{after:g}" if after is not None else "")


def _number(text: str) -> float | None:
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)\s*%?", text.strip())
    return float(found[1]) if found else None


def _deselected(
    setting: str, was: frozenset[str], *, now: frozenset[str], paths: tuple[RepoPath, ...]
) -> Iterator[Eased]:
    """What pytest is told to leave out with the options that it always gets."""
    before = {found[0] or found[1] for each in was for found in _DESELECT.findall(each)}
    for each in sorted({found[0] or found[1] for text in now for found in _DESELECT.findall(text)} - before):
        hit = tuple(path for path in paths if _covers(each.partition("::")[0], path))
        yield Eased(kind=Kind.PATH, setting=setting, words=f"pytest leaves out `{each}`", value=each, paths=hit)


def _covers(pattern: str, path: RepoPath) -> bool:
    """Whether a pattern of a checker means a path: a glob, the beginning of one, or a plain regular expression."""
    plain = pattern.strip("^$").replace("\\.", ".").replace("<rootDir>/", "").lstrip("./").rstrip("/")
    if not plain or len(plain) > 300 or plain.count("*") > 8:
        return False
    globs = (plain, f"{plain}/*", f"*/{plain}", f"*/{plain}/*")
    return any(fnmatch(path, each) for each in globs) or (plain.endswith(".*") and path.startswith(plain[:-2]))
