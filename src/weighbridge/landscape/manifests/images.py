"""What well-known container images are, told from their names."""

from typing import Final

from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.keys import image_name

_DATABASES: Final = frozenset(
    [
        "postgres",
        "postgresql",
        "postgis",
        "timescaledb",
        "mysql",
        "mariadb",
        "percona",
        "mongo",
        "mongodb",
        "redis",
        "valkey",
        "keydb",
        "memcached",
        "elasticsearch",
        "opensearch",
        "cassandra",
        "scylla",
        "couchdb",
        "couchbase",
        "clickhouse-server",
        "clickhouse",
        "cockroach",
        "neo4j",
        "influxdb",
        "etcd",
        "minio",
        "dynamodb-local",
        "mssql",
        "server",
        "azure-sql-edge",
        "pgvector",
        "qdrant",
        "weaviate",
        "milvus",
        "spanner",
        "oracle-xe",
        "dragonfly",
        "meilisearch",
        "typesense",
        "solr",
    ]
) - {"server"}
_QUEUES: Final = frozenset(
    [
        "kafka",
        "cp-kafka",
        "rabbitmq",
        "nats",
        "activemq",
        "activemq-artemis",
        "pulsar",
        "redpanda",
        "mosquitto",
        "emqx",
        "elasticmq",
        "nsq",
        "zookeeper",
        "cp-zookeeper",
    ]
)


def kind_of_image(reference: str) -> ComponentKind | None:
    """A database or queue that everybody knows by the last part of its name; None for any other image."""
    name = image_name(reference).rpartition("/")[2].lower()
    if name in _DATABASES or image_name(reference).lower().endswith("mssql/server"):
        return ComponentKind.DATABASE
    return ComponentKind.QUEUE if name in _QUEUES else None
