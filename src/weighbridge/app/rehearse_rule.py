"""Rehearse a rule: its page's cases are its test, and this runs them."""

from collections.abc import Callable, Iterator

from weighbridge.app.ports import ChangeRequest, FactIndex, Repository
from weighbridge.app.sight import Sight
from weighbridge.domain.findings import Finding
from weighbridge.domain.ids import digest
from weighbridge.domain.inputs import Input, InputRecord, Inputs
from weighbridge.domain.outcomes import OutcomeState
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.trust import Trust
from weighbridge.engine.page import Page, PageCase, PageError, read_page
from weighbridge.engine.run import Judgement, run_apart
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.system_file import load_system

Stage = Callable[[PageCase], tuple[Repository, FactIndex]]
"""Makes a repository of a case's files."""

SYSTEM_PATH = ".weighbridge/system.yaml"


class Silence:
    """A `Progress` that nobody watches."""

    def step(self, words: str, done: int = 0, total: int = 0, *, at: str = "") -> None:
        """Nothing."""


def rehearse(loaded: LoadedRule, stage: Stage) -> dict[str, list[str]]:
    """For each case of the rule's page, by name, what went otherwise than the page says; empty lists are well.

    The whole page is judged under the name of the empty string.
    """
    try:
        page = read_page(loaded.page, loaded.id)
    except PageError as error:
        return {"": [str(error)]}
    found = {"": list(page_problems(page))}
    for case in page.cases:
        found[case.name] = list(case_problems(loaded, case, stage=stage))
    return found


def page_problems(page: Page) -> Iterator[str]:
    """What a page lacks as a whole."""
    caught = [case for case in page.cases if case.is_caught]
    if not caught:
        yield "no case is caught"
    if len(page.cases) - len(caught) < len(caught):
        yield f"{len(page.cases) - len(caught)} cases are let through, fewer than the {len(caught)} caught"
    names = [case.name for case in page.cases]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"two cases are called {name!r}"


def case_problems(loaded: LoadedRule, case: PageCase, *, stage: Stage) -> Iterator[str]:
    """What went otherwise than one case says."""
    judged = _judge(loaded, case, stage=stage)
    missing = [o.missing for o in judged.outcomes if o.state is OutcomeState.COULD_NOT_LOOK and o.missing]
    if case.outcome:
        said = {f"could-not-look {m.reason}" for m in missing}
        if case.outcome not in said:
            yield f"meant '{case.outcome}', got {sorted(said) or 'none'}"
        return
    for each in missing:
        yield f"could not look: {each.reason}: {each.detail}"
    if case.is_caught and not (case.marks or judged.findings):
        yield "nothing was found"
    yield from _mark_problems(case, list(judged.findings))
    for finding in judged.findings:
        if case.severity and finding.severity != case.severity:
            yield f"severity {finding.severity}, meant {case.severity}"
        if case.paths and [str(r.place.symbol or r.place) for r in finding.flow] != list(case.paths):
            yield f"path {' -> '.join(str(r.place.symbol or r.place) for r in finding.flow)}, meant {' -> '.join(case.paths)}"


def _inputs(case: PageCase) -> Inputs:
    """A case's inputs, each called by its kind."""
    data = {kind: text.encode("utf-8") for kind, text in case.inputs.items()}
    records = (InputRecord(kind=kind, digest=digest(each), size=len(each)) for kind, each in data.items())
    return Inputs(Input(record=record, data=data[record.kind]) for record in records)


def _mark_problems(case: PageCase, findings: list[Finding]) -> Iterator[str]:
    if case.is_caught and not case.marks:
        yield "a caught case marks the line where the finding is meant"
    left = list(findings)
    for mark in case.marks:
        hit = next(
            (
                f
                for f in left
                if _meets(mark.side, mark.path, finding=f) and f.place.line == mark.line and mark.words in f.message
            ),
            None,
        )
        if hit is None:
            yield f"no finding at {mark.path}:{mark.line} says {mark.words!r}"
        else:
            left.remove(hit)
    for finding in left:
        yield f"found at {finding.place} without a mark: {finding.message}"


def _meets(side: str, path: str, *, finding: Finding) -> bool:
    return finding.place.path == path and (side in ("both", finding.place.side))


def _judge(loaded: LoadedRule, case: PageCase, *, stage: Stage) -> Judgement:
    repository, source = stage(case)
    change = repository.change(ChangeRequest())
    described = case.base.get(SYSTEM_PATH)
    sight = Sight(
        repository=repository,
        change=change,
        trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
        source=source,
        system=load_system(described.encode("utf-8"), SYSTEM_PATH) if described else SystemDescription(),
        progress=Silence(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
        inputs=_inputs(case),
    )
    return run_apart([loaded], sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
