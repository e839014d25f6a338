"""Every page of the service and the states it can be in, in turn: what the checks of all pages walk through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import Visit, by_id, unfold

SOCIAL = "c--social.insertion.heures"
RATE = "k--0--taux_effort"
PROGRAMME = (
    "Objet;Nature;Montant HT;Durée (mois);Date de lancement\n"
    "Nettoyage des locaux de la médiathèque;services;216000;48;01/03/2027\n"
    "Construction d'un gymnase;travaux;2400000;18;15/06/2027\n"
    "Fournitures de bureau;fournitures;beaucoup;24;\n"
)
SHEET = "Intitulé\tMontant HT\tDurée (mois)\nPeinture\t96 000\t10\nGros œuvre\tbeaucoup\t12"

State = tuple[str, Page]


def tour(visit: Visit, folder: Path) -> Iterator[State]:
    """Each state with a name of its own. A state may be resized or restyled: the next one loads its page anew."""
    yield from reading(visit)
    yield from describing(visit)
    yield from deciding(visit)
    yield from pieces_of_the_buyer(visit, folder)
    yield from drafts(visit)
    yield from opinions(visit, folder)
    yield from programme(visit)
    yield from followup(visit, folder)


def reading(visit: Visit) -> Iterator[State]:
    """What is read without typing anything."""
    paths = {
        "accueil": "/",
        "aide": "/aide",
        "nouveautes": "/nouveautes",
        "accessibilite": "/accessibilite",
        "donnees-personnelles": "/donnees-personnelles",
        "mentions-legales": "/mentions-legales",
        "introuvable": "/nulle-part",
        "regles": "/regles",
        "regles-partie": "/regles?partie=sectorielles",
        "regles-tableau": "/regles?regle=agec",
        "regles-beaucoup": "/regles?q=2026",
        "regles-inconnue": "/regles?regle=inconnue",
        "regles-papier": "/regles?q=papier",
        "regles-rien": "/regles?q=introuvablement",
        "segments": "/segments",
        "segments-nettoyage": "/segments?q=nettoyage",
        "bibliotheque": "/bibliotheque",
        "bibliotheque-rien": "/bibliotheque?q=introuvablement&segment=NET",
        "clause": "/bibliotheque/clauses/social.insertion.heures",
        "clause-critere": "/bibliotheque/clauses/env.nettoyage.critere",
        "clause-inconnue": "/bibliotheque/clauses/env.nettoyage.inconnue",
        "couverture": "/bibliotheque/couverture",
        "donnees": "/bibliotheque/donnees",
        "api": "/api",
        "api-operation": "/api/operations/explain",
        "api-schema": "/api/schemas/Dossier",
        "exemple": "/exemple/renovation-ecole",
        "essai": "/essai/nettoyage-mediatheque",
        "avis-lien-mort": f"/avis/{'a' * 43}",
        "brouillon-lien-mort": f"/brouillon/{'a' * 43}",
    }
    for name, path in paths.items():
        yield name, unfold(visit.open(path))


def describing(visit: Visit) -> Iterator[State]:
    visit.open()
    yield "decrire-erreurs", unfold(visit.send("Calculer et vérifier"))
    page = visit.open()
    page.get_by_text("Coller des lots depuis un tableur").click()
    by_id(page, "lots_colles").fill(SHEET)
    yield "decrire-lots", unfold(visit.send("Lire ces lots"))
    visit.open()
    yield "rouvrir-rien", visit.send("Rouvrir")
    page = visit.open()
    by_id(page, "chercher-segment").press_sequentially("netoy")
    expect(page.locator("#segments-trouves [role=option]").first).to_be_visible()
    yield "decrire-recherche", page


def deciding(visit: Visit) -> Iterator[State]:
    visit.open("/exemple/renovation-ecole")
    page = visit.send("Calculer et vérifier")
    yield "verifier", page
    yield "verifier-ouvert", unfold(page)
    page = decide(visit)
    by_id(page, SOCIAL).get_by_role("button", name="à ajuster").click()
    delay = by_id(page, f"{SOCIAL}--p--delai_reunion")
    delay.fill("45")
    page.get_by_role("button", name="CCAP", exact=True).click()
    expect(page.locator(".passage")).to_have_count(1)
    yield "verifier-apercu", page
    delay.fill("999")
    by_id(page, "c--env.nettoyage.produits--garder").uncheck()
    yield "verifier-erreurs", visit.send("Recalculer")
    page = decide(visit)
    page.locator("button.second[data-apercu=ccap]").evaluate("button => { delete button.dataset.apercu; }")
    yield "apercu", visit.send("CCAP")
    decide(visit)
    yield "calibrage", unfold(visit.send("Ouvrir le calcul"))
    by_id(page, RATE).fill("900 %")
    yield "calibrage-erreurs", visit.send("Recalculer")
    decide(visit)
    yield "documents", visit.send("Continuer vers les documents")
    yield "loi", visit.send("Ouvrir\u00a0: Ce que la loi impose à ce marché")


def pieces_of_the_buyer(visit: Visit, folder: Path) -> Iterator[State]:
    """The pages that take a piece of the buyer's: empty, wrong, and with a piece of ours."""
    page = decide(visit)
    visit.send("Continuer vers les documents")
    with page.expect_download() as download:
        page.locator("button[formaction$='/ccap-section.docx']").first.click()
    download.value.save_as(piece := folder / "ccap.docx")
    yield "inserer", visit.open("/inserer")
    yield "inserer-rien", visit.main()
    yield "controler", visit.open("/controler")
    yield "controler-rien", visit.main()
    visit.open("/controler").locator("input[type=file]").first.set_input_files(piece)
    yield "controler-constats", unfold(visit.main())


def drafts(visit: Visit) -> Iterator[State]:
    page = decide(visit)
    yield "brouillon", visit.send("Garder un brouillon sur ce serveur")
    link = page.get_by_label("Lien pour modifier").input_value().removeprefix(visit.address)
    yield "brouillon-partage", visit.send("Créer un lien de lecture")
    reading = page.get_by_label("Nouveau lien, montré cette seule fois").input_value().removeprefix(visit.address)
    visit.open(link)
    other = visit.second()
    other.open(link)
    for window, duration in ((other, "30"), (visit, "36")):
        window.send("Modifier la description")
        by_id(window.page, "duree_mois").fill(duration)
        window.send("Calculer et vérifier")
        window.send("Enregistrer le brouillon")
    yield "brouillon-conflit", page
    page.get_by_label("Durée").check()
    visit.send("Réunir et enregistrer")
    yield "brouillon-gerer", visit.send("Liens, versions, suppression")
    yield "brouillon-lecture", other.open(reading)
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Retirer")).first.click()
    yield "brouillon-lien-retire", page
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^Ouvrir la version")).last.click()
    yield "brouillon-version", page
    visit.send("Liens, versions, suppression")
    yield "brouillon-supprimer", visit.send("Supprimer le brouillon")
    yield "brouillon-supprime", visit.send("Supprimer définitivement")


def opinions(visit: Visit, folder: Path) -> Iterator[State]:
    decide(visit)
    yield "avis", unfold(visit.send("Donner un avis sur ce dossier"))
    yield "avis-erreurs", visit.send("Télécharger le dossier avec l’avis")
    page = visit.page
    page.get_by_label("Pas de clause").check()
    page.get_by_label("Motif", exact=True).fill("Site fermé au public")
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger le dossier avec l’avis").click()
    download.value.save_as(file := folder / "avis.json")
    decide(visit)
    yield "avis-lire", visit.send("Lire un avis reçu")
    page.get_by_label("Dossier renvoyé par le facilitateur (.json ou .docx)").set_input_files(file)
    yield "avis-recu", visit.send("Lire cet avis")
    decide(visit)
    yield "avis-demande", visit.send("Créer un lien pour le facilitateur")
    link = page.get_by_label("Nouveau lien, montré cette seule fois").input_value().removeprefix(visit.address)
    other = visit.second()
    yield "avis-par-lien", unfold(other.open(link))
    page = other.page
    page.get_by_label("Votre chiffre\u00a0: Taux d’effort").fill("7,5")
    page.get_by_label("Motif\u00a0: Taux d’effort").fill("Deux structures disponibles")
    page.get_by_label("Accord avec modifications").check()
    page.get_by_label("Motif", exact=True).fill("Le vivier le permet")
    yield "avis-transmis", other.send("Transmettre l’avis")
    visit.send("Reprendre les décisions")
    yield "avis-a-lire", visit.send("Lire les avis")


def programme(visit: Visit) -> Iterator[State]:
    yield "programme", visit.open("/programme")
    yield "programme-rien", visit.send("Lire le programme")
    upload(visit.page, "achats", "achats.csv", PROGRAMME.encode())
    yield "programme-lu", unfold(visit.send("Lire le programme"))


def followup(visit: Visit, folder: Path) -> Iterator[State]:
    yield "suivi", visit.open("/suivi")
    yield "suivi-rien", visit.send("Lire le classeur")


def decide(visit: Visit, example: str = "nettoyage-mediatheque") -> Page:
    visit.open(f"/exemple/{example}")
    return visit.send("Calculer et vérifier")


def upload(page: Page, field: str, name: str, data: bytes) -> None:
    page.locator(f"#{field}").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
