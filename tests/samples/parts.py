"""Small builders that the sample packages are made with."""

from datetime import UTC, datetime

from weighbridge.domain.change import (
    Blob,
    Commit,
    FileChange,
    FileStatus,
    Identity,
    LineRange,
    Mode,
)
from weighbridge.domain.ids import ObjectId, RepoPath, SymbolId
from weighbridge.domain.impact import (
    Certainty,
    Dependent,
    Edge,
    EdgeKind,
    Reached,
    ReachedKind,
)
from weighbridge.domain.system import AreaLevel, Component, ComponentKind, Stated

MADE_AT = datetime(2026, 3, 9, 14, 5, 30, tzinfo=UTC)


def oid(number: int) -> ObjectId:
    return ObjectId(f"{number * 7919 + 104729:x}".rjust(8, "a") * 5)


def changed_file(
    path: str, *, added: int = 1, removed: int = 0, status: FileStatus = FileStatus.MODIFIED
) -> FileChange:
    blob = Blob(path=RepoPath(path), mode=Mode.REGULAR, oid=oid(len(path)), size=900)
    return FileChange(
        status=status,
        base=None if status is FileStatus.ADDED else blob,
        head=None if status is FileStatus.DELETED else blob,
        added=(LineRange(start=10, end=9 + added),) if added else (),
        removed=(LineRange(start=10, end=9 + removed),) if removed else (),
        lands_on=(),
    )


def commit(number: int, message: str) -> Commit:
    person = Identity(name="Ada Bell", email="someone@example.org")
    return Commit(
        oid=oid(number),
        tree=oid(number + 500),
        parents=(oid(number + 1),),
        author=person,
        committer=person,
        authored_at=MADE_AT,
        committed_at=MADE_AT,
        message=message,
    )


def component(name: str, kind: ComponentKind, *, tier: int, area: AreaLevel, owners: str = "") -> Component:
    return Component(
        name=name,
        kind=kind,
        roots=(RepoPath(f"libs/{name}" if kind is ComponentKind.LIBRARY else f"services/{name}"),),
        tier=Stated(value=tier, reason="declared in .weighbridge/system.yaml", declared=True),
        area=Stated(value=area, reason=f"its paths speak of {name}", declared=False),
        owners=tuple(owners.split()),
        source=".weighbridge/system.yaml",
    )


def edge(source: str, target: str, *, line: int, kind: EdgeKind = EdgeKind.CALLS, inferred: bool = False) -> Edge:
    return Edge(
        source=SymbolId(source),
        target=SymbolId(target),
        kind=kind,
        certainty=Certainty.INFERRED if inferred else Certainty.SEEN,
        line=line,
    )


def dependent(symbol: str, where: str, *, path: tuple[Edge, ...], is_test: bool = False) -> Dependent:
    certainty = Certainty.INFERRED if any(e.certainty is Certainty.INFERRED for e in path) else Certainty.SEEN
    return Dependent(
        symbol=SymbolId(symbol), distance=len(path), certainty=certainty, path=path, component=where, is_test=is_test
    )


def reached(kind: ReachedKind, name: str, *, path: tuple[Edge, ...]) -> Reached:
    certainty = Certainty.INFERRED if any(e.certainty is Certainty.INFERRED for e in path) else Certainty.SEEN
    return Reached(kind=kind, name=name, certainty=certainty, path=path, component="checkout")
