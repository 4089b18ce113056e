"""One form for what Go lets people write in several: parameters of one type together, names of results, of type parameters."""

import re
from collections.abc import Sequence
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.contracts.code.signature_text import parameters_in, split_at

_KINDS: Final = frozenset({"chan", "func", "map", "struct", "interface"})
_NAMED: Final = LatePattern(r"(?P<name>[A-Za-z_]\w*)\s+(?P<type>\S.*)", re.DOTALL)
_TYPED: Final = LatePattern(r"(?:var|const)\s+\S+\s+(?P<type>\S.*)", re.DOTALL)
_EMBEDDED: Final = LatePattern(r"\{(?P<names>[^{}]*)\}\s*\Z")


def is_same_function(before: str, after: str, *, name: str) -> bool:
    """Whether two signatures, receivers left aside, say the same to whoever calls."""
    forms = [form_of(each, name) for each in (before, after)]
    return None not in forms and forms[0] == forms[1]


def is_same_type(before: str, after: str, *, name: str, sides: tuple[FileFacts, FileFacts]) -> bool:
    """Whether a type is what it was: another name of one that is, or with something more embedded that takes nothing away."""
    base, head = sides
    _, is_alias, other = after.partition(f"type {name} = ")
    if is_alias:
        signatures = {each.name: each.signature for each in head.definitions if each.parent == 0}
        return signatures.get(other.strip()) == before.replace(f"type {name} ", f"type {other.strip()} ", 1)
    old, new = (_embedded(each) for each in (before, after))
    if not old <= new or _EMBEDDED.sub("", before).strip() != _EMBEDDED.sub("", after).strip():
        return False
    more = new - old
    if " struct" in after:
        return True  # a struct that has something more
    asked = {d.name for d in base.definitions if base.qualified_name(d.parent) == name} if name else set()
    here = {each.name: at for at, each in enumerate(head.definitions) if each.kind == "interface"}
    return all(each in here and {d.name for d in head.definitions if d.parent == here[each]} <= asked for each in more)


def stated_types(before: str, after: str) -> tuple[str, str] | None:
    """The types that a variable or a constant was and is said to be of, where both say one and these are not the same."""
    found = [_TYPED.match(each) for each in (before, after)]
    if found[0] is None or found[1] is None:
        return None
    types = (found[0]["type"].strip(), found[1]["type"].strip())
    return None if types[0].replace(" ", "") == types[1].replace(" ", "") else types


def _embedded(signature: str) -> set[str]:
    match = _EMBEDDED.search(signature)
    return (
        {each.strip().lstrip("*") for each in re.split(r"[;,\s]+", match["names"]) if each.strip()} if match else set()
    )


def form_of(signature: str, name: str) -> tuple[tuple[str, ...], ...] | None:
    """What a function is made for, takes and gives, as types alone."""
    _, _, rest = signature.partition(name)
    made: list[str] = []
    if rest.startswith("["):
        end = _closing(rest)
        listed = split_at(rest[1:end], ",") if end else None
        if listed is None:
            return None
        made, rest = listed, rest[end + 1 :]
    taken = parameters_in(rest, "(")
    end = _closing(rest)
    if taken is None or not end:
        return None
    given = rest[end + 1 :].strip()
    results = parameters_in(given, "(") if given.startswith("(") else [given] if given else []
    if results is None:
        return None
    places = {part.split()[0]: f"${at}" for at, part in enumerate(made) if part.split()}
    return tuple(tuple(_plain(each, places) for each in _types(part)) for part in (made, taken, results))


def made_for(signature: str, name: str) -> tuple[tuple[str, ...], str] | None:
    """What a function or a type is made for, and all else that it says, with the names of these as their places."""
    before, _, rest = signature.partition(name)
    end = _closing(rest) if rest.startswith("[") else 0
    made = split_at(rest[1:end], ",") if end else None
    if not made:
        return None
    places = {part.split()[0]: f"${at}" for at, part in enumerate(made) if part.split()}
    told = form_of(signature, name) if before.startswith("func") else None
    others = str(told[1:]) if told is not None else _plain(before + rest[end + 1 :], places)
    return tuple(_plain(each, places) for each in _types(made)), others


def _closing(text: str) -> int:
    """Where the bracket that a text begins with is closed; 0 where it is not."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "([{") - (sign in ")]}")
        if not depth:
            return at
    return 0


def _types(parts: list[str]) -> list[str]:
    """The types of parameters; where one has a name all have, and those that share a type stand before it."""
    matches = [_NAMED.fullmatch(part) for part in parts]
    if not any(match is not None and match["name"] not in _KINDS for match in matches):
        return parts
    found: list[str] = []
    for part, match in zip(reversed(parts), reversed(matches), strict=True):
        found.append(match["type"] if match is not None else found[-1] if found else part)
    return found[::-1]


def _plain(stated: str, places: dict[str, str]) -> str:
    """A type without blanks, and with the names of what its function is made for as their places."""
    plain = re.sub(r"\binterface\s*\{\s*\}", "any", stated)
    plain = re.sub(r"(?<![\w.])[A-Za-z_]\w*", lambda found: places.get(found[0], found[0]), plain)
    return plain.replace(" ", "")


def says_deprecated(lines: Sequence[str], line: int) -> bool:
    """Whether the remark above a line of a file, or on it, says that what stands there is to go, in the form of Go."""
    at = line - 1
    if at < len(lines) and "Deprecated:" in lines[at].partition("//")[2]:
        return True
    while at > 0 and lines[at - 1].strip().startswith("//"):
        at -= 1
        if lines[at].strip().removeprefix("//").strip().startswith("Deprecated:"):
            return True
    return False
