"""A policy's test says of a change what the gate says of it: the same facts, once written down and once as a review has them.

The second case is put together as `ask_gate` does it, out of the same parts: who is involved, who knows a component, who
is here at all, which sources nobody can ask.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.ask_gate import involved_in
from weighbridge.app.find_knowledge import Around, who_knows
from weighbridge.app.try_policy import try_policy
from weighbridge.domain.gate import GateState
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.knowledge import KnowledgeTerms, WhoKnows
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.owners import OwnerGroup, Ownership
from weighbridge.domain.persons import NO_TEAMS, Person, Teams, folded
from weighbridge.domain.record import Assurance, Judgement, Record, Status, StatusState, Verdict, Voice
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.policy.asking import asking, moment_of
from weighbridge.policy.case import Case, Elsewhere, Paper
from weighbridge.policy.combine import worst
from weighbridge.policy.firm import held_firm
from weighbridge.policy.gate import FIXED_RULES, decide_gate
from weighbridge.policy.judge.checks import NO_SOURCE
from weighbridge.policy.people import People
from weighbridge.policy.policy import Policy
from weighbridge.policy.population import population
from weighbridge.policy.reading.load import Source, load_policy
from weighbridge.policy.stamps import Stamps
from weighbridge.policy.trials.document import document_of
from weighbridge.policy.trials.read import read_trials
from weighbridge.policy.trials.statements import SUBJECT
from weighbridge.provenance.forms import built_in
from weighbridge.risk.past import PastChange, past_change

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMES = ("ana@example.org", "ben@example.org", "cy@example.org", "@dee", "robot@example.org", "noreply@anthropic.com")
PEOPLE = {
    "roles": {"senior": ["ana@example.org", "@acme/pay"]},
    "teams": {"@acme/pay": ["ben@example.org", "@dee"]},
    "handles": {"@dee": "dee@example.org"},
    "bots": ["robot@example.org"],
}

person = st.sampled_from(NAMES)
owner = st.sampled_from((*NAMES, "@acme/pay", "@acme/unknown"))
approval = st.fixed_dictionaries(
    {},
    optional={
        "count": st.integers(1, 2),
        "by": st.lists(
            st.sampled_from(
                ("anyone", "owners", "knows-component", "role:senior", "team:@acme/pay", "ana@example.org")
            ),
            min_size=1,
            max_size=2,
            unique=True,
        ),
        "not_by": st.lists(st.sampled_from(("author", "committer", "co-author", "requester")), max_size=4, unique=True),
        "assurance": st.sampled_from(("forge", "key", "sk", "passkey")),
    },
)
single = st.one_of(
    st.builds(lambda asked: {"approval": asked}, approval),
    st.sampled_from(({"approval": {"by": "knows-component"}}, {"code_owners": {}}, {"code_owners": {"unowned": True}})),
    st.sampled_from(
        (
            {"rollout": {}},
            {"rollout": {"stages": ["canary"]}},
            {"check": {"name": "build"}},
            {"check": {"name": "build", "within": "2 hours"}},
            {"load_test": {}},
            {"document": {"kind": "design-note"}},
            {"wait": "1 day"},
            {"anchored": True},
            {"disclosure": True},
            {"scanned": ["sql/*"]},
            {"scanned": ["landscape/impact"]},
            {"findings": {"severity": "low"}},
        )
    ),
)


def _combined(parts: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    several = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda of: {"all": of}, several),
        st.builds(lambda of: {"any": of}, several),
        st.builds(lambda count, of: {"at_least": {"count": count, "of": of}}, st.integers(1, 2), several),
    )


KNOWN = {"require": [{"approval": {"by": "knows-component", "not_by": []}}]}
needs = st.recursive(single, _combined, max_leaves=4)
WHENS = (
    None,
    "true",
    "owners.size() > 0",
    'statuses.failed.exists(n, n == "build")',
    'outcomes.exists(o, o.state == "found")',
)
rules = st.lists(
    st.builds(lambda need, when: {"require": [need]} | ({"when": when} if when else {}), needs, st.sampled_from(WHENS)),
    min_size=4,
    max_size=8,
).map(lambda every: [{"name": f"r{number}", **rule} for number, rule in enumerate((KNOWN, *every))])
policies = st.fixed_dictionaries(
    {"version": st.just(1), "name": st.just("p"), "people": st.just(PEOPLE), "rules": rules},
    optional={"solo": st.booleans(), "overrides": st.just({"approval": {"by": "role:senior"}})},
)
said = st.fixed_dictionaries(
    {"by": person}, optional={"assurance": st.sampled_from(("key", "sk", "passkey")), "asked_of_agent": st.booleans()}
)
component = st.fixed_dictionaries(
    {
        "name": st.sampled_from(("pay", "shop")),
        "owners": st.lists(owner, min_size=1, max_size=2),
        "is_changed": st.booleans(),
    },
    optional={"area": st.sampled_from(("low", "high"))},
)
ALWAYS: dict[str, st.SearchStrategy[object]] = {
    "name": st.just("a"),
    "expect": st.just({}),
    "components": st.lists(component, max_size=2, unique_by=lambda one: str(one["name"])),
    "approvals": st.lists(said, max_size=3),
}
SOMETIMES: dict[str, st.SearchStrategy[object]] = {
    "change": st.fixed_dictionaries({"authors": st.lists(person, min_size=1, max_size=2)}),
    "owners": st.lists(owner, max_size=2),
    "knows": st.lists(person, max_size=2),
    "rejections": st.lists(said, max_size=1),
    "checks": st.lists(
        st.fixed_dictionaries({"name": st.just("build"), "state": st.sampled_from(("passed", "failed"))}), max_size=2
    ),
    "documents": st.just([{"kind": "design-note"}]),
    "anchored": st.booleans(),
    "on_record": st.just("2026-01-01T00:00:00Z"),
    "findings": st.just([{"rule": "sql/x", "severity": "low"}]),
    "outcomes": st.sampled_from(([{"rule": "sql/y"}], [{"rule": "sql/y", "reason": "failed"}])),
    "missing": st.sampled_from(({"owners": "not-configured"}, {"statuses": "failed"}, {"impact": "failed"})),
}
facts: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(ALWAYS, optional=SOMETIMES)


class Here(Struct, frozen=True, kw_only=True):
    """What a review would have of the facts."""

    facts: Mapping[str, object]
    policy: Policy

    def listed(self, key: str) -> list[dict[str, object]]:
        """The records under `key`."""
        found = self.facts.get(key, [])
        assert isinstance(found, list)
        return found

    @property
    def people(self) -> People:
        """Those whom policy and programs' marks name."""
        stated = self.policy.people
        return People(
            persons=tuple(Person(name=name, aliases=(handle,)) for handle, name in stated.handles.items()),
            teams=Teams(members=stated.teams, missing=NO_TEAMS),
            roles=stated.roles,
            bots=frozenset(map(folded, (*stated.bots, *built_in().addresses))),
        )

    @property
    def components(self) -> tuple[Component, ...]:
        """The declared components; those that the change touches lie where it does."""
        return tuple(
            Component(
                name=str(one["name"]),
                kind=ComponentKind.SERVICE,
                roots=(RepoPath(f"{'src' if one.get('is_changed') else 'lib'}/{one['name']}"),),
                tier=Stated(value=2, reason="", declared=True),
                area=Stated(value=AreaLevel.MEDIUM, reason="", declared=True),
                owners=_texts(one["owners"]),
            )
            for one in self.listed("components")
        )

    @property
    def touched(self) -> tuple[Component, ...]:
        """The components that hold what changed."""
        return tuple(one for one in self.components if one.roots[0].startswith("src/"))

    def record(self) -> Record:
        """What was said."""
        missing = self.facts.get("missing", {})
        assert isinstance(missing, dict)
        unasked = CouldNotLook(reason=Reason.FAILED, detail="") if "statuses" in missing else None
        every = [(one, verdict) for key, verdict in VERDICTS.items() for one in self.listed(key)]
        return Record(
            judgements=tuple(
                Judgement(
                    voice=Voice(
                        person=str(one["by"]),
                        assurance=Assurance(str(one.get("assurance", "sk"))),
                        key=f"key of {one['by']}",
                        at=NOW - HOUR,
                        entry=number,
                    ),
                    verdict=verdict,
                    subject=SUBJECT,
                    asked_of_agent=bool(one.get("asked_of_agent")),
                )
                for number, (one, verdict) in enumerate(every, start=1)
            ),
            statuses=()
            if unasked
            else tuple(
                Status(
                    name="build",
                    state=StatusState(str(one["state"])),
                    tree=SUBJECT.head_tree,
                    source="ci",
                    at=NOW - HOUR,
                )
                for one in self.listed("checks")
            ),
            is_anchored=bool(self.facts.get("anchored")),
            missing=NO_SOURCE | ({"statuses": unasked} if unasked else {}),
        )


VERDICTS = {"approvals": Verdict.APPROVE, "rejections": Verdict.REJECT}


def _texts(value: object) -> tuple[str, ...]:
    assert isinstance(value, list)
    return tuple(map(str, value))


def _owned(here: Here, paths: tuple[RepoPath, ...]) -> Ownership | CouldNotLook:
    missing, source = here.facts.get("missing", {}), RepoPath("CODEOWNERS")
    assert isinstance(missing, dict)
    if "owners" in missing:
        return CouldNotLook(reason=Reason.NOT_CONFIGURED, detail="no CODEOWNERS")
    names = tuple(map(str, here.listed("owners")))
    if not names:
        return Ownership(source=source, unowned=paths)
    return Ownership(source=source, groups=(OwnerGroup(owners=names, paths=paths, source=source, lines=(1,)),))


def _known(here: Here, *, people: People) -> WhoKnows:
    """What `find_knowledge` finds where each person named worked on all of it."""
    around = Around(
        components=ComponentMap(components=here.components, fallback=_ROOT),
        circle=people.circle,
        teams=people.teams,
        is_machine=people.is_bot,
    )
    past = [_work(str(name), here.touched) for name in here.listed("knows") * 3]
    touched = here.touched or (_ROOT,)
    found = who_knows(touched, past, around=around, terms=KnowledgeTerms(least_share=0.01), at=NOW)
    return WhoKnows(components=tuple(one.name for one in touched), known=tuple(found))


_ROOT = Component(
    name="root",
    kind=ComponentKind.SERVICE,
    roots=(),
    tier=Stated(value=2, reason="", declared=False),
    area=Stated(value=AreaLevel.MEDIUM, reason="", declared=False),
)


def _work(author: str, touched: Sequence[Component]) -> PastChange:
    paths = [RepoPath(f"{root}/a.py") for one in touched for root in one.roots] or [RepoPath("a.py")]
    return past_change(f"Name <{author}>", NOW - HOUR, subject="x", files=[(path, 3, 1) for path in paths])


def real(here: Here, trial_text: str) -> Case:
    """The case as `ask_gate` puts it together."""
    (trial,) = read_trials(trial_text.encode(), "t", policy=here.policy)
    document, people, record = document_of(trial.node), here.people, here.record()
    signers = [people.circle.find(j.voice.person) or Person(name=j.voice.person) for j in record.judgements]
    workers = [people.circle.find(str(n)) or Person(name=str(n)) for n in here.listed("knows")]
    owning = [owner for one in here.components for owner in one.owners]
    lived = population(
        owners=[*map(str, here.listed("owners")), *owning],
        signers=signers,
        committers=workers,
        teams=people.teams,
        is_machine=people.is_bot,
    )
    case = Case(
        policy=here.policy,
        document=document,
        people=people,
        involved=involved_in(document.change, record, subject=SUBJECT, people=people),
        papers=(Paper(kind="design-note", source="a.md"),) if here.facts.get("documents") else (),
        record=record,
        subject=SUBJECT,
        now=NOW,
        weighed_at=NOW - timedelta(days=4.5) if here.facts.get("on_record") else None,
        ownership=_owned(here, tuple(file.path for file in document.change.files)),
        who_knows=lambda: _known(here, people=people),
        elsewhere=lambda _: Elsewhere(),
        population=(lambda: lived) if lived.people or lived.unsure else None,
        stamps=Stamps,
    )
    return held_firm(replace(case, holds=asking(document, here.policy, moment=moment_of(case))))


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow])
@given(policies, facts)
def test_every_rule_comes_to_the_same(written: dict[str, object], case: dict[str, object]) -> None:
    policy = load_policy([Source(data=yaml.safe_dump(written).encode(), path="p")])
    text = yaml.safe_dump({"version": 1, "cases": [case]})
    asked = real(Here(facts=case, policy=policy), text)
    if policy.is_solo and asked.population is None:
        return  # a review always finds somebody here; a test takes the author for them
    gate = decide_gate(asked)
    names = [*(rule.name for rule in policy.rules), *FIXED_RULES]
    expected = {name: worst(each.state for each in gate.requirements if each.rule == name) for name in names}
    case["expect"] = {
        "gate": str(gate.state),
        "level": str(gate.level),
        "rules": {n: str(s) for n, s in expected.items()},
    }

    (result,) = try_policy(
        read_trials(yaml.safe_dump({"version": 1, "cases": [case]}).encode(), "t", policy=policy), policy
    ).results
    assert result.failures == ()
    assert gate.state in GateState
