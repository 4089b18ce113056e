"""Put on record what an external check came to, signed by the machine that says so."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.app.ledger_desk import draft_of_ledger
from weighbridge.app.speak_of_change import Speaker
from weighbridge.app.unbelieved import TO_WRITERS, unbelieved
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.record import StatusState
from weighbridge.landscape.documents.shapes import nearest
from weighbridge.ledger.append import Addition, Appended
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.errors import UntrustedError
from weighbridge.ledger.predicates.status import Status
from weighbridge.ledger.settings_file import LEDGER_PATH, LedgerSettings
from weighbridge.ledger.verifier_keys import VerifierKey
from weighbridge.policy.judge.checks import LOAD_TEST
from weighbridge.policy.needs import CheckNeed, LoadTestNeed
from weighbridge.policy.policy import Policy, conditions_of, needs_of
from weighbridge.review.sentences import listed


class Report(Struct, frozen=True, kw_only=True):
    """What a check came to on a commit's tree; `source` is who says so, the machine's key where it is empty."""

    check: str
    state: StatusState
    commit: ObjectId
    tree: ObjectId
    source: str = ""
    url: str = ""


def unasked(check: str, policy: Policy) -> str:
    """That the policy asks for no check of this name, with the nearest that it asks for; empty where it may ask for it.

    Conditions on statuses read them all, so that with such a name alone is told which is like one that is asked for.
    """
    asked = sorted(set(_asked(policy)))
    reading = [condition for _, condition in conditions_of(policy) if "statuses" in condition.reads]
    close = nearest(check, asked)
    if check in asked or any(check in condition.text for condition in reading) or (reading and not close):
        return ""
    hint = f"did you mean {close}?" if close else f"it asks for {listed(asked, 8) if asked else 'none'}"
    return f"the policy in force asks for no check {check} ({hint}): it is on record, and meets nothing before a rule asks for it"


def _asked(policy: Policy) -> Iterator[str]:
    """The names of the checks that rules and environments ask for."""
    for _, need in needs_of(policy):
        if isinstance(need, CheckNeed | LoadTestNeed):
            yield need.name if isinstance(need, CheckNeed) else LOAD_TEST


def report_check(speaker: Speaker, report: Report) -> Appended:
    """Append the report.

    Raises:
        UntrustedError: nobody would believe this machine's word on that check; nothing was written.
        LedgerError, LedgerFilesError: the ledger cannot be believed, or not be used.
    """
    key, settings = speaker.writer.verifier, speaker.desk.settings
    if key not in settings.reporters_of(report.check):
        raise UntrustedError(_why_not(key, report.check, settings=settings))
    said = Status(
        at=speaker.desk.clock.now(),  # to the microsecond: a check that is quick says twice in a second what it came to
        name=report.check,
        state=report.state,
        tree=report.tree,
        source=report.source or key.name,
        commit=report.commit,
        url=report.url,
    )
    origin = speaker.origin
    envelope = bytes(sign_as_writer(draft_of_ledger(said, origin).payload, speaker.writer))
    return speaker.desk.append([Addition(envelope=envelope)], writer=speaker.writer, origin=origin)


def _why_not(key: VerifierKey, check: str, *, settings: LedgerSettings) -> str:
    """Why nobody would believe this key's word on a check: it is no writer's, no reporter's, or another check's reporter's."""
    mine = [pattern for each in settings.reporters if each.key == key for pattern in each.checks]
    if key not in settings.writers:
        because = f"whom {LEDGER_PATH} does not name among its writers"
        mend = f"{TO_WRITERS}, and to `reporters` for {check}" if settings.reporters else TO_WRITERS
    elif not mine:
        because = f"whom {LEDGER_PATH} does not name among its reporters"
        mend = f"Add its key to `reporters`, for {check}, by a reviewed change"
    else:
        because = f"whom {LEDGER_PATH} lets report {listed(mine, 8)} and nothing else"
        close = nearest(check, mine)
        mend = f"{f'Did you mean {close}? Else add' if close else 'Add'} {check} to its `checks` by a reviewed change"
    return unbelieved(key, because=because, of=check, mend=mend)
