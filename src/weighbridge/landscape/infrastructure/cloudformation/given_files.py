"""Which files of a repository give values to which templates, told by where they lie and by the names of the parameters."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.cloudformation.given import Parameters, read_parameters
from weighbridge.landscape.infrastructure.cloudformation.recognise import (
    bytes_on,
    is_giving,
    is_json,
    is_plain,
    is_settings_of_sam,
    is_template_at,
)
from weighbridge.landscape.infrastructure.cloudformation.sam_settings import settings_of_sam
from weighbridge.landscape.infrastructure.cloudformation.template import Template, read_template
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
from weighbridge.landscape.tree import Tree

_GIVING: Final = (".json", "samconfig.toml")
_TEMPLATES: Final = (".yaml", ".yml", ".template", ".json")
_MOST_FILES: Final = 40
_MOST_BYTES: Final = 500_000

Read = Callable[[ObjectId, int], bytes | CouldNotLook]


def changed_parameters(files: Iterable[FileChange], contents: ChangedBytes) -> Iterator[Parameters]:
    """What each of these files gave and gives."""
    for file in files:
        before, after = (_read(file.path, bytes_on(file, side, contents=contents)) for side in (Side.BASE, Side.HEAD))
        for name in (each for each in before if each in after):
            yield Parameters(
                path=file.path,
                environment=name,
                before=before[name],
                after=after[name],
                text=contents.text(file.path),
            )


def _read(path: RepoPath, data: object) -> Mapping[str, Mapping[str, str]]:
    """What a file gives, by the environments that it names; by none where it gives to one alone."""
    if not isinstance(data, bytes):
        return {}
    if is_settings_of_sam(path):
        return settings_of_sam(data)
    given = read_parameters(data)
    return {"": given} if given else {}


def plain_parameters(
    files: Iterable[FileChange], contents: ChangedBytes, *, base: Callable[[], tuple[Tree, Read]]
) -> Iterator[FileChange]:
    """The changed files that are a plain table of names, all of which are parameters of a template near them."""
    for file in files:
        before, after = (bytes_on(file, side, contents=contents) for side in (Side.BASE, Side.HEAD))
        if not (is_plain(file.path, before) and is_plain(file.path, after)):
            continue
        named = read_parameters(before).keys()
        tree, read = base()
        near = _near([file.path], tree, endings=_TEMPLATES, but={file.path}) if named else ()
        templates = (_template(path, tree, read=read) for path in near)
        if any(template is not None and named <= template.parameters.keys() for template in templates):
            yield file


def kept_parameters(
    files: Sequence[TemplateFile], tree: Tree, *, read: Read, but: set[RepoPath]
) -> Iterator[Parameters]:
    """What files that a change leaves as they are give to templates near them."""
    if not any(file.after is not None and file.after.parameters for file in files):
        return
    for path in _near([file.path for file in files], tree, endings=_GIVING, but=but):
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        found = _read(path, data) if isinstance(data, bytes) and (is_giving(path, data) or is_plain(path, data)) else {}
        for name, given in found.items():
            yield Parameters(path=path, environment=name, before=given, after=given)


def kept_templates(
    given: Sequence[Parameters], tree: Tree, *, read: Read, but: set[RepoPath]
) -> Iterator[TemplateFile]:
    """The templates that a change leaves as they are, near files that give them something else."""
    paths = [each.path for each in given if each.is_changed]
    for path in _near(paths, tree, endings=_TEMPLATES, but=but) if paths else ():
        template = _template(path, tree, read=read)
        if template is not None and any(each.is_changed and each.gives_to(template) for each in given):
            yield TemplateFile(path=path, base_path=path, before=template, after=template)


def _template(path: RepoPath, tree: Tree, *, read: Read) -> Template | None:
    data = read(tree.blobs[path].oid, _MOST_BYTES)
    if not isinstance(data, bytes) or not is_template_at(path, data):
        return None
    template = read_template(data, is_json=is_json(data))
    return None if isinstance(template, CouldNotLook) else template


def _near(paths: Sequence[RepoPath], tree: Tree, *, endings: tuple[str, ...], but: set[RepoPath]) -> list[RepoPath]:
    """The files in the folder of one of these, in those right above and below it, and in those beside it."""
    folders = {posixpath.dirname(path) for path in paths}
    around = folders | {posixpath.dirname(folder) for folder in folders if folder}

    def is_near(path: RepoPath) -> bool:
        folder = posixpath.dirname(path)
        return folder in around or (bool(folder) and posixpath.dirname(folder) in around)

    found = (path for path in tree.blobs if path.lower().endswith(endings) and path not in but and is_near(path))
    return sorted(found)[:_MOST_FILES]
