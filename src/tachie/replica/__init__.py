"""Loopback servers that behave as the web sources do, their nastiness included; tests and demos collect there."""

from tachie.replica.server import Asked, Fault, Replica, Reply
from tachie.replica.stock import Stock

__all__ = ["Asked", "Fault", "Replica", "Reply", "Stock"]
