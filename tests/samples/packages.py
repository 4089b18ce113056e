"""Review packages to look at and to test renderings with: quiet, usual, huge and hostile."""

from datetime import UTC, datetime

from weighbridge.domain.change import (
    Blob,
    Change,
    ChangeKind,
    Commit,
    FileChange,
    FileStatus,
    Identity,
    LineRange,
    Mode,
)
from weighbridge.domain.findings import (
    Confidence,
    Finding,
    FindingState,
    Fix,
    Severity,
    Suppression,
    WeighedFinding,
)
from weighbridge.domain.gate import Gate, GateState, Level, Requirement, RequirementKind
from weighbridge.domain.ids import Digest, ObjectId, RepoPath, RuleId, SymbolId
from weighbridge.domain.impact import (
    Certainty,
    ChangeDepth,
    ChangedSymbol,
    ComponentEdge,
    Dependent,
    Edge,
    EdgeKind,
    Impact,
    Reached,
    ReachedKind,
)
from weighbridge.domain.outcomes import CouldNotLook, Coverage, FileCoverage, Outcome, OutcomeState, Reason
from weighbridge.domain.package import Decision, Message, ReviewPackage, Sequence, TrustRecord
from weighbridge.domain.places import Place, RelatedPlace
from weighbridge.domain.provenance import CommitProvenance, Origin, Provenance, ProvenanceEvidence, Source
from weighbridge.domain.risk import Contribution, FailureScenario, Risk
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated, Surface, SurfaceKind
from weighbridge.review.compose import compose

MADE_AT = datetime(2026, 3, 9, 14, 5, 30, tzinfo=UTC)


def oid(number: int) -> ObjectId:
    return ObjectId(f"{number * 7919 + 104729:x}".rjust(8, "a") * 5)


def changed_file(
    path: str, *, added: int = 1, removed: int = 0, status: FileStatus = FileStatus.MODIFIED
) -> FileChange:
    blob = Blob(path=RepoPath(path), mode=Mode.REGULAR, oid=oid(len(path)), size=900)
    return FileChange(
        status=status,
        base=None if status is FileStatus.ADDED else blob,
        head=None if status is FileStatus.DELETED else blob,
        added=(LineRange(start=10, end=9 + added),) if added else (),
        removed=(LineRange(start=10, end=9 + removed),) if removed else (),
    )


def commit(number: int, message: str, author: str = "Ada Bell") -> Commit:
    person = Identity(name=author, email="someone@example.org")
    return Commit(
        oid=oid(number),
        tree=oid(number + 500),
        parents=(oid(number + 1),),
        author=person,
        committer=person,
        authored_at=MADE_AT,
        committed_at=MADE_AT,
        message=message,
    )


def component(name: str, kind: ComponentKind, tier: int, area: AreaLevel, *owners: str) -> Component:
    return Component(
        name=name,
        kind=kind,
        roots=(RepoPath(f"services/{name}"),),
        tier=Stated(value=tier, reason="declared in .weighbridge/system.yaml", declared=True),
        area=Stated(value=area, reason=f"its paths speak of {name}", declared=False),
        owners=owners,
        source=".weighbridge/system.yaml",
    )


def edge(source: str, target: str, line: int, *, kind: EdgeKind = EdgeKind.CALLS, inferred: bool = False) -> Edge:
    return Edge(
        source=SymbolId(source),
        target=SymbolId(target),
        kind=kind,
        certainty=Certainty.INFERRED if inferred else Certainty.SEEN,
        line=line,
    )


ROUND = "services/cost-report/rounding.py#round_total"
REPORT = "services/cost-report/report.py#CostReport.lines"
CART = "services/checkout/cart.py#Cart.total"
PAY = "services/checkout/api.py#pay"
CONFIRM = "services/checkout/api.py#confirm"
NIGHTLY = "services/cost-report/jobs.py#nightly"
SETTLE = "services/payments/settle.py#settle"
MONEY = "libs/money/decimal.py#quantize"
ENGINE = "libs/store/engine.py#engine"
TEST = "services/cost-report/tests/test_rounding.py#test_half_cents_round_up"


def usual_impact() -> Impact:
    cart, report = edge(CART, ROUND, 41), edge(REPORT, ROUND, 88)
    pay, confirm = edge(PAY, CART, 25), edge(CONFIRM, CART, 60)
    nightly, settle = edge(NIGHTLY, REPORT, 12), edge(SETTLE, CART, 31, inferred=True)
    test = edge(TEST, ROUND, 9)
    return Impact(
        changed=(
            ChangedSymbol(
                symbol=SymbolId(ROUND),
                kind="function",
                depth=ChangeDepth.SIGNATURE,
                line=12,
                before="def round_total(amount: Decimal) -> Decimal",
                after="def round_total(amount: Decimal, currency: str) -> Decimal",
            ),
            ChangedSymbol(symbol=SymbolId(REPORT), kind="method", depth=ChangeDepth.BODY, line=80),
            ChangedSymbol(symbol=SymbolId(ENGINE), kind="function", depth=ChangeDepth.BODY, line=7),
        ),
        dependents=(
            _dependent(CART, "checkout", cart),
            _dependent(REPORT, "cost-report", report),
            _dependent(PAY, "checkout", pay, cart),
            _dependent(CONFIRM, "checkout", confirm, cart),
            _dependent(NIGHTLY, "cost-report", nightly, report),
            _dependent(SETTLE, "payments", settle, cart),
            _dependent(TEST, "cost-report", test, is_test=True),
        ),
        dependencies=(edge(ROUND, MONEY, 14), edge(REPORT, ENGINE, 82, kind=EdgeKind.READS)),
        reached=(
            _reached(ReachedKind.TIER_ONE, "checkout", cart),
            _reached(ReachedKind.TIER_ONE, "payments", settle, cart),
            _reached(ReachedKind.ENTRY_POINT, "POST /checkout/pay", pay, cart),
            _reached(ReachedKind.ENTRY_POINT, "POST /checkout/confirm", confirm, cart),
            _reached(ReachedKind.ENTRY_POINT, "job nightly-report", nightly, report),
            _reached(ReachedKind.TABLE, "cost_lines", report),
        ),
        components=(
            ComponentEdge(source="checkout", target="cost-report", count=2, certainty=Certainty.SEEN, is_new=True),
            ComponentEdge(source="payments", target="checkout", count=3, certainty=Certainty.INFERRED),
            ComponentEdge(source="storefront", target="checkout", count=6, certainty=Certainty.SEEN),
            ComponentEdge(source="cost-report", target="money", count=4, certainty=Certainty.SEEN),
            ComponentEdge(source="cost-report", target="store", count=5, certainty=Certainty.SEEN),
        ),
        changed_components=("cost-report", "store"),
    )


def _dependent(symbol: str, where: str, *path: Edge, is_test: bool = False) -> Dependent:
    certainty = Certainty.INFERRED if any(e.certainty is Certainty.INFERRED for e in path) else Certainty.SEEN
    return Dependent(
        symbol=SymbolId(symbol), distance=len(path), certainty=certainty, path=path, component=where, is_test=is_test
    )


def _reached(kind: ReachedKind, name: str, *path: Edge) -> Reached:
    certainty = Certainty.INFERRED if any(e.certainty is Certainty.INFERRED for e in path) else Certainty.SEEN
    return Reached(kind=kind, name=name, certainty=certainty, path=path, component="checkout")


def usual_findings() -> tuple[WeighedFinding, ...]:
    recreate = Finding(
        rule=RuleId("infrastructure/recreates-environment"),
        message="aws_db_instance.orders would be destroyed and created again: its identifier changed, which cannot be done in place",
        place=Place(path=RepoPath("infra/main.tf"), line=34, end_line=36, symbol="aws_db_instance.orders"),
        severity=Severity.CRITICAL,
        confidence=Confidence.HIGH,
        anchor='resource "aws_db_instance" "orders" {\n  identifier = "orders-prod-v2"\n  skip_final_snapshot = true',
        related=(
            RelatedPlace(
                place=Place(path=RepoPath("services/checkout/settings.py"), line=9),
                message="connects to it by this name",
            ),
        ),
        weaknesses=(404,),
    )
    pool = Finding(
        rule=RuleId("resources/pool-shrinks"),
        message="The connection pool shrinks from 50 to 10 while 3 entry points share it",
        place=Place(path=RepoPath("libs/store/engine.py"), line=7, end_line=7, symbol="engine"),
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        anchor="return create_engine(url, pool_size=10)",
        flow=(
            RelatedPlace(
                place=Place(path=RepoPath("services/checkout/api.py"), line=25), message="pay takes a connection"
            ),
            RelatedPlace(
                place=Place(path=RepoPath("services/checkout/cart.py"), line=41),
                message="Cart.total takes another while it is held",
            ),
            RelatedPlace(
                place=Place(path=RepoPath("libs/store/engine.py"), line=7), message="only 10 may be open at once"
            ),
        ),
        fix=Fix(
            description="Keep the pool as it was",
            patch="--- a/libs/store/engine.py\n+++ b/libs/store/engine.py\n@@ -7,1 +7,1 @@\n-    return create_engine(url, pool_size=10)\n+    return create_engine(url, pool_size=50)\n",
        ),
        weaknesses=(770,),
    )
    drift = Finding(
        rule=RuleId("architecture/new-dependency"),
        message="checkout now leans on cost-report, which it never did",
        place=Place(path=RepoPath("services/checkout/cart.py"), line=3),
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
        anchor="from cost_report.rounding import round_total",
    )
    old = Finding(
        rule=RuleId("security/weak-hash"),
        message="MD5 is used for a cache key",
        place=Place(path=RepoPath("services/cost-report/report.py"), line=140),
        severity=Severity.LOW,
        confidence=Confidence.LOW,
        anchor="hashlib.md5(key)",
    )
    return (
        WeighedFinding(finding=drift),
        WeighedFinding(finding=recreate),
        WeighedFinding(finding=pool),
        WeighedFinding(finding=old, state=FindingState.BASELINE),
        WeighedFinding(finding=_excused(), state=FindingState.SUPPRESSED, suppression=_suppression()),
    )


def _excused() -> Finding:
    return Finding(
        rule=RuleId("behaviour/gains-network"),
        message="nightly now sends mail",
        place=Place(path=RepoPath("services/cost-report/jobs.py"), line=15, symbol="nightly"),
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
        anchor="send(report)",
    )


def _suppression() -> Suppression:
    return Suppression(
        rule=RuleId("behaviour/gains-network"),
        place=Place(path=RepoPath("services/cost-report/jobs.py"), line=15),
        reason="the report is mailed on purpose",
        expires="2026-12-31",
        is_trusted=True,
    )


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
        suppressions=(_suppression(),),
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
            component("checkout", ComponentKind.SERVICE, 1, AreaLevel.HIGH, "@shop/checkout-owners"),
            component("payments", ComponentKind.SERVICE, 1, AreaLevel.HIGH, "@shop/payments-owners"),
            component("cost-report", ComponentKind.JOB, 3, AreaLevel.LOW, "@shop/finance"),
            component("store", ComponentKind.LIBRARY, 2, AreaLevel.MEDIUM),
            component("money", ComponentKind.LIBRARY, 2, AreaLevel.MEDIUM),
            component("storefront", ComponentKind.SITE, 2, AreaLevel.LOW, "@shop/web"),
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


def usual() -> ReviewPackage:
    """An AI-assisted "fix a rounding bug" that also recreates the environment."""
    return compose(usual_decision(), usual_risk(), sequences=usual_sequences(), made_at=MADE_AT)


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
