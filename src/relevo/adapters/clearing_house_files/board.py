"""The file hub as it tells everybody: moves, new routing numbers, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relevo.adapters.clearing_house_files.folder import (
    INCOHERENCE,
    LOST,
    NAME_LENGTH,
    FolderLog,
    Received,
    RecordFolder,
)
from relevo.adapters.clearing_house_files.language import RecordLanguage
from relevo.adapters.clearing_house_files.settings import FileAccount
from relevo.adapters.clearing_house_files.translation import Translation
from relevo.porting.fixed_bulletin.gateway import Board, DoubtNews, RangeMoved
from relevo.porting.fixed_incoherence.messages import (
    AnswerIncoherence,
    IncoherenceAnswered,
    IncoherenceClosed,
    IncoherenceRaised,
    ReportIncoherence,
)
from relevo.porting.fixed_incoherence.model import Finding, Matter, NumberSpan, Verdict
from relevo.porting.gateway import News
from relevo.porting.profile import PortingProfile
from relevo.values.ids import READABLE, code
from relevo.values.moment import Moment

EVERYTHING = "01"
_STATES = {Verdict.OURS: "01", Verdict.NOT_OURS: "02", Verdict.LOOKING: "03"}
_VERDICTS = {state: verdict for verdict, state in _STATES.items()}
_REMARKS_MAX = 80


class FilesBoardHouse:
    """A ``BoardHouse`` and a ``DoubtHouse`` behind an upload and a download folder."""

    def __init__(
        self,
        account: FileAccount,
        language: RecordLanguage,
        rules: PortingProfile,
        log: FolderLog | None = None,
    ) -> None:
        self._folder = RecordFolder(account, language, rules, log)
        self._translation = Translation(account, language, rules)
        self._words = language
        self._rules = rules

    def board(self, after: str) -> Board:
        """What is new for everybody after the file of this number."""
        delivery = self._folder.read(after)
        kinds = self._words.Kind
        undone = {kinds.REJECTED_LATE, kinds.UNROUTE_STATUS}
        received = delivery.received
        return Board(
            moves=tuple(move for each in received for move in self._moves(each.record)),
            undone=tuple(each.record.process_id for each in received if each.record.kind in undone),
            doubts=tuple(doubt for each in received for doubt in self._doubt(each)),
            ends=tuple(news for each in received for news in self._end(each)),
            place=delivery.place,
        )

    def ask_for_all(self) -> None:
        """Upload the question for everything that was ever ported (SNP)."""
        process_id = self._folder.process_id(LOST, "-all")
        values = {"operator": self._folder.us().fixed_code, "scope": EVERYTHING}
        self._upload(self._words.Kind.ASK_PORTED, process_id, values)

    def doubt_reference(self, about: str) -> str:
        """An id for an incoherence that we report."""
        return self._folder.process_id(INCOHERENCE, f"-{code(NAME_LENGTH, READABLE, about)}")

    def report(self, asked: ReportIncoherence, *, key: str) -> None:
        """Upload our report; who has the numbers by the hub's books is asked."""
        del key
        us = self._folder.named(asked.us)
        lines = tuple(
            self._words.RangeLine(us.nrn_fixed, span.first, span.last) for span in asked.spans
        )
        values = {
            "operator": us.fixed_code,
            "cause": asked.cause or None,
            "remarks": asked.text[:_REMARKS_MAX],
            "lines": lines,
        }
        self._upload(self._words.Kind.INCOHERENCE, asked.reference, values)

    def answer(self, asked: AnswerIncoherence, *, key: str) -> None:
        """Upload whose the numbers are."""
        kind = self._words.Kind.INCOHERENCE_ANSWER
        values = {
            "operator": self._folder.named(asked.us).fixed_code,
            "state": _STATES.get(asked.verdict),
            "remarks": asked.text[:_REMARKS_MAX],
        }
        self._upload(kind, asked.reference, values, once=code(NAME_LENGTH, READABLE, key))

    def close(self) -> None:
        """Close the connections."""
        self._folder.close()

    def _upload(self, kind: Any, process_id: str, values: dict[str, Any], once: str = "") -> None:
        record = self._words.Record(kind=kind, process_id=process_id, values=values)
        self._folder.upload(f"{kind}_{process_id}_{once}.txt", record)

    def _moves(self, record: Any) -> Iterator[RangeMoved]:
        kinds, kind = self._words.Kind, record.kind
        if kind in {kinds.MOVED, kinds.MOVED_AGAIN}:
            operator, since = record.text("recipient"), record.moment("effective_at")
        elif kind is kinds.CHANGED:
            operator, since = record.text("operator"), record.moment("opens")
        elif kind in {kinds.REROUTE, kinds.PORTED} and record.lines:
            operator, since = record.text("operator"), record.moment("effective_at")
        else:
            return
        yield from self._ranges(record, operator, since)

    def _ranges(self, record: Any, operator: str, since: Moment) -> Iterator[RangeMoved]:
        for line in record.lines:
            yield RangeMoved(
                first=line.first,
                last=line.last,
                nrn=line.nrn,
                operator=self._folder.name_of(operator),
                since=since,
                reference=record.process_id,
            )

    def _doubt(self, each: Received) -> Iterator[DoubtNews]:
        kinds, record = self._words.Kind, each.record
        said: IncoherenceRaised | IncoherenceAnswered | IncoherenceClosed
        if record.kind is kinds.INCOHERENCE:
            said = IncoherenceRaised(matter=self._matter(record))
        elif record.kind is kinds.INCOHERENCE_ANSWER:
            said = IncoherenceAnswered(
                by=self._folder.name_of(record.text("operator")),
                verdict=_VERDICTS.get(record.text("state"), Verdict.UNCLEAR),
                text=f"{record.text('state')} {record.text('remarks')}".strip(),
            )
        elif record.kind is kinds.INCOHERENCE_END:
            said = IncoherenceClosed(
                were_right=record.text("state") == self._words.DONE,
                at=record.moment("at"),
                text=f"{record.text('state')} {record.text('remarks')}".strip(),
            )
        else:
            return
        yield DoubtNews(notice_id=each.notice_id, reference=record.process_id, said=said)

    def _matter(self, record: Any) -> Matter:
        return Matter(
            reference=record.process_id,
            raised_by=self._folder.name_of(record.text("operator")),
            us=self._folder.account.operator,
            finding=Finding.REPORTED,
            cause=record.text("cause"),
            text=record.text("remarks"),
            spans=tuple(NumberSpan(first=line.first, last=line.last) for line in record.lines),
            rules=self._rules.code,
        )

    def _end(self, each: Received) -> Iterator[News]:
        """News of a request of ours that has come to an end, one way or the other."""
        kinds, record = self._words.Kind, each.record
        is_end = record.kind in {kinds.MOVED, kinds.MOVED_AGAIN, kinds.REJECTED_LATE}
        if not is_end or not self._folder.is_ours(record.process_id):
            return
        said = self._translation.read(record, each.published_at)
        if said is not None:
            yield News(notice_id=each.notice_id, contract_code=record.process_id, said=said)
