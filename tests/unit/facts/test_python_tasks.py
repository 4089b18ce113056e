"""Commands, jobs and consumers of Python code, and what only looks like some."""

import pytest

from weighbridge.facts.extract import extract

CELERY = "from celery import Celery, shared_task\napp = Celery('x')\n"
KAFKA = "from kafka import KafkaConsumer\nimport pika, faust, boto3\n"


def entries(source: str) -> list[tuple[str, str, bool]]:
    return [(e.kind, e.key, e.is_certain) for e in extract(source.encode(), "python").entry_points]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import click\n@click.command()\ndef import_prices(): pass", [("cli", "import-prices", True)]),
        ("import click\n@click.command\ndef a(): pass", [("cli", "a", True)]),
        ("from click import command as c\n@c('b')\ndef a(): pass", [("cli", "b", True)]),
        ("from click import command\n@command('b')\ndef a(): pass", [("cli", "b", True)]),
        ("import click\n@click.group()\ndef g(): pass\n@g.command(name='x')\ndef a(): pass",
         [("cli", "g", True), ("cli", "x", True)]),
        ("import click\nfrom .main import root\n@root.command()\ndef a(): pass", [("cli", "a", False)]),
        ("from flask import Flask\napp = Flask('a')\n@app.cli.command('seed')\ndef seed(): pass", [("cli", "seed", True)]),
        ("import typer\napp = typer.Typer()\n@app.command()\ndef a_b(): pass", [("cli", "a-b", True)]),
        ("import argparse\ns = p.add_subparsers()\ni = s.add_parser('import')\ni.set_defaults(func=run)", [("cli", "import", True)]),
        ("from django.core.management.base import BaseCommand\nclass Command(BaseCommand):\n def handle(self): pass",
         [("cli", "manage.py command", True)]),
        ("def go(): pass\nif __name__ == '__main__':\n    go()", [("main", "__main__", True)]),
        ("def main(argv=None): pass", [("main", "main", False)]),
        (CELERY + "@app.task(name='bill.all')\ndef bill(): pass", [("job", "bill.all", True)]),
        (CELERY + "@shared_task\ndef mail(): pass", [("job", "mail", True)]),
        ("from .celery import app\n@app.task\ndef mail(): pass", [("job", "mail", True)]),
        (CELERY + "app.conf.beat_schedule = {'nightly': {'task': 'shop.bill'}}", [("job", "nightly", True)]),
        ("CELERY_BEAT_SCHEDULE = {'nightly': {'task': 'shop.bill'}}", [("job", "nightly", True)]),
        (CELERY + "def setup(sender):\n sender.add_periodic_task(10, mail.s(1))", [("job", "mail", True)]),
        ("from apscheduler.schedulers.blocking import BlockingScheduler\ns = BlockingScheduler()\ns.add_job(tick, 'cron')",
         [("job", "tick", True)]),
        ("from airflow.operators.python import PythonOperator\nPythonOperator(task_id='load', python_callable=f)", [("job", "load", True)]),
        ("from airflow.decorators import task\n@task\ndef e(): pass", [("job", "e", True)]),
        ("from rq import Queue\nq = Queue()\nq.enqueue(count, 1)", [("job", "count", True)]),
        ("import dramatiq\n@dramatiq.actor\ndef a(): pass", [("job", "a", True)]),
        (KAFKA + "c = KafkaConsumer('orders', group_id='g')", [("consumer", "orders", True)]),
        (KAFKA + "def f(ch):\n ch.basic_consume(queue='mail', on_message_callback=g)", [("consumer", "mail", True)]),
        (KAFKA + "app = faust.App('x')\nt = app.topic('clicks')\n@app.agent(t)\nasync def a(s): pass", [("consumer", "clicks", True)]),
        (KAFKA + "def f():\n s = boto3.client('sqs')\n s.receive_message(QueueUrl='q')", [("consumer", "q", True)]),
        ("def handler(event, context): pass", [("consumer", "lambda handler", False)]),
    ],
)  # fmt: skip
def test_tasks_are_found_under_their_names(source: str, expected: list[tuple[str, str, bool]]) -> None:
    assert entries(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "@x.command()\ndef a(): pass",
        "class C:\n def main(self): pass\n def handler(self, event, context): pass",
        "def main(config): pass",
        "def f():\n def main(): pass",
        "@task\ndef a(): pass",
        "@loop.task\ndef a(): pass",
        "asyncio.create_task(f())",
        "self.add_job(f)",
        "def on_event(event): pass",
        "parser.set_defaults(verbose=True)",
        "import argparse\np = argparse.ArgumentParser()\np.set_defaults(func='name')",
        "config = {'task': 'x.y'}",
        "import click\n'''@click.command()'''",
        "import kafka\nclass C(Consumer):\n def subscribe(self, topic): pass",
        "if __name__ == 'x':\n    main()",
    ],
)
def test_what_nobody_starts_from_outside_is_let_through(source: str) -> None:
    assert entries(source) == []
