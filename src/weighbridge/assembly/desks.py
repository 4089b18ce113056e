"""The desk at which the ledger of a repository is read and written, and the keys of people."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from weighbridge.adapters.git.repository import GitRepository
from weighbridge.adapters.signing.ssh_keygen import SshKeygenSigner, default_key, own_settings
from weighbridge.app.build_roster import build_roster
from weighbridge.app.ledger_desk import LedgerDesk
from weighbridge.app.signing import NewKey, Signer, is_passkey
from weighbridge.assembly.bench import SystemClock
from weighbridge.assembly.ledgers import ledger_in
from weighbridge.domain.trust import Trust
from weighbridge.ledger.people import Roster
from weighbridge.ledger.settings_file import AnchorPlace
from weighbridge.policy.policy import Policy

if TYPE_CHECKING:
    from weighbridge.adapters.signing.passkey import Ceremonies


@contextmanager
def desk_of(
    repository: GitRepository,
    trust: Trust,
    *,
    policy: Policy,
    more_anchors: Sequence[AnchorPlace] = (),
    environment: Mapping[str, str] = os.environ,
) -> Iterator[LedgerDesk]:
    """The ledger of an opened repository. Raises `ConfigurationError`, `LedgerFilesError`."""
    with ledger_in(repository, trust, more_anchors=more_anchors, environment=environment) as opened:
        yield LedgerDesk(
            files=opened.files,
            clock=SystemClock(),
            enrolled=lambda origin: build_roster(
                trust, ledger=origin, machines=policy.people.bots, passkeys=opened.settings.passkeys
            ),
            reading=opened.reading,
            settings=opened.settings,
            finder=opened.finder,
            verdicts=opened.verdicts,
            way=opened.way,
            elsewhere=opened.elsewhere,
        )


class KeyRing:
    """What signs in the name of the person at the terminal, in whose git `folder` is; `notify` tells them what to do.

    A key is named by its file, or is a passkey (`passkey`, `passkey:ADDRESS`); else their own git names it.
    """

    def __init__(self, folder: Path, *, roster: Roster, notify: Callable[[str], None]) -> None:
        self._folder = folder
        self._roster = roster
        self._notify = notify

    def signer(self, key: str) -> Signer:
        """A key that is enrolled. Raises `SigningError`."""
        chosen = self._chosen(key)
        if isinstance(chosen, Path) or not is_passkey(chosen):
            return SshKeygenSigner(chosen, notify=self._notify)
        from weighbridge.adapters.signing import passkey  # noqa: PLC0415 - a server and 60 ms, for those who have one

        ceremonies = self._ceremonies
        choice = passkey.Choice(named=chosen)
        if not choice.behind:
            choice = replace(choice, address=own_settings(self._folder).get("user.email", ""))
        keys = passkey.enrolled_passkeys(choice, self._roster, now=SystemClock().now())
        return passkey.PasskeySigner(keys, ceremonies)

    def new_key(self, key: str, *, name: str) -> NewKey:
        """A key that is to be enrolled for `name`; a passkey is made anew. Raises `SigningError`."""
        chosen = self._chosen(key)
        if isinstance(chosen, Path) or not is_passkey(chosen):
            return SshKeygenSigner(chosen, notify=self._notify)
        from weighbridge.adapters.signing import passkey  # noqa: PLC0415 - the same

        others = passkey.standing_passkeys(name, self._roster, now=SystemClock().now())
        return passkey.NewPasskey(name, self._ceremonies, others=others)

    def _chosen(self, key: str) -> Path | str:
        if is_passkey(key):
            return key
        return Path(key).expanduser() if key else default_key(self._folder)

    @cached_property
    def _ceremonies(self) -> "Ceremonies":
        """One for all: two keys of one command must not wait for each other's port."""
        from weighbridge.adapters.signing import loopback, passkey  # noqa: PLC0415 - the same

        terms = passkey.terms_of(self._roster)
        pages = loopback.Loopback(passkey.loopback_origins(terms), notify=self._notify)
        return passkey.Ceremonies(terms, pages, notify=self._notify)
