"""The expressions of GitHub's workflows: where they stand, in which words they come to the same, what they may yield.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

_SIGN: Final = re.compile(r"'[^']*'|\}\}|\$\{\{")
_LONGEST: Final = 21_000
"""No expression may be longer: https://docs.github.com/en/actions/reference/limits."""
_KEY: Final = re.compile(r"\[ ?['\"]([\w*-]+)['\"] ?\]")
_DOT: Final = re.compile(r" ?\. ?")
_LITERAL: Final = re.compile(r"'[^']*'")
_TOKEN: Final = re.compile(r"'[^']*'|\|\||&&|[()]")
_ASKS: Final = re.compile(r"(?:contains|startswith|endswith|hashfiles) ?\(")
_DEEPEST: Final = 20


def expressions(text: str) -> Iterator[tuple[int, str]]:
    """Each expression of a text with where it begins; a sign of its end that is quoted ends none."""
    at = text.find("${{")
    while at >= 0:
        end, after = _end(text, at + 3)
        if end is not None:
            yield at, text[at + 3 : end]
        at = text.find("${{", after)


def _end(text: str, start: int) -> tuple[int | None, int]:
    """Where an expression ends, if it does, and from where to look for the next."""
    sign = next((each for each in _SIGN.finditer(text, start, start + _LONGEST) if each[0][0] != "'"), None)
    if sign is None:
        plain = text.find("}}", start, start + _LONGEST)
        return (plain, plain + 2) if plain >= 0 else (None, start)
    return (sign.start(), sign.end()) if sign[0] == "}}" else (None, sign.start())


def plainly(text: str) -> str:
    """A text in which the same is said by the same words: small letters, dots for keys in brackets, single spaces."""
    return _DOT.sub(".", _KEY.sub(r".\1", " ".join(text.split()).lower()))


def yielded(expression: str) -> Iterator[str]:
    """The parts that an expression may yield, its literals left out; none that only says yes or no."""
    text = _LITERAL.sub("''", plainly(expression))
    for alternative in text.split("||"):
        parts = alternative.split("&&")
        for part in parts if "(" in text else parts[-1:]:
            if not _says_yes_or_no(part.lstrip(" !(")):
                yield part


def _says_yes_or_no(part: str) -> bool:
    if _ASKS.match(part):
        return True
    depth = 0
    for number, sign in enumerate(part):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth <= 0 and part.startswith(("==", "!="), number):
            return True
    return False


def always(condition: str, holds: Callable[[str], bool], *, depth: int = 0) -> bool:
    """Whether a condition is met only where `holds` is true of one of its parts, whichever way it is met."""
    text = _bare(condition) if depth == 0 else _unwrapped(condition)
    if text is None or depth > _DEEPEST:
        return False
    for sign, every in (("||", all), ("&&", any)):
        parts = _parts(text, sign)
        if len(parts) > 1:
            return every(always(part, holds, depth=depth + 1) for part in parts)
    return "||" not in text and holds(text)


def _bare(condition: str) -> str | None:
    """A condition in plain words; None where text stands around its expression, by which it is always met."""
    text = plainly(condition)
    if "${{" not in text:
        return _unwrapped(text)
    is_one = text.startswith("${{") and text.endswith("}}") and text.count("${{") == 1
    return _unwrapped(text[3:-2]) if is_one else None


def _unwrapped(text: str) -> str:
    """A text without the parentheses around all of it."""
    text = text.strip()
    for _ in range(_DEEPEST):
        depth = 0
        for sign in _TOKEN.finditer(text):
            depth += {"(": 1, ")": -1}.get(sign[0], 0)
            if depth == 0:
                break
        if not (text.startswith("(") and depth == 0 and sign.end() == len(text)):
            break
        text = text[1:-1].strip()
    return text


def _parts(text: str, sign: str) -> list[str]:
    """The parts between signs that stand in no parentheses."""
    found, depth, begin = list[str](), 0, 0
    for token in _TOKEN.finditer(text):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] == sign and depth == 0:
            found.append(text[begin : token.start()])
            begin = token.end()
    return [*found, text[begin:]]
