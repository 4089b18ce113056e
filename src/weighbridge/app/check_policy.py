"""Check a policy before it decides anything: everything wrong with it, and what can hardly be meant."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from weighbridge.app.build_trust import read_allowed_signers
from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.read import read_owners, team_names
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
) -> CheckedPolicy:
    """The policy of `sources`, the lowest first; `signers` is the document of those who are enrolled, if there is one.

    `owners` is the CODEOWNERS with its path, and `tree` what lies beside the policy.

    Raises:
        ConfigurationError: holding every problem of every source.
    """
    loaded = load_layers(sources)
    enrolled = () if signers is None else tuple(read_allowed_signers(signers))
    known = Known(enrolled=enrolled, has_code_owners=owners is not None, owner_teams=_teams(owners))
    return CheckedPolicy(loaded=loaded, doubts=find_doubts(loaded, known, tree=tree, now=now))


def _teams(owners: tuple[bytes, str] | None) -> tuple[str, ...]:
    return team_names(read_owners(owners[0], RepoPath(owners[1]))) if owners else ()
