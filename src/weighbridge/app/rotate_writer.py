"""Let a new key take the place of the one that signs what this machine writes."""

from collections.abc import Callable

from weighbridge.app.ports import Clock
from weighbridge.app.share_ledger import Reading, read_here
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.errors import LedgerError
from weighbridge.ledger.files import LedgerFiles
from weighbridge.ledger.rotations import rotate_writer
from weighbridge.ledger.trusted_ledger import is_trusted_writer
from weighbridge.ledger.verifier_keys import VerifierKey, WriterKey


def _unknown(key: VerifierKey) -> str:
    return (
        f"nobody believes this machine's key yet ({key.name}), so no other can take its place, and none has to: put the key's"
        " file away, and the next command makes a new one. What you sign here then names it, as `weighbridge approve` does; a"
        " machine whose own word decides has its line (`weighbridge ledger key`) put under `writers` in .weighbridge/ledger.yaml"
    )


def rotate_key(
    files: LedgerFiles,
    reading: Reading,
    *,
    old: WriterKey,
    new: WriterKey,
    clock: Clock,
    put_in_place: Callable[[], None],
) -> bool:
    """Have both keys say so in the ledger, then put the new one in the old one's place; whether it was said only now.

    A run that was ended in between is finished by the next.

    Raises:
        LedgerError: the ledger cannot be believed, or there is none, or a key cannot sign.
        LedgerFilesError: it cannot be read or written.
    """
    ledger = read_here(files, reading)
    if ledger is None:
        raise LedgerError(
            f"there is no ledger in {files.place} in which to say so: put the old key away, nothing holds to it"
        )
    is_said = is_trusted_writer(new.verifier, reading.trust(files), tree=ledger.tree)
    if not is_said:
        if not is_trusted_writer(old.verifier, reading.trust(files), tree=ledger.tree):
            raise LedgerError(_unknown(old.verifier))
        envelope = bytes(rotate_writer(old, new, origin=ledger.checkpoint.origin, at=clock.now()))
        seen = ledger.checkpoint
        done = append(files, [Addition(envelope=envelope)], writer=new, trust=reading.trust(files), remembered=seen)
        reading.seen.see_in_clone(done.note)
    put_in_place()
    return not is_said
