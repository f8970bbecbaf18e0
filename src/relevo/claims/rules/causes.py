"""Rules 5 and 6: a cause is named when it is confirmed, a company when it is its cause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from relevo.claims.facts import facts_with, value_of
from relevo.claims.fold import folded
from relevo.claims.lexicon import companies, page, pattern
from relevo.claims.model import Finding, KnownFact, Snapshot
from relevo.claims.sentences import Sentence
from relevo.claims.subjects import Spoken

_STATED = pattern("style", "cause", "stated")
_TROUBLE = pattern("style", "cause", "trouble")
_EVENT = pattern("style", "cause", "event")
_THING = pattern("style", "cause", "thing")
_DAMAGE = pattern("style", "cause", "damage")
_OPEN = pattern("style", "cause", "open")
_BLAME = pattern("style", "blame", "words")
_INSINUATED = pattern("style", "blame", "insinuated")
_OTHERS = (
    r"(?:tu|su|vuestro) (?:antigu[ao]|anterior|ex) ?(?:operadora?|compania|telefonica)?|el donante"
    r"|(?:la|tu|su) otra (?:compania|operadora)|el (?:mensajero|transportista|repartidor)"
    r"|la mensajeria"
    r"|(?:la )?empresa de (?:transporte|mensajeria|reparto)|(?:the|your|ur) (?:old|former|other"
    r"|previous|losing)"
    r" (?:operator|company|provider|carrier|network)|the (?:donor|courier|driver)"
)
_FOUND = re.compile(
    r"\b(?:averiguado|averiguamos|descubierto|descubrimos|localizado|identificado|detectado|hallado"
    r"|dado con)\b|\b(?:found out|worked out|figured out|identified|discovered|traced"
    r"|pinpointed)\b|"
    r"\b(?:ya|por fin) (?:lo )?(?:sabemos|encontramos|hemos encontrado)|\bwe (?:now "
    r"|finally )?(?:know|found)\b"
    r"|\bwe(?:'ve| have) (?:now |finally )?found\b|\bnunca ha estado en duda\b|\bmas que clara\b"
)
_AS_IT_STANDS = re.compile(
    r"\b(?:anulad|cancelad|rechazad|recuperando|en recuperacion|cancelled|withdrawn|rejected"
    r"|being recovered)"
)
_CANNOT_SAY = re.compile(
    r"\b(?:can't|cannot|no (?:te |le |os )?(?:puedo|podemos|quiero|queremos)|won't|not going to)\s+"
    r"(?:\w+\s+){0,2}?(?:promise|say|tell|give|confirm|prometer\w*|decir\w*|dar\w*|asegurar\w*)"
)
_LETTER = re.compile(
    r"\b(?:te|le|os) (?:escrib|llam|digo|dec|contact|envi|mand|cont|aviso|pido|ped)\w*\s*$"
    r"|\b(?:i'm|we're|i am|we are)"
    r" (?:writing|calling|contacting|asking|telling) (?:to )?(?:you|u)?\s*$|\b(?:writing"
    r"|calling)\s*$"
)
_HOLDS_A_NO = re.compile(r"\b(?:no|not|never|nunca|\w+n't)\b")
"""Blame that is itself a "no": "which did not send it"."""
_SERVED_THERE = re.compile(r"\b(?:with|on|at) \w+,?\s*$")
""" "Until then you are with altamar as usual" blames nobody."""
_BY = re.compile(
    r"(?<!no es )(?<!not )\b(?:por|debido a|a causa de|because of|due to|thanks to|owing to"
    r"|through)(?: (?:la|el|un|una|the|a|an|{0}))*(?: \w+)?\s*$".replace("{0}", "su|their")
)
""" "No calls come in by the fault of …": the "no" is the trouble's, the fault is stated."""
_NOTHING_WRONG = re.compile(r"\s*(?:nada (?:mal|incorrecto)|anything wrong|nothing wrong)\b")
_OF_A_TALK = re.compile(
    r"\b(?:(?:cancel|anul|aplaz|cort|cay)\w* (?:la |el |tu |su |una )?(?:llamada|visita|cita"
    r"|reunion)"
    r"|(?:call|visit|appointment|meeting) (?:was|got|has been) (?:cancel\w+|cut\w*|dropped"
    r"|put off))"
)
_BEHIND = re.compile(r"behind|detras")
_THEREFORE = frozenset({"por eso", "that's why", "which is why", "de ahi que", "de ahi el"})
_ITSELF = re.compile(
    r"error|fallo|impago|averia|tormenta|obras|mantenimiento|retraso|incidencia|despiste|confusion"
    r"|problema|rutas|falta|mistake|fault|failure|slip|copiar|cambiar"
)
"""A word of cause that names it as well: "by mistake"."""
_EXPLICIT = re.compile(
    r"(?<!\ba )\bcausa\b|motivo|razon|origen|culp|confirmado|\bcause\b|reason|culprit"
    r"|averigu|descub|identif|found|figured|worked out"
)
_SORRY = re.compile(
    r"\b(?:molestias|inconvenient\w*|trastornos?|perjuicios?|inconvenience|trouble"
    r"|disrupt\w+)\s*(?:\w+\s*){0,3}$"
)
"""Whoever regrets the bother that a cut caused names no cause of the cut."""
_COMMON = frozenset(page("style")["common"]["words"].split())
_SHORTEST_STEM = 4


def findings(parts: tuple[Spoken, ...], snapshot: Snapshot) -> list[Finding]:
    """Causes and culprits against what is confirmed."""
    names = _companies(snapshot)
    found: list[Finding] = []
    before = ""
    for part in parts:
        blamed = _blame(part, names, snapshot)
        found += blamed
        if not blamed:
            found += _cause(part, names, snapshot, before)
        before = part.sentence.text
    return found


def _companies(snapshot: Snapshot) -> re.Pattern[str]:
    named = {
        str(fact.value).lower()
        for predicate in ("donor", "recipient")
        for fact in facts_with(snapshot, predicate)
        if fact.value
    }
    every = "|".join(sorted(map(re.escape, named | set(companies())), key=len, reverse=True))
    return re.compile(rf"\b(?:{every}|{_OTHERS})\b")


def _confirmed(snapshot: Snapshot, part: Spoken) -> list[KnownFact]:
    """The confirmed causes: of the number or parcel that is named, when its cause is a matter."""
    numbers = {n for each in part.named if each.scope == "number" for n in each.numbers}
    every = facts_with(snapshot, "cause")
    own = [
        fact
        for fact in every
        if fact.subject in numbers
        or (fact.subject[:7] == "parcel:" and fact.subject[7:].lower() in part.sentence.text)
    ]
    return [fact for fact in own or every if fact.value and fact.confirmed is not False]


def _blame(part: Spoken, names: re.Pattern[str], snapshot: Snapshot) -> list[Finding]:
    """A company and a word of blame in one sentence."""
    sentence = part.sentence
    insinuated = list(_INSINUATED.finditer(sentence.text))  # in whatever manner it is said
    for match in (*insinuated, *_BLAME.finditer(sentence.text)):
        manner = sentence.manner(*match.span())
        is_ground = _BY.search(sentence.text[: match.start()]) is not None
        negated = manner.negated and not is_ground and not _HOLDS_A_NO.search(match[0])
        denied = negated or not manner.is_stated
        denied = denied or (not is_ground and _denied(sentence, match))
        denied = denied or _SERVED_THERE.search(sentence.text[: match.start()]) is not None
        denied = denied or _NOTHING_WRONG.match(sentence.text[match.end() :]) is not None
        if denied and match not in insinuated:
            continue
        begin, end = _wider(sentence, match.start())
        company = names.search(sentence.text, begin, end)
        if company is None or re.search(
            r"responsables? (?:de|del) (?:tu|su|este|el) (?:caso|expediente)"
            r"|responsible for your case",
            sentence.text,
        ):
            continue
        if _is_so(company[0], match[0], snapshot, part):
            continue
        why = "nobody has shown that this company caused it"
        return [
            Finding(
                rule=5,
                span=sentence.span(
                    min(company.start(), match.start()), max(company.end(), match.end())
                ),
                says=f"{company[0]}: {match[0]}",
                facts_say="no such cause is confirmed",
                why=why,
            )
        ]
    return []


def _denied(sentence: Sentence, match: re.Match[str]) -> bool:
    return (
        re.search(
            r"\b(?:no|not|nadie|nobody|never|nunca|\w+n't|sin)\b[^,;.]{0,18}$",
            sentence.text[: match.start()],
        )
        is not None
    )


def _wider(sentence: Sentence, at: int) -> tuple[int, int]:
    """The clause of the blame with those beside it: the company may stand in either."""
    begin, end = sentence.clause(at)
    if begin > 1:
        begin, _ = sentence.clause(max(begin - 3, 0))
    if end < len(sentence.text) - 2:
        _, end = sentence.clause(min(end + 2, len(sentence.text) - 1))
    return begin, end


def _is_so(company: str, words: str, snapshot: Snapshot, part: Spoken) -> bool:
    """Whether a confirmed cause names the company, or it cut the line as the donor that it was."""
    if any(company in folded(str(fact.value)) for fact in _confirmed(snapshot, part)):
        return True
    if re.search(r"culpa|fault|blame", words) or not re.search(
        r"\bcort|\bcut|\bbaja|\bdej|\bquit|disconn|terminat", words + part.sentence.text
    ):
        return False
    cut = [
        n for n in snapshot.addressee.numbers if value_of(snapshot, n, "state") == "cut_by_donor"
    ]
    return any(str(value_of(snapshot, number, "donor")).lower() == company for number in cut)


def _cause(part: Spoken, names: re.Pattern[str], snapshot: Snapshot, before: str) -> list[Finding]:
    for match in (*_STATED.finditer(part.sentence.text), *_culprits(part.sentence)):
        stated = _stated(part.sentence, match, before)
        found = _unproven(stated, part, names, snapshot) if stated else None
        if found:
            rule, says, facts_say, why = found
            span = part.sentence.span(*match.span())
            return [Finding(rule=rule, span=span, says=says, facts_say=facts_say, why=why)]
    return []


_NOT_OF_THE_FAULT = re.compile(
    r"\b(?:reinici\w*|apag(?:a|ue|ar)\w*|enciend\w*|(?:des)?conect[ae]\w*|met[ae]\w*|pon(?:ga|lo|la)?\b"
    r"|saca\w*|prueb\w*|comprueb\w*|revis[ae]\w*|mir[ae]\b|turn\b|restart\w*|reboot\w*|unplug\w*|plug\b"
    r"|insert\w*|try\b|check\b|cambi[ae]\b|swap\b|fire (?:a|off|over|away|up)|llam\w+)"
)


def _culprits(sentence: Sentence) -> Iterator[re.Match[str]]:
    """Causes that are told without a word like "because": "a digger went through the cable"."""
    text = sentence.text
    if _OPEN.search(text) or _NOT_OF_THE_FAULT.search(text):
        return
    yield from _EVENT.finditer(text)
    for thing in _THING.finditer(text):
        begin, end = sentence.clause(thing.start())
        damage = _DAMAGE.search(text, begin, end)
        if damage is not None:
            yield thing


def _stated(sentence: Sentence, match: re.Match[str], before: str) -> str:
    """What is stated as the cause of a trouble; "" when nothing is."""
    text = sentence.text
    if not sentence.manner(*match.span()).is_stated or _denied(sentence, match):
        return ""
    if _is_of_a_talk(text, match) or (
        _OPEN.search(_apart(text, match)) and not _FOUND.search(text)
    ):
        return ""
    if match.re in {_EVENT, _THING}:
        return sentence.clause_text(match.start())
    stated = _what(text, match)
    if match[0] in _THEREFORE and not _stems(stated) and not _OPEN.search(before):
        stated = before  # "It's the settings. That's why it does not work."
    if _is_of_words(text, match, stated):
        return ""
    if _EXPLICIT.search(match[0]):
        return stated or match[0]
    is_trouble = _TROUBLE.search(text[: match.end()]) or _TROUBLE.search(stated)
    if not is_trouble or _AS_IT_STANDS.search(stated) or not _stems(stated):
        return ""  # "because of that" names nothing; a state of the line has a rule of its own
    return stated


def _unproven(
    stated: str, part: Spoken, names: re.Pattern[str], snapshot: Snapshot
) -> tuple[int, str, str, str] | None:
    """Why a cause may not be stated: the rule, what is said, what is so, and why; None: it may."""
    right = [folded(str(fact.value)) for fact in _confirmed(snapshot, part)]
    if not right:
        why = "the cause is not confirmed; say that it is being checked"
        return 6, stated.strip(), "cause open", why
    company = names.search(stated)
    if company and company[0] in companies() and not any(company[0] in each for each in right):
        return 5, company[0], right[0], "the confirmed cause names nobody of that name"
    if not any(_alike(stated, each) for each in right):
        return 6, stated.strip(), right[0], "another cause is confirmed"
    return None


_OF_WORDS = re.compile(
    r"\b(?:perdon\w*|disculp\w*|siento|lament\w+|sorry|apolog\w+|rectific\w+|correg\w+|corrij\w+"
    r"|correct\w*|aclar\w+|retract\w*|take back|desdecir\w*|desdig\w*)\b"
)
_OF_A_LINE = re.compile(r"\b(?:cort|caid|cayo|averi|sin (?:servicio|linea)|cut|dead|down\b|fail)")
_WORDS_WERE_WRONG = re.compile(
    r"^\s*(?:(?:no|it|that|what we said|lo que \w+ (?:dij|pus|cont)\w+) )?"
    r"(?:era|es|fue|was|is|wasn't|isn't)?\s*"
    r"(?:verdad|cierto|asi|correct\w*|exact\w*|not (?:true|right)|true|right|wrong"
    r"|un error (?:mio|nuestro|al escribir))\b"
    r"|^\s*(?:te|le|os) (?:hable|dije|dijimos|puse|pusimos|conte|di|dimos)\b"
)


def _is_of_words(text: str, match: re.Match[str], stated: str) -> bool:
    """ "Forgive me for saying so, because it was not true": why words are taken back."""
    if _WORDS_WERE_WRONG.match(stated):
        return True
    said = list(_OF_WORDS.finditer(text, 0, match.start()))
    return bool(said) and _OF_A_LINE.search(text, said[-1].end(), match.start()) is None


def _is_of_a_talk(text: str, match: re.Match[str]) -> bool:
    """Why somebody writes, or a call was cut: not why a line fails."""
    before = text[: match.start()]
    return any(each.search(before) for each in (_LETTER, _CANNOT_SAY, _SORRY, _OF_A_TALK))


def _apart(text: str, match: re.Match[str]) -> str:
    """The sentence without a "that's why", whose own "why" asks nothing."""
    return text[: match.start()] + text[match.end() :] if match[0] in _THEREFORE else text


def _what(text: str, match: re.Match[str]) -> str:
    """The words that name the cause: behind "because", before "that is why"."""
    if match[0] in _THEREFORE or _BEHIND.search(match[0]):
        return text[: match.start()]
    names_it = match[0][:3] in {"fue", "ha ", "it ", "thi", "tha", "era", "es "}
    return text[match.start() if names_it or _ITSELF.search(match[0]) else match.end() :]


def _alike(stated: str, confirmed: str) -> bool:
    """Whether both name the same thing: by the beginnings of the words that carry the meaning."""
    ours, theirs = _stems(stated), _stems(confirmed)
    return not ours or not theirs or bool(ours & theirs)


def _stems(text: str) -> set[str]:
    words = re.findall(r"[a-z]+", text)
    return {word[:5] for word in words if len(word) >= _SHORTEST_STEM and word not in _COMMON}
