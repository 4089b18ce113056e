"""Weighbridge weighs every software change before it goes on the road."""

__version__ = "0.1.0"
