"""How Spanish and English say that something is so, is not so, may be so, or is asked.

All patterns are for spelt-out text (``plain``). Each function gives places or a truth, no meaning.
"""

from __future__ import annotations

import re

Stretch = tuple[int, int]

_BREAK = re.compile(
    r"[,;:()\[\]\"]+|\s+[-–—/]+\s+|\.{2,}|\s\.\s|[¿¡!]"
    r"|\b(?:pero|aunque|sino|mas bien|y|e|ni|o|u|asi que|por lo que|de modo que|mientras(?: que)?"
    r"|porque|ya que|puesto que"
    r"|(?<!everyone )(?<!everybody )(?<!anyone )(?<!anybody )(?<!all )(?<!nothing )but|although"
    r"|though|and|or|nor|so|while|whereas|because|since then"
    r"|yet(?= (?:you|we|it|the)))\b"
)
_IN_A_LIST = re.compile(r"^[\s,]*(?:y|e|o|u|and|or|ni|nor)?\s*$")


def breaks(text: str) -> tuple[Stretch, ...]:
    """Where one clause ends and the next begins; not within figures ("1,94", "101 y 102")."""
    found = []
    for mark in _BREAK.finditer(text):
        before, after = text[: mark.start()].rstrip()[-1:], text[mark.end() :].lstrip()[:1]
        if before.isdigit() and after.isdigit() and not re.match(r"\s*(?:pero|but)", mark[0]):
            continue
        found.append(mark.span())
    return tuple(found)


# --- questions ---------------------------------------------------------------------------------

_TAG = re.compile(
    r",?\s*(?:no|verdad|cierto|correcto|a que si|o no|es asi|si|right|correct|yes|no|isn't it"
    r"|aren't they|is it|doesn't it|don't they|hasn't it)\s*\?"
)
_ASKS_FIRST = re.compile(
    r"^\W*(?:(?:hola|hi|hello|hey|oye|perdona|disculpe|buenas|y|pero|entonces|so|and|but|ok)\W+)*"
    r"(?:que|quien|cual(?:es)?|cuando|cuanto|cuanta|cuantos|cuantas|donde|como|por que"
    r"|is|are|do|does|did|has|have|had|can|could|will|would|should|may|might|was|were|shall"
    r"|what|which|who|when|where|why|how|any)\b"
)


_CONSENT = re.compile(
    r",?\s*(?:ok|okay|vale|de acuerdo|eh|te parece(?: bien)?|le parece(?: bien)?|te va bien"
    r"|le va bien|alright|all right|deal|sounds good)\s*\?"
)


def questions(text: str) -> tuple[Stretch, ...]:
    """The stretches that ask. "Te llamo luego, ¿vale?" asks for consent only, not for the call."""
    mark = text.find("?")
    found = []
    start = 0
    while mark >= 0:
        piece = text[start : mark + 1]
        opened = piece.find("¿")
        tagged = _TAG.search(piece)
        consent = _CONSENT.search(piece)
        if consent and not _ASKS_FIRST.match(piece):
            begin = start + consent.start()
        elif opened > 0 and not (tagged and tagged.start() >= opened - 3):
            begin = start + opened
        elif opened == 0 or _ASKS_FIRST.match(piece) or tagged:
            begin = start
        else:
            begin = start + _last_break(piece)
        found.append((begin, mark + 1))
        start = mark + 1
        mark = text.find("?", start)
    return tuple(found)


_INDIRECT = re.compile(
    r"\b(?:(?<=no )se(?=\W+(?:por|como|cuando|si|quien|donde))|sabemos|sabe|saber|mir\w+"
    r"|compr[ou]\w+|averigu\w+|investig\w+|ver|viendo|pregunt\w+"
    r"|estudi\w+"
    r"|entender|explicar|know|knows|check(?:ing)?|look(?:ing)? into|find(?:ing)? out"
    r"|work(?:ing)? out|see"
    r"|investigating|understand|explain|tell)\W+(?:\w+\W+){0,2}?"
    r"(?P<asks>por que|porque|como|cuando|si|quien|donde|why|how|when|whether|if|who|where|what)\b"
)


def indirect_questions(text: str) -> tuple[Stretch, ...]:
    """ "We do not know yet why it was cut": what is asked within a statement."""
    found = []
    for mark in _INDIRECT.finditer(text):
        end = re.compile(r"[,;:()](?!\d)|\b(?:pero|but)\b").search(text, mark.end())
        found.append((mark.start("asks"), end.start() if end else len(text)))
    return tuple(found)


def _last_break(piece: str) -> int:
    stops = [each.end() for each in re.finditer(r"[,;:](?!\d)", piece)]
    return stops[-1] if stops else 0


# --- suppositions ------------------------------------------------------------------------------

_SUPPOSE = re.compile(
    r"\b(?:(?P<si>si)(?! que\b)|(?<!es )cuando|en cuanto|hasta que|una vez(?: que)?|cada vez que"
    r"|siempre que"
    r"|para que|a que|antes de que|despues de que|salvo que|a no ser que|en caso de(?: que)?"
    r"|por si|quiero|queremos|queria|esperamos|espero|deseamos|a ver si|lo importante es|ojala"
    r"|como si|hasta(?= (?:estar|tener|ver|comprobar))|sin que|mientras no"
    r"|if|(?<!that's )when|whenever|once(?! (?:more|again))|until|unless|whether"
    r"|as soon as|so that|in case"
    r"|provided(?: that)?"
    r"|before(?= (?:it|you|we|your|the \w+ (?:is|works|goes)))|after(?= (?:it|your|the \w+ (?:is"
    r"|works)))"
    r"|even if|as if|only when|want|wants|hope|hoping|hopefully|let's get|wish(?:es)?"
    r"|should (?=the|your|it|you|a |an |any)"
    r"|(?<!creo )(?<!se )que(?= (?:\S+ ){0,6}?(?:vuelva[ns]?|funcione[ns]?|quede[ns]?"
    r"|recupere[ns]?|reciba[ns]?|puedas?|puedan|tengas?|tengan|llegue[ns]?"
    r"|este[ns]? (?:activ|list|operativ)\w*)\b))\b"
)
_YES_AFTER = re.compile(
    r"(?:\b(?:ya|datos|llamadas|sms|mensajes|est[aeo]|es[aeo]|ahora|hoy|tambien|numero|linea|fijo"
    r"|movil|fibra|tu|usted|otr[ao]|el|claro|eso|aqui|creo que|que)|\d)\s*$"
)
_SUPPOSED_UP_TO = re.compile(r"[,;:()]|\b(?:entonces|pero|then|but)\b|\s[-–—]\s")


def suppositions(text: str, raw: str) -> tuple[Stretch, ...]:
    """From "if", "when", "until" to the comma. "Sí" is no "si", however it is written."""
    has_accent = re.search(r"\bsí\b", raw.lower()) is not None
    found = []
    for mark in _SUPPOSE.finditer(text):
        if mark["si"]:
            affirms = _YES_AFTER.search(text[: mark.start()]) is not None
            alone = re.match(r"\s*(?:[,.;!)]|$)", text[mark.end() :]) is not None
            if affirms or alone or (has_accent and text.count(" si ") <= 1):
                continue
        end = _SUPPOSED_UP_TO.search(text, mark.end())
        while end and text[end.end() : end.end() + 1].isdigit() and text[end.start() - 1].isdigit():
            end = _SUPPOSED_UP_TO.search(text, end.end())
        found.append((mark.start(), end.start() if end else len(text)))
    return tuple(found)


# --- others' words, and what is taken back -----------------------------------------------------

_REPORT = re.compile(
    r"\b(?:circulan? (?:por ahi )?(?:que|el rumor)|se (?:rumorea|comenta|oye)(?: por ahi)? que"
    r"|corre (?:el rumor|la voz)|hay quien dice|(?:rumou?r|word) has it|word is|there's talk"
    r"|some say|people (?:say|are saying)|(?:lo|eso|esto) de que"
    r"|lo que (?:te |le |os )?(?:mand|envi|escrib|dij|pus|comunic"
    r"|anunci)\w+|lo que (?:leiste|viste|has leido|lei)|dices? que|dice usted que"
    r"|decis que|nos dices|nos dice que|nos comentas? que"
    r"|nos cuentas? que|nos indicas? que|comentas? que|segun (?:tu|usted|dices?|comentas?|indicas?)"
    r"|preguntas? (?:si|por)|pides? que|lo que (?:dices|comentas|dice)|crees? que|piensas? que"
    r"|oyen? que|oyen(?= (?:que|\"|'))|no (?:es|era) (?:verdad|cierto|correcto|exacto|asi) que"
    r"|no es que"
    r"|(?:lo |os |les |le |te )?(?:negamos|niego|desmentimos|desmiento)(?: que)?|es falso que"
    r"|(?:we|i) (?:deny|denied)(?: that)?"
    r"|no (?:te )?(?:digo|decimos|estoy diciendo|quiere decir|significa) que"
    r"|no (?:te |le )?(?:puedo|podemos) (?:decir|confirmar|asegurar|prometer|afirmar|garantizar)"
    r"(?:te|le)?(?: que)?|nadie (?:ha dicho|dice) que|(?:aparezca|ponga|diga|salga) (?:que|como)"
    r"|you(?:'re| are)? (?:tell(?:ing)? (?:us|me)|claim|reckon|report(?:ed)?|feel|believe|say"
    r"|said|told us|mention(?:ed)?|wrote|think|ask(?:ed)?)(?: that| if| whether)?"
    r"|you're (?:saying|asking)|it (?:isn't|is not) true that|i (?:can't|cannot) (?:say|confirm"
    r"|promise|guarantee)(?: that| you)?|we (?:can't|cannot) (?:say|confirm|promise|guarantee)"
    r"(?: that| you)?|i'm not (?:saying|claiming|promising)|not saying|nobody (?:says|said)"
    r"|doesn't mean(?: that)?|hears?(?: that)?|callers hear)\b"
)
_TAKEN_BACK = re.compile(
    r"\b(?:te |le |os )?(?:dijimos|dije|dijo|pusimos|puse|dieron|dimos|prometimos|prometi"
    r"|dijera(?:mos|n)?|dijese(?:mos|n)?|pusiera(?:mos|n)?|pusiese(?:mos|n)?|escribi"
    r"|escribiera(?:mos|n)?|contara(?:mos|n)?|hable|conte|comente"
    r"|anunciamos ayer"
    r"|habiamos dicho|habiamos puesto|hemos dicho|decia|deciamos|ponia)\b"
    r"|\b(?:we|i|they|he|she|somebody|someone) (?:had )?(?:told|said|wrote|texted)\b"
)


_SAID_AGAIN = re.compile(
    r"\b(?:como|tal y como|tal como|igual que|segun|lo que|as|like|just as)\s+(?:ya\s+)?$"
)
"""Whoever says it again stands by it."""


_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]{2,200}\"")
_WAS_TO = re.compile(
    r"\b(?:iba[ns]? a|estaba[n]? previst\w+|era[n]? el|tenia[n]? que|was to|were to|was going to"
    r"|were going to|was due"
    r"|was supposed to|used to be)\b"
)
"""What was planned and is not so any more."""
_REPORT_ENDS = re.compile(
    r"[;()]|:(?=\s)|,(?!\d)|\b(?:pero|y (?=no|es|en)|but|and (?=that|it)|en realidad)\b"
)


_CORRECTS = re.compile(r"\b(?:corregi\w*|corrij\w+|rectific\w+|enmend\w+|correct\w*)\b")
"""Whoever corrects what was said gives behind the colon what is so."""


def reports(text: str) -> tuple[Stretch, ...]:
    """What is given as somebody's words, or as what was said and holds no more."""
    found = []
    for mark in _REPORT.finditer(text):
        own = r"\s*," if _CORRECTS.search(text, 0, mark.start()) else r"\s*[,:]"
        own_comma = re.match(own, text[mark.end() :])  # "according to you, …"
        end = _REPORT_ENDS.search(text, mark.end() + (own_comma.end() if own_comma else 0))
        found.append((mark.start(), end.start() if end else len(text)))
    found += [mark.span() for mark in _QUOTED.finditer(text)]
    for mark in _WAS_TO.finditer(text):
        stop = next((start for start, _ in breaks(text) if start >= mark.end()), len(text))
        found.append((mark.start(), stop))
    for mark in _TAKEN_BACK.finditer(text):
        if _SAID_AGAIN.search(text[: mark.start()]):
            continue
        begin = max((stop for _, stop in breaks(text) if stop <= mark.start()), default=0)
        end = _REPORT_ENDS.search(text, mark.end())
        found.append((begin, end.start() if end else len(text)))
    return tuple(found)


# --- doubt -------------------------------------------------------------------------------------

_HEDGE = re.compile(
    r"\b(?:es (?:posible|probable) que|it's possible|it is possible|puede (?:que|ser)|podria(?:n)?"
    r"|quiza(?:s)?|tal vez|a lo mejor|posiblemente"
    r"|probablemente|seguramente|sospech\w*|creemos que|creo que|parece(?: ser)? que|pensamos que"
    r"|suponemos|comprobando si|mirando si|comprobamos si|estamos (?:comprobando|mirando|viendo)"
    r"|no (?:sabemos|se sabe|se) si|sin confirmar|por confirmar|no (?:esta )?confirmad[ao]"
    r"|maybe|perhaps|possibly|probably|might|may (?=be|have)|could (?=be|have)|we (?:think|suspect"
    r"|believe)|i (?:think|suspect|believe)|it (?:seems|looks like)|looks like|checking (?:if"
    r"|whether)"
    r"|not sure|don't know (?:if|whether)|unconfirmed)\b"
)


_NORM = re.compile(
    r"\b(?:por ley|la ley|lo dice la|derecho[s]? a|tien\w+ (?:el )?derecho|reglamento|normativa"
    r"|obligad[ao]s?"
    r"|por norma|como maximo|no mas de|mas de un|by law|the law|entitled|regulations?|required to"
    r"|at most"
    r"|no (?:more|longer) than|right to)\b"
)


_DUTY = re.compile(
    r"\b(?:t(?:iene|end(?:ria|ra)|enia)[ns]? que|ha[ns]? de|deb(?:e|en|era|eran|eria|erian)"
    r"|hay que|must|has to|have to"
    r"|needs? to|ought to)\s+(?:\w+\s+){0,3}?$"
)


_WOULD = re.compile(
    r"\b(?:would(?: not)?|wouldn't|(?!gustaria|querria|encantaria|alegraria)\w{2,}[aeid]ria[ns]?)\b"
    r"(?! (?:like|love)\b)(?!.*\b(?:que|that)\b)"
)


def is_due(before: str) -> bool:
    """ "It must be activated within a day", "you would have service": what must or would be is not
    said to be."""
    return any(each.search(before) for each in (_DUTY, _WOULD))


def norms(text: str) -> tuple[Stretch, ...]:
    """A sentence about what the law wants states nothing of this customer's line."""
    return ((0, len(text)),) if _NORM.search(text) else ()


def hedges(text: str) -> tuple[Stretch, ...]:
    """What is given as possible only, up to the end of its clause."""
    found = []
    for mark in _HEDGE.finditer(text):
        end = re.compile(r"[;()]|,(?!\d)|\b(?:pero|but)\b").search(text, mark.end())
        found.append((mark.start(), end.start() if end else len(text)))
    return tuple(found)


# --- negation ----------------------------------------------------------------------------------

_NO = (
    r"(?:no|nothing|nadie|ningun[ao]?|nunca|jamas|tampoco|ni|sin|nada|apenas|not|never|nobody|none"
    r"|cannot"
    r"|can't|without|neither|nor|no one|hardly|isn't|aren't|wasn't|weren't|don't|doesn't|didn't"
    r"|won't|haven't|hasn't|hadn't|couldn't|shouldn't|wouldn't|ain't)"
)
_NO_BEFORE = re.compile(rf"\b{_NO}\b")
_NOT_A_NO = re.compile(
    r"\b(?:dentro de nada|de aqui a nada|en nada|no solo|no solamente|not only|no obstante"
    r"|don't (?:you )?(?:worry|fret|panic|stress|fuss)"
    r"|no (?:te|se|os|le) (?:preocup|apur|agobi|inquiet|asust|alarm|angusti|impacient|com[ae]"
    r"|calient"
    r"|rall|ray|quem|disgust|enfad|estres|vuelv[ae]s? loc)\w*|no (?:tiene|hay|tenemos) (?:perdon"
    r"|excusa|disculpa|nombre|cuidado)|can't (?:apologi[sz]e|thank you|stress) enough|no (?:worries"
    r"|excuse|bother|fuss|sweat)|never (?:mind|fear)|no sabe[ns]? cuanto|no (?:me|nos) cansamos"
    r"|no doubt|sin duda|sin (?:ningun )?problemas?|no problem|without (?:any )?problems?|ni idea"
    r""
    r"|sin (?:miedo|reparos?|agobios?|prisas?|limites?|mas|coste|esperas?|cortes?|sobresaltos)"
    r"|nada mas que|no hay de que|no pasa nada|sin falta|no matter)\b"
)
_LACKS = re.compile(
    r"\b(?:falta[nr]?|fallan?|fallando|dejado de|dejo de|deja de|pendientes? de|a falta de|missing"
    r"|fail(?:s|ing|ed)?|stopped|lacks?|unable to|impide|imposible|sin poder)\b"
)
_NO_LACK = re.compile(
    r"\b(?:no|nunca|tampoco|not|never|hasn't|haven't|didn't"
    r"|doesn't)\s+(?:\w+\s+){0,2}?(?:dejado de|dejo de|deja de|falla\w*"
    r"|fallado|falta\w*|failed|stopped|missing)\b"
)
"""Denied twice: "has never stopped working"."""
_NO_AFTER = re.compile(
    r"^(?:\s+(?:a|con|en|to|with) \w+)?\W*(?:(?:aun|todavia|por ahora|de momento|ahora|hoy|ya"
    r"|still|yet|definitely)\W+)*"
    r"(?:no|not yet|isn't|aren't|doesn't|don't|not)\b(?!\s+(?:te\b|se\b|le\b|lo\b|la\b|hay\b|hace"
    r"|es\b|son\b|tienes"
    r"|necesit|worry|need))"
)
_OPENED_BY_NO = re.compile(r"\b(?:ni|nor|neither)\s*$")
_ENDS_WITH_NO = re.compile(r"\b(?:no|not|tampoco|isn't|aren't|doesn't|don't|can't)\W*$")


def opens_with_no(text: str, clause: int) -> bool:
    """Whether a clause is one of several that are denied ("ni llama ni recibe")."""
    return _OPENED_BY_NO.search(text[:clause]) is not None


_OR_ELSE = re.compile(r"\b(?:or|o|u)\s*$")
_DENIES_A_VERB = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|won't|doesn't|don't|didn't|isn't able to|aren't able to"
    r"|unable to|neither|no (?:puede[ns]?|podeis|puedo|podemos|podra[ns]?|podia[ns]?))\b[^,;:()]*$"
)


def goes_on_denied(text: str, clause: int, start: int) -> bool:
    """ "It can't make or take calls": what is denied of the first verb is of the second."""
    before = _OR_ELSE.sub("", text[:clause])
    return (
        before != text[:clause]
        and not text[clause:start].strip()
        and _DENIES_A_VERB.search(before) is not None
    )


def without_empty_noes(text: str) -> str:
    """Without the words that hold a "no" and deny nothing ("not only", "sin miedo")."""
    return _NOT_A_NO.sub(" ", text)


def is_negated(before: str, within: str, after: str) -> bool:
    """Whether words are denied, by what stands before them, in them, or behind ("activa no")."""
    said = _NOT_A_NO.sub(" ", before)
    if re.match(r"\s*(?:a|con|en|to) \w+ no (?:esta|estan|es)\b", after):
        return True
    if _NO_LACK.search(f"{said}{within}"):
        return False
    count = len(_NO_BEFORE.findall(said)) + len(_LACKS.findall(said))
    inside = _NO_BEFORE.search(_NOT_A_NO.sub(" ", within)) or _LACKS.search(within)
    if count or inside:
        return True
    return _NO_AFTER.match(after) is not None or (
        len(after) < 25 and _ENDS_WITH_NO.search(after) is not None
    )


# --- tense -------------------------------------------------------------------------------------

_FUTURE = re.compile(
    r"\b(?:va[ns]?|vamos|vais|ira[ns]?) a\s*(?:\w+\s*)?$|\b(?:will|'ll|going to|to be|gets?)\b"
    r"|\b\w+(?:ara|era|ira)[ns]?\b(?<!cara)(?<!para)(?<!fuera)(?<!hubiera)(?<!espera)(?<!era)"
    r"(?<!primera)(?<!cualquiera)(?<!manera)|\b\w+(?:aremos|eremos|iremos)\b"
)
_FUTURE_WITHIN = re.compile(
    r"^(?:se |te |lo |la )?\w+(?:ara|era|ira)[ns]?\b|\b(?:will|'ll)\b|\w+remos\b"
)
_PAST = re.compile(
    r"\b(?:estaba[ns]?|estuvo|estuvieron|fue|fueron|era[ns]?|funcionaba[ns]?|tenia[ns]?|podia[ns]?"
    r"|habia[ns]?"
    r"|was|were|had|used to|ayer|anteayer|yesterday|last (?:week|night|month)|antes|before that"
    r"|en su dia|corto|cortaron|dio|dieron|a las \d{1,2}[:.h]\d\d|at \d{1,2}[:.]\d\d)\b"
)


def is_future(before: str, within: str) -> bool:
    """Whether it is said that it will be so."""
    return _FUTURE.search(before) is not None or _FUTURE_WITHIN.search(within) is not None


def is_past(before: str, within: str, after: str) -> bool:
    """Whether it is said that it was so, which says nothing of now."""
    return any(_PAST.search(each) for each in (before, within)) or bool(
        re.match(r"\s*(?:ayer|yesterday|last night)\b", after)
    )
