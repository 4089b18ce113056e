"""What a machine is told whose word nobody would believe: one sentence, wherever it is refused before it signs."""

from typing import Final

from weighbridge.ledger.verifier_keys import VerifierKey

TO_WRITERS: Final = "Add its key to `writers` by a reviewed change"


def unbelieved(key: VerifierKey, *, because: str, of: str, mend: str = TO_WRITERS) -> str:
    """That nobody would believe what the key says `of` something, why, and how that is mended, with the key as it is written."""
    signs = f"this machine signs as {key.name} ({key.keyid})"
    return f"{signs}, {because}: nobody would believe what it says of {of}. {mend} ({key})"
