"""The package that is kept: what people said is in none of it, and what machines say in all of it."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace
from tests.samples.packages import usual
from tests.samples.record import NOW, THIS, said, voice
from tests.unit.policy.test_needs import Asks
from tests.unit.policy.test_voices import AUTHOR, DOCUMENT, PEOPLE

from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.ask_gate import Asked
from weighbridge.app.review_change import Weighed
from weighbridge.app.without_voices import without_voices
from weighbridge.domain.gate import GateState
from weighbridge.domain.package import Answers, ReviewPackage
from weighbridge.domain.persons import Person
from weighbridge.domain.record import Attachment, BreakGlass, Override, Record, Verdict
from weighbridge.domain.trust import Trust
from weighbridge.policy.case import Case, Paper
from weighbridge.policy.needs import ApprovalNeed, DocumentNeed, Involved
from weighbridge.policy.policy import Policy, Rule
from weighbridge.policy.population import only
from weighbridge.review.render.json import render_json

EVE = "eve@secret.example"
NO_TRUST = Trust(target=None, target_name="", target_reason="nothing is")
OWN = Paper(kind="design-note", source="docs/note.md", problems=("it is empty",))
GOOD = Paper(kind="design-note", source=f"attached by {EVE} (entry 0 of the ledger)")
NOTE = Policy(name="p", rules=(Rule(name="note", require=(DocumentNeed(kind="design-note"),)),))
TWO = Policy(name="p", rules=(Rule(name="two", require=(ApprovalNeed(),)),))


def kept(policy: Policy, record: Record, *, papers: tuple[Paper, ...] = (OWN,), **asked: object) -> ReviewPackage:
    """The package that is kept of a change whose gate was asked with `record`."""

    def own(attached: Sequence[Attachment]) -> tuple[Paper, ...]:
        return papers if attached else (OWN,)

    bare = Case(policy=policy, document=DOCUMENT, people=PEOPLE, papers=(OWN,), subject=THIS)
    case = replace(bare, record=record, now=NOW, papers=papers, **asked)
    shown = replace(usual().presentation, notices=(f"{EVE} said so",), left_behind=(f"an approval by {EVE}",))
    package = replace(usual(), presentation=shown)
    repository = MemoryRepository({}, {})
    weighed = Weighed(package=package, case=bare, find_papers=own, repository=repository, trust=NO_TRUST)
    return without_voices(Asked(gate=package.gate, package=package, case=case), weighed)


def test_nothing_that_people_said_is_kept() -> None:
    by = voice(EVE)
    everything = Record(
        judgements=(said(EVE), said(EVE, Verdict.REJECT, reason=f"says {EVE}")),
        overrides=(Override(voice=by, subject=THIS, requirements=(), reason=EVE, until=NOW + timedelta(hours=1)),),
        break_glass=(BreakGlass(voice=by, subject=THIS, reason=EVE, review_due=NOW),),
        refused=(f"{EVE} is not believed",),
    )
    known = replace(PEOPLE, persons=(*PEOPLE.persons, Person(name=EVE)))

    package = kept(TWO, everything, papers=(OWN, GOOD), people=known, involved={EVE: frozenset({Involved.REQUESTER})})

    assert EVE not in render_json(package)
    assert package.gate.state is GateState.UNSATISFIED


def test_who_says_that_they_asked_an_agent_is_no_part_of_it_either() -> None:
    solo = replace(TWO, is_solo=True)
    wrote = {AUTHOR: frozenset({Involved.AUTHOR}), EVE: frozenset({Involved.REQUESTER})}

    package = kept(solo, Record(), involved=wrote, population=lambda: only(EVE))

    assert EVE not in render_json(package)


@pytest.mark.parametrize(
    ("paper", "state"),
    [
        pytest.param(GOOD, GateState.SATISFIED, id="it holds"),
        pytest.param(replace(GOOD, problems=("it is empty",)), GateState.UNSATISFIED, id="it lacks something"),
        pytest.param(replace(GOOD, missing=("it is too long",)), GateState.UNSATISFIED, id="it could not be judged"),
    ],
)
def test_that_a_document_was_attached_which_holds_is_kept_without_whose_it_was(paper: Paper, state: GateState) -> None:
    package = kept(NOTE, Record(), papers=(OWN, paper))

    assert package.gate.state is state
    assert EVE not in json.dumps(render_json(package))
    (need,) = package.gate.requirements
    assert need.met_by == (("attached to the change",) if state is GateState.SATISFIED else ())


def test_what_conditions_came_to_is_kept_with_those_that_ask_for_nothing() -> None:
    rules = tuple(Rule(name=text, require=(), when=Asks(text)) for text in ("held", "not held"))

    package = kept(Policy(name="p", rules=rules), Record(), holds=lambda when: when.text == "held")

    assert package.presentation.answers == Answers(held=("held",))
