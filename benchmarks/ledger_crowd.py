"""What many statements that every change is told of cost: `python -m benchmarks.ledger_crowd [--waivers 5000]`, in CPU seconds.

One enrolled person waives finding after finding, each with a reason beside the ledger, and the policy lets them. A review
hears all of them. The first look is that of a machine that remembers nothing; the later ones have what it kept, as a laptop
does. The gate is measured by itself too: three hundred findings that as many waivers may cover.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from scripts.write_status import Row
from tests.samples.ledger import BEGAN, ORIGIN, WRITER
from tests.samples.record import NOW, THIS, voice
from tests.samples.ssh_keys import SshKey, ed25519

from benchmarks.ledger_gate import Shop
from benchmarks.measuring import keep
from benchmarks.policy import DOCUMENT
from weighbridge.adapters.git import open_repository
from weighbridge.adapters.git.ledger_files import GitLedgerFiles
from weighbridge.domain.record import Record
from weighbridge.domain.record import Waiver as Waived
from weighbridge.ledger.append import Addition, append
from weighbridge.ledger.envelope import Envelope, Signature
from weighbridge.ledger.personal import Personal
from weighbridge.ledger.predicates.waiver import Waiver
from weighbridge.ledger.statement import ledger_subject, statement_payload
from weighbridge.ledger.trusted_ledger import LedgerTrust
from weighbridge.policy.case import Case
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.in_force import known_exceptions
from weighbridge.policy.needs import ApprovalNeed
from weighbridge.policy.policy import Exceptions, Policy

WAIVERS: Final = 5_000
MOST_ADDED: Final = 1.0
"""CPU seconds by which a later review may be slower than beside an empty ledger."""
MOST_MS: Final = 200.0
"""CPU milliseconds of the gate alone, with all of them."""
_LETS: Final = "waivers: {approval: {by: anyone, not_by: []}, longest: 520 weeks}\n"
_CAS: Final = ed25519(seed=b"cas".ljust(32))


def waiver(number: int, key: SshKey = _CAS) -> Addition:
    """One waiver of a finding of its own, signed, with its reason."""
    personal = Personal(values={"reason": f"the callers of number {number} were looked at"}, salt=number.to_bytes(32))
    said = Waiver(
        at=BEGAN + timedelta(seconds=number),
        rule="sql/injection",
        until=BEGAN + timedelta(days=3650),
        personal=personal.commitment,
        paths=(f"src/part{number}.py",),
    )
    unsigned = Envelope(payload=statement_payload(said, ledger_subject(ORIGIN)))
    signature = Signature(keyid=key.keyid, sig=key.sign(unsigned.encoding))
    envelope = Envelope(payload=unsigned.payload, signatures=(signature,))
    return Addition(envelope=bytes(envelope), personal=bytes(personal))


def crowded(shop: Shop, count: int) -> None:
    """The shop with so many waivers on its ledger."""
    if count:
        with open_repository(shop.repository) as repository:
            trust = LedgerTrust(origin=ORIGIN, writers=(WRITER.verifier,))
            append(GitLedgerFiles(repository), [waiver(n) for n in range(count)], writer=WRITER, trust=trust)


def took(count: int, *, repeat: int) -> dict[str, list[float]]:
    """What a review takes beside so many waivers: at the first look, and later."""
    with tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder), more_signers={"cas": _CAS.line}, more_policy=_LETS)
        crowded(shop, count)
        review = ("review", "main..fix", "-q")
        first = [shop.cpu(f"new{number}", *review) for number in range(repeat)]
        return {"the first review": first, "a later review": [shop.cpu("new0", *review) for _ in range(repeat)]}


def gate_took(count: int, *, repeat: int) -> list[float]:
    """What the gate and the list of exceptions take with so many waivers of a family of rules, each below a path of its own."""
    lasts, named = NOW + timedelta(days=30), "security/*"
    said = [
        Waived(voice=voice("cas", entry=n), rule=named, reason="", until=lasts, paths=(f"src/part{n}.py", f"x/{n}/**"))
        for n in range(count)
    ]
    lets = Exceptions(approval=ApprovalNeed(not_by=frozenset()), longest=timedelta(weeks=52))
    policy = Policy(name="p", rules=(), waivers=lets)
    times = []
    for _ in range(repeat):
        case = Case(policy=policy, document=DOCUMENT, record=Record(waivers=tuple(said)), subject=THIS, now=NOW)
        began = time.process_time()
        known_exceptions(case, decide_gate(case).requirements)
        times.append((time.process_time() - began) * 1000)
    return times


def rows(count: int, *, repeat: int) -> Iterator[Row]:
    """Both beside an empty ledger, and by how much the waivers make them slower."""
    gate = gate_took(count, repeat=repeat)
    item, note = f"the gate of 300 findings, {count:,} waivers", f"least of {repeat}"
    yield Row(item=item, figure=round(min(gate), 1), unit="CPU ms", goal=MOST_MS, note=note)
    none, many = took(0, repeat=repeat), took(count, repeat=repeat)
    for name, runs in none.items():
        yield Row(item=f"{name}, no entries", figure=round(min(runs), 3), unit="CPU s", note=f"least of {repeat}")
    for name, runs in many.items():
        goal = MOST_ADDED if name == "a later review" else None
        added = round(min(runs) - min(none[name]), 3)
        note = f"{min(runs):.3f} in all, least of {repeat}"
        yield Row(item=f"{name}, more with {count:,} waivers", figure=added, unit="CPU s", goal=goal, note=note)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waivers", type=int, default=WAIVERS)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args(arguments)
    keep("ledger-crowd", rows(asked.waivers, repeat=asked.repeat), command="python -m benchmarks.ledger_crowd")


if __name__ == "__main__":
    main()
