"""IAM: what moto's CloudFormation leaves out of roles and of managed policies.

It attaches no managed policy that a role names. An update changes neither a role's policies nor a
managed policy's document.
"""

import json

from moto.iam.models import ManagedPolicy, Role, iam_backends
from moto.utilities.utils import get_partition


def install() -> None:
    _create_with_policies()
    Role.update_from_cloudformation_json = classmethod(_update_role)
    _detach_on_delete()
    ManagedPolicy.update_from_cloudformation_json = classmethod(_update_policy)
    ManagedPolicy.delete_from_cloudformation_json = classmethod(_delete_policy)


def _backend(account: str, region: str):
    return iam_backends[account][get_partition(region)]


def _create_with_policies() -> None:
    create = Role.create_from_cloudformation_json.__func__

    def create_with_policies(cls, name, described, account, region, **rest):
        bare = {**described["Properties"], "Policies": []}
        role = create(cls, name, {**described, "Properties": bare}, account, region, **rest)
        _put_policies(_backend(account, region), role, described["Properties"])
        return role

    Role.create_from_cloudformation_json = classmethod(create_with_policies)


def _update_role(
    _cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
):
    properties = cloudformation_json["Properties"]
    original_resource.description = properties.get("Description", "")
    original_resource.max_session_duration = properties.get("MaxSessionDuration", 3600)
    _put_policies(_backend(account_id, region_name), original_resource, properties)
    return original_resource


def _put_policies(backend, role, properties: dict) -> None:
    """Those that the role's own resource names; a policy that names the role stays as it is."""
    inline = {
        item["PolicyName"]: item["PolicyDocument"] for item in properties.get("Policies", [])
    }
    attached = properties.get("ManagedPolicyArns", [])
    before_inline, before_attached = getattr(role, "named_by_template", ((), ()))
    for name in set(before_inline) - set(inline):
        role.delete_policy(name)
    for name, document in inline.items():
        role.put_policy(name, json.dumps(document))
    for arn in set(before_attached) - set(attached):
        backend.detach_role_policy(arn, role.name)
    for arn in set(attached) - set(before_attached):
        backend.attach_role_policy(arn, role.name)
    role.named_by_template = (tuple(inline), tuple(attached))


def _detach_on_delete() -> None:
    delete = Role.delete_from_cloudformation_json.__func__

    def detach_and_delete(cls, resource_name, cloudformation_json, account_id, region_name):
        backend = _backend(account_id, region_name)
        for arn in list(backend.get_role(resource_name).managed_policies):
            backend.detach_role_policy(arn, resource_name)
        delete(cls, resource_name, cloudformation_json, account_id, region_name)

    Role.delete_from_cloudformation_json = classmethod(detach_and_delete)


def _update_policy(
    _cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
):
    backend, policy = _backend(account_id, region_name), original_resource
    properties = cloudformation_json["Properties"]
    for version in [item for item in policy.versions if not item.is_default]:
        backend.delete_policy_version(policy.arn, version.version_id)
    backend.create_policy_version(policy.arn, json.dumps(properties["PolicyDocument"]), True)
    for name in properties.get("Roles", []):
        backend.attach_role_policy(policy.arn, name)
    return policy


def _delete_policy(_cls, resource_name, _cloudformation_json, account_id, region_name):
    backend = _backend(account_id, region_name)
    for role in backend.roles.values():
        if resource_name in role.managed_policies:
            backend.detach_role_policy(resource_name, role.name)
    backend.delete_policy(resource_name)
