"""SQS: URLs on this server, one lock, and a clock that can be shifted.

Delivery is left to the lambda host.
"""

import threading
import time

from moto.core import utils
from moto.sqs import models

import address

_LOCKED = (
    "send_message",
    "delete_message",
    "delete_message_batch",
    "change_message_visibility",
    "change_message_visibility_batch",
    "purge_queue",
)

_LONG_POLL_STEP_S = 0.05

_lock = threading.RLock()
_offset_ms = 0.0


def install() -> None:
    _stop_pushing()
    models.Queue.physical_resource_id = property(
        lambda self: f"{address.URL}/{self.account_id}/{self.name}"
    )
    for name in _LOCKED:
        _lock_method(name)
    _poll_outside_the_lock()
    models.unix_time = lambda dt=None: utils.unix_time(dt) + (0 if dt else _offset_ms / 1000)
    models.unix_time_millis = lambda dt=None: models.unix_time(dt) * 1000


def shift_clock(offset_ms: float) -> None:
    """Visibility timeouts, delays and stamps of messages follow from now on."""
    global _offset_ms
    with _lock:
        _offset_ms = offset_ms


class _NoMappings(dict):
    def items(self):
        return []


def _stop_pushing() -> None:
    """moto delivers inside send_message, by Docker."""
    begin = models.Queue.__init__

    def begin_without(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        self.lambda_event_source_mappings = _NoMappings()

    models.Queue.__init__ = begin_without


def _lock_method(name: str) -> None:
    """moto is not thread-safe here: two pollers get one message, a delete can lose another's."""
    method = getattr(models.SQSBackend, name)

    def locked(*args, **kwargs):
        with _lock:
            return method(*args, **kwargs)

    setattr(models.SQSBackend, name, locked)


def _poll_outside_the_lock() -> None:
    receive = models.SQSBackend.receive_message

    def poll(
        self,
        queue_name,
        count,
        wait_seconds_timeout,
        visibility_timeout,
        message_attribute_names=None,
    ):
        end = time.monotonic() + (wait_seconds_timeout or 0)
        while True:
            with _lock:
                found = receive(
                    self, queue_name, count, 0, visibility_timeout, message_attribute_names
                )
            if found or time.monotonic() >= end:
                return found
            time.sleep(_LONG_POLL_STEP_S)

    models.SQSBackend.receive_message = poll
