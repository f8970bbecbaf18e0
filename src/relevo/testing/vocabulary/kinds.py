"""Every kind of process with its vocabulary: what the laws are held against."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.activation.activation.messages import LineProbed, NetworkAnswered, RecordRead
from relevo.activation.fleet.messages import FleetProbed
from relevo.activation.installation.messages import (
    AccessTested,
    VisitBooked,
    VisitDeclined,
    VisitSeen,
)
from relevo.care.case.messages import (
    AnswerOffer,
    EndTrouble,
    KeepCallBack,
    OfferCase,
    PromiseCallBack,
    StoreEvidence,
)
from relevo.care.complaint.messages import AnswerQuestion
from relevo.notices.voice.messages import (
    CustomerWrote,
    DeliveryReported,
    MessageDelivered,
    ProposeReply,
)
from relevo.orders.company_batch.messages import BatchChecked
from relevo.orders.order.messages import DecideNumber
from relevo.porting.recovery.messages import (
    DeskAnswered,
)
from relevo.promises.promise.messages import KeepPromise, ReleasePromise
from relevo.sims.dispatch.messages import ParcelAccepted, ParcelDeclined, ParcelSeen
from relevo.sims.esim.messages import EsimReleased, EsimSeen
from relevo.testing.vocabulary.activation import activation_words
from relevo.testing.vocabulary.care import case_words
from relevo.testing.vocabulary.cast import ORDER
from relevo.testing.vocabulary.company import batch_words, move_words
from relevo.testing.vocabulary.compensation import claim_words
from relevo.testing.vocabulary.complaint import complaint_words
from relevo.testing.vocabulary.donor import REFERENCE as PORT_OUT_REFERENCE
from relevo.testing.vocabulary.faults import FAULT, fault_words
from relevo.testing.vocabulary.fleet import fleet_words
from relevo.testing.vocabulary.installation import installation_words
from relevo.testing.vocabulary.letters import letter_words
from relevo.testing.vocabulary.lines import line_words
from relevo.testing.vocabulary.notices import voice_words
from relevo.testing.vocabulary.orders import order_words
from relevo.testing.vocabulary.porting_kinds import PORTING_SPEECHES
from relevo.testing.vocabulary.promises import promise_words
from relevo.testing.vocabulary.sims import dispatch_words, esim_words
from relevo.testing.vocabulary.speech import Speech

__all__ = ["SPEECHES", "Speech"]

SPEECHES: Mapping[str, Speech] = {
    **PORTING_SPEECHES,
    "orders.order": Speech(words=order_words, process_id=ORDER, replies=(DecideNumber,), rests={}),
    "orders.line": Speech(
        words=line_words,
        process_id=f"{ORDER}/line/M2",
        replies=(DeskAnswered,),
        rests={
            "held": "the activation watches it",
            "waiting": "the plan of the order asks for it or redates it",
            "going_back": "dead: the recovery until the hold ends, the order's withdrawal limit",
            "live": "the activation's seven days",
        },
    ),
    "orders.company_move": Speech(
        words=move_words,
        process_id=ORDER,
        rests={"under_way": "its requests, its fleets, and whoever repairs a batch"},
    ),
    "orders.company_batch": Speech(
        words=batch_words,
        process_id=f"{ORDER}/batch/7",
        replies=(BatchChecked,),
        rests={
            "waiting": "the request at the gate has the limits of the hub",
            "asking": "the request itself",
            "proving": "the fleet says each day what is not proven",
            "stopped": "somebody's task; the list of the company shows it",
        },
    ),
    "sims.dispatch": Speech(
        words=dispatch_words,
        process_id=f"{ORDER}/card/M2/1",
        replies=(ParcelAccepted, ParcelDeclined, ParcelSeen),
        rests={"delivered": "whoever it was for may say that he does not have it"},
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
    "activation.fleet": Speech(
        words=fleet_words,
        process_id=f"{ORDER}/fleet/7",
        replies=(FleetProbed,),
        periodic=frozenset({"probe_due", "reminder_due"}),
        rests={},
    ),
    "activation.installation": Speech(
        words=installation_words,
        process_id=f"{ORDER}/installation/W1",
        replies=(VisitBooked, VisitDeclined, VisitSeen, AccessTested),
        rests={"failed": "somebody's task: the line is stuck until it is mended"},
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
        replies=(ProposeReply, CustomerWrote, MessageDelivered, DeliveryReported),
        rests={},
    ),
    "notices.letter": Speech(
        words=letter_words,
        process_id=f"out-{PORT_OUT_REFERENCE}/letter",
        replies=(MessageDelivered,),
        rests={"sent": "what is written about has a limit of its own"},
    ),
    "care.case": Speech(
        words=case_words,
        process_id=f"{ORDER}/case",
        replies=(
            PromiseCallBack,
            KeepCallBack,
            StoreEvidence,
            EndTrouble,
            OfferCase,
            AnswerOffer,
        ),
        rests={"resolved": "no trouble is left"},
    ),
    "care.fault": Speech(
        words=fault_words,
        process_id=f"{FAULT}/fault",
        periodic=frozenset({"look"}),
        rests={},
    ),
    "care.complaint": Speech(
        words=complaint_words,
        process_id=f"{ORDER}/complaint",
        replies=(AnswerQuestion,),
        rests={
            "quiet": "no complaint is open",
        },
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
