"""Which folders are components: the nearest manifest's, and where there is none, top-level folders."""

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.components.drafts import Draft
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


def is_code(path: RepoPath) -> bool:
    """Whether a file is something that is built, run or applied, told from its ending."""
    return PurePosixPath(path).suffix.lower() in CODE_ENDINGS


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
    rooted = sorted((c for c in claims if c.root is not None), key=lambda c: (not c.is_own, _depth(c.root), c.source))
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


def folder_drafts(paths: Iterable[RepoPath], drafts: dict[RepoPath, Draft]) -> list[Draft]:
    """A draft per top-level folder whose code no component holds; a workspace's own root does not count as one."""
    root = drafts.get(RepoPath(""))
    if root is not None and not is_gathering(root, drafts):
        return []
    loose: dict[str, bool] = {}
    for path in paths:
        top, slash, _ = path.partition("/")
        if slash and not top.startswith(".") and top not in VENDORED:
            around = enclosing(path, drafts)
            if around is None or around is root:
                loose[top] = loose.get(top, False) or is_code(path)
    groups = {r.partition("/")[0] for r in drafts if "/" in r}
    return [Draft(roots=(RepoPath(top),)) for top, has_code in sorted(loose.items()) if has_code or top not in groups]


def is_gathering(root: Draft, drafts: dict[RepoPath, Draft]) -> bool:
    """Whether the component at the repository's root only gathers others: a workspace, or one that cannot be built."""
    if root.declared is not None:
        return False
    others = sum(1 for path, draft in drafts.items() if path and draft.authority >= Authority.ORCHESTRATION)
    leading = root.leading
    return leading is None or leading.authority == Authority.WORKSPACE or (others > 1 and leading.kind is None)


def code_folders(paths: Iterable[RepoPath]) -> frozenset[str]:
    """Every folder that holds code, at any depth below it."""
    found: set[str] = set()
    for path in paths:
        if is_code(path):
            here = path.rpartition("/")[0]
            while here not in found:
                found.add(here)
                here = here.rpartition("/")[0]
    return frozenset(found)
