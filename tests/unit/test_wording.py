"""Words a buyer types, and the warnings they raise: one line a case, readable by a lawyer."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drafter.errors import LibraryError
from drafter.library.warnings import TextScope, load_warnings, read_warnings
from drafter.phrases import Phrase, PhraseError, fold, sentences, stem
from drafter.wording import check_text

WARNINGS = load_warnings()
CRITERION, CLAUSE = TextScope.CRITERION, TextScope.OWN_CLAUSE


def raised(text: str, scope: TextScope) -> set[str]:
    return {finding.id for finding in check_text(text, scope, WARNINGS)}


CRITERIA = [
    # the general policy of the company (CE 417580)
    ("Politique RSE", "W02"),
    ("Politique de RSE du candidat", "W02"),
    ("Démarche RSE", "W02"),
    ("Responsabilité sociétale de l'entreprise", "W02"),
    ("Label d'entreprise (LUCIE, B Corp…)", "W02"),
    ("Effectifs globaux et part de femmes dans l'entreprise", "W02"),
    ("Bilan carbone de l'entreprise", "W02"),
    ("BILAN CARBONE DE L'ENTREPRISE", "W02"),
    ("Bilan des émissions de gaz à effet de serre du candidat", "W02"),
    ("Certification ISO 14001", "W02"),
    ("Médaille EcoVadis", "W02"),
    ("Index de l'égalité professionnelle", "W02"),
    ("Politique sociale de l'entreprise", "W02"),
    ("Politique environnementale appliquée au marché", ""),
    ("Mesures environnementales prises pour l'exécution des prestations", ""),
    ("Bilan carbone des livraisons du marché", ""),
    ("Plan d'égalité de l'équipe affectée au marché", ""),
    ("Performances en matière de protection de l'environnement", ""),
    ("Actions de mécénat et de parrainage", "W01"),
    # local preference
    ("Entreprise locale", "W04"),
    ("Recours à des entreprises locales", "W04"),
    ("Implantation géographique", "W04"),
    ("Proximité de l'entreprise", "W04"),
    ("Proximité géographique du candidat", "W04"),
    ("Emploi local", "W04"),
    ("Part de produits locaux", "W04"),
    ("Circuits courts", "W04"),
    ("Circuit court (nombre d'intermédiaires)", ""),
    ("Approvisionnements directs de produits de l'agriculture", ""),
    ("Produits fabriqués en France", "W04 W07"),
    ("Made in France", "W04 W07"),
    ("Matériel d'origine européenne", "W07"),
    ("Agence à moins de 50 km", "W04"),
    ("Distance entre le siège de l'entreprise et le chantier", "W04"),
    ("Plan d'implantation des ouvrages", ""),
    ("Implantation des bornes de recharge", ""),
    ("Origine des produits", "W04"),
    ("Nombre de kilomètres entre le dépôt et le site", "W04"),
    ("Traçabilité de l'origine des produits", ""),
    ("Engagement du candidat pour le développement durable", "W02"),
    ("Politique d'achats responsables du candidat", "W02"),
    ("Localisation des fuites", ""),
    ("Ancrage territorial", "W04"),
    ("Qualité du local technique", ""),
    ("Qualité du service de proximité rendu aux usagers", ""),
    ("Délai d'intervention sur place", ""),
    ("Fraîcheur et saisonnalité des denrées", ""),
    ("Qualité du réseau local", ""),
    # labels
    ("Produits porteurs de l'Écolabel européen", "W10"),
    ("Produits porteurs de l'écolabel européen ou équivalent", ""),
    ("Bois certifié PEFC ou FSC", "W10"),
    ("Bois certifié PEFC, FSC ou équivalent", ""),
    # words that bind nobody
    ("Démarche respectueuse de l'environnement", "REDAC-1"),
    ("Valeur technique", ""),
    ("Prix des prestations", ""),
    ("Qualité de l'accompagnement des personnes en insertion", ""),
]

CLAUSES = [
    # the whole company
    ("Le titulaire forme l'ensemble de ses salariés au tri.", "W01"),
    ("Le titulaire forme l'ensemble de ses salariés affectés au marché au tri.", ""),
    ("Toute l'entreprise est passée à l'électricité verte.", "W01"),
    ("Le titulaire remet le bilan carbone de l'entreprise.", "W01"),
    ("Le titulaire remet le bilan carbone des prestations du marché.", ""),
    ("Tous ses véhicules sont électriques.", "W01"),
    ("Tous les véhicules affectés au marché sont électriques.", ""),
    ("Le titulaire met en place une politique RSE.", "W01"),
    ("Le titulaire fait un don à une association sportive.", "W01"),
    ("Le titulaire finance une fête pour la commune.", "W01"),
    # local preference
    ("Le titulaire est une entreprise locale.", "W04"),
    ("Le titulaire est implanté dans le département.", "W04"),
    ("Le dépôt est situé à moins de 30 km du chantier.", "W04"),
    ("Le dépôt est situé dans un rayon de 30 kilomètres.", "W04"),
    ("Le dépôt est situé à moins de trente kilomètres.", "W04"),
    ("Le dépôt est à moins de 30km.", "W04"),
    ("Le titulaire embauche des habitants de la commune.", "W04"),
    ("Il emploie des demandeurs d'emploi domiciliés sur la commune.", "W04"),
    ("Les heures bénéficient à l'emploi local.", "W04"),
    ("Les producteurs locaux sont retenus.", "W04"),
    ("Le titulaire dispose d'une agence dans le département.", "W04"),
    ("L'entreprise est située à 20 km maximum.", "W04"),
    ("Les agents habitent la commune.", "W04"),
    ("Les fruits viennent du département.", "W04"),
    ("La viande bovine est française.", "W04"),
    ("Les déchets issus de la commune sont triés.", ""),
    ("Tous les agents portent un badge.", ""),
    ("Le titulaire du marché forme l'ensemble de ses salariés.", "W01"),
    ("Les denrées viennent de producteurs du territoire.", "W04"),
    ("La viande est d'origine française.", "W04 W07"),
    ("Les matériels sont assemblés en France.", "W04 W07"),
    ("Le mobilier est de fabrication française.", "W04 W07"),
    ("Les entreprises locales ne sont pas favorisées.", ""),
    ("Aucune condition d'implantation locale n'est exigée.", ""),
    ("Le local technique est nettoyé chaque semaine.", ""),
    ("Les locaux de la commune sont nettoyés en journée.", ""),
    ("Le réseau local est relevé chaque mois.", ""),
    ("Le titulaire remplace les équipements du réseau local.", ""),
    ("Les documents sont remis en langue française.", ""),
    ("La notice est rédigée en français.", ""),
    ("Le personnel d'accueil parle français.", ""),
    ("Les véhicules roulent à moins de 30 km/h dans la cour.", ""),
    ("Les véhicules ont moins de 50 000 km au compteur.", ""),
    ("Le titulaire informe les habitants de la commune des nuisances.", ""),
    ("L'implantation des arbres suit le plan de l'acheteur.", ""),
    ("Le titulaire intervient en moins de deux heures.", ""),
    ("Les collectivités locales concernées sont prévenues.", ""),
    ("Le plan local d'urbanisme est respecté.", ""),
    ("Le PLU et les règlements locaux s'appliquent.", ""),
    # one commune only
    ("Les heures sont réservées aux habitants du QPV de la commune.", "W05"),
    ("Les heures sont réservées aux quartiers prioritaires de la ville.", "W05"),
    ("Les publics sont les habitants du quartier prioritaire Bellevue.", "W05"),
    ("Comptent les habitants des quartiers prioritaires de la politique de la ville.", ""),
    ("Comptent les habitants des quartiers prioritaires éloignés de l'emploi.", ""),
    # later
    ("Le volume d'heures sera fixé ultérieurement.", "W09"),
    ("Les obligations sociales seront précisées après notification.", "W09"),
    ("Le calendrier des réunions est fixé après notification.", ""),
    # labels and standards
    ("Les produits portent l'Écolabel européen.", "W10"),
    ("Les produits portent l'Ecolabel européen ou un label équivalent.", ""),
    ("Les produits portent l'Écolabel européen. Les labels équivalents sont admis.", ""),
    ("Les produits portent l'Écolabel européen.\n\nTout label équivalent est admis.", ""),
    ("Le bois est certifié FSC.\n\nLe poste vaut un équivalent temps plein.", "W10"),
    ("Les écrans sont labellisés TCO Certified.", "W10"),
    ("Les sacs respectent la norme EN 13432.", "W10"),
    ("Les sacs respectent la norme EN 13432 ou équivalente.", ""),
    # a named structure
    ("Le titulaire confie 10 % des heures à l'association Les Jardins du Lac.", "W12"),
    ("Le titulaire emploie les salariés de l'ETTI Humando.", "W12"),
    ("Les heures sont confiées à l'entreprise d'insertion Renouveau.", "W12"),
    ("Il a recours à une association intermédiaire, une ETTI, un GEIQ ou un ESAT.", ""),
    ("Il a recours à une entreprise d'insertion (EI) ou à une ETTI.", ""),
    ("Il confie des tâches à une entreprise adaptée. Le facilitateur l'aide.", ""),
    ("L'entreprise Titulaire désigne un référent.", ""),
    # words that bind nobody
    ("Le titulaire privilégie les produits en vrac.", "REDAC-1"),
    ("Dans la mesure du possible, les livraisons sont groupées.", "REDAC-1"),
    ("Si possible, les sacs sont réutilisés.", "REDAC-1"),
    ("Les livraisons se font de préférence le matin.", "REDAC-1"),
    ("Le titulaire emploie des produits respectueux de l'environnement.", "REDAC-1"),
    ("Le titulaire s'efforce de réduire ses déchets.", "REDAC-1"),
    ("La préférence de l'acheteur est notifiée par ordre de service.", ""),
    ("Les livraisons sont groupées : deux par semaine au plus.", ""),
    ("Le titulaire réserve 450 heures aux publics éloignés de l'emploi.", ""),
]


@pytest.mark.parametrize(("text", "ids"), CRITERIA)
def test_a_criterion(text, ids):
    assert raised(text, CRITERION) == set(ids.split())


@pytest.mark.parametrize(("text", "ids"), CLAUSES)
def test_a_clause_of_the_buyer(text, ids):
    assert raised(text, CLAUSE) == set(ids.split())


def test_a_finding_quotes_the_words_in_their_sentence():
    text = "Le matériel est neuf.\nLe titulaire est une entreprise\nlocale, agréée. Il est assuré."
    (finding,) = check_text(text, CLAUSE, WARNINGS)
    assert finding.id == "W04"
    assert finding.words == "entreprise locale"
    assert text[finding.position :].startswith("entreprise\nlocale")
    assert finding.words in finding.excerpt
    assert "Il est assuré" not in finding.excerpt
    assert finding.way_out


def test_a_doubtful_case_number_is_shown_as_such():
    (finding,) = check_text("Le titulaire est une entreprise locale.", CLAUSE, WARNINGS)
    for case in ("Ventenac", "Martin-Fourquin", "C-225/98"):
        assert f"{case}, référence à vérifier" in finding.message
    (finding,) = check_text("Politique RSE", CRITERION, WARNINGS)
    assert "n° 417580" in finding.message
    assert "à vérifier" not in finding.message


def test_a_long_sentence_is_cut_around_the_words():
    text = "mot " * 300 + "entreprise locale " + "mot " * 300
    (finding,) = check_text(text, CLAUSE, WARNINGS)
    assert "entreprise locale" in finding.excerpt
    assert len(finding.excerpt) < 300
    assert finding.excerpt.startswith("… ")
    assert finding.excerpt.endswith(" …")


def test_accents_composed_or_not_are_the_same():
    assert raised("Le titulaire privile\u0301gie le vrac.", CLAUSE) == {"REDAC-1"}


def test_every_warning_of_the_domain_is_there():
    assert [f"W{number:02}" for number in range(1, 14)] == [name for name in WARNINGS.rules if name.startswith("W")]
    for rule in WARNINGS.rules.values():
        assert rule.way_out.endswith(".")
        assert rule.rule.endswith(".")
        assert rule.patterns or TextScope.CHOICE in rule.scopes, rule.id


HOSTILE = [
    "entreprise " * 900,
    "politique de la " * 620,
    "effectif … " * 900,
    "demandeurs d'emploi " * 500,
    "implanté " * 1100,
    "moins de 50 " * 830,
    "9" * 10_000,
    "9 " * 5_000,
    "a" * 10_000,
    "de " * 3_300,
    "\n" * 10_000,
    "\n " * 5_000,
    ". " * 5_000,
    "art." * 2_500,
    "e\u0301" * 5_000,
    "QPV Nord " * 1_100,
    "label ou équivalent " * 500,
    "siège de la de la de la " * 400,
    "(((((" * 2_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:20]))
def test_hostile_text_takes_no_time(text):
    for scope in (CRITERION, CLAUSE):
        check_text("", scope, WARNINGS)
        start = time.perf_counter()
        check_text(text[:10_000], scope, WARNINGS)
        assert time.perf_counter() - start < 1.0


def test_time_grows_as_the_text():
    def took(text):
        best = 10.0
        for _ in range(3):
            start = time.perf_counter()
            check_text(text, CLAUSE, WARNINGS)
            best = min(best, time.perf_counter() - start)
        return best

    text = "Le titulaire est une entreprise dont la politique est celle de ses salariés et le siège est dans la ville "
    check_text(text, CLAUSE, WARNINGS)
    assert took(text * 200) < 40 * took(text * 20)


PIECES = (
    "entreprise locale local locaux la commune de à moins 50 km RSE politique label Écolabel FSC ou équivalent . , ; \n"
    " \n\n ( ) « » l' d' association Les Jardins sans aucun ne pas quartier prioritaire QPV Nord France produit "
    "ensemble salariés affectés au marché {nombre} … * = | é ½ ² ﾞ"
)
WORDS = st.sampled_from(PIECES.split(" "))


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join), st.sampled_from(list(TextScope)))
@example("ﾞ ﾞﾞ", CRITERION)
def test_findings_are_sound(text, scope):
    findings = check_text(text, scope, WARNINGS)
    assert findings == check_text(text, scope, WARNINGS)
    assert [finding.position for finding in findings] == sorted(finding.position for finding in findings)
    for finding in findings:
        assert finding.id in WARNINGS.rules
        rest = " ".join(text[finding.position :].split())
        assert rest.startswith(finding.words)
        assert finding.words.split()[0] in finding.excerpt


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400), st.sampled_from(list(TextScope)))
def test_any_text_is_read(text, scope):
    check_text(text, scope, WARNINGS)
    assert all(
        sentence.start <= token.start < token.end <= sentence.end
        for sentence in sentences(text)
        for token in sentence.tokens
    )


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([text for text, ids in CLAUSES if ids]))
def test_case_and_surroundings_change_nothing(text):
    words = raised(text, CLAUSE) - {"W12", "W05"}
    assert raised(text.upper(), CLAUSE) - {"W12", "W05"} == words
    assert raised(f"Le marché est alloti.\n\n{text}\n\nIl dure un an.", CLAUSE) == raised(text, CLAUSE)


@given(st.text(alphabet=st.characters(categories=("L",)), max_size=30))
def test_a_stem_is_its_own_stem_by_accents_and_case(word):
    assert fold(fold(word)) == fold(word)
    assert len(stem(fold(word))) <= len(fold(word))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("locale", "local"),
        ("locales", "local"),
        ("implantée", "implanté"),
        ("Françaises", "francais"),
        ("prix", "prix"),
    ],
)
def test_number_and_gender_share_a_stem(one, other):
    assert stem(fold(one)) == stem(fold(other))


def test_premises_are_not_local():
    assert stem(fold("locaux")) != stem(fold("local"))


@pytest.mark.parametrize(
    "phrase", ["", "…", "… local", "local …", "{nombre} km", "loc*", "a|{Nom}", "mot [x", "a … b … c … d"]
)
def test_a_phrase_that_cannot_be_read_is_refused(phrase):
    if phrase == "mot [x":
        assert Phrase.read(phrase)  # other signs are spaces
        return
    with pytest.raises(PhraseError):
        Phrase.read(phrase)


def test_faults_of_the_file_are_all_told():
    rule = {
        "id": "W01",
        "titre": "t",
        "regle": "r.",
        "statut": "certain",
        "source": {"titre": "s", "lu_le": "2026-11-22"},
        "que_faire": "q.",
        "portee": ["critere"],
    }
    with pytest.raises(LibraryError) as caught:
        read_warnings({"avertissements": [{**rule, "motifs": [{"mots": ["loc*"]}]}, {**rule, "poids": 3}]})
    assert "quatre lettres" in str(caught.value)
    assert "poids" in str(caught.value)
    with pytest.raises(LibraryError, match="déjà employé"):
        read_warnings({"avertissements": [rule, rule]})
    with pytest.raises(LibraryError, match="portée"):
        read_warnings({"avertissements": [{**rule, "motifs": [{"mots": ["local"], "portee": ["choix"]}]}]})
