"""By what name a person is enrolled: which spellings are one name, which only look alike, and which are a machine's."""

import re
import unicodedata
from typing import Final

from msgspec import Struct

LONGEST: Final = 254
"""Characters, as of an address of mail."""

_NOREPLY: Final = re.compile(r"(?:(\d{1,15})\+)?([^@\s]{1,64})@users\.noreply\.github\.com\Z")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_LATIN: Final = "LATIN"
_ALIKE: Final = str.maketrans(
    # Cyrillic, Greek, Armenian and others whose small letters are drawn as Latin ones are
    "аеорсухіјѕԁһԛԝүӏкмтвнгпьαορυνικτχεγωϲϳսոօհցɑɡıℓ",
    "aeopcyxijsdhqwylkmtbhrnbaopuviktxeywcjunohgagil",
)


class Machines(Struct, frozen=True, kw_only=True):
    """Identities that are known to be programs: exact addresses, GitHub's numbers and logins; all case-folded."""

    addresses: frozenset[str] = frozenset()
    github_ids: frozenset[str] = frozenset()
    logins: frozenset[str] = frozenset()

    def why(self, principal: str) -> str:
        """Why `principal` is no person, in words; empty for one that may be."""
        written = folded(principal)
        name = written.removeprefix("@")  # of a handle, which people write with and without it
        if not self.addresses.isdisjoint((written, name)) or not self.logins.isdisjoint((written, name)):
            return f"{principal} is known to be an agent or a bot"
        local = name.partition("@")[0]
        if local.endswith("[bot]"):
            return f"{principal} is a bot by its name"
        account = _NOREPLY.match(name)
        if account and (account[1] in self.github_ids or account[2] in self.logins):
            return f"{principal} is the GitHub account of an agent or a bot"
        return ""


def folded(principal: str) -> str:
    """What two spellings of one name have in common: case, width and composition do not tell people apart.

    One that is too long to be anybody's is left as it is: what normalises names of any length can be kept busy for hours.
    """
    name = principal.strip()
    if len(name) > LONGEST:
        return name
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def skeleton(principal: str) -> str:
    """What a name looks like: marks and hidden characters gone, letters of other scripts drawn as their Latin twins."""
    name = principal.strip()
    if len(name) > LONGEST:
        return name
    plain = unicodedata.normalize("NFKD", folded(name))
    kept = "".join(c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) not in _HIDDEN)
    return kept.translate(_ALIKE)


def problem_of(principal: str) -> str:
    """Why nobody can be enrolled as `principal`, in words; empty when somebody can."""
    if not principal or len(principal) > LONGEST:
        return f"a name has 1 to {LONGEST} characters"
    if any(c in "*?!" for c in principal):
        return "it is a pattern, which is nobody's name"
    if any(unicodedata.category(c) in _HIDDEN for c in principal):
        return "it holds spaces or characters that nobody sees"
    for part in re.split(r"[@.]", folded(principal)):
        scripts = {script for c in part if c.isalpha() for script in _scripts(c)}
        if len(scripts) > 1 and _LATIN in scripts:
            return (
                f"`{part}` mixes letters of {' and '.join(sorted(s.capitalize() for s in scripts))}, which look alike"
            )
    return ""


def _scripts(character: str) -> tuple[str, ...]:
    name = unicodedata.name(character, "")
    return (name.partition(" ")[0],) if name else ()
