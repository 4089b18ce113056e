"""The texts that a file gives a name at its top, once: what is asked for by the name is asked for by the text."""

from collections import Counter
from collections.abc import Mapping

from weighbridge.facts.model import Expr, FileFacts, Name, Text


def named_texts(facts: FileFacts) -> Mapping[str, Text]:
    """Each name that stands for one plain text wherever the file uses it."""
    bound = [step for step in facts.steps if step.kind == "bind" and type(step.target) is Name]
    times = Counter(step.target.id for step in bound if type(step.target) is Name)
    return {
        step.target.id: step.value
        for step in bound
        if step.scope == 0
        and type(step.target) is Name
        and times[step.target.id] == 1
        and type(step.value) is Text
        and not step.value.parts
    }


def text_for(expr: Expr, named: Mapping[str, Text]) -> Expr:
    """The text that a name stands for; anything else is as it is."""
    return named.get(expr.id, expr) if type(expr) is Name else expr
