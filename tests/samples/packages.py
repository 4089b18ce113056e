"""Review packages to look at and to test renderings with: quiet, usual, huge and hostile."""

from tests.samples.findings import suppression, usual_findings
from tests.samples.impact import usual_impact
from tests.samples.parts import MADE_AT, changed_file, commit, component, oid

from weighbridge.domain.change import (
    Change,
    ChangeKind,
)
from weighbridge.domain.findings import (
    Confidence,
    WeighedFinding,
)
from weighbridge.domain.gate import Gate, GateState, Level, Requirement, RequirementKind
from weighbridge.domain.ids import Digest, RepoPath, RuleId
from weighbridge.domain.impact import (
    Impact,
)
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Outcome, OutcomeState, Reason
from weighbridge.domain.package import Decision, Message, ReviewPackage, Sequence, TrustRecord
from weighbridge.domain.provenance import CommitProvenance, Origin, Provenance, ProvenanceEvidence, Source
from weighbridge.domain.risk import Contribution, FailureScenario, Risk
from weighbridge.domain.system import AreaLevel, ComponentKind, Surface, SurfaceKind
from weighbridge.review.compose import compose
from weighbridge.review.excerpts import cut_excerpt


def usual_gate(findings: tuple[WeighedFinding, ...]) -> Gate:
    worst = findings[1].finding.evidence
    return Gate(
        state=GateState.UNSATISFIED,
        level=Level.HIGH,
        reasons=("it recreates a production database", "it reaches tier-1 checkout and payments", "it is AI-assisted"),
        requirements=(
            Requirement(
                kind=RequirementKind.FINDINGS,
                rule="no-new-critical",
                state=GateState.UNSATISFIED,
                ask="Remove or override 1 critical finding",
                because=("infrastructure/recreates-environment blocks",),
                cites=(worst,),
            ),
            Requirement(
                kind=RequirementKind.APPROVAL,
                rule="owners",
                state=GateState.UNSATISFIED,
                ask="Approval by @shop/checkout-owners",
                because=("checkout is tier 1",),
            ),
            Requirement(
                kind=RequirementKind.DOCUMENT,
                rule="design-note",
                state=GateState.SATISFIED,
                ask="A design note",
                because=("a high change needs one",),
            ),
            Requirement(
                kind=RequirementKind.LOOK,
                rule="surfaces-examined",
                state=GateState.ERROR,
                ask="Examine infra/pipeline.groovy, or accept by name that nobody did",
                because=("it deploys every service",),
            ),
        ),
        policy="built-in, version 1",
    )


def usual_risk() -> Risk:
    return Risk(
        percentile=93.4,
        baseline_percentile=41.2,
        sample=4812,
        window="the last 4,812 changes, since 2023-05-02",
        model="percentile, first form",
        contributions=(
            Contribution(
                feature="subsystems", value=4, percentile=97, words="It touches 4 subsystems; most changes touch 1"
            ),
            Contribution(feature="entropy", value=1.9, percentile=88, words="Its lines are spread over many files"),
            Contribution(
                feature="experience", value=0, percentile=71, words="Its author never changed these files before"
            ),
        ),
        scenarios=(
            FailureScenario(
                words="Applying the plan deletes the orders database without a final snapshot; checkout and payments stop.",
                cites=(usual_findings()[1].finding.evidence,),
            ),
            FailureScenario(
                words="Under load, pay holds one of 10 connections while Cart.total waits for another: both time out.",
                cites=(usual_findings()[2].finding.evidence,),
            ),
        ),
    )


def usual_sequences() -> tuple[Sequence, ...]:
    names = ("Shopper", "checkout", "cost-report", "orders database", "payments")
    before = (
        Message(source=names[0], target=names[1], words="POST /checkout/pay"),
        Message(source=names[1], target=names[3], words="reads carts"),
        Message(source=names[1], target=names[1], words="round_half_even(total)", mark="removed"),
        Message(source=names[1], target=names[4], words="POST /charges"),
    )
    after = (
        before[0],
        before[1],
        Message(source=names[1], target=names[2], words="round_total(total, currency)", mark="added"),
        Message(source=names[2], target=names[3], words="reads currencies", mark="added"),
        before[3],
    )
    return (Sequence(entry_point="POST /checkout/pay", participants=names, before=before, after=after),)


def usual_provenance() -> Provenance:
    return Provenance(
        origin=Origin.MIXED,
        commits=(
            CommitProvenance(
                commit=oid(1),
                origin=Origin.AI,
                evidence=(
                    ProvenanceEvidence(
                        commit=oid(1),
                        source=Source.TRAILER,
                        says=Origin.AI,
                        agent="Claude Code",
                        detail="Co-Authored-By: Claude <noreply@example.org>",
                        confidence=Confidence.HIGH,
                    ),
                ),
                conflicts=("the signature is Ada Bell's, the trailer names an agent",),
            ),
            CommitProvenance(commit=oid(2), origin=Origin.UNKNOWN),
        ),
        unreachable=("a note speaks of commit 9f8e7d6c5b4a, which this history no longer holds",),
    )


def usual_coverage() -> Coverage:
    unsupported = CouldNotLook(
        reason=Reason.UNSUPPORTED,
        detail="no extractor reads Groovy",
        remedy="have a person read it and accept it by name",
    )
    return Coverage(
        files=(
            FileCoverage(path=RepoPath("infra/main.tf"), language="hcl", examined=True),
            FileCoverage(path=RepoPath("infra/pipeline.groovy"), language="", examined=False, missing=unsupported),
            FileCoverage(path=RepoPath("libs/store/engine.py"), language="python", examined=True),
            FileCoverage(path=RepoPath("services/checkout/cart.py"), language="python", examined=True),
            FileCoverage(path=RepoPath("services/cost-report/report.py"), language="python", examined=True),
            FileCoverage(path=RepoPath("services/cost-report/rounding.py"), language="python", examined=True),
        )
    )


def usual_change() -> Change:
    return Change(
        repository="shop",
        kind=ChangeKind.RANGE,
        range_text="main..fix-rounding",
        base_tree=oid(100),
        head_tree=oid(101),
        base_commit=oid(3),
        head_commit=oid(1),
        files=tuple(
            changed_file(file.path, added=3 + index * 7, removed=index * 2)
            for index, file in enumerate(usual_coverage().files)
        ),
        commits=(
            commit(1, "Fix a rounding bug in the cost report\n\nCo-Authored-By: Claude <noreply@example.org>\n"),
            commit(2, "Prepare the rounding fix"),
        ),
        title="Fix a rounding bug in the cost report",
    )


def usual_decision() -> Decision:
    findings = usual_findings()
    return Decision(
        change=usual_change(),
        provenance=usual_provenance(),
        findings=findings,
        suppressions=(suppression(),),
        outcomes=(
            Outcome(rule=RuleId("resources/pool-shrinks"), subject="libs/store/engine.py", state=OutcomeState.FOUND),
            Outcome(
                rule=RuleId("security/weak-hash"), subject="services/cost-report/rounding.py", state=OutcomeState.CLEAR
            ),
            Outcome(
                rule=RuleId("dependencies/known-vulnerable"),
                subject="",
                state=OutcomeState.COULD_NOT_LOOK,
                missing=CouldNotLook(
                    reason=Reason.NOT_CONFIGURED, detail="no advisory index is configured", remedy="weighbridge doctor"
                ),
            ),
        ),
        coverage=usual_coverage(),
        impact=usual_impact(),
        surfaces=(
            Surface(
                kind=SurfaceKind.INFRASTRUCTURE,
                path=RepoPath("infra/main.tf"),
                reason="it defines the production environment",
            ),
            Surface(
                kind=SurfaceKind.RESOURCES,
                path=RepoPath("libs/store/engine.py"),
                symbol="engine",
                reason="it sizes a connection pool",
            ),
            Surface(
                kind=SurfaceKind.BUILD_AND_DEPLOY,
                path=RepoPath("infra/pipeline.groovy"),
                reason="it deploys every service",
            ),
        ),
        components=(
            component("checkout", ComponentKind.SERVICE, tier=1, area=AreaLevel.HIGH, owners="@shop/checkout-owners"),
            component("payments", ComponentKind.SERVICE, tier=1, area=AreaLevel.HIGH, owners="@shop/payments-owners"),
            component("cost-report", ComponentKind.JOB, tier=3, area=AreaLevel.LOW, owners="@shop/finance"),
            component("store", ComponentKind.LIBRARY, tier=2, area=AreaLevel.MEDIUM),
            component("money", ComponentKind.LIBRARY, tier=2, area=AreaLevel.MEDIUM),
            component("storefront", ComponentKind.SITE, tier=2, area=AreaLevel.LOW, owners="@shop/web"),
        ),
        gate=usual_gate(findings),
        trust=TrustRecord(
            target=oid(3),
            target_name="main",
            documents={
                ".weighbridge/system.yaml": Digest("sha256:" + "ab" * 32),
                "CODEOWNERS": Digest("sha256:" + "cd" * 32),
            },
        ),
        tool="weighbridge 0.1.0",
    )


STORE = """from functools import cache

from sqlalchemy import Engine, create_engine


@cache
def engine(url: str) -> Engine:
    return create_engine(url, pool_size=10)
"""


def usual() -> ReviewPackage:
    """An AI-assisted "fix a rounding bug" that also recreates the environment."""
    decision = usual_decision()
    found = next(w.finding for w in decision.findings if w.finding.place.path == "libs/store/engine.py")
    excerpt = cut_excerpt(found, STORE)
    assert excerpt
    return compose(decision, usual_risk(), sequences=usual_sequences(), excerpts=(excerpt,), made_at=MADE_AT)


def quiet() -> ReviewPackage:
    """A change of documentation that nobody can notice."""
    change = Change(
        repository="shop",
        kind=ChangeKind.COMMIT,
        range_text="HEAD",
        base_tree=oid(100),
        head_tree=oid(102),
        base_commit=oid(3),
        head_commit=oid(4),
        files=(changed_file("README.md", added=2, removed=1),),
        commits=(commit(4, "Say how to run the tests"),),
    )
    decision = Decision(
        change=change,
        provenance=Provenance(origin=Origin.UNKNOWN, commits=(CommitProvenance(commit=oid(4), origin=Origin.UNKNOWN),)),
        findings=(),
        suppressions=(),
        outcomes=(),
        coverage=Coverage(files=(FileCoverage(path=RepoPath("README.md"), language="prose", examined=True),)),
        impact=Impact(),
        surfaces=(),
        components=(),
        gate=Gate(
            state=GateState.NOT_APPLICABLE, level=Level.LOW, reasons=(), requirements=(), policy="built-in, version 1"
        ),
        trust=TrustRecord(target=oid(3), target_name="main"),
        tool="weighbridge 0.1.0",
    )
    risk = Risk(percentile=4.0, baseline_percentile=6.0, sample=812, window="all 812 changes", model="percentile")
    return compose(decision, risk, made_at=MADE_AT)
