"""Every kind of porting process with its vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.porting.cease.messages import ServiceRead, TiesFound
from relevo.porting.fixed_incoherence.messages import (
    IncoherenceAnswered,
    IncoherenceChecked,
    IncoherenceClosed,
)
from relevo.porting.migration.messages import (
    MigrationAccepted,
    MigrationDeclined,
    MigrationSeen,
    NumberMigrationDeclined,
    NumberMigrationSeen,
    NumberMigrationStated,
    NumbersCounted,
    NumbersTaken,
)
from relevo.porting.multiple.messages import MultipleSeen
from relevo.porting.number_return.messages import (
    HoldingFound,
    ReturnAccepted,
    ReturnDeclined,
    ReturnSeen,
    StandingFound,
)
from relevo.porting.port_in.messages import (
    HubAccepted,
    HubDeclined,
    PortStateSeen,
)
from relevo.porting.port_out.messages import (
    PortOutAnswerRefused,
    PortOutAnswerTaken,
    PortOutAsked,
    PortOutSeen,
    PortOutUnreached,
    ServedFound,
)
from relevo.porting.recovery.messages import (
    DeskAnswered,
    NumberHasMoved,
    NumberSeenAlive,
    RecoveryEscalated,
)
from relevo.testing.vocabulary.cast import ORDER
from relevo.testing.vocabulary.donor import REFERENCE as PORT_OUT_REFERENCE
from relevo.testing.vocabulary.donor import cease_words, port_out_words
from relevo.testing.vocabulary.fixed_incoherence import incoherence_words
from relevo.testing.vocabulary.migration import migration_words
from relevo.testing.vocabulary.multiple import multiple_words
from relevo.testing.vocabulary.number_return import number_return_words
from relevo.testing.vocabulary.porting import port_in_words, recovery_words
from relevo.testing.vocabulary.speech import Speech
from relevo.testing.vocabulary.undue_port import FAMILY as UNDUE
from relevo.testing.vocabulary.undue_port import undue_port_words

PORTING_SPEECHES: Mapping[str, Speech] = {
    "porting.port_in": Speech(
        words=port_in_words,
        process_id=f"{ORDER}/port/M2/1",
        replies=(HubAccepted, HubDeclined, PortStateSeen),
        rests={},
    ),
    "porting.multiple": Speech(
        words=multiple_words,
        process_id=f"{ORDER}/multiple/7/1",
        replies=(HubAccepted, HubDeclined, PortStateSeen, MultipleSeen),
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
    "porting.port_out": Speech(
        words=port_out_words,
        process_id=f"out-{PORT_OUT_REFERENCE}/port_out",
        replies=(
            PortOutAsked,
            PortOutSeen,
            PortOutAnswerTaken,
            PortOutAnswerRefused,
            PortOutUnreached,
            ServedFound,
            ServiceRead,
        ),
        rests={},
    ),
    "porting.cease": Speech(
        words=cease_words,
        process_id=f"out-{PORT_OUT_REFERENCE}/cease/+34600000101",
        replies=(TiesFound, ServiceRead),
        rests={},
    ),
    "porting.number_return": Speech(
        words=number_return_words,
        process_id=f"{ORDER}/return/34600000101",
        replies=(
            StandingFound,
            HoldingFound,
            ReturnAccepted,
            ReturnDeclined,
            ReturnSeen,
            ServiceRead,
        ),
        rests={},
    ),
    "porting.migration": Speech(
        words=migration_words,
        process_id="migration-K1/migration",
        replies=(
            MigrationAccepted,
            MigrationDeclined,
            MigrationSeen,
            NumberMigrationSeen,
            NumbersTaken,
            NumbersCounted,
        ),
        counted={
            **{
                (phase, NumberMigrationStated): "the row of the number is what remembers"
                for phase in ("moving", "finishing")
            },
            ("moving", NumberMigrationDeclined): "the row of the number is what remembers",
        },
        periodic=frozenset({"send_due", "look_due"}),
        rests={"refused": "the desk: the hub does not want it"},
    ),
    "porting.incoherence": Speech(
        words=incoherence_words,
        process_id="din-D1/incoherence",
        replies=(IncoherenceChecked, IncoherenceAnswered, IncoherenceClosed),
        rests={},
    ),
    "porting.undue_port": Speech(
        words=undue_port_words,
        process_id=f"{UNDUE}/undue_port",
        replies=(ServiceRead,),
        rests={
            "asking": "the request itself has the limits of the hub",
            "refused": "the desk: somebody has to mend it, or to let it be",
        },
    ),
}
