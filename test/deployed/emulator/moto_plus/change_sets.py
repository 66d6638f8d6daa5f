"""Change sets: what fails is seen to fail, and there are outputs.

One that does not exist is answered as AWS does.
"""

import logging

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend


def install() -> None:
    _fail_visibly()
    _delete_silently()
    _describe_as_aws()


def _fail_visibly() -> None:
    """moto rolls nothing back, and a retry of the call would turn the failure green."""
    execute = CloudFormationBackend.execute_change_set

    def execute_or_fail(self, change_set_name, stack_name=None):
        change_set = next(
            (
                found
                for key, found in self.change_sets.items()
                if change_set_name in (key, found.change_set_name)
            ),
            None,
        )
        try:
            execute(self, change_set_name, stack_name)
            stack = self.stacks[change_set.stack_id]
            stack._parse_template()
            stack.output_map = stack._create_output_map()
        except Exception as error:
            logging.getLogger("moto_plus").exception("execute_change_set")
            _mark_failed(self.stacks[change_set.stack_id], change_set.change_set_type, error)

    CloudFormationBackend.execute_change_set = execute_or_fail


def _mark_failed(stack, change_set_type: str, error: Exception) -> None:
    stack.status = (
        "ROLLBACK_COMPLETE" if change_set_type == "CREATE" else "UPDATE_ROLLBACK_COMPLETE"
    )
    stack._add_stack_event(stack.status, resource_status_reason=f"{type(error).__name__}: {error}")
    stack.stack_status_reason = str(error)


def _delete_silently() -> None:
    """moto crashes on one that is not there, and the CDK CLI retries for 40 s."""
    delete = CloudFormationBackend.delete_change_set

    def delete_if_there(self, change_set_name):
        try:
            delete(self, change_set_name)
        except UnboundLocalError:
            pass

    CloudFormationBackend.delete_change_set = delete_if_there


class ChangeSetNotFound(ValidationError):
    """The CDK CLI waits for this code."""

    def __init__(self, name: str):
        super().__init__(name)
        self.code = "ChangeSetNotFound"
        self.message = f"ChangeSet [{name}] does not exist"


def _describe_as_aws() -> None:
    describe = CloudFormationBackend.describe_change_set

    def describe_if_there(self, change_set_name):
        try:
            found = describe(self, change_set_name)
        except (ValidationError, UnboundLocalError):
            found = None
        if found is None:
            raise ChangeSetNotFound(change_set_name)
        return found

    CloudFormationBackend.describe_change_set = describe_if_there
