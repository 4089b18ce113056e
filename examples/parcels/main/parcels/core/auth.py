"""Who may do what."""

from functools import wraps
from typing import Any, Callable

from flask import abort, g


def current_roles() -> frozenset[str]:
    """The roles of whoever is signed in."""
    return getattr(g, "roles", frozenset())


def check_role(role: str) -> None:
    """End the request unless whoever is signed in has `role`."""
    if role not in current_roles():
        abort(403)


def check_can_refund(amount_cents: int) -> None:
    """Large refunds need a supervisor."""
    check_role("supervisor" if amount_cents > 20_000 else "clerk")


def requires(role: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A route that only people with `role` may use."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            check_role(role)
            return view(*args, **kwargs)

        return checked

    return decorate
