"""What was deployed, read through services for which the project carries no client.

moto brings boto3.

python3 deployed.py schedules | roles ROLE...        prints JSON
"""

import json
import sys

import boto3


def schedules() -> list[dict]:
    scheduler = boto3.client("scheduler")
    names = [
        (found["Name"], found["GroupName"]) for found in scheduler.list_schedules()["Schedules"]
    ]
    return [scheduler.get_schedule(Name=name, GroupName=group) for name, group in names]


def policies(role: str) -> list[dict]:
    """The inline policies of a role, and those attached to it."""
    iam = boto3.client("iam")
    inline = iam.list_role_policies(RoleName=role)["PolicyNames"]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return [
        *(
            {
                "name": name,
                "document": iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"],
            }
            for name in inline
        ),
        *(
            {"name": policy["PolicyName"], "document": default_version(iam, policy["PolicyArn"])}
            for policy in attached
        ),
    ]


def default_version(iam, arn: str) -> dict:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


what, *names = sys.argv[1:]
answer = schedules() if what == "schedules" else {role: policies(role) for role in names}
print(json.dumps(answer, default=str))
