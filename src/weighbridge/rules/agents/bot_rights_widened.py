"""An agent that a workflow starts may do more, or may be started by more people."""

from collections.abc import Iterable, Iterator

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.agents.bots import Bot, bots_in
from weighbridge.landscape.agents.model import Powers
from weighbridge.landscape.agents.reach import severity_of, words_of
from weighbridge.landscape.agents.shifts import widened
from weighbridge.landscape.infrastructure.pipelines.changed import ROLE, Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import WRITE, Pipeline

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Pipelines,),
    roles=(ROLE,),
    weaknesses=(250, 1427),
    tags=("agents", "pipeline"),
)


def check(case: Case) -> Iterable[Finding]:
    """One finding for each such right that is new."""
    for old, new in case[Pipelines].of_head:
        before = list(bots_in(old))
        for bot in bots_in(new):
            same = [each for each in before if (each.job, each.name) == (bot.job, bot.name)]
            same = same or [each for each in before if each.name == bot.name]
            yield from _compared(bot, same, new=new)


def _compared(bot: Bot, before: list[Bot], *, new: Pipeline) -> Iterator[Finding]:
    outside = bool(bot.for_anybody) or (bot.name.islower() and new.is_for_outsiders)
    who = f"{bot.name} in `{bot.job}`"
    for words, line in bot.freedoms.items():
        if not any(words in each.freedoms for each in before):
            yield RULE.finding(
                f"{who} {words}{_with_rights(new, bot)}",
                new.at(line),
                anchor=f"{bot.job} {words}",
                severity=Severity.HIGH if outside or _may_write(new, bot) else Severity.MEDIUM,
            )
    for words, line in bot.for_anybody.items():
        if not any(words in each.for_anybody for each in before):
            yield RULE.finding(
                f"{who}: {words}{_with_rights(new, bot)}",
                new.at(line),
                anchor=f"{bot.job} {words}",
                severity=Severity.HIGH if words.startswith("anybody") else Severity.MEDIUM,
            )
    held = Powers(grants=tuple(grant for each in before for grant in each.grants))
    more = [each.grant for each in widened(held, Powers(grants=bot.grants))]
    more = [each for each in more if severity_of(each) is not Severity.LOW]
    if more:
        rest = f", and {', '.join(f'`{each.text[:60]}`' for each in more[1:8])}" if len(more) > 1 else ""
        yield RULE.finding(
            f"{who} may {words_of(more[0]).rstrip(',')}{rest}{_with_rights(new, bot)}",
            new.at(more[0].line or bot.line),
            anchor=f"{bot.job} {' '.join(each.text for each in more)}",
            severity=Severity.HIGH if outside else Severity.MEDIUM,
        )


def _may_write(new: Pipeline, bot: Bot) -> bool:
    rights = new.rights_of(new.jobs[bot.job])
    return rights is not None and any(level >= WRITE for scope, level in rights.items() if scope != "id-token")


def _with_rights(new: Pipeline, bot: Bot) -> str:
    rights = new.rights_of(new.jobs[bot.job]) or {}
    written = sorted(scope for scope, level in rights.items() if level >= WRITE and scope != "id-token")
    return f", with a token that may write {', '.join(f'`{each}`' for each in written[:4])}" if written else ""
