"""Lambda: the properties that moto's CloudFormation drops, versions and aliases.

Invoke is handed to the lambda host.
"""

import json
import urllib.request
from urllib.parse import quote

from moto.awslambda import models

import address
from define import Created, Properties, ResourceType, define, forget_cached_types
from own_apis import call, client

_UPDATED = (
    "Description",
    "Handler",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "VpcConfig",
    "Environment",
    "Layers",
)

_LONGEST_INVOCATION_S = 900


def install() -> None:
    models.LambdaVersion.cloudformation_type = staticmethod(
        lambda: "moto::replaced::LambdaVersion"
    )
    define(ResourceType("AWS::Lambda::Version", _publish, attributes=("Version", "FunctionArn")))
    define(
        ResourceType(
            "AWS::Lambda::Alias",
            _create_alias,
            _delete_alias,
            _update_alias,
            attributes=("AliasArn",),
        )
    )
    define(
        ResourceType(
            "AWS::Lambda::EventInvokeConfig",
            _put_event_config,
            _delete_event_config,
            lambda config, *rest: _put_event_config(config.physical_id, *rest),
        )
    )
    forget_cached_types()
    _keep_properties()
    models.LambdaFunction.update_from_cloudformation_json = classmethod(_update)
    models.LambdaFunction.invoke = _invoke


def _keep_properties() -> None:
    create = models.LambdaFunction.create_from_cloudformation_json.__func__

    def keep(cls, name, described, account, region, **rest):
        function = create(cls, name, described, account, region, **rest)
        properties = described["Properties"]
        function.architectures = properties.get("Architectures", ["x86_64"])
        function.tracing_config = properties.get("TracingConfig") or {"Mode": "PassThrough"}
        function.tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
        function.logging_config = properties.get("LoggingConfig")
        if properties.get("LoggingConfig", {}).get("LogGroup"):
            function.logs_group_name = properties["LoggingConfig"]["LogGroup"]
        return function

    models.LambdaFunction.create_from_cloudformation_json = classmethod(keep)


def _update(
    _cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
):
    properties = cloudformation_json["Properties"]
    original_resource.update_configuration(
        {key: properties[key] for key in _UPDATED if key in properties}
    )
    original_resource.update_function_code(dict(properties["Code"]))
    return original_resource


def _publish(_name: str, properties: Properties, _account: str, region: str) -> Created:
    """moto's own has no Fn::GetAtt Version."""
    published = client("lambda", region).publish_version(
        FunctionName=properties["FunctionName"], Description=properties.get("Description", "")
    )
    version, arn = str(published["Version"]), published["FunctionArn"]
    if not arn.endswith(f":{version}"):
        arn = f"{arn}:{version}"
    return arn, {"Version": version, "FunctionArn": arn}


def _create_alias(_name: str, properties: Properties, _account: str, region: str) -> Created:
    arn = call(client("lambda", region), "create_alias", properties)["AliasArn"]
    return arn, {"AliasArn": arn}


def _update_alias(_alias, properties: Properties, _account: str, region: str) -> None:
    call(client("lambda", region), "update_alias", properties)


def _delete_alias(_arn: str, properties: Properties, region: str) -> None:
    client("lambda", region).delete_alias(
        FunctionName=properties["FunctionName"], Name=properties["Name"]
    )


def _put_event_config(name: str, properties: Properties, _account: str, region: str) -> Created:
    call(client("lambda", region), "put_function_event_invoke_config", properties)
    return name, {}


def _delete_event_config(_name: str, properties: Properties, region: str) -> None:
    client("lambda", region).delete_function_event_invoke_config(
        FunctionName=properties["FunctionName"]
    )


def _invoke(self, body, request_headers, response_headers):
    kind = request_headers.get("X-Amz-Invocation-Type", "RequestResponse")
    request = urllib.request.Request(
        f"{address.LAMBDA_HOST}/2015-03-31/functions/{quote(self.function_name)}/invocations",
        data=body.encode() if isinstance(body, str) else body or b"{}",
        headers={"X-Amz-Invocation-Type": kind},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=_LONGEST_INVOCATION_S) as answer:
            if answer.headers.get("x-amz-function-error"):
                response_headers["x-amz-function-error"] = "Unhandled"
            return answer.read()
    except OSError as error:
        response_headers["x-amz-function-error"] = "Unhandled"
        return json.dumps(
            {"errorType": "HostError", "errorMessage": f"lambda host: {error}"}
        ).encode()
