"""The vocabulary of statements: what people write when they say how something is.

All patterns are for folded text (small letters, no accents), Spanish and English side by side.
"""

from __future__ import annotations

import re

from relevo.claims.patterns import any_of

_BE = (
    r"(?:est[ae]n?|sigue[n]?|queda[n]?|ha[n]? quedado|es|son|ha[n]? sido|se ha[n]?"
    r"|hemos|consta[n]?( como)?)"
)
_IS = r"(?:is|are|'s|'re|has been|have been|was just|we have|remains?)"
_NOW = (
    r"(?:\s+(?:ya|ahora|plenamente|totalmente|completamente|perfectamente|no|not"
    r"|now|already|back|fully|still|aun|todavia|yet|como))*"
)

STATES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "live",
        any_of(
            (
                rf"\b{_BE}{_NOW}\s+(?:acti[bv]ad[ao]s?|acti[bv][ao]s?|operativ[ao]s?"
                rf"|en servicio|dad[ao]s? de alta|list[ao]s? para usar)\b"
            ),
            r"\b(?:ya|linea|numero)\s+acti[bv][ao]s?\b",
            (
                rf"\b{_IS}{_NOW}\s+(?:active|activated|live|in service|operational"
                rf"|up and running)\b"
            ),
        ),
    ),
    (
        "works",
        any_of(
            (
                r"\b(?:ya |no |todo |aun |todavia )*f[uo]n?cionan?(?:do)?(?:\s+(?:ya"
                r"|perfectamente|bien|con normalidad))*\b"
            ),
            rf"\b{_IS}{_NOW}\s+working\b(?! on)(?! to)(?! hard)",
            (
                r"\b(?:line|number|it|everything|sim|card|\d{3})\s+(?:now |already "
                r"|still )*(?:works|(?:does not|doesn't|do not|don't) work)\b"
            ),
            r"\b(?:now |already )works\b",
        ),
    ),
    (
        "ported",
        any_of(
            r"\b(?:ha[n]? sido|est[ae]n?|ya|fue) (?:ya )?portad[ao]s?\b",
            (
                r"\bportabilidad (?:se ha |esta |ha sido |ya (?:esta |se ha )?)?(?:completad"
                r"|finalizad|realizad|hech|terminad)[ao]\b"
            ),
            r"\bya (?:esta|es|estan) (?:con|en|de) (?:brisa|cantil|duna|altamar)\b",
            r"\bha[n]? cambiado (?:ya )?(?:de operador|a (?:brisa|cantil|duna|altamar))\b",
            rf"\b{_IS}{_NOW}\s+(?:ported|moved|transferred|switched)\b",
            r"\b(?:has|have) (?:now |already )?(?:moved|switched) to\b",
        ),
    ),
    (
        "confirmed",
        any_of(
            (
                rf"\b(?:solicitud|portabilidad|cambio|numero|linea"
                rf"|\d{{3}})\s+{_BE}{_NOW}\s+confirmad[ao]s?\b"
            ),
            (
                rf"\b(?:request|port|move|number|line|switch"
                rf"|\d{{3}})\s+{_IS}{_NOW}\s+confirmed\b"
            ),
        ),
    ),
    (
        "requested",
        any_of(
            (
                rf"\b(?:portabilidad|cambio|numero|linea|\d{{3}})\s+{_BE}{_NOW}\s+(?:solicitad"
                rf"|pedid|tramitad)[ao]s?\b"
            ),
            (
                r"\bhemos (?:solicitado|pedido|tramitado) (?:la portabilidad|el cambio"
                r"|tu numero|el numero)\b"
            ),
            rf"\b(?:port|move|number|line|switch)\s+{_IS}{_NOW}\s+(?:requested|asked for)\b",
        ),
    ),
    (
        "rejected",
        any_of(
            rf"\b{_BE}{_NOW}\s+(?:rechazad|denegad)[ao]s?\b",
            r"\bha[n]? (?:rechazado|denegado)\b",
            rf"\b{_IS}{_NOW}\s+(?:rejected|refused|declined|denied)\b",
        ),
    ),
    (
        "cancelled",
        any_of(
            rf"\b{_BE}{_NOW}\s+(?:cancelad|anulad)[ao]s?\b",
            (
                r"\bhemos (?:cancelado|anulado) (?:la portabilidad|el cambio|tu pedido"
                r"|la solicitud)\b"
            ),
            rf"\b{_IS}{_NOW}\s+(?:cancelled|canceled|withdrawn)\b",
        ),
    ),
    (
        "in_recovery",
        any_of(
            r"\b(?:la |lo )?est(?:amos|an) (?:ya )?(?:recuperando|reactivando)\b",
            r"\ben recuperacion\b",
            (
                r"\b(?:we are|we're|is|are) (?:now )?(?:being )?(?:recover(?:ing|ed)"
                r"|reactivat(?:ing|ed))\b"
            ),
        ),
    ),
    (
        "cut_by_donor",
        any_of(
            r"\bcortad[ao]s?\b",
            r"\b(?:ha|han) (?:cortado|dado de baja)\b",
            r"\bdio de baja\b",
            r"\bdad[ao]s? de baja\b",
            r"\b(?:se )?(?:dara|daran|daremos|va a dar|van a dar|vamos a dar) de baja\b",
            (r"\bwill be (?:cut(?: off)?|terminated|disconnected|deactivated|ceased)\b"),
            (
                r"\b(?:was|were|has been|have been|is|are|got)\s+(?:cut(?: off)?|terminated"
                r"|disconnected|deactivated|ceased)\b"
            ),
            r"\b(?:has|have) cut\b",
        ),
    ),
    (
        "dead",
        any_of(
            r"\b(?:sigue |esta |estan |siguen |queda )?sin (?:servicio|linea|cobertura)\b",
            r"\bfuera de servicio\b",
            (
                rf"\b{_BE}{_NOW}\s+(?:muert[ao]s?|inactiv[ao]s?|desactivad[ao]s?"
                rf"|suspendid[ao]s?|caid[ao]s?)\b"
            ),
            (
                rf"\b{_IS}{_NOW}\s+(?:dead|down|out of service|inactive|suspended"
                rf"|unreachable)\b"
            ),
            r"\b(?:has no|no|without) service\b",
            r"\bcannot be called\b|\bcan't be called\b|\bnadie puede llamar",
        ),
    ),
)

GOOD_STATES = frozenset({"live", "works", "ported", "confirmed", "requested"})
"""Said of "your line" without a number, they must hold for every line; the others for one."""

TRUE_IN: dict[str, frozenset[str]] = {
    "live": frozenset({"live"}),
    "works": frozenset({"live"}),
    "ported": frozenset({"ported", "live"}),
    "confirmed": frozenset({"confirmed", "ported", "live"}),
    "requested": frozenset({"requested", "confirmed", "ported", "live"}),
    "rejected": frozenset({"rejected"}),
    "cancelled": frozenset({"cancelled"}),
    "in_recovery": frozenset({"in_recovery", "cut_by_donor"}),
    "cut_by_donor": frozenset({"cut_by_donor", "in_recovery"}),
    "dead": frozenset({"cut_by_donor", "in_recovery"}),
}
"""In which states of a line a word about it is true."""

CAPABILITIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "calls_in",
        any_of(
            r"\brecib(?:e|es|en|ir|is|as|e usted) (?:ya |bien |las |todas las )*llamadas\b",
            r"\b(?:te|le|os) pueden? llamar\b",
            r"\bpueden? llamar(?:te|le)\b",
            r"\bllamadas entrantes\b",
            r"\b(?:receive|get|getting|receiving) (?:any )?calls\b",
            r"\bincoming calls\b",
            r"\b(?:people|others|everybody|everyone) can (?:now )?call you\b",
        ),
    ),
    (
        "calls_out",
        any_of(
            (
                r"\b(?:puedes?|podeis|pueden|tu puedes) (?:ya |no )?(?:hacer llamadas"
                r"|llamar)\b(?!te|le|nos)(?! al \d)(?! a nuestr)"
            ),
            r"\bllamadas salientes\b",
            (
                r"\byou (?:can|cannot|can't) (?:now |already )?(?:make (?:any )?calls|call out"
                r"|call)\b(?! us)"
            ),
            r"\boutgoing calls\b",
        ),
    ),
    (
        "sms_in",
        any_of(
            r"\brecib(?:e|es|en|ir|as) (?:ya )?(?:los )?(?:sms|mensajes)\b",
            r"\b(?:receive|get) (?:any )?(?:sms|texts?|text messages)\b",
        ),
    ),
    (
        "sms_out",
        any_of(
            r"\b(?:puedes|puede) (?:ya )?(?:enviar|mandar) (?:sms|mensajes)\b(?! al \d)",
            (
                r"\byou (?:can|cannot|can't) (?:now )?send (?:any )?(?:sms|texts?"
                r"|text messages)\b"
            ),
        ),
    ),
    (
        "data",
        any_of(
            (
                r"\b(?:tienes?|hay|sin|con|faltan?|fallan?|funcionan?|van"
                r"|vuelves a tener) (?:ya |aun |todavia |los |tus |bien "
                r"|de )*datos\b(?! personales)(?! de )"
            ),
            (
                r"\bdatos (?:moviles )?(?:ya |aun |todavia |no |si |te )*(?:funcionan|van"
                r"|fallan|estan activ|faltan)"
            ),
            r"\b(?:tienes?|sin|hay) (?:ya |aun )*internet\b",
            r"\b(?:have|no|without|has) (?:mobile )?data\b(?! protection)",
            (
                r"\bdata (?:now |already |still |does not |doesn't |is not |isn't )*(?:works?"
                r"|working|is up)\b"
            ),
        ),
    ),
)

NOT_ALL = re.compile(
    r"\b(?:algun[ao]s|ciert[ao]s|parte de|solo|varias|some|certain|only|part of"
    r"|few)\b|\bde (?:altamar|brisa|cantil|duna)\b|\bfrom (?:altamar|brisa|cantil"
    r"|duna)\b"
)
NEGATION = re.compile(
    r"\b(?:no|nadie|ningun[ao]?|nunca|nobody|none|tampoco|ni|sin|aun no|todavia no"
    r"|falta[n]?|falla[n]?|dejado de|not|never|cannot|without|neither|nor"
    r"|missing)\b|n't\b"
)
SUPPOSED = re.compile(
    r"\b(?:si|cuando|en cuanto|hasta que|una vez|cada vez|para que|a que"
    r"|oye[n]?(?: que)?|dice[s]? que|nos cuentas que|if|when|once|until|unless"
    r"|whether|as soon as|so that|hears?(?: that)?|you (?:say|told us) that"
    r"|wish)\b"
)
PAST = re.compile(
    r"\b(?:estaba[n]?|estuvo|funcionaba[n]?|was active|were active|was working"
    r"|used to|had been)\b"
)
FUTURE_STATE = re.compile(
    r"\b(?:se |la |lo |te la |te lo |quedara |estara[n]? "
    r"|sera[n]? )?(?:activara[n]?|activaremos|portara[n]?|cambiara[n]?|movera[n]?"
    r"|pasara[n]?|funcionara[n]?|migrara[n]?)\b"
    r"|\b(?:estara[n]?|quedara[n]?|sera[n]?|volvera[n]? a estar) (?:ya )?(?:activ"
    r"|operativ|portad|funcionando|lista)"
    r"|\bva[n]? a (?:activar|cambiar|portar|pasar|mover|funcionar|estar)"
    r"|\b(?:se mueve[n]?|cambia[n]?|pasa[n]? a|se activa[n]?|se porta[n]?)\b"
    r"|\b(?:will|is going to|are going to) (?:be (?:activ|live|port|mov|switch"
    r"|work)|move|switch|work|change|port|activate)"
    r"|\b(?:moves|switches)\b"
)
WINDOW_WORDS = re.compile(
    r"\b(?:ventana|portabilidad|activacion|cambio|fecha|window|port|switch|move"
    r"|activation|date|dia)\b"
)
CANCEL_WORDS = re.compile(
    r"\b(?:cancelar|anular|parar(?:lo|la)?|detener|echarte atras|arrepent"
    r"|stop(?: it)?|cancel|call it off|undo)"
)
DENIED = any_of(
    (
        r"\bno (?:nos |me |le |te |se )?(?:const[ae]n?|figura[n]?|aparece[n]?"
        r"|existe[n]?|vemos|encontramos|tenemos|hay|sale|veo|encuentro|localiz(?:o"
        r"|amos))\b(?: (?:ningun[ao]?|ni|esa?|es[ao]s|est[ae]|la|el|tu|su"
        r"|registrad[ao]|en (?:nuestro|el) sistema|constancia(?: de)?|otra"
        r"|mas))*[^.,;]{0,30}\b(?:linea|numero|movil|segunda)\b"
    ),
    (
        r"\b(?:linea|numero|\d{3}) (?:que \w+ )?no (?:nos |me )?(?:const[ae]|figura"
        r"|aparece|existe|esta en (?:tu|su|el) (?:pedido|contrato))\b"
    ),
    (
        r"\bsol[oa]mente? (?:nos )?(?:const[ae]|tenemos|tienes|figura|hay"
        r"|vemos) (?:una?|1) (?:sola )?(?:linea|numero|movil)\b"
    ),
    (
        r"\bsolo (?:nos )?(?:const[ae]|tenemos|tienes|tiene|figura|hay|vemos) (?:una?"
        r"|1) (?:sola )?(?:linea|numero|movil)\b"
    ),
    (
        r"\b(?:no (?:record|trace|sign) of|(?:cannot|can't|do not|don't|could not"
        r"|couldn't) (?:see|find|have)(?: any record of)?)\b[^.,;]{0,40}\b(?:line"
        r"|number|mobile)\b"
    ),
    (
        r"\bno (?:nos |me |le |te |se )?(?:const[ae]n?|figuran?|aparecen?|existen?|vemos"
        r"|encontramos|tenemos|hay|veo|encuentro|localiz(?:o|amos))\b[^.,;]{0,20}"
        r"\b(?:pedido|solicitud|contrato)s?\b[^.,;]{0,12}\b(?:nombre|suy[ao]|tuy[ao]|usted)\b"
    ),
    (
        r"\b(?:(?:have|is|find|see) no|(?:cannot|can't|do not|don't|could not|couldn't)"
        r" (?:see|find|have)(?: any| an)?) (?:order|request|contract)s?\b[^.,;]{0,12}"
        r"\b(?:your|you|yours)\b"
    ),
    r"\b(?:line|number|\d{3}) (?:does not|doesn't) (?:exist|appear)\b",
    r"\b(?:line|number|\d{3}) (?:is not|isn't) (?:in|on|part of) (?:your|the) (?:order|contract)\b",
    r"\bonly (?:one|1|a single) (?:line|number|mobile)\b",
)
