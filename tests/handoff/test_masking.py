"""Invariant 10, on its own: a social security number is recognised however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import nir

from handoff.cleaning import MAX_CHARACTERS, NIR_MASK, clean, mask_nir
from handoff.errors import BadInput


def with_key(body: str) -> str:
    """Return 13 characters with their key."""
    return body + nir.calc_check_digits(body)


VALID = with_key("1850578006084")
CORSICAN = [with_key("285052A006084"), with_key("285052B006084")]
GROUPS = (1, 2, 2, 2, 3, 3, 2)


def grouped(number: str, between: str) -> str:
    parts, start = [], 0
    for size in GROUPS:
        parts.append(number[start : start + size])
        start += size
    return between.join(parts)


@pytest.mark.parametrize("number", [VALID, *CORSICAN, with_key("2991297611042"), with_key("7850578006084")])
@pytest.mark.parametrize(
    "between",
    [
        "",
        " ",
        ".",
        "-",
        "/",
        "_",
        "\u2013",
        "\u2011",
        "\u00a0",
        "\u202f",
        "\t",
        "\n",
        "  ",
        " - ",
        ", ",
        " | ",
        ":",
        "·",
    ],
)
def test_a_number_is_masked_whatever_stands_between_its_groups(number: str, between: str) -> None:
    text = f"Mon numéro : {grouped(number, between)}, merci."
    assert mask_nir(clean(text)) == f"Mon numéro : {NIR_MASK}, merci."


@pytest.mark.parametrize(
    "written",
    [
        " ".join(VALID),
        VALID[:13],
        grouped(VALID, " ")[:-3],
        VALID[:13] + "00",  # a typing error in the key
        "NIR" + VALID,
        VALID + "merci",
        "n°" + VALID,
        "(" + VALID + ")",
        CORSICAN[0].lower(),
        "".join(chr(ord("０") + int(c)) for c in VALID),
        "\u200b".join(VALID),
        "\u2066" + VALID + "\u2069",
        VALID[:7] + "\u00ad" + VALID[7:],
        grouped(VALID, " ")[:8] + "\n" + grouped(VALID, " ")[8:],
        "".join(c + "\ufe0f\u20e3" for c in VALID),
    ],
)
def test_a_number_is_masked_however_it_is_written(written: str) -> None:
    masked = mask_nir(clean(f"voici {written} voilà"))
    assert NIR_MASK in masked
    assert "006084" not in "".join(c for c in masked if c.isalnum())


@given(
    before=st.text(alphabet="0123456789 .-/\na", max_size=12),
    after=st.sampled_from(["", " ", ", ", " 12", "\n06 12 34 56 78", " euros"]),
    between=st.sampled_from(["", " ", "-", "."]),
)
def test_what_stands_around_a_number_does_not_save_it(before: str, after: str, between: str) -> None:
    if before[-1:].isdigit():
        before += " "
    masked = mask_nir(before + grouped(VALID, between) + after)
    digits = "".join(c for c in masked.removeprefix(before) if c.isdigit())
    assert "8006084" not in digits
    assert "185057800" not in digits


@pytest.mark.parametrize(
    "text",
    [
        "Mon téléphone est le 06 12 34 56 78, ou +33 6 12 34 56 79.",
        "SIRET 732 829 320 00074",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "Né le 12/05/1985, j'ai 500 € en 2026 et 160 trimestres.",
        "Le 14 juillet 1789 à 10:30, 75011 Paris",
        "1234567890123456",
        "1 2 3 4 5 6 7 8",
        "Article L6323-10 du code du travail, 1 607 heures, 35 heures, 24 mois, 2 ans",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert mask_nir(text) == text


def test_two_numbers_are_both_masked() -> None:
    assert mask_nir(f"{VALID} et {grouped(CORSICAN[0], ' ')}") == f"{NIR_MASK} et {NIR_MASK}"


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b\u200d", "\u202e", "\0", "\ufeff \u2060"])
def test_a_text_with_nothing_visible_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        clean(text)


def test_a_text_is_bounded_and_its_end_is_kept() -> None:
    assert len(clean("a" * MAX_CHARACTERS)) == MAX_CHARACTERS
    with pytest.raises(BadInput):
        clean("a" * (MAX_CHARACTERS + 1))


@given(st.text(max_size=80))
def test_a_cleaned_text_is_clean(text: str) -> None:
    try:
        once = clean(text)
    except BadInput:
        return
    assert clean(once) == once
    assert once == once.strip()
    assert "\0" not in once
    assert mask_nir(mask_nir(once)) == mask_nir(once)


@given(st.text(alphabet="0123456789 ", max_size=400))
def test_masking_takes_no_time_on_digits(text: str) -> None:
    mask_nir(text * 10)
