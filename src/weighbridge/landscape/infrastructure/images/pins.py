"""The images that a change names: before and after, wherever they are named."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.domain.places import Place
from weighbridge.landscape.infrastructure.images.changed import Built, Images, is_for_oneself
from weighbridge.landscape.infrastructure.images.composed import Mount
from weighbridge.landscape.infrastructure.images.references import Reference, read_reference
from weighbridge.landscape.infrastructure.pipelines.changed import Pipelines
from weighbridge.landscape.infrastructure.pipelines.model import Pipeline


class Moved(Struct, frozen=True, kw_only=True):
    """An image that is named otherwise at the same place: a stage, a service, a job."""

    was: Reference
    now: Reference
    place: Place
    who: str
    """Who begins with it or runs it, in words."""
    is_shipped: bool = True
    """Whether it reaches who uses what is built; False for a stage, or a file, for oneself."""
    is_started: bool = False
    """Whether it runs as it is."""
    is_kept: bool = False
    """Whether what it stores outlives it."""


def moved(images: Images, pipelines: Pipelines) -> Iterator[Moved]:
    """Every such image."""
    for old, new in images.kept:
        yield from _of_dockerfile(old, new)
    for before, after in images.composed:
        for name, service in after.services.items() if before is not None and after is not None else ():
            assert before is not None
            assert after is not None
            was = before.services.get(name)
            if was is not None and was.image and service.image and was.image != service.image:
                yield Moved(
                    was=read_reference(was.image),
                    now=read_reference(service.image),
                    place=after.at(service.line_of("image")),
                    who=f"`{name}`",
                    is_shipped=not is_for_oneself(after.path),
                    is_started=True,
                    is_kept=any(mount.source and not mount.is_read_only and _is_data(mount) for mount in was.mounts),
                )
    for pair in pipelines.pairs:
        if pair.old is not None and pair.new is not None:
            yield from _of_pipeline(pair.old, pair.new)


def _is_data(mount: Mount) -> bool:
    """Whether a mount is no single file of settings or of what is run first."""
    return "." not in mount.target.rpartition("/")[2] and "initdb" not in mount.target


def _of_dockerfile(old: Built, new: Built) -> Iterator[Moved]:
    shipped = {stage.number for stage in new.said.shipped}
    for stage in new.said.stages:
        if stage.name:
            was = old.said.stage(stage.name)
        else:
            was = next((each for each in old.said.stages if not each.name and each.number == stage.number), None)
        if stage.number == new.said.stages[-1].number:
            was = was or old.said.stages[-1]
        if was is None or was.base == stage.base or new.said.stage(stage.base) or old.said.stage(was.base):
            continue
        yield Moved(
            was=read_reference(was.base),
            now=read_reference(stage.base),
            place=new.at(stage.line),
            who=f"stage `{stage.label}`" if len(new.said.stages) > 1 else "the image",
            is_shipped=stage.number in shipped and not new.is_for_oneself,
        )


def _of_pipeline(old: Pipeline, new: Pipeline) -> Iterator[Moved]:
    for name, job in new.jobs.items():
        was = old.jobs.get(name)
        before = {each.name: each for each in map(read_reference, (text.value for text in was.images))} if was else {}
        for text in job.images:
            now = read_reference(text.value)
            if now.name in before and before[now.name] != now:
                yield Moved(was=before[now.name], now=now, place=new.at(text.line), who=f"`{name}`", is_shipped=False)
