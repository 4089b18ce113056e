"""Which databases the branches of a migration are for, as conditions on the name of what it is connected to say.

Conditions are read from the lines on which they stand: what is not one of a few plain forms says nothing.
"""

import re
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.calls.forms import Statement

ALL: Final = frozenset(Dialect)
_NAMES: Final = {
    "postgresql": Dialect.POSTGRES, "postgres": Dialect.POSTGRES, "pg": Dialect.POSTGRES, "pgnative": Dialect.POSTGRES, "postgis": Dialect.POSTGRES,
    "mysql": Dialect.MYSQL, "mysql2": Dialect.MYSQL, "mariadb": Dialect.MYSQL, "trilogy": Dialect.MYSQL,
    "sqlite": Dialect.SQLITE, "sqlite3": Dialect.SQLITE, "bettersqlite3": Dialect.SQLITE,
    "mssql": Dialect.OTHER, "sqlserver": Dialect.OTHER, "oracle": Dialect.OTHER, "oracledb": Dialect.OTHER, "cockroachdb": Dialect.OTHER,
    "snowflake": Dialect.OTHER, "bigquery": Dialect.OTHER, "microsoft": Dialect.OTHER, "redshift": Dialect.OTHER,
}  # fmt: skip
_WORDS: Final = ("dialect", "vendor", "adapter_name", "engine.name", "config.client", "options.type")
_SUBJECT: Final = (
    r"(?:[\w.:()?]*\b(?:dialect\.name|engine\.name|connection\.vendor|adapter_name|config\.client|options\.type)"
    r"(?:\.(?:downcase|lower\(\)|toLowerCase\(\)))?)"
)
_HEADS: Final = (
    LatePattern(r"\s*(?P<word>if|elif)\s+(?P<asked>.+?)\s*:\s*(?:return\b)?\s*(?:#.*)?"),
    LatePattern(r"\s*(?:\}\s*)?(?:else\s+)?(?P<word>if)\s*\((?P<asked>.+)\)\s*(?:\{|return;?|\{\s*return;?\s*\})?\s*"),
    LatePattern(r"\s*(?:(?!return\b)[a-z]\S*\s.*\S\s+)?(?P<word>if|unless)\s+(?P<asked>.+?)(?:\s+then)?\s*"),
)
"""How a condition stands on its line in Python, in JavaScript and in Ruby, where it may follow what it is for."""
_LONGEST: Final = 400
_ELSE: Final = LatePattern(r"^[ \t]*els(?:e|if)\b", re.MULTILINE)
_COMPARED: Final = LatePattern(r"(?P<of>\S+)\s*(?P<sign>===?|!==?|\bnot\s+in\b|\bin\b)\s*(?P<to>.+)")
_BEGUN: Final = LatePattern(r"(?P<of>\S+)\.(?:startswith|startsWith|start_with\?|includes)\((?P<to>.+)\)")
_MATCHED: Final = LatePattern(r"(?P<of>\S+)\s*=~\s*/(?P<to>\w+)/i?|/(?P<word>\w+)/i?\.match\?\((?P<in>\S+)\)")
_QUOTED: Final = LatePattern(r"[\"'](?P<said>[\w-]+)[\"']")


class Asked(Struct, frozen=True):
    """The databases of which a condition may hold, and those of which it may not; all where it says nothing."""

    holds: frozenset[Dialect] = ALL
    fails: frozenset[Dialect] = ALL

    @property
    def negated(self) -> "Asked":
        """The other way round."""
        return Asked(self.fails, self.holds)


_NOTHING: Final = Asked()


class DialectConditions:
    """Answers for the conditions of one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.are_there = any(word in source for word in _WORDS)
        """Whether any may be there at all."""

    @cached_property
    def _lines(self) -> list[str]:
        return self._source.split("\n")

    def asked(self, statement: Statement) -> Asked:
        """What the condition of a statement says."""
        lines = self._lines[statement.line - 1 : statement.end_line]
        for pattern in _HEADS if lines and len(lines[0]) <= _LONGEST else ():
            found = pattern.fullmatch(lines[0])
            if found is None:
                continue
            asked = self._of(found["asked"])
            if pattern is not _HEADS[-1]:
                return asked
            # Ruby's other branches are not told apart from the first.
            has_others = len(lines) > 1 and _ELSE.search("\n".join(lines[1:])) is not None
            return _NOTHING if has_others else asked.negated if found["word"] == "unless" else asked
        return _NOTHING

    def _of(self, text: str) -> Asked:
        if " or " in text or "||" in text:
            return _NOTHING
        parts = [self._one(part.strip()) for part in re.split(r"\s+and\s+|&&", text)]
        if len(parts) == 1:
            return parts[0]
        holds = ALL.intersection(*(each.holds for each in parts))
        return Asked(holds, ALL)

    def _one(self, text: str, *, is_followed: bool = True) -> Asked:
        if text.startswith(("not ", "!")):
            return self._one(text.removeprefix("not ").removeprefix("!").strip(), is_followed=is_followed).negated
        if text.startswith("(") and text.endswith(")"):
            text = text[1:-1].strip()
        compared = _COMPARED.fullmatch(text) or _BEGUN.fullmatch(text)
        if compared is not None and self._is_subject(compared["of"]):
            named = _named(compared["to"])
            is_not = "!" in (sign := compared.groupdict().get("sign") or "") or sign.startswith("not")
            return named.negated if is_not else named
        matched = _MATCHED.fullmatch(text)
        if matched is not None and self._is_subject(matched["of"] or matched["in"]):
            return _named(f'"{matched["to"] or matched["word"]}"')
        return self._bound(text) if is_followed else _NOTHING

    def _is_subject(self, text: str) -> bool:
        """Whether something is the name of a database, or is bound to it and to nothing else."""
        if re.fullmatch(_SUBJECT, text):
            return True
        given = self._given(text)
        return bool(given) and all(re.fullmatch(_SUBJECT, each) for each in given)

    def _bound(self, text: str) -> Asked:
        """What a name says that is bound to a condition, or a function that hands one out."""
        name = text.removesuffix("()")
        found = self._given(name) if name == text else self._handed_out(name)
        return self._one(found[0], is_followed=False) if len(found) == 1 else _NOTHING

    def _given(self, name: str) -> list[str]:
        if not name.isidentifier():
            return []
        bound = re.compile(
            rf"^[ \t]*(?:const\s+|let\s+|var\s+)?{name}\s*(?::[^=\n]+)?=(?!=)\s*(?P<to>.+?);?\s*$", re.MULTILINE
        )
        return [each["to"] for each in bound.finditer(self._source)]

    def _handed_out(self, name: str) -> list[str]:
        if not name.isidentifier():
            return []
        defined = re.compile(
            rf"^[ \t]*def\s+{name}\s*\([^)\n]*\)[^:\n]*:\s*\n(?:\s*\"\"\"[^\"\n]*\"\"\"\s*\n)?\s*return\s+(?P<to>.+?)\s*$",
            re.MULTILINE,
        )
        return [each["to"] for each in defined.finditer(self._source)]


def _named(text: str) -> Asked:
    """The databases that are named in a value; nothing where one of them is not known, or it is no list of them."""
    if _QUOTED.sub("", text).strip("()[]{}, "):
        return _NOTHING
    said = [_NAMES.get(each["said"].lower().replace("-", "")) for each in _QUOTED.finditer(text)]
    named = frozenset(each for each in said if each is not None)
    if not said or None in said:
        return _NOTHING
    # There is more than one that nothing here knows.
    return Asked(named, ALL - (named - {Dialect.OTHER}))


class Chain:
    """Goes through the branches of the statements of one body: for which databases each is, and the `rest` of the body."""

    def __init__(self, around: frozenset[Dialect] | None) -> None:
        self.rest = around
        self._left = around

    def enters(self, statement: Statement, conditions: DialectConditions) -> frozenset[Dialect] | None:
        """The databases in which a branch is done; None where nothing says."""
        if statement.name == "else":
            asked = Asked(ALL, frozenset())
        else:
            asked = conditions.asked(statement)
            if statement.name != "elif":
                self._left = self.rest
        within = _both(self._left, asked.holds)
        self._left = _both(self._left, asked.fails)
        if within is not None and _leaves(statement):
            self.rest = _both(self.rest, ALL - (within - asked.fails))
        return within


def _both(around: frozenset[Dialect] | None, more: frozenset[Dialect]) -> frozenset[Dialect] | None:
    """What both say; what contradicts itself says no more than what is around it."""
    if around is None:
        return more if more and more != ALL else None
    return around & more or around


def _leaves(statement: Statement) -> bool:
    """Whether what is behind a branch is not done where the branch is."""
    last = statement.body[-1] if statement.body else None
    return last is not None and (last.kind == "return" or (last.kind == "do" and last.name in ("raise", "throw")))
