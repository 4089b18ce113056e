"""Who is who, from what is trusted: aliases by `.mailmap`, roles and teams by the policy, programs by their known marks."""

from collections.abc import Mapping

from weighbridge.app.build_trust import ALIASES, SIGNERS
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.trust import Trust
from weighbridge.ledger.allowed_signers import AllowedSigners, read_allowed_signers
from weighbridge.ledger.people import Roster, trusted_roster
from weighbridge.ledger.principals import Machines
from weighbridge.policy.people import People, folded
from weighbridge.policy.policy import Policy
from weighbridge.provenance.forms import built_in
from weighbridge.provenance.mailmap import read_mailmap


def people_of(trust: Trust, policy: Policy, *, knows: Mapping[str, str] | CouldNotLook | None = None) -> People:
    """People as the policy's gate knows them."""
    stated = policy.people
    return People(
        roles=stated.roles,
        teams=stated.teams,
        handles=stated.handles,
        aliases={folded(old): folded(proper) for old, proper in _aliases(trust)},
        bots=stated.bots | frozenset(built_in().addresses),
        knows={} if knows is None else knows,
    )


def roster_of(trust: Trust, policy: Policy, ledger: str) -> Roster:
    """Everybody whom Trust enrols, for statements of one ledger."""
    document = trust.document(SIGNERS)
    signers = read_allowed_signers(document.data, document.path) if document else AllowedSigners()
    return trusted_roster(ledger, signers, aliases=_aliases(trust), machines=_machines(policy))


def _aliases(trust: Trust) -> tuple[tuple[str, str], ...]:
    """Addresses with the proper one of whoever has them; entries that need a name too tell nothing of an address alone."""
    document = trust.document(ALIASES)
    entries = read_mailmap(document.data).entries if document else {}
    return tuple((email, proper) for (name, email), (_, proper) in entries.items() if proper and not name)


def _machines(policy: Policy) -> Machines:
    forms = built_in()
    return Machines(
        addresses=frozenset(forms.addresses) | policy.people.bots,
        github_ids=frozenset(forms.github_ids),
        logins=frozenset(forms.logins),
    )
