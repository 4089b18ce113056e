"""`docs/reference/rules-FAMILY.md`: every rule of a family, what it finds and how grave that is."""

import importlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.discover import find_rules, load_rule
from weighbridge.engine.page import read_page

_SOURCE: Final = "../../src/weighbridge/rules"


def rule_pages() -> dict[str, str]:
    """The page of each family, by its name below `docs/reference`."""
    rules = sorted((load_rule(place) for place in find_rules()), key=lambda rule: rule.id)
    families = groupby(rules, key=lambda rule: rule.id.partition("/")[0])
    return {f"rules-{family}.md": "\n".join(_lines(family, tuple(of))) + "\n" for family, of in families}


def _lines(family: str, rules: Sequence[LoadedRule]) -> Iterator[str]:
    says = (importlib.import_module(f"weighbridge.rules.{family}").__doc__ or "").strip()
    yield f"# Rules: {family}"
    yield ""
    yield f"{says} Written by `make docs`; each rule's own page says why, what to do instead, and what is caught and let through:"
    yield f"`weighbridge explain {rules[0].id}` shows it. A finding may be graver or less grave than its rule, where its page says so."
    yield ""
    yield "| rule | what it finds | severity | confidence | looks at |"
    yield "|---|---|---|---|---|"
    for loaded in rules:
        rule = loaded.rule
        stem = loaded.id.partition("/")[2].replace("-", "_")
        title = read_page(loaded.page, loaded.id).title.replace("|", "\\|")
        roles = ", ".join(f"`{role}`" for role in rule.roles) or "the change as a whole"
        yield (
            f"| [{loaded.id}]({_SOURCE}/{family}/{stem}.md) | {title} | {rule.severity} | {rule.confidence} | {roles} |"
        )
