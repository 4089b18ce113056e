"""Whose word counts, sentence by sentence; and a gate that no sequence of statements opens without those it names."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.samples.packages import usual_change, usual_risk
from tests.samples.parts import changed_file, commit, oid
from tests.samples.record import NOW, THIS, said, voice

from weighbridge.domain.change import Identity
from weighbridge.domain.gate import GateState, Requirement
from weighbridge.domain.impact import Impact
from weighbridge.domain.knowledge import Knowledge, WhoKnows
from weighbridge.domain.outcomes import Coverage
from weighbridge.domain.persons import Person, Teams
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.record import Assurance, Judgement, Record, Verdict
from weighbridge.policy.case import Asked, Case
from weighbridge.policy.document import PolicyDocument
from weighbridge.policy.gate import decide_gate
from weighbridge.policy.judge.approvals import judge_approvals
from weighbridge.policy.needs import AnyNeed, ApprovalNeed, Group, GroupKind, Involved, OwnersNeed
from weighbridge.policy.people import People, involvement
from weighbridge.policy.policy import Policy, Rule
from weighbridge.policy.population import Inhabitant, Part, Population

AUTHOR = "someone@example.org"
PEOPLE = People(
    persons=(
        Person(name="ana@example.org", aliases=("@ana",)),
        Person(name="ben@example.org", aliases=("@ben", "ben@home.example")),
        Person(name=AUTHOR, aliases=("me@home.example",)),
    ),
    roles={"senior": ("ana@example.org", "@ben")},
    teams=Teams(members={"@shop/pay": ("ben@example.org", "cleo@example.org")}),
    bots=frozenset({"agent@example.org"}),
)
CHANGE = replace(usual_change(), files=(changed_file("a.py"),), commits=(commit(1, "Change it"),))
DOCUMENT = PolicyDocument(
    change=CHANGE,
    provenance=Provenance(origin=Origin.UNKNOWN),
    findings=(),
    outcomes=(),
    coverage=Coverage(),
    impact=Impact(),
    risk=replace(usual_risk(), percentile=50.0),
    owners=("@shop/pay",),
)


def case(*judgements: Judgement, policy: Policy | None = None, people: People = PEOPLE) -> Case:
    return Case(
        policy=policy or Policy(name="p"),
        document=DOCUMENT,
        people=people,
        involved=involvement(CHANGE, people),
        record=Record(judgements=judgements),
        subject=THIS,
        now=NOW,
        who_knows=lambda: KNOWN,
    )


def judged(need: ApprovalNeed, *judgements: Judgement, policy: Policy | None = None) -> Requirement:
    return judge_approvals(need, case(*judgements, policy=policy), asked=Asked(rule="r", because=("why",)))


ANYONE = ApprovalNeed()
SENIOR = ApprovalNeed(by=(Group(GroupKind.ROLE, "senior"),))
OWNERS = ApprovalNeed(by=(Group(GroupKind.OWNERS),))


def test_the_approval_of_another_person_counts() -> None:
    assert judged(ANYONE, said("ana@example.org")).state is GateState.SATISFIED


def test_nobody_approves_what_they_wrote() -> None:
    requirement = judged(ANYONE, said(AUTHOR))

    assert requirement.state is GateState.UNSATISFIED
    assert "is an author and a committer of the change" in requirement.not_counted[0]


def test_nor_by_another_of_their_names() -> None:
    assert judged(ANYONE, said("Me@Home.example")).state is GateState.UNSATISFIED


@pytest.mark.parametrize("address", ["123+ana@users.noreply.github.com", "Ana@users.noreply.GitHub.com"])
def test_nor_where_the_forge_hides_their_address(address: str) -> None:
    wrote = replace(commit(1, "Change it"), author=Identity(name="A", email=address))
    asked = replace(case(said("ana@example.org")), involved=involvement(replace(CHANGE, commits=(wrote,)), PEOPLE))

    assert judge_approvals(ANYONE, asked, asked=Asked(rule="r", because=())).state is GateState.UNSATISFIED


def test_one_person_of_two_names_is_one_approval() -> None:
    two = ApprovalNeed(count=2)

    assert judged(two, said("ben@example.org"), said("ben@home.example")).state is GateState.UNSATISFIED
    assert judged(two, said("ben@example.org"), said("ana@example.org")).state is GateState.SATISFIED


def vouched(who: str, *by: str) -> Judgement:
    return said(replace(voice(who), rests_on=by))


def test_nor_does_whom_they_vouched_for() -> None:
    requirement = judged(ANYONE, vouched("eve@example.org", "ana@example.org", "Me@Home.example"))

    assert requirement.state is GateState.UNSATISFIED
    (why,) = requirement.not_counted
    assert "is enrolled on the word of Me@Home.example, an author and a committer of the change: list the key" in why


@pytest.mark.parametrize(
    ("approvals", "counted"),
    [
        pytest.param((said("ana@example.org"), vouched("eve@example.org", "@ana")), 1, id="who vouched, and for whom"),
        pytest.param((vouched("eve@example.org", "@ana"), said("ana@example.org")), 1, id="the other way round"),
        pytest.param((vouched("eve@example.org", "@ana"), vouched("ivy@example.org", "ana@example.org")), 1, id="both"),
        pytest.param((vouched("ivy@example.org", "eve@example.org", "@ana"), said("@ana")), 1, id="over another"),
        pytest.param((vouched("eve@example.org", "@ana"), vouched("ivy@example.org", "@ben")), 2, id="of two people"),
        pytest.param((vouched("eve@example.org", "@ana"), said("ben@example.org")), 2, id="beside somebody else"),
        pytest.param((vouched("eve@example.org", "@ana"), said("eve@example.org")), 1, id="two keys of one person"),
    ],
)
def test_several_who_lead_back_to_one_person_are_one(approvals: tuple[Judgement, ...], counted: int) -> None:
    assert judged(ApprovalNeed(count=counted), *approvals).state is GateState.SATISFIED
    assert judged(ApprovalNeed(count=counted + 1), *approvals).state is GateState.UNSATISFIED


@pytest.mark.parametrize(
    "trailer",
    [
        "Co-authored-by: Ana <ANA@example.org>",
        "  Requested-by: A <ana@example.org>",
        "Co-authored-by: ana@example.org",
        "Co-authored-by: @ana",
        "Co-authored-by: Ana <ana@example.org> (in a pair)",
        "Co-authored-by: Ana <of the shop> <ana@example.org>",
        "Co-authored-by: Ben <ben@example.org>, Ana <ana@example.org>",
        "Co-authored-by: Ana < ana@example.org >\r",
        "\tCO-AUTHORED-BY\t:\tAna\t<ana@example.org",
        f"{' ' * 40}Co-authored-by: {'A' * 300} <ana@example.org>",
        "Co-authored-by: Ana\n  <ana@example.org>",
        "Co-authored-by: Ana <123+ana@users.noreply.github.com>",
    ],
)
def test_nobody_approves_what_they_wrote_part_of_or_asked_for(trailer: str) -> None:
    change = replace(CHANGE, commits=(commit(1, f"Change it\n\n{trailer}\n\nMore words"),))
    asked = replace(case(said("ana@example.org")), involved=involvement(change, PEOPLE))

    assert judge_approvals(ANYONE, asked, asked=Asked(rule="r", because=())).state is GateState.UNSATISFIED


@pytest.mark.parametrize("name", ["agent@example.org", "AGENT@example.org", "renovate[bot]@example.org"])
def test_a_program_is_refused_whatever_its_key(name: str) -> None:
    approval = said(voice(name, Assurance.ATTESTED_AUTHENTICATOR, verified=True))

    assert "program" in judged(ANYONE, approval).not_counted[0]


@pytest.mark.parametrize("assurance", Assurance)
def test_less_sure_than_was_asked_does_not_count(assurance: Assurance) -> None:
    need = ApprovalNeed(assurance=Assurance.SECURITY_KEY)

    state = judged(need, said(voice("ana@example.org", assurance))).state

    assert (state is GateState.SATISFIED) == (assurance.rank <= Assurance.SECURITY_KEY.rank)


def test_the_policy_s_least_holds_for_every_need() -> None:
    policy = Policy(name="p", least_assurance=Assurance.PASSKEY)

    assert judged(ANYONE, said("ana@example.org"), policy=policy).state is GateState.UNSATISFIED


def test_a_pin_or_finger_is_asked_for_where_the_need_says() -> None:
    need = ApprovalNeed(verified=True)

    assert judged(need, said(voice("ana@example.org", Assurance.PASSKEY))).state is GateState.UNSATISFIED
    assert judged(need, said(voice("ana@example.org", Assurance.PASSKEY, verified=True))).state is GateState.SATISFIED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ledger", "other/0123456789abcdef"),
        ("base_tree", oid(8)),
        ("head_tree", oid(9)),
        ("head_commit", oid(10)),
        ("decision", "sha256:" + "b" * 64),
        ("proposal", "refs/pull/7"),
    ],
)
def test_an_approval_of_anything_else_does_not_count(field: str, value: str) -> None:
    other = replace(THIS, **{field: value})

    assert judged(ANYONE, said("ana@example.org", subject=other)).state is GateState.UNSATISFIED


def test_who_rejects_takes_back_what_they_said() -> None:
    both = said("ana@example.org"), said("ana@example.org", Verdict.REJECT)

    assert judged(ANYONE, *both).state is GateState.UNSATISFIED
    assert judged(ANYONE, *both[::-1]).state is GateState.SATISFIED


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        (["a3", "r2"], GateState.UNSATISFIED),
        (["r2", "a3"], GateState.UNSATISFIED),
        (["r2", "a2"], GateState.SATISFIED),
        (["r2", "a1"], GateState.SATISFIED),
        (["r2", "r4", "a3"], GateState.UNSATISFIED),
        (["r2", "a1", "r5", "a4"], GateState.UNSATISFIED),
        (["r2", "a3", "a1"], GateState.SATISFIED),
    ],
)
def test_an_approval_that_was_given_before_a_rejection_takes_none_back(hours: list[str], state: GateState) -> None:
    """Each is an approval or a rejection so many hours ago, in the ledger's order."""
    judgements = [
        said(
            voice("ana@example.org", at=NOW - timedelta(hours=int(each[1])), entry=place),
            Verdict.APPROVE if each[0] == "a" else Verdict.REJECT,
        )
        for place, each in enumerate(hours)
    ]

    assert judged(ANYONE, *judgements).state is state


def test_a_comment_says_neither() -> None:
    assert judged(ANYONE, said("ana@example.org", Verdict.COMMENT)).state is GateState.UNSATISFIED
    both = said("ana@example.org"), said("ana@example.org", Verdict.COMMENT)
    assert judged(ANYONE, *both).state is GateState.SATISFIED


@pytest.mark.parametrize(("ahead", "counts"), [(timedelta(minutes=4), True), (timedelta(minutes=6), False)])
def test_what_was_given_in_the_future_does_not_count(ahead: timedelta, counts: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    approval = said(voice("ana@example.org", at=NOW + ahead))

    assert (judged(ANYONE, approval).state is GateState.SATISFIED) == counts


@pytest.mark.parametrize(("age", "state"), [(29, GateState.SATISFIED), (31, GateState.UNSATISFIED)])
def test_an_approval_runs_out(age: int, state: GateState) -> None:
    policy = Policy(name="p", approvals_last=timedelta(days=30))

    assert judged(ANYONE, said(voice("ana@example.org", at=NOW - timedelta(days=age))), policy=policy).state is state


@pytest.mark.parametrize(
    ("lasts", "words"),
    [
        (timedelta(minutes=2), "2 minutes"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(hours=1), ""),
    ],
)
def test_how_long_an_approval_counted_is_said_as_people_say_it(lasts: timedelta, words: str) -> None:
    requirement = judged(ANYONE, said("ana@example.org"), policy=Policy(name="p", approvals_last=lasts))

    assert requirement.not_counted == ((f"ana@example.org: ran out after {words}",) if words else ())


@pytest.mark.parametrize("ahead", [timedelta(minutes=6), timedelta(hours=1), timedelta(days=400)])
def test_who_rejects_with_a_clock_that_is_ahead_rejects(ahead: timedelta) -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ANYONE,)),))
    rejected = said(voice("ben@example.org", at=NOW + ahead), Verdict.REJECT)

    gate = decide_gate(case(said("ana@example.org"), rejected, policy=policy))
    taken_back = said(voice("ben@example.org", at=NOW + ahead))
    then = decide_gate(case(said("ana@example.org"), rejected, taken_back, policy=policy))

    assert [need.rule for need in gate.open] == ["rejections"]
    assert then.state is GateState.SATISFIED


def test_a_rejection_does_not_run_out() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ANYONE,)),), approvals_last=timedelta(minutes=2))
    fresh = said(voice("ana@example.org", at=NOW))

    gate = decide_gate(case(fresh, said("ben@example.org", Verdict.REJECT), policy=policy))

    assert [need.rule for need in gate.open] == ["rejections"]


def test_a_team_is_its_members() -> None:
    assert judged(OWNERS, said("cleo@example.org")).state is GateState.SATISFIED
    assert judged(OWNERS, said("ana@example.org")).state is GateState.UNSATISFIED


def test_a_team_that_nobody_knows_could_not_be_looked_at() -> None:
    asked = case(said("cleo@example.org"), people=replace(PEOPLE, teams=Teams()))

    requirement = judge_approvals(OWNERS, asked, asked=Asked(rule="r", because=()))

    assert requirement.state is GateState.ERROR
    assert "who is in @shop/pay is not known" in requirement.because[0]


def test_an_unknown_team_does_not_matter_where_enough_others_approved() -> None:
    need = ApprovalNeed(by=(Group(GroupKind.OWNERS), Group(GroupKind.ROLE, "senior")))
    asked = case(said("ana@example.org"), people=replace(PEOPLE, teams=Teams()))

    assert judge_approvals(need, asked, asked=Asked(rule="r", because=())).state is GateState.SATISFIED


def test_an_approver_says_the_words_that_are_asked_for() -> None:
    need = ApprovalNeed(words="I have read the plan")

    assert judged(need, said("ana@example.org", reason="ok")).state is GateState.UNSATISFIED
    assert judged(need, said("ana@example.org", reason="Yes. I have read the plan.")).state is GateState.SATISFIED


def test_alone_one_may_approve_one_s_own_and_that_is_written_down() -> None:
    me = Population(people=(Inhabitant(person=Person(name=AUTHOR), parts=(Part.SIGNER,)),))
    solo = case(said(AUTHOR), policy=Policy(name="p", is_solo=True))

    requirement = judge_approvals(ANYONE, replace(solo, population=lambda: me), asked=Asked(rule="r", because=()))

    assert requirement.state is GateState.SATISFIED
    assert judge_approvals(ANYONE, solo, asked=Asked(rule="r", because=())).state is GateState.UNSATISFIED
    assert "nobody else is here" in requirement.met_by[0]


def test_a_rejection_stands_in_the_way_whatever_others_say() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ANYONE,)),))
    approved = said("ana@example.org"), said("ben@example.org", Verdict.REJECT, reason="no plan")

    gate = decide_gate(case(*approved, policy=policy))

    assert gate.state is GateState.UNSATISFIED
    assert [w for need in gate.open for w in need.because] == ["ben@example.org rejected it: no plan"]


def test_whose_name_was_erased_rejects_and_does_nothing_that_takes_a_name() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ANYONE,)), Rule(name="o", require=(OwnersNeed(),))))
    nameless = replace(voice("(erased, SHA256:x)"), is_nameless=True)

    approved = decide_gate(case(said(nameless), policy=policy))
    rejected = decide_gate(case(said("ana@example.org"), said(nameless, Verdict.REJECT), policy=policy))

    assert "was erased" in approved.requirements[0].not_counted[0]
    assert "(erased, SHA256:x) to say otherwise, or another change" in {need.ask for need in rejected.open}


def test_whoever_rests_on_a_name_that_was_erased_rejects_and_does_nothing_else() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ANYONE,)), Rule(name="o", require=(OwnersNeed(),))))
    behind = replace(voice("ben@example.org"), rests_on_nameless=True)

    approved = decide_gate(case(said(behind), policy=policy))
    rejected = decide_gate(case(said("ana@example.org"), said(behind, Verdict.REJECT), policy=policy))

    assert approved.requirements[0].state is GateState.UNSATISFIED
    assert "was vouched for by somebody whose name was erased" in approved.requirements[0].not_counted[0]
    assert "ben@example.org to say otherwise, or another change" in {need.ask for need in rejected.open}


def test_nobody_takes_back_a_rejection_with_a_key_that_somebody_else_vouched_for() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ANYONE,)),))
    rejected, cleo = said("ana@example.org", Verdict.REJECT), said("cleo@example.org")
    second = replace(voice("ana@example.org"), key="SHA256:second")
    lent = replace(second, rests_on=("ben@example.org",))

    assert decide_gate(case(rejected, cleo, said(second), policy=policy)).state is GateState.SATISFIED
    assert decide_gate(case(rejected, cleo, said(lent), policy=policy)).state is GateState.UNSATISFIED


def test_a_rejection_by_a_program_is_passed_over() -> None:
    policy = Policy(name="p", rules=(Rule(name="r", require=(ANYONE,)),))
    approved = said("ana@example.org"), said("agent@example.org", Verdict.REJECT)

    assert decide_gate(case(*approved, policy=policy)).state is GateState.SATISFIED


WORDS = "I read it"
KNOWN = WhoKnows(
    components=("cart",),
    known=tuple(Knowledge(person=who, component="cart", reason="owns it") for who in ("@ana", "ben@example.org")),
)
NAMES = ["ana@example.org", "ben@example.org", "ben@home.example", "cleo@example.org", AUTHOR, "agent@example.org"]
statements = st.builds(
    said,
    st.builds(
        voice,
        st.sampled_from(NAMES),
        st.sampled_from(Assurance),
        at=st.sampled_from([NOW - timedelta(days=40), NOW - timedelta(hours=1), NOW + timedelta(days=1)]),
        verified=st.booleans(),
    ),
    st.sampled_from(Verdict),
    subject=st.sampled_from([THIS, THIS, THIS, replace(THIS, head_tree=oid(9)), replace(THIS, proposal="other")]),
    reason=st.sampled_from(["", "fine", WORDS]),
)
groups = st.sampled_from(
    [
        Group(GroupKind.ANYONE),
        Group(GroupKind.OWNERS),
        Group(GroupKind.ROLE, "senior"),
        Group(GroupKind.TEAM, "@shop/pay"),
        Group(GroupKind.PERSON, "@ana"),
    ]
)
approvals = st.builds(
    ApprovalNeed,
    count=st.integers(1, 3),
    by=st.lists(groups, min_size=1, max_size=2).map(tuple),
    assurance=st.sampled_from(Assurance),
    not_by=st.frozensets(st.sampled_from(Involved)),
    verified=st.booleans(),
    words=st.sampled_from(["", "", WORDS]),
)
by_knowledge = approvals.map(lambda need: replace(need, by=(Group(GroupKind.KNOWS_COMPONENT),)))
policies = st.builds(
    Policy,
    name=st.just("p"),
    rules=st.lists(st.one_of(approvals, approvals, by_knowledge), min_size=1, max_size=3).map(
        lambda needs: tuple(Rule(name=f"r{n}", require=(need,)) for n, need in enumerate(needs))
    ),
    approvals_last=st.sampled_from([None, timedelta(days=30)]),
    least_assurance=st.sampled_from([Assurance.FORGE, Assurance.KEY]),
)
MEMBERS = {
    GroupKind.OWNERS: {"ben@example.org", "cleo@example.org"},
    GroupKind.TEAM: {"ben@example.org", "cleo@example.org"},
    GroupKind.ROLE: {"ana@example.org", "ben@example.org"},
    GroupKind.PERSON: {"ana@example.org"},
    GroupKind.KNOWS_COMPONENT: {"ana@example.org", "ben@example.org"},
    GroupKind.ANYONE: {"ana@example.org", "ben@example.org", "cleo@example.org", AUTHOR},
}


def truly_approved(need: ApprovalNeed, policy: Policy, *, judgements: list[Judgement]) -> set[str]:
    """Who counts, told another way: person by person, by their last word."""
    found = set()
    for person in sorted(MEMBERS[GroupKind.ANYONE]):
        names = {person, "ben@home.example"} if person == "ben@example.org" else {person}
        theirs = [
            j
            for j in judgements
            if j.subject == THIS and j.voice.person in names and j.verdict in (Verdict.APPROVE, Verdict.REJECT)
        ]
        rejections = [n for n, j in enumerate(theirs) if j.verdict is Verdict.REJECT]
        apart = person != AUTHOR or not need.not_by & {Involved.AUTHOR, Involved.COMMITTER}
        named = any(person in MEMBERS[group.kind] for group in need.by)
        since = theirs[rejections[-1] + 1 if rejections else 0 :]
        for last in (j.voice for j in since if need.words in j.reason):
            sure = last.assurance.rank <= min(need.assurance.rank, policy.least_assurance.rank)
            fresh = last.at < NOW and (policy.approvals_last is None or last.at > NOW - policy.approvals_last)
            if sure and fresh and apart and named and (last.user_verified or not need.verified):
                found.add(person)
    return found


@given(policies, st.lists(statements, max_size=8))
def test_no_sequence_of_statements_opens_a_gate_without_the_approvals_it_names(
    policy: Policy, judgements: list[Judgement]
) -> None:
    gate = decide_gate(case(*judgements, policy=policy))

    needs = [need for rule in policy.rules for need in rule.require]
    enough = all(
        len(truly_approved(need, policy, judgements=judgements)) >= need.count
        for need in needs
        if isinstance(need, ApprovalNeed)
    )
    if gate.state is GateState.SATISFIED:
        assert enough
    elif enough:
        assert {requirement.rule for requirement in gate.open} == {"rejections"}


@given(policies, st.lists(statements, min_size=1, max_size=8), st.integers(0, 7))
def test_taking_a_statement_away_never_opens_a_gate_but_for_a_rejection(
    policy: Policy, judgements: list[Judgement], place: int
) -> None:
    place %= len(judgements)
    without = [*judgements[:place], *judgements[place + 1 :]]

    before, after = (decide_gate(case(*each, policy=policy)).state for each in (judgements, without))

    if judgements[place].verdict is not Verdict.REJECT and after is GateState.SATISFIED:
        assert before is GateState.SATISFIED


@given(st.lists(statements, max_size=6), st.lists(approvals, min_size=2, max_size=3))
def test_one_of_several_is_met_when_one_of_them_alone_would_be(
    judgements: list[Judgement], needs: list[ApprovalNeed]
) -> None:
    both = Policy(name="p", rules=(Rule(name="r", require=(AnyNeed(of=tuple(needs)),)),))

    states = [judged(need, *judgements).state for need in needs]
    (one,) = [r for r in decide_gate(case(*judgements, policy=both)).requirements if r.rule == "r"]

    assert (one.state is GateState.SATISFIED) == (GateState.SATISFIED in states)


def test_an_agent_s_identity_on_a_commit_is_no_person_involved() -> None:
    robot = Identity(name="Agent", email="agent@example.org")
    written = replace(commit(1, "x"), author=robot)

    found = involvement(replace(CHANGE, commits=(written,)), PEOPLE)

    assert found == {AUTHOR: frozenset({Involved.COMMITTER})}
