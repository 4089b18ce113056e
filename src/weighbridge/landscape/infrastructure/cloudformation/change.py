"""What a change does by CloudFormation: by its templates, its stack policies, CDK's sources and the change sets that were given."""

from collections.abc import Callable, Iterator
from functools import cached_property

from msgspec.structs import replace

from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.inputs import Input
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.cloudformation.change_set import GivenChangeSet, given_change_sets
from weighbridge.landscape.infrastructure.cloudformation.construct_settings import settings_sources
from weighbridge.landscape.infrastructure.cloudformation.constructs import (
    Source,
    construct_alterations,
    construct_sources,
)
from weighbridge.landscape.infrastructure.cloudformation.declared import template_alterations
from weighbridge.landscape.infrastructure.cloudformation.exports import LostOutput, importers, lost_outputs
from weighbridge.landscape.infrastructure.cloudformation.given import choices_differ, given_alterations
from weighbridge.landscape.infrastructure.cloudformation.given_files import (
    changed_parameters,
    kept_parameters,
    kept_templates,
)
from weighbridge.landscape.infrastructure.cloudformation.recognise import Touched
from weighbridge.landscape.infrastructure.cloudformation.serverless_callers import Unasked, unasked
from weighbridge.landscape.infrastructure.cloudformation.stack_policies import stack_policy_alterations
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile, templates
from weighbridge.landscape.infrastructure.cloudformation.unchangeable import Unchangeable, unchangeable
from weighbridge.landscape.tree import Tree

Base = tuple[Tree, Callable[[ObjectId, int], bytes | CouldNotLook]]


class CloudFormation:
    """Each part read when somebody asks."""

    def __init__(
        self, touched: Touched, contents: ChangedBytes, *, given: tuple[Input, ...], base: Callable[[], Base]
    ) -> None:
        self._touched = touched
        self._contents = contents
        self._given = given
        self._base = base

    @cached_property
    def change_sets(self) -> tuple[GivenChangeSet, ...]:
        """The change sets, in the order in which they were given."""
        return given_change_sets(self._given)

    @cached_property
    def templates(self) -> tuple[TemplateFile, ...]:
        """The changed templates."""
        return tuple(templates(self._touched.templates, self._contents))

    @cached_property
    def constructs(self) -> tuple[Source, ...]:
        """The changed sources that use CDK, and what files of settings decide about others."""
        found = tuple(construct_sources(self._touched.constructs, self._contents))
        if not self._touched.settings:
            return found
        return (*found, *settings_sources(self._touched.settings, self._contents, base=self._base()))

    @cached_property
    def declared(self) -> tuple[Alteration, ...]:
        """What the files let one expect."""
        said = tuple(template_alterations(self.templates))
        return (
            *said,
            *self._by_values(said),
            *stack_policy_alterations(self._touched.policies, self._contents),
            *construct_alterations(self.constructs),
        )

    @property
    def unasked(self) -> Iterator[Unasked]:
        """The interfaces of SAM's whose callers are asked for nothing any more."""
        return unasked(self.templates)

    @property
    def unchangeable(self) -> Iterator[Unchangeable]:
        """What templates change that a service lets nobody change."""
        return unchangeable(self.templates)

    def _by_values(self, said: tuple[Alteration, ...]) -> Iterator[Alteration]:
        """What values that parameters and mappings give let one expect besides."""
        if not self._touched.parameters and not any(map(_may_differ, self.templates)):
            return
        changed = tuple(changed_parameters(self._touched.parameters, self._contents))
        tree, read = self._base()
        but = {each.path for each in (*self._touched.parameters, *self._touched.templates)}
        files = (*self.templates, *kept_templates(changed, tree, read=read, but=but))
        parameters = (*changed, *kept_parameters(self.templates, tree, read=read, but=but))
        yield from given_alterations(files, parameters, said=said)

    @property
    def unplanned(self) -> tuple[Alteration, ...]:
        """The same, as far as no change set tells what becomes of a resource."""
        if not self.change_sets:
            return self.declared
        return tuple(replace(each, is_beside_plan=True) for each in self.declared if not self._is_told(each))

    def _is_told(self, each: Alteration) -> bool:
        """Some change sets tell no more of a resource than whether it ends."""
        block = each.change.block
        return any(block in one.blocks or (each.change.ends and block in one.listed) for one in self.change_sets)

    def lost_exports(
        self, tree: Tree, read: Callable[[ObjectId, int], bytes | CouldNotLook]
    ) -> Iterator[tuple[LostOutput, list[RepoPath]]]:
        """What templates export no longer, each with the files that import it."""
        changed = {each.path for each in self.templates}
        for lost in lost_outputs(self.templates):
            yield lost, [path for path in importers(lost.export, tree, read=read) if path not in changed]

    def unread(self) -> Iterator[tuple[RepoPath, CouldNotLook]]:
        """Why a change set or a template, or a part of it, could not be looked at."""
        for given in self.change_sets:
            if (missing := given.unread) is not None:
                yield given.place.path, missing
        for template in self.templates:
            if template.missing is not None:
                yield template.path, template.missing


def _may_differ(file: TemplateFile) -> bool:
    return file.before is not None and file.after is not None and choices_differ(file.before, file.after)
