"""Dangers that are put into real tests, and into code beside them, by lines of text."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.extract import extract
from weighbridge.facts.roles import role_of
from weighbridge.landscape.trials.changes import TrialSide


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A file, and one of its tests: its lines from where its marks begin, counted from 0, up to behind its last."""

    path: str
    text: str
    name: str = ""
    first: int = 0
    named: int = 0
    end: int = 0

    @property
    def language(self) -> str:
        """By the file's ending, scripts being one."""
        role = role_of(RepoPath(self.path))
        return "javascript" if role in ("typescript", "tsx") else role

    @property
    def lines(self) -> list[str]:
        """The file's lines."""
        return self.text.split("\n")


Plant = Callable[[Spot, random.Random], str | None]


@dataclass(frozen=True, slots=True)
class Danger:
    """A way to weaken what a test tells; None where a place does not lend itself."""

    name: str
    plant: Plant
    is_in_code: bool = False


def spots(path: str, text: str) -> list[Spot]:
    """Every test of a file that is run and stands on more than one line."""
    facts = extract(text.encode(), role_of(RepoPath(path)))
    side = TrialSide(path=RepoPath(path), facts=facts, lines=text.splitlines())
    found = []
    for trial in side.trials:
        first = min(facts.definitions[trial.scope].line, trial.line) - 1
        if trial.skip is None and trial.end_line > trial.line and side.statements.of(trial):
            found.append(
                Spot(path=path, text=text, name=trial.own_name, first=first, named=trial.line - 1, end=trial.end_line)
            )
    return found


def _with(spot: Spot, lines: list[str]) -> str:
    return "\n".join([*spot.lines[: spot.first], *lines, *spot.lines[spot.end :]])


def _body(spot: Spot) -> list[str]:
    return spot.lines[spot.first : spot.end]


def _deleted(spot: Spot, _chance: random.Random) -> str | None:
    return _with(spot, [])


def _skipped(spot: Spot, _chance: random.Random) -> str | None:
    lines = _body(spot)
    at = spot.named - spot.first
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    if spot.language == "python":
        return _with(spot, [f"{indent}@pytest.mark.skip", *lines])
    if spot.language == "java":
        return _with(spot, [f"{indent}@Disabled", *lines])
    if spot.language == "go":
        return (
            _with(spot, [*lines[: at + 1], f"{indent}\tt.Skip()", *lines[at + 1 :]])
            if lines[at].endswith("{")
            else None
        )
    return _with(spot, _first(lines, r"\b(it|test)\(", by=r"\1.skip("))


def _first(lines: list[str], pattern: str, *, by: str) -> list[str]:
    for at, line in enumerate(lines):
        changed = re.sub(pattern, by, line, count=1)
        if changed != line:
            return [*lines[:at], changed, *lines[at + 1 :]]
    return lines


def _alone(spot: Spot, _chance: random.Random) -> str | None:
    if spot.language != "javascript" or len(spots(spot.path, spot.text)) < 2:
        return None
    return _with(spot, _first(_body(spot), r"\b(it|test)\(", by=r"\1.only("))


def _renamed(spot: Spot, _chance: random.Random) -> str | None:
    lines = _body(spot)
    if spot.language == "python":
        return _with(spot, _first(lines, r"def test", by="def _test"))
    if spot.language == "go":
        return _with(spot, _first(lines, r"func (\([^)]*\) )?Test", by=r"func \1test"))
    if spot.language == "java":
        kept = [line for line in lines if line.strip() != "@Test"]
        return _with(spot, kept) if len(kept) < len(lines) else None
    return None


_EQUALITIES: Final = {
    "python": (
        (r"^(\s*)assert (.+?) == [^=]+$", r"\1assert \2 is not None"),
        (r"self\.assertEqual\(([\w.]+), .+\)$", r"self.assertIsNotNone(\1)"),
        (r"pytest\.raises\([A-Z]\w+\)", "pytest.raises(Exception)"),
    ),
    "javascript": (
        (r"\.(?:toBe|toEqual|toStrictEqual)\((?!true|false|null|undefined)[^()]+\)(;?)$", r".toBeDefined()\1"),
        (r"\.toHaveBeenCalledTimes\(\d+\)", ".toHaveBeenCalled()"),
    ),
    "go": (
        (r"\b(assert|require)\.Equal\(t, ([\w.\"]+), ([\w.()\[\]]+)\)$", r"\1.NotNil(t, \3)"),
        (r"\b(assert|require)\.ErrorIs\(t, (\w+), [\w.]+\)$", r"\1.Error(t, \2)"),
    ),
    "java": (
        (r"assertEquals\(([^,()]+), ([^,]+)\);$", r"assertNotNull(\2);"),
        (r"\.isEqualTo\([^()]+\);$", ".isNotNull();"),
    ),
}


def _loosened(spot: Spot, chance: random.Random) -> str | None:
    lines = _body(spot)
    places = [
        (at, re.sub(pattern, by, line))
        for at, line in enumerate(lines)
        for pattern, by in _EQUALITIES.get(spot.language, ())
        if re.search(pattern, line) and re.sub(pattern, by, line) != line
    ]
    if not places:
        return None
    at, line = chance.choice(places)
    return _with(spot, [*lines[:at], line, *lines[at + 1 :]])


_STATES: Final = {
    "python": re.compile(r"^\s*(assert .+|self\.assert\w+\(.*\))$"),
    "javascript": re.compile(r"^\s*(?:await )?expect\(.*\)\.[\w.]+\(.*\);?$"),
    "go": re.compile(r"^\s*(?:assert|require)\.\w+\(t, .*\)$"),
    "java": re.compile(r"^\s*assert\w*\(.*\);$"),
}
_TRUE: Final = {
    "python": "assert True",
    "javascript": "expect(true).toBe(true);",
    "go": "assert.True(t, true)",
    "java": "assertTrue(true);",
}


def _stating(spot: Spot) -> list[int]:
    """The lines of a test that state something; none where anything is stated in another way, so that those are all."""
    lines = _body(spot)
    pattern = _STATES.get(spot.language)
    found = [at for at, line in enumerate(lines) if pattern and pattern.match(line) and _is_whole(line)]
    spoken = sum(bool(re.search(r"assert|expect|raises|require\.|t\.(Error|Fatal)", line)) for line in lines[1:])
    return found if found and len(found) == spoken else []


def _is_whole(line: str) -> bool:
    return all(line.count(a) == line.count(b) for a, b in ("()", "[]", "{}"))


def _emptied(spot: Spot, _chance: random.Random) -> str | None:
    stating = set(_stating(spot))
    lines = _body(spot)
    kept = [line for at, line in enumerate(lines) if at not in stating]
    is_left = len([line for line in kept if line.strip()]) > (3 if spot.language != "python" else 1)
    return _with(spot, kept) if stating and is_left else None


def _always_true(spot: Spot, _chance: random.Random) -> str | None:
    stating = _stating(spot)
    if not stating:
        return None
    lines = _body(spot)
    for at in stating:
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines[at] = indent + _TRUE[spot.language]
    return _with(spot, lines)


def _itself(spot: Spot, _chance: random.Random) -> str | None:
    patterns = {
        "python": (r"^(\s*)assert ([\w.]+) == .+$", r"\1assert \2 == \2"),
        "javascript": (r"expect\(([\w.]+)\)\.(toBe|toEqual)\(.+\);?$", r"expect(\1).\2(\1);"),
        "go": (r"\b(assert|require)\.Equal\(t, .+, ([\w.]+)\)$", r"\1.Equal(t, \2, \2)"),
        "java": (r"assertEquals\(.+, ([\w.]+)\);$", r"assertEquals(\1, \1);"),
    }
    lines = _body(spot)
    changed = _first(lines, patterns[spot.language][0], by=patterns[spot.language][1])
    return _with(spot, changed) if changed != lines and _is_whole("".join(changed)) else None


def _swallowed(spot: Spot, _chance: random.Random) -> str | None:
    if spot.language != "python":
        return None
    stating = _stating(spot)
    lines = _body(spot)
    if not stating:
        return None
    for at in stating:
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines[at] = f"{indent}try:\n{indent}    {lines[at].strip()}\n{indent}except Exception:\n{indent}    pass"
    return _with(spot, lines)


def _left_early(spot: Spot, _chance: random.Random) -> str | None:
    at = spot.named - spot.first
    lines = _body(spot)
    opened = ":" if spot.language == "python" else "{"
    if not lines[at].rstrip().endswith(opened) or at + 1 >= len(lines) or not lines[at + 1].strip():
        return None
    indent = lines[at + 1][: len(lines[at + 1]) - len(lines[at + 1].lstrip())]
    return (
        None
        if lines[at + 1].strip().startswith(('"""', "'''"))
        else _with(
            spot,
            [
                *lines[: at + 1],
                f"{indent}return" + ("" if spot.language in ("python", "go") else ";"),
                *lines[at + 1 :],
            ],
        )
    )


def _module_replaced(spot: Spot, _chance: random.Random) -> str | None:
    if spot.language != "javascript":
        return None
    stem = spot.path.rpartition("/")[2].partition(".")[0]
    found = re.search(rf"from ['\"](\.[\w./-]*/{re.escape(stem)}(?:\.js)?)['\"];?\n", spot.text)
    if found is None or "mock(" in spot.text:
        return None
    return f"{spot.text[: found.end()]}vi.mock('{found[1]}');\n{spot.text[found.end() :]}"


def _double_asked(spot: Spot, _chance: random.Random) -> str | None:
    """A call that is stated something of is answered by a double that is put in its place."""
    if spot.language != "python":
        return None
    lines = _body(spot)
    for at, line in enumerate(lines):
        found = re.match(r"^(\s*)assert ([a-z]\w*)\.([a-z]\w+)\(.*\) == ", line)
        is_module = found and re.search(
            rf"^(?:import {found[2]}|from [\w.]+ import (?:\w+, )*{found[2]})\b", spot.text, re.M
        )
        if found and is_module:
            double = f'{found[1]}mock.patch.object({found[2]}, "{found[3]}").start()'
            return _with(spot, [*lines[:at], double, *lines[at:]])
    return None


def _silenced(spot: Spot, chance: random.Random) -> str | None:
    lines = spot.lines
    signs = {"python": "  # noqa", "javascript": "", "go": " //nolint", "java": ""}
    ends = (";", "{") if spot.language != "go" else (")",)
    places = [
        at
        for at, line in enumerate(lines)
        if line.startswith((" ", "\t"))
        and "#" not in line
        and "//" not in line
        and '"' not in line
        and "*" not in line
        and line.rstrip().endswith(ends if spot.language != "python" else (")",))
    ]
    if not places or any(word in spot.text for word in ("noqa", "nolint", "@ts-ignore", "SuppressWarnings")):
        return None
    at = chance.choice(places)
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    if spot.language == "javascript":
        return "\n".join([*lines[:at], f"{indent}// @ts-ignore", *lines[at:]])
    if spot.language == "java":
        found = [n for n, line in enumerate(lines) if re.match(r"\s+(public|private|protected) .*\{$", line)]
        if not found:
            return None
        at = chance.choice(found)
        return "\n".join([*lines[:at], '    @SuppressWarnings("all")', *lines[at:]])
    lines[at] += signs[spot.language]
    return "\n".join(lines)


DANGERS: Final = (
    Danger("a test is deleted", _deleted),
    Danger("a test is skipped", _skipped),
    Danger("a test alone is run", _alone),
    Danger("a test is no longer collected", _renamed),
    Danger("a test leaves first", _left_early),
    Danger("a statement is loosened", _loosened),
    Danger("all statements are taken out", _emptied),
    Danger("all statements are true of themselves", _always_true),
    Danger("something is compared with itself", _itself),
    Danger("failures are swallowed", _swallowed),
    Danger("the module that is tried is replaced", _module_replaced),
    Danger("the function that is tried is replaced", _double_asked),
    Danger("a check is silenced", _silenced, is_in_code=True),
)
