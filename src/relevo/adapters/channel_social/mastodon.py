"""An account on a server that speaks the API of Mastodon (docs.joinmastodon.org), by Mastodon.py.

What is certain and what is not is told apart: a refusal of the server is ``NotPosted``; a line that
breaks while posting is Temporary, and it may have been posted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import mastodon as api

from relevo.adapters.channel_social.account import MastodonAccount, WrongSocialAccount, read_token
from relevo.adapters.channel_social.network import GoneAway, Heard, NotPosted, Post, Saying
from relevo.adapters.channel_social.reading import calls_nobody, letters, own_words, plain
from relevo.adapters.channel_social.threads import Measure
from relevo.engine.clock import Clock
from relevo.engine.performer import Permanent, Temporary
from relevo.values.moment import Moment, utc

T = TypeVar("T")

NAME = "mastodon"
_TIMEOUT_S = 20
_PAGE = 40
_ROOM = 500  # of a post where the server does not say
_OPEN = ("public", "unlisted")
_DIRECT = "direct"


class MastodonNetwork:
    """One account. Nothing connects before it is used."""

    name = NAME

    def __init__(self, account: MastodonAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._client: api.Mastodon | None = None
        self._token = ""
        self._room = 0
        self._own_id: Any = None

    def heard(self, place: str) -> Heard:
        """Mentions and direct messages, which are mentions too; the oldest first."""
        raw = self._ask(
            lambda client: client.notifications(types=["mention"], min_id=place or "0", limit=_PAGE)
        )
        found = sorted(raw, key=lambda each: int(each.id))
        posts = [_post(each.status) for each in found if each.type == "mention" and each.status]
        return Heard(posts, str(found[-1].id) if found else place)

    def is_open(self, reference: str) -> bool | None:
        """Whether everybody may read this post; None when it is not there any more."""
        try:
            status = self._ask(lambda client: client.status(reference))
        except Permanent:
            return None
        return status.visibility in _OPEN

    def measure(self, account: str) -> Measure:
        """The server's own limit, without the name to whom it goes."""
        if not self._room:
            limits = self._ask(lambda client: client.instance()).get("configuration") or {}
            self._room = int((limits.get("statuses") or {}).get("max_characters") or _ROOM)
        return Measure(room=self._room - len(_to(account)), length=len)

    def say(self, saying: Saying) -> str:
        """Post it. Whoever has blocked us would never read it: that is said first."""
        self._reach(saying.account)
        try:
            posted = self._posting(saying)
        except api.MastodonNotFoundError:
            raise GoneAway(saying.answers) from None
        except api.MastodonAPIError as refused:
            is_reply = bool(saying.answers)
            if is_reply and "not exist" in str(refused).lower():
                raise GoneAway(saying.answers) from refused
            raise self._not_posted(refused) from refused
        except api.MastodonNetworkError as broken:
            raise Temporary(f"{NAME}: {broken}") from broken
        return str(posted.id)

    def said(self, saying: Saying, since: Moment) -> str:
        """Look through our own posts of that time for these words."""
        wanted = letters(self._text(saying))
        place = None
        while True:
            page = self._own_posts(place)
            for status in page:
                if letters(plain(status.content)) == wanted and utc(status.created_at) >= since:
                    return str(status.id)
            if not page or utc(page[-1].created_at) < since:
                return ""
            place = page[-1].id

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.session.close()
            self._client = None

    def _posting(self, saying: Saying) -> Any:
        return self._logged_in().status_post(
            self._text(saying),
            in_reply_to_id=saying.answers or None,
            visibility="unlisted" if saying.is_open else _DIRECT,
            idempotency_key=saying.key,
        )

    def _text(self, saying: Saying) -> str:
        return _to(saying.account) + calls_nobody(saying.text)

    def _reach(self, account: str) -> None:
        found = self._ask(lambda client: client.account_search(_name(account), limit=1))
        name = _name(account).casefold()
        them = [each for each in found if str(each.acct).casefold() == name]
        if not them:
            raise NotPosted(f"{NAME}: there is no account {_name(account)} now", is_final=True)
        (how,) = self._ask(lambda client: client.account_relationships(them[0].id)) or (None,)
        if how is not None and how.get("blocked_by"):
            raise NotPosted(f"{NAME}: {_name(account)} does not read us", is_final=True)

    def _own_posts(self, before: Any) -> list[Any]:
        own_id = self._own()
        return list(
            self._ask(
                lambda client: client.account_statuses(
                    own_id, limit=_PAGE, max_id=before, exclude_reblogs=True
                )
            )
        )

    def _own(self) -> Any:
        if self._own_id is None:
            self._own_id = self._ask(lambda client: client.me()).id
        return self._own_id

    def _ask(self, what: Callable[[api.Mastodon], T]) -> T:
        """Read something. Raises Temporary, Permanent."""
        try:
            return what(self._logged_in())
        except (api.MastodonNotFoundError, api.MastodonUnauthorizedError) as wrong:
            raise Permanent(self._said(wrong)) from wrong
        except (api.MastodonError, OSError) as away:
            raise Temporary(f"{NAME}: {away}") from away

    def _not_posted(self, refused: api.MastodonAPIError) -> NotPosted:
        if isinstance(refused, api.MastodonServerError):
            raise Temporary(f"{NAME}: {refused}") from refused
        if isinstance(refused, api.MastodonRatelimitError):
            return NotPosted(f"{NAME}: {refused}", is_final=False, after_s=self._wait_s())
        return NotPosted(self._said(refused), is_final=True)

    def _wait_s(self) -> float | None:
        resets_at = getattr(self._logged_in(), "ratelimit_reset", 0)
        return max(1.0, resets_at - self._clock.now().timestamp()) if resets_at else None

    def _said(self, refused: api.MastodonError) -> str:
        if isinstance(refused, api.MastodonUnauthorizedError):
            return (
                f"{NAME}: the token is not valid any more; write a new one into "
                f"{Path(self._account.token_file).name}"
            )
        return f"{NAME}: {refused}"

    def _logged_in(self) -> api.Mastodon:
        try:
            token = read_token(Path(self._account.token_file))
        except WrongSocialAccount as wrong:
            raise Permanent(str(wrong)) from wrong
        if self._client is None or token != self._token:
            self._token = token
            self._client = api.Mastodon(
                access_token=token,
                api_base_url=self._account.url,
                ratelimit_method="throw",
                version_check_mode="none",
                request_timeout=_TIMEOUT_S,
                user_agent="relevo",
            )
            self._client.session.trust_env = False
        return self._client


def _post(status: Any) -> Post:
    return Post(
        reference=str(status.id),
        account=f"{NAME}:{status.account.acct}".casefold(),
        text=own_words(plain(status.content)),
        at=utc(status.created_at),
        is_open=status.visibility != _DIRECT,
        answers=str(status.in_reply_to_id or ""),
        is_by_machine=bool(status.account.bot),
    )


def _name(account: str) -> str:
    return account.removeprefix(f"{NAME}:")


def _to(account: str) -> str:
    return f"@{_name(account)} "
