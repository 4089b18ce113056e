"""What the usual sample reaches."""

from tests.samples.parts import dependent, edge, reached

from weighbridge.domain.ids import SymbolId
from weighbridge.domain.impact import (
    Certainty,
    ChangeDepth,
    ChangedSymbol,
    ComponentEdge,
    EdgeKind,
    Impact,
    ReachedKind,
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
    cart, report = edge(CART, ROUND, line=41), edge(REPORT, ROUND, line=88)
    pay, confirm = edge(PAY, CART, line=25), edge(CONFIRM, CART, line=60)
    nightly, settle = edge(NIGHTLY, REPORT, line=12), edge(SETTLE, CART, line=31, inferred=True)
    test = edge(TEST, ROUND, line=9)
    return Impact(
        changed=_changed(),
        dependents=(
            dependent(CART, "checkout", path=(cart,)),
            dependent(REPORT, "cost-report", path=(report,)),
            dependent(PAY, "checkout", path=(pay, cart)),
            dependent(CONFIRM, "checkout", path=(confirm, cart)),
            dependent(NIGHTLY, "cost-report", path=(nightly, report)),
            dependent(SETTLE, "payments", path=(settle, cart)),
            dependent(TEST, "cost-report", path=(test,), is_test=True),
        ),
        dependencies=(edge(ROUND, MONEY, line=14), edge(REPORT, ENGINE, line=82, kind=EdgeKind.READS)),
        reached=(
            reached(ReachedKind.TIER_ONE, "checkout", path=(cart,)),
            reached(ReachedKind.TIER_ONE, "payments", path=(settle, cart)),
            reached(ReachedKind.ENTRY_POINT, "POST /checkout/pay", path=(pay, cart)),
            reached(ReachedKind.ENTRY_POINT, "POST /checkout/confirm", path=(confirm, cart)),
            reached(ReachedKind.ENTRY_POINT, "job nightly-report", path=(nightly, report)),
            reached(ReachedKind.TABLE, "cost_lines", path=(report,)),
        ),
        components=_components(),
        changed_components=("cost-report", "store"),
    )


def _changed() -> tuple[ChangedSymbol, ...]:
    return (
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
    )


def _components() -> tuple[ComponentEdge, ...]:
    return (
        ComponentEdge(source="checkout", target="cost-report", count=2, certainty=Certainty.SEEN, is_new=True),
        ComponentEdge(source="payments", target="checkout", count=3, certainty=Certainty.INFERRED),
        ComponentEdge(source="storefront", target="checkout", count=6, certainty=Certainty.SEEN),
        ComponentEdge(source="cost-report", target="money", count=4, certainty=Certainty.SEEN),
        ComponentEdge(source="cost-report", target="store", count=5, certainty=Certainty.SEEN),
    )
