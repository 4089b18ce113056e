"""Actors of policy-bot as groups of ours."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Fields, Mark
from weighbridge.policy.importing.draft import Unnamed
from weighbridge.policy.importing.formula import NOBODY
from weighbridge.policy.importing.lost import Effect, Losses, LostKind
from weighbridge.policy.importing.nodes import texts, truth
from weighbridge.policy.reading.words import why_no_group

PERMISSIONS: Final = ("admin", "maintain", "write", "triage", "read")
ACTOR_KEYS: Final = frozenset({"users", "teams", "organizations", "permissions", "admins", "write_collaborators"})


class Actors(Struct, frozen=True, kw_only=True):
    """Who is meant, by the names of ours; empty where nobody is."""

    groups: tuple[str, ...]

    @property
    def by(self) -> str | list[str]:
        """As the policy writes it."""
        return NOBODY if not self.groups else self.groups[0] if len(self.groups) == 1 else list(self.groups)


def read_actors(node: Fields, losses: Losses, *, unnamed: Unnamed) -> Actors:
    """Those whom `node` names; whoever must yet be named goes into `unnamed`."""
    groups: list[str] = []
    for name, mark in texts(node, "users"):
        if "[bot]" in name:
            why = "a program's word never counts as an approval"
            losses.lose(
                mark, LostKind.PEOPLE, what=name, why=why, effect=Effect.STRICTER, nearest="a `check` it reports"
            )
        elif group := _fit(f"@{name}", mark, losses=losses):
            unnamed.handles.setdefault(f"@{name}", "")
            groups.append(group)
    for key in ("teams", "organizations"):
        for name, mark in texts(node, key):
            if _fit(f"@{name}", mark, losses=losses):
                unnamed.teams.setdefault(f"@{name}", "" if key == "teams" else "the members of the organisation")
                groups.append(f"team:@{name}")
    for permission, mark in _permissions(node):
        role = f"repository-{permission}"
        if role not in unnamed.roles:
            why = "who may do what in a repository on the forge is not known here"
            what = f"people with the permission `{permission}`"
            losses.lose(mark, LostKind.PEOPLE, what=what, why=why, effect=Effect.FILL_IN, nearest=f"role:{role}")
        unnamed.roles.setdefault(role, f"who has at least the permission `{permission}`")
        groups.append(f"role:{role}")
    return Actors(groups=tuple(dict.fromkeys(groups)))


def _permissions(node: Fields) -> Iterator[tuple[str, Mark]]:
    for name, mark in texts(node, "permissions"):
        if name in PERMISSIONS:
            yield name, mark
    for key, name in (("admins", "admin"), ("write_collaborators", "write")):
        if truth(node, key) is True:
            yield name, node.entries[key][0].mark


def _fit(name: str, mark: Mark, *, losses: Losses) -> str:
    if len(name) <= 254 and not any(c.isspace() or not c.isprintable() for c in name) and not why_no_group(name):
        return name
    why = "it is no name of an account or a team"
    losses.lose(mark, LostKind.PEOPLE, what=f"`{name[1:61]}`", why=why, effect=Effect.STRICTER)
    return ""
