"""The metrics that code declares, by their whole names, with their labels as far as they are written there."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Call, Collection, Expr, FileFacts, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._origins import Called, Origins, argument, calls, named_argument

_LIBRARY: Final = LatePattern(
    r"prometheus|prom-client|promauto|statsd|hot-shots|micrometer|opentelemetry|dropwizard|codahale|[Mm]eter(?:Registry|Provider)?\b|metrics"
)
_MAKERS: Final = LatePattern(
    r"^(?:(?:New)?(?:Counter|Gauge|Histogram|Summary|Info|Enum|Timer|DistributionSummary)(?:Vec|Func)?"
    r"|create_?(?:observable_)?(?:counter|histogram|gauge|up_down_counter)|create(?:Observable)?(?:Counter|Histogram|Gauge|UpDownCounter)"
    r"|(?:Int64|Float64)(?:Observable)?(?:Counter|Histogram|Gauge|UpDownCounter)|counter|timer|gauge|summary|builder|build|incr|increment|timing|histogram|distribution)$"
)
_NAME: Final = LatePattern(r"^[A-Za-z_][\w.:/-]{2,100}$")


class Metric(Struct, frozen=True, kw_only=True):
    """A metric that code declares; `labels` is None where they are not written there."""

    name: str
    labels: frozenset[str] | None
    symbol: str
    line: int


def metrics_in(facts: FileFacts) -> Iterator[Metric]:
    """The metrics of a file, in the order of its calls."""
    origins = Origins(facts)
    for called in calls(facts):
        member = last_name(called.call.function)
        if not _MAKERS.match(member) or not called.call.arguments:
            continue
        origin = origins.of(called.call.function, called.scope)
        if not _LIBRARY.search(origin):
            continue
        found = _metric(called, facts, origins=origins)
        if found is not None:
            yield found


def _metric(called: Called, facts: FileFacts, *, origins: Origins) -> Metric | None:
    call = called.call
    first = argument(call, 0)
    options = first if isinstance(first, (Call, Collection)) else None
    if options is None:
        said = first if first is not None else named_argument(call.arguments, "name")
        words = [_named(call, key) for key in ("namespace", "subsystem")]
        labels = argument(call, 2) or named_argument(call.arguments, "labelnames")
    else:
        said = _option(options, "Name") or _option(options, "name")
        words = [_option(options, key) for key in ("Namespace", "Subsystem")]
        labels = argument(call, 1) or _option(options, "labelNames")
    written = [origins.text(each, called.scope) for each in (*words, said) if each is not None]
    if not written or any(each is None for each in written):
        return None
    name = "_".join(each for each in written if each)
    if not _NAME.match(name):
        return None
    return Metric(name=name, labels=_labels(labels), symbol=facts.qualified_name(called.scope), line=called.line)


def _named(call: Call, key: str) -> Expr | None:
    return named_argument(call.arguments, key)


def _option(options: Expr, key: str) -> Expr | None:
    match options:
        case Call(arguments=arguments):
            return named_argument(arguments, key)
        case Collection(elements=elements):
            return next((each.value for each in elements if each.key == key), None)
    return None


def _labels(expr: Expr | None) -> frozenset[str] | None:
    if not isinstance(expr, Collection):
        return None
    texts = [each.value.value for each in expr.elements if isinstance(each.value, Text) and not each.value.parts]
    return frozenset(texts) if len(texts) == len(expr.elements) else None
