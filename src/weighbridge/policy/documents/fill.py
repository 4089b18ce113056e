"""A template handed out for one change: what changed, and how it could fail, stand in it as prompts."""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.policy.documents.context import ChangedPart, DocumentContext
from weighbridge.policy.documents.kind import DocumentKind
from weighbridge.policy.documents.words import shown

COMPONENTS_MARK: Final = "<!-- weighbridge: components -->"
SCENARIOS_MARK: Final = "<!-- weighbridge: scenarios -->"
ANSWER_PROMPT: Final = "<!-- What happens then, to whom, how likely is it, and what was done about it? -->"
_MOST_SHOWN: Final = 20
_ALIASES_SHOWN: Final = 3
_LONGEST: Final = 500
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

_DASHES: Final = re.compile(r"-(?=-)")


def fill_template(kind: DocumentKind, about: DocumentContext) -> str:
    """The kind's template with this change in it; names of the repository can end no comment and begin no line."""
    text = kind.template.replace(COMPONENTS_MARK, "\n".join(_components(about)))
    filled = text.replace(SCENARIOS_MARK, "\n".join(_scenarios(about)).rstrip("\n"))
    return re.sub(r"\n{3,}", "\n\n", filled)


def _components(about: DocumentContext) -> Iterator[str]:
    if isinstance(about.components, CouldNotLook):
        yield f"<!-- Which components changed is not known: {_inert(about.components.detail)} -->"
        return
    if not about.components:
        return
    yield "<!-- Speak of what changed:"
    for part in about.components[:_MOST_SHOWN]:
        yield f"     - {_part(part)}"
    if len(about.components) > _MOST_SHOWN:
        yield f"     - and {len(about.components) - _MOST_SHOWN} more"
    yield "-->"


def _part(part: ChangedPart) -> str:
    named = ", ".join(_inert(alias) for alias in part.aliases[:_ALIASES_SHOWN])
    return _inert(part.name) + (f" ({named})" if named else "")


def _scenarios(about: DocumentContext) -> Iterator[str]:
    if isinstance(about.scenarios, CouldNotLook):
        yield f"<!-- Which ways to fail there are is not known: {_inert(about.scenarios.detail)} -->"
        return
    if not about.scenarios:
        yield "<!-- No way to fail was found by machine, which does not mean that there is none. -->"
    for scenario in about.scenarios:
        yield from (f"### wb:{scenario.evidence}", "", f"> {_inert(scenario.words)}", "", ANSWER_PROMPT, "")


def _inert(text: str) -> str:
    """One line in which nothing begins or ends a comment."""
    flat = _CONTROLS.sub(" ", shown(text))[:_LONGEST]
    return _DASHES.sub("- ", flat)
