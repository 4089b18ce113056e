"""The desk at which the ledger of a repository is read and written, and the keys of people."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from weighbridge.adapters.git.repository import GitRepository
from weighbridge.adapters.signing.ssh_keygen import SshKeygenSigner, default_key
from weighbridge.app.build_roster import build_roster
from weighbridge.app.ledger_desk import LedgerDesk
from weighbridge.app.signing import Signer
from weighbridge.assembly.bench import SystemClock
from weighbridge.assembly.ledgers import ledger_in
from weighbridge.domain.trust import Trust
from weighbridge.ledger.settings_file import AnchorPlace
from weighbridge.policy.policy import Policy


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
        )


def signer_of(key: str, folder: Path, *, notify: Callable[[str], None]) -> Signer:
    """What signs in the person's name: the key named, else the one that their own git signs with. Raises `SigningError`."""
    return SshKeygenSigner(Path(key).expanduser() if key else default_key(folder), notify=notify)
