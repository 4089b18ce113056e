"""`.mailmap`, read as git reads it: which addresses are the same person's."""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.change import Identity

_ENTRY: Final = re.compile(r"([^<>]*)<([^<>]*)>(?:([^<>]*)<([^<>]*)>)?")
_MOST_LINES: Final = 50_000


class Mailmap(Struct, frozen=True, kw_only=True):
    """Aliases: (name, address) or (empty, address), case-folded, to the proper name and address; empty keeps it."""

    entries: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def resolve(self, who: Identity) -> Identity:
        """The identity this one is an alias of, or itself."""
        address = who.email.strip().casefold()
        found = self.entries.get((who.name.strip().casefold(), address)) or self.entries.get(("", address))
        if found is None:
            return who
        name, email = found
        return Identity(name=name or who.name, email=email or who.email)


def read_mailmap(data: bytes) -> Mailmap:
    """The aliases in `data`; lines that are none are passed over, as git does."""
    entries: dict[tuple[str, str], tuple[str, str]] = {}
    for raw in data.decode("utf-8", "replace").split("\n")[:_MOST_LINES]:
        found = None if raw.lstrip().startswith("#") else _ENTRY.match(raw.partition("#")[0].strip())
        if found is None:
            continue
        name, email, old_name, old_email = (part.strip() if part else "" for part in found.groups())
        if old_email:
            entries[(old_name.casefold(), old_email.casefold())] = (name, email)
        elif name:
            entries[("", email.casefold())] = (name, "")
    return Mailmap(entries=entries)
