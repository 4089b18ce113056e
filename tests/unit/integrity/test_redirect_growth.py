"""Two versions of a manifest of very many keys are compared whole, in time that grows with their number."""

from collections.abc import Callable

import pytest
from tests.unit.growing import MOST, growth

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.integrity.redirects import redirects
from weighbridge.landscape.manifests.claims import ManifestError


def package(section: str, form: str, *, count: int) -> bytes:
    """A `package.json` with a key for each number."""
    return (f'{{"{section}": {{' + ",\n".join(form.format(n=n) for n in range(count)) + "}}").encode()


COMPARED: dict[str, Callable[[int], tuple[str, bytes, bytes]]] = {
    "patterns and new subpaths": lambda n: (
        "package.json",
        package("exports", '"./d{n}/*": "./a.js"', count=n),
        package("exports", '"./e{n}": "./b.js"', count=n),
    ),
    "dependencies that are forced": lambda n: (
        "package.json",
        package("overrides", '"d{n}": "npm:a@1"', count=n),
        package("overrides", '"e{n}": "npm:b@1"', count=n),
    ),
    "quotes in a text without an end": lambda n: ("tsconfig.json", b"{}", b'"' + b'\\"' * n),
    "comments without an end": lambda n: ("tsconfig.json", b"{}", b"/* " * n),
    "commas in Gradle": lambda n: ("build.gradle", b"", b"maven ( url ( " * n),
}


@pytest.mark.parametrize("name", COMPARED)
def test_comparing_takes_time_that_grows_with_the_keys(name: str) -> None:
    def compare(count: int) -> None:
        path, before, after = COMPARED[name](count)
        try:
            list(redirects(RepoPath(path), before, after=after))
        except ManifestError:
            assert name.endswith("an end")

    assert growth(compare, 500) < MOST


def test_what_stands_behind_thousands_of_keys_is_compared_too() -> None:
    before = package("exports", '"./d{n}": "./a.js"', count=6_000)

    found = list(redirects(RepoPath("package.json"), before, after=before.replace(b'd5999": "./a', b'd5999": "./b')))

    assert [each.key for each in found] == ["exports ./d5999"]


def test_what_nests_deeper_than_is_read_is_no_answer() -> None:
    deep = '{"exports": ' + '{"node": ' * 20 + '"./a.js"' + "}" * 21

    with pytest.raises(ManifestError, match="deeper than 12"):
        list(redirects(RepoPath("package.json"), b"{}", after=deep.encode()))
