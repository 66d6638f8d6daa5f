"""Calls to this very server through the services' own APIs.

Properties are given as CloudFormation has them.
"""

import json
from typing import Any

import boto3
from botocore.config import Config

import address

_CONFIG = Config(retries={"max_attempts": 1}, read_timeout=30)


def client(service: str, region: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=address.URL,
        region_name=region,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=_CONFIG,
    )


def call(service_client: Any, operation: str, properties: dict) -> dict:
    """Calls with what the operation knows of the properties."""
    method = service_client.meta.method_to_api_mapping[operation]
    shape = service_client.meta.service_model.operation_model(method).input_shape
    return getattr(service_client, operation)(**_coerced(shape, properties))


def _coerced(shape: Any, value: Any) -> Any:
    """CloudFormation gives numbers and booleans as strings at times: the API's shape decides.

    What the shape does not know is dropped.
    """
    kind = shape.type_name
    if kind == "structure":
        return {
            key: _coerced(shape.members[key], item)
            for key, item in value.items()
            if key in shape.members
        }
    if kind == "list":
        items = value if isinstance(value, list) else [value]
        return [_coerced(shape.member, item) for item in items]
    if kind == "map":
        return {key: _coerced(shape.value, item) for key, item in value.items()}
    return _coerced_scalar(kind, value)


def _coerced_scalar(kind: str, value: Any) -> Any:
    if kind in ("integer", "long"):
        return int(value)
    if kind in ("double", "float"):
        return float(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind == "string" and not isinstance(value, str):
        return json.dumps(value) if isinstance(value, (dict, list)) else str(value)
    return value


def lower_first(value: Any) -> Any:
    """`FilterPattern` is `filterPattern` in the API of CloudWatch Logs."""
    if isinstance(value, list):
        return [lower_first(item) for item in value]
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lower_first(item) for key, item in value.items()}
    return value
