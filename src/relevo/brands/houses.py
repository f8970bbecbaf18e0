"""One hub, several brands of ours: each speaks there under its own name.

A request, an answer and a look name the brand whose they are, and go out under that brand's
account. News of all brands come back as one post. So a move between two brands passes the hub like
any other: asked for under the one name, answered under the other, by the same processes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from relevo.engine.performer import Permanent
from relevo.porting.gateway import (
    ClearingHouse,
    DonorHouse,
    DonorPost,
    MoversHouse,
    MultipleHouse,
    Post,
    StatusFile,
)
from relevo.porting.multiple.messages import (
    AgreeToReduced,
    MultipleSeen,
    QueryMultiple,
    SendMultipleRequest,
)
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    PerformPort,
    PortStateSeen,
    QueryPort,
    SendPortCancellation,
    SendPortRequest,
)
from relevo.porting.port_out.messages import (
    ConfirmPortOut,
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    QueryPortOut,
    RejectPortOut,
)
from relevo.values.moment import Moment

H = TypeVar("H")
_SIGN = "/"  # between a brand and what is its own


class BrandsHouse:
    """A ``ClearingHouse``, ``MultipleHouse`` and ``MoversHouse`` for several brands."""

    def __init__(self, houses: Mapping[str, ClearingHouse]) -> None:
        self._houses = dict(houses)

    def request(self, asked: SendPortRequest, *, at: Moment) -> Sequence[HubAccepted | HubDeclined]:
        """Under the recipient's name."""
        return _of(self._houses, asked.recipient).request(asked, at=at)

    def cancel(
        self, asked: SendPortCancellation, *, key: str
    ) -> Sequence[PortStateSeen | HubDeclined]:
        """Under the recipient's name."""
        return _of(self._houses, asked.recipient).cancel(asked, key=key)

    def query(self, asked: QueryPort) -> Sequence[PortStateSeen]:
        """Under the recipient's name."""
        return _of(self._houses, asked.recipient).query(asked)

    def perform(self, asked: PerformPort, *, at: Moment) -> Sequence[PortStateSeen]:
        """Under the recipient's name."""
        house = _of(self._houses, asked.recipient)
        if not isinstance(house, MoversHouse):
            raise Permanent(f"the hub of {asked.hub} numbers moves them itself")
        return house.perform(asked, at=at)

    def request_multiple(
        self, asked: SendMultipleRequest, *, at: Moment
    ) -> Sequence[HubAccepted | HubDeclined]:
        """Under the recipient's name."""
        return self._multiple(asked.recipient).request_multiple(asked, at=at)

    def agree(self, asked: AgreeToReduced, *, key: str) -> Sequence[MultipleSeen | HubDeclined]:
        """Under the recipient's name."""
        return self._multiple(asked.recipient).agree(asked, key=key)

    def query_multiple(self, asked: QueryMultiple) -> Sequence[MultipleSeen]:
        """Under the recipient's name."""
        return self._multiple(asked.recipient).query_multiple(asked)

    def news(self, after: str) -> Post:
        """Of all brands; the place is one for each."""
        places = _places(self._houses, after)
        posts = {brand: house.news(places[brand]) for brand, house in self._houses.items()}
        return Post(
            news=tuple(
                replace(each, notice_id=_signed(brand, each.notice_id))
                for brand, post in posts.items()
                for each in post.news
            ),
            place=_place({brand: post.place for brand, post in posts.items()}),
            unreadable=tuple(text for post in posts.values() for text in post.unreadable),
        )

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """Each to the mailbox that it came from."""
        for brand, house in self._houses.items():
            house.acknowledge(_own(brand, notice_ids))

    def status_files(self, after: str) -> Sequence[StatusFile]:
        """The daily file lists all operators' processes; what one brand is shown and another is
        not is still in it. A file that not every brand has yet is read when all do."""
        found = [
            {file.name: file for file in house.status_files(after)}
            for house in self._houses.values()
        ]
        shared = set.intersection(*(set(files) for files in found))
        return [
            _merged([files[file.name] for files in found])
            for file in found[0].values()
            if file.name in shared
        ]

    def _multiple(self, brand: str) -> MultipleHouse:
        house = _of(self._houses, brand)
        if not isinstance(house, MultipleHouse):
            raise Permanent(f"the hub takes no request of {brand} for several numbers")
        return house


class BrandsDonorHouse:
    """A ``DonorHouse`` for several brands."""

    def __init__(self, houses: Mapping[str, DonorHouse]) -> None:
        self._houses = dict(houses)

    def donor_news(self, after: str) -> DonorPost:
        """Of all brands; the place is one for each."""
        places = _places(self._houses, after)
        posts = {brand: house.donor_news(places[brand]) for brand, house in self._houses.items()}
        return DonorPost(
            news=tuple(
                replace(each, notice_id=_signed(brand, each.notice_id))
                for brand, post in posts.items()
                for each in post.news
            ),
            place=_place({brand: post.place for brand, post in posts.items()}),
            unreadable=tuple(text for post in posts.values() for text in post.unreadable),
        )

    def pending(self) -> Sequence[PortOutAsked]:
        """What waits for the answer of any brand."""
        return [asked for house in self._houses.values() for asked in house.pending()]

    def confirm(
        self, asked: ConfirmPortOut, *, key: str
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused | PortOutSeen]:
        """Under the donor's name."""
        return _of(self._houses, asked.donor).confirm(asked, key=key)

    def reject(
        self, asked: RejectPortOut, *, key: str
    ) -> Sequence[PortOutAnswerTaken | PortOutAnswerRefused | PortOutSeen]:
        """Under the donor's name."""
        return _of(self._houses, asked.donor).reject(asked, key=key)

    def query_out(self, asked: QueryPortOut) -> Sequence[PortOutSeen]:
        """Under the donor's name."""
        return _of(self._houses, asked.donor).query_out(asked)

    def acknowledge(self, notice_ids: Sequence[str]) -> None:
        """Each to the mailbox that it came from."""
        for brand, house in self._houses.items():
            house.acknowledge(_own(brand, notice_ids))


def _of(houses: Mapping[str, H], brand: str) -> H:
    try:
        return houses[brand]
    except KeyError:
        raise Permanent(f"{brand!r} is no brand of this site; check RELEVO_SISTERS") from None


def _signed(brand: str, notice_id: str) -> str:
    return f"{brand}{_SIGN}{notice_id}"


def _own(brand: str, notice_ids: Sequence[str]) -> list[str]:
    sign = _signed(brand, "")
    return [each.removeprefix(sign) for each in notice_ids if each.startswith(sign)]


def _place(places: Mapping[str, str]) -> str:
    """Nothing as long as no brand has a place: a source that keeps it itself has none to store."""
    return json.dumps(places, sort_keys=True) if any(places.values()) else ""


def _places(houses: Mapping[str, object], place: str) -> dict[str, str]:
    """The place of each brand. One from before there were several is that of the first."""
    known = json.loads(place) if place.startswith("{") else {next(iter(houses)): place}
    return {brand: known.get(brand, "") for brand in houses}


def _merged(files: Sequence[StatusFile]) -> StatusFile:
    def together(parts: Sequence[Sequence[H]]) -> tuple[H, ...]:
        return tuple(dict.fromkeys(each for part in parts for each in part))

    return replace(
        files[0],
        rows=together([file.rows for file in files]),
        bad_lines=together([file.bad_lines for file in files]),
        returns=together([file.returns for file in files]),
        migrations=together([file.migrations for file in files]),
    )
