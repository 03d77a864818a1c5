"""What a refused field should have been, in French; never what it was."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

_PLAIN = {
    "missing": "ce champ est obligatoire",
    "string_type": "un texte",
    "int_type": "un nombre entier",
    "int_parsing": "un nombre entier",
    "int_from_float": "un nombre entier",
    "float_type": "un nombre",
    "bool_type": "true ou false",
    "list_type": "une liste",
    "dict_type": "un objet JSON",
    "model_type": "un objet JSON",
    "model_attributes_type": "un objet JSON",
    "extra_forbidden": "ce champ n'existe pas",
    "timezone_aware": "une date et une heure avec leur décalage, par exemple 2026-11-23T10:00:00+01:00",
    "string_pattern_mismatch": "un texte de la forme décrite dans /openapi.json",
}
_BOUNDED = {
    "string_too_short": "au moins {min_length} caractère(s)",
    "string_too_long": "au plus {max_length} caractères",
    "too_short": "au moins {min_length} élément(s)",
    "too_long": "au plus {max_length} éléments",
    "greater_than_equal": "au moins {ge}",
    "less_than_equal": "au plus {le}",
    "greater_than": "plus que {gt}",
    "less_than": "moins que {lt}",
}
_CHOICES = ("literal_error", "enum")
_OTHERWISE = "une valeur conforme à /openapi.json"


def expected(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    """Say what the field of a pydantic error should be: its own description, else what its type asks."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind == "missing":
        return _PLAIN[kind]
    if error["loc"] and (field := model.model_fields.get(str(error["loc"][0]))) and field.description:
        return field.description
    if kind in _CHOICES:
        return "une valeur parmi " + str(context.get("expected", "")).replace(" or ", " ou ")
    if kind in _BOUNDED:
        return _BOUNDED[kind].format(**context)
    if kind.startswith(("datetime", "timezone")):
        return _PLAIN["timezone_aware"]
    return _PLAIN.get(kind, _OTHERWISE)
