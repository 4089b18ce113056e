"""Check a policy before it decides anything: everything wrong with it, and what can hardly be meant."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from weighbridge.app.build_trust import read_allowed_signers
from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.read import read_owners, team_names
from weighbridge.ledger.people import Roster
from weighbridge.policy.doubts.find import PlacedDoubt, find_doubts
from weighbridge.policy.doubts.of_paths import Tree
from weighbridge.policy.doubts.of_people import Known
from weighbridge.policy.reading.load import Loaded, Source, load_layers


class CheckedPolicy(Struct, frozen=True, kw_only=True):
    """A policy that loads, and the doubts about it."""

    loaded: Loaded
    doubts: tuple[PlacedDoubt, ...]


def check_policy(
    sources: Sequence[Source],
    *,
    signers: bytes | None,
    now: datetime,
    owners: tuple[bytes, str] | None = None,
    tree: Tree | None = None,
    roster: Roster | None = None,
) -> CheckedPolicy:
    """The policy of `sources`, the lowest first; `signers` is the document of those who are enrolled, if there is one.

    `roster` is whom the ledger enrols and what it revoked, None where none was read. `owners` is the CODEOWNERS with its path, and `tree` what lies beside the policy.

    Raises:
        ConfigurationError: holding every problem of every source.
    """
    loaded = load_layers(sources)
    enrolled = () if signers is None else tuple(read_allowed_signers(signers))
    known = Known(
        enrolled=enrolled if roster is None else _with_ledger(enrolled, roster, now=now),
        has_code_owners=owners is not None,
        owner_teams=_teams(owners),
        has_ledger=roster is not None,
    )
    return CheckedPolicy(loaded=loaded, doubts=find_doubts(loaded, known, tree=tree, now=now))


def _with_ledger(enrolled: Sequence[str], roster: Roster, *, now: datetime) -> tuple[str, ...]:
    """Those of the document but whom the ledger knows to have no key that counts, and whom it enrols besides."""
    people = dict.fromkeys(roster.people.values())
    gone = {person for person in people if not roster.is_enrolled(person, now)}
    kept = [name for name in enrolled if roster.person_of(name) not in gone]
    known = {roster.person_of(name) for name in kept}
    return (*kept, *(person for person in people if person not in gone and person not in known))


def _teams(owners: tuple[bytes, str] | None) -> tuple[str, ...]:
    return team_names(read_owners(owners[0], RepoPath(owners[1]))) if owners else ()
