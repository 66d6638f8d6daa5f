"""The CloudFormation types that moto lacks.

Each is done by the service's own API on this same server.
"""

import json
import os

from moto.cloudformation import custom_model, parsing
from moto.cloudwatch.models import cloudwatch_backends
from moto.dynamodb.models.table import Table

from define import Created, Properties, ResourceType, define, forget_cached_types
from own_apis import call, client, lower_first


def install() -> None:
    for kind in _TYPES:
        define(kind)
    forget_cached_types()
    _apply_table_extras()
    _succeed_custom_resources()
    if os.environ.get("MOTO_PLUS_STRICT", "1") == "1":
        _refuse_unknown_types()


def _create_secret(name: str, properties: Properties, _account: str, region: str) -> Created:
    properties = {**properties, "Name": properties.get("Name", name)}
    secrets = client("secretsmanager", region)
    wish = properties.pop("GenerateSecretString", None)
    if wish is not None:
        key, template = wish.pop("GenerateStringKey", None), wish.pop("SecretStringTemplate", None)
        password = call(secrets, "get_random_password", wish)["RandomPassword"]
        properties["SecretString"] = (
            json.dumps({**json.loads(template), key: password}) if template else password
        )
    arn = call(secrets, "create_secret", properties)["ARN"]
    return arn, {"Id": arn, "Arn": arn}


def _update_secret(secret, properties: Properties, _account: str, region: str) -> None:
    if "SecretString" in properties:
        client("secretsmanager", region).put_secret_value(
            SecretId=secret.physical_id, SecretString=properties["SecretString"]
        )


def _delete_secret(arn: str, _properties: Properties, region: str) -> None:
    client("secretsmanager", region).delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def _put_alarm(name: str, properties: Properties, account: str, region: str) -> Created:
    call(client("cloudwatch", region), "put_metric_alarm", {**properties, "AlarmName": name})
    return name, {"Arn": f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"}


def _put_composite_alarm(name: str, properties: Properties, account: str, region: str) -> Created:
    """moto's server has no PutCompositeAlarm; its model has."""
    cloudwatch_backends[account][region].put_metric_alarm(
        name=name,
        namespace=None,
        metric_name=None,
        comparison_operator=None,
        evaluation_periods=None,
        period=None,
        threshold=None,
        statistic=None,
        description=properties.get("AlarmDescription"),
        dimensions=[],
        alarm_actions=properties.get("AlarmActions", []),
        ok_actions=properties.get("OKActions", []),
        rule=properties["AlarmRule"],
    )
    return name, {"Arn": f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"}


def _delete_alarm(name: str, _properties: Properties, region: str) -> None:
    client("cloudwatch", region).delete_alarms(AlarmNames=[name])


def _create_schedule_group(
    name: str, _properties: Properties, _account: str, region: str
) -> Created:
    return name, {
        "Arn": client("scheduler", region).create_schedule_group(Name=name)["ScheduleGroupArn"]
    }


def _create_schedule(name: str, properties: Properties, _account: str, region: str) -> Created:
    created = call(client("scheduler", region), "create_schedule", {**properties, "Name": name})
    return name, {"Arn": created["ScheduleArn"]}


def _update_schedule(schedule, properties: Properties, _account: str, region: str) -> None:
    call(
        client("scheduler", region),
        "update_schedule",
        {**properties, "Name": schedule.physical_id},
    )


def _delete_schedule(name: str, properties: Properties, region: str) -> None:
    group = {"GroupName": properties["GroupName"]} if "GroupName" in properties else {}
    client("scheduler", region).delete_schedule(Name=name, **group)


def _put_queue_policy(name: str, properties: Properties, _account: str, region: str) -> Created:
    attributes = {"Policy": json.dumps(properties["PolicyDocument"])}
    for url in properties["Queues"]:
        client("sqs", region).set_queue_attributes(QueueUrl=url, Attributes=attributes)
    return name, {"Id": name}


def _record_bucket_policy(
    name: str, _properties: Properties, _account: str, _region: str
) -> Created:
    """moto enforces it without its Conditions: CDK's "deny if not TLS" would deny all."""
    return name, {}


def _put_topic_policy(name: str, properties: Properties, _account: str, region: str) -> Created:
    policy = json.dumps(properties["PolicyDocument"])
    for arn in properties["Topics"]:
        client("sns", region).set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=policy
        )
    return name, {"Id": name}


def _subscribe(_name: str, properties: Properties, _account: str, region: str) -> Created:
    arn = call(client("sns", region), "subscribe", {**properties, "Attributes": {}})[
        "SubscriptionArn"
    ]
    return arn, {"Arn": arn}


def _put_metric_filter(name: str, properties: Properties, _account: str, region: str) -> Created:
    call(
        client("logs", region),
        "put_metric_filter",
        {**lower_first(properties), "filterName": name},
    )
    return name, {}


def _delete_metric_filter(name: str, properties: Properties, region: str) -> None:
    client("logs", region).delete_metric_filter(
        filterName=name, logGroupName=properties["LogGroupName"]
    )


def _create_table(name: str, properties: Properties, _account: str, region: str) -> Created:
    """A TableV2: a table with the settings of its replica in this region."""
    replica = next(
        (item for item in properties.get("Replicas", []) if item["Region"] == region), {}
    )
    wanted = {**properties, "TableName": name}
    wanted.pop("Tags", None)
    if replica.get("Tags"):
        wanted["Tags"] = replica["Tags"]
    table = call(client("dynamodb", region), "create_table", wanted)["TableDescription"]
    backups = {
        key: value for key, value in replica.items() if key == "PointInTimeRecoverySpecification"
    }
    _put_table_extras(name, {**properties, **backups}, region)
    return name, {
        "Arn": table["TableArn"],
        "TableId": table.get("TableId", name),
        "StreamArn": table.get("LatestStreamArn", ""),
    }


def _put_table_extras(name: str, properties: Properties, region: str) -> None:
    tables = client("dynamodb", region)
    for part, operation in (
        ("TimeToLiveSpecification", "update_time_to_live"),
        ("PointInTimeRecoverySpecification", "update_continuous_backups"),
    ):
        if properties.get(part):
            call(tables, operation, {"TableName": name, part: properties[part]})


def _apply_table_extras() -> None:
    """moto's own Table drops time to live and point-in-time recovery."""
    create = Table.create_from_cloudformation_json.__func__

    def with_extras(cls, name, described, account, region, **rest):
        table = create(cls, name, described, account, region, **rest)
        _put_table_extras(table.name, described["Properties"], region)
        return table

    Table.create_from_cloudformation_json = classmethod(with_extras)


def _succeed_custom_resources() -> None:
    """Their functions do not run here: each is done at once."""

    def create(_cls, resource_name, cloudformation_json, account_id, region_name, **rest):
        resource = custom_model.CustomModel(region_name, "none", rest["LogicalId"], resource_name)
        resource.set_data({})
        return resource

    custom_model.CustomModel.create_from_cloudformation_json = classmethod(create)


def _refuse_unknown_types() -> None:
    """moto skips a type that it does not know, and the deploy is green without it."""
    class_of = parsing.resource_class_from_type

    def known(resource_type: str):
        found = class_of(resource_type)
        ignored = (*parsing.NULL_MODELS, "AWS::CDK::Metadata")
        if found is None and resource_type not in ignored:
            raise parsing.ValidationError(message=f"moto_plus: no support for {resource_type}")
        return found

    parsing.resource_class_from_type = known


_TYPES = (
    ResourceType(
        "AWS::SecretsManager::Secret",
        _create_secret,
        _delete_secret,
        _update_secret,
        "Name",
        ("Id", "Arn"),
    ),
    ResourceType(
        "AWS::CloudWatch::Alarm",
        _put_alarm,
        _delete_alarm,
        lambda alarm, *rest: _put_alarm(alarm.physical_id, *rest),
        "AlarmName",
    ),
    ResourceType(
        "AWS::CloudWatch::CompositeAlarm",
        _put_composite_alarm,
        _delete_alarm,
        lambda alarm, *rest: _put_composite_alarm(alarm.physical_id, *rest),
        "AlarmName",
    ),
    ResourceType(
        "AWS::Scheduler::ScheduleGroup",
        _create_schedule_group,
        lambda name, _, region: client("scheduler", region).delete_schedule_group(Name=name),
        named_by="Name",
    ),
    ResourceType(
        "AWS::Scheduler::Schedule", _create_schedule, _delete_schedule, _update_schedule, "Name"
    ),
    ResourceType("AWS::SQS::QueuePolicy", _put_queue_policy, attributes=("Id",)),
    ResourceType("AWS::S3::BucketPolicy", _record_bucket_policy),
    ResourceType("AWS::SNS::TopicPolicy", _put_topic_policy, attributes=("Id",)),
    ResourceType(
        "AWS::SNS::Subscription",
        _subscribe,
        lambda arn, _, region: client("sns", region).unsubscribe(SubscriptionArn=arn),
    ),
    ResourceType(
        "AWS::Logs::MetricFilter", _put_metric_filter, _delete_metric_filter, named_by="FilterName"
    ),
    ResourceType(
        "AWS::DynamoDB::GlobalTable",
        _create_table,
        lambda name, _, region: client("dynamodb", region).delete_table(TableName=name),
        lambda table, properties, _, region: _put_table_extras(
            table.physical_id, properties, region
        ),
        "TableName",
        ("Arn", "TableId", "StreamArn"),
    ),
)
