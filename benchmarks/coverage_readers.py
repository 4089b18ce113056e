"""How each format of `coverage.toml` is read: what of a file is not understood, in words.

A file is put before the rules of its family, as a change that adds it: what they could not look at, or that none of them looks
at it, is what a user would be told.
"""

from collections.abc import Iterator
from functools import cache

from weighbridge.adapters.memory import MemoryFacts, MemoryRepository
from weighbridge.app.ports import ChangeRequest
from weighbridge.app.rehearse_rule import Silence
from weighbridge.app.sight import Sight
from weighbridge.domain.ids import RepoPath, digest
from weighbridge.domain.inputs import Input, InputRecord, Inputs
from weighbridge.domain.outcomes import OutcomeState
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Origin, Provenance
from weighbridge.domain.rule import LoadedRule
from weighbridge.domain.trust import Trust
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.run import run_rules
from weighbridge.facts.extract import extract
from weighbridge.facts.recognise.sql_text import sql_in
from weighbridge.facts.roles import role_of
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.observability.promql import asked_in
from weighbridge.landscape.observability.watches import UnreadableError, WatchKind, watches_in


def sql_file(data: bytes, path: str) -> Iterator[str]:
    """A script, or a migration that is written as code."""
    return _by_rules("sql", {path: data.decode("utf-8")})


def infrastructure_file(data: bytes, path: str) -> Iterator[str]:
    """A source of Terraform, a manifest of Kubernetes, values of a chart, a pipeline, a Dockerfile, a file of Docker Compose."""
    return _by_rules("infrastructure", {path: data.decode("utf-8")})


def terraform_plan(data: bytes, _path: str) -> Iterator[str]:
    """What `terraform show -json` wrote."""
    record = InputRecord(kind="terraform-plan", digest=digest(data), size=len(data))
    return _by_rules("infrastructure", {}, inputs=Inputs([Input(record=record, data=data)]))


def rendered_manifests(data: bytes, _path: str) -> Iterator[str]:
    """What a tool rendered, before and after alike."""
    records = (
        InputRecord(kind=kind, digest=digest(data), size=len(data)) for kind in ("manifests-before", "manifests-after")
    )
    return _by_rules("infrastructure", {}, inputs=Inputs(Input(record=record, data=data) for record in records))


def contract_file(data: bytes, path: str) -> Iterator[str]:
    """A description of an API, a schema, messages."""
    return _by_rules("contracts", {path: data.decode("utf-8")})


def agent_file(data: bytes, path: str) -> Iterator[str]:
    """What coding agents obey: settings, instructions, definitions, lists of what is not read."""
    yield from _by_rules("agents", {path: data.decode("utf-8")})


def queries_in_code(data: bytes, path: str) -> Iterator[str]:
    """Code with queries as text: lines that the grammar could not read; none found at all."""
    facts = extract(data, role_of(RepoPath(path)))
    yield from (f"lines {first}-{last}" for first, last in facts.errors)
    if not any(True for _ in sql_in(facts)):
        yield "no query is found"


def alerts_file(data: bytes, path: str) -> Iterator[str]:
    """What watches: every alert and recorded series asks for a metric that is known by its name."""
    try:
        watches = watches_in(path, data)
    except UnreadableError as error:
        yield str(error)
        return
    if not watches:
        yield "nothing in it is known to watch"
    for watch in watches:
        if watch.kind in (WatchKind.ALERT, WatchKind.RECORD) and not any(asked_in(query) for query in watch.queries):
            yield f"{watch.kind} {watch.name} asks for no metric"


@cache
def _rules(family: str) -> tuple[LoadedRule, ...]:
    return tuple(load_rule(place) for place in find_rules() if place.id.startswith(f"{family}/"))


def _by_rules(family: str, files: dict[str, str], *, inputs: Inputs | None = None) -> Iterator[str]:
    repository = MemoryRepository({}, files)
    change = repository.change(ChangeRequest())
    sight = Sight(
        repository=repository,
        change=change,
        trust=Trust(target=change.base_commit, target_name="main", target_reason=""),
        source=MemoryFacts(repository),
        system=SystemDescription(),
        progress=Silence(),
        trace=lambda: Provenance(origin=Origin.UNKNOWN),
        inputs=inputs or Inputs(),
    )
    judged = run_rules(_rules(family), sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    told = (outcome.missing for outcome in judged.outcomes if outcome.missing is not None)
    yield from dict.fromkeys(f"{missing.reason}: {missing.detail}" for missing in told)
    if all(outcome.state is OutcomeState.NOT_APPLICABLE for outcome in judged.outcomes):
        yield "no rule looks at it"
