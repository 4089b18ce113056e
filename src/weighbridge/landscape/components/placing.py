"""Which folders are components: the nearest manifest's, and where there is none, top-level folders."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of, suffix_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.components.drafts import Draft, kind_of_folder
from weighbridge.landscape.description import DeclaredComponent
from weighbridge.landscape.globs import PathGlobs, plain_root
from weighbridge.landscape.manifests.claims import Authority, Claim


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


VENDORED: Final = _set("""
    node_modules vendor third_party third-party thirdparty 3rdparty bower_components vendored _vendor
    .venv venv site-packages Pods .yarn .git
""")
"""Folders that hold other people's code: nothing in them is a component of this system."""

STAGED: Final = _set("""
    fixtures __fixtures__ fixture testdata test-data test_data __testdata__ test-fixtures mocks __mocks__
    test tests __tests__ testing spec specs e2e e2e-tests integration integration-tests integration_tests
    example examples _examples sample samples demo demos playground playgrounds tutorial tutorials
    benchmark benchmarks template templates cookiecutter skeleton skeletons boilerplate
    snapshots __snapshots__
""")
"""Folders whose manifests serve tests, examples or scaffolding; as top-level folders they are one component each."""

CODE_ENDINGS: Final = _set("""
    .py .pyi .js .jsx .mjs .cjs .ts .tsx .mts .cts .go .java .kt .scala .groovy .rb .php .cs .fs
    .c .h .cc .cpp .cxx .hpp .rs .swift .m .sh .ps1 .sql .vue .svelte .ex .exs .erl .clj .dart .lua .pl .r .jl
    .zig .hs .ml .nim .tf .bicep .proto .graphql .html .css .scss
""")
"""Endings of files that are built, run or applied."""


Files = Mapping[RepoPath, list[RepoPath]]
"""Paths by the folder that directly holds them."""


def is_code(path: RepoPath) -> bool:
    """Whether a file is something that is built, run or applied, told from its ending."""
    return path[path.rfind(".") :].lower() in CODE_ENDINGS and suffix_of(path) != ""


def is_foreign(path: RepoPath) -> bool:
    """Whether `path` lies in a folder of vendored code."""
    return not VENDORED.isdisjoint(path.split("/")[:-1])


def is_staged(path: RepoPath) -> bool:
    """Whether `path` lies in a folder whose manifests found no component: tests, examples, scaffolding."""
    return not STAGED.isdisjoint(path.split("/")[:-1])


def enclosing(place: RepoPath, drafts: dict[RepoPath, Draft]) -> Draft | None:
    """The draft with the longest root that holds `place`, the place itself included."""
    here: str = place
    while here:
        if found := drafts.get(RepoPath(here)):
            return found
        here = here.rpartition("/")[0]
    return drafts.get(RepoPath(""))


def declared_drafts(declared: Sequence[DeclaredComponent], paths: Sequence[RepoPath]) -> list[Draft]:
    """One draft per declared component, its globs turned into the folders of this tree that they match."""
    return [Draft(roots=_roots(component, paths), declared=component, name=component.name) for component in declared]


def _roots(component: DeclaredComponent, paths: Sequence[RepoPath]) -> tuple[RepoPath, ...]:
    plain = {root for pattern in component.paths if (root := plain_root(pattern)) is not None}
    globs = PathGlobs(tuple(pattern for pattern in component.paths if plain_root(pattern) is None))
    found = set(globs.folders_among(paths)) if globs.patterns else set()
    return tuple(sorted(plain | found))


def place_claims(claims: Iterable[Claim], declared: list[Draft], *, with_code: frozenset[str]) -> dict[RepoPath, Draft]:
    """Root to draft: declared roots first, then each claim's own folder; what is not its own joins its enclosure.

    A claim inside a declared component is part of it: its people drew the line, and a manifest does not move it.
    """
    drafts = {root: draft for draft in declared for root in draft.roots}
    fixed = {root: draft for root, draft in drafts.items() if root}
    rooted = sorted(
        (c for c in _lifted(claims) if c.root is not None), key=lambda c: (not c.is_own, _depth(c.root), c.source)
    )
    for claim in rooted:
        assert claim.root is not None
        around = _within(claim.root, fixed)
        if around is None and not claim.is_own:
            around = _within(claim.root, drafts) or drafts.get(claim.root)
            if around is None and not _may_found(claim, with_code):
                continue
        draft = around or drafts.setdefault(claim.root, Draft(roots=(claim.root,)))
        draft.claims.append(claim)
    return drafts


def _lifted(claims: Iterable[Claim]) -> list[Claim]:
    """The claims, those on `x/src` moved up to `x` where no other manifest below `x` has its own component."""
    claims = list(claims)
    own = {c.root for c in claims if c.root and c.is_own}
    lifted = {}
    for root in own:
        above, _, last = root.rpartition("/")
        if last == "src" and above and not any(o != root and f"{o}/".startswith(f"{above}/") for o in own):
            lifted[root] = RepoPath(above)
    return [replace(c, root=lifted[c.root]) if c.root in lifted else c for c in claims]


def _within(root: RepoPath, drafts: dict[RepoPath, Draft]) -> Draft | None:
    """The draft around `root` below the repository's own root, which encloses everything and so says nothing."""
    here: str = root
    while here:
        if found := drafts.get(RepoPath(here)):
            return found
        here = here.rpartition("/")[0]
    return None


def _may_found(claim: Claim, with_code: frozenset[str]) -> bool:
    """An image's or an orchestrator's word makes a component only where there is code to run."""
    return claim.authority not in (Authority.IMAGE, Authority.ORCHESTRATION) or claim.root in with_code


def _depth(root: RepoPath | None) -> int:
    return root.count("/") + 1 if root else 0


def folder_drafts(files: Files, drafts: dict[RepoPath, Draft]) -> list[Draft]:
    """A draft per top-level folder whose code no component holds; a workspace's own root does not count as one.

    Where a top-level folder only groups components, its other folders are their siblings, each its own.
    """
    root = drafts.get(RepoPath(""))
    if root is not None and not is_gathering(root, drafts):
        return []
    groups = {r.partition("/")[0] for r in drafts if "/" in r and r not in files.get(folder_of(r), ())}
    is_bare = not any(drafts)
    loose: dict[str, bool] = {}
    for place, inside in files.items():
        folder = _loose_folder(inside[0], groups)
        if not folder or is_foreign(inside[0]) or enclosing(place, drafts) not in (None, root):
            continue
        counted = [path for path in inside if path not in drafts or drafts[path] is root]
        if counted:
            loose[folder] = loose.get(folder, False) or is_bare or any(map(is_code, counted))
    return [
        Draft(roots=(RepoPath(folder),)) for folder, counts in sorted(loose.items()) if counts or _is_telling(folder)
    ]


def _loose_folder(path: RepoPath, groups: set[str]) -> str:
    """The folder that would stand in for `path`'s component; empty when it lies too high, or in a hidden folder."""
    top, slash, rest = path.partition("/")
    if not slash or top.startswith("."):
        return ""
    if top not in groups:
        return top
    second, slash, _ = rest.partition("/")
    return f"{top}/{second}" if slash else ""


def _is_telling(folder: str) -> bool:
    """Folders without code that people still speak of by name: what it runs on, and what is written of it."""
    is_written = folder.rpartition("/")[2].lower() in ("docs", "doc", "documentation", "wiki", "adr", "rfcs")
    return is_written or kind_of_folder((RepoPath(folder),)) is ComponentKind.INFRASTRUCTURE


def is_gathering(root: Draft, drafts: dict[RepoPath, Draft]) -> bool:
    """Whether the component at the repository's root only gathers others: a workspace, or a manifest without code."""
    if root.declared is not None:
        return False
    if any(claim.authority == Authority.WORKSPACE for claim in root.claims):
        return any(path and draft.authority >= Authority.ORCHESTRATION for path, draft in drafts.items())
    return not root.claims


def drop_mere_gatherers(code: Files, drafts: dict[RepoPath, Draft]) -> None:
    """Remove the workspaces below the root that hold no code beside that of their members: nothing runs in them."""
    gatherers = {
        root
        for root, draft in drafts.items()
        if root and draft.declared is None and all(c.authority == Authority.WORKSPACE for c in draft.claims)
    }
    if gatherers:
        holding = {id(enclosing(path, drafts)) for inside in code.values() for path in inside}
        for root in gatherers:
            if id(drafts[root]) not in holding:
                del drafts[root]


def attach_rootless(claims: Iterable[Claim], drafts: list[Draft]) -> list[Draft]:
    """Give each claim without a folder to the component it is about; what else it names becomes one of its own.

    Only what everybody knows to be a component (a database, a queue, a catalogue's entry) is made one: an image that
    this tree neither builds nor names is somebody else's.
    """
    index = _by_reference(drafts)
    own: dict[tuple[str, ComponentKind | None], Draft] = {}
    for claim in claims:
        if claim.root is not None:
            continue
        about = next((index[key] for key in claim.about if key in index), None)
        is_store = claim.kind in (ComponentKind.DATABASE, ComponentKind.QUEUE)
        if about is not None and not (is_store and about.authority > Authority.FOLDER):
            about.claims.append(claim)
        elif claim.authority == Authority.CATALOGUE or is_store:
            own.setdefault((claim.name, claim.kind), Draft(roots=())).claims.append(claim)
    return list(own.values())


def _by_reference(drafts: Iterable[Draft]) -> dict[str, Draft]:
    """The keys and names that lead to exactly one component."""
    found: dict[str, list[Draft]] = {}
    for draft in drafts:
        names = {draft.name, *(claim.name for claim in draft.claims), *(r.rpartition("/")[2] for r in draft.roots)}
        keys = {f"name:{name.lower()}" for name in names if name} | {
            k for k in draft.provides if k.startswith("image:")
        }
        for key in keys:
            found.setdefault(key, []).append(draft)
    return {key: drafts[0] for key, drafts in found.items() if len(drafts) == 1}


def by_folder(paths: Iterable[RepoPath]) -> Files:
    """The paths by the folder that directly holds them."""
    found: defaultdict[str, list[RepoPath]] = defaultdict(list)
    for path in paths:
        found[path.rpartition("/")[0]].append(path)
    return {RepoPath(folder): inside for folder, inside in found.items()}


def code_in(files: Files) -> Files:
    """Those of the files that are code, by the folder that directly holds them."""
    found = {
        folder: [path for path in inside if path[path.rfind(".") :].lower() in CODE_ENDINGS and is_code(path)]
        for folder, inside in files.items()
    }
    return {folder: inside for folder, inside in found.items() if inside}


def with_folders_above(files: Files) -> frozenset[str]:
    """Every folder that holds some of the files, at any depth below it."""
    found: set[str] = set()
    for folder in files:
        here: str = folder
        while here not in found:
            found.add(here)
            here = here.rpartition("/")[0]
    return frozenset(found)
