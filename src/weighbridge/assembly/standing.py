"""The gate asked with this repository's ledger, and its answer put on record."""

from functools import partial

from weighbridge.adapters.git.ledger_remote import LedgerRemote
from weighbridge.app.ask_gate import Asked, ask_gate
from weighbridge.app.explain import UnknownNameError
from weighbridge.app.keep_packages import package_at
from weighbridge.app.public_address import public_address
from weighbridge.app.record_decision import Origin, record_decision, runs_out
from weighbridge.app.review_change import Weighed
from weighbridge.app.speak_of_change import Speaker
from weighbridge.assembly.bench import Bench, SystemClock
from weighbridge.assembly.desks import desk_of
from weighbridge.assembly.policies import policy_documents, policy_in_force
from weighbridge.assembly.writers import own_writer
from weighbridge.domain.ids import digest
from weighbridge.domain.trust import Trust
from weighbridge.landscape.documents.shapes import nearest
from weighbridge.ledger.append import Appended
from weighbridge.ledger.slsa import policy_reference
from weighbridge.policy.policy import Environment, Policy


def stand(bench: Bench, weighed: Weighed, *, trust: Trust, proposal: str = "", environment: str = "") -> Asked:
    """What the change still needs now. Raises `UnknownNameError` for an environment that the policy does not have."""
    policy = weighed.case.policy
    place = environment_of(policy, environment)
    with desk_of(bench.repository, trust, policy=policy) as desk:
        return ask_gate(
            weighed,
            desk,
            now=SystemClock().now(),
            find=partial(package_at, bench.repository),
            proposal=proposal,
            environment=place,
        )


def may_record(bench: Bench, trust: Trust) -> None:
    """Refuse, before anything is weighed, to record what nobody would believe. Raises `LedgerError`, `LedgerFilesError`."""
    writer = own_writer()
    with desk_of(bench.repository, trust, policy=policy_in_force(trust)) as desk:
        speaker = Speaker(desk=desk, writer=writer, repository=bench.repository.name)
        desk.refuse_unnamed(writer)
        desk.refuse_stranger(writer, origin=speaker.origin)


def put_on_record(bench: Bench, asked: Asked, *, trust: Trust, policy: Policy, environment: str = "") -> Appended:
    """Put what was weighed and the gate's state on the ledger. Raises `LedgerError`, `LedgerFilesError`."""
    with desk_of(bench.repository, trust, policy=policy) as desk:
        speaker = Speaker(
            desk=desk,
            writer=own_writer(),
            repository=bench.repository.name,
            proposal=asked.subject.proposal if asked.subject else "",
        )
        place = environment_of(policy, environment)
        return record_decision(
            speaker,
            asked,
            environment=environment,
            expires=runs_out(asked, policy, environment=place, now=speaker.now()),
            origin=_origin(bench, trust, ledger=speaker.origin, policy=policy),
        )


def _origin(bench: Bench, trust: Trust, *, ledger: str, policy: Policy) -> Origin:
    """What others know this repository by: its remote's address, or where it has none its ledger's name."""
    remote = LedgerRemote(bench.repository, "origin").address
    branch = trust.target_name.removeprefix("refs/").removeprefix("remotes/origin/").removeprefix("heads/")
    digests = [document.digest for document in policy_documents(trust)]
    return Origin(
        repository=public_address(remote) or f"urn:weighbridge:{ledger}",
        branch=f"refs/heads/{branch}",
        policy=policy_reference(policy.name, digests[-1] if digests else digest(policy.name.encode())),
    )


def environment_of(policy: Policy, name: str) -> Environment | None:
    """The environment of this name, None for no name. Raises `UnknownNameError`."""
    if not name:
        return None
    known = policy.environments
    if name not in known:
        close = nearest(name, known)
        hint = f"did you mean {close}?" if close else f"known are {', '.join(sorted(known)) or 'none'}"
        raise UnknownNameError(f"the policy {policy.name} has no environment {name}: {hint}")
    return known[name]
