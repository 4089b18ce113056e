"""A service that goes while a workload asks for it by its address, and what only looks like that."""

import pytest
from tests.unit.growing import MOST, growth
from tests.unit.infrastructure.told import said, told

SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: redis}\nspec:\n  selector: {app: redis}\n  ports: [{port: 6379}]\n"
)
KEPT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\ndata: {a: b}\n"
GOES = [("high", "medium")]
STOPS_NOTHING = [("medium", "medium")]


def cart(address: str, *, kind: str = "Deployment", space: str = "") -> str:
    return (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: cart{f', namespace: {space}' if space else ''}}}\n"
        "spec:\n  selector: {matchLabels: {app: cart}}\n  template:\n    metadata: {labels: {app: cart}}\n    spec:\n"
        f'      containers: [{{name: cart, image: "redis:6379", env: [{{name: STORE, value: "{address}"}}]}}]\n'
    )


def lost(service: str, *others: str, comes: str = "") -> list[tuple[str, str]]:
    """What is told where a service goes beside files that stay, and something may come."""
    stay = {f"k8s/{number}.yaml": text for number, text in enumerate(others)}
    before = {"k8s/a.yaml": f"{KEPT}---\n{service}", **stay}
    return said("object-removed", before, {"k8s/a.yaml": f"{KEPT}---\n{comes}" if comes else KEPT, **stay})


@pytest.mark.parametrize(
    "address",
    [
        "redis:6379",
        "redis://redis",
        "redis://user:word@redis:6379/0",
        "other:1,redis:6379",
        "tcp(redis:6379)/shop",
        "redis.stores.svc:6379",
        "http://redis.stores.svc.cluster.local/",
    ],
)
def test_an_address_of_a_service_is_what_is_asked_for(address: str) -> None:
    assert lost(SERVICE, cart(address)) == GOES


@pytest.mark.parametrize(
    "address",
    [
        "redis",
        "redis:6380",
        "redis:latest",
        "redis:6379.5",
        "my-redis:6379",
        "redis-2:6379",
        "registry/redis:6379",
        "http://redis.example.com/",
        "http://example.com/redis",
    ],
)
def test_what_only_looks_like_it_is_no_address(address: str) -> None:
    assert lost(SERVICE, cart(address)) == STOPS_NOTHING


def test_another_name_of_a_service_answers_nobody_who_asks_by_the_old_one() -> None:
    renamed = SERVICE.replace("name: redis}", "name: store}")
    assert lost(SERVICE, cart("redis:6379"), comes=renamed) == GOES
    assert lost(SERVICE, cart("store:6379"), comes=renamed) == STOPS_NOTHING


def test_what_may_make_a_service_of_that_name_answers() -> None:
    release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: NAME}\nspec: {chartRef: {kind: OCIRepository, name: r}}\n"
    assert lost(SERVICE, cart("redis:6379"), comes=release.replace("NAME", "redis")) == STOPS_NOTHING
    master = SERVICE.replace("name: redis}", "name: redis-master}")
    assert lost(master, cart("redis-master:6379"), comes=release.replace("NAME", "redis")) == STOPS_NOTHING
    assert lost(SERVICE, cart("redis:6379"), comes=release.replace("NAME", "red")) == GOES


def test_a_service_of_that_name_that_stands_answers_where_it_may() -> None:
    other = SERVICE.replace("name: redis}", "name: redis, namespace: SPACE}")
    own = SERVICE.replace("name: redis}", "name: redis, namespace: shop}")
    asks = cart("redis:6379", space="shop")
    assert lost(own, asks, other.replace("SPACE", "stores")) == GOES
    assert lost(own, asks, SERVICE) == STOPS_NOTHING


def test_a_job_that_has_run_asks_no_more() -> None:
    assert lost(SERVICE, cart("redis:6379", kind="Job").replace("apps/v1", "batch/v1")) == STOPS_NOTHING


def test_who_asks_from_another_namespace_by_the_name_alone_means_another() -> None:
    own = SERVICE.replace("name: redis}", "name: redis, namespace: stores}")
    assert lost(own, cart("redis:6379", space="shop")) == STOPS_NOTHING
    assert lost(own, cart("redis.stores:6379", space="shop")) == GOES
    assert lost(own, cart("redis.archive:6379", space="shop")) == STOPS_NOTHING


def test_many_services_and_many_who_ask_take_time_that_grows_with_their_number() -> None:
    def work(count: int) -> None:
        services = "---\n".join(SERVICE.replace("redis", f"redis-{number}") for number in range(count))
        asks = "---\n".join(cart(f"redis-{number}:6379").replace("cart", f"cart-{number}") for number in range(count))
        assert told("object-removed", {"a.yaml": services + "---\n" + asks}, {"a.yaml": asks})

    assert growth(work, 50) < MOST
