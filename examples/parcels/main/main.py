"""Starts the service for development."""

from parcels.app import build_app

if __name__ == "__main__":
    build_app().run(port=8080)
