"""Updates of a stack in CloudFormation's order: by dependency, removals last.

moto removes, adds, then modifies, so that a new Lambda version would be published from the
old code.
"""

import os
import re
from typing import Any

from moto.cloudformation import parsing
from moto.ssm import ssm_backends

_IS_STRICT = os.environ.get("MOTO_PLUS_STRICT", "1") == "1"
"""A change that moto cannot make fails the deploy instead of being lost."""

_NAMED = re.compile(r"\$\{([A-Za-z0-9]+)")


def install() -> None:
    parsing.ResourceMap.update = _update
    _keep_what_is_to_be_kept()
    _keep_resolved_parameters()


_KEPT = ("Retain", "RetainExceptOnCreate")
"""moto knows the first alone; nothing here deletes a stack whose creation failed."""


def _keep_what_is_to_be_kept() -> None:
    delete = parsing.ResourceMap.delete

    def delete_others(self) -> None:
        for described in self._resource_json_map.values():
            if described.get("DeletionPolicy") in _KEPT:
                described["DeletionPolicy"] = "Retain"
        delete(self)

    parsing.ResourceMap.delete = delete_others


def _update(self, template: dict, parameters: dict | None = None) -> None:
    changes = self.build_resource_diff(template, parameters)
    old = self._resource_json_map
    self._template = template
    if parameters:
        self.input_parameters = parameters
    self.load_mapping()
    self.load_parameters()
    self.load_conditions()
    new = template["Resources"]
    self._resource_json_map = new
    replaced = _add_and_modify(self, changes["Modify"], old, new)
    for resource, described in [*replaced, *_take_removed(self, old, new)]:
        self._delete_resource(resource, described)


def _add_and_modify(resources, modified, old: dict, new: dict) -> list[tuple[Any, dict]]:
    """Returns what has to go because its logical id now has another type."""
    parsed = resources._parsed_resources
    replaced = []
    for name in _by_dependency(new):
        if name in modified and parsed.get(name) is not None:
            if old[name]["Type"] == new[name]["Type"]:
                _modify(resources, name, new[name])
                continue
            replaced.append((parsed.pop(name), old[name]))
        resources[name]  # a look-up creates what is not there
    return replaced


def _modify(resources, name: str, described: dict) -> None:
    changed = parsing.parse_and_update_resource(
        name,
        described,
        resources,
        account_id=resources._account_id,
        region_name=resources._region_name,
    )
    if changed is not None:
        resources._parsed_resources[name] = changed
    elif _IS_STRICT and described["Type"] != "AWS::CDK::Metadata":
        raise parsing.ValidationError(message=f"moto_plus: no update of {described['Type']}")


def _take_removed(resources, old: dict, new: dict) -> list[tuple[Any, dict]]:
    removed = []
    for name in reversed(_by_dependency(old)):
        if name in new or name not in resources._parsed_resources:
            continue
        resource = resources._parsed_resources.pop(name)
        if resource is not None and old[name].get("DeletionPolicy") not in _KEPT:
            removed.append((resource, old[name]))
    return removed


def _by_dependency(described: dict[str, dict]) -> list[str]:
    seen: set[str] = set()
    ordered: list[str] = []

    def visit(name: str) -> None:
        if name in seen or name not in described:
            return
        seen.add(name)
        named = described[name].get("DependsOn", [])
        for dependency in [named] if isinstance(named, str) else named:
            visit(dependency)
        for dependency in sorted(_references(described[name].get("Properties", {}))):
            visit(dependency)
        ordered.append(name)

    for name in described:
        visit(name)
    return ordered


def _references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_references, value))
    if not isinstance(value, dict):
        return set()
    return set().union(*(_references_of(key, item) for key, item in value.items()))


def _references_of(key: str, item: Any) -> set[str]:
    if key == "Ref" and isinstance(item, str):
        return {item}
    if key == "Fn::GetAtt":
        return {(item if isinstance(item, list) else item.split("."))[0]}
    if key == "Fn::Sub":
        text, given = (item, {}) if isinstance(item, str) else item
        return {*_NAMED.findall(text), *_references(given)}
    return _references(item)


def _keep_resolved_parameters() -> None:
    """On an update a parameter of type AWS::SSM::Parameter::Value comes in resolved already."""
    resolve = parsing.ResourceMap.parse_ssm_parameter

    def resolve_if_named(self, value, value_type):
        known = ssm_backends[self._account_id][self._region_name].get_parameter(value)
        return value if known is None else resolve(self, value, value_type)

    parsing.ResourceMap.parse_ssm_parameter = resolve_if_named
