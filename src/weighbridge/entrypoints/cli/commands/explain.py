"""`weighbridge explain`: what a rule, or something of the last package, is about."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

import click

from weighbridge.app.explain import Explanation, explain, family_of
from weighbridge.assembly.memory import recall_at
from weighbridge.assembly.rules import bundled_rules
from weighbridge.domain.rule import LoadedRule
from weighbridge.entrypoints.cli.options import repository_option
from weighbridge.entrypoints.cli.reading import read_out
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.review.render.text.blocks import Block, Heading, Item, Paragraph
from weighbridge.review.render.text.explanation import evidence_blocks, rule_blocks, why_blocks

SECTION: Final = Section.LOOK


@click.command(short_help="Explain a rule, or a finding of the last review.")
@click.argument("name", metavar="[RULE|ID]", default="")
@repository_option
@click.option("--cases", "with_cases", is_flag=True, help="Show every case that a rule's page holds.")
@click.option("--no-pager", is_flag=True, help="Print it all at once.")
def command(name: str, folder: Path, *, with_cases: bool, no_pager: bool) -> None:
    """Explain a rule, or a finding, requirement or other evidence of the last package by its id.

    An id may be cut short, and a rule may be named without its family. Of a rule: what it means, what to do instead, and
    one case that it catches and one that it lets through. Of a family, such as `sql`: its rules, each in a line. Without
    a name: the rules there are.
    """
    rules = bundled_rules()
    listed = family_of(name, rules) if name else rules
    if listed:
        read_out(_all(listed), pager=not no_pager)
    else:
        found = explain(name, rules, recall=lambda: recall_at(folder))
        read_out(_of(found, with_cases=with_cases), pager=not no_pager)


def _of(explanation: Explanation, *, with_cases: bool) -> Iterator[Block]:
    if explanation.id is not None and explanation.evidence is not None:
        yield from evidence_blocks(explanation.id, explanation.evidence, what=explanation.what)
        yield from why_blocks(explanation.rule) if explanation.rule else ()
    elif explanation.rule is not None:
        yield from rule_blocks(explanation.rule, with_cases=with_cases)


def _all(rules: tuple[LoadedRule, ...]) -> Iterator[Block]:
    for family, members in groupby(rules, key=lambda rule: rule.id.partition("/")[0]):
        yield Heading(text=family)
        for rule in members:
            yield Item(text=f"{rule.id}: {rule.page.strip().partition(chr(10))[0].lstrip('# ')} ({rule.rule.severity})")
    yield Paragraph(text="weighbridge explain RULE shows its page.", style="dim")
