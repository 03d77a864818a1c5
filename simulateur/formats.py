"""How a dated value is written for a French reader and how it is spoken; owns spaces, plurals and units."""

from __future__ import annotations

from decimal import Decimal

NARROW = "\u202f"  # between thousands
HARD = "\u00a0"  # before a unit
_UNITS = {
    "heures": ("heure", "heures"),
    "jours": ("jour", "jours"),
    "mois": ("mois", "mois"),
    "annees": ("an", "ans"),
    "points": ("point", "points"),
    "trimestres": ("trimestre", "trimestres"),
}


def format_number(number: float, decimals: int | None = None, spoken: bool = False) -> str:
    """Write a number the French way: `1803` → `1 803`, `12.5` → `12,5`; no group separator when spoken."""
    exact = Decimal(str(number))
    text = f"{exact:,.{decimals}f}" if decimals is not None else f"{exact.normalize():,f}"
    return text.replace(",", "" if spoken else NARROW).replace(".", ",")


def format_euros(amount: float, spoken: bool = False) -> str:
    """Write euros, with cents only when there are some: `103,20 €`, spoken `103 euros et 20 centimes`."""
    cents = round(Decimal(str(amount)) * 100)
    whole, rest = divmod(cents, 100)
    if not spoken:
        return f"{format_number(amount, 2 if rest else 0)}{HARD}€"
    euros = f"{whole} {_plural(whole, 'euro', 'euros')}"
    return f"{euros} et {rest} {_plural(rest, 'centime', 'centimes')}" if rest else euros


def format_age(months: int, spoken: bool = False) -> str:
    """Write an age held in months: `62 ans et 9 mois`."""
    space = " " if spoken else HARD
    years, rest = divmod(months, 12)
    parts = [f"{years}{space}{_plural(years, 'an', 'ans')}"] if years else []
    if rest or not years:
        parts.append(f"{rest}{space}mois")
    return " et ".join(parts)


def format_phone(number: str, spoken: bool = False) -> str:
    """Write a telephone number by pairs; short numbers stay whole on a page and are spoken by pairs."""
    digits = number.replace(" ", "")
    if not spoken and len(digits) <= 4:
        return digits
    if len(digits) == 6:
        return " ".join((digits[:3], digits[3:])) if spoken else HARD.join((digits[:3], digits[3:]))
    pairs = [digits[i : i + 2] for i in range(0, len(digits), 2)]
    if len(digits) % 2:  # 114, 3 digits: said whole
        pairs = [digits]
    return (" " if spoken else HARD).join(pairs)


def format_quantity(value: float, unit: str, spoken: bool = False) -> str:
    """Write a numeric value with its unit; `unit` is one of the units of the parameter files.

    >>> format_quantity(24, "heures", spoken=True)
    '24 heures'
    """
    if unit == "EUR":
        return format_euros(value, spoken)
    if unit == "age":
        return format_age(int(value), spoken)
    if unit == "pourcent":
        percent = format_number(float(Decimal(str(value)) * 100), spoken=spoken)
        return f"{percent} pour cent" if spoken else f"{percent}{HARD}%"
    number = format_number(value, spoken=spoken)
    if unit == "nombre":
        return number
    one, many = _UNITS[unit]
    return f"{number}{' ' if spoken else HARD}{_plural(value, one, many)}"


def _plural(count: float, one: str, many: str) -> str:
    return one if abs(count) < 2 else many  # French: 1,5 is singular
