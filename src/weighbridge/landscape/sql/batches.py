"""Whether a condition picks one row, or a part of a table small enough to be done at once.

A condition is read as what it is: of parts joined by OR every one must be narrow, of those joined by AND one, and what is
negated is none.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.sql.acts import Value
from weighbridge.facts.sql.cursor import MOST_FEW
from weighbridge.facts.sql.lexemes import Token, TokenKind
from weighbridge.facts.sql.reading import Deed
from weighbridge.facts.sql.tokens import read_sql

_LONGEST: Final = 60
_DEEPEST: Final = 40
_KEY: Final = LatePattern(
    r"(?:\w*_)?(?:id|uuid|slug|email|handle|token|permalink|username|codename)|key|code|name|login|sku|identifier|version|ctid|\w+Id",
    re.IGNORECASE,
)
_COMPARING: Final = frozenset("<>=!~")
_LITERALS: Final = (TokenKind.TEXT, TokenKind.BODY)

_Tokens = Sequence[Token]


def is_narrow(where: Value, deed: Deed, *, few: frozenset[str] = frozenset()) -> bool:
    """Whether a condition picks one row by what is likely a key, a few that are listed, or a part by a range or a limit.

    `few` are the names, in lower case, by which the statement calls tables of a few rows.
    """
    lowered = deed.text.lower()
    is_part = "limit" in lowered or "fetch" in lowered
    limited = frozenset(_named(_tokens(deed.text), _is_limited_query)) if is_part else frozenset()
    listed = frozenset(_named(_tokens(deed.text), _lists_few)) if "values" in lowered else frozenset()
    condition = _Condition(limited=limited, listed=listed | few, has_variables=bool(deed.inside))
    return condition.is_narrow(_tokens(where.text))


def shown(text: str) -> str:
    """A condition, cut short between two words."""
    if len(text) <= _LONGEST:
        return text
    whole = text[: _LONGEST + 1].rpartition(" ")[0]
    return f"{whole or text[:_LONGEST]} …"


@lru_cache(64)
def _tokens(text: str) -> _Tokens:
    statements = read_sql(text).statements
    return statements[0].tokens if len(statements) == 1 else ()


class _Condition(Struct, frozen=True, kw_only=True):
    """Where a condition stands: the names of what is `limited` or `listed` around it, and whether words may be variables."""

    limited: frozenset[str]
    listed: frozenset[str]
    has_variables: bool

    def is_narrow(self, tokens: _Tokens, depth: int = 0) -> bool:
        """Whether few rows meet it."""
        if not tokens or depth > _DEEPEST:
            return False
        either = _split(tokens, "OR")
        if len(either) > 1:
            return all(self.is_narrow(each, depth + 1) for each in either)
        both = _split(tokens, "AND")
        if len(both) > 1:
            return any(self.is_narrow(each, depth + 1) for each in both) or self._is_range(both)
        inside = _unwrapped(tokens)
        return self.is_narrow(inside, depth + 1) if len(inside) < len(tokens) else self._is_few(tokens, depth)

    def _is_few(self, tokens: _Tokens, depth: int) -> bool:
        """Whether one comparison picks few."""
        if tokens[0].says("CURRENT"):
            return len(tokens) > 1 and tokens[1].says("OF")
        for at, token in _outermost(tokens):
            if token.says("BETWEEN") and not tokens[at - 1].says("NOT"):
                low, *high = _split(tokens[at + 1 :], "AND", is_between=False)
                return _is_key(tokens[:at]) and len(high) == 1 and self._is_short(low, high[0])
            if token.says("IN") and at and not tokens[at - 1].says("NOT"):
                return self._is_among(tokens[:at], tokens[at + 1 :], depth=depth)
        return self._is_equal(tokens, depth)

    def _is_equal(self, tokens: _Tokens, depth: int) -> bool:
        sides = _sides(tokens)
        if sides is None or sides[1] != "=":
            return False
        left, _, right = sides
        for key, other in ((left, right), (right, left)):
            if self._is_from_few(other) or (_is_key(key) and (self._is_one(other, depth) or self._is_of_list(other))):
                return True
            if other and other[0].says("ANY", "SOME") and self._is_among(key, other[1:], depth=depth):
                return True
        return False

    def _is_from_few(self, tokens: _Tokens) -> bool:
        """Whether it is a column of a query that is limited."""
        return len(tokens) == 3 and tokens[1].says(".") and tokens[0].text.lower() in self.limited

    def _is_of_list(self, tokens: _Tokens) -> bool:
        """Whether it is a column of rows that the statement lists."""
        return len(tokens) == 3 and tokens[1].says(".") and tokens[0].text.lower() in self.listed

    def _is_one(self, tokens: _Tokens, depth: int) -> bool:
        """Whether it is one value: a literal, what is filled in, or what a query gives as one."""
        inside = _unwrapped(tokens)
        if inside and inside[0].says("SELECT"):
            return len(inside) < len(tokens)
        return _is_literal(inside) and depth <= _DEEPEST

    def _is_among(self, key: _Tokens, group: _Tokens, *, depth: int) -> bool:
        """Whether a list, an array or a query holds few values."""
        inside = _unwrapped(group)
        if len(inside) == len(group):
            return False
        if inside[:1] and inside[0].says("ARRAY"):
            inside = _unwrapped(inside[1:])
        are_keys = all(_is_key(each) for each in _split(_unwrapped(key), ","))
        if inside[:1] and inside[0].says("SELECT", "WITH"):
            return self._picks_few(inside, depth, by_key=are_keys)
        if _lists_few(inside):
            return are_keys
        listed = _split(inside, ",")
        return are_keys and len(listed) <= MOST_FEW and all(_are_literals(each) for each in listed)

    def _picks_few(self, tokens: _Tokens, depth: int, *, by_key: bool) -> bool:
        """Whether a query gives few rows; one that is narrow itself gives few keys."""
        last = _split(tokens, "UNION")[-1]
        if _limit_of(last):
            return True
        if len(_split(tokens, "UNION")) > 1:
            return False
        source = next((at for at, token in _outermost(tokens) if token.says("FROM")), None)
        if source is not None and len(tokens) > source + 1:
            name = tokens[source + 1].text.lower()
            if name in self.limited or (
                by_key and (name in self.listed or _lists_few(_first_group(tokens[source + 1 :])))
            ):
                return True
        where = next((at for at, token in _outermost(tokens) if token.says("WHERE")), None)
        if where is None or not by_key:
            return False
        ends = (at for at, token in _outermost(tokens) if at > where and token.says("GROUP", "ORDER", "FOR", "HAVING"))
        return self.is_narrow(tokens[where + 1 : next(ends, len(tokens))], depth + 1)

    def _is_range(self, parts: Sequence[_Tokens]) -> bool:
        """Whether two bounds of one key lie near each other."""
        low: dict[str, _Tokens] = {}
        high: dict[str, _Tokens] = {}
        for part in parts:
            sides = _sides(_unwrapped(part))
            if sides is None or sides[1].rstrip("=") not in ("<", ">"):
                continue
            left, sign, right = sides
            if _is_key(right) and not _is_key(left):
                left, sign, right = right, "<" if sign[0] == ">" else ">", left
            if _is_key(left):
                (low if sign[0] == ">" else high)[left[-1].text.lower()] = right
        return any(self._is_short(bound, high[name]) for name, bound in low.items() if name in high)

    def _is_short(self, low: _Tokens, high: _Tokens) -> bool:
        """Whether two bounds are near: by their numbers, as both are filled in, or as one is counted from the other."""
        numbers = _number(low), _number(high)
        if numbers[0] is not None and numbers[1] is not None:
            return numbers[1] - numbers[0] <= MOST_FEW
        if _is_filled_in(low) and _is_filled_in(high):
            return True
        names = [
            {token.text.lower() for token in each if token.kind is TokenKind.WORD and not token.text[:1].isdigit()}
            for each in (low, high)
        ]
        if self.has_variables and all(names):
            return True
        counted = [value for each in high if (value := _number([each])) is not None]
        return len(low) == 1 and names[0] == names[1] != set() and len(counted) == 1 and counted[0] <= MOST_FEW


def _named(tokens: _Tokens, is_so: Callable[[_Tokens], bool]) -> Iterator[str]:
    """The names of what stands within a statement and is so: `name AS (SELECT … LIMIT 100)`, `(VALUES (1), (2)) AS name (id)`."""
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token.says("("):
            opened.append(at)
        elif token.says(")") and opened:
            start = opened.pop()
            if not is_so(tokens[start + 1 : at]):
                continue
            before = start - 1
            while before > 0 and tokens[before].says("AS", "NOT", "MATERIALIZED"):
                before -= 1
            if before < start - 1 and tokens[before].says(")"):  # the columns that a query is given names for
                before = next((place for place in range(before, -1, -1) if tokens[place].says("(")), 0) - 1
            behind = at + 1 + (at + 1 < len(tokens) and tokens[at + 1].says("AS"))
            if 0 <= before < start - 1 and tokens[before].is_name:
                yield tokens[before].text.lower()
            elif behind < len(tokens) and tokens[behind].is_name:
                yield tokens[behind].text.lower()


def _is_limited_query(inside: _Tokens) -> bool:
    return bool(inside) and inside[0].says("SELECT") and _limit_of(inside)


def _lists_few(inside: _Tokens) -> bool:
    """Whether rows are written down, and no more than can be written at once."""
    return bool(inside) and inside[0].says("VALUES") and len(_split(inside, ",")) <= MOST_FEW


def _first_group(tokens: _Tokens) -> _Tokens:
    """What the parentheses hold with which it begins; nothing where it begins with none."""
    end = next((at for at, _ in _outermost(tokens)), len(tokens))
    return _unwrapped(tokens[:end]) if tokens[0].says("(") else ()


def _limit_of(tokens: _Tokens) -> bool:
    """Whether a query gives no more rows than can be written at once."""
    for at, token in _outermost(tokens):
        behind = tokens[at + 1 :]
        if token.says("LIMIT"):
            return _is_small(behind)
        if token.says("FETCH") and behind and behind[0].says("FIRST", "NEXT"):
            return behind[1:2] != () and (behind[1].says("ROW", "ROWS") or _is_small(behind[1:]))
    return False


def _is_small(tokens: _Tokens) -> bool:
    if not tokens or tokens[0].says("ALL", "NULL"):
        return False
    number = _number(tokens[:1])
    return number is None or number <= MOST_FEW


def _outermost(tokens: _Tokens) -> Iterator[tuple[int, Token]]:
    """The tokens that no parentheses and no CASE hold, with their places."""
    depth = 0
    for at, token in enumerate(tokens):
        if token.says("(", "[", "CASE"):
            depth += 1
        elif token.says(")", "]") or (token.says("END") and depth):
            depth -= 1
        elif depth == 0:
            yield at, token


def _split(tokens: _Tokens, word: str, *, is_between: bool = True) -> list[_Tokens]:
    """What stands between a word, where nothing holds it; the AND of a BETWEEN parts nothing."""
    found: list[_Tokens] = []
    start, pending = 0, 0
    for at, token in _outermost(tokens):
        pending += is_between and token.says("BETWEEN")
        if not token.says(word):
            continue
        if word == "AND" and pending:
            pending -= 1
            continue
        found.append(tokens[start:at])
        start = at + 1
    return [*found, tokens[start:]]


def _unwrapped(tokens: _Tokens) -> _Tokens:
    """What stands in the parentheses or brackets that hold all of it."""
    for _ in range(_DEEPEST):
        if not (len(tokens) > 1 and tokens[0].says("(", "[") and tokens[-1].says(")", "]")):
            break
        depth = 0
        for at, token in enumerate(tokens):
            depth += token.says("(", "[") - token.says(")", "]")
            if depth == 0 and at < len(tokens) - 1:
                return tokens
        tokens = tokens[1:-1]
    return tokens


def _sides(tokens: _Tokens) -> tuple[_Tokens, str, _Tokens] | None:
    """Both sides of a comparison and its sign; None where it is none, or is itself compared."""
    signs = [at for at, token in _outermost(tokens) if token.kind is TokenKind.SYMBOL and token.text in _COMPARING]
    if not signs or signs[-1] - signs[0] != len(signs) - 1:
        return None
    sign = "".join(tokens[at].text for at in signs)
    left, right = tokens[: signs[0]], tokens[signs[-1] + 1 :]
    return (left, "=" if sign == "==" else sign, right) if left and right else None


def _is_key(tokens: _Tokens) -> bool:
    """Whether it is a column that likely tells rows apart, perhaps in lower case."""
    if len(tokens) > 3 and tokens[0].says("LOWER", "UPPER", "TRIM") and tokens[1].says("(") and tokens[-1].says(")"):
        tokens = tokens[2:-1]
    is_name = bool(tokens) and all(token.is_name if at % 2 == 0 else token.says(".") for at, token in enumerate(tokens))
    return is_name and len(tokens) % 2 == 1 and _KEY.fullmatch(tokens[-1].text) is not None


def _uncast(tokens: _Tokens) -> _Tokens:
    """A value without its casts."""
    cast = next((at for at, token in _outermost(tokens) if at and token.says(":") and tokens[at - 1].says(":")), None)
    if cast is not None and cast > 1:
        return tokens[: cast - 1]
    if len(tokens) > 3 and tokens[0].says("CAST") and tokens[1].says("(") and tokens[-1].says(")"):
        return _split(tokens[2:-1], "AS")[0]
    return tokens


def _is_literal(tokens: _Tokens) -> bool:
    tokens = _uncast(tokens)
    if len(tokens) == 2 and tokens[0].says("E", "N", "UUID", "DATE") and tokens[1].kind in _LITERALS:
        return True
    is_text = len(tokens) == 1 and tokens[0].kind in _LITERALS
    return is_text or _number(tokens) is not None or _is_filled_in(tokens)


def _are_literals(tokens: _Tokens) -> bool:
    """Whether it is one value, or several that stand for one row."""
    return all(_is_literal(each) for each in _split(_unwrapped(tokens), ","))


def _number(tokens: _Tokens) -> int | None:
    """A whole number."""
    words = [token.text for token in _uncast(tokens)]
    text = "".join(words)
    return int(text) if _NUMBER.fullmatch(text) else None


_NUMBER: Final = LatePattern(r"[-+]?\d{1,30}")
_FILLED: Final = LatePattern(r"\$\d+|:\w+|\?|%s|%\(\w+\)s|\{\w*\}|@\w+|#\{\w+\}|\$\{\w+\}")


def _is_filled_in(tokens: _Tokens) -> bool:
    """Whether a value is given when the statement is run."""
    return _FILLED.fullmatch("".join(token.text for token in _uncast(tokens))) is not None
