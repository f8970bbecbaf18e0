"""What is needed of a courier and of a server of eSIM profiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from relevo.sims.dispatch.messages import (
    MendParcel,
    OrderParcel,
    ParcelAccepted,
    ParcelDeclined,
    ParcelSeen,
)
from relevo.sims.esim.messages import EsimReleased, EsimSeen, OrderEsim
from relevo.values.simcard import Iccid


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierNews:
    """One scan of one of our parcels."""

    seq: int
    reference: str  # ours: the id of the dispatch
    seen: ParcelSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class EsimNews:
    """One thing that a phone did with a profile."""

    seq: int
    iccid: Iccid
    seen: EsimSeen


class Courier(Protocol):
    """Takes parcels. Every method may raise Temporary or Permanent."""

    def order(self, parcel: OrderParcel) -> ParcelAccepted | ParcelDeclined:
        """Order a parcel; the same reference is the same parcel."""

    def mend(self, wanted: MendParcel, *, key: str) -> None:
        """Relabel, redirect, trace or call back; the same key is the same request."""

    def news(self, after: int) -> list[CourierNews]:
        """The scans since the one of that number."""


class ProfileServer(Protocol):
    """Keeps eSIM profiles (SM-DP+). Every method may raise Temporary or Permanent."""

    def issue(self, wanted: OrderEsim, *, key: str) -> EsimReleased:
        """Order, confirm and release a profile; the same key is the same profile and code."""

    def news(self, after: int) -> list[EsimNews]:
        """What phones did with profiles since the event of that number."""
