"""Kinds of document: what they are for, which headings they have, and what is asked of their content."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.landscape.globs import why_not_a_glob

MOST_PARTS: Final = 50
MOST_TEMPLATE: Final = 100_000
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


class Ask(StrEnum):
    """What a kind asks of a text, besides headings with something under each."""

    OWN_THOUGHT = "own-thought"
    """More than the change's lines, title and description say again."""
    COMPONENTS = "components"
    """Every changed component by its name, folder, package, file or symbol."""
    SCENARIOS = "scenarios"
    """An answer to every failure scenario of the package."""
    STEP = "step"
    """Something that can be done: a command, a switch, a revert; or why nothing can."""
    TICKET = "ticket"
    """The ticket that the change belongs to."""


class Part(Struct, frozen=True, kw_only=True):
    """One required heading, and what else it may be called: shorter, or in another language."""

    title: str
    also: tuple[str, ...] = ()
    says: str = ""
    """What belongs under it, for the reference."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it may be called."""
        return (self.title, *self.also)


class DocumentKind(Struct, frozen=True, kw_only=True):
    """One kind of document: ours, or a policy's own with its headings and a template from `Trust`.

    `least` is how many words of its own a text must have, what repeats itself or the template not counted. `paths` are
    globs of files that a change may bring it in. `ticket` is the pattern of a ticket's name. `step_words` are words or
    phrases that name a concrete step, in the languages that its authors write.
    """

    name: str
    title: str
    says: str
    parts: tuple[Part, ...] = ()
    asks: tuple[Ask, ...] = (Ask.OWN_THOUGHT, Ask.COMPONENTS)
    least: int = 30
    also: tuple[str, ...] = ()
    """What else a section is called that holds it."""
    paths: tuple[str, ...] = ()
    ticket: str = ""
    step_words: tuple[str, ...] = ()
    template: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything a section that holds it may be called."""
        return (self.title, *self.also)

    @property
    def wants(self) -> str:
        """What it is to say, in the middle of a sentence."""
        return f"{self.says[:1].lower()}{self.says[1:].rstrip('.')}"

    def configured(self, *, paths: tuple[str, ...] = (), ticket: str = "", template: str = "") -> "DocumentKind":
        """The kind as a policy sets it: where its files lie, what tickets look like, which template is handed out."""
        return replace(
            self, paths=paths or self.paths, ticket=ticket or self.ticket, template=template or self.template
        )


def problems_of(kind: DocumentKind) -> tuple[str, ...]:
    """All that is wrong with a declared kind, each in one sentence; none for one that can be used."""
    return tuple(_problems(kind))


def _problems(kind: DocumentKind) -> Iterator[str]:
    if not _NAME.fullmatch(kind.name):
        yield f"{kind.name!r} is no name of a kind: lower-case words with dashes between them, such as `design-note`"
    if not kind.title.strip():
        yield "it has no title"
    if len(kind.parts) > MOST_PARTS:
        yield f"it has {len(kind.parts)} headings: {MOST_PARTS} are the most"
    titles = [name.strip().casefold() for part in kind.parts for name in part.names]
    if not all(titles):
        yield "one of its headings is empty"
    for title in sorted({title for title in titles if title and titles.count(title) > 1}):
        yield f"the heading {title!r} is asked for twice"
    if kind.least < 0:
        yield "the least number of words is below 0"
    if len(kind.template) > MOST_TEMPLATE:
        yield f"its template is longer than {MOST_TEMPLATE:,} characters"
    for path in kind.paths:
        if why := why_not_a_glob(path):
            yield f"the path {path!r} {why}"
    if Ask.TICKET in kind.asks and not kind.ticket:
        yield "it asks for a ticket without saying what one looks like: give a pattern such as `SHOP-[0-9]+`"
    if kind.ticket and (why := why_not_a_pattern(kind.ticket)):
        yield f"the pattern of tickets {kind.ticket!r} {why}"


def why_not_a_pattern(pattern: str) -> str:
    """Why a pattern of tickets cannot be used, empty when it can; one that may run for ever on a hostile text is refused."""
    if len(pattern) > 500:
        return "is longer than 500 characters"
    try:
        compiled = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no regular expression: {error}"
    if compiled.match(""):
        return "matches the empty text"
    if _repeats_what_repeats(pattern):
        return "repeats a group that repeats or chooses inside: a text could keep it busy for ever; write it without"
    return ""


def _repeats_what_repeats(pattern: str) -> bool:
    """Whether a repeated group holds a repetition or a choice, by a look at the text: rather too often than too seldom."""
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern, flags=re.DOTALL)
    open_groups: list[bool] = []
    varies = False
    for at, character in enumerate(plain):
        if character == "(":
            open_groups.append(varies)
            varies = False
        elif character == ")" and open_groups:
            repeats = plain[at + 1 : at + 2] in ("*", "+", "{")
            if repeats and varies:
                return True
            varies = open_groups.pop() or varies or repeats
        elif character in "*+{|" or (character == "?" and plain[at - 1 : at] != "("):
            varies = True
    return False
