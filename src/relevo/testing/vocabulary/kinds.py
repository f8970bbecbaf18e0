"""Every kind of process with its vocabulary: what the laws are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from relevo.activation.activation.messages import LineProbed, NetworkAnswered, RecordRead
from relevo.care.case.messages import EndTrouble, KeepCallBack, PromiseCallBack, StoreEvidence
from relevo.engine.process import ProcessType
from relevo.notices.voice.messages import CustomerWrote, MessageDelivered, ProposeReply
from relevo.orders.line.messages import LineStuck
from relevo.orders.order.messages import DecideNumber
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    PortInRejected,
    PortInUnrecognised,
    PortStateSeen,
)
from relevo.porting.recovery.messages import (
    DeskAnswered,
    NumberHasMoved,
    NumberSeenAlive,
    RecoveryEscalated,
)
from relevo.promises.promise.messages import KeepPromise, ReleasePromise
from relevo.sims.dispatch.messages import ParcelAccepted, ParcelDeclined, ParcelSeen
from relevo.sims.esim.messages import EsimReleased, EsimSeen
from relevo.testing.explore import Law, Vocabulary, Walk, explore
from relevo.testing.vocabulary.activation import activation_words
from relevo.testing.vocabulary.care import case_words
from relevo.testing.vocabulary.cast import ORDER
from relevo.testing.vocabulary.compensation import claim_words
from relevo.testing.vocabulary.lines import line_words
from relevo.testing.vocabulary.notices import voice_words
from relevo.testing.vocabulary.orders import order_words
from relevo.testing.vocabulary.porting import port_in_words, recovery_words
from relevo.testing.vocabulary.promises import promise_words
from relevo.testing.vocabulary.sims import dispatch_words, esim_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one kind of process is spoken to.

    ``replies`` come from outside, and any of them may come twice; ``counted`` are the facts (by the
    phase in which the first one came) that the second states all the same, and why it may. In a
    phase of ``rests`` the process waits without a timer of its own: the value says who has the
    limit.
    """

    words: Vocabulary
    process_id: str
    replies: tuple[type, ...] = ()
    counted: Mapping[tuple[str, type], str] = field(default_factory=dict)
    periodic: frozenset[str] = frozenset()
    rests: Mapping[str, str]

    def walk(self, process: ProcessType[Any], *laws: Law) -> Walk:
        """Everything that the vocabulary reaches."""
        return explore(
            process,
            self.words,
            process_id=self.process_id,
            periodic=self.periodic,
            states_max=10_000,
            laws=laws,
        )


UNREADABLE_FILE = "a hub that cannot read a file does not say which one: request or cancellation"

SPEECHES: Mapping[str, Speech] = {
    "orders.order": Speech(words=order_words, process_id=ORDER, replies=(DecideNumber,), rests={}),
    "orders.line": Speech(
        words=line_words,
        process_id=f"{ORDER}/line/M2",
        replies=(DeskAnswered,),
        counted={("waiting", LineStuck): "a case has each trouble of a line once"},
        rests={
            "held": "the activation watches it",
            "waiting": "the plan of the order asks for it or redates it",
            "going_back": "dead: the recovery until the hold ends, the order's withdrawal limit",
            "live": "the activation's seven days",
        },
    ),
    "porting.port_in": Speech(
        words=port_in_words,
        process_id=f"{ORDER}/port/M2/1",
        replies=(HubAccepted, HubDeclined, PortStateSeen),
        counted={
            ("cancelling", PortInUnrecognised): UNREADABLE_FILE,
            ("cancelling", PortInRejected): UNREADABLE_FILE,
        },
        rests={},
    ),
    "porting.recovery": Speech(
        words=recovery_words,
        process_id=f"{ORDER}/recovery/M2/1",
        replies=(DeskAnswered, NumberSeenAlive, NumberHasMoved),
        counted={
            (phase, RecoveryEscalated): "every letter that says no is a step of the ladder"
            for phase in ("asked", "promised", "reported")
        },
        rests={},
    ),
    "sims.dispatch": Speech(
        words=dispatch_words,
        process_id=f"{ORDER}/card/M2/1",
        replies=(ParcelAccepted, ParcelDeclined, ParcelSeen),
        rests={},
    ),
    "sims.esim": Speech(
        words=esim_words,
        process_id=f"{ORDER}/esim/M2/1",
        replies=(EsimReleased, EsimSeen),
        rests={},
    ),
    "activation.activation": Speech(
        words=activation_words,
        process_id=f"{ORDER}/activation/M2",
        replies=(NetworkAnswered, LineProbed, RecordRead),
        periodic=frozenset({"record_check"}),
        rests={},
    ),
    "promises.promise": Speech(
        words=promise_words,
        process_id=f"{ORDER}/promise/call_back/1",
        replies=(KeepPromise, ReleasePromise),
        rests={},
    ),
    "notices.voice": Speech(
        words=voice_words,
        process_id=f"{ORDER}/voice",
        replies=(ProposeReply, CustomerWrote, MessageDelivered),
        rests={},
    ),
    "care.case": Speech(
        words=case_words,
        process_id=f"{ORDER}/case",
        replies=(PromiseCallBack, KeepCallBack, StoreEvidence, EndTrouble),
        rests={"resolved": "no trouble is left"},
    ),
    "compensation.claim": Speech(
        words=claim_words,
        process_id=f"{ORDER}/compensation/M2",
        rests={
            "clear": "nothing is owed",
            "running": "the activation and the recovery look for the end of the outage",
            "found": "below the sum that is credited without being asked for",
            "credited": "nothing is left to be done",
        },
    ),
}
