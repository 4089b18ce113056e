"""What a policy file may hold, as shapes: they check it, and make its JSON Schema and its reference page."""

from typing import Final

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.record import Assurance
from weighbridge.domain.system import SurfaceKind
from weighbridge.landscape.documents.shapes import Choice, Flag, Key, Listing, Named, Record, Shape, Text, Whole
from weighbridge.landscape.globs import why_not_a_glob
from weighbridge.policy.documents.kind import why_not_a_pattern
from weighbridge.policy.needs import DEEPEST, Involved
from weighbridge.policy.policy import POLICY_VERSION, CarryOver, EnvironmentLevel, SelfService
from weighbridge.policy.reading.words import COUNT, GROUPS, MOMENT, NAME, PEOPLE, PERSON, RULE_ID, TIME, WORDS

CONDITION: Final = Text(pattern=r"[\s\S]{1,4000}", meaning="a condition of at most 4,000 characters")
_INVOLVED: Final = Listing(of=Choice(tuple(Involved)), or_one=True)
_ASSURANCE: Final = Choice(tuple(Assurance))
LOCKABLE: Final = ("blocking", "could_not_look", "people", "overrides", "waivers", "break_glass", "freezes", "assurance", "approvals_last", "carry_over", "solo", "report_only", "environments", "documents", "rubber_stamps")  # fmt: skip

_COUNT_WHEN = Record(
    keys={
        "when": Key(shape=CONDITION, says="the condition", required=True),
        "count": Key(shape=Whole(least=0, most=20), says="how many are then needed", required=True),
    }
)

APPROVAL: Final = Record(
    keys={
        "count": Key(shape=COUNT, says="how many different people; one when left out"),
        "by": Key(
            shape=GROUPS,
            says="who: `anyone`, `owners`, `knows-component`, `role:NAME`, `team:@NAME`, an address; anyone of these",
        ),
        "assurance": Key(shape=_ASSURANCE, says="how sure at least that a person gave it; `key` when left out"),
        "not_by": Key(shape=_INVOLVED, says="who does not count for being involved; everybody involved when left out"),
        "count_when": Key(shape=Listing(of=_COUNT_WHEN), says="other counts; the first whose condition holds is taken"),
        "verified": Key(shape=Flag(), says="whether the authenticator must have checked a PIN or a finger"),
        "words": Key(shape=WORDS, says="what the approver must have written, word for word"),
    },
    called="approval",
)

_OWNERS = Record(
    keys={
        "assurance": Key(shape=_ASSURANCE, says="how sure at least that a person gave it"),
        "not_by": Key(shape=_INVOLVED, says="who does not count for being involved"),
        "unowned": Key(shape=Flag(), says="whether a changed file that nobody owns stands in the way"),
    }
)

_DOCUMENT = Record(
    keys={
        "kind": Key(shape=NAME, says="the kind of document", required=True),
        "pattern": Key(
            shape=Text(check=why_not_a_pattern), says="what a ticket's name looks like, a regular expression"
        ),
    }
)

_CHECK = Record(
    keys={
        "name": Key(shape=WORDS, says="the check's name", required=True),
        "within": Key(shape=TIME, says="how old its word may be"),
    }
)

_FINDINGS = Record(
    keys={
        "severity": Key(shape=Choice(tuple(Severity)), says="how bad at least; `high` when left out"),
        "confidence": Key(shape=Choice(tuple(Confidence)), says="how sure at least; `medium` when left out"),
        "rules": Key(shape=Listing(of=RULE_ID, least=1, or_one=True), says="of which rules; of all when left out"),
    }
)

_LOAD_TEST = Record(keys={"within": Key(shape=TIME, says="how old it may be")})
_ROLLOUT = Record(keys={"stages": Key(shape=Listing(of=WORDS, or_one=True), says="the stages it must have at least")})


def _need(depth: int) -> Record:
    keys: dict[str, Key] = {
        "approval": Key(shape=APPROVAL, says="approvals by people"),
        "code_owners": Key(shape=_OWNERS, says="an approval by each group of CODEOWNERS that owns a changed file"),
        "document": Key(shape=_DOCUMENT, says="a document, whose content is looked at"),
        "check": Key(shape=_CHECK, says="an external check that passed on this tree"),
        "scanned": Key(shape=Listing(of=RULE_ID, least=1, or_one=True), says="analyses that must have looked"),
        "findings": Key(shape=_FINDINGS, says="no new finding of this kind that nobody accepted"),
        "rollout": Key(shape=_ROLLOUT, says="a rollout plan"),
        "wait": Key(shape=TIME, says="time on record before it passes"),
        "load_test": Key(shape=_LOAD_TEST, says="a load test of this tree"),
        "disclosure": Key(shape=Flag(is_asked_for=True), says="messages that keep the rule of disclosure"),
        "anchored": Key(shape=Flag(is_asked_for=True), says="a ledger that an anchor or witnesses hold"),
    }
    if depth > 1:
        inner = Listing(of=_need(depth - 1), least=1)
        some = Record(
            keys={
                "count": Key(shape=COUNT, says="how many are enough", required=True),
                "of": Key(shape=inner, says="of what", required=True),
            }
        )
        keys["all"] = Key(shape=inner, says=f"all of these; needs are nested at most {DEEPEST} deep")
        keys["any"] = Key(shape=inner, says="one of these is enough")
        keys["at_least"] = Key(shape=some, says="some of these are enough")
    else:
        too_deep: Shape = Text(
            pattern="(?!)", meaning=f"nested at most {DEEPEST} deep, beyond which nobody can read why a gate is closed"
        )
        keys |= {name: Key(shape=too_deep, says="nested too deeply") for name in ("all", "any", "at_least")}
    return Record(keys=keys, one_of=tuple(keys), called="need")


NEED: Final = _need(DEEPEST)
_NEEDS: Final = Listing(of=NEED, least=1)

RULE: Final = Record(
    keys={
        "name": Key(shape=NAME, says="what the rule is called", required=True),
        "when": Key(shape=CONDITION, says="when it applies; always, when left out"),
        "because": Key(shape=WORDS, says="the reason that people read"),
        "require": Key(shape=_NEEDS, says="what it then asks for: all of these", required=True),
        "locked": Key(shape=Flag(), says="whether no policy below may replace or drop it"),
        "exceptions_by": Key(
            shape=COUNT,
            says="how many people an override or broken glass takes at least while it applies; nobody then serves themselves",
        ),
    }
)

ENVIRONMENT: Final = Record(
    keys={
        "level": Key(shape=Choice(tuple(EnvironmentLevel)), says="how much depends on it", required=True),
        "self_service": Key(shape=Choice(tuple(SelfService)), says="whether low changes enter without people"),
        "require": Key(shape=_NEEDS, says="what entering asks for besides"),
        "approvals_last": Key(shape=TIME, says="how old an approval may be when the change enters"),
    }
)

FREEZE: Final = Record(
    keys={
        "name": Key(shape=NAME, says="what the window is called", required=True),
        "from": Key(shape=MOMENT, says="when it begins", required=True),
        "to": Key(shape=MOMENT, says="when it ends", required=True),
        "environments": Key(shape=Listing(of=NAME, or_one=True), says="what it closes; everything when left out"),
        "because": Key(shape=WORDS, says="the reason that people read"),
        "except_when": Key(shape=CONDITION, says="which changes pass all the same"),
    }
)

_EXCEPTIONS = Record(
    keys={
        "approval": Key(shape=APPROVAL, says="who may make them, and how many must", required=True),
        "longest": Key(shape=TIME, says="how long one lasts at most; 7 days when left out"),
        "never": Key(shape=Listing(of=Text(), or_one=True), says="the rules that they never touch"),
    }
)

_BREAK_GLASS = Record(
    keys={
        "approval": Key(shape=APPROVAL, says="who may break it", required=True),
        "review_within": Key(shape=TIME, says="how soon it is reviewed; 2 days when left out"),
        "review": Key(shape=APPROVAL, says="who may review it"),
        "never": Key(shape=Listing(of=Text(), or_one=True), says="the rules that it never passes"),
    }
)

_PEOPLE = Record(
    keys={
        "roles": Key(shape=Named(name=NAME, of=PEOPLE), says="who has a role, by its name"),
        "teams": Key(shape=Named(name=PERSON, of=PEOPLE), says="who is in a team that owns code, by its handle"),
        "handles": Key(shape=Named(name=PERSON, of=PERSON), says="whose address a handle stands for"),
        "bots": Key(shape=PEOPLE, says="addresses of programs, whose word never counts"),
    }
)

_RUBBER_STAMPS = Record(
    keys={
        "words_a_minute": Key(shape=Whole(least=100, most=10_000), says="how fast a page is read at most"),
        "share_percent": Key(
            shape=Whole(least=1, most=100), says="the share of AI-assisted changes one person approves"
        ),
        "least": Key(shape=Whole(least=2, most=10_000), says="from how many changes on a share means something"),
        "batch": Key(shape=Whole(least=2, most=1_000), says="how many approvals in a row are one batch"),
        "within": Key(shape=TIME, says="the time that a batch has; 10 minutes when left out"),
    }
)

_DOCUMENT_KIND = Record(
    keys={
        "paths": Key(shape=Listing(of=Text(check=why_not_a_glob), or_one=True), says="globs of files that hold one"),
        "ticket": Key(
            shape=Text(check=why_not_a_pattern), says="what a ticket's name looks like, a regular expression"
        ),
        "says": Key(shape=WORDS, says="what a document of an own kind is to say"),
        "headings": Key(
            shape=Listing(of=WORDS, least=1), says="the headings of an own kind, each with something under it"
        ),
        "words": Key(shape=Whole(least=0, most=5_000), says="how many words of its own one has at least; 30"),
    }
)

POLICY_SHAPE: Final = Record(
    keys={
        "version": Key(
            shape=Whole(least=1, most=POLICY_VERSION), says=f"the format's version, {POLICY_VERSION}", required=True
        ),
        "name": Key(shape=WORDS, says="what the policy is called"),
        "extends": Key(shape=NAME, says="the shipped pack that it builds upon"),
        "blocking": Key(
            shape=Record(keys={name: _FINDINGS.keys[name] for name in ("severity", "confidence")}),
            says="which new findings block by themselves",
        ),
        "could_not_look": Key(
            shape=Record(
                keys={
                    "error": Key(
                        shape=Listing(of=Choice(tuple(Reason))),
                        says="the reasons for which an analysis that did not look blocks; a changed file that cannot be read does whatever is listed",
                    ),
                    "unread": Key(
                        shape=Listing(of=Choice(tuple(SurfaceKind))),
                        says="the surfaces on which a person must read what nothing here reads",
                    ),
                }
            ),
            says="what a failure to look means",
        ),
        "people": Key(shape=_PEOPLE, says="who people are"),
        "assurance": Key(shape=_ASSURANCE, says="how sure every approval must be at least"),
        "approvals_last": Key(shape=TIME, says="how long an approval counts; for ever, when left out"),
        "carry_over": Key(shape=Choice(tuple(CarryOver)), says="when approvals of an earlier form still count"),
        "solo": Key(shape=Flag(), says="whether one person may do what takes two, which is then on record"),
        "report_only": Key(shape=Flag(), says="whether the gate only tells and never blocks"),
        "rules": Key(shape=Listing(of=RULE), says="what changes need, and when"),
        "drop": Key(shape=Listing(of=NAME, or_one=True), says="rules of what it builds upon that do not apply"),
        "lock": Key(shape=Listing(of=Choice(LOCKABLE), or_one=True), says="settings that no policy below may change"),
        "environments": Key(shape=Named(name=NAME, of=ENVIRONMENT), says="where changes go, by name"),
        "documents": Key(
            shape=Named(name=NAME, of=_DOCUMENT_KIND), says="where documents lie, and kinds of the policy's own"
        ),
        "freezes": Key(shape=Listing(of=FREEZE), says="windows in which nothing passes"),
        "overrides": Key(shape=_EXCEPTIONS, says="who may take a requirement of one change out of the way"),
        "waivers": Key(shape=_EXCEPTIONS, says="who may accept findings for a while"),
        "break_glass": Key(shape=_BREAK_GLASS, says="who may pass a change now and have it reviewed later"),
        "rubber_stamps": Key(shape=_RUBBER_STAMPS, says="when approvals look unread, so that another is asked for"),
    }
)
