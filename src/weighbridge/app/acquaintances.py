"""Who is who before the gate: aliases by the trusted `.mailmap`, roles and teams by the policy, programs by their known marks."""

from collections.abc import Mapping

from weighbridge.app.build_roster import aliases
from weighbridge.app.build_trust import ALIASES
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.trust import Trust
from weighbridge.policy.people import People, folded
from weighbridge.policy.policy import Policy
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.mailmap import read_mailmap


def people_of(trust: Trust, policy: Policy, *, knows: Mapping[str, str] | CouldNotLook | None = None) -> People:
    """People as the policy's gate knows them; `knows` says why somebody knows the changed components."""
    stated, mailmap = policy.people, trust.document(ALIASES)
    known = aliases(read_mailmap(mailmap.data)) if mailmap else ()
    return People(
        roles=stated.roles,
        teams=stated.teams,
        handles=stated.handles,
        aliases={folded(old): folded(proper) for old, proper in known},
        bots=stated.bots | frozenset(built_in().addresses),
        knows={} if knows is None else knows,
    )
