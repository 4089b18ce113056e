"""Functions whose argument is written in the expression, so that it is checked when it is loaded: patterns and words."""

import re
from collections.abc import Mapping
from typing import Final

from weighbridge.policy.conditions.asks import Ask, Question, why_not_a_pattern
from weighbridge.policy.conditions.cost import Cost, each
from weighbridge.policy.conditions.flaws import shown, suggestion
from weighbridge.policy.conditions.nodes import STRING, Call, Elements, Literal, answer_node
from weighbridge.policy.conditions.notes import Called, Notes
from weighbridge.policy.conditions.orders import order_of
from weighbridge.policy.conditions.path_globs import glob_cost, glob_node
from weighbridge.policy.conditions.regexes import RegexError, finds
from weighbridge.policy.conditions.seen import Seen, cost_of, plain
from weighbridge.policy.conditions.shapes import Flag, Text, Unclear, in_words

MOST_REGEX: Final = 200
"""How many characters a regular expression may have."""
MOST_REPEATED: Final = 1_000
"""How large a regular expression may grow when its counted repetitions are written out."""
MOST_WRITTEN: Final = 50
"""How many patterns one call may have."""
CHARACTERS_A_STEP: Final = 32
"""How many characters of a text are looked through in one step of cost."""

_COUNTED: Final = re.compile(r"\{(\d{1,9})(?:,(\d{0,9}))?\}")


def is_method(notes: Notes, call: Called) -> bool:
    """Whether it is called on something, with one value; that it is not has been said."""
    if call.target is not None and len(call.parts) == 1:
        return True
    name = call.node.function
    notes.flaw(call.node, f"{name} stands behind a value and takes one: x.{name}(...)")
    return False


def are_texts(notes: Notes, parts: tuple[Seen, ...]) -> bool:
    """Whether all of them are texts; those that are not have been named."""
    wrong = [part for part in parts if not isinstance(part.shape, Text | Unclear)]
    for part in wrong:
        notes.flaw(part.node, f"this is {in_words(part.shape)}; here it must be text")
    return not wrong


def unclear(call: Called) -> Seen:
    """What comes of a call of which something wrong has been said."""
    return Seen(node=call.node, shape=Unclear())


def written(notes: Notes, call: Called) -> tuple[str, ...] | None:
    """The texts that stand as the argument: one, or a list of them; None, and said, when they do not."""
    argument = call.node.args[0]
    items = argument.items if isinstance(argument, Elements) else (argument,)
    texts = tuple(i.value for i in items if isinstance(i, Literal) and isinstance(i.value, str) and i.kind == STRING)
    if len(items) > MOST_WRITTEN:
        notes.flaw(argument, f"{call.node.function} takes at most {MOST_WRITTEN} texts; here are {len(items)}")
        return None
    if len(texts) == len(items) and texts:
        return texts
    if not any(isinstance(part.shape, Unclear) for part in call.parts):
        notes.flaw(argument, f"{call.node.function} takes a text or a list of texts that are written here")
    return None


def _each_told(notes: Notes, call: Called, *, wrong: Mapping[str, str]) -> Seen:
    """What comes of texts of which some are wrong, each told where it stands."""
    argument = call.node.args[0]
    for item in argument.items if isinstance(argument, Elements) else (argument,):
        if isinstance(item, Literal) and isinstance(item.value, str) and item.value in wrong:
            notes.flaw(item, wrong[item.value])
    return unclear(call)


def matches(notes: Notes, call: Called) -> Seen:
    """A regular expression of RE2, found anywhere in the text."""
    if not is_method(notes, call) or not are_texts(notes, call.all[:1]):
        return unclear(call)
    texts = written(notes, call)
    if texts is None:
        return unclear(call)
    if len(texts) != 1:
        return notes.flaw(call.node.args[0], "matches takes one regular expression; write a|b for several")
    if wrong := why_not_a_regex(texts[0]):
        return notes.flaw(call.node.args[0], wrong)
    cost = cost_of(call.all, own=200 + 10 * _grown(texts[0]))
    cost += each(call.all[0].size, Cost(1), share=CHARACTERS_A_STEP // 4)
    return Seen(node=call.made, shape=Flag(), cost=cost)


def why_not_a_regex(pattern: str) -> str:
    """What keeps `pattern` from being used, in words; empty when nothing does."""
    if len(pattern) > MOST_REGEX:
        return f"a regular expression has at most {MOST_REGEX} characters"
    if _grown(pattern) > MOST_REPEATED:
        return "its counted repetitions make the regular expression too large"
    try:
        finds(pattern, "")
    except RegexError as error:
        return f"this is no regular expression: {error}"
    return ""


def _grown(pattern: str) -> int:
    size = len(pattern)
    for least, most in _COUNTED.findall(pattern):
        size *= max(1, int(most or least))
    return size


def glob(notes: Notes, call: Called) -> Seen:
    """Whether a path lies in one of some globs."""
    if not is_method(notes, call) or not are_texts(notes, call.all[:1]):
        return unclear(call)
    globs = written(notes, call)
    if globs is None:
        return unclear(call)
    wrong = {one: why for one in globs if (why := why_not_a_pattern(Question.TOUCHES, one))}
    if wrong:
        return _each_told(notes, call, wrong=wrong)
    path = call.all[0]
    return Seen(node=glob_node(call.node.id, path.node, globs=globs), shape=Flag(), cost=path.cost + glob_cost(globs))


def ordered(notes: Notes, call: Called) -> Seen:
    """Whether a word is one of those from another upwards, or downwards."""
    if not is_method(notes, call) or isinstance(call.all[0].shape, Unclear):
        return unclear(call)
    value = call.all[0]
    name = call.node.function
    order = order_of(value.shape.words) if isinstance(value.shape, Text) else ()
    if not order:
        return notes.flaw(call.node, f"{name} asks words that have an order, such as a severity")
    words = written(notes, call)
    if words is None:
        return unclear(call)
    if len(words) != 1 or words[0] not in order:
        return notes.flaw(call.node.args[0], f"`{shown(words[0])}` is none of its words: {suggestion(words[0], order)}")
    at = order.index(words[0])
    kept = order[at:] if name == "at_least" else order[: at + 1]
    node_id = call.node.id
    among = Elements(id=node_id, items=tuple(Literal(id=node_id, kind=STRING, value=word) for word in kept))
    return plain(Call(id=node_id, target=None, function="@in", args=(value.node, among)), Flag(), value)


def ask(notes: Notes, call: Called) -> Seen:
    """A question that goes over the whole document at once."""
    question = Question(call.node.function)
    if call.target is not None or len(call.parts) != 1:
        return notes.flaw(call.node, f'{question} stands for itself and takes one value: {question}("...")')
    patterns = written(notes, call)
    if patterns is None:
        return unclear(call)
    wrong = {one: why for one in patterns if (why := why_not_a_pattern(question, one))}
    if wrong:
        return _each_told(notes, call, wrong=wrong)
    asked = Ask(question=question, patterns=patterns)
    notes.asks[asked] = None
    notes.reads.update(dict.fromkeys(question.reads, True))
    return Seen(node=answer_node(call.node.id, asked.key), shape=Flag())
