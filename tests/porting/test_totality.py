"""Whatever is said in whatever phase: no process raises, leaves its table or forgets an edge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.engine.process import (
    EffectParked,
    ProcessType,
    Refusal,
    TimerFired,
    advance,
    replay,
)
from relevo.porting.port_in.decider import port_in_process
from relevo.porting.port_in.lifecycle import FINAL as PORT_FINAL
from relevo.porting.port_in.messages import (
    CancelPortIn,
    HubAccepted,
    HubDeclined,
    HubState,
    PortStateSeen,
    RequestPortIn,
    Witness,
)
from relevo.porting.port_in.timing import TIMERS as PORT_TIMERS
from relevo.porting.profile import HubKind, PortingProfile, Window
from relevo.porting.recovery.decider import recovery_process
from relevo.porting.recovery.messages import (
    DeskAnswered,
    NumberHasMoved,
    NumberSeenAlive,
    RecoverNumber,
)
from relevo.porting.recovery.timing import TIMERS as RECOVERY_TIMERS
from relevo.profiles.es import profile
from relevo.profiles.nl import profile as nl_profile
from relevo.profiles.xa import profile as xa_profile
from relevo.values.moment import Moment, instant
from relevo.values.msisdn import Msisdn
from relevo.values.person import Document, DocumentType, Holder

RULES = "es@2012-06-01"
REFERENCE = "90290111190114083000017"
MONDAY = instant("2019-01-14T08:30:00+01:00")
NIGHT = instant("2019-01-14T23:00:00+01:00")
TUESDAY = instant("2019-01-15T09:00:00+01:00")
TOO_LATE = instant("2019-01-15T15:00:00+01:00")
SWITCH = instant("2019-01-16T02:00:15+01:00")
LONG_AFTER = instant("2019-02-20T02:00:15+01:00")
TIMES = (MONDAY, NIGHT, TUESDAY, TOO_LATE, SWITCH, LONG_AFTER)
WINDOW = Window(
    opens=instant("2019-01-16T02:00:00+01:00"), closes=instant("2019-01-16T06:00:00+01:00")
)
CODES = (
    "GENE ERINT", "ACCS PERME", "ACCS NXSES", "AREC CUPO1", "AREC CUPO4", "AREC ENUME",
    "AREC EXIST", "GENE INFOR", "RECH REEST", "0000 00000", "FERROR", "WHAT EVER",
)  # fmt: skip
BOOK = {edition.rules.code: edition.rules for edition in (*profile(), *nl_profile(), *xa_profile())}


def rules_of(code: str) -> PortingProfile:
    return BOOK[code]


PORT = port_in_process(rules_of)
RECOVERY = recovery_process(rules_of)


def request(
    hub: HubKind = HubKind.MOBILE, rules: str = RULES, window: Window | None = None
) -> RequestPortIn:
    return RequestPortIn(
        number=Msisdn("+34600000102"),
        hub=hub,
        donor="altamar",
        recipient="brisa",
        holder=Holder("Ana Núñez", Document(DocumentType.NIF, "12345678Z"), business=False),
        order="R7",
        line="M2",
        rules=rules,
        consent_at=MONDAY,
        window=window,
    )


def accepted(donor: str = "altamar") -> HubAccepted:
    return HubAccepted(
        reference=REFERENCE,
        donor=donor,
        window=WINDOW,
        reply_due=instant("2019-01-14T20:00:00+01:00"),
    )


def state_seen(state: HubState, window: Window | None = None) -> PortStateSeen:
    return PortStateSeen(
        reference=REFERENCE, state=state, witness=Witness.QUERY, at=MONDAY, window=window
    )


def words_for(hub: HubKind) -> list[object]:
    """Everything that a port-in may be told."""
    return [
        request(hub),
        request(hub, window=WINDOW),
        request(hub, rules="es@1850-01-01"),
        CancelPortIn(why="redated"),
        accepted(),
        accepted(donor="cantil"),
        *(HubDeclined(code=code, text="", of="request", right_donor="duna") for code in CODES),
        *(HubDeclined(code=code, text="", of="cancellation") for code in CODES),
        *(state_seen(state) for state in HubState),
        state_seen(HubState.CONFIRMED, WINDOW),
        *(TimerFired(name=name) for name in sorted(PORT_TIMERS)),
        *(
            EffectParked(effect_id="x#1.1", effect=f"porting.{name}", reason="12 tries")
            for name in (
                "send_port_request",
                "send_port_cancellation",
                "perform_port",
                "query_port",
            )
        ),
    ]


MOVED = NumberHasMoved(at=TUESDAY)
RECOVERY_WORDS: list[object] = [
    RecoverNumber(
        number=Msisdn("+34600000102"),
        donor="altamar",
        order="R7",
        line="M2",
        rules=RULES,
        last_good_at=MONDAY,
        noticed_at=MONDAY + timedelta(minutes=15),
    ),
    *(
        DeskAnswered(topic=topic, verdict=verdict, at=TUESDAY, served_again_at=served)
        for topic in ("reactivate", "status", "holder_check")
        for verdict in ("accepted", "refused", "done", "as_given", "what")
        for served in (None, MONDAY + timedelta(hours=3))
    ),
    NumberSeenAlive(at=TUESDAY),
    MOVED,
    *(TimerFired(name=name) for name in sorted(RECOVERY_TIMERS)),
    EffectParked(effect_id="x#1.1", effect="porting.ask_donor_desk", reason="12 tries"),
]


def lived(process: ProcessType[Any], heard: list[tuple[object, Moment]]) -> None:
    """Live through this; nothing raises, the fold of the facts is the state, an end is an end."""
    state = process.blank("R7/port/M2/1")
    facts: list[Any] = []
    for message, at in heard:
        step = advance(process, state, message, at)
        if isinstance(step, Refusal):
            continue
        if state.phase in process.final:
            assert step.decision.facts == ()
        state = step.state
        facts += step.decision.facts
    assert replay(process, "R7/port/M2/1", tuple(facts)) == state


moments = st.sampled_from(TIMES) | st.datetimes(
    min_value=datetime(2018, 12, 20),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2020, 2, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    timezones=st.timezones(),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(words_for(HubKind.MOBILE)), moments), max_size=30),
    st.sampled_from([HubKind.MOBILE, HubKind.FIXED]),
    st.sampled_from(sorted(BOOK)),
)
def test_any_history_of_a_port_in_is_survived_in_every_country(
    heard: list[tuple[object, Moment]], hub: HubKind, rules: str
) -> None:
    lived(PORT, [(request(hub, rules), MONDAY), *heard])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(RECOVERY_WORDS), moments), max_size=25))
def test_any_history_of_a_recovery_is_survived(heard: list[tuple[object, Moment]]) -> None:
    lived(RECOVERY, [(RECOVERY_WORDS[0], MONDAY), *heard])


@settings(max_examples=60, deadline=None)
@given(st.permutations([HubState.CONFIRMED, HubState.REJECTED, HubState.REQUESTED]))
def test_in_whatever_order_the_witnesses_speak_a_rejected_request_ends_rejected(
    order: list[HubState],
) -> None:
    state = PORT.blank("R7/port/M2/1")
    heard: list[object] = [request(), accepted(), *(state_seen(each) for each in order)]
    for message in heard:
        step = advance(PORT, state, message, MONDAY)
        assert not isinstance(step, Refusal)
        state = step.state
    assert state.phase == "rejected"
    assert state.phase in PORT_FINAL
