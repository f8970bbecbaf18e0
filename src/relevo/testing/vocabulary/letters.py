"""What may happen to the letters of the donor's side."""

from __future__ import annotations

from collections.abc import Iterator

from relevo.customers.served import Reader
from relevo.engine.process import EffectParked, Heard, TimerFired
from relevo.notices.letter.model import Letters
from relevo.notices.voice.messages import MessageDelivered
from relevo.porting.cease.messages import CeaseDropped, CeaseHeld, NumberCeased
from relevo.porting.cease.model import Stance, Tie, TieKind, Wish
from relevo.porting.port_out.messages import PortOutConsequencesFound
from relevo.porting.port_out.model import Ending
from relevo.porting.profile import HubKind
from relevo.testing.vocabulary.cast import (
    AT,
    CONTACT,
    DAY,
    DONOR,
    HOUR,
    MAIN_NUMBER,
    NIGHT,
    RECIPIENT,
    RULES,
    SECOND_NUMBER,
    window,
)
from relevo.values.moment import Moment

LETTERS_MAX = 3
SOURCE = "out-90290111190114083000017/port_out"
BOTH = Reader(name="Ana N.", language="es", contact=CONTACT, email="ana@example.org")
BY_SMS = Reader(name="Ben M.", language="en", contact=CONTACT)
NOWHERE = Reader(name="Eva P.", language="es")
WISH = Wish(
    number=MAIN_NUMBER,
    operator=DONOR,
    by="billing",
    why="the contract ended",
    rules=RULES,
    hub=HubKind.MOBILE,
    not_before=None,
    reply_to=None,
)
TIES = (
    Tie(kind=TieKind.ORDER, name="R7K2QW9M", stance=Stance.UNDECIDED, reader=BOTH),
    Tie(kind=TieKind.ORDER, name="R7K2QW9N", stance=Stance.MOVING),
    Tie(kind=TieKind.PORT_OUT, name="90290111190114083000017", stance=Stance.MOVING),
    Tie(kind=TieKind.DEPENDANT, name=SECOND_NUMBER, stance=Stance.UNDECIDED),
)


def consequences(reader: Reader, *, late: bool = False) -> PortOutConsequencesFound:
    """A number leaves, with it another one and a service."""
    return PortOutConsequencesFound(
        reference="90290111190114083000017",
        donor=DONOR,
        recipient=RECIPIENT,
        numbers=(MAIN_NUMBER,),
        endings=(
            Ending(ends_with=MAIN_NUMBER, number=SECOND_NUMBER),
            Ending(ends_with=MAIN_NUMBER, service="MultiSIM"),
        ),
        reader=reader,
        window=window(2),
        cancel_until=AT - DAY if late else AT + DAY,
        rules=RULES,
    )


def ceased(readers: tuple[Reader, ...], *, is_portable: bool = True) -> NumberCeased:
    """A number that was held is ceased."""
    return NumberCeased(
        number=MAIN_NUMBER,
        operator=DONOR,
        at=AT,
        is_own_range=True,
        held_until=AT + 31 * DAY,
        is_portable=is_portable,
        readers=readers,
        rules=RULES,
    )


def letter_words(letters: Letters) -> Iterator[tuple[object, Moment]]:
    """What is worth a letter by day and by night, and what the channels say."""
    yield TimerFired(name="speak"), AT + DAY
    for each in letters.underway[:1]:
        yield MessageDelivered(message_key=each.key, channel=each.channel), AT + HOUR
    yield MessageDelivered(message_key="other", channel="sms"), AT + HOUR
    for effect in ("notices.send_message", "notices.other"):
        yield EffectParked(effect_id="e", effect=effect, reason="no"), AT + HOUR
    if letters.written >= LETTERS_MAX:
        return
    for at in (AT, NIGHT):
        for reader in (BOTH, BY_SMS, NOWHERE):
            yield Heard(source=SOURCE, fact=consequences(reader)), at
    yield Heard(source=SOURCE, fact=consequences(BOTH, late=True)), AT
    held = CeaseHeld(wish=WISH, ties=TIES, readers=(BOTH, BY_SMS))
    yield Heard(source=SOURCE, fact=held), AT
    for readers in ((), (BOTH,)):
        dropped = CeaseDropped(wish=WISH, why="customer_keeps", readers=readers)
        yield Heard(source=SOURCE, fact=dropped), AT
        yield Heard(source=SOURCE, fact=ceased(readers)), AT
