"""Our subscriber registry, held by an Osmocom HLR. Implements ``activation.gateway.Registry``.

An HLR does what it is told and remembers nothing of it, and a change of card takes it several
commands. So each wish is written down first (``wishes``), what has to be done follows from what the
HLR holds at that moment (``plan``), and a wish is closed when its record was read back. Whatever
cuts this short leaves the wish open; whoever comes next, be it the same effect that is tried again
or the next look for news, goes on from what he finds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from relevo.activation.activation.messages import PutSubscription, RecordChange, RecordRead
from relevo.activation.gateway import NetworkNews
from relevo.adapters.registry_osmocom.drift import Drift, differences
from relevo.adapters.registry_osmocom.faults import HlrHoldsOther
from relevo.adapters.registry_osmocom.hands import Hands
from relevo.adapters.registry_osmocom.plan import (
    Plan,
    Wish,
    is_fulfilled,
    is_undone,
    plan,
    undo,
)
from relevo.adapters.registry_osmocom.records import (
    OFF,
    Change,
    Row,
    access_for,
    by_imsi,
    by_msisdn,
)
from relevo.adapters.registry_osmocom.wishes import Asked, Done, Outcome, Wishes
from relevo.engine.clock import Clock
from relevo.engine.performer import Permanent, Temporary
from relevo.values.moment import Moment

ImsiOf = Callable[[str], str | None]
"""The IMSI of a card, by its ICCID; None for a card that we do not have."""

LINES_AT_ONCE = 2000
_LONGEST_NUMBER = 15  # E.164
_DONE: Mapping[str, str] = {
    "reserved": "reserved",
    "active": "provisioned",
    "absent": "withdrawn",
}


@dataclass(slots=True)
class _Job:
    """One wish while it is carried out."""

    wish: Wish
    plan: Plan
    refusal: str = ""


class OsmocomRegistry:
    """One HLR and its wishes; several threads may use it, and each waits for the other."""

    def __init__(self, hands: Hands, wishes: Wishes, imsi_of: ImsiOf, clock: Clock) -> None:
        self._hands = hands
        self._wishes = wishes
        self._imsi_of = imsi_of
        self._clock = clock
        self._mine = threading.Lock()

    def put(self, wanted: PutSubscription, *, key: str) -> None:
        """Have the HLR hold this record; the outcome comes as news."""
        self.put_many([(wanted, key)])

    def put_many(self, wanted: Sequence[tuple[PutSubscription, str]]) -> None:
        """The same for many lines, thousands at a time; a card that we do not have stops none of
        the others, and is said at the end."""
        unknown: list[str] = []
        for start in range(0, len(wanted), LINES_AT_ONCE):
            asked: list[Asked] = []
            for line, key in wanted[start : start + LINES_AT_ONCE]:
                try:
                    asked.append(self._asked(line, key))
                except Permanent as wrong:
                    unknown.append(wrong.reason)
            self._see_to(asked)
        if unknown:
            more = f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""
            raise Permanent(f"{unknown[0]}{more}")

    def drop(self, subject: str, *, key: str) -> None:
        """Have the HLR forget the number; its card keeps its row and its keys, and can do
        nothing."""
        _digits(subject)
        self._see_to([Asked(key, subject, "absent", OFF)])

    def read(self, subject: str, *, at: Moment) -> RecordRead:
        """What the HLR holds of the line now, and the log of what we did with it."""
        with self._mine:
            (row,) = self._hands.rows([by_msisdn(_digits(subject))])
            log = self._wishes.log(subject)
            iccid = self._wishes.card_of(row.imsi) if row is not None else ""
        last = log[-1] if log else None
        changes = tuple(RecordChange(at=each.at, state=each.state) for each in log)
        if row is None:
            return RecordRead(
                present=False, state="", iccid="", changed_at=None, at=at, log=changes
            )
        return RecordRead(
            present=True,
            state=_state_of(row, last),
            iccid=iccid,
            changed_at=last.at if last is not None and last.imsi == row.imsi else None,
            at=at,
            log=changes,
        )

    def news(self, after: int) -> list[NetworkNews]:
        """What became of every wish since that one; what was cut short is finished first."""
        if self._mine.acquire(blocking=False):
            try:
                undone = self._wishes.undone(self._clock.now())
                if undone:
                    self._carry_out(undone)
            except Temporary:
                pass  # it stays open, and comes up again
            finally:
                self._mine.release()
        return self._wishes.news(after)

    def drift(self, *, reconcile: bool = False) -> list[Drift]:
        """Where the HLR and our books differ; ``reconcile`` asks anew for what our books say. What
        is left of it is found by asking again; a number that is in no book stays as it is."""
        with self._mine:
            books = {each.subject: each for each in self._wishes.books()}
            found = differences(list(books.values()), self._wishes.lines(), self._hands)
        ours = [books[each.subject] for each in found if each.subject in books]
        if reconcile:
            self._ask_anew(ours)
        return found

    def _ask_anew(self, wishes: Sequence[Wish]) -> None:
        """By a key of the wish before, so that two who reconcile at once ask for one thing."""
        for start in range(0, len(wishes), LINES_AT_ONCE):
            part = wishes[start : start + LINES_AT_ONCE]
            self._see_to(
                [
                    Asked(f"anew {w.number}", w.subject, w.state, w.access, w.iccid, w.imsi)
                    for w in part
                ]
            )

    def close(self) -> None:
        """Give all connections back."""
        self._hands.close()
        self._wishes.close()

    def _asked(self, wanted: PutSubscription, key: str) -> Asked:
        _digits(wanted.subject)
        if wanted.iccid is None:
            raise Permanent(
                f"line {wanted.subject} names no card; an HLR serves cards: give the line its ICCID"
            )
        imsi = self._imsi_of(wanted.iccid)
        if imsi is None:
            raise Permanent(
                f"card {wanted.iccid} is not in our stock, so its IMSI is unknown; "
                "take in its maker's batch file, or correct the ICCID"
            )
        access = access_for(wanted.state, wanted.capabilities)
        return Asked(key, wanted.subject, wanted.state, access, wanted.iccid, imsi)

    def _see_to(self, asked: Sequence[Asked]) -> None:
        if not asked:
            return
        with self._mine:
            self._wishes.ask(asked, self._clock.now())
            self._carry_out(sorted({each.subject for each in asked}))

    def _carry_out(self, subjects: Sequence[str]) -> None:
        """Do what is open of these lines. Raises Temporary when something of it stays open."""
        with self._wishes.held(subjects, self._clock.now()) as wishes:
            jobs = self._jobs(wishes)
            self._run(jobs)
            outcomes = self._outcomes(jobs)
            self._wishes.conclude(outcomes, self._clock.now())
        if len(outcomes) < len(wishes):
            raise HlrHoldsOther(
                f"{len(wishes) - len(outcomes)} of {len(wishes)} records were not as asked for "
                "when they were read back; they are tried again"
            )

    def _jobs(self, wishes: Sequence[Wish]) -> list[_Job]:
        holders = self._hands.rows([by_msisdn(each.msisdn) for each in wishes])
        elsewhere = [
            wish
            for wish, holder in zip(wishes, holders, strict=True)
            if wish.imsi and (holder is None or holder.imsi != wish.imsi)
        ]
        rows = self._hands.rows([by_imsi(each.imsi) for each in elsewhere])
        own = {wish.number: row for wish, row in zip(elsewhere, rows, strict=True)}
        jobs = []
        for wish, holder in zip(wishes, holders, strict=True):
            way = plan(wish, holder, own.get(wish.number, holder))
            jobs.append(_Job(wish, way, way.refusal))
        return jobs

    def _run(self, jobs: Sequence[_Job]) -> None:
        """The rounds of all plans, each after the one before."""
        self._round([(job, job.plan.creates) for job in jobs if not job.refusal])
        able = [job for job in jobs if not job.refusal]
        self._wishes.note_left(
            {
                job.wish.number: job.plan.left
                for job in able
                if job.plan.left is not None and job.plan.puts_on
            }
        )
        # A number that does not come off is refused by its new card, or read back where it was.
        self._hands.change(
            [(change, job.plan.is_live) for job in able for change in job.plan.takes_off]
        )
        self._round([(job, job.plan.puts_on) for job in able])
        self._hands.change(
            [
                (change, True)  # whose phone is live was seen before the crash, if there was one
                for job in jobs
                if job.refusal
                for change in undo(job.wish, job.plan)
            ]
        )
        self._round([(job, job.plan.switches) for job in able if not job.refusal])

    def _round(self, work: Sequence[tuple[_Job, Sequence[Change]]]) -> None:
        flat = [(job, change) for job, changes in work for change in changes]
        refusals = self._hands.change([(change, job.plan.is_live) for job, change in flat])
        for (job, _), refusal in zip(flat, refusals, strict=True):
            job.refusal = job.refusal or refusal

    def _outcomes(self, jobs: Sequence[_Job]) -> list[Outcome]:
        """What became of each, by what the HLR holds now; what is left out stays open."""
        holders = self._hands.rows([by_msisdn(job.wish.msisdn) for job in jobs])
        found = []
        for job, holder in zip(jobs, holders, strict=True):
            if job.refusal:
                if is_undone(job.plan, holder):
                    found.append(Outcome(job.wish, "failed", job.refusal))
            elif is_fulfilled(job.wish, holder):
                found.append(Outcome(job.wish, _DONE[job.wish.state]))
        return found


def _digits(subject: str) -> str:
    """The number as the HLR has it. Raises Permanent for a line that has none."""
    digits = subject.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        raise Permanent(
            f"line {subject} is no telephone number; an HLR holds mobile lines only: "
            "have another registry serve this one"
        )
    return digits


def _state_of(row: Row, last: Done | None) -> str:
    """ "partial": it can do something, and not what was asked for."""
    if not row.access.is_any:
        return "reserved"
    if last is not None and last.state == "active" and row.access != last.access:
        return "partial"
    return "active"
