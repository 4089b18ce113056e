"""Which packages a change asks for otherwise than before, by the changed lines of manifests."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change, FileChange, LineRange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.intent.surfaces import Surface, surface_of

_MOST_LINES: Final = 5_000
_LONGEST: Final = 500

_JSON: Final = LatePattern(
    r'^\s*"(?P<name>@?[\w./-]+)"\s*:\s*"(?P<asks>[~^<>=v*\s]*\d[^"]*|\*|latest|(?:npm|workspace|git|https?|file|github):?[^"]*)"\s*,?\s*$'
)
_REQUIREMENT: Final = LatePattern(
    r"^\s*[\"']?(?P<name>[A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?P<asks>(?:[=~<>!]=?=?|@)\s*[^\"'\s,;#][^\"'#;]*)"
)
_TABLE: Final = LatePattern(
    r"^\s*[\"']?(?P<name>[A-Za-z][\w.-]*)[\"']?\s*=\s*(?P<asks>[\"'][~^<>=v*\s]*\d[^\"']*[\"']|\{.*\b(?:version|git|path|branch|rev|tag)\s*=.*\})"
)
_GO: Final = LatePattern(
    r"^\s*(?:require\s+)?(?P<name>[\w.-]+\.[\w.-]+/\S+)\s+(?P<asks>v\d\S*)\s*(?!//\s*indirect)(?:$|//\s*[^i\s])"
)
_GEM: Final = LatePattern(r"^\s*(?:gem|\w+\.add_\w*dependency)\s*\(?\s*[\"'](?P<name>[\w.-]+)[\"'](?P<asks>.*)$")

_NO_PACKAGES: Final = frozenset(
    {
        "version", "node", "npm", "pnpm", "yarn", "packageManager", "python", "requires-python", "target-version", "edition",
        "rust-version", "name", "python_version", "line-length", "minversion", "engines", "php", "resolver", "schema", "license",
        "lockfileVersion", "fail_under", "requires_python", "homepage", "url", "repository", "documentation", "source", "issues",
        "changelog",
    }
)  # fmt: skip


class Asked(Struct, frozen=True, kw_only=True):
    """A package that a manifest asks for otherwise: `before` is empty where it is new, `after` where it is gone."""

    name: str
    path: RepoPath
    line: int
    before: str
    after: str


def asked_otherwise(change: Change, contents: ChangedBytes) -> Iterator[Asked]:
    """Every package that a changed manifest asks for otherwise, each once for each manifest."""
    for file in change.files:
        if surface_of(file.path) is Surface.MANIFEST and not file.is_binary:
            yield from _in_file(file, contents)


def _in_file(file: FileChange, contents: ChangedBytes) -> Iterator[Asked]:
    before = _asks(file.base.path, contents.text(file.base.path, Side.BASE), lines=file.removed) if file.base else {}
    after = _asks(file.path, contents.text(file.path), lines=file.added) if file.head else {}
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name, ("", 0)), after.get(name, ("", 0))
        if was[0] != now[0]:
            yield Asked(name=name, path=file.path, line=now[1], before=was[0], after=now[0])


def _asks(path: RepoPath, text: str, *, lines: tuple[LineRange, ...]) -> Mapping[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    patterns, every = _patterns(path), text.split("\n")
    numbers = [n for each in lines for n in range(each.start, min(each.end, len(every)) + 1)]
    for number in numbers[:_MOST_LINES]:
        line = every[number - 1][:_LONGEST]
        match = next((match for each in patterns if (match := each.match(line))), None)
        if match is not None and match.group("name") not in _NO_PACKAGES:
            name = match.group("name")
            known = found.get(name, ("", number))[0]
            found[name] = (f"{known} {match.group('asks').strip()}".strip(), number)
    return found


def _patterns(path: RepoPath) -> tuple[LatePattern, ...]:
    name = path.rpartition("/")[2]
    if name.endswith(".json"):
        return (_JSON,)
    if name == "go.mod":
        return (_GO,)
    if name in ("Gemfile",) or name.endswith(".gemspec"):
        return (_GEM,)
    return (_TABLE,) if name == "Cargo.toml" else (_TABLE, _REQUIREMENT) if name.endswith(".toml") else (_REQUIREMENT,)
