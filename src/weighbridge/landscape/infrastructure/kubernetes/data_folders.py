"""Where well-known stores keep their files within a container, by the pages of their images, and on which volume that lies.

Sources: https://hub.docker.com/_/postgres (`PGDATA`, and where version 18 moved it), https://hub.docker.com/_/mysql, https://hub.docker.com/_/mongo and
their likes; Bitnami's have theirs below `/bitnami`.
"""

from collections.abc import Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.kubernetes.images import Image, image_of
from weighbridge.landscape.infrastructure.kubernetes.objects import tables

_FOLDERS: Final[Mapping[str, str]] = {
    "postgres": "/var/lib/postgresql/data",
    "postgis": "/var/lib/postgresql/data",
    "pgvector": "/var/lib/postgresql/data",
    "timescaledb": "/var/lib/postgresql/data",
    "mysql": "/var/lib/mysql",
    "mariadb": "/var/lib/mysql",
    "percona": "/var/lib/mysql",
    "mongo": "/data/db",
    "redis": "/data",
    "valkey": "/data",
    "elasticsearch": "/usr/share/elasticsearch/data",
    "opensearch": "/usr/share/opensearch/data",
    "rabbitmq": "/var/lib/rabbitmq",
    "cassandra": "/var/lib/cassandra",
    "couchdb": "/opt/couchdb/data",
    "neo4j": "/data",
    "influxdb": "/var/lib/influxdb",
    "clickhouse-server": "/var/lib/clickhouse",
    "solr": "/var/solr",
    "zookeeper": "/data",
}
_OTHERWISE: Final[Mapping[str, str]] = {
    "postgres": "PGDATA",
    "postgis": "PGDATA",
    "pgvector": "PGDATA",
    "timescaledb": "PGDATA",
    "rabbitmq": "RABBITMQ_MNESIA_BASE",
}
"""Variables that say another place."""
_SAYS_WHERE: Final = LatePattern(r"dir|-D|data|path|\.c(?:o?nf|fg)|\bsh\b|\.ya?ml")
"""In what a container is started with: it may say another place."""
_MOVED: Final = 18
"""From this version on, PostgreSQL keeps its files in a folder of that version."""

Found = tuple[str, str]


def data_folder(container: Mapping[str, Any]) -> str:
    """Where a container that runs a well-known store keeps its files; empty for any other, and where that is filled in."""
    image = image_of(container.get("image"))
    name = image.name.rpartition("/")[2] if image is not None else ""
    if image is None or name not in _FOLDERS or image.name.startswith("bitnami"):
        return ""
    env = {str(each.get("name")): each for each in tables(container.get("env"))}
    told = env.get(_OTHERWISE.get(name, ""))
    if told is not None:
        value = str(told.get("value", ""))
        return value.rstrip("/") if value.startswith("/") and "$" not in value else ""
    if container.get("envFrom") or _SAYS_WHERE.search(f"{container.get('command', '')} {container.get('args', '')}"):
        return ""
    return _newer(image) or _FOLDERS[name]


def lies(container: Mapping[str, Any], mounts: Mapping[str, str]) -> Found | None:
    """The volume on which the files of a store lie, and where within it; None where they lie on none."""
    folder = data_folder(container)
    within = {
        str(each.get("name")): str(each.get("subPath", "")).strip("/") for each in tables(container.get("volumeMounts"))
    }
    above = [(path, name) for name, path in mounts.items() if folder == path or folder.startswith(f"{path}/")]
    if not folder or not above:
        return None
    path, name = max(above, key=lambda each: len(each[0]))
    return name, f"{within.get(name, '')}/{folder.removeprefix(path).strip('/')}".strip("/")


def _newer(image: Image) -> str:
    first = image.tag.partition(".")[0].partition("-")[0]
    is_newer = image.name.rpartition("/")[2] == "postgres" and first.isdecimal() and int(first[:4]) >= _MOVED
    return f"/var/lib/postgresql/{first}/docker" if is_newer else ""
