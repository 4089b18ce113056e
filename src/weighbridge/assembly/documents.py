"""What the documents of a change are judged against, put together."""

from weighbridge.app.document_context import document_context
from weighbridge.app.sight import Sight
from weighbridge.assembly.reviewing import ways_to_fail
from weighbridge.domain.places import Side
from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.run import run_rules
from weighbridge.policy.documents.context import DocumentContext


def context_of(sight: Sight, rules: tuple[LoadedRule, ...]) -> DocumentContext:
    """The change as its documents must speak of it."""
    judgement = run_rules(rules, sight.facts(Side.HEAD), base=sight.facts(Side.BASE), subjects=sight.subjects)
    return document_context(sight, ways_to_fail(sight, judgement, surfaces=sight.surfaces))
