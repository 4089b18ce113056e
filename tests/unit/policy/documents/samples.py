"""A change and a note about it, as the tests of documents start from."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.risk import FailureScenario
from weighbridge.policy.documents.context import ChangedPart, DocumentContext, DocumentProblem
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.kind import DocumentKind

KINDS: Final = {kind.name: kind for kind in find_kinds()}
NOTE: Final = KINDS["design-note"]
WRONG: Final = KINDS["what-could-go-wrong"]
ROLLBACK: Final = KINDS["rollback-plan"]
TICKET: Final = KINDS["change-ticket"]

SIGNATURE: Final = FailureScenario(
    words="`total` is used differently now (`total(cart)` became `total(cart, rate)`); those that keep to the old way fail: 2 users (`checkout`, `api.show`)",
    cites=(),
)
SCHEMA: Final = FailureScenario(
    words="a column is dropped (db/0007.sql): table orders fail between the deployment of the schema and that of the code",
    cites=(),
)
ADDED: Final = """def total(cart, rate):
    if rate is None:
        raise ValueError("a rate is needed to make a total")
    return sum(price(article) * rate for article in cart.articles)


def settle(cart, currency, rate_source):
    rate = rate_source.rate_of(currency, day=cart.opened_on)
    return Settlement(cart=cart, amount=total(cart, rate), currency=currency)
"""
ABOUT: Final = DocumentContext(
    components=(ChangedPart(name="shop", aliases=("shop", "shop/cart.py", "cart.py", "total", "settle")),),
    scenarios=(SIGNATURE,),
    added={RepoPath("shop/cart.py"): ADDED},
    title="Let totals be made in any currency",
    description="Totals were always made in euros. From now on they are made in the currency of the cart.",
)
GOOD_NOTE: Final = """# Design note

## Context

Customers in Zürich pay in francs, but the shop showed euros until the last page, and every tenth of them left there.

## Decision

`total` is given the rate by its caller. Rates move during a session, so a cart must keep the one it was opened with, and
only its caller knows which that is.

## Alternatives

Converting on the page: the invoice would then disagree with what the customer saw by a cent or two. Doing nothing costs
about two hundred orders a week.

## Consequences

Finance has to know that two carts of one day can hold different rates. A missing rate stops the checkout instead of
falling back to euros, which support should hear of before Monday.
"""
GOOD_WRONG: Final = f"""# What could go wrong

## Failure scenarios

### wb:{SIGNATURE.evidence}

> {SIGNATURE.words}

Both callers are mended in this change, and the type checker would find a third one. What remains is the nightly export in
the shop's other repository, which Ada changes on Tuesday.

## How we would notice

The alert on failed checkouts goes off within five minutes, and the export mails its owner when it stops.
"""
GOOD_PLAN: Final = """# Rollback plan

## When to roll back

More than one checkout in a hundred fails for five minutes; whoever is on call decides alone.

## Steps

1. `weighctl flags off currency-totals`, which takes effect at once.
2. If checkouts still fail, revert the merge and deploy; the dashboard named Checkout is green again within ten minutes.

## What cannot be undone

Orders that were settled in francs stay so. Finance is told by mail, as they need another posting.
"""


def told(problems: Iterable[DocumentProblem]) -> list[str]:
    """The kinds of problems, in order."""
    return [str(problem.kind) for problem in problems]


def headed(*texts: str, kind: DocumentKind = NOTE) -> str:
    """A document with these texts under the kind's headings, the last for all that are left."""
    parts = (f"## {part.title}\n\n{texts[min(at, len(texts) - 1)]}\n" for at, part in enumerate(kind.parts))
    return f"# {kind.title}\n\n" + "\n".join(parts)
