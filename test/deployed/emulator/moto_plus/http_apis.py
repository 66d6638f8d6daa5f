"""HTTP APIs (API Gateway, version 2): they are kept, and nobody can call them.

A test hands a call to the function that it is for.
"""

from define import Created, Properties, ResourceType, define, forget_cached_types
from own_apis import call, client


def install() -> None:
    for kind in _TYPES:
        define(kind)
    forget_cached_types()


def _create_api(_name: str, properties: Properties, _account: str, region: str) -> Created:
    api = call(client("apigatewayv2", region), "create_api", properties)
    return api["ApiId"], {"ApiId": api["ApiId"], "ApiEndpoint": api["ApiEndpoint"]}


def _create_stage(name: str, properties: Properties, _account: str, region: str) -> Created:
    call(client("apigatewayv2", region), "create_stage", properties)
    return name, {}


def _create_integration(
    _name: str, properties: Properties, _account: str, region: str
) -> Created:
    made = call(client("apigatewayv2", region), "create_integration", properties)
    return made["IntegrationId"], {"IntegrationId": made["IntegrationId"]}


def _create_route(_name: str, properties: Properties, _account: str, region: str) -> Created:
    made = call(client("apigatewayv2", region), "create_route", properties)
    return made["RouteId"], {"RouteId": made["RouteId"]}


_TYPES = (
    ResourceType(
        "AWS::ApiGatewayV2::Api",
        _create_api,
        lambda api, _, region: client("apigatewayv2", region).delete_api(ApiId=api),
        attributes=("ApiId", "ApiEndpoint"),
    ),
    # What belongs to an API goes with it.
    ResourceType("AWS::ApiGatewayV2::Stage", _create_stage, named_by="StageName"),
    ResourceType(
        "AWS::ApiGatewayV2::Integration", _create_integration, attributes=("IntegrationId",)
    ),
    ResourceType("AWS::ApiGatewayV2::Route", _create_route, attributes=("RouteId",)),
)
