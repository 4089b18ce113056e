"""How the witnesses of a ledger are asked: by HTTP, after it was shared, with this machine's key."""

from weighbridge.app.share_ledger import share_ledger
from weighbridge.app.witness_ledger import Terms
from weighbridge.assembly.bench import SystemClock
from weighbridge.assembly.ledgers import OpenLedger
from weighbridge.assembly.writers import own_writer
from weighbridge.ledger.tlog_witness import Said
from weighbridge.ledger.witnesses import Witness


def witnessing(opened: OpenLedger, remote: str) -> Terms:
    """The terms for the ledger of a repository, which is shared with `remote` where it travels and there is any."""

    def share() -> None:
        if opened.travels and (remote != "origin" or opened.repository.remotes()):
            share_ledger(opened.remote(remote), opened.reading, writer=own_writer)

    return Terms(
        witnesses=opened.settings.witnesses,
        quorum=opened.settings.quorum,
        ask=_ask,
        writer=own_writer,
        now=SystemClock().now,
        share=share,
    )


def _ask(witness: Witness, question: bytes) -> Said:
    from weighbridge.adapters.web.witness import ask_witness  # noqa: PLC0415 - 30 ms, for whoever asks one

    return ask_witness(witness, question)
