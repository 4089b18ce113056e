"""Dangers that a message does not say, for real changes that say they are small: each is put into what such a change makes of its files."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

Files: TypeAlias = dict[str, str]

_CODE: Final = (".py", ".js", ".ts", ".tsx", ".go", ".java")
_ASIDE: Final = re.compile(
    r"(^|/)(tests?|__tests__|e2e|spec|scripts?|docs?|examples?|migrations|bench\w*|tools?|dev|demo|node_modules|vendor|dist)/|test|spec|setup\.py|conftest"
)
_COMMENT: Final = re.compile(r"^\s*(#|//|\*|/\*|\"\"\"|''')")
_COMPARISON: Final = re.compile(r"(?<=\s)(==|!=|<=|>=|===|!==)(?=\s)")
_NUMBER: Final = re.compile(r"(?<=[=:(,]\s)(\d{1,5})(?=[,;)\s]|$)")
_CALL: Final = re.compile(r"^\s+(?:await\s+)?[a-z_]\w*(?:\.\w+)+\([^()]*\);?$")
_OTHER: Final = {"==": "!=", "!=": "==", "<=": "<", ">=": ">", "===": "!==", "!==": "==="}
_MOST_TRIED: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Real:
    """A real change: its message, its files on both sides, files of the tree besides, and a source of chance."""

    message: str
    base: Files
    head: Files
    others: Files
    chance: random.Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What it is with the danger in it."""

    base: Files
    head: Files


Plant: TypeAlias = Callable[[Real], Planted | None]


def is_plain_code(path: str) -> bool:
    """Whether a file is code that runs for users, by its path."""
    return path.endswith(_CODE) and not _ASIDE.search(path.lower())


def _edited(
    real: Real, edit: Callable[[list[str], random.Random], bool], *, among: Mapping[str, str]
) -> Planted | None:
    """The change with one more edit, in one of some files."""
    paths = [path for path in sorted(among) if is_plain_code(path)]
    real.chance.shuffle(paths)
    for path in paths:
        lines = real.head.get(path, among[path]).split("\n")
        if edit(lines, real.chance):
            base = {**real.base, path: real.base.get(path, among[path])}
            return Planted(base=base, head={**real.head, path: "\n".join(lines)})
    return None


def _swap(pattern: re.Pattern[str], other: Callable[[str], str]) -> Callable[[list[str], random.Random], bool]:
    def edit(lines: list[str], chance: random.Random) -> bool:
        order = list(range(len(lines)))
        chance.shuffle(order)
        for at in order[:_MOST_TRIED]:
            found = (
                None
                if _COMMENT.match(lines[at]) or len(lines[at]) > 200 or lines[at].count('"') > 0
                else pattern.search(lines[at])
            )
            if found:
                lines[at] = lines[at][: found.start()] + other(found.group()) + lines[at][found.end() :]
                return True
        return False

    return edit


_TURN: Final = _swap(_COMPARISON, lambda sign: _OTHER[sign])
_RAISE: Final = _swap(_NUMBER, lambda number: str(int(number) * 10 + 7))


def _drop_call(lines: list[str], chance: random.Random) -> bool:
    places = [at for at, line in enumerate(lines) if _CALL.match(line)]
    if places:
        del lines[chance.choice(places)]
    return bool(places)


def _drop_check(lines: list[str], chance: random.Random) -> bool:
    """Takes away an `if` of one line that ends in an error."""
    places = [
        at
        for at in range(len(lines) - 2)
        if re.match(r"^\s+if\b.*[:{]$", lines[at])
        and re.match(r"^\s+(raise|throw|return\b.*([Ee]rr|403|401))", lines[at + 1])
    ]
    if not places:
        return False
    at = chance.choice(places)
    ends = at + 3 if lines[at].endswith("{") and lines[at + 2].strip() == "}" else at + 2
    if lines[at].endswith("{") and ends != at + 3:
        return False
    del lines[at:ends]
    return True


_MAIN: Final = """resource "aws_db_instance" "primary" {
  identifier        = "primary"
  engine            = "postgres"
  instance_class    = "db.t3.large"
  allocated_storage = 200
  db_name           = "app"
}
"""


def replaced(real: Real) -> Planted:
    """A database in Terraform that has to be made anew."""
    path = "infra/main.tf"
    return Planted(
        base={**real.base, path: _MAIN},
        head={**real.head, path: _MAIN.replace('db_name           = "app"', 'db_name           = "apps"')},
    )


def dropped(real: Real) -> Planted:
    """A migration that drops a column."""
    made = {"migrations/0001_init.sql": "CREATE TABLE users (id bigint PRIMARY KEY, name text, note text);\n"}
    drop = {"migrations/0002_tidy.sql": "ALTER TABLE users DROP COLUMN note;\n"}
    return Planted(base={**real.base, **made}, head={**real.head, **made, **drop})


def skipped(real: Real) -> Planted | None:
    """A test that the change touches is skipped."""
    for path, text in sorted(real.head.items()):
        for pattern, put in (
            (re.compile(r"^(\s*)((?:async )?def test_)", re.MULTILINE), r"\1@pytest.mark.skip\n\1\2"),
            (re.compile(r"^(\s*)(it|test)\((?=[\"'`])", re.MULTILINE), r"\1\2.skip("),
            (re.compile(r"^(func Test\w+\(t \*testing\.T\) \{)$", re.MULTILINE), r"\1\n\tt.Skip()"),
        ):
            if _ASIDE.search(path.lower()) and path in real.base and pattern.search(text):
                return Planted(base=real.base, head={**real.head, path: pattern.sub(put, text, count=1)})
    return None


def elsewhere(real: Real) -> Planted | None:
    """A condition turned in a file of another folder than those that change."""
    touched = {path.split("/")[-2] if "/" in path else "" for path in real.head}
    others = {p: t for p, t in real.others.items() if (p.split("/")[-2] if "/" in p else "") not in touched}
    return _edited(real, _TURN, among=others)


def _locks(real: Real) -> Iterator[tuple[str, str]]:
    for path, text in sorted(real.head.items()):
        if path.rpartition("/")[2] in _IN_LOCK and path in real.base:
            yield path, text


def _npm(text: str) -> str:
    document = json.loads(text)
    document.setdefault("packages", {})["node_modules/left-padding-extra"] = {
        "version": "0.0.7",
        "resolved": "https://"
        + ".".join(("registry", "npmjs", "org"))
        + "/left-padding-extra/-/left-padding-extra-0.0.7.tgz",
        "integrity": "sha512-AAAA",
    }
    return json.dumps(document, indent=2)


_IN_LOCK: Final[Mapping[str, Callable[[str], str]]] = {
    "package-lock.json": _npm,
    "go.sum": lambda text: text + "github.com/someone/extra v0.0.7 h1:AAAA=\n",
    "pnpm-lock.yaml": lambda text: text.replace("\npackages:\n", "\npackages:\n\n  left-padding-extra@0.0.7:\n    resolution: {integrity: sha512-AAAA}\n", 1),
    "yarn.lock": lambda text: text + '\nleft-padding-extra@^0.0.7:\n  version "0.0.7"\n  resolved "https://registry.yarnpkg.com/left-padding-extra/-/left-padding-extra-0.0.7.tgz#aa"\n',
}  # fmt: skip


def stranger(real: Real) -> Planted | None:
    """A package that nothing asks for in the lock file."""
    for path, text in _locks(real):
        changed = _IN_LOCK[path.rpartition("/")[2]](text)
        if changed != text:
            return Planted(base=real.base, head={**real.head, path: changed})
    return None


def other_bytes(real: Real) -> Planted | None:
    """Another checksum of a package that stays in its version."""
    for path, text in _locks(real):
        before = set(re.findall(r"(?:sha512-|h1:)[A-Za-z0-9+/]{20,}=*", real.base[path]))
        kept = sorted(before & set(re.findall(r"(?:sha512-|h1:)[A-Za-z0-9+/]{20,}=*", text)))
        if kept:
            chosen = real.chance.choice(kept)
            forged = (
                chosen[:-8] + chosen[-8:].swapcase()
                if chosen[-8:].swapcase() != chosen[-8:]
                else chosen[:-9] + "AAAAAAAAA"
            )
            return Planted(base=real.base, head={**real.head, path: text.replace(chosen, forged)})
    return None


def other_package(real: Real) -> Planted | None:
    """Another package in another version in the manifest that the change touches."""
    version = re.compile(
        r'^(\s*"@?[\w/.-]+"\s*:\s*"[~^]?)(\d+)(\.\d+\.\d+",?)$|^(\t[\w.-]+\.\w+/\S+ v)(\d+)(\.\d+\.\d+)$|^([\w.-]+==)(\d+)(\.[\d.]+)$',
        re.MULTILINE,
    )
    for path, text in sorted(real.head.items()):
        if path.rpartition("/")[2] in ("package.json", "go.mod", "requirements.txt") and path in real.base:
            kept = [found for found in version.finditer(text) if f"\n{found.group()}\n" in real.base[path]]
            if kept:
                found = real.chance.choice(kept)
                parts = [part for part in found.groups() if part is not None]
                new = f"{parts[0]}{int(parts[1]) + 1}{parts[2]}"
                return Planted(
                    base=real.base, head={**real.head, path: text[: found.start()] + new + text[found.end() :]}
                )
    return None


def _all(real: Real) -> Mapping[str, str]:
    return {**real.others, **real.head}


DANGERS: Final[Mapping[str, tuple[tuple[str, Plant], ...]]] = {
    "documentation": (
        ("a condition turned in code", lambda real: _edited(real, _TURN, among=_all(real))),
        ("a number changed in code", lambda real: _edited(real, _RAISE, among=_all(real))),
        ("a call gone from code", lambda real: _edited(real, _drop_call, among=_all(real))),
    ),
    "fix": (
        ("a database replaced", replaced),
        ("a column dropped", dropped),
        ("a test skipped", skipped),
        ("a condition turned elsewhere", elsewhere),
    ),
    "refactoring": (
        ("a condition turned in code", lambda real: _edited(real, _TURN, among=_all(real))),
        ("a number changed in code", lambda real: _edited(real, _RAISE, among=_all(real))),
        ("a check dropped", lambda real: _edited(real, _drop_check, among=_all(real))),
    ),
    "bump": (
        ("a stranger in the lock file", stranger),
        ("other bytes in the lock file", other_bytes),
        ("another package in the manifest", other_package),
        ("a condition turned in code", lambda real: _edited(real, _TURN, among=_all(real))),
    ),
}
"""What is put into changes of each kind."""
