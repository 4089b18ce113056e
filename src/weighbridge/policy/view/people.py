"""The people a commit names, in its header and in its trailers."""

import re
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.change import Commit, Identity
from weighbridge.policy.view.change import ViewedPerson

_CO_AUTHOR: Final = re.compile(
    r"^[ \t]{0,8}co-authored-by[ \t]{0,8}:[ \t]{0,8}([^<>\n]{0,200})<([^<>\s]{0,200})>", re.MULTILINE | re.IGNORECASE
)
_BOT: Final = "[bot]"


def viewed(person: Identity) -> ViewedPerson:
    """A name and an address as conditions see them."""
    is_bot = person.name.strip().lower().endswith(_BOT) or person.email.lower().partition("@")[0].endswith(_BOT)
    return ViewedPerson(name=person.name, email=person.email, is_bot=is_bot)


def co_authors(commit: Commit) -> tuple[ViewedPerson, ...]:
    """Those that the message's `Co-authored-by` lines name, wherever in the message they stand."""
    found = _CO_AUTHOR.finditer(commit.message)
    return tuple(viewed(Identity(name=line[1].strip(), email=line[2])) for line in found)


def each_once(people: Iterable[ViewedPerson]) -> tuple[ViewedPerson, ...]:
    """Everybody once, in order; who goes by two names stands there twice, so that none of them is hidden."""
    return tuple({(person.name, person.email.lower()): person for person in people}.values())
