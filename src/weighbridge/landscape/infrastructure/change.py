"""What a change does to the infrastructure: the fact that rules ask for."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.inputs import PREFIX, Inputs
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.facts.roles import role_of
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.infrastructure.cloudformation.recognise import ROLE as CLOUDFORMATION
from weighbridge.landscape.infrastructure.cloudformation.recognise import (
    Touched,
    constructing,
    is_stack_policy,
    is_template,
    may_decide,
    may_give,
)
from weighbridge.landscape.tree import Tree

if TYPE_CHECKING:
    from weighbridge.facts.terraform.blocks import Block
    from weighbridge.landscape.infrastructure.alterations import Alteration
    from weighbridge.landscape.infrastructure.backend_files import BackendFile
    from weighbridge.landscape.infrastructure.cloudformation.change import CloudFormation
    from weighbridge.landscape.infrastructure.cloudformation.exports import LostOutput
    from weighbridge.landscape.infrastructure.exchanged import Exchange
    from weighbridge.landscape.infrastructure.files import TerraformFiles
    from weighbridge.landscape.infrastructure.modules import ModuleChange
    from weighbridge.landscape.infrastructure.planned import GivenPlan
    from weighbridge.landscape.infrastructure.reach import Reach
    from weighbridge.landscape.infrastructure.realms import Realms
    from weighbridge.landscape.infrastructure.source_files import SourceFiles

PLAN: Final = "terraform-plan"
CHANGE_SET: Final = "change-set"
TERRAFORM: Final = "terraform"
ROLES: Final = (f"{PREFIX}{PLAN}", TERRAFORM, f"{PREFIX}{CHANGE_SET}", CLOUDFORMATION)
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

        return source_files(self._files)

    @cached_property
    def _files(self) -> "TerraformFiles":
        from weighbridge.landscape.infrastructure.files import TerraformFiles  # noqa: PLC0415 - the same

        return TerraformFiles(self._change, self._contents, base=self._base)

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The files that are judged here although their names do not say so: they were Terraform's, or it or CloudFormation reads them."""
        nameless = (file for file in self._change.files if role_of(file.path) in ("", "prose"))
        read = {
            file.path: TERRAFORM
            for file in nameless
            if _was_terraform(file) or _may_be_read(file.path) or self._is_policy(file)
        }
        read |= dict.fromkeys(self.read_by_terraform, TERRAFORM)
        read |= {each.path: TERRAFORM for each in self.backend_files if role_of(each.path) in ("", "prose")}
        given = (file.path for file in self._touched.parameters)
        return read | dict.fromkeys((*given, *self.templates), CLOUDFORMATION)

    @cached_property
    def read_by_terraform(self) -> frozenset[RepoPath]:
        """The files of other kinds that a folder of Terraform names where it reads files."""
        likely = [file for file in self._change.files if file.path.endswith(_DATA) and not file.path.startswith(".")]
        if not likely or not any(path.endswith(_SOURCES) for path in self._base()[0].blobs):
            return frozenset()
        read = self._files.read_by
        return frozenset(
            file.path for file in likely if any(blob.path in read for side in Side if (blob := file.on(side)))
        )

    def _is_policy(self, file: FileChange) -> bool:
        """Whether a file says who may do what, and nothing else, or lies where Terraform may read it."""
        if not file.path.endswith(_READ_AS_TEXT):
            return False
        from weighbridge.landscape.infrastructure.files import folders_above, is_policy  # noqa: PLC0415 - the same
        from weighbridge.landscape.infrastructure.lone_policies import is_lone_policy  # noqa: PLC0415 - the same

        if is_lone_policy(file, self._contents):
            return True

        if not any(
            is_policy(blob.path, self._contents.of(blob.path, side)) for side in Side if (blob := file.on(side))
        ):
            return False
        near = set(folders_above(file.path))
        return any(path.rpartition("/")[0] in near for path in self._base()[0].blobs if path.endswith(".tf"))

    @property
    def understood(self) -> Mapping[RepoPath, CouldNotLook | None]:
        """The changed files that are read here and nowhere else, each with why it could not be."""
        return {**self.templates, **dict.fromkeys(each.path for each in self.backend_files)}

    @cached_property
    def backend_files(self) -> "tuple[BackendFile, ...]":
        """The changed files that say apart from all else where a state lies."""
        likely = [file for file in self._change.files if file.path.endswith(_FOR_BACKENDS)]
        if not likely:
            return ()
        from weighbridge.landscape.infrastructure.backend_files import backend_files  # noqa: PLC0415 - few changes touch one

        return tuple(backend_files(likely, self._contents))

    @property
    def templates(self) -> Mapping[RepoPath, CouldNotLook | None]:
        """Each changed file that is a template of CloudFormation or a stack policy, with why it could not be read."""
        return {file.path: self.unread.get(file.path) for file in (*self._touched.templates, *self._touched.policies)}

    @cached_property
    def cloudformation(self) -> "CloudFormation | None":
        """What it does by CloudFormation; None where nothing of that is touched or given."""
        given, touched = self._inputs.of(CHANGE_SET), self._touched
        if not (
            given
            or any((touched.templates, touched.policies, touched.constructs, touched.parameters, touched.settings))
        ):
            return None
        from weighbridge.landscape.infrastructure.cloudformation.change import CloudFormation  # noqa: PLC0415 - the same

        return CloudFormation(touched, self._contents, given=given, base=self._base)

    @cached_property
    def declared(self) -> "tuple[Alteration, ...]":
        """What the sources let one expect of each resource that is declared otherwise."""
        cloud = self.cloudformation.declared if self.cloudformation else ()
        return (*self._of_terraform, *map(self._in_realm, cloud))

    @cached_property
    def alterations(self) -> "tuple[Alteration, ...]":
        """What plans and change sets say; and what sources let one expect of resources that none of them knows."""
        planned = [each for plan in self.plans for each in plan.alterations]
        changed = self.cloudformation.change_sets if self.cloudformation else ()
        return (*planned, *(each for given in changed for each in given.alterations), *self.unplanned)

    @cached_property
    def unplanned(self) -> "tuple[Alteration, ...]":
        """What sources let one expect and no plan or change set says, or says otherwise."""
        cloud = tuple(map(self._in_realm, self.cloudformation.unplanned if self.cloudformation else ()))
        if not self.plans:
            return (*self._of_terraform, *cloud)
        from weighbridge.landscape.infrastructure.agreement import Said  # noqa: PLC0415 - few checks are given a plan

        said = Said(change for plan in self.plans for change in plan.read.changes)
        beside = (replace(each, is_beside_plan=True) for each in self._of_terraform if not said.covers(each))
        return (*beside, *cloud)

    @property
    def base_files(self) -> BaseFiles:
        """The tree before the change."""
        return self._base()

    @cached_property
    def reaches(self) -> "tuple[Reach, ...]":
        """What of it is used in many places."""
        from weighbridge.landscape.infrastructure import reach  # noqa: PLC0415 - most changes have no sources

        if not self.sources.folders and not self.sources.uses:
            return ()
        return (*reach.modules(self.sources, self._base()), *reach.variables(self.declared))

    def changed_texts(self) -> Iterator[str]:
        """What the changed files hold now."""
        for file in self._change.files:
            data = self._contents.of(file.path, Side.HEAD) if file.head is not None else None
            if isinstance(data, bytes):
                yield data.decode("utf-8", "replace")

    def says(self, *words: bytes) -> bool:
        """Whether any of these stands in a changed file of Terraform, before the change or after."""
        texts = (
            self._contents.of(blob.path, side)
            for file in self._change.files
            for side in Side
            if (blob := file.on(side)) is not None and role_of(blob.path) == TERRAFORM
        )
        return any(word in data for data in texts if isinstance(data, bytes) for word in words)

    def plans_module(self, name: str) -> bool:
        """Whether a plan says what becomes of what a module call makes."""
        return any(f"module.{name}" in change.module for plan in self.plans for change in plan.read.changes)

    def locks_providers(self, folder: str) -> bool:
        """Whether a file that is kept says which versions of providers a folder takes, before the change or after."""
        path = f"{folder}/{_LOCK}" if folder else _LOCK
        return path in self._base()[0].blobs or any(file.path == path for file in self._change.files)

    def module_blocks(self, folder: str, source: str) -> "list[Block]":
        """The blocks of a module within the repository, as it was on the base; none where it lies elsewhere."""
        return self._blocks_in(folder, source) if source.startswith(("./", "../")) else []

    def exchanged(self, each: "ModuleChange") -> "Exchange | None":
        """What goes with the module that a call no longer means, where both lie in the repository."""
        from weighbridge.landscape.infrastructure.exchanged import exchange  # noqa: PLC0415 - few changes ask
        from weighbridge.landscape.infrastructure.modules import blocks_in  # noqa: PLC0415 - the same

        tree, read = self._base()
        after = (tree.after(self._change.files), read)
        return exchange(
            each,
            before=lambda folder, source: blocks_in((tree, read), folder, source=source),
            after=lambda folder, source: blocks_in(after, folder, source=source),
        )

    def resources_in(self, folder: str) -> int:
        """How many resources a folder declared on the base, in whichever of its files."""
        return sum(each.type == "resource" for each in self._blocks_in(folder, "."))

    def _blocks_in(self, folder: str, source: str) -> "list[Block]":
        from weighbridge.landscape.infrastructure.modules import blocks_in  # noqa: PLC0415 - few changes ask

        return blocks_in(self._base(), folder, source=source)

    def lost_exports(self) -> "Iterator[tuple[LostOutput, list[RepoPath]]]":
        """What templates of CloudFormation export no longer, each with the files that import it."""
        if self.cloudformation is not None and self.cloudformation.templates:
            yield from self.cloudformation.lost_exports(*self._base())

    @cached_property
    def unread(self) -> Mapping[RepoPath, CouldNotLook]:
        """Why a plan, or a part of it, could not be looked at, by how findings call it."""
        return dict(self._unread())

    def _unread(self) -> Iterator[tuple[RepoPath, CouldNotLook]]:
        for plan in self.plans:
            if (missing := plan.unread) is not None:
                yield plan.place.path, missing
        if self.cloudformation is not None:
            yield from self.cloudformation.unread()
        yield from self._undecided()

    def _undecided(self) -> Iterator[tuple[RepoPath, CouldNotLook]]:
        """What decides how often something is declared, and could not be evaluated, where no plan knows of it."""
        touched = (blob.path for file in self._change.files for side in Side if (blob := file.on(side)) is not None)
        if not any(role_of(path) == TERRAFORM for path in touched) and not self.read_by_terraform:
            return
        from weighbridge.landscape.infrastructure.references import module_path  # noqa: PLC0415 - the same
        from weighbridge.landscape.infrastructure.undecided import gaps, undecided  # noqa: PLC0415 - few changes repeat

        planned = {each.block for plan in self.plans for each in plan.read.changes}
        planned |= {part for plan in self.plans for each in plan.read.changes for part in module_path(each.module)}
        for file in self._change.files:
            if file.path in self._files.unsearched and role_of(file.path) in ("", "prose"):
                yield file.path, _UNSEARCHED
        yield from ((path, _TOO_DEEP) for path in self.sources.cut)
        yield from self._passed_over()
        yield from gaps(each for each in undecided(self.sources) if each.name not in planned).items()

    def _passed_over(self) -> Iterator[tuple[RepoPath, CouldNotLook]]:
        """The changed files of Terraform beside which others were not read, which may say what names in them mean."""
        _ = self._of_terraform  # what is asked of these files is asked by then
        for file in self._change.files:
            is_beside = file.path.rpartition("/")[0] in self._files.passed_over
            if is_beside and role_of(file.path) == TERRAFORM and file.head is not None:
                yield file.path, _PASSED_OVER

    @cached_property
    def _of_terraform(self) -> "tuple[Alteration, ...]":
        from weighbridge.landscape.infrastructure.declared import declared_alterations  # noqa: PLC0415 - the same
        from weighbridge.landscape.infrastructure.lone_policies import lone_policies  # noqa: PLC0415 - the same

        lone = lone_policies(self._change.files, self._contents, base=self._base)
        return tuple(map(self._in_realm, (*declared_alterations(self.sources), *lone)))

    def _in_realm(self, each: "Alteration") -> "Alteration":
        """The same, less sure to matter where its folder is for no production."""
        realm = self.realm_of(each.place.path)
        if not realm:
            return each
        note = "; ".join(filter(None, (each.note, f"`{realm}` is not production")))
        return replace(each, realm=realm, note=note, confidence=Confidence.LOW)

    def realm_of(self, path: str) -> str:
        """The folder of an environment that is no production, in which a path lies; empty where none is told."""
        return self._realms.of(path)

    @cached_property
    def _realms(self) -> "Realms":
        from weighbridge.landscape.infrastructure.realms import Realms  # noqa: PLC0415 - the same

        return Realms(lambda: (*self._base()[0].blobs, *(file.path for file in self._change.files)))

    @cached_property
    def _touched(self) -> Touched:
        def those(holds: Callable[[FileChange, ChangedBytes], bool]) -> tuple[FileChange, ...]:
            return tuple(each for each in self._change.files if holds(each, self._contents))

        return Touched(
            templates=those(is_template),
            policies=those(is_stack_policy),
            constructs=tuple(constructing(self._code())),
            parameters=(*those(may_give), *self._plain_parameters()),
            settings=tuple(each for each in those(may_decide) if self._is_in_app(each.path)),
        )

    def _plain_parameters(self) -> "Iterator[FileChange]":
        likely = [
            file for file in self._change.files if file.path.lower().endswith(".json") and file.base and file.head
        ]
        if likely:
            from weighbridge.landscape.infrastructure.cloudformation.given_files import plain_parameters  # noqa: PLC0415 - few changes hold any

            yield from plain_parameters(likely, self._contents, base=self._base)

    def _is_in_app(self, path: RepoPath) -> bool:
        """Whether a file lies in an app of CDK, by the file that says how it is run."""
        folders = path.split("/")[:-1]
        above = ("/".join([*folders[:depth], _APP]) for depth in range(len(folders) + 1))
        tree, _ = self._base()
        return any(each in tree.blobs for each in above)


_UNSEARCHED: Final = CouldNotLook(
    reason=Reason.LIMIT,
    detail="not every folder of Terraform was asked whether it reads this file: there are too many of them",
    remedy="give a plan, which says what comes of it: `--input terraform-plan=FILE`",
)
_TOO_DEEP: Final = CouldNotLook(
    reason=Reason.LIMIT,
    detail="not every module was followed to which it gives something else: they call on too deep, or are too many",
    remedy="give a plan, which says what becomes of them: `--input terraform-plan=FILE`",
)
_PASSED_OVER: Final = CouldNotLook(
    reason=Reason.LIMIT,
    detail="not all files beside it were read for what its names mean: they are too much",
    remedy="give a plan, which says it: `--input terraform-plan=FILE`",
)
_APP: Final = "cdk.json"
_LOCK: Final = ".terraform.lock.hcl"
_FOR_BACKENDS: Final = (".tfbackend", ".hcl", ".conf", ".tfvars")
_DATA: Final = (".yaml", ".yml", ".json", ".csv", ".tftpl", ".tpl", ".tmpl", ".sh", ".ps1", ".j2")
_SOURCES: Final = (".tf", ".tofu")
_READ_AS_TEXT: Final = (".json", ".tftpl", ".tpl", ".tmpl")


def _was_terraform(file: FileChange) -> bool:
    return file.base is not None and role_of(file.base.path) == TERRAFORM


def _may_be_read(path: RepoPath) -> bool:
    if not path.endswith(_READ_AS_TEXT):
        return False
    from weighbridge.landscape.infrastructure.files import may_be_read  # noqa: PLC0415 - nothing of the kind in most changes

    return may_be_read(path)
