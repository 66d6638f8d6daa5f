"""moto_server with what it lacks for deploying a CDK stack and running it.

    python3 moto_plus --port 5557 --lambda-host http://127.0.0.1:5558

Each section below patches moto 5.2.1 in memory. Lines on stdin are orders to this process:
`{"sqsOffsetMs": 5000}` shifts the queues' clock. It ends when stdin closes, so that it never
outlives its parent. Environment: MOTO_PLUS_STRICT=0 lets unknown resource types pass;
MOTO_PLUS_QUIET=1 logs no requests.
"""

import json
import logging
import os
import sys
import threading

import address

from moto.server import main

import change_sets
import http_apis
import lambdas
import queues
import resource_types
import roles
import stack_updates
import tables


def follow_orders() -> None:
    for line in sys.stdin:
        queues.shift_clock(json.loads(line)["sqsOffsetMs"])
        print("shifted", flush=True)
    os._exit(0)


for section in (
    resource_types,
    roles,
    lambdas,
    queues,
    tables,
    http_apis,
    change_sets,
    stack_updates,
):
    section.install()
quiet = os.environ.get("MOTO_PLUS_QUIET") == "1"
logging.getLogger("werkzeug").setLevel(logging.WARNING if quiet else logging.INFO)
threading.Thread(target=follow_orders, daemon=True).start()
main(["--host", "127.0.0.1", "--port", str(address.PORT)])
