"""In what a kept package was weighed by something else than decides now, and the way out of that."""

import pytest
from msgspec.structs import replace
from tests.samples.packages import usual
from tests.samples.parts import oid

from weighbridge import __version__
from weighbridge.adapters.memory import MemoryRepository
from weighbridge.app.weighed_otherwise import WeighedOtherwise, weigh_again, weighed_otherwise
from weighbridge.domain.ids import RepoPath, digest
from weighbridge.domain.package import Names, ReviewPackage, TrustRecord
from weighbridge.domain.trust import Trust, TrustedDocument, TrustSource

PATH = RepoPath(".weighbridge/policy.yaml")


def trusted(data: bytes, source: TrustSource = TrustSource.TARGET) -> Trust:
    document = TrustedDocument(path=PATH, data=data, digest=digest(data), source=source)
    return Trust(target=oid(7), target_name="refs/remotes/origin/main", target_reason="", documents={PATH: document})


def weighed_by(data: bytes, *, tool: str = f"weighbridge {__version__}", names: Names | None = None) -> ReviewPackage:
    package = usual()
    decision = replace(package.decision, tool=tool, trust=TrustRecord(documents={str(PATH): digest(data)}))
    return replace(package, decision=decision, presentation=replace(package.presentation, names=names or Names()))


def told(package: ReviewPackage, trust: Trust) -> WeighedOtherwise:
    return weighed_otherwise(package, trust, repository=MemoryRepository({}, {}), target="", proposal="")


def test_nothing_is_told_where_the_documents_and_the_version_are_the_same() -> None:
    assert told(weighed_by(b"one"), trusted(b"one")) == WeighedOtherwise()


def test_another_version_is_told_as_what_alone_would_count_it() -> None:
    found = told(weighed_by(b"one", tool="weighbridge 0.0.1"), trusted(b"one"))

    assert found.documents == ()
    assert found.tool.startswith("weighbridge 0.0.1 weighed it, and this is weighbridge ")


def test_a_document_of_the_organisation_is_told_as_that() -> None:
    found = told(weighed_by(b"one"), trusted(b"two", TrustSource.ORGANISATION))

    assert found.documents == (".weighbridge/policy.yaml is another now, from the organisation",)


def test_what_was_weighed_by_a_commit_that_is_not_here_is_fetched_first() -> None:
    names = Names(target="a" * 40, target_name="refs/remotes/origin/main")

    found = told(weighed_by(b"one", names=names), trusted(b"two"))

    assert found.way_out[0].startswith(
        "it was weighed by what origin/main says at aaaaaaaaaaaa, which is not here: git"
    )


@pytest.mark.parametrize("target", ["", "--help", "a" * 39, "zz"])
def test_whatever_a_package_calls_its_target_is_asked_of_nobody(target: str) -> None:
    assert len(told(weighed_by(b"one", names=Names(target=target)), trusted(b"two")).way_out) == 1


@pytest.mark.parametrize(
    ("called", "said"), [("main..fix", "main...fix "), ("a b", "'a b' "), ("--record", ".."), ("", "..")]
)
def test_a_range_is_given_so_that_it_is_nothing_else(called: str, said: str) -> None:
    command = weigh_again(weighed_by(b"one", names=Names(range_text=called)), target="", proposal="")

    assert said in f"{command} "
    assert "--record" not in command
