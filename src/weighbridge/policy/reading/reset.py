"""Reads `.weighbridge/reset.yaml`, writes one, and lays what it asks for over the policy in force.

What it asks for are the rules of the pack `reset`, filled in with the tier and the time. They come last, above the
repository's policy and the organisation's: nothing replaces them, drops them, or is loosened by them.
"""

from datetime import UTC
from typing import Final

from msgspec.structs import replace

from weighbridge.landscape.documents.configuration import ConfigurationError, read_document
from weighbridge.landscape.documents.nodes import Fields, Mark
from weighbridge.landscape.documents.shapes import Key, Listing, Problem, Record, Text, Whole
from weighbridge.policy.conditions.condition import ConditionError, compile_condition
from weighbridge.policy.policy import Policy, Rule
from weighbridge.policy.reading.load import pack
from weighbridge.policy.reading.values import text, texts
from weighbridge.policy.reading.words import MOMENT, WORDS, moment_of
from weighbridge.policy.reset import RESET_PATH, RESET_VERSION, Reset, condition_of, moment_text, quoted

_PACK: Final = "reset"
_MOST_COMPONENTS: Final = 50

RESET_SHAPE: Final = Record(
    keys={
        "version": Key(
            shape=Whole(least=1, most=1_000_000), says=f"the format's version, {RESET_VERSION}", required=True
        ),
        "start": Key(shape=MOMENT, says="when it begins, with its zone: 2026-11-27T08:00:00Z", required=True),
        "end": Key(shape=MOMENT, says="when it ends; that moment is no part of it", required=True),
        "tier": Key(shape=Whole(least=1, most=3), says="the components it is about: this tier, and lower numbers; 1"),
        "components": Key(
            shape=Listing(
                of=Text(pattern=r"[^\x00-\x1f]{1,100}", meaning="at most 100 characters on one line"), or_one=True
            ),
            says="components that it is about besides, whatever their tier",
        ),
        "reason": Key(shape=WORDS, says="why; people read it"),
    }
)


def load_reset(data: bytes, path: str) -> Reset:
    """What the document says.

    Raises:
        ConfigurationError: holding every problem, with line, column and the nearest valid key.
    """
    root, _ = read_document(data, path, shape=RESET_SHAPE, version=RESET_VERSION)
    problems = tuple(_senseless(root))
    if problems:
        raise ConfigurationError(path, problems)
    return Reset(
        start=moment_of(text(root, "start")).replace(microsecond=0),
        end=moment_of(text(root, "end")).replace(microsecond=0),
        tier=int(text(root, "tier") or 1),
        components=texts(root, "components"),
        reason=text(root, "reason"),
    )


def write_reset(reset: Reset) -> str:
    """The document that says so."""
    lines = [
        "# A reset: while it is on, what touches or reaches these components takes two people, documents, and every check.",
        "# It holds once it is on the protected branch.",
        f"version: {RESET_VERSION}",
        f"start: {moment_text(reset.start)}",
        f"end: {moment_text(reset.end)}",
        f"tier: {reset.tier}",
    ]
    if reset.components:
        lines.append(f"components: [{', '.join(map(quoted, reset.components))}]")
    if reset.reason:
        lines.append(f"reason: {quoted(reset.reason)}")
    return "\n".join(lines) + "\n"


def under_reset(policy: Policy, reset: Reset, *, path: str = RESET_PATH) -> Policy:
    """The policy with what the reset asks for laid over it.

    Raises:
        ConfigurationError: its components cannot be asked about.
    """
    try:
        when = compile_condition(condition_of(reset))
    except ConditionError as error:
        raise ConfigurationError(path, error.problems) from error
    because = f"a reset of {reset.about} until {reset.end.astimezone(UTC):%Y-%m-%d}"
    if reset.reason:
        because = f"{because}: {reset.reason}"
    rules = tuple(replace(rule, when=when, because=because, locked=True, source=path) for rule in reset_rules())
    names = {rule.name for rule in rules}
    return replace(policy, rules=(*(rule for rule in policy.rules if rule.name not in names), *rules))


def reset_rules() -> tuple[Rule, ...]:
    """What a reset asks for, whatever its time and tier."""
    return pack(_PACK).rules


def _senseless(root: Fields) -> list[Problem]:
    problems: list[Problem] = []
    start, end = moment_of(text(root, "start")), moment_of(text(root, "end"))
    if end <= start:
        problems.append(Problem(mark=_at(root, "end"), message="the reset ends before it begins"))
    if len(texts(root, "components")) > _MOST_COMPONENTS:
        words = f"more than {_MOST_COMPONENTS} components: give them a tier in system.yaml"
        problems.append(Problem(mark=_at(root, "components"), message=words))
    return problems


def _at(root: Fields, name: str) -> Mark:
    return root.entries[name][0].mark
