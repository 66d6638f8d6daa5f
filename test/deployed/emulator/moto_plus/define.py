"""How a CloudFormation type that moto lacks is told to it.

A type is what creates, updates and deletes one resource of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel

Properties = dict[str, Any]
Created = tuple[str, dict[str, Any]]
"""The physical id, and what Fn::GetAtt finds."""


@dataclass(frozen=True)
class ResourceType:
    """Without `update`, a change deletes the resource and creates it anew under the same name."""

    name: str
    create: Callable[[str, Properties, str, str], Created]
    """Given: name, properties, account, region."""
    delete: Callable[[str, Properties, str], Any] | None = None
    """Given: physical id, the properties as they were resolved, region."""
    update: Callable[[Any, Properties, str, str], Any] | None = None
    """Given: the resource, its new properties, account, region."""
    named_by: str | None = None
    """The property that names the resource."""
    attributes: Sequence[str] = ("Arn",)


_defined: list[type] = []
"""moto finds types among the subclasses, which Python forgets unless somebody holds them."""


class _Resource(CloudFormationModel):
    __module__ = (
        "moto.cloudformation.plus"  # moto keeps the instances of each service by this name
    )
    kind: ResourceType

    def __init__(self, physical_id: str, found: dict[str, Any], properties: Properties):
        self.physical_id = physical_id
        self.found = found
        self.properties = properties

    @property
    def physical_resource_id(self) -> str:
        return self.physical_id

    @classmethod
    def cloudformation_name_type(cls) -> str | None:
        return cls.kind.named_by

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.kind.name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.kind.attributes

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        if attribute_name in self.found:
            return self.found[attribute_name]
        raise parsing.UnformattedGetAttTemplateException()

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name, **_
    ):
        properties = cloudformation_json.get("Properties") or {}
        created = cls.kind.create(resource_name, properties, account_id, region_name)
        return cls(*created, properties)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        properties = cloudformation_json.get("Properties") or {}
        if cls.kind.update:
            cls.kind.update(original_resource, properties, account_id, region_name)
            original_resource.properties = properties
            return original_resource
        original_resource.delete(account_id, region_name)
        name = properties.get(cls.kind.named_by) or original_resource.physical_id
        return cls(*cls.kind.create(name, properties, account_id, region_name), properties)

    def delete(self, account_id: str, region_name: str) -> None:
        if not self.kind.delete:
            return
        try:
            self.kind.delete(self.physical_id, self.properties, region_name)
        except Exception as error:
            if "NotFound" not in str(error) and "does not exist" not in str(error):
                raise


def define(kind: ResourceType) -> None:
    name = kind.name.replace("::", "_")
    _defined.append(type(name, (_Resource,), {"kind": kind, "__module__": _Resource.__module__}))


def forget_cached_types() -> None:
    models = [*CloudFormationModel.__subclasses__(), *_defined]
    usable = [model for model in models if model is not _Resource]
    parsing.get_model_list = lambda: usable
    parsing.get_model_map.cache_clear()
    parsing.get_name_type_map.cache_clear()
