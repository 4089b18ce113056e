"""Effects, requests and topics of Python code, and what has none."""

import pytest

from weighbridge.facts.extract import extract


def effects(source: str) -> list[tuple[str, str]]:
    return [(effect.kind, effect.via) for effect in extract(source.encode(), "python").effects]


def accesses(source: str) -> list[tuple[str, str]]:
    return [(access.kind, access.key) for access in extract(source.encode(), "python").accesses]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("open('x')", ("files", "open")),
        ("import os\nos.remove(p)", ("files", "os.remove")),
        ("from shutil import copytree as c\nc(a, b)", ("files", "shutil.copytree")),
        ("from pathlib import Path\nPath(p).parent.mkdir()", ("files", "pathlib.Path.parent.mkdir")),
        ("from pathlib import Path\ndef f(p: Path): p.open()", ("files", "pathlib.Path.open")),
        ("p.read_text()", ("files", "p.read_text")),
        ("import subprocess as s\ns.run(['x'])", ("processes", "subprocess.run")),
        ("import os\nos.execvp('x', [])", ("processes", "os.execvp")),
        ("import datetime\ndatetime.datetime.now().date()", ("clock", "datetime.datetime.now")),
        ("from time import sleep\nsleep(1)", ("clock", "time.sleep")),
        ("import random\nrandom.choice(x)", ("randomness", "random.choice")),
        ("from uuid import uuid4\nuuid4()", ("randomness", "uuid.uuid4")),
        ("import requests\nrequests.get(u)", ("network", "requests.get")),
        ("import requests\nwith requests.Session() as s:\n s.get(u)", ("network", "requests.Session.get")),
        ("import httpx\nclass C:\n def __init__(self): self.c = httpx.Client()\n def f(self): self.c.post(u)",
         ("network", "httpx.Client.post")),
        ("import sqlite3\nc = sqlite3.connect('x')", ("database", "sqlite3.connect")),
        ("cursor.execute(q)", ("database", "cursor.execute")),
        ("self.session.commit()", ("database", "session.commit")),
        ("Order.objects.filter(a=1).first()", ("database", "objects.filter")),
        ("from sqlalchemy.orm import Session\ndef f(s: Session): s.query(A).filter(b).all()",
         ("database", "sqlalchemy.orm.Session.query")),
        ("x: 'requests.Session' = make()\nimport requests\nx.get(u)", ("network", "requests.Session.get")),
    ],
)  # fmt: skip
def test_an_effect_is_seen_and_shown_by_its_call(source: str, expected: tuple[str, str]) -> None:
    assert effects(source) == [expected]


@pytest.mark.parametrize(
    "source",
    [
        "def open(x): pass\nopen('x')",
        "from tools import open\nopen('x')",
        "def f(open): open('x')",
        "import os\nos.path.join(a, b)\nos.environ.get('x')",
        "import requests\nrequests.Session()",
        "def f(requests): requests.get(u)",
        "from pathlib import Path\nPath('x').name\nPath('x').with_suffix('.y')",
        "import datetime\ndatetime.timedelta(1)\ndatetime.datetime(2020, 1, 1)",
        "d.get('x')\nsession.get('x')\nitems.filter(f)\nfoo.first()",
        "import subprocess\nraise subprocess.CalledProcessError(1, x)",
        "'''os.remove(p)'''",
        "import re\nre.match(a, b)",
    ],
)  # fmt: skip
def test_what_leaves_the_world_alone_is_let_through(source: str) -> None:
    assert effects(source) == []


def test_an_effect_belongs_to_the_function_it_stands_in_and_is_told_once() -> None:
    facts = extract(b"import time\ndef f():\n    time.time()\n    time.time()\ndef g():\n    time.time()\n", "python")
    assert [(facts.qualified_name(e.scope), e.line) for e in facts.effects] == [("f", 3), ("g", 6)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import requests\nrequests.get('https://a.b/c?d=1')", ["GET https://a.b/c"]),
        ("import requests\nrequests.post(url='https://a.b/c')", ["POST https://a.b/c"]),
        ("import requests\nB = 'https://a.b'\ndef f(i): requests.get(f'{B}/o/{i}')", ["GET https://a.b/o/{}"]),
        ("import requests\nB = 'https://a.b'\nrequests.get(B + '/x')", ["GET https://a.b/x"]),
        ("import requests\nrequests.put('%s/x/%d' % (host, 1))", ["PUT {}/x/{}"]),
        ("import requests\nrequests.request('delete', 'https://a.b/c')", ["DELETE https://a.b/c"]),
        ("import httpx\nc = httpx.AsyncClient(base_url='https://a.b/')\nc.get('/x')", ["GET https://a.b/x"]),
        ("import aiohttp\nasync def f():\n async with aiohttp.ClientSession() as s:\n  async with s.get('https://a.b') as r: pass",
         ["GET https://a.b"]),
        ("from urllib.request import urlopen\nurlopen('https://a.b/c')", ["GET https://a.b/c"]),
        ("import requests\nrequests.get(url)", []),
        ("import requests\nrequests.get('not an address')", []),
        ("session.get('https://a.b/c')", []),
        ("d.get('https://a.b/c')", []),
    ],
)  # fmt: skip
def test_requests_of_others_are_operations(source: str, expected: list[str]) -> None:
    assert [key for kind, key in accesses(source) if kind == "requests"] == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from kafka import KafkaProducer\np = KafkaProducer()\np.send('paid', b'')", [("publishes", "paid")]),
        ("def f(ch): ch.basic_publish(exchange='', routing_key='out', body=b)", [("publishes", "out")]),
        ("import boto3\nT = 'arn:x'\ns = boto3.client('sns')\ns.publish(TopicArn=T)", [("publishes", "arn:x")]),
        (
            "from confluent_kafka import Consumer\nc = Consumer(x)\nc.subscribe(['a', 'b'])",
            [("consumes", "a"), ("consumes", "b")],
        ),
        ("bus.send('paid')", []),
        ("generator.send('x')", []),
        ("from kafka import KafkaProducer\np = KafkaProducer()\np.send(topic, b'')", []),
    ],
)
def test_topics_are_seen_where_they_are_named(source: str, expected: list[tuple[str, str]]) -> None:
    assert accesses(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class U(Base):\n __tablename__ = 'users'", [("U", "users", True)]),
        (
            "class U(Base):\n __tablename__ = 'users'\n __table_args__ = (X(), {'schema': 'auth'})",
            [("U", "auth.users", True)],
        ),
        ("from sqlalchemy import Table\nt = Table('legacy', m)", [("t", "legacy", True)]),
        (
            "from django.db import models\nclass O(models.Model):\n class Meta: db_table = 'orders'",
            [("O", "orders", True)],
        ),
        ("from django.db.models import Model\nclass O(Model): pass", [("O", "{}_o", False)]),
        (
            "from django.db import models\nclass O(models.Model):\n class Meta: app_label = 'shop'",
            [("O", "shop_o", False)],
        ),
        ("class OrderLine(db.Model): pass", [("OrderLine", "order_line", False)]),
        ("from django.db import models\nclass A(models.Model):\n class Meta: abstract = True", []),
        ("from rich.table import Table\nt = Table('legacy')", []),
        ("class M(Model): pass", []),
        ("__tablename__ = 'x'", []),
        ("class C:\n class Meta:\n  label = 'orders'", []),
    ],
)
def test_a_model_stands_for_its_table(source: str, expected: list[tuple[str, str, bool]]) -> None:
    facts = extract(source.encode(), "python")
    assert [
        (facts.qualified_name(a.scope), a.key, a.is_certain) for a in facts.accesses if a.kind == "writes"
    ] == expected
