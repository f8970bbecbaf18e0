"""The operators of this world, under the codes that the hubs know them by (all invented)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: three digits at the mobile hub, five at the fixed one (porting-es 2.2)."""

    name: str
    brand: str  # as his messages to customers are signed
    mobile_code: str
    fixed_code: str
    nrn_mobile: str
    nrn_fixed: str


OPERATORS: tuple[Operator, ...] = (
    Operator("altamar", "Altamar", "901", "00901", "799901", "799951"),
    Operator("brisa", "Brisa", "902", "00902", "799902", "799952"),
    Operator("cantil", "Cantil", "903", "00903", "799903", "799953"),
    Operator("duna", "Duna", "904", "00904", "799904", "799954"),
)
ORIGINS: tuple[str, ...] = tuple(operator.name for operator in OPERATORS)
"""The networks from which a test call can be made."""

_BY_NAME = {operator.name: operator for operator in OPERATORS}
_BY_MOBILE_CODE = {operator.mobile_code: operator for operator in OPERATORS}
_BY_FIXED_CODE = {operator.fixed_code: operator for operator in OPERATORS}


def named(name: str) -> Operator:
    """The operator of this name. Raises KeyError if this world has none."""
    return _BY_NAME[name]


def somebody_else(*known: str) -> str:
    """An operator that is none of these: neither who is said to have a number nor who asks."""
    return next(name for name in ("cantil", "duna", "altamar", "brisa") if name not in known)


def with_mobile_code(code: str) -> Operator | None:
    """The operator that the mobile hub knows by this code."""
    return _BY_MOBILE_CODE.get(code)


def with_fixed_code(code: str) -> Operator | None:
    """The operator that the fixed hub knows by this code."""
    return _BY_FIXED_CODE.get(code)
