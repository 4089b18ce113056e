"""Tells the other services what happened."""

import json
import os

import requests

from parcels.core import clock


def publish(topic: str, body: dict[str, object]) -> None:
    """Hand an event to the broker's HTTP interface."""
    message = json.dumps({"at": clock.now().isoformat(), "body": body})
    requests.post(f"{os.environ['BROKER_URL']}/topics/{topic}", data=message, timeout=5).raise_for_status()
