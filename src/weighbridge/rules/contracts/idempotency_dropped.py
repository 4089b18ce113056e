"""A call that may be repeated no longer says that it is the same call."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Attribute, Call, Collection, Expr, FileFacts, Item, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.landscape.contracts.implicit.rewritten import Rewrite, Rewritten

RULE = Rule(
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Rewritten,),
    roles=("python", "javascript", "typescript", "tsx", "go", "java"),
    tags=("contract", "behaviour"),
)

_KEY: Final = LatePattern(
    r"(?i)idempoten(?:cy|t)[-_]?(?:key|token|id)|ClientRequestToken|client_request_token|MessageDeduplicationId"
)
_CHANCE: Final = LatePattern(
    r"(?:\w+\.)?(?:uuid[1467]|uuid[vV][147]|random_?UUID|nanoid|ulid|token_hex|token_urlsafe|token_bytes|urandom|randomBytes|randbytes|NewRandom|randint|getrandbits|time_ns|currentTimeMillis|nanoTime)"
    r"|(?:uuid|ksuid|xid|ulid)\.(?:New|NewString|Make|v[147])|(?:random|rand|Math)\.\w+|(?:datetime|time|Date|Instant)\.(?:now|Now|time|utcnow)"
)
"""What is called for something that nobody had before."""


def check(case: Case) -> Iterable[Finding | CouldNotLook]:
    """One finding for each definition."""
    told: set[tuple[str, str]] = set()
    for each in case[Rewritten]:
        path = each.file.change.path
        if each.after is not None and (key := _made_anew(each)) and (path, each.symbol) not in told:
            told.add((path, each.symbol))
            yield _anew(each, key)
        lost = set(_keys_of(each.before)) - set(_keys_of(each.after) if each.after is not None else ())
        if each.after is None:
            lost = {*_set_by(each)}
        if not lost or (path, each.symbol) in told or _is_elsewhere(case[Rewritten]):
            continue
        told.add((path, each.symbol))
        yield _finding(each, sorted(lost)[0])


def _finding(each: Rewrite, key: str) -> Finding:
    if each.after is None and _is_asked_for(each):
        return RULE.finding(
            f"`{key}` is no longer required: a request that comes again after a timeout is done twice, be it a payment, an order or a message",
            each.file.at(each.line, symbol=each.symbol),
            anchor=f"{each.symbol} {key}",
        )
    called = last_name(each.before.function) if type(each.before) is Call else ""
    what = f"`{called}` is" if called and each.after is not None else "this is"
    return RULE.finding(
        f"{what} called without `{key}`: repeated after a timeout, it is done twice, be it a payment, an order or a message",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {key}",
    )


def _anew(each: Rewrite, key: str) -> Finding:
    return RULE.finding(
        f"`{key}` is another one at every call now: what is repeated, after a timeout or from a queue, is done twice, be it a payment, an order or a message",
        each.file.at(each.line, symbol=each.symbol),
        anchor=f"{each.symbol} {key} anew",
    )


def _made_anew(each: Rewrite) -> str:
    """The key whose value is made by chance or of the time now, and came from what is done before; empty where none is."""
    if _is_by_chance(each.before) or each.after is None or not _is_by_chance(each.after):
        return ""
    return _given_as(each) or _bound_as(each)


def _given_as(each: Rewrite) -> str:
    """The key that an expression is given for: `{"Idempotency-Key": …}`, `idempotency_key=…`, `headers.set("Idempotency-Key", …)`."""
    for slot in reversed(each.slots):
        if _KEY.fullmatch(slot.key):
            return slot.key
        first = slot.of.arguments[0].value if type(slot.of) is Call and slot.of.arguments else None
        if slot.key == "1" and type(first) is Text and _KEY.fullmatch(first.value):
            return first.value
    return ""


def _bound_as(each: Rewrite) -> str:
    """The key for which a name is given, in the same definition, that a statement binds."""
    facts, step = each.file.head, each.then
    if facts is None or step is None or step.kind != "bind":
        return ""
    target = step.target
    if type(target) is Item and (key := next(_keys_of(target.key), "")):
        return key
    if type(target) is not Name:
        return ""
    inside = [other for other in facts.steps if other.scope == step.scope]
    given = (pair for other in inside for part in walk(other.value) for pair in _pairs(part))
    return next((key for key, value in given if value == Name(target.id)), "")


def _pairs(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """The keys that an expression gives, each with its value."""
    if type(expr) is Collection:
        yield from ((each.key, each.value) for each in expr.elements if _KEY.fullmatch(each.key))
    elif type(expr) is Call:
        yield from ((given.name, given.value) for given in expr.arguments if _KEY.fullmatch(given.name))
        first = expr.arguments[0].value if len(expr.arguments) == len(("key", "value")) else None
        if type(first) is Text and _KEY.fullmatch(first.value):
            yield first.value, expr.arguments[1].value


def _is_by_chance(expr: Expr) -> bool:
    """Whether some part of an expression is made by chance, or of the time now."""
    return any(type(part) is Call and _CHANCE.fullmatch(_spelled(part.function)) is not None for part in walk(expr))


def _spelled(function: Expr) -> str:
    """A function with what it is asked of: `uuid.New`, `Date.now`."""
    if type(function) is Attribute and type(function.of) is Name:
        return f"{function.of.id}.{function.name}"
    return last_name(function)


def _keys_of(expr: Expr) -> Iterator[str]:
    """The keys by which calls and collections in an expression are told apart from others."""
    for part in walk(expr):
        if type(part) is Call:
            yield from (given.name for given in part.arguments if _KEY.fullmatch(given.name))
        elif type(part) is Collection:
            yield from (element.key for element in part.elements if _KEY.fullmatch(element.key))
        elif type(part) is Text and _KEY.fullmatch(part.value):
            yield part.value


def _set_by(each: Rewrite) -> Iterator[str]:
    """A key that a statement of its own put in: `headers["Idempotency-Key"] = key`."""
    target = each.step.target
    if each.step.kind == "bind" and type(target) is Item:
        yield from _keys_of(target.key)
    if each.step.kind == "use" or (each.step.kind == "bind" and _is_asked_for(each)):
        yield from _keys_of(each.step.value)


def _is_asked_for(each: Rewrite) -> bool:
    """Whether a statement takes the key out of a request: `key = request.headers.get("Idempotency-Key")`."""
    value = each.step.value
    said: Expr | None = value.key if type(value) is Item else None
    if type(value) is Call and value.arguments:
        said = value.arguments[0].value
    return type(said) is Text and _KEY.fullmatch(said.value) is not None


def _is_elsewhere(rewritten: Rewritten) -> bool:
    """Whether as many keys are given as before, or a definition gives more than it did: it may be called for others now."""
    before, after = _count(rewritten.on(Side.BASE)), _count(rewritten.on(Side.HEAD))
    return after.total() >= before.total() or any(count > before[name] for name, count in after.items())


def _count(sides: Iterable[FileFacts]) -> Counter[str]:
    """How many keys are given in definitions of each name."""
    found: Counter[str] = Counter()
    for facts in sides:
        for step in facts.steps:
            for part in (step.value, step.target):
                keys = [*_keys_of(part)] if part is not None else []
                if keys:
                    found[facts.qualified_name(step.scope)] += len(keys)
    return found
