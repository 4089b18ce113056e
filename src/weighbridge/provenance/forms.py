"""The known forms of marks, read from `forms.toml` once and indexed by what a commit is looked up by."""

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.findings import Confidence
from weighbridge.provenance.patterns import PatternError, check, is_literal


class Kind(StrEnum):
    """Where a form is looked for, and how it is compared."""

    ADDRESS = "address"
    GITHUB_ID = "github-id"
    NAME = "name"
    TRAILER = "trailer"
    BODY = "body"
    SUBJECT = "subject"


class Says(StrEnum):
    """What a matched form means."""

    AI = "ai"
    MIXED = "mixed"
    AUTOMATION = "automation"


class FormError(ValueError):
    """One entry of a forms document is wrong; the message says how."""


class Form(Struct, frozen=True, kw_only=True):
    """One way an agent's part in a commit is marked; `forms.toml` explains each field."""

    id: str
    kind: Kind
    matches: tuple[str, ...]
    confidence: Confidence
    source: str
    agent: str = ""
    key: str = ""
    beside: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    says: Says = Says.AI


class Vocabulary(Struct, frozen=True, kw_only=True):
    """The words that are no forms: keys that introduce an identity, tools of test suites, other names of agents."""

    identity_trailers: frozenset[str] = frozenset()
    test_tools: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)

    def agent_named(self, name: str) -> str:
        """The name an agent has here, for the one a recorder gives it."""
        folded = name.casefold()
        return self.aliases.get(folded, folded)

    def with_more(self, identity_trailers: Iterable[str], test_tools: Iterable[str]) -> "Vocabulary":
        """These words and a project's own."""
        return Vocabulary(
            identity_trailers=self.identity_trailers | {key.casefold() for key in identity_trailers},
            test_tools=self.test_tools | {tool.casefold() for tool in test_tools},
            aliases=self.aliases,
        )


class Forms(Struct, frozen=True, kw_only=True):
    """All forms in force, indexed; every key is case-folded."""

    forms: tuple[Form, ...] = ()
    words: Vocabulary = field(default_factory=Vocabulary)
    addresses: Mapping[str, Form] = field(default_factory=dict)
    github_ids: Mapping[str, Form] = field(default_factory=dict)
    logins: Mapping[str, Form] = field(default_factory=dict)
    trailers: Mapping[str, tuple[Form, ...]] = field(default_factory=dict)
    lines: Mapping[str, Form] = field(default_factory=dict)
    """Whole body lines that are matched as they stand."""
    line_patterns: tuple[Form, ...] = ()
    names: tuple[Form, ...] = ()
    subjects: tuple[Form, ...] = ()


FIELDS: Final = ("id", "agent", "kind", "match", "confidence", "source", "key", "with", "login", "says")


def texts(value: object, name: str) -> tuple[str, ...]:
    """A text or list of texts as a tuple.

    Raises:
        FormError: it is neither.
    """
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(v, str) for v in values):
        raise FormError(f"`{name}` must be a text or a list of texts")
    return tuple(values)


def _choice(entry: Mapping[str, object], name: str, *, choices: type[StrEnum], default: str) -> str:
    value = entry.get(name, default)
    if value not in list(choices):
        raise FormError(f"`{name}` must be one of {', '.join(choices)}")
    return str(value)


def form_from(entry: Mapping[str, object]) -> Form:
    """One form from a document's entry.

    Raises:
        FormError: a field is missing, unknown or of the wrong kind.
    """
    for unknown in (name for name in entry if name not in FIELDS):
        raise FormError(f"unknown key `{unknown}`")
    kind = Kind(_choice(entry, "kind", choices=Kind, default=""))
    matches = texts(entry.get("match", []), "match")
    if not matches or not str(entry.get("id", "")):
        raise FormError("a form needs `id`, `kind` and `match`")
    if kind is Kind.TRAILER and not entry.get("key"):
        raise FormError("a trailer needs its `key`")
    _check_matches(kind, matches)
    agent = str(entry.get("agent", ""))
    if not agent and not all("{agent}" in m for m in matches):
        raise FormError("without `agent`, every match must hold {agent}")
    return Form(
        id=str(entry["id"]),
        kind=kind,
        matches=matches,
        confidence=Confidence(_choice(entry, "confidence", choices=Confidence, default="medium")),
        source=str(entry.get("source", "")),
        agent=agent,
        key=str(entry.get("key", "")),
        beside=texts(entry.get("with", []), "with"),
        logins=texts(entry.get("login", []), "login"),
        says=Says(_choice(entry, "says", choices=Says, default="ai")),
    )


def _check_matches(kind: Kind, matches: tuple[str, ...]) -> None:
    for text in matches:
        if kind is Kind.ADDRESS and ("*" in text or "@" not in text.strip("@")):
            raise FormError(f"`{text}` is not an exact address; domains and patterns never match")
        if kind is Kind.GITHUB_ID and not (text.isascii() and text.isdigit()):
            raise FormError(f"`{text}` is not a GitHub number")
        if kind is Kind.TRAILER and text == "*":
            continue
        try:
            check(text)
        except PatternError as error:
            raise FormError(f"`{text}`: {error}") from error


def index(forms: Iterable[Form], words: Vocabulary) -> Forms:
    """The forms, indexed; of two that match the same, the first one counts."""
    found = tuple(forms)
    by_kind: dict[Kind, list[Form]] = {kind: [] for kind in Kind}
    for form in found:
        by_kind[form.kind].append(form)
    trailers: dict[str, tuple[Form, ...]] = {}
    for form in by_kind[Kind.TRAILER]:
        trailers[form.key.casefold()] = (*trailers.get(form.key.casefold(), ()), form)
    return Forms(
        forms=found,
        words=words,
        addresses=_by_match(by_kind[Kind.ADDRESS]),
        github_ids=_by_match(by_kind[Kind.GITHUB_ID]),
        logins={login.casefold(): f for f in reversed(by_kind[Kind.GITHUB_ID]) for login in f.logins},
        trailers=trailers,
        lines=_by_match(by_kind[Kind.BODY]),
        line_patterns=tuple(f for f in by_kind[Kind.BODY] if not all(map(is_literal, f.matches))),
        names=tuple(by_kind[Kind.NAME]),
        subjects=tuple(by_kind[Kind.SUBJECT]),
    )


def _by_match(forms: list[Form]) -> dict[str, Form]:
    return {text.casefold(): form for form in reversed(forms) for text in form.matches if is_literal(text)}


@lru_cache(maxsize=1)
def built_in() -> Forms:
    """The forms that come with the product."""
    text = Path(__file__).with_name("forms.toml").read_text("utf-8")
    document = tomllib.loads(text)
    words = Vocabulary(
        identity_trailers=frozenset(key.casefold() for key in document["identity_trailers"]),
        test_tools=frozenset(tool.casefold() for tool in document["test_tools"]),
        aliases=document["aliases"],
    )
    return index((form_from(entry) for entry in document["forms"]), words)
