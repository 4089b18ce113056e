"""The ledger of a repository opened for work, the key of this machine, and the keys of people."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.adapters.git.repository import GitRepository
from weighbridge.adapters.keys.disk import key_folder, own_key
from weighbridge.adapters.signing.ssh_keygen import SshKeygenSigner, default_key
from weighbridge.app.build_roster import build_roster
from weighbridge.app.ledger_desk import LedgerDesk
from weighbridge.app.ports import Repository
from weighbridge.app.signing import Signer
from weighbridge.assembly.bench import SystemClock
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.trust import Trust
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import CHECKPOINT
from weighbridge.ledger.settings_file import LEDGER_PATH, AnchorKind, AnchorPlace, LedgerSettings, load_settings
from weighbridge.ledger.trusted_ledger import Anchor
from weighbridge.ledger.verifier_keys import WriterKey
from weighbridge.policy.policy import Policy

WRITER_FILE: Final = "writer.key"
_LARGEST: Final = 64 * 1024


def desk_of(repository: GitRepository, trust: Trust, policy: Policy) -> LedgerDesk:
    """The ledger in this repository's own ref. Raises `ConfigurationError`, `LedgerError`."""
    document = trust.document(LEDGER_PATH)
    settings = load_settings(document.data, document.path) if document else LedgerSettings()
    return LedgerDesk(
        files=GitLedgerFiles(repository),
        clock=SystemClock(),
        enrolled=lambda origin: build_roster(trust, ledger=origin, machines=policy.people.bots),
        settings=settings,
        anchors=tuple(_anchors(repository, settings)),
    )


def own_writer(environment: Mapping[str, str] = os.environ) -> WriterKey:
    """The key that signs what this machine appends, made when it is first needed. Raises `SigningError`."""
    return own_key(key_folder(environment) / WRITER_FILE)


def signer_of(key: str, folder: Path, *, notify: Callable[[str], None]) -> Signer:
    """What signs in the person's name: the key named, else the one that their own git signs with. Raises `SigningError`."""
    return SshKeygenSigner(Path(key).expanduser() if key else default_key(folder), notify=notify)


def _anchors(repository: Repository, settings: LedgerSettings) -> Iterator[Anchor]:
    for place in settings.anchors:
        yield Anchor(place=str(place), note=_anchored(repository, place))


def _anchored(repository: Repository, place: AnchorPlace) -> bytes:
    """The checkpoint that is kept there; one that cannot be read is no anchor, and nothing may pass without it."""
    if place.kind is AnchorKind.FILE:
        try:
            return Path(place.name).read_bytes()[:_LARGEST]
        except OSError as problem:
            raise LedgerError(f"the anchor in {place} cannot be read: {problem.strerror}") from problem
    if place.kind is AnchorKind.REF:
        commit = repository.refs(place.name, 1).get(place.name)
        data = None if commit is None else repository.file_at(ObjectId(commit), RepoPath(CHECKPOINT), _LARGEST)
        if isinstance(data, bytes):
            return data
        why = data.detail if isinstance(data, CouldNotLook) else "nothing is there"
        raise LedgerError(f"the anchor in {place} cannot be read: {why}; fetch it, then try again")
    raise LedgerError(f"the anchor in {place} is not read by this version")
