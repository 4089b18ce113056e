"""Programs that run on another kind of processor from now on, and what of them was made for the one before.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html (a layer and an image are for one kind),
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html (`runtimePlatform`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.change import Infrastructure

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.cloudformation.template import Template
    from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile

FUNCTION: Final = "aws_lambda_function"
_TASKS: Final = ("aws_ecs_task_definition", "AWS::ECS::TaskDefinition")
TYPES: Final = frozenset((FUNCTION, *_TASKS))
ARM, INTEL = "arm64", "x86_64"
_SAID: Final = (
    (ARM, LatePattern(r"(?i)(?:^|[^a-z0-9])(?:arm64|aarch64|arm64v8)(?:[^a-z0-9]|$)")),
    (INTEL, LatePattern(r"(?i)(?:^|[^a-z0-9])(?:x86[-_]?64|amd64)(?:[^a-z0-9]|$)")),
)
"""How names say for which of the two something was made."""
_TWINS: Final = LatePattern(
    r":layer:(?:LambdaInsightsExtension|AWS-Parameters-and-Secrets-Lambda-Extension|AWS-AppConfig-Extension):"
)
"""Layers of AWS that have a twin called `…-Arm64` for the other kind."""
_COMPILED: Final = LatePattern(r"^(?:provided|go1)")
_IMAGE: Final = LatePattern(r'"[iI]mage"\s*:\s*"([^"$]+)"')
_MOST: Final = 3


class Unfit(Struct, frozen=True, kw_only=True):
    """What was made for another kind of processor than it is run on: in words, by which argument, and how bad that is."""

    words: str
    argument: str
    severity: Severity


def unfit(each: Alteration, infrastructure: Infrastructure) -> Iterator[Unfit]:
    """What of a function, or of tasks, does not fit, and did before, or was not there."""
    change = each.change
    if change.action not in (Action.CREATE, Action.UPDATE, Action.REPLACE) or change.is_data:
        return
    if change.type == FUNCTION:
        file = _template(each, infrastructure)
        before, after = change.before, change.after
        if file is not None:
            before, after = (with_shared(v, t) for v, t in ((before, file.before), (after, file.after)))
        yield from of_function(before, after, kind_of_layer=_layers(each, infrastructure))
    else:
        yield from _of_tasks(change.before, change.after)


def with_shared(values: Mapping[str, Any], template: "Template | None") -> Mapping[str, Any]:
    """What a function says, and what its template says of all of them."""
    shared = template.shared.get("Function") if template is not None else None
    said = shared.get("Architectures") if isinstance(shared, dict) else None
    return {"architectures": said, **values} if values and said is not None else values


def of_function(
    before: Mapping[str, Any], after: Mapping[str, Any], *, kind_of_layer: Callable[[object, Side], str]
) -> Iterator[Unfit]:
    """The same of one function by its values, whoever declares it; `kind_of_layer` tells for which kind one was made."""
    was, now = (_kind(values.get("architectures")) if values else "" for values in (before, after))
    if not now:
        return
    turned = bool(was) and was != now
    known = {_bare(layer) for layer in _listed(before.get("layers")) if _is_other(kind_of_layer(layer, Side.BASE), was)}
    layers = [layer for layer in _listed(after.get("layers")) if _is_other(kind_of_layer(layer, Side.HEAD), now)]
    wrong = [_named(layer) for layer in layers if turned or _bare(layer) not in known]
    for name in wrong[:_MOST]:
        words = f"runs on {now}, and its layer `{name}` is for {_other(now)}: what is compiled in it does not load, and whoever calls it gets an error"
        yield Unfit(words=words, argument="layers", severity=Severity.HIGH if before else Severity.MEDIUM)
    if not turned or wrong:
        return
    images = [_imageof_function(values) for values in (before, after)]
    if images[0] and images[0] == images[1]:
        words = f"goes from {was} to {now}, and its image `{images[1]}` stays: an image is for one kind of processor, and of the other one nothing in it starts"
        yield Unfit(words=words, argument="architectures", severity=Severity.HIGH)
    elif _COMPILED.search(str(after.get("runtime", ""))):
        words = f"goes from {was} to {now}: its program must have been compiled for {now}, or nothing of it starts"
        yield Unfit(words=words, argument="architectures", severity=Severity.MEDIUM)
    else:
        words = f"goes from {was} to {now}: what is compiled in its package must be there for {now}"
        yield Unfit(words=words, argument="architectures", severity=Severity.LOW)


def _of_tasks(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Unfit]:
    was, now = (_kind_of_tasks(values) if values else "" for values in (before, after))
    if not was or not now or was == now:
        return
    had = set(_images(before.get("container_definitions")))
    stay = [image for image in dict.fromkeys(_images(after.get("container_definitions"))) if image in had]
    for image in stay[:_MOST]:
        is_told = _is_other(said_in(image), now)
        why = f"is for {_other(now)}" if is_told else f"stays: unless it was made for {now} too"
        words = f"run on {now} and no longer on {was}, and the image `{image}` {why}{', and' if is_told else ','} no container of it starts"
        yield Unfit(words=words, argument="cpu_architecture", severity=Severity.HIGH if is_told else Severity.MEDIUM)


def said_in(name: str) -> str:
    """For which kind something was made, by its name; empty where that does not tell."""
    found = [kind for kind, pattern in _SAID if pattern.search(name)]
    return found[0] if len(found) == 1 else ""


def _layers(each: Alteration, infrastructure: Infrastructure) -> Callable[[object, Side], str]:
    """What tells for which kind a layer was made: its name, or the block that declares it beside the function."""

    def kind(layer: object, side: Side) -> str:
        text = layer.text if isinstance(layer, Expression) else str(layer)
        if not isinstance(layer, Expression) or layer.is_template:
            return by_name(layer)
        declared = _declared(each, infrastructure, name=text, side=side)
        return _kind(declared["compatible_architectures"]) if "compatible_architectures" in declared else said_in(text)

    return kind


def by_name(layer: object) -> str:
    """For which kind a layer was made, as its name says."""
    text = layer.text if isinstance(layer, Expression) else str(layer)
    return INTEL if _TWINS.search(text) else said_in(text)


def _template(each: Alteration, infrastructure: Infrastructure) -> "TemplateFile | None":
    """The template that declares it."""
    cloud = infrastructure.cloudformation if each.tool is CLOUDFORMATION and not each.is_planned else None
    files = cloud.templates if cloud is not None else ()
    return next((file for file in files if each.place.path in (file.path, file.base_path)), None)


def _declared(each: Alteration, infrastructure: Infrastructure, *, name: str, side: Side) -> Mapping[str, Any]:
    """The arguments of the layer to which a function refers."""
    if each.tool is CLOUDFORMATION:
        file = _template(each, infrastructure)
        template = (file.after if side is Side.HEAD else file.before) if file is not None else None
        if template is None or name not in template.resources:
            return {}
        said = template.resources[name].properties.get("CompatibleArchitectures")
        return {"compatible_architectures": said} if said is not None else {}
    labels = tuple(name.split(".")[:2])
    for folder in infrastructure.sources.folders:
        if folder.path == each.folder:
            found = folder.resource(labels, side)
            return found.block.values if found is not None else {}
    return {}


def _kind(value: object) -> str:
    """The kind that a list of them says: the usual one where there is none; empty where both, or only running tells."""
    listed = [str(each).lower() for each in value] if isinstance(value, list) else []
    if value is None or value == []:
        return INTEL
    return listed[0] if len(listed) == 1 and listed[0] in (ARM, INTEL) else ""


def _kind_of_tasks(values: Mapping[str, Any]) -> str:
    said = [each.get("cpu_architecture") for each in nested(values, "runtime_platform")]
    if not said or said[0] is None:
        return INTEL
    return {"ARM64": ARM, "X86_64": INTEL}.get(str(said[0]).upper(), "")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _is_other(kind: str, wanted: str) -> bool:
    return kind in (ARM, INTEL) and bool(wanted) and kind != wanted


def _other(kind: str) -> str:
    return INTEL if kind == ARM else ARM


def _named(layer: object) -> str:
    text = layer.text if isinstance(layer, Expression) else str(layer)
    return text.partition(":layer:")[2] or text


def _bare(layer: object) -> str:
    """A layer without the number of its version."""
    head, _, number = _named(layer).rpartition(":")
    return head if number.isdigit() else _named(layer)


def _imageof_function(values: Mapping[str, Any]) -> str:
    inner = values.get("code")
    image = values.get("image_uri") or (inner.get("image_uri") if isinstance(inner, dict) else None)
    return image if isinstance(image, str) else ""


def _images(value: object) -> Iterator[str]:
    """The images of containers that are named, whether as a list or as a text of JSON."""
    if isinstance(value, list):
        for each in value:
            image = each.get("image") if isinstance(each, dict) else None
            if isinstance(image, str):
                yield image
        return
    text = value.text if isinstance(value, Expression) else value if isinstance(value, str) else ""
    yield from (found[1] for found in _IMAGE.finditer(text))
