"""An address fits a route segment by segment; what it leaves open stands for what the route leaves open."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.facts.addresses import address_of
from weighbridge.facts.model import Request
from weighbridge.landscape.route_fit import Fit, Route, fit

FITTING = [
    ("/owners", "/owners"),
    ("/owners/", "/owners"),
    ("/owners?page=1", "/owners/"),
    ("http://localhost:8080/owners#top", "/owners"),
    ("/owners/1", "/owners/{id}"),
    ("/owners/{ownerId}/pets/new", "/owners/{id}/pets/new"),
    ("/owners/{}", "/owners/{id}"),
    ("/owners{}", "/owners"),
    ("/owners/{}/edit", "/owners/{team}/{name}/edit"),
    ("/reports/7.pdf", "/reports/{id}.pdf"),
    ("/reports/{}.pdf", "/reports/{id}.pdf"),
    ("/files/a/b/c", "/files/{*}"),
    ("/files", "/files/{*}"),
    ("/", "/"),
    ("/1", "/{id}"),
    ("{}/owners/1", "/api/v1/owners/{id}"),
    ("/owners/1", "/api/owners/{id}"),
]
NOT_FITTING = [
    ("/owners", "/pets"),
    ("/owners/1", "/owners"),
    ("/owners", "/owners/{id}"),
    ("/owners/{}", "/owners/find"),
    ("/{}", "/owners"),
    ("/owners/1/edit", "/owners/{id}/pets"),
    ("/edit", "/owners/{id}/edit"),
    ("/{}/edit", "/api/owners/edit"),
    ("/reports/7.html", "/reports/{id}.pdf"),
    ("/owners/.pdf", "/owners/{id}.pdf"),
    ("/anything/at/all", "/{*}"),
    ("/owners", "/"),
    ("/", "/owners"),
    ("/", "/{id}"),
    ("/Owners", "/owners"),
]


def request(address: str, method: str = "GET") -> Request:
    found = address_of(address)
    assert found is not None
    return Request(method, found[1], 0, 1, found[0])


def fitting(address: str, path: str) -> Fit | None:
    return fit(request(address), Route(method="GET", path=path))


@pytest.mark.parametrize(("address", "path"), FITTING)
def test_it_fits(address: str, path: str) -> None:
    assert fitting(address, path) is not None


@pytest.mark.parametrize(("address", "path"), NOT_FITTING)
def test_it_does_not_fit(address: str, path: str) -> None:
    assert fitting(address, path) is None


@pytest.mark.parametrize(
    ("asked", "answered", "expected"),
    [
        ("GET", "GET", True),
        ("HEAD", "GET", True),
        ("ANY", "POST", True),
        ("POST", "ANY", True),
        ("GET", "POST", False),
        ("GET", "HEAD", False),
        ("GET", "WEBSOCKET", False),
    ],
)
def test_the_methods_agree_where_both_are_known(asked: str, answered: str, *, expected: bool) -> None:
    found = fit(request("/owners", asked), Route(method=answered, path="/owners"))

    assert (found is not None) is expected


@pytest.mark.parametrize(
    ("address", "better", "worse"),
    [
        ("/owners/find", "/owners/find", "/owners/{id}"),
        ("/owners/1", "/owners/{id}", "/owners/{*}"),
        ("/owners/1", "/owners/{id}", "/{kind}/{id}"),
        ("{}/users", "/api/users", "/api/private/users"),
        ("/users", "/users", "/api/users"),
    ],
)
def test_a_request_means_the_route_that_says_more_of_it(address: str, better: str, worse: str) -> None:
    first, second = fitting(address, better), fitting(address, worse)

    assert first is not None
    assert second is None or first > second


def test_below_a_prefix_that_is_not_known_a_route_is_asked_for_by_more_than_its_path() -> None:
    partly, whole = Route(method="GET", path="/owners", is_whole=False), Route(method="GET", path="/owners")

    assert fit(request("/v1/owners"), partly) is not None
    assert fit(request("/v1/owners"), whole) is None


PIECES = st.sampled_from(["/", "a", "{}", "{x}", "{*}", "{", "}", "%d", "?", "://", "é", " ", "..", "//"])


@given(st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=30).map("".join))
def test_whatever_is_written_is_compared_without_harm(address: str, path: str) -> None:
    found = address_of("/" + address)

    if found is not None:
        assert address_of(found[1]) == ("", found[1])
        fit(Request("GET", found[1], 0, 1), Route(method="ANY", path=path))


def test_addresses_that_nearly_fit_in_very_many_ways_are_told_soon() -> None:
    asked = request("/" + "/".join(["{}"] * 29) + "/x")
    routes = [
        Route(method="GET", path="/" + "/".join(f"{{p{n}}}" for n in range(count)) + "/y", is_whole=False)
        for count in (38, 39, 10_000)
    ]
    started = time.process_time()

    for _ in range(100):
        assert [fit(asked, route) for route in routes] == [None, None, None]

    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text",
    ["/" + "a" * 600, "/" + "/a" * 40, "/" + "a" * 90, "//host/x", "ftp://host/x", "{}", "{}x/y", "x/y", "/a b", ""],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert address_of(text) is None
