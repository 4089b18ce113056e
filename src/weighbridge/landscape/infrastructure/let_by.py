"""Requests that a filter lets by before its other rules look at them, told by nothing but what whoever sends them chooses."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.facts.terraform.blocks import Dynamic, nested

_CHOSEN: Final = frozenset(
    {
        "uri_path",
        "query_string",
        "all_query_arguments",
        "single_query_argument",
        "method",
        "body",
        "json_body",
        "uri_fragment",
    }
)
"""Parts of a request that say nothing of who sends it."""
_CHOSEN_HEADERS: Final = frozenset({"user-agent", "referer", "accept", "accept-language", "content-type", "origin"})
_LOOKS: Final = (
    "byte_match_statement", "regex_match_statement", "regex_pattern_set_reference_statement", "size_constraint_statement",
)  # fmt: skip
_DEEPEST: Final = 12


def by_choice(rule: Mapping[str, Any]) -> str:
    """By what of a request a rule that lets it by tells it, in words; empty where the rule does not, or asks who sends it."""
    if not _allows(rule):
        return ""
    found = [each for statement in nested(rule, "statement") for each in _parts(statement, depth=0)]
    return ", ".join(sorted({each for each in found if each})) if found and all(found) else ""


def let_by(values: object) -> Iterator[Mapping[str, Any]]:
    """The rules that let requests by, anywhere within some values, dynamic blocks among them."""
    waiting = [values]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Dynamic):
            waiting.append(each.content)
        elif isinstance(each, dict):
            if "statement" in each and by_choice(each):
                yield each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def _allows(rule: Mapping[str, Any]) -> bool:
    """Whether it lets by whatever it finds: of several actions that only running chooses from, none is known."""
    actions = nested(rule, "action")
    named = [name for each in actions for name, inner in each.items() if inner or isinstance(inner, dict)]
    return named == ["allow"]


def _parts(statement: Mapping[str, Any], *, depth: int) -> Iterator[str]:
    """What each look of a statement is at; empty for one that asks who sends the request, or that nobody knows."""
    if depth > _DEEPEST:
        yield ""
        return
    for name, value in statement.items():
        for inner in nested({name: value}, name):
            if name in ("or_statement", "and_statement"):
                found = [each for one in nested(inner, "statement") for each in _parts(one, depth=depth + 1)]
                yield from found or [""]
            elif name in _LOOKS:
                yield _look(inner)
            else:
                yield ""


def _look(statement: Mapping[str, Any]) -> str:
    for field in nested(statement, "field_to_match"):
        for name, inner in field.items():
            header = next((each.get("name") for each in nested({name: inner}, name)), None)
            if name == "single_header" and isinstance(header, str) and header.lower() in _CHOSEN_HEADERS:
                return header.lower()
            if name in _CHOSEN and (inner or isinstance(inner, dict)):
                return name
    return ""
