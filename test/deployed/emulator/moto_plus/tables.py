"""A write to DynamoDB that is conditional is judged and done at once.

moto answers each request in a thread of its own, and looks at the condition before it writes without keeping others
out: of two that come at once both are told that their condition held. AWS lets one of them fail.
"""

import threading

from moto.dynamodb.responses import DynamoHandler


def install() -> None:
    one_at_a_time = threading.RLock()
    call_action = DynamoHandler.call_action

    def alone(self):
        with one_at_a_time:
            return call_action(self)

    DynamoHandler.call_action = alone
