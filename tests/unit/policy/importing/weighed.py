"""Imports a policy and asks our gate about a change, so that a test can say what it comes to."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from msgspec.structs import replace
from tests.samples.packages import usual_change, usual_risk
from tests.samples.parts import changed_file, commit
from tests.samples.record import NOW, THIS, said

from weighbridge.app.import_policy import Imported, PolicySource, import_policy
from weighbridge.domain.change import Change, FileChange, FileStatus
from weighbridge.domain.gate import Gate, GateState
from weighbridge.domain.impact import Impact
from weighbridge.domain.outcomes import Coverage
from weighbridge.domain.persons import Person, Teams
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.record import Record
from weighbridge.policy.asking import Moment, asking
from weighbridge.policy.case import Case
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.importing.lost import Effect
from weighbridge.policy.people import People, involvement
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.load import Source, load_policy

AUTHOR = "someone@example.org"
"""Who wrote the commits of the samples; the account is `author`."""
ACCOUNTS = {"author": AUTHOR, **{name: f"{name}@example.org" for name in ("ann", "bob", "cyd", "dee")}}
TEAMS = {
    "acme/devs": frozenset({"ann", "bob"}),
    "acme/leads": frozenset({"cyd", "author"}),
    "acme/all": frozenset(ACCOUNTS),
}
PEOPLE = People(
    persons=tuple(Person(name=address, aliases=(f"@{name}",)) for name, address in ACCOUNTS.items()),
    teams=Teams(members={f"@{team}": tuple(ACCOUNTS[name] for name in names) for team, names in TEAMS.items()}),
)


def bot_policy(policy: Mapping[str, Any]) -> Imported:
    """The import of a policy of policy-bot."""
    return import_policy(yaml.safe_dump(policy, allow_unicode=True).encode(), ".policy.yml")


def one_rule(**parts: object) -> Imported:
    """The import of a policy with one rule."""
    return bot_policy({"policy": {"approval": ["rule"]}, "approval_rules": [{"name": "rule", **parts}]})


def imported_json(text: str, source: PolicySource | None = None) -> Imported:
    """The import of one of GitHub's documents."""
    return import_policy(text.encode(), "rules.json", source=source)


def loaded(imported: Imported) -> Policy:
    """What was imported, as the gate takes it."""
    return load_policy([Source(data=imported.text.encode(), path="policy.yaml")])


def change_of(*paths: str, title: str = "Change it", added: int = 1) -> Change:
    """A change that touches `paths`, the first by `added` lines: `+a` is added, `-a` deleted, `a -> b` renamed."""
    files = tuple(_file(path, added=added if number == 0 else 0) for number, path in enumerate(paths))
    return replace(usual_change(), files=files, commits=(commit(1, "Change it"),), title=title)


def _file(path: str, *, added: int) -> FileChange:
    old, arrow, new = path.partition(" -> ")
    if arrow:
        base = changed_file(old).base
        return replace(changed_file(new, added=added), status=FileStatus.RENAMED, base=base)
    status = {"+": FileStatus.ADDED, "-": FileStatus.DELETED}.get(path[0], FileStatus.MODIFIED)
    return changed_file(path.lstrip("+-"), added=added, removed=0, status=status)


def gate(policy: Policy, change: Change, *, approvals: Iterable[str] = ()) -> Gate:
    """Our gate, with approvals by accounts."""
    document = PolicyDocument(
        change=change,
        provenance=Provenance(origin=Origin.UNKNOWN),
        findings=(),
        outcomes=(),
        coverage=Coverage(),
        impact=Impact(),
        risk=replace(usual_risk(), percentile=50.0),
    )
    judgements = tuple(said(ACCOUNTS[name]) for name in sorted(approvals))
    return decide_gate(
        Case(
            policy=policy,
            document=document,
            holds=asking(document, policy, moment=Moment(now=NOW)),
            people=PEOPLE,
            involved=involvement(change, PEOPLE),
            record=Record(judgements=judgements),
            subject=THIS,
            now=NOW,
        )
    )


def passes(
    imported: Imported, *paths: str, approvals: Iterable[str] = (), title: str = "Change it", added: int = 1
) -> bool:
    """Whether a change passes what was imported."""
    change = change_of(*(paths or ("a.py",)), title=title, added=added)
    return gate(loaded(imported), change, approvals=approvals).state is GateState.SATISFIED


def told(imported: Imported) -> list[tuple[str, Effect]]:
    """What was lost, by its first word, and what comes of it."""
    return [(each.what.split(" of ")[0], each.effect) for each in imported.lost]
