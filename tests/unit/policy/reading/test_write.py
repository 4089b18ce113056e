"""What is written of a policy loads back to the equal policy, whatever the policy."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.conditions import conditions

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.record import Assurance
from weighbridge.domain.system import SurfaceKind
from weighbridge.landscape.documents.nodes import Fields
from weighbridge.landscape.documents.reading import document
from weighbridge.policy.condition import Condition
from weighbridge.policy.conditions.condition import ConditionError, compile_condition
from weighbridge.policy.documents.kind import DocumentKind
from weighbridge.policy.needs import (
    AllNeed,
    AnchoredNeed,
    AnyNeed,
    ApprovalNeed,
    CheckNeed,
    CountWhen,
    DisclosureNeed,
    DocumentNeed,
    FindingsNeed,
    Group,
    GroupKind,
    Involved,
    LoadTestNeed,
    OwnersNeed,
    RolloutNeed,
    ScannedNeed,
    SomeNeed,
    WaitNeed,
)
from weighbridge.policy.policy import (
    Blocking,
    BreakGlassRules,
    CarryOver,
    Environment,
    EnvironmentLevel,
    Exceptions,
    Freeze,
    Policy,
    RubberStamps,
    Rule,
    SelfService,
    Stated,
)
from weighbridge.policy.reading.load import Source, built_in, load_policy, pack_names, pack_text
from weighbridge.policy.reading.values import document_kind
from weighbridge.policy.reading.write import policy_text


def compiled(text: str) -> Condition | None:
    try:
        return compile_condition(text)
    except ConditionError:
        return None


names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,12}", fullmatch=True)
words = st.text(st.characters(min_codepoint=0x20, exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20)
words = words.filter(lambda text: text.strip() == text and text.isprintable())
people = st.sampled_from(["ana@example.org", "@ben", "cy+x@example.org", "null", "1", "true", "ümit@example.org"])
times = st.one_of(st.integers(1, 500).map(lambda n: timedelta(minutes=n)), st.integers(1, 90).map(timedelta))
maybe_times = st.one_of(st.none(), times)
asked = st.one_of(conditions, st.just("level == 'high' && \"a: b # c\" != 'x'"), st.just("level ==\n  'low'"))
whens = asked.map(compiled).filter(lambda condition: condition is not None)
groups = st.one_of(
    st.sampled_from([Group(GroupKind.ANYONE), Group(GroupKind.OWNERS), Group(GroupKind.KNOWS_COMPONENT)]),
    st.builds(Group, st.just(GroupKind.ROLE), names),
    st.just(Group(GroupKind.TEAM, "@acme/pay")),
    st.just(Group(GroupKind.PERSON, "ana@example.org")),
)
involved = st.frozensets(st.sampled_from(Involved))
approvals = st.builds(
    ApprovalNeed,
    count=st.integers(1, 20),
    by=st.lists(groups, min_size=1, max_size=3).map(tuple),
    assurance=st.sampled_from(Assurance),
    not_by=involved,
    count_when=st.lists(st.builds(CountWhen, when=whens, count=st.integers(0, 20)), max_size=2).map(tuple),
    verified=st.booleans(),
    words=st.one_of(st.just(""), words),
)
rule_ids = st.lists(st.sampled_from(["sql/*", "*", "security/weak-hash"]), min_size=1, max_size=2).map(tuple)
kinds = st.sampled_from(["design-note", "change-ticket"])


def stated_kind(name: str, text: str) -> DocumentKind:
    node = document(text.encode())
    assert isinstance(node, Fields)
    return document_kind(name, node)


documents = st.sampled_from(
    [
        {},
        {"design-note": stated_kind("design-note", "{paths: docs/*.md, words: 12}")},
        {"change-ticket": stated_kind("change-ticket", "{ticket: 'SHOP-[0-9]+'}")},
        {"data-note": stated_kind("data-note", "{says: which data, headings: [What, Who], words: 0, paths: [a/**]}")},
    ]
)
leaves = st.one_of(
    approvals,
    st.builds(OwnersNeed, assurance=st.sampled_from(Assurance), not_by=involved, unowned=st.booleans()),
    st.builds(DocumentNeed, kind=kinds, pattern=st.sampled_from(["", "SHOP-[0-9]+", "^#\\d+"])),
    st.builds(CheckNeed, name=words, within=maybe_times),
    st.builds(ScannedNeed, rules=rule_ids),
    st.builds(FindingsNeed, severity=st.sampled_from(Severity), confidence=st.sampled_from(Confidence), rules=rule_ids),
    st.builds(RolloutNeed, stages=st.lists(words, max_size=2).map(tuple)),
    st.builds(WaitNeed, time=times),
    st.builds(LoadTestNeed, within=maybe_times),
    st.just(DisclosureNeed()),
    st.just(AnchoredNeed()),
)
some = st.lists(leaves, min_size=1, max_size=2).map(tuple)
needs = st.one_of(
    leaves,
    st.builds(AllNeed, of=some),
    st.builds(AnyNeed, of=some),
    st.builds(SomeNeed, count=st.integers(1, 20), of=some),
)
required = st.lists(needs, min_size=1, max_size=2).map(tuple)
rules = st.builds(
    Rule,
    name=names,
    require=required,
    when=st.one_of(st.none(), whens),
    because=st.one_of(st.just(""), words),
    locked=st.booleans(),
)
lists = st.dictionaries(names, st.lists(people, min_size=1, max_size=2).map(tuple), max_size=2)
team_names = st.sampled_from(["@acme/pay", "@acme/web", "@@maintainer"])
stated = st.builds(
    Stated,
    roles=lists,
    teams=st.dictionaries(team_names, st.lists(people, min_size=1, max_size=2).map(tuple), max_size=2),
    handles=st.dictionaries(st.sampled_from(["@ana", "@ben"]), people, max_size=2),
    bots=st.frozensets(st.sampled_from(["bot@example.org", "@robot"])),
)
exceptions = st.builds(Exceptions, approval=approvals, longest=times, never=st.frozensets(names, max_size=2))
glasses = st.builds(
    BreakGlassRules, approval=approvals, review_within=times, review=approvals, never=st.frozensets(names, max_size=2)
)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))
environments = st.dictionaries(
    names,
    st.builds(
        Environment,
        name=st.just(""),
        level=st.sampled_from(EnvironmentLevel),
        self_service=st.sampled_from(SelfService),
        require=st.one_of(st.just(()), required),
        approvals_last=maybe_times,
    ),
    max_size=2,
).map(lambda found: {name: replace(each, name=name) for name, each in found.items()})


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    places = draw(environments)
    closed = draw(st.frozensets(st.sampled_from(sorted(places)))) if places else frozenset()
    start = draw(moments)
    freeze = Freeze(
        name="f",
        start=start,
        end=start + draw(times),
        environments=closed,
        because=draw(words),
        except_when=draw(st.one_of(st.none(), whens)),
    )
    return Policy(
        name=draw(words),
        blocking=Blocking(severity=draw(st.sampled_from(Severity)), confidence=draw(st.sampled_from(Confidence))),
        rules=draw(st.lists(rules, max_size=3, unique_by=lambda rule: rule.name).map(tuple)),
        blind=draw(st.frozensets(st.sampled_from(Reason))),
        delicate=draw(st.frozensets(st.sampled_from(SurfaceKind))),
        people=draw(stated),
        environments=places,
        documents=draw(documents),
        freezes=draw(st.sampled_from([(), (freeze,)])),
        overrides=draw(st.one_of(st.none(), exceptions)),
        waivers=draw(st.one_of(st.none(), exceptions)),
        break_glass=draw(st.one_of(st.none(), glasses)),
        rubber_stamps=RubberStamps(words_a_minute=draw(st.sampled_from([0, 250])), share=draw(st.sampled_from([0, 0.57])), batch=draw(st.sampled_from([0, 5])), within=draw(times)),
        carry_over=draw(st.sampled_from(CarryOver)),
        approvals_last=draw(maybe_times),
        least_assurance=draw(st.sampled_from(Assurance)),
        is_solo=draw(st.booleans()),
        report_only=draw(st.booleans()),
    )  # fmt: skip


def again(policy: Policy) -> Policy:
    return load_policy([Source(data=policy_text(policy).encode(), path="p")])


def unplaced(policy: Policy) -> Policy:
    """The policy without where its rules were written."""
    return replace(policy, rules=tuple(replace(rule, source="") for rule in policy.rules))


@settings(deadline=None)
@given(policies())
def test_a_written_policy_loads_back_to_the_equal_one(policy: Policy) -> None:
    assert unplaced(again(policy)) == policy


@pytest.mark.parametrize("name", pack_names())
def test_a_pack_laid_flat_is_the_same_policy(name: str) -> None:
    policy = load_policy([Source(data=pack_text(name).encode(), path="p")])

    assert policy_text(again(policy)) == policy_text(policy)


def test_the_built_in_policy_can_be_written() -> None:
    assert policy_text(again(built_in())) == policy_text(built_in())
