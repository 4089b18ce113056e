"""Everything that is known of one change, each part made once and only when something asks for it."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.app.base_code import BaseCode, base_code
from weighbridge.app.branches import Branches
from weighbridge.app.known_components import head_components
from weighbridge.app.ports import FactIndex, Progress, Repository
from weighbridge.app.releases import Releases
from weighbridge.app.sights import further_fact
from weighbridge.app.sights.agents import roles_besides
from weighbridge.domain.change import Change
from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.impact import Impact
from weighbridge.domain.inputs import NO_INPUTS, Inputs
from weighbridge.domain.outcomes import CouldNotLook, Coverage, Reason
from weighbridge.domain.owners import touched_paths
from weighbridge.domain.places import Side
from weighbridge.domain.provenance import Provenance
from weighbridge.domain.system import Surface
from weighbridge.domain.trust import Trust
from weighbridge.engine.run import Besides, Facts, Subjects
from weighbridge.facts.roles import role_of
from weighbridge.landscape.agents.changed import AgentFiles
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, code_change
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.contracts.api_changes import ApiChanges
from weighbridge.landscape.contracts.code.public_apis import PublicApis
from weighbridge.landscape.contracts.code.publication import Publication
from weighbridge.landscape.contracts.code.renumbered import Numbers
from weighbridge.landscape.contracts.implicit.command_lines import OptionChanges
from weighbridge.landscape.contracts.implicit.rewritten import Rewritten
from weighbridge.landscape.contracts.implicit.settings import SettingChanges
from weighbridge.landscape.contracts.packaging.comparing import PackageChanges
from weighbridge.landscape.contracts.trees import Trees
from weighbridge.landscape.coverage import INSTALLS, NOT_CODE, measure_coverage
from weighbridge.landscape.decisions import DecisionRecords, decision_paths, read_decisions
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.drift import Drift
from weighbridge.landscape.gaps import gap_in
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.recognise import ROLE as CLOUDFORMATION
from weighbridge.landscape.infrastructure.images.changed import IGNORED, STARTED, Images
from weighbridge.landscape.infrastructure.kubernetes.manifests import KUSTOMIZATION, Manifests
from weighbridge.landscape.infrastructure.kubernetes.whole_files import CHART, Charts, Kustomizations
from weighbridge.landscape.infrastructure.pipelines.changed import Pipelines
from weighbridge.landscape.infrastructure.pipelines.scans import Scan, Scans
from weighbridge.landscape.integrity.added_text import AddedText, added_text
from weighbridge.landscape.integrity.merges import MergeWork, merge_work
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.landscapes import Landscapes, OfTests, View
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.queries import Asked, Queries
from weighbridge.landscape.sql.scans import SqlScan, SqlScans
from weighbridge.landscape.sql.sql_change import SqlChange
from weighbridge.landscape.state import State
from weighbridge.landscape.tree import Tree
from weighbridge.landscape.weakened_checks import WeakenedChecks

if TYPE_CHECKING:
    from weighbridge.landscape.contracts.protobuf.peer import Peer
    from weighbridge.landscape.infrastructure.around import Around
    from weighbridge.landscape.sql.migrations import Migration
    from weighbridge.landscape.sql.models import Models


class Sight(Struct, frozen=True, dict=True):
    """A change with what can be seen of it.

    `most_unread` is how many files that were never read may be read now, None for any number: a hook that must be quick
    looks beyond it only at what an earlier run has indexed, and says so.
    """

    repository: Repository
    change: Change
    trust: Trust
    source: FactIndex
    system: SystemDescription
    progress: Progress
    trace: Callable[[], Provenance]
    most_unread: int | None = None
    inputs: Inputs = NO_INPUTS
    scan: Callable[[], Scan | None] | None = None
    """How to run what scans workflows, if it is there."""
    scan_sql: Callable[[], SqlScan | None] | None = None
    """How to find what scans scripts of PostgreSQL, if it is there."""
    buf: "Callable[[], Peer | None]" = lambda: None
    """Finds another comparer of Protocol Buffers, where one is installed."""

    @cached_property
    def code(self) -> CodeChange:
        """The changed code."""
        return code_change(self.change, self.source)

    @cached_property
    def coverage(self) -> Coverage:
        """Which changed files were understood."""
        read: dict[RepoPath, CouldNotLook | None] = dict.fromkeys((*self.contracts.paths, *self.manifests.understood))
        read |= {**self.infrastructure.understood, **AgentFiles(self.change, self.bytes).understood}
        read |= {each.path: each.missing for each in self._written}
        return measure_coverage(self.change, self.code, contents=self.bytes, sql=self._sql, for_rules=read)

    @cached_property
    def provenance(self) -> Provenance:
        """Who wrote it, as far as anything says."""
        return self.trace()

    @cached_property
    def bytes(self) -> ChangedBytes:
        """The changed files' bytes."""
        return ChangedBytes(self.change, self.repository.read)

    @cached_property
    def merges(self) -> MergeWork | CouldNotLook:
        """What the change's merge commits did beyond their sides."""
        found = self.repository.merges(self.change)
        return found if isinstance(found, CouldNotLook) else merge_work(found, self.repository.read)

    @cached_property
    def added_text(self) -> AddedText:
        """The lines the change adds."""
        return added_text(self.change, self.bytes)

    @cached_property
    def head_tree(self) -> Tree:
        """All files of head."""
        return self.base_tree.after(self.change.files)

    @cached_property
    def components(self) -> ComponentMap:
        """What head is made of."""
        return head_components(
            self.change, self.head_tree, repository=self.repository, source=self.source, system=self.system
        )

    @cached_property
    def base_components(self) -> ComponentMap:
        """What base is made of: the change cannot have drawn it."""
        nothing = replace(self.change, files=())
        return head_components(
            nothing, self.base_tree, repository=self.repository, source=self.source, system=self.system
        )

    @cached_property
    def landscapes(self) -> Landscapes | CouldNotLook:
        """Both landscapes, indexed as far as allowed."""
        self.progress.step("reading the tree")
        _ = self.code  # read first, and in detail: what is read then is the same for all
        heads = (file.head for file in self.change.files if file.head is not None)
        missing = self.source.unindexed((*self._known.doubtful(self.base_tree), *heads))
        changed = len(self.change.files)
        if self.most_unread is not None and len(missing) > max(self.most_unread, 2 * changed):
            return CouldNotLook(
                reason=Reason.NOT_CONFIGURED,
                detail=f"{len(missing):,} files of this tree were never read, too many for a check",
                remedy="run `weighbridge review` here once: from then on checks look there too",
            )
        self.source.index(missing)
        unread = self.source.unread(missing)
        if not unread:
            self._known.keep(self.base_tree, self.source)
        read, read_many = self.repository.read, self.repository.read_many
        texts: dict[ObjectId, str | None] = {}
        return Landscapes(
            base=View(Landscape(self.base_tree, self.source, read=read, read_many=read_many), texts),
            head=View(Landscape(self.head_tree, self.source, read=read, read_many=read_many), texts),
            find_components=lambda: self.components,
            unread=gap_in(unread),
        )

    @cached_property
    def impact(self) -> Impact | CouldNotLook:
        """What can notice the change."""
        landscapes = self.landscapes
        if isinstance(landscapes, CouldNotLook):
            return landscapes
        from weighbridge.landscape.impact import measure_impact  # noqa: PLC0415 - hooks rarely ask

        self.progress.step("following dependents")
        return measure_impact(landscapes, self.code, files=self.change.files)

    @cached_property
    def drift(self) -> Drift | CouldNotLook:
        """The dependencies that the change adds."""
        landscapes = self.landscapes
        return landscapes if isinstance(landscapes, CouldNotLook) else Drift(landscapes, self.code)

    @cached_property
    def contracts(self) -> ApiChanges:
        """What the change breaks of what others rely on."""
        return ApiChanges(self.change, self.bytes, trees=self.trees, landscapes=lambda: self.landscapes, buf=self.buf)

    @cached_property
    def public_apis(self) -> PublicApis:
        """What it takes from those who import a package."""
        return PublicApis(
            lambda: self.code,
            self.bytes,
            trees=self.trees,
            landscapes=lambda: self.landscapes,
            described=self.contracts.described,
        )

    @cached_property
    def settings(self) -> SettingChanges:
        """What it does to the settings that code asks for."""
        return SettingChanges(self.code, trees=self.trees, landscapes=lambda: self.landscapes)

    @cached_property
    def rewritten(self) -> Rewritten:
        """What its definitions say otherwise."""
        return Rewritten(self.code)

    @cached_property
    def options(self) -> OptionChanges:
        """What it does to the options of command lines."""
        return OptionChanges(self.code, self.trees)

    @cached_property
    def decisions(self) -> DecisionRecords:
        """The decision records of head."""
        blobs = self.head_tree.blobs
        return read_decisions((blobs[path] for path in decision_paths(blobs)), self.repository.read)

    @cached_property
    def surfaces(self) -> tuple[Surface, ...]:
        """The sensitive surfaces that the change touches."""
        from weighbridge.landscape.shared_use import SharedUse, shared_use  # noqa: PLC0415 - hooks never ask for surfaces
        from weighbridge.landscape.surfaces.find import Surroundings, find_surfaces  # noqa: PLC0415 - the same

        landscapes = self.landscapes
        use, in_use = SharedUse(), frozenset[RepoPath]()
        if not isinstance(landscapes, CouldNotLook):
            use = shared_use(landscapes, self.code)
            in_use = frozenset(path for path in self.code.files if landscapes.serves_code(path))
        around = Surroundings(components=self.components, use=use, declared=self.system.surfaces, in_use=in_use)
        return find_surfaces(self.change, self.code, contents=self.bytes, surroundings=around)

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Who answers for the changed files, where they were and where they are: by the trusted CODEOWNERS, else by component."""
        from weighbridge.landscape.owners.read import PLACES, read_owners  # noqa: PLC0415 - the same

        document = self.trust.document(*PLACES)
        declared = read_owners(document.data, document.path) if document else None
        if declared is not None and not isinstance(declared, CouldNotLook):
            found = (owner for path in touched_paths(self.change.files) for owner in declared.owners_of(path))
        else:
            touched = map(self.components.component_of, touched_paths(self.change.files))
            found = (owner for component in touched for owner in component.owners)
        return tuple(dict.fromkeys(found))

    @cached_property
    def infrastructure(self) -> Infrastructure:
        """What it does to the infrastructure."""
        return Infrastructure(
            self.change,
            self.bytes,
            inputs=self.inputs,
            base=lambda: (self.base_tree, self.repository.read),
            code=lambda: self.code,
        )

    @cached_property
    def manifests(self) -> Manifests:
        """What its manifests of Kubernetes declare."""
        return Manifests(
            self.change,
            self.bytes,
            around=self._around,
            before=lambda: (self.base_tree, self.repository.read),
            inputs=self.inputs,
        )

    @cached_property
    def kustomizations(self) -> Kustomizations:
        """What its files of Kustomize apply."""
        return Kustomizations(self.change, self.bytes, around=self._around, kind=KUSTOMIZATION)

    @cached_property
    def charts(self) -> Charts:
        """What its values give to charts of Helm."""
        return Charts(self.change, self.bytes, around=self._around, kind=CHART)

    def _around(self) -> "Around":
        return self.head_tree, self.repository.read

    @cached_property
    def pipelines(self) -> Pipelines:
        """What its pipelines run."""
        return Pipelines(self.change, self.bytes, around=self._around)

    @cached_property
    def images(self) -> Images:
        """What it builds and starts as containers."""
        return Images(self.change, self.bytes, around=self._around)

    @cached_property
    def subjects(self) -> Subjects:
        """What rules judge."""
        contracts = dict(self.contracts.roles)
        roles = contracts | {
            file.path: role_of(file.path) or contracts.get(file.path, "other") for file in self.change.files
        }
        missing = {file.path: file.missing for file in self.coverage.files if file.missing is not None}
        started = {path for path, role in self.images.roles.items() if role in (STARTED, IGNORED)}
        started |= self.infrastructure.read_by_terraform
        unread = {
            path: why
            for path, why in missing.items()
            if why is not INSTALLS and not (why is NOT_CODE and path in started)
        }  # rules read all else of it
        built = self.infrastructure.roles
        roles |= {path: role for path, role in built.items() if path not in contracts or role == CLOUDFORMATION}
        for each in (self.charts, self.manifests, self.kustomizations, self.pipelines, self.images):
            roles |= each.roles
        for told in (self.charts, self.manifests, self.kustomizations, self.infrastructure, self.pipelines):
            unread |= told.unread
        roles |= {given.path: given.role for given in self.inputs.all}
        unread |= {given.path: given.data for given in self.inputs.all if isinstance(given.data, CouldNotLook)}
        return Subjects(roles=roles, unread=unread, besides=self._besides)

    def facts(self, side: Side) -> Facts:
        """What rules may ask for, by type; rules that look at a state are shown one side's."""
        return Facts(
            {
                Change: lambda: self.change,
                Charts: lambda: self.charts,
                CodeChange: lambda: self.code,
                ApiChanges: lambda: self.contracts,
                AddedText: lambda: self.added_text,
                ChangedBytes: lambda: self.bytes,
                ComponentMap: lambda: self.components,
                Coverage: lambda: self.coverage,
                DecisionRecords: lambda: self.decisions,
                Drift: lambda: self.drift,
                Images: lambda: self.images,
                Impact: lambda: self.impact,
                Infrastructure: lambda: self.infrastructure,
                Inputs: lambda: self.inputs,
                Kustomizations: lambda: self.kustomizations,
                Landscapes: lambda: self.landscapes,
                OfTests: lambda: self.of_tests,
                Manifests: lambda: self.manifests,
                MergeWork: lambda: self.merges,
                Numbers: lambda: Numbers(self.code, self.bytes, trees=self.trees),
                OptionChanges: lambda: self.options,
                PackageChanges: lambda: PackageChanges(self.change, self.bytes, trees=self.trees),
                Pipelines: lambda: self.pipelines,
                Queries: lambda: self._queries,
                Rewritten: lambda: self.rewritten,
                Scans: lambda: self._scans,
                SettingChanges: lambda: self.settings,
                SqlChange: lambda: self._sql,
                SqlScans: lambda: SqlScans(self._sql, self.bytes, inputs=self.inputs, find=self.scan_sql),
                State: lambda: State(side, self.code, self.bytes),
                Provenance: lambda: self.provenance,
                PublicApis: lambda: self.public_apis,
                Publication: lambda: Publication(self.bytes, trees=self.trees),
                SystemDescription: lambda: self.system,
                Tree: lambda: self.head_tree,
                Trees: lambda: self.trees,
                Trust: lambda: self.trust,
                WeakenedChecks: lambda: WeakenedChecks(self.code, self.of_tests),
            },
            further=lambda kind: further_fact(self, kind),
        )

    @cached_property
    def _besides(self) -> dict[RepoPath, Besides]:
        """The files that are judged in another role besides: migrations that are written as code, and sources of CDK."""
        found = {each.path: Besides(role="sql", missing=each.missing) for each in self._written if not each.unsupported}
        if any(file.head is None and self._sql.may_be_written(file) for file in self.change.files):
            gone = (each.path for each in self._sql.altered if role_of(each.path) != "sql")
            said = {*(each.path for each in self._sql.clashes), *gone}
            found |= {path: Besides(role="sql") for path in sorted(said) if path not in found}
        cloud = self.infrastructure.cloudformation
        for source in cloud.constructs if cloud else ():
            found.setdefault(source.file.path, Besides(role=CLOUDFORMATION, missing=source.missing))
        return {**roles_besides(self.change), **found}

    @cached_property
    def _written(self) -> "tuple[Migration, ...]":
        """The migrations that are written as code."""
        if not any(self._sql.may_be_written(file) for file in self.change.files):
            return ()
        return tuple(each for each in self._sql.migrations if each.is_code)

    @cached_property
    def _sql(self) -> SqlChange:
        return SqlChange(
            self.change,
            self.bytes,
            before=Before(
                tree=lambda: self.base_tree,
                merged=self._branches.merged,
                is_put_back=self._branches.is_put_back,
                age_of=self._branches.age_of,
                passed=self._branches.passed,
            ),
            blobs=self.repository,
            inputs=self.inputs,
            declared=self.system.databases,
        )

    @cached_property
    def _scans(self) -> Scans:
        scan = self.scan() if self.scan is not None and self.pipelines.roles else None
        return Scans(self.change, self.bytes, pipelines=self.pipelines, inputs=self.inputs, scan=scan)

    @cached_property
    def _queries(self) -> Queries:
        return Queries(self.code, models=lambda: self._models, text=self.bytes.text, scripts=self._asked_in_scripts)

    def _asked_in_scripts(self) -> tuple[Asked, ...]:
        if not any(role_of(file.path) == "sql" for file in self.change.files):
            return ()
        from weighbridge.landscape.sql.query_scripts import asked_in_scripts  # noqa: PLC0415 - only where SQL is changed

        return asked_in_scripts(self.change, self.bytes)

    @cached_property
    def _models(self) -> "Models":
        from weighbridge.landscape.sql.models import Models  # noqa: PLC0415 - few changes go through objects of a mapper

        return Models(lambda: self.head_tree, self.source.load)

    @property
    def trees(self) -> Trees:
        """Both trees, read a file at a time."""
        return Trees(
            lambda: self.base_tree, lambda: self.head_tree, self.repository.read, release=self._releases.newest
        )

    @cached_property
    def _releases(self) -> Releases:
        return Releases(self.repository, self.change, target=self.trust.target, kept=self.source)

    @cached_property
    def _branches(self) -> Branches:
        return Branches(self.repository, self.change, target=self.trust.target_name)

    @property
    def of_tests(self) -> OfTests:
        """Which files hold tests or serve only them."""
        return OfTests(lambda: self.landscapes)

    @cached_property
    def base_tree(self) -> Tree:
        """All files of base."""
        return self._known.tree(self.repository)

    @cached_property
    def _known(self) -> BaseCode:
        return base_code(self.change, self.repository, source=self.source)
