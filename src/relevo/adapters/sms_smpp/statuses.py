"""What the centre's status codes mean for us: specification 5.1.3. Pure.

A refusal is certain knowledge: the message did not go. Only one that will be the same for ever is
for good; a code that we do not know is tried again, and ends with the outbox's patience.
"""

from __future__ import annotations

OK = 0x00
THROTTLED = 0x58
QUEUE_FULL = 0x14
RECEIVER_TEMPORARY = 0x64
RECEIVER_PERMANENT = 0x65
UNKNOWN_COMMAND = 0x03

_NAMES = {
    0x01: "ESME_RINVMSGLEN",
    0x02: "ESME_RINVCMDLEN",
    0x03: "ESME_RINVCMDID",
    0x04: "ESME_RINVBNDSTS",
    0x05: "ESME_RALYBND",
    0x08: "ESME_RSYSERR",
    0x0A: "ESME_RINVSRCADR",
    0x0B: "ESME_RINVDSTADR",
    0x0C: "ESME_RINVMSGID",
    0x0D: "ESME_RBINDFAIL",
    0x0E: "ESME_RINVPASWD",
    0x0F: "ESME_RINVSYSID",
    0x14: "ESME_RMSGQFUL",
    0x15: "ESME_RINVSERTYP",
    0x43: "ESME_RINVESMCLASS",
    0x45: "ESME_RSUBMITFAIL",
    0x48: "ESME_RINVSRCTON",
    0x49: "ESME_RINVSRCNPI",
    0x50: "ESME_RINVDSTTON",
    0x51: "ESME_RINVDSTNPI",
    0x53: "ESME_RINVSYSTYP",
    0x58: "ESME_RTHROTTLED",
    0x61: "ESME_RINVSCHED",
    0x62: "ESME_RINVEXPIRY",
    0x64: "ESME_RX_T_APPN",
    0x65: "ESME_RX_P_APPN",
    0x66: "ESME_RX_R_APPN",
    0x67: "ESME_RQUERYFAIL",
    0xC0: "ESME_RINVOPTPARSTREAM",
    0xC1: "ESME_ROPTPARNOTALLWD",
    0xC2: "ESME_RINVPARLEN",
    0xC3: "ESME_RMISSINGOPTPARAM",
    0xC4: "ESME_RINVOPTPARAMVAL",
    0xFE: "ESME_RDELIVERYFAILURE",
    0xFF: "ESME_RUNKNOWNERR",
}
_FOR_GOOD = frozenset(
    {0x01, 0x02, 0x03, 0x0A, 0x0B, 0x15, 0x43, 0x48, 0x49, 0x50, 0x51, 0x61, 0x62}
    | {0x65, 0x66, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4}
)
_NOT_US = frozenset({0x0D, 0x0E, 0x0F, 0x53})


def named(status: int) -> str:
    """The name of the specification, with the number."""
    return f"{_NAMES.get(status, 'status')} (0x{status:02X})"


def is_for_good(status: int) -> bool:
    """Whether this message will never be taken."""
    return status in _FOR_GOOD


def is_slow_down(status: int) -> bool:
    """Whether the centre wants less of everything."""
    return status in (THROTTLED, QUEUE_FULL)


def refuses_us(status: int) -> bool:
    """Whether a bind was refused for who we say we are: somebody must look."""
    return status in _NOT_US
