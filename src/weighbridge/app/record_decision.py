"""Put on record what was weighed and what the gate came to, signed by the machine that did it."""

from weighbridge.app.ask_gate import Asked
from weighbridge.app.ledger_desk import draft_about
from weighbridge.app.speak_of_change import Speaker
from weighbridge.domain.record import Subject
from weighbridge.ledger.append import Addition, Appended
from weighbridge.ledger.envelope import sign_as_writer
from weighbridge.ledger.predicates.carry_over import CarryOver
from weighbridge.ledger.predicates.decision import Decision, RequirementState
from weighbridge.ledger.predicates.package_decision import PackageDecision
from weighbridge.review.read_package import PackageError


def record_decision(speaker: Speaker, asked: Asked, *, environment: str = "") -> Appended:
    """Append that this was weighed, and the gate's state. Raises `PackageError`, `LedgerError`, `LedgerFilesError`."""
    package = asked.package
    change = package.decision.change
    if change.head_commit is None:
        raise PackageError("this package is of a tree that no commit has: commit it, and weigh the commit")
    origin = speaker.origin
    about = asked.subject or Subject(
        ledger=origin,
        base_tree=change.base_tree,
        head_tree=change.head_tree,
        head_commit=change.head_commit,
        decision=package.digest,
        proposal=speaker.proposal,
    )
    at, gate = speaker.now(), package.decision.gate
    weighed = PackageDecision(
        about=about, at=at, state=gate.state, level=gate.level, policy=gate.policy, tool=package.decision.tool
    )
    decided = Decision(
        about=about,
        at=at,
        state=asked.gate.state,
        policy=asked.gate.policy,
        requirements=tuple(
            RequirementState(requirement=need.evidence, rule=need.rule, state=need.state)
            for need in asked.gate.requirements
        ),
        relied_on=asked.relied_on,
        environment=environment,
        expires=asked.expires,
        tool=package.decision.tool,
    )
    over = [
        CarryOver(
            about=about,
            at=at,
            earlier=carried.earlier,
            approvals=carried.statements,
            policy=gate.policy,
            gone=carried.gone,
        )
        for carried in asked.carried
    ]
    additions = [
        Addition(envelope=bytes(sign_as_writer(draft_about(said, about).payload, speaker.writer)))
        for said in (weighed, *over, decided)
    ]
    return speaker.desk.append(additions, writer=speaker.writer, origin=origin)
