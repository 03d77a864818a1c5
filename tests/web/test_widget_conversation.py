"""The widget, as an usager lives it: with a keyboard, a bad network, a reload, a closed service."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.chromium import Opener, Peer
from tests.web.screens import ask_for_human, field, log, menu, open_widget, say

pytestmark = pytest.mark.browser
API = re.compile(r"/api/v1/conversations")
FOCUS = """() => {
  let node = document.activeElement;
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return (node.getAttribute("aria-label") || node.textContent || node.id || node.localName).trim();
}"""


def said(page: Page, text: str) -> int:
    return log(page).get_by_text(text, exact=True).count()


def test_the_keyboard_opens_closes_and_comes_back(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    launcher = page.get_by_role("button", name="Poser une question")
    expect(launcher).to_be_visible()
    launcher.focus()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    page.keyboard.type("C'est quoi le CPF ?")
    page.keyboard.press("Enter")
    expect(log(page).get_by_role("button", name="Agent public")).to_be_visible()
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Conseiller virtuel")).to_be_hidden()
    expect(launcher).to_be_focused()


def test_a_question_asked_before_the_conversation_is_open_is_answered(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    peer.control(opening=1.5)
    page.get_by_role("button", name="Poser une question").press("Enter")
    expect(field(page)).to_be_focused()
    page.keyboard.type("C'est quoi le CPF ?")
    page.keyboard.press("Enter")
    expect(log(page).get_by_text("réserve pour vous former")).to_be_visible()
    assert said(page, "C'est quoi le CPF ?") == 1


def test_a_panel_is_left_with_escape_before_the_dialog(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    menu(page, "Qui suis-je")
    expect(page.get_by_role("heading", name="Qui suis-je")).to_be_focused()
    page.keyboard.press("Escape")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Poser ma question")).to_be_focused()


def test_full_screen_keeps_the_focus_inside(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base, 360, 740)
    dialog = open_widget(page)
    expect(dialog).to_have_attribute("aria-modal", "true")
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUS))
    assert "Menu" in seen and "Envoyer" in seen
    assert seen.count("Fermer") >= 2
    assert not any("Espace des conseillers" in stop for stop in seen)


def test_on_a_large_screen_the_page_stays_within_reach(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    dialog = open_widget(page)
    assert dialog.get_attribute("aria-modal") is None
    page.get_by_role("link", name="Espace des conseillers").first.focus()
    expect(page.get_by_role("link", name="Espace des conseillers").first).to_be_focused()


def test_each_message_is_shown_once_with_its_author(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    say(page, "C'est quoi le CPF ?")
    expect(log(page).get_by_text("réserve pour vous former")).to_be_visible()
    peer.control(cut=True)
    page.wait_for_timeout(2_500)
    assert said(page, "C'est quoi le CPF ?") == 1
    authors = log(page).locator("li.message .author").all_inner_texts()
    assert [author.rstrip(" :\n") for author in authors] == [
        "Assistant automatique",
        "Vous",
        "Assistant automatique",
    ]


def test_a_message_sent_while_the_line_is_cut_arrives_once_it_is_back(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    page.context.set_offline(True)
    expect(page.get_by_text("Vous êtes hors connexion")).to_be_visible()
    say(page, "Une formation sans réseau")
    expect(page.get_by_text("Gardé ici")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Gardé ici")).to_be_hidden()
    expect(log(page).get_by_text("Une formation sans réseau", exact=True)).to_be_visible()
    expect(page.get_by_text("Vous êtes hors connexion")).to_be_hidden()
    assert peer.control()["sent"] == ["Une formation sans réseau"]


def test_an_unsent_message_survives_a_reload(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    page.route(API, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    say(page, "Ma formation, malgré tout")
    field(page).fill("Un brouillon en cours")
    page.reload()
    expect(page.get_by_text("Ma formation, malgré tout")).to_be_visible()
    expect(field(page)).to_have_value("Un brouillon en cours")
    page.unroute(API)
    expect(log(page).get_by_text("Ma formation, malgré tout", exact=True)).to_be_visible(timeout=15_000)
    assert peer.control()["sent"] == ["Ma formation, malgré tout"]


def test_an_answer_lost_on_its_way_does_not_send_the_message_twice(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    lost: list[int] = []

    def lose_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/messages$"), lose_first)
    say(page, "Le CPF, une seule fois")
    expect(log(page).get_by_text("réserve pour vous former")).to_be_visible()
    page.wait_for_timeout(2_000)
    assert lost == [200]
    assert said(page, "Le CPF, une seule fois") == 1
    assert peer.control()["sent"] == ["Le CPF, une seule fois"]


def test_a_reload_keeps_the_conversation_and_reads_nothing_again(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    say(page, "C'est quoi le CPF ?")
    expect(log(page).get_by_text("réserve pour vous former")).to_be_visible()
    page.reload()
    expect(log(page).get_by_text("réserve pour vous former")).to_be_visible()
    expect(log(page)).to_have_attribute("aria-live", "polite")
    assert said(page, "C'est quoi le CPF ?") == 1


def test_a_refused_message_is_given_back_with_the_reason(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    detail = "Ce message ne peut pas être lu. Écrivez-le autrement."
    answer = {"type": "about:blank", "title": "Refus", "status": 422, "detail": detail}
    page.route(
        re.compile("/messages$"),
        lambda route: route.fulfill(status=422, json=answer, content_type="application/problem+json"),
    )
    say(page, "Un texte refusé")
    expect(page.get_by_role("alert").get_by_text(detail)).to_be_visible()
    expect(field(page)).to_have_value("Un texte refusé")


def test_the_limit_is_announced_and_held(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    field(page).fill("a" * 3990)
    expect(page.locator("p.counter")).to_have_text(
        "Encore 10 caractères sur 4 000".replace("4 000", "4\u202f000")
    )
    field(page).fill("a" * 4001)
    field(page).press("Enter")
    expect(page.get_by_role("alert").get_by_text("dépasse")).to_be_visible()
    assert peer.control()["sent"] == []


def test_markup_is_shown_as_text(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    attack = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    say(page, attack)
    expect(log(page).get_by_text(attack, exact=True)).to_be_visible()
    assert page.evaluate("() => window.hacked") is None


def test_the_act_is_a_link_and_what_people_write_is_not(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    say(page, "Le CPF, c'est https://exemple.test/ ?")
    act = log(page).get_by_role("link", name="Ouvrir Mon compte formation (Caisse des Dépôts)")
    expect(act).to_have_attribute("href", "https://www.moncompteformation.gouv.fr/")
    expect(act).to_have_attribute("rel", "noopener noreferrer")
    assert log(page).get_by_role("link", name="exemple.test").count() == 0


def test_a_profile_button_then_the_panel_change_the_wording(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    say(page, "C'est quoi le CPF ?")
    log(page).get_by_role("button", name="Agent public").click()
    expect(log(page).get_by_text("compté en heures")).to_be_visible()
    menu(page, "Qui suis-je")
    page.get_by_label("Salarié du privé").check()
    page.get_by_label("Je travaille à temps partiel").check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("button", name="Profil : Salarié du privé, temps partiel")).to_be_visible()


def test_the_identity_button_opens_the_fictional_persons(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    say(page, "Combien ai-je ?")
    log(page).get_by_role("button", name="Consulter mes droits").click()
    expect(page.get_by_text("toutes ces personnes sont fictives")).to_be_visible()
    page.get_by_label("Nadia Belkacem").check()
    page.get_by_role("button", name="Me connecter").click()
    expect(log(page).get_by_text("Nadia Belkacem, personne fictive")).to_be_visible()
    say(page, "Combien ai-je ?")
    expect(log(page).get_by_text("relevé au 20 novembre 2026")).to_be_visible()
    expect(log(page).get_by_role("table", name="Solde année par année")).to_be_visible()


def test_a_closed_service_offers_to_call_back(open_page: Opener, peer: Peer) -> None:
    peer.control(open=False)
    page = open_page(peer.base)
    open_widget(page)
    page.get_by_role("button", name="Parler à un conseiller").first.click()
    expect(log(page).get_by_text("Les conseillers ne sont pas là")).to_be_visible()
    log(page).get_by_role("button", name="Être rappelé").click()
    page.get_by_role("button", name="Demander à être rappelé").click()
    expect(page.get_by_text("Indiquez un numéro de téléphone")).to_be_visible()
    page.get_by_label("Téléphone").fill("06 12 34 56 78")
    page.get_by_role("button", name="Demander à être rappelé").click()
    expect(page.get_by_text("Votre rappel est noté")).to_be_visible()


def test_who_waits_sees_their_place_and_may_give_up(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    ask_for_human(page)
    expect(page.get_by_text("1re position, attente entre 3 et 6 minutes")).to_be_visible()
    page.get_by_role("button", name="Ne plus attendre").click()
    expect(page.get_by_text("Un assistant automatique vous répond")).to_be_visible()


def test_my_data_are_taken_away_then_erased(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    say(page, "Un message à effacer")
    expect(log(page).get_by_text("Je ne suis pas sûr")).to_be_visible()
    menu(page, "Mes données")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger ma conversation").click()
    assert "Un message à effacer" in download.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Effacer ma conversation").click()
    page.get_by_role("button", name="Oui, tout effacer").click()
    expect(log(page).get_by_text("Un message à effacer")).to_have_count(0)
    expect(log(page).get_by_text("Je suis un assistant automatique")).to_be_visible()
    assert peer.control()["sent"] == []


def test_a_service_that_does_not_answer_says_so_and_can_be_tried_again(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    page.route(API, lambda route: route.abort())
    page.get_by_role("button", name="Poser ma question").click()
    expect(page.get_by_text("Le conseiller virtuel ne répond pas")).to_be_visible()
    page.unroute(API)
    page.get_by_role("button", name="Réessayer").click()
    expect(log(page).get_by_text("Je suis un assistant automatique")).to_be_visible()


def test_words_in_another_language_tell_which(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base)
    open_widget(page)
    say(page, "solo hablo español")
    expect(log(page).get_by_text("Solo hablo francés.")).to_have_attribute("lang", "es")
    expect(log(page).get_by_text("Je parle seulement français.").locator("[lang]")).to_have_count(0)
    button = log(page).get_by_role("button", name="Parler à un conseiller – Hablar con una persona")
    expect(button.locator("[lang=es]")).to_have_text("Hablar con una persona")


def test_one_tag_puts_the_widget_on_a_page_of_another_site(open_page: Opener, peer: Peer) -> None:
    elsewhere = peer.base.replace("127.0.0.1", "localhost")
    page = open_page(f"{elsewhere}/_host?service={peer.base}")
    page.get_by_role("button", name="Poser une question").click()
    expect(log(page).get_by_text("Je suis un assistant automatique")).to_be_visible()
    size = field(page).evaluate("(node) => getComputedStyle(node).fontSize")
    assert size == "16px"
    say(page, "C'est quoi le CPF ?")
    expect(log(page).get_by_text("réserve pour vous former")).to_be_visible()


def test_emergency_numbers_are_in_sight_even_after_a_conseiller_left(open_page: Opener, peer: Peer) -> None:
    page = open_page(peer.base, 360, 640)
    open_widget(page)
    peer.control(handed_back=True)
    expect(page.get_by_text("Votre échange avec le conseiller vous a-t-il satisfait")).to_be_visible()
    say(page, "je veux mourir")
    expect(log(page).get_by_text("Besoin d’aide tout de suite")).to_be_in_viewport()
    expect(log(page).get_by_text("3114")).to_be_in_viewport()
    expect(page.get_by_text("Votre échange avec le conseiller vous a-t-il satisfait")).to_be_hidden()


def test_a_cry_in_an_opinion_is_answered_not_thanked_even_with_no_stream(
    open_page: Opener, peer: Peer
) -> None:
    page = open_page(peer.base)
    open_widget(page)
    peer.control(handed_back=True, delay=0.5)
    page.get_by_label("Pas du tout satisfait").check()
    page.get_by_label("Un mot de plus").fill("je veux mourir")
    keys: list[str] = []

    def lose_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/feedback$"), lose_first)
    page.route(re.compile("/events$"), lambda route: route.abort())
    peer.control(cut=True)
    send = page.get_by_role("button", name="Envoyer mon avis")
    send.click()
    expect(page.get_by_text("Le service est injoignable")).to_be_visible()
    send.click()
    expect(send).to_have_attribute("aria-disabled", "true")
    send.press("Enter")
    expect(log(page).get_by_text("3114")).to_be_in_viewport()
    expect(page.get_by_text("Merci pour votre avis")).to_have_count(0)
    expect(send).to_be_hidden()
    assert said(page, "je veux mourir") == 1
    assert len(keys) == 2 and len(set(keys)) == 1
