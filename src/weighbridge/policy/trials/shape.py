"""What a file of policy tests may hold, as shapes: they check it, and make its JSON Schema and its reference page.

The names are those of the policy's document; statements have names of their own. Where a list holds records, a text alone
stands for the record's first key.
"""

from collections.abc import Mapping
from typing import Final

from weighbridge.domain.change import ChangeKind, FileStatus
from weighbridge.domain.findings import Confidence, FindingState, Severity
from weighbridge.domain.gate import GateState, Level
from weighbridge.domain.impact import Certainty
from weighbridge.domain.outcomes import OutcomeState, Reason
from weighbridge.domain.provenance import Origin
from weighbridge.domain.record import Assurance, StatusState
from weighbridge.domain.system import AreaLevel, ComponentKind, SurfaceKind
from weighbridge.landscape.documents.shapes import Choice, Flag, Key, Listing, Named, Record, Shape, Text, Whole
from weighbridge.policy.reading.words import NAME, PEOPLE, PERSON, WORDS, moment_of, why_no_moment

TRIALS_VERSION: Final = 1
USUAL_NOW: Final = "2026-01-05T12:00:00Z"
"""A Monday at noon: when a gate is asked that says nothing else."""
_YEARS: Final = range(1900, 9000)


def _why_no_moment(text: str) -> str:
    """What keeps a text from being a moment that times can be counted from; empty when nothing does."""
    if wrong := why_no_moment(text):
        return wrong
    is_far = moment_of(text).year not in _YEARS
    return f"a moment lies in the years {_YEARS.start} to {_YEARS.stop - 1}" if is_far else ""


_MOMENT: Final = Text(check=_why_no_moment)
_LINES: Final = Whole(least=0, most=1_000_000)
_PATH: Final = Text(pattern=r"[^\x00-\x1f]{1,500}", meaning="a path of at most 500 characters")
_LONG: Final = Text(pattern=r"[\s\S]{1,20000}", meaning="at most 20,000 characters")
_SECONDS: Final = Whole(least=0, most=1_000_000)
_PERCENT: Final = Whole(least=0, most=100)
_TIER: Final = Whole(least=1, most=3)
_RULE: Final = Text(pattern=r"[a-z0-9-]{1,64}/[a-z0-9-]{1,64}", meaning="a rule's id, `family/name`")
_PATHS: Final = Listing(of=_PATH, or_one=True)
_NAMES: Final = Listing(of=WORDS, or_one=True)
_ASSURANCE: Final = Key(shape=Choice(tuple(Assurance)), says="with what proof; `sk` when left out")
_AT: Final = Key(shape=_MOMENT, says="when; an hour before `now` when left out")
_REASON: Final = Key(shape=WORDS, says="the reason given")


def _listed(keys: Mapping[str, Key]) -> Listing:
    return Listing(of=Record(keys=keys, or_text=True), or_one=True)


def _by(says: str) -> Key:
    return Key(shape=PERSON, says=says, required=True)


_FILE: Final = {
    "path": Key(shape=_PATH, says="where it lies", required=True),
    "old_path": Key(shape=_PATH, says="where it lay before"),
    "lands_on": Key(shape=_PATHS, says="other places that it lands on where a disk holds two spellings for one"),
    "status": Key(shape=Choice(tuple(FileStatus)), says="what happened to it; `modified` when left out"),
    "language": Key(shape=NAME, says="what it was read as; by its ending when left out"),
    "is_binary": Key(shape=Flag(), says="whether git holds it for binary"),
    "lines_added": Key(shape=_LINES, says="lines that head has more; 1 when left out"),
    "lines_removed": Key(shape=_LINES, says="lines that the base had more"),
    "area": Key(shape=Choice(tuple(AreaLevel)), says="how delicate its code is, as declared"),
}
_COMMIT: Final = {
    "author": Key(shape=PERSON, says="who wrote it"),
    "committer": Key(shape=PERSON, says="who committed it; the author when left out"),
    "message": Key(shape=_LONG, says="the whole message; trailers name co-authors and who asked an agent for it"),
    "origin": Key(shape=Choice(tuple(Origin)), says="where it came from; as the whole change when left out"),
}
_CHANGE: Final = Record(
    keys={
        "title": Key(shape=WORDS, says="the title"),
        "description": Key(shape=_LONG, says="the description"),
        "kind": Key(shape=Choice(tuple(ChangeKind)), says="what base and head stand for; `range` when left out"),
        "files": Key(shape=_listed(_FILE), says="the changed files; `src/app.py` when left out"),
        "authors": Key(shape=PEOPLE, says="who wrote it, one commit each; `author@example.org` when left out"),
        "co_authors": Key(shape=PEOPLE, says="whom the trailers of the first commit name"),
        "commits": Key(shape=_listed(_COMMIT), says="its commits, in the place of `authors`"),
    }
)
_PROVENANCE: Final = Record(
    keys={
        "origin": Key(shape=Choice(tuple(Origin)), says="where it came from; `unknown` when left out"),
        "agents": Key(shape=_NAMES, says="the coding agents that evidence names"),
        "disclosure_broken": Key(shape=Flag(), says="whether the rule of disclosure is broken"),
    }
)
_FINDING: Final = {
    "rule": Key(shape=_RULE, says="the rule", required=True),
    "severity": Key(shape=Choice(tuple(Severity)), says="how bad; `high` when left out"),
    "confidence": Key(shape=Choice(tuple(Confidence)), says="how sure; `high` when left out"),
    "state": Key(shape=Choice(tuple(FindingState)), says="`new` when left out"),
    "path": Key(shape=_PATH, says="where; the first changed file when left out"),
    "line": Key(shape=_LINES, says="the line"),
    "symbol": Key(shape=WORDS, says="the definition it lies in"),
}
_OUTCOME: Final = {
    "rule": Key(shape=_RULE, says="the rule", required=True),
    "subject": Key(shape=_PATH, says="a path; the change as a whole when left out"),
    "state": Key(shape=Choice(tuple(OutcomeState)), says="`clear` when left out"),
    "reason": Key(shape=Choice(tuple(Reason)), says="why it could not look"),
}
_UNREAD: Final = {
    "path": Key(shape=_PATH, says="the file", required=True),
    "reason": Key(shape=Choice(tuple(Reason)), says="why; `unparsed` when left out"),
}
_IMPACT: Final = Record(
    keys={
        "dependents": Key(shape=Whole(least=0, most=10_000), says="how many definitions can notice"),
        "components": Key(shape=_NAMES, says="the other components that it reaches"),
        "tier_one": Key(shape=_NAMES, says="the tier-1 components that it reaches"),
        "entry_points": Key(shape=_NAMES, says="the entry points that it reaches"),
        "tables": Key(shape=_NAMES, says="the tables that it reaches"),
        "operations": Key(shape=_NAMES, says="the operations that it reaches"),
        "topics": Key(shape=_NAMES, says="the topics that it reaches"),
    }
)
_RISK: Final = Record(
    keys={
        "percentile": Key(shape=_PERCENT, says="where it stands among the repository's changes; 50 when left out"),
        "size_percentile": Key(shape=_PERCENT, says="the same of its added lines alone; 50 when left out"),
    }
)
_SURFACE: Final = {
    "kind": Key(shape=Choice(tuple(SurfaceKind)), says="the kind of surface", required=True),
    "path": Key(shape=_PATH, says="the file; the first changed one when left out"),
    "symbol": Key(shape=WORDS, says="the definition"),
    "certainty": Key(shape=Choice(tuple(Certainty)), says="`seen` when left out"),
}
_COMPONENT: Final = {
    "name": Key(shape=WORDS, says="its name", required=True),
    "kind": Key(shape=Choice(tuple(ComponentKind)), says="what it is; `service` when left out"),
    "tier": Key(shape=_TIER, says="how much the business leans on it; 2 when left out"),
    "is_tier_declared": Key(shape=Flag(), says="whether the tier was declared; `true` when left out"),
    "area": Key(shape=Choice(tuple(AreaLevel)), says="how delicate its code is; `medium` when left out"),
    "is_area_declared": Key(shape=Flag(), says="whether the area was declared; `true` when left out"),
    "owners": Key(shape=PEOPLE, says="who answers for it"),
    "is_changed": Key(shape=Flag(), says="whether all changed files belong to it"),
}
_MISSING: Final = Record(
    keys={
        name: Key(shape=Choice(tuple(Reason)), says=says)
        for name, says in (
            ("impact", "why the impact could not be measured"),
            ("risk.percentile", "why the change has no rank"),
            ("change.commits", "why not all commits were looked at"),
            ("statuses", "why nobody could ask for external checks"),
            (
                "owners",
                "why nobody could tell who owns the changed files, such as `not-configured` without a CODEOWNERS",
            ),
        )
    }
)
_APPROVAL: Final = {
    "by": _by("who approves"),
    "assurance": _ASSURANCE,
    "at": _AT,
    "verified": Key(shape=Flag(), says="whether a PIN or finger was checked"),
    "says": Key(shape=WORDS, says="what they wrote"),
    "read_for": Key(shape=_SECONDS, says="for how many seconds the page stood open before; not measured when left out"),
    "asked_of_agent": Key(shape=Flag(), says="whether they say that they asked an agent for the change"),
}
_ELSEWHERE: Final = {
    "by": _by("who approved"),
    "changes": Key(shape=Whole(least=1, most=10_000), says="how many other changes; 1 when left out"),
    "at": _AT,
    "origin": Key(shape=Choice(tuple(Origin)), says="where those came from; `ai` when left out"),
}
_OVERRIDE: Final = {
    "by": _by("who makes it"),
    "of": Key(shape=_NAMES, says="the rules whose requirements it takes out of the way; all when left out"),
    "assurance": _ASSURANCE,
    "at": _AT,
    "until": Key(shape=_MOMENT, says="until when; an hour after `now` when left out"),
    "reason": _REASON,
}
_WAIVER: Final = {
    "by": _by("who accepts the findings"),
    "rule": Key(shape=WORDS, says="of which rule, `*` for any part; of all when left out"),
    "paths": Key(shape=Listing(of=_PATH, or_one=True), says="below which paths; everywhere when left out"),
    "assurance": _ASSURANCE,
    "at": _AT,
    "until": Key(shape=_MOMENT, says="until when; an hour after `now` when left out"),
    "reason": _REASON,
}
_GLASS: Final = {
    "by": _by("who passes it"),
    "assurance": _ASSURANCE,
    "at": _AT,
    "review_due": Key(shape=_MOMENT, says="when its review is due; a day after `at` when left out"),
    "reviewed_by": Key(shape=PEOPLE, says="who reviewed it since"),
    "elsewhere": Key(shape=Flag(), says="whether another change was passed by it, of which the review may be late"),
    "reason": _REASON,
}
_PAPER: Final = {
    "kind": Key(shape=NAME, says="the kind of document", required=True),
    "problems": Key(shape=_NAMES, says="what its content lacks; nothing when left out"),
}
_CHECK: Final = {
    "name": Key(shape=WORDS, says="the check's name; `load-test` for a load test", required=True),
    "state": Key(shape=Choice(tuple(StatusState)), says="`passed` when left out"),
    "at": _AT,
}
_EXPECT: Final = Record(
    keys={
        "gate": Key(shape=Choice(tuple(GateState)), says="the gate's state"),
        "level": Key(shape=Choice(tuple(Level)), says="how much the change is weighed at"),
        "rules": Key(
            shape=Named(name=WORDS, of=Choice(tuple(GateState))),
            says="by rule, the worst state of what it asks; `not-applicable` where it asks for nothing",
        ),
    }
)
CASE: Final = Record(
    keys={
        "name": Key(shape=WORDS, says="what the case shows, as a sentence", required=True),
        "change": Key(shape=_CHANGE, says="the change itself"),
        "provenance": Key(shape=_PROVENANCE, says="who or what wrote it"),
        "findings": Key(shape=_listed(_FINDING), says="what rules found"),
        "outcomes": Key(shape=_listed(_OUTCOME), says="what rules say of what they looked at"),
        "coverage": Key(
            shape=Record(keys={"unread": Key(shape=_listed(_UNREAD), says="files that nothing could read")}),
            says="how much was looked at",
        ),
        "impact": Key(shape=_IMPACT, says="what can notice the change"),
        "risk": Key(shape=_RISK, says="where it stands among the repository's changes"),
        "surfaces": Key(shape=_listed(_SURFACE), says="the sensitive surfaces that it touches"),
        "components": Key(shape=_listed(_COMPONENT), says="the components that it touches or reaches"),
        "owners": Key(
            shape=PEOPLE, says="the declared owners of the changed files; those of the changed components when left out"
        ),
        "missing": Key(shape=_MISSING, says="what nobody could tell, and why"),
        "knows": Key(
            shape=PEOPLE,
            says="who knows the changed components by having worked on them; owners of a component know it too",
        ),
        "approvals": Key(shape=_listed(_APPROVAL), says="who said yes"),
        "rejections": Key(shape=_listed(_APPROVAL), says="who said no, after whatever they approved"),
        "overrides": Key(shape=_listed(_OVERRIDE), says="requirements taken out of the way"),
        "waivers": Key(shape=_listed(_WAIVER), says="findings accepted for a while"),
        "break_glass": Key(shape=_listed(_GLASS), says="the change passed now, to be reviewed later"),
        "page_words": Key(shape=Whole(least=1, most=1_000_000), says="how many words the page has that approvers read"),
        "approved_elsewhere": Key(shape=_listed(_ELSEWHERE), says="approvals of other changes, for what looks unread"),
        "documents": Key(shape=_listed(_PAPER), says="the documents that were found"),
        "checks": Key(shape=_listed(_CHECK), says="what external checks say of its tree"),
        "anchored": Key(shape=Flag(), says="whether an anchor or witnesses hold the ledger"),
        "now": Key(shape=_MOMENT, says=f"when the gate is asked; {USUAL_NOW} when left out"),
        "on_record": Key(shape=_MOMENT, says="since when the decision is on record; never when left out"),
        "environment": Key(shape=NAME, says="where it is to go, as the policy names it"),
        "expect": Key(shape=_EXPECT, says="what the gate should say", required=True),
    }
)
TRIALS_SHAPE: Final = Record(
    keys={
        "version": Key(
            shape=Whole(least=1, most=TRIALS_VERSION), says=f"the format's version, {TRIALS_VERSION}", required=True
        ),
        "cases": Key(shape=Listing(of=CASE, least=1), says="the cases", required=True),
    }
)


def first_key(shape: Shape) -> str:
    """The key that a text alone stands for in a list of such records; empty for shapes that a text does not stand for."""
    return next(iter(shape.keys)) if isinstance(shape, Record) and shape.or_text else ""
