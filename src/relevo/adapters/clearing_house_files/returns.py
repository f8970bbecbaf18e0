"""The file hub as it takes numbers back: notice (NB), acknowledgement (NBACK), change (CFC).

The id of a return at the hub holds its number, because an acknowledgement does not name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.adapters.clearing_house_files.folder import RETURN, FolderLog, Received, RecordFolder
from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.porting.gateway import ReturnNews, ReturnPost
from relevo.porting.number_return.messages import (
    QueryReturn,
    ReturnAccepted,
    ReturnDeclined,
    ReturnSeen,
    ReturnState,
    SendReturnCancellation,
    SendReturnNotice,
)
from relevo.porting.port_in.messages import Witness
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment
from relevo.values.msisdn import Msisdn

HUB = HubKind.FIXED
KEY_LENGTH = 4


class FilesReturnHouse:
    """A ``ReturnHouse`` behind an upload and a download folder; its answers are news."""

    def __init__(
        self,
        account: FileAccount,
        language: RecordLanguage,
        rules: PortingProfile,
        log: FolderLog | None = None,
    ) -> None:
        self._folder = RecordFolder(account, language, rules, log)
        self._words = language
        self._rules = rules

    def notify_return(
        self, asked: SendReturnNotice, *, key: str
    ) -> Sequence[ReturnAccepted | ReturnDeclined]:
        """Upload the notice. Until the hub names the window, it is the one after the hold."""
        us, local = self._folder.us(), self._rules.calendar(HUB).local
        name = f"{asked.number[1:]}-{code(KEY_LENGTH, READABLE, key)}"
        process_id = self._folder.process_id(RETURN, name)
        values = {
            "operator": us.fixed_code,
            "ceased_on": local(asked.ceased_at).date(),
            "lines": self._words.lines_of(us.nrn_fixed, [asked.number]),
        }
        self._upload(self._words.Kind.RETURN, process_id, values)
        day = local(self._rules.hold_until(asked.ceased_at)).date()
        window = self._rules.window_on(HUB, day)
        return [ReturnAccepted(reference=process_id, window=window)]

    def cancel_return(
        self, asked: SendReturnCancellation, *, key: str
    ) -> Sequence[ReturnSeen | ReturnDeclined]:
        """Upload the cancellation; whether it is taken is news."""
        del key
        cause = self._words.CancelCause["SUBSCRIBER"]
        self._upload(self._words.Kind.KEEP, asked.reference, {"cancel_cause": cause})
        return ()

    def query_return(self, asked: QueryReturn) -> Sequence[ReturnSeen]:
        """This hub cannot be asked for a state, only to say once more what it has said: as news."""
        self._folder.ask_again(asked.reference)
        return ()

    def return_news(self, after: str) -> ReturnPost:
        """What became of our returns, after the file of this number."""
        delivery = self._folder.read(after)
        news = []
        for each in delivery.received:
            if not self._folder.is_ours(each.record.process_id, RETURN):
                continue
            said = self._said(each)
            if said is not None:
                reference = each.record.process_id
                news.append(ReturnNews(notice_id=each.notice_id, reference=reference, said=said))
        return ReturnPost(news=tuple(news), place=delivery.place)

    def close(self) -> None:
        """Close the connections."""
        self._folder.close()

    def _upload(self, kind: Any, process_id: str, values: dict[str, Any]) -> None:
        record = self._words.Record(kind=kind, process_id=process_id, values=values)
        self._folder.upload(f"{kind}_{process_id}.txt", record)

    def _said(self, each: Received) -> ReturnSeen | ReturnDeclined | None:
        kinds, record = self._words.Kind, each.record
        if record.kind is kinds.RETURN_TAKEN:
            return self._seen(record, ReturnState.NOTIFIED, record.moment("at"))
        if record.kind is kinds.KEPT:
            return self._seen(record, ReturnState.CANCELLED, record.moment("at"))
        if record.kind is kinds.CHANGED:
            window = Window(opens=record.moment("opens"), closes=record.moment("closes"))
            is_over = window.opens <= each.published_at
            state = ReturnState.RETURNED if is_over else ReturnState.NOTIFIED
            at = window.opens if is_over else each.published_at
            return self._seen(record, state, at, window)
        if record.kind in {kinds.RETURN_DENIED, kinds.KEEP_DENIED, kinds.UNREADABLE}:
            of = "cancellation" if record.kind is kinds.KEEP_DENIED else "notice"
            cause = record.text("cause") or str(record.kind)
            return ReturnDeclined(code=cause, text=record.text("remarks"), of=of)
        return None

    def _seen(
        self, record: Any, state: ReturnState, at: Moment, window: Window | None = None
    ) -> ReturnSeen:
        return ReturnSeen(
            reference=record.process_id,
            number=self._number(record),
            state=state,
            witness=Witness.MAILBOX,
            at=at,
            window=window,
        )

    def _number(self, record: Any) -> Msisdn:
        if record.lines:
            first: Msisdn = record.lines[0].first
            return first
        begins = self._folder.process_id(RETURN, "")
        digits = record.process_id.removeprefix(begins).partition("-")[0]
        return Msisdn(f"+{digits}")
