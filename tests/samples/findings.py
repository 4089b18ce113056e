"""What is found in the usual sample: one critical, one high with a flow and a fix, one of drift, two that do not count."""

from weighbridge.domain.findings import (
    Confidence,
    Finding,
    FindingState,
    Fix,
    Severity,
    Suppression,
    WeighedFinding,
)
from weighbridge.domain.ids import RepoPath, RuleId
from weighbridge.domain.places import Place, RelatedPlace


def usual_findings() -> tuple[WeighedFinding, ...]:
    return (
        WeighedFinding(finding=_drift()),
        WeighedFinding(finding=_recreate()),
        WeighedFinding(finding=_pool()),
        WeighedFinding(finding=_old(), state=FindingState.BASELINE),
        WeighedFinding(finding=excused(), state=FindingState.SUPPRESSED, suppression=suppression()),
    )


def excused() -> Finding:
    return Finding(
        rule=RuleId("behaviour/gains-network"),
        message="nightly now sends mail",
        place=Place(path=RepoPath("services/cost-report/jobs.py"), line=15, symbol="nightly"),
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
        anchor="send(report)",
    )


def suppression() -> Suppression:
    return Suppression(
        rule=RuleId("behaviour/gains-network"),
        place=Place(path=RepoPath("services/cost-report/jobs.py"), line=15),
        reason="the report is mailed on purpose",
        expires="2026-12-31",
        is_trusted=True,
    )


def _recreate() -> Finding:
    return Finding(
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


def _pool() -> Finding:
    return Finding(
        rule=RuleId("resources/pool-shrinks"),
        message="The connection pool shrinks from 50 to 10 while 3 entry points share it",
        place=Place(path=RepoPath("libs/store/engine.py"), line=8, end_line=8, symbol="engine"),
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
                place=Place(path=RepoPath("libs/store/engine.py"), line=8), message="only 10 may be open at once"
            ),
        ),
        fix=Fix(
            description="Keep the pool as it was",
            patch="--- a/libs/store/engine.py\n+++ b/libs/store/engine.py\n@@ -8,1 +8,1 @@\n-    return create_engine(url, pool_size=10)\n+    return create_engine(url, pool_size=50)\n",
        ),
        weaknesses=(770,),
    )


def _drift() -> Finding:
    return Finding(
        rule=RuleId("architecture/new-dependency"),
        message="checkout now leans on cost-report, which it never did",
        place=Place(path=RepoPath("services/checkout/cart.py"), line=3),
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
        anchor="from cost_report.rounding import round_total",
    )


def _old() -> Finding:
    return Finding(
        rule=RuleId("security/weak-hash"),
        message="MD5 is used for a cache key",
        place=Place(path=RepoPath("services/cost-report/report.py"), line=140),
        severity=Severity.LOW,
        confidence=Confidence.LOW,
        anchor="hashlib.md5(key)",
    )
