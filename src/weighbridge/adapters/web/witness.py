"""Asks a witness by HTTP (C2SP tlog-witness); where it leads elsewhere is not gone to."""

from weighbridge.adapters.web.exchange import PATIENCE, NoAnswerError, Question, exchange
from weighbridge.ledger.tlog_witness import LARGEST_ANSWER, PATH, Said, WitnessError
from weighbridge.ledger.witnesses import Witness


def ask_witness(witness: Witness, question: bytes, *, patience: float = PATIENCE) -> Said:
    """What the witness answered. Raises `WitnessError` where it gave no answer."""
    asked = Question(
        url=witness.url.rstrip("/") + PATH, largest=LARGEST_ANSWER, data=question, kind="text/plain; charset=utf-8"
    )
    try:
        answer = exchange(asked, patience=patience)
    except NoAnswerError as problem:
        raise WitnessError(f"the witness {witness.key.name} gave no answer: {problem} ({witness.url})") from problem
    return Said(status=answer.status, kind=answer.kind, data=answer.data)
