"""What the law imposes on a market: on the second page, on the page to print, and every rule on the public page."""

from __future__ import annotations

import re
from datetime import date

import pytest

from drafter.library import Library
from drafter.web import pages
from drafter.web.law import Ask, ask, lots_label
from drafter.web.rules import read_rules

from .reading import Page
from .test_path import CLEANING, SOCIAL, described

LOTS = {
    "lots-0-intitule": "Accueil",
    "lots-0-montant_ht": "100 000",
    "lots-1-intitule": "Bureaux",
    "lots-1-montant_ht": "150 000",
}


def example(client, name: str) -> Page:
    first = client.get(f"/exemple/{name}").page
    return client.post("/verifier", data=first.sent("/verifier")).page


def duty(page: Page, title: str) -> str:
    """The text behind one line of the second page."""
    blocks = re.findall(r'<details class="loi".*?</details>', page.html, re.DOTALL)
    found = [block for block in blocks if f"<b>{title}" in block]
    assert len(found) == 1, title
    return plain(found[0])


def opened(client, page: Page, name: str) -> str:
    """The text of a part of the second page that comes when it is opened."""
    answer = client.post(f"/verifier/partie/{name}", data=page.sent("/verifier"))
    assert answer.status_code == 200
    return plain(answer.get_data(as_text=True))


def part(page: Page, title: str) -> str:
    """The text of a section, by the id of its title; empty when the page has no such section."""
    found = re.search(rf'<section aria-labelledby="{title}">.*?</section>', page.html, re.DOTALL)
    return plain(found[0]) if found else ""


def plain(html: str) -> str:
    """What a part of a page says, every space an ordinary one."""
    return " ".join(Page(f"<form>{html}").text.split())


def test_a_general_duty_says_everything(client) -> None:
    text = duty(described(client), "Condition d’exécution sociale")
    for said in (
        "Due",
        "L2112-2-1",
        "En vigueur depuis le 22 août 2026",
        "atteint le seuil européen de 216 000 €",
        "Heures d’insertion réservées",
        "CCAP, annexe à l’acte d’engagement",
        "lu le 22 novembre 2026 (sourcé)",
        "S’agit-il d’un produit ou d’un service du commerce",
        "Garder le compte rendu de sourcing",
    ):
        assert said in text, said


def test_a_sector_duty_says_everything(client) -> None:
    page = example(client, "ordinateurs")
    assert "AGEC, art. 58" in duty(page, "Part de biens issus du réemploi")
    answer = client.post("/verifier/partie/obligation/AGEC-58", data=page.sent("/verifier"))
    text = plain(answer.get_data(as_text=True))
    for said in (
        "17 catégories",
        "Depuis le 1er juillet 2024",
        "taux non chargé",
        "Plancher de la loi",
        "CCAP : Demander au titulaire un bilan annuel",
        "À déclarer",
        "30 juin de l’année suivante",
        "Pas de sanction prévue",
    ):
        assert said in text, said
    assert 'href="/regles?regle=AGEC-58#AGEC-58"' in answer.get_data(as_text=True)


def test_both_readings_of_the_threshold_and_how_to_change(client) -> None:
    page = client.get("/").page
    for _ in range(2):
        page = client.post("/decrire", data=page.sent("/verifier", action="ajouter-lot")).page
    page = client.post("/verifier", data=page.sent("/verifier", **{**CLEANING, **LOTS})).page
    text = duty(page, "Condition d’exécution sociale")
    assert "Valeur de tous les lots : due. Valeur de chaque lot : lots 1 et 2, non due" in text
    assert "Lecture retenue : valeur de tous les lots" in text
    assert "convient aux deux lectures" in text
    assert "/decrire#base_seuil_social" in page.addresses
    printed = client.post("/loi", data=page.sent("/verifier")).page
    assert "Comme tout le marché." in printed.text
    back = client.post("/decrire", data=page.sent("/verifier")).page
    by_lot = client.post("/verifier", data=back.sent("/verifier", base_seuil_social="lot")).page
    assert "Condition d’exécution sociale" in opened(client, by_lot, "non-dues")
    assert not re.search(r'<details class="loi"[^>]*><summary><span><b>Condition d’exécution sociale', by_lot.html)


def test_what_is_not_due_gives_its_reason(client) -> None:
    page = described(client)
    assert "obligations non dues" in part(page, "loi")
    text = opened(client, page, "non-dues")
    assert "Véhicules légers à faibles et très faibles émissions" in text
    assert "Votre achat ne relève pas de ces textes" in text


def test_questions_of_sector_duties_stay_in_their_duty(client) -> None:
    page = described(client, acheteur="")
    asked = part(page, "questions")
    assert "Quel est le statut de l’acheteur ?" in asked
    assert "(acheteur)" not in asked
    assert "/decrire#acheteur" in page.addresses
    assert "plastique à usage unique pour" not in asked
    for field in re.findall(r"Répondre", asked):
        assert field
    assert asked.count("Répondre :") == asked.count("Attendent la réponse")
    school = example(client, "renovation-ecole")
    (name,) = re.findall(r"obligation/([\w-]+)", school.html[school.html.index("<b>Diagnostic produits") :])[:1]
    text = opened(client, school, f"obligation/{name}")
    assert "La rénovation touche-t-elle plus de 1 000 m²" in text


def test_an_unknown_segment_does_not_open_forty_lines(client) -> None:
    page = described(client, objet="Prestations diverses", cpv="")
    assert len(page.html.encode()) < 100_000
    assert "en attente du segment" in part(page, "loi")
    assert "/decrire#segment" in page.addresses
    assert "En attente du segment d’achat" in client.post("/loi", data=page.sent("/verifier")).page.text


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("Quel est le statut de l'acheteur (acheteur) ?", "acheteur"),
        ("À quelle date l'accord-cadre a-t-il été lancé (date_accord_cadre) ?", "date_accord_cadre"),
        ("Quel est le montant hors taxes du lot 3 ?", "lots-2-montant_ht"),
        ("Quel est le montant hors taxes de chaque lot ?", "lots-0-montant_ht"),
        ("Quelle procédure est envisagée ?", "procedure"),
        ("De quel métier s'agit-il ?", "segment"),
        ("Le marché a-t-il une particularité ?", "drapeaux"),
        ("Le bâtiment dépasse-t-il 1 000 m² ?", ""),
    ],
)
def test_where_a_question_is_answered(question: str, field: str) -> None:
    found = ask(question)
    assert found.field == field
    assert "(acheteur)" not in found.text
    assert ask(found.text) == Ask(found.text, field) or field in ("acheteur", "date_accord_cadre")


def test_lots_are_named_shortly() -> None:
    assert lots_label([]) == ""
    assert lots_label([2]) == "lot 2"
    assert lots_label([3, 1]) == "lots 1 et 3"
    assert lots_label([1, 2, 3, 4]) == "lots 1 à 4"
    assert lots_label([9, 1, 2, 3, 7, 6]) == "lots 1 à 3, 6, 7 et 9"


def test_reservations_say_how_to_know_the_local_supply(client) -> None:
    page = example(client, "lot-reserve")
    assert "Réserver le marché ou un lot" in part(page, "loi")
    text = opened(client, page, "reservations")
    for said in (
        "Déclarée (lot 1)",
        "Possible (lot 2)",
        "L2113-13",
        "Au moins 50 %",
        "Marché de l’inclusion",
        "Exclue (lot 1)",  # prison work is not combined with the reservation declared there
        "Exclue (lots 1 et 2)",
    ):
        assert said in text, said
    assert "Concession réservée" not in text


# --- the page to print ---------------------------------------------------------------------------


def test_the_law_of_every_example_can_be_printed(client, library: Library) -> None:
    for name in library.examples:
        second = example(client, name)
        page = client.post("/loi", data=second.sent("/verifier")).page
        assert "Ce que la loi impose à ce marché" in page.title
        assert "<details" not in page.html
        assert len(page.html.encode()) < 80_000, name
        linked = {address[1:] for address in page.addresses if address.startswith("#")}
        assert linked <= {*page.ids, "contenu"}
        for title in re.findall(r'<details class="loi"[^>]*><summary><span><b>(.*?)</b>', second.html):
            assert title in page.html, (name, title)
        again = client.post("/verifier", data=page.sent("/verifier"))
        assert again.status_code == 200


def test_the_page_to_print_takes_the_choices_of_the_second_page(client) -> None:
    page = described(client)
    chosen = {"o--CR-04--derogation": "DER-SOC-3", "o--CR-04--motif": "Un seul opérateur"}
    printed = client.post("/loi", data=page.sent("/verifier", **chosen)).page
    assert "Un seul opérateur" in printed.text
    assert "Dérogation motivée" in printed.text
    wrong = client.post("/loi", data=page.sent("/verifier", **{f"{SOCIAL}--garder": None}))
    assert wrong.status_code == 422
    assert wrong.page.title.startswith("Erreur")
    assert client.get("/loi").status_code == 405
    assert client.post("/loi", data=page.sent("/verifier", dossier="")).status_code == 422


def test_the_page_to_print_from_the_documents_and_with_an_old_token(client) -> None:
    documents = client.post("/documents", data=described(client).sent("/verifier")).page
    form = next(form for form in documents.forms if form.action.startswith("/telecharger/"))
    page = client.post("/loi", data=form.data()).page
    assert "Condition d’exécution sociale" in page.text
    late = client.post("/documents", data=page.sent("/verifier", csrf_token="faux"))
    assert late.status_code == 400
    assert "envoyez-la de nouveau" in late.page.text
    assert "Ce que la loi impose à ce marché" in late.page.title


# --- the public page of rules --------------------------------------------------------------------


PARTS = ("obligations", "derogations", "reservations", "seuils", "sectorielles", "agec", "ccag", "avertissements")
LIGHT = 100_000


def every_part(client) -> dict[str, Page]:
    return {part: client.get(f"/regles?partie={part}").page for part in PARTS}


def test_every_rule_of_the_library_has_its_line_and_its_part(client, library: Library) -> None:
    contents, parts = client.get("/regles").page, every_part(client)
    known = [*library.duties, *library.exemptions, *library.reservations, *library.sector_duties]
    known += [*library.warnings.rules, "smic.horaire", "seuils.decp", "seuils.spaser", "seuils.publicite"]
    known += [row.parameter for row in library.thresholds]
    known += [f"ccag-{name}" for name, ccag in library.ccags.items() if ccag.articles]
    known += [f"AGEC-58-{number}" for number in range(1, 18)]
    assert {f"W{number:02}" for number in range(1, 14)} <= set(known)
    for name in known:
        (part,) = [part for part, page in parts.items() if name in page.ids]
        assert contents.addresses.count(f"/regles?partie={part}#{name}") >= 1, name
        assert name in contents.ids  # an address of before, /regles#CR-04, still leads to the rule
    assert "L2112-2-1" in contents.text
    assert "L3114-2-1, concessions" in contents.text  # of the same title as the duty of a market


def test_every_part_is_light_and_its_links_lead_somewhere(client) -> None:
    parts = every_part(client)
    contents = client.get("/regles").page
    for page in (contents, *parts.values(), client.get("/regles?q=a").page, client.get("/regles?q=CR-04").page):
        assert len(page.html.encode()) < LIGHT, page.title
        for address in page.addresses:
            if address.startswith("#"):
                assert address[1:] in page.ids, address
            elif address.startswith("/regles?partie="):
                part, _, name = address.removeprefix("/regles?partie=").partition("#")
                assert not name or name in parts[part].ids, address
    assert "/regles?partie=derogations#DER-SOC-1" in parts["obligations"].addresses
    assert "/regles?partie=agec#agec" in parts["sectorielles"].addresses
    assert "#DER-SOC-1" not in parts["obligations"].addresses


def test_a_part_leads_to_its_neighbours_and_back(client) -> None:
    for index, (part, page) in enumerate(every_part(client).items()):
        near = {f"/regles?partie={name}" for name in PARTS[max(0, index - 1) : index + 2] if name != part}
        assert near == {address for address in page.addresses if re.fullmatch(r"/regles\?partie=\w+", address)}
        assert page.addresses.count("/regles") >= 4  # the navigation, the foot, and twice in the page


def test_a_rule_is_shown_in_its_part(client) -> None:
    for name, title in (
        ("CR-04", "Obligations générales"),
        ("seuils.decp", "Seuils et SMIC"),
        ("agec", "Tableau de l"),
    ):
        page = client.get("/regles", query_string={"regle": name}).page
        assert name in page.ids
        assert title in page.title


@pytest.mark.parametrize("asked", [{"partie": "nulle"}, {"regle": "XX-99"}, {"partie": "nulle", "regle": "CR-04"}])
@pytest.mark.parametrize("typed", ["", "<script>alert(1)</script>{{ 7 * 7 }}", "\x00\u202e" + "x" * 3_000])
def test_an_unknown_part_or_rule_is_said_above_the_contents(client, asked: dict[str, str], typed: str) -> None:
    answer = client.get("/regles", query_string={name: value + typed for name, value in asked.items()})
    assert answer.status_code == 404
    assert "que le service ne connaît pas" in answer.page.text
    assert "<script>alert" not in answer.page.html
    assert "CR-04" in answer.page.ids


def test_rules_give_their_values_dates_and_what_is_missing(client, library: Library) -> None:
    pages_read = (client.get("/regles").page, *every_part(client).values())
    text = " ".join(page.text for page in pages_read).replace("\u00a0", " ").replace("\u202f", " ")
    for parameter in ("seuils.europeen.fs-autres", "smic.horaire"):
        for entry in library.parameters[parameter].values:
            day = f"{entry.start.day if entry.start.day > 1 else '1er'}"
            assert f"u {day} " in text or f"e {day} " in text
    for said in ("221 000 €", "216 000 €", "12,31 €/h", "non chargé", "article 14.1.1", "numéro non chargé"):
        assert said in text, said
    assert "aucune valeur connue après le 31 décembre 2027" in text
    assert text.count("lu le 22 novembre 2026") > 100


def test_a_search_that_finds_too_much_names_the_rest(client, library: Library) -> None:
    found = read_rules(library, pages.today(), words="lu")
    assert found.shown == 30
    assert found.left > 0
    answer = client.get("/regles?q=lu")
    text = " ".join(answer.page.text.replace("\u00a0", " ").split())
    assert f"les {found.left} autres sont nommées en bas de page. Ajoutez un mot" in text
    whole = {rule.id for group in found.whole for rule in group.rules}
    assert whole <= set(answer.page.ids)
    for group in found.named:
        for rule in group.rules:
            assert rule.id not in answer.page.ids
            assert f"/regles?partie={group.id}#{rule.id}" in answer.page.addresses
    assert "nommées en bas de page" not in client.get("/regles?q=papier").page.text


def test_no_search_can_be_heavy(client) -> None:
    """The heaviest rules of all together, with the names of all the others and the frame of the page."""
    parts = every_part(client).values()
    weights = [
        len(rule.encode()) for page in parts for rule in re.findall(r"<article.*?</article>", page.html, re.DOTALL)
    ]
    frame = len(client.get("/regles").data)
    assert frame + sum(sorted(weights)[-30:]) < LIGHT


@pytest.mark.parametrize(
    ("words", "held", "left"),
    [
        ("papier recyclé", "PAPIER-79", "CR-04"),
        ("PAPIER  RECYCLE", "PAPIER-79", "CR-04"),
        ("L2112-2-1", "CR-04", "W04"),
        ("cr-04", "CR-04", "W04"),
        ("216 000", "seuils.europeen.fs-autres", "W04"),
        ("téléphonie", "AGEC-58-2", "AGEC-58-17"),
    ],
)
def test_rules_are_filtered_by_words(client, words: str, held: str, left: str) -> None:
    page = client.get("/regles", query_string={"q": words}).page
    assert held in page.ids
    assert left not in page.ids
    assert next(found for found in page.controls if found["name"] == "q")["value"] == " ".join(words.split())


@pytest.mark.parametrize(
    "words", ["zzzz", "<script>alert(1)</script>", '"><img src=x onerror=1>', "x" * 5_000, "\u202e"]
)
def test_words_that_nothing_holds(client, words: str) -> None:
    client.typed = (words[:200],)
    answer = client.get("/regles", query_string={"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.page.html
    assert "onerror" not in answer.page.attributes


def test_old_readings_are_said(client, monkeypatch, library: Library) -> None:
    assert "Aucune lecture n’a plus de" in client.get("/regles").page.text or pages.today() > date(2027, 11, 30)
    monkeypatch.setattr(pages, "today", lambda: date(2030, 1, 1))
    assert "Ces lectures ont plus de" in client.get("/regles").page.text
    found = read_rules(library, date(2030, 1, 1))
    assert len(found.stale) == 20
    assert found.more_stale > 0


def test_rules_are_linked_from_every_page(client) -> None:
    for path in ("/", "/aide", "/nulle-part"):
        assert client.get(path).page.addresses.count("/regles") >= 2  # the navigation and the foot
