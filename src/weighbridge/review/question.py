"""The one question a reviewer should ask, built from the worst thing that is known or not known of the change."""

import re
from collections.abc import Iterator

from weighbridge.domain.findings import Finding, Severity
from weighbridge.domain.ids import symbol_id, symbol_path
from weighbridge.domain.impact import Certainty, ChangeDepth, ChangedSymbol, Dependent, Reached, ReachedKind
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.package import Decision
from weighbridge.domain.provenance import Origin
from weighbridge.review.sentences import count, is_of_tests, listed, named, unguarded
from weighbridge.review.standing import new_findings, unseen

_SIGNS_OF_BLINDNESS = (Reason.FAILED, Reason.UNPARSED, Reason.TIMED_OUT, Reason.LIMIT, Reason.UNSUPPORTED)

_FIRST_CLAUSE = re.compile(r"((?:`[^`]*`|[^`])+?)(?:[:;] .*)?$", re.DOTALL)


def review_question(decision: Decision) -> str:
    """The question, always about something named; empty when there is nothing to ask."""
    return next(_candidates(decision), "")


def _candidates(decision: Decision) -> Iterator[str]:
    findings = new_findings(decision)
    if findings and findings[0].severity in (Severity.CRITICAL, Severity.HIGH):
        yield _about_finding(findings[0], decision)
    yield from _about_removed(decision, Certainty.SEEN)
    yield from _about_signatures(decision, Certainty.SEEN)
    yield from _about_unread_surfaces(decision)
    yield from _about_tier_one(decision)
    yield from _about_unread(decision)
    if findings:
        yield _about_finding(findings[0], decision)
    yield from _about_removed(decision, Certainty.INFERRED)
    yield from _about_signatures(decision, Certainty.INFERRED)
    yield from _about_entry_points(decision)
    yield from _about_surfaces(decision)
    yield from _about_unguarded(decision)


def _about_finding(finding: Finding, decision: Decision) -> str:
    """Asks whether the worst finding is meant, and about whoever would notice first; what else it says stands with the finding."""
    said = _FIRST_CLAUSE.match(finding.message.strip().rstrip("."))
    stated = said[1] if said else finding.message.strip()
    place = finding.place
    known = [r for r in _most_important(decision) if r.path and symbol_path(r.path[-1].target) == place.path]
    own = symbol_id(place.path, place.symbol)
    reached = min(known, key=lambda r: (r.certainty is not Certainty.SEEN, r.path[-1].target != own), default=None)
    if reached:
        target = reached.path[-1].target
        what = "it" if target == own or not place.symbol else named(target)
        which = f"reaches {what}" if reached.certainty is Certainty.SEEN else f"may reach {what}, as far as names tell"
        asked = f"is this meant, and what shows that {_article(reached)}, which {which}, still works?"
    elif decision.provenance.origin in (Origin.AI, Origin.MIXED):
        asked = "did a person decide this, or did the agent?"
    else:
        asked = "is this meant, and where is that written down?"
    return f"{stated} ({place}): {asked}"


def _article(reached: Reached) -> str:
    return f"tier-1 {reached.name}" if reached.kind is ReachedKind.TIER_ONE else f"the {reached.kind} {reached.name}"


def _most_important(decision: Decision) -> list[Reached]:
    order = (ReachedKind.TIER_ONE, ReachedKind.ENTRY_POINT, ReachedKind.OPERATION, ReachedKind.TABLE, ReachedKind.TOPIC)
    known = [r for r in decision.impact.reached if r.kind in order]
    return sorted(known, key=lambda r: (order.index(r.kind), len(r.path), r.name))


def _seen_first(decision: Decision) -> list[Reached]:
    return sorted(decision.impact.reached, key=lambda r: r.certainty is not Certainty.SEEN)


def _users_of(changed: ChangedSymbol, decision: Decision) -> list[Dependent]:
    users = (d for d in decision.impact.dependents if d.path and d.path[-1].target == changed.symbol and not d.is_test)
    return sorted(users, key=lambda d: (d.distance, d.symbol))


def _untouched_users(changed: ChangedSymbol, decision: Decision, *, certainty: Certainty) -> list[Dependent]:
    touched = {c.symbol for c in decision.impact.changed}
    users = (d for d in _users_of(changed, decision) if d.certainty is certainty)
    return [d for d in users if d.distance == 1 and d.symbol not in touched]


def _about_removed(decision: Decision, certainty: Certainty) -> Iterator[str]:
    """Asks about users that are seen as a fact; about those that a name alone speaks for as what may be."""
    for changed in decision.impact.changed:
        if changed.depth is not ChangeDepth.REMOVED or changed.is_inherited:
            continue
        if users := _untouched_users(changed, decision, certainty=certainty):
            names = listed([named(d.symbol) for d in users])
            if certainty is Certainty.SEEN:
                still = f"is gone while {names} still {'uses' if len(users) == 1 else 'use'} it"
                yield f"{named(changed.symbol)} {still}: what happens there now?"
            else:
                still = f"is gone, and by the name alone {names} may still use it"
                yield f"{named(changed.symbol)} {still}: who has looked whether {_they(users)} did?"


def _about_signatures(decision: Decision, certainty: Certainty) -> Iterator[str]:
    for changed in decision.impact.changed:
        if changed.depth is not ChangeDepth.SIGNATURE:
            continue
        if users := _untouched_users(changed, decision, certainty=certainty):
            names = listed([named(d.symbol) for d in users])
            now = f" It is now: {changed.after}" if changed.after else ""
            if certainty is Certainty.SEEN:
                unlike = f"but {names} did not change with it: {'does it' if len(users) == 1 else 'do they'} still fit?"
            else:
                unlike = f"and by the name alone {names} may use it: do those that do still fit?"
            yield f"{named(changed.symbol)} changed how it is used, {unlike}{now}"


def _they(users: list[Dependent]) -> str:
    return "it" if len(users) == 1 else "they"


def _about_unread_surfaces(decision: Decision) -> Iterator[str]:
    surfaces = {s.path: s for s in decision.surfaces}
    for item in unseen(decision):
        for path in item.subjects:
            if item.missing.reason in _SIGNS_OF_BLINDNESS and (
                surface := next((s for p, s in surfaces.items() if p == path), None)
            ):
                yield f"{path} is a {surface.kind} surface and was not examined ({item.missing.reason}): who has looked at it?"


def _about_unread(decision: Decision) -> Iterator[str]:
    for item in unseen(decision):
        if item.missing.reason in _SIGNS_OF_BLINDNESS and item.subjects:
            yield f"{listed(item.subjects)} could not be examined ({item.missing.reason}): who has looked at it?"


def _about_tier_one(decision: Decision) -> Iterator[str]:
    for reached in _seen_first(decision):
        if reached.kind is ReachedKind.TIER_ONE and reached.path:
            first, last = reached.path[0], reached.path[-1]
            between = len(reached.path) - 1
            through = f"through {count(between, 'step')} in between" if between else "directly"
            tests = decision.impact.test_files
            proof = (
                f"which assertion in {tests[0]} would fail if that broke"
                if tests
                else "no test covers it, so how was it tried"
            )
            leans = "leans on" if reached.certainty is Certainty.SEEN else "may lean, as far as names tell, on"
            yield f"Tier-1 {reached.name} ({named(first.source)}) {leans} {named(last.target)} {through}: {proof}?"


def _about_entry_points(decision: Decision) -> Iterator[str]:
    for reached in _seen_first(decision):
        if reached.kind is ReachedKind.ENTRY_POINT and reached.path:
            changed = named(reached.path[-1].target)
            others = len(decision.impact.names(ReachedKind.ENTRY_POINT)) - 1
            also = f" (and {count(others, 'other entry point')})" if others else ""
            if reached.certainty is Certainty.SEEN:
                yield f"What does a caller of {reached.name}{also} see differently now that {changed} has changed?"
            else:
                may = f"{reached.name}{also} may reach {changed}, as far as names tell"
                yield f"{may}: what would a caller see differently now that it has changed?"


def _about_surfaces(decision: Decision) -> Iterator[str]:
    for surface in decision.surfaces:
        name = f"{surface.path}#{surface.symbol}" if surface.symbol else surface.path
        yield f"{name} is a sensitive surface, {surface.kind} ({surface.reason}): has somebody who knows it agreed?"


def _about_unguarded(decision: Decision) -> Iterator[str]:
    if unguarded(decision.impact):
        noticeable = (c for c in decision.impact.changed if c.depth is not ChangeDepth.TEXT)
        names = listed([named(c.symbol) for c in noticeable if not is_of_tests(symbol_path(c.symbol), decision.impact)])
        yield f"No test is seen to reach {names}: how was the new behaviour tried?"
