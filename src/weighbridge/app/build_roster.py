"""Builds the roster of those whose word counts, from Trust and from nothing that a change brings."""

from collections.abc import Iterable, Iterator

from weighbridge.app.build_trust import SIGNERS
from weighbridge.domain.trust import Trust
from weighbridge.ledger.allowed_signers import AllowedSigners, read_allowed_signers
from weighbridge.ledger.passkey_terms import PasskeyTerms
from weighbridge.ledger.people import Roster, trusted_roster
from weighbridge.ledger.principals import Machines, folded
from weighbridge.provenance.forms import Forms
from weighbridge.provenance.mailmap import Mailmap, read_mailmap
from weighbridge.provenance.settings import Settings
from weighbridge.provenance.settings_file import PROVENANCE_PATH, load_settings


def build_roster(
    trust: Trust, *, ledger: str, machines: Iterable[str] = (), passkeys: PasskeyTerms | None = None
) -> Roster:
    """Whom Trust enrols in the ledger of this origin; `machines` are more names of bots, which a policy lists.

    Entries of the ledger enrol and revoke further keys: see `ledger.memberships.advanced`.

    Raises:
        ConfigurationError: the trusted settings of provenance, which name agents, are wrong.
    """
    signers = trust.document(SIGNERS)
    mailmap = trust.document(".mailmap")
    settings = trust.document(PROVENANCE_PATH)
    forms = (load_settings(settings.data, settings.path) if settings else Settings()).forms
    return trusted_roster(
        ledger,
        read_allowed_signers(signers.data, signers.path) if signers else AllowedSigners(),
        aliases=aliases(read_mailmap(mailmap.data)) if mailmap else (),
        machines=_machines(forms, machines),
        passkeys=passkeys,
    )


def aliases(mailmap: Mailmap) -> Iterator[tuple[str, str]]:
    """Pairs of an address and the proper one; an address that several people share is nobody's alias."""
    proper: dict[str, set[str]] = {}
    for (_, address), (_, email) in mailmap.entries.items():
        if email:
            proper.setdefault(address, set()).add(folded(email))
    for address, owners in proper.items():
        if len(owners) == 1:
            yield address, owners.pop()


def _machines(forms: Forms, more: Iterable[str]) -> Machines:
    """Every identity that is known to be an agent's or a bot's: provenance's forms, and the policy's own."""
    names = {folded(name) for name in more}
    return Machines(
        addresses=frozenset(forms.addresses) | names,
        github_ids=frozenset(forms.github_ids),
        logins=frozenset(forms.logins) | names,
    )
