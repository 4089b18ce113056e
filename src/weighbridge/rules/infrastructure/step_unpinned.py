"""A pipeline runs what others may replace."""

from collections.abc import Iterable

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.places import RelatedPlace
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.credentials import holds_production, job_at
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline
from weighbridge.landscape.infrastructure.pipelines.pins import Loosened, Taken, loosened, taken

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(829, 494),
    tags=("pipeline", "supply-chain"),
)
_SHOWN = 12


def check(case: Case) -> Iterable[Finding]:
    """One finding for all that a file holds less surely than before, or that is new and not held, and is equally grave."""
    pipelines = case[Pipelines]
    elsewhere = frozenset(each.name for old in pipelines.before for each in taken(old))
    for old, new in pipelines.of_head:
        graded: dict[Severity, list[Loosened]] = {}
        for each in loosened(old, new, elsewhere=elsewhere):
            if (severity := _severity(each, new, all_of=pipelines)) is not None:
                graded.setdefault(severity, []).append(each)
        for severity, (first, *others) in graded.items():
            yield RULE.finding(
                _words(first, others),
                new.at(first.taken.line),
                anchor=first.taken.name,
                severity=severity,
                related=tuple(
                    RelatedPlace(place=new.at(each.taken.line), message=f"and what {_called(each)} does")
                    for each in others
                ),
            )


def _words(each: Loosened, others: list[Loosened]) -> str:
    held = f", and was held to {each.was[:_SHOWN]}" if each.was else ""
    who = "whoever may push there" if each.taken.is_branch else "whoever may move that tag"
    more = f"; the same holds for {counted(len(others), 'other')}" if others else ""
    return f"{who} decides what {_called(each)} does in the next run, with what the job has at hand{held}{more}"


def _called(each: Loosened) -> str:
    return f"`{each.taken.name}@{each.taken.version}`" if each.taken.version else f"`{each.taken.name}`"


def _severity(each: Loosened, new: Pipeline, *, all_of: Pipelines) -> Severity | None:
    """Whoever pushes to a branch of others, or stands between, has what a deployment has, from the next run on."""
    severity = _of_itself(each)
    if severity is None or severity.rank < Severity.MEDIUM.rank or not _is_of_others(each.taken, all_of):
        return severity
    job = job_at(new, each.taken.line)
    is_included = any(text.line == each.taken.line for text in new.includes)
    jobs = [*new.jobs.values()] if is_included else [job] if job is not None else []
    return Severity.HIGH if any(holds_production(new, one) for one in jobs) else severity


def _is_of_others(used: Taken, all_of: Pipelines) -> bool:
    """Whether it moves, and nobody here decides where to; a whole workflow says what it is given."""
    if not used.is_branch or used.is_of_the_forge or used.is_workflow:
        return False
    is_fetched = used.name.startswith(("https://", "http://"))
    return is_fetched or (used.name.count("/") >= 1 and not all_of.is_ours(used.name.partition("/")[0]))


def _of_itself(each: Loosened) -> Severity | None:
    """What was held is graver than what is new; what the forge publishes, it could replace anyway."""
    taken_ = each.taken
    if each.was:
        is_trusted = taken_.is_of_the_forge and not each.is_against_custom
        return Severity.HIGH if each.is_let_go and not is_trusted else Severity.MEDIUM
    if each.is_against_custom:
        return Severity.MEDIUM
    if taken_.is_of_the_forge or taken_.is_workflow:
        return None
    return Severity.MEDIUM if taken_.is_branch else Severity.LOW
