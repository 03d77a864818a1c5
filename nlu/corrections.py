"""Reads a correction: « non, je voulais dire le CET », « pas le chômage, la retraite », « c'est pas ça ».

Pure text. Refuses to choose another topic: nlu.reading does, with the classifier.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.facts import same_length_fold
from nlu.families import families_named
from nlu.normalizer import fold, normalize


@dataclass(frozen=True)
class Correction:
    """The answer before was not the right one; `rest` is what is wanted instead, if it is said."""

    rest: str = ""
    rejected: frozenset[str] = frozenset()  # families named as not wanted


_NO = r"(?:(?:ah |mais |euh )*(?:non|nan|nn)\b[\s,.!]*)"
_NOT_THAT = (
    r"(?:(?:c'est|c|ce n'est|cest|c'etait) pas (?:du tout )?(?:ca|sa|cela|ma question|la (?:bonne )?question"
    r"|ce que je (?:demande|demandais|voulais|veux|cherche)(?: (?:savoir|dire))?|la bonne reponse|le sujet)"
    r"|pas (?:du tout )?ca|(?:ca n'a|ca a|c'est|ca|aucun) ?(?:rien a voir|rapport)"
    r"|(?:vous|tu) (?:n'|ne |m'|me )*(?:avez|as|repondez|reponds|comprenez|comprends) (?:pas|rien|mal)"
    r"(?: (?:compris|repondu|a ma question|ma question))*|(?:ca|cela) (?:ne )?repond pas(?: a ma question)?"
    r"|mauvaise reponse|vous (?:vous )?(?:etes trompe|trompez)|j'ai pas demande ca"
    r"|je (?:voulais|veux|parlais|parle) (?:dire |de |d')*autre chose)"
)
_MEANT = (
    r"(?:je (?:voulais|veux|voudrais) (?:plutot |juste )?(?:dire|parler (?:de|du|des)|savoir)"
    r"|je (?:parle|parlais|demande|demandais|pensais)(?: plutot)?(?: (?:de|du|des|a|pour))?"
    r"|c'est (?:plutot )?(?:pour|de|sur)"
    r"|c'etait (?:plutot )?(?:pour|de|sur)|plutot|ma question (?:c'est|est|porte sur|etait)|moi c'est)"
)
_MATTER = (
    r"(?:pas|non pas)\s+(?!seulement|juste|que\b|uniquement|encore|trop|assez)(?:de |du |sur |pour |d')?"
    r"(?P<out>(?:(?:le|la|les|l'|mon|ma|mes|au|du|des)\s*)?[^,;.?!]{2,40}?)"
)
# One of these is in every correction: most messages are told apart at once.
_CUE = re.compile(
    r"\bpas\b|\bn[aon]n\b|\bnn\b|voulais|parl|plutot|\brien\b|\brapport\b|\bmal\b|mauvaise|tromp"
)
_ARTICLE = r"(?:le|la|les|l'|mon|ma|mes|du|pour|sur)"
_ALONE = re.compile(rf"^{_NO}?(?:mais )?(?P<that>{_NOT_THAT})(?: du tout| non plus)?[\s.!,]*$")
_WANTED = (
    re.compile(
        rf"^{_NO}?(?:je (?:ne |n')?parl\w+ |c'est |je (?:ne )?veux )?{_MATTER}"
        rf"\s*(?:[,;.]\s*(?:mais |plutot |c'est )?|\s+(?:mais|plutot) )(?:{_MEANT}\s+)?(?P<rest>\S.+)$"
    ),
    re.compile(rf"^{_NO}?(?:mais )?{_NOT_THAT}[\s,.!;:]+(?:{_MEANT}\s+)?(?P<rest>\S.+)$"),
    re.compile(rf"^{_NO}(?:pas ca[\s,.]*)?{_MEANT}\s+(?P<rest>\S.+)$"),
    re.compile(
        rf"^{_NO}?pas\s+(?P<out>{_ARTICLE}\s*\S{{2,20}})\s+(?P<rest>{_ARTICLE}\s*\S+(?: \S+)?)[\s.!?]*$"
    ),
    re.compile(rf"^{_NO}(?P<named>(?P<rest>{_ARTICLE}\s*\S.{{1,40}}))$"),
    re.compile(r"^(?:en fait )?je voulais (?:plutot )?(?:dire|parler (?:de|du|des))\s+(?P<rest>\S.+)$"),
    re.compile(
        r"^(?P<rest>[^,;.]{3,60}),\s*pas (?!seulement|juste|que\b|uniquement)(?P<out>[^,;.?!]{2,40})[\s.!]*$"
    ),
)


_REFUSAL = re.compile(
    r"(?:euh |mais |bon |ah )*(?:(?:non|nan)\b|laisse[zr]? (?:tomber|beton)|(?:on )?arrete[zr]?\b|stop\b"
    r"|annule|j'abandonne|je (?:ne |n')?(?:veux|souhaite|prefere) pas|(?:je n'|j')ai pas envie"
    r"|ca (?:ne )?vous regarde pas)"
)


def read_correction(text: str) -> Correction | None:
    """Tell whether a message sets aside the answer before it; None when it does not."""
    plain = same_length_fold(text).rstrip()
    if not _CUE.search(plain):
        return None
    if _ALONE.match(plain) or _ALONE.match(fold(normalize(text))):
        return Correction()
    for pattern in _WANTED:
        match = pattern.match(plain)
        if match is None:
            continue
        said = match.groupdict()
        out = families_named(said.get("out") or "")
        if ("out" in said and not out) or ("named" in said and not families_named(said["named"])):
            continue  # « je n'ai pas compris, expliquez », « non pas la peine »: nothing is set aside
        return Correction(text[match.start("rest") : match.end("rest")].strip(), frozenset(out))
    return None


def refuses(text: str) -> bool:
    """Tell whether a message to a form says no, whatever its reasons: « non je veux pas donner ma date »."""
    return bool(_REFUSAL.match(same_length_fold(text).strip()))
