"""What a change does to the infrastructure: the fact that rules ask for."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.inputs import PREFIX, Inputs
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.infrastructure.cloudformation.recognise import ROLE as CLOUDFORMATION
from weighbridge.landscape.infrastructure.cloudformation.recognise import constructing, is_stack_policy, is_template
from weighbridge.landscape.tree import Tree

if TYPE_CHECKING:
    from weighbridge.landscape.infrastructure.alterations import Alteration
    from weighbridge.landscape.infrastructure.cloudformation.change_set import GivenChangeSet
    from weighbridge.landscape.infrastructure.cloudformation.constructs import Source
    from weighbridge.landscape.infrastructure.cloudformation.exports import LostOutput
    from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
    from weighbridge.landscape.infrastructure.planned import GivenPlan
    from weighbridge.landscape.infrastructure.source_files import SourceFiles

PLAN: Final = "terraform-plan"
CHANGE_SET: Final = "change-set"
ROLES: Final = (f"{PREFIX}{PLAN}", "terraform", f"{PREFIX}{CHANGE_SET}", CLOUDFORMATION)
"""What rules that look at any of these name as their roles."""


BaseFiles = tuple[Tree, Callable[[ObjectId, int], bytes | CouldNotLook]]
"""The tree before the change, and what reads its files."""


class Infrastructure:
    """The plans that were given, and what the changed sources declare; what reads either is loaded when a rule asks."""

    def __init__(
        self,
        change: Change,
        contents: ChangedBytes,
        *,
        inputs: Inputs,
        base: Callable[[], BaseFiles],
        code: Callable[[], CodeChange] = CodeChange,
    ) -> None:
        self._change = change
        self._contents = contents
        self._inputs = inputs
        self._base = base
        self._code = code

    @cached_property
    def plans(self) -> "tuple[GivenPlan, ...]":
        """The plans, in the order in which they were given."""
        given = self._inputs.of(PLAN)
        if not given:
            return ()
        from weighbridge.landscape.infrastructure.planned import GivenPlan  # noqa: PLC0415 - few checks are given a plan

        return tuple(GivenPlan(each) for each in given)

    @cached_property
    def sources(self) -> "SourceFiles":
        """The changed files of Terraform."""
        from weighbridge.landscape.infrastructure.source_files import source_files  # noqa: PLC0415 - nor do most change sources

        return source_files(self._change, self._contents)

    @cached_property
    def change_sets(self) -> "tuple[GivenChangeSet, ...]":
        """The change sets, in the order in which they were given."""
        given = self._inputs.of(CHANGE_SET)
        if not given:
            return ()
        from weighbridge.landscape.infrastructure.cloudformation.change_set import given_change_sets  # noqa: PLC0415 - the same

        return given_change_sets(given)

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The role of each changed file that is a template or a stack policy."""
        return {file.path: CLOUDFORMATION for file in (*self._template_files, *self._stack_policies)}

    @cached_property
    def constructs(self) -> "tuple[Source, ...]":
        """The changed sources that use CDK."""
        files = tuple(constructing(self._code()))
        if not files:
            return ()
        from weighbridge.landscape.infrastructure.cloudformation.constructs import construct_sources  # noqa: PLC0415 - the same

        return tuple(construct_sources(files, self._contents))

    @cached_property
    def templates(self) -> "tuple[TemplateFile, ...]":
        """The changed templates of CloudFormation."""
        if not self._template_files:
            return ()
        from weighbridge.landscape.infrastructure.cloudformation.templates import templates  # noqa: PLC0415 - the same

        return tuple(templates(self._template_files, self._contents))

    @cached_property
    def declared(self) -> "tuple[Alteration, ...]":
        """What the sources let one expect of each resource that is declared otherwise."""
        from weighbridge.landscape.infrastructure.declared import declared_alterations  # noqa: PLC0415 - the same

        return (*declared_alterations(self.sources), *self._of_templates())

    @cached_property
    def alterations(self) -> "tuple[Alteration, ...]":
        """What plans and change sets say; and what sources let one expect of resources that none of them knows."""
        planned = (each for plan in self._told for each in plan.alterations)
        return (*planned, *(each for each in self.declared if not self._is_told(each)))

    @cached_property
    def known(self) -> frozenset[str]:
        """The resources that plans and change sets know, by type and name."""
        return frozenset(block for plan in self._told for block in plan.blocks)

    def plans_module(self, name: str) -> bool:
        """Whether a plan says what becomes of what a module call makes."""
        return any(f"module.{name}" in change.module for plan in self.plans for change in plan.read.changes)

    def module_types(self, folder: str, source: str) -> tuple[str, ...]:
        """The types of resources that a module within the repository made on the base, each once; none where it lies elsewhere."""
        if not source.startswith(("./", "../")):
            return ()
        from weighbridge.landscape.infrastructure.modules import folder_of, types_in  # noqa: PLC0415 - module calls are rarely removed

        return tuple(dict.fromkeys(types_in(self._base(), folder_of(folder, source))))

    def resources_in(self, folder: str) -> int:
        """How many resources a folder declared on the base, in whichever of its files."""
        from weighbridge.landscape.infrastructure.modules import types_in  # noqa: PLC0415 - the same

        return len(types_in(self._base(), folder))

    def lost_exports(self) -> "Iterator[tuple[LostOutput, list[RepoPath]]]":
        """What templates export no longer, each with the files that import it."""
        if self.templates:
            from weighbridge.landscape.infrastructure.cloudformation.exports import importers, lost_outputs  # noqa: PLC0415 - the same

            for lost in lost_outputs(self.templates):
                yield lost, [path for path in importers(lost.export, *self._base()) if path not in self.roles]

    @property
    def unread(self) -> Mapping[RepoPath, CouldNotLook]:
        """Why a plan, or a part of it, could not be looked at, by how findings call it."""
        return dict(self._unread())

    def _unread(self) -> Iterator[tuple[RepoPath, CouldNotLook]]:
        for plan in self._told:
            if (missing := plan.unread) is not None:
                yield plan.place.path, missing
        for template in self.templates:
            if template.missing is not None:
                yield template.path, template.missing

    @cached_property
    def _template_files(self) -> tuple[FileChange, ...]:
        return tuple(each for each in self._change.files if is_template(each, self._contents))

    @cached_property
    def _stack_policies(self) -> tuple[FileChange, ...]:
        return tuple(each for each in self._change.files if is_stack_policy(each, self._contents))

    @property
    def _told(self) -> "tuple[GivenPlan | GivenChangeSet, ...]":
        return (*self.plans, *self.change_sets)

    def _is_told(self, each: "Alteration") -> bool:
        """Whether a plan or a change set tells what becomes of a resource; some tell no more than whether it ends."""
        return each.change.block in self.known or (
            each.change.ends and any(each.change.block in of.listed for of in self.change_sets)
        )

    def _of_templates(self) -> "Iterator[Alteration]":
        if self.templates:
            from weighbridge.landscape.infrastructure.cloudformation.declared import template_alterations  # noqa: PLC0415 - the same

            yield from template_alterations(self.templates)
        if self._stack_policies:
            from weighbridge.landscape.infrastructure.cloudformation.stack_policies import stack_policy_alterations  # noqa: PLC0415 - the same

            yield from stack_policy_alterations(self._stack_policies, self._contents)
        if self.constructs:
            from weighbridge.landscape.infrastructure.cloudformation.constructs import construct_alterations  # noqa: PLC0415 - the same

            yield from construct_alterations(self.constructs)
