"""Letters between desks over REST. Our key is the letter's key: the same letter is sent once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from relevo.adapters.http import call, client, read_json
from relevo.porting.gateway import DeskLetter
from relevo.porting.recovery.messages import AskDonorDesk, DeskAnswered
from relevo.values.moment import Moment, utc


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAccount:
    """Where the desks are, and who we are."""

    url: str
    operator: str  # our name, for example "brisa"
    timeout_s: float = 20.0


class _Letter(msgspec.Struct):
    seq: int
    at: Moment
    in_reply_to: str
    topic: str
    verdict: str
    text: str = ""
    ceased_at: Moment | None = None
    expected_by: Moment | None = None
    served_again_at: Moment | None = None


class _Inbox(msgspec.Struct):
    messages: list[_Letter]


class RestDonorDesk:
    """A ``DonorDesk`` that all operators reach at one address."""

    def __init__(self, account: DeskAccount) -> None:
        self._account = account
        self._http = client(account.url, account.timeout_s)

    def ask(self, asked: AskDonorDesk, *, key: str) -> None:
        """Write to the desk of an operator."""
        letter = {
            "key": key,
            "sender": asked.sender or self._account.operator,
            "topic": asked.topic,
            "number": asked.number,
            "order": asked.order,
            "grounds": asked.grounds,
            "text": f"{asked.topic} {asked.number}, attempt {asked.attempt}",
        }
        call(
            self._http,
            "POST",
            f"{self._account.url}/{asked.operator}/messages",
            content=msgspec.json.encode(letter),
            headers={"Content-Type": "application/json"},
        )

    def inbox(self, after: str) -> Sequence[DeskLetter]:
        """Letters to us after this number."""
        url = f"{self._account.url}/{self._account.operator}/inbox"
        response = call(self._http, "GET", url, params={"after": after or "0"})
        letters = sorted(read_json(response, _Inbox).messages, key=lambda letter: letter.seq)
        return [_read(letter) for letter in letters]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _read(letter: _Letter) -> DeskLetter:
    said = DeskAnswered(
        topic=letter.topic,
        verdict=letter.verdict,
        at=utc(letter.at),
        text=letter.text,
        ceased_at=_utc(letter.ceased_at),
        expected_by=_utc(letter.expected_by),
        served_again_at=_utc(letter.served_again_at),
    )
    return DeskLetter(
        notice_id=str(letter.seq),
        in_reply_to=letter.in_reply_to,
        said=said,
        place=str(letter.seq),
    )


def _utc(moment: Moment | None) -> Moment | None:
    return None if moment is None else utc(moment)
