"""Conditions of Google Cloud, which are expressions of CEL: what one asks for, and whether another asks for as much.

Source: https://cloud.google.com/iam/docs/conditions-overview and
https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines (which claims tell whom)
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_QUOTES: Final = ("'", '"')
_SPACES: Final = re.compile(r"\s+")
_CLAIM: Final = LatePattern(
    r"(?:assertion|attribute|google)\.(?:repository|repository_id|sub|subject|project_path|project_id|job_workflow_ref|workflow_ref"
    r"|terraform_workspace_id|terraform_workspace_name|terraform_full_workspace|pipeline_slug|pipeline_definition_id|repository_uuid)"
    r"(?:==|in\[)"
)
"""What tells one repository or pipeline from the others of its owner."""


def asks_as_much(now: str, was: str) -> bool:
    """Whether whoever meets a condition met the former too, as far as that is plain: it asks all that was asked."""
    return set(_parts(was, "&&")) <= set(_parts(now, "&&"))


def asks_less(now: str, was: str) -> bool:
    """Whether a condition only leaves out something of what was asked."""
    return set(_parts(now, "&&")) < set(_parts(was, "&&"))


def tells_one(condition: str) -> bool:
    """Whether a condition on tokens of pipelines leaves single repositories or pipelines, and not all of an owner."""
    return any(all(_CLAIM.match(each) for each in _parts(part, "||")) for part in _parts(condition, "&&"))


def _parts(text: str, sign: str) -> list[str]:
    """What a sign joins at the outside, each as it is compared."""
    return [each for each in (_bare(part) for part in _split(_bare(text), sign)) if each]


def _split(text: str, sign: str) -> Iterator[str]:
    depth, quote, start, at = 0, "", 0, 0
    while at < len(text):
        letter = text[at]
        if quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTES:
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif not depth and text.startswith(sign, at):
            yield text[start:at]
            start = at = at + len(sign)
            continue
        at += 1
    yield text[start:]


def _bare(text: str) -> str:
    """A part without spaces, with one kind of quotes, and without parentheses around the whole."""
    text = _SPACES.sub("", text).replace('"', "'")
    while text.startswith("(") and text.endswith(")") and _closes_last(text):
        text = text[1:-1]
    return text


def _closes_last(text: str) -> bool:
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return at == len(text) - 1
    return False
