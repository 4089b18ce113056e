"""The part of a policy that says who belongs to which team, for repositories whose forge nobody asks."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.persons import NO_TEAMS, Teams, folded

_LONGEST: Final = 320


class TeamsProblem(Struct, frozen=True, kw_only=True):
    """What is wrong with the part, at which of its keys."""

    where: tuple[str, ...]
    what: str


def read_teams(section: object, *, others: CouldNotLook | None = NO_TEAMS) -> tuple[Teams, tuple[TeamsProblem, ...]]:
    """The teams of a `teams:` mapping (team → list of names) and everything that is wrong with it.

    `others` says why teams it does not name are not known; None when it names all there are.
    """
    if section is None:
        return Teams(missing=others), ()
    if not isinstance(section, Mapping):
        problem = TeamsProblem(where=(), what="`teams` maps each team to a list of the people in it")
        return Teams(missing=others), (problem,)
    members: dict[str, tuple[str, ...]] = {}
    problems: list[TeamsProblem] = []
    for team, names in section.items():
        wrong = list(_wrong(team, names, known=members))
        problems += wrong
        if not wrong:
            members[folded(str(team))] = tuple(str(name) for name in names)
    return Teams(members=members, missing=others), tuple(problems)


def _wrong(team: object, names: object, *, known: Mapping[str, object]) -> Iterator[TeamsProblem]:
    where = (str(team),)
    if not _is_name(team):
        yield TeamsProblem(
            where=where, what="a team is named as in CODEOWNERS: `@organisation/team`, `@group`, `@@role`"
        )
    elif folded(str(team)) in known:
        yield TeamsProblem(where=where, what="the team stands here twice, in another case of letters")
    if not isinstance(names, list) or not names:
        yield TeamsProblem(where=where, what="a team needs a list of at least one name")
        return
    for number, name in enumerate(names):
        if not _is_name(name):
            what = "a member is an address, a handle (`@name`) or another team"
            yield TeamsProblem(where=(*where, str(number)), what=what)


def _is_name(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name.strip()) <= _LONGEST and not any(c.isspace() for c in name.strip())
