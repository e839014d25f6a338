"""Deciding on the second page: one-click choices, warnings with their way out, pieces read before they are written."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from werkzeug.datastructures import MultiDict

from drafter import dossier
from drafter.draft.blocks import Blank, Document, Heading, ListBlock, Paragraph, Table, Text
from drafter.library import Library
from drafter.market import Market, market_data, read_market
from drafter.pipeline import Result, run
from drafter.web.actions import answered, applied
from drafter.web.cards import kept_cards
from drafter.web.preview import Added, Marked, Place, Preview, Removed, marked, preview
from drafter.web.view import pieces
from drafter.web.ways_out import Way, warnings_of
from drafter.word import read_dossier

from .test_path import CLEANING, SOCIAL, described

HOURS = "social.insertion.heures"


def market_of(page) -> Market:
    return dossier.load(dict(page.form("/verifier").fields)["dossier"])


def decided(library: Library, *decisions: dict[str, object], name: str = "nettoyage-mediatheque") -> Result:
    data = market_data(library.examples[name])
    return run(read_market({**data, "decisions": list(decisions)}), library)


def sent(page, **changes: str | None):
    return page.sent("/verifier", **changes)


# --- one click -----------------------------------------------------------------------------------


def test_a_clause_is_swapped_in_one_click_and_back(client, library: Library) -> None:
    page = described(client)
    pairs = re.findall(r'name="echanger" value="([^"|]+)\|([^"]+)"', page.html)
    gone, taken = next(pair for pair in pairs if pair[0] == HOURS)
    page = client.post("/verifier", data=sent(page, echanger=f"{gone}|{taken}")).page
    choices = {item.clause: (str(item.choice), item.reason) for item in market_of(page).decisions}
    title = library.clauses[taken].title
    assert choices[gone] == ("retirer", f"Remplacée par « {title} ».")
    assert choices[taken] == ("garder", None)
    fields = dict(page.form("/verifier").fields)
    assert f"c--{taken}--garder" in fields
    assert f"c--{gone}--garder" not in fields
    page = client.post("/verifier", data=sent(page, echanger=f"{taken}|{gone}")).page
    assert market_of(page).decisions == ()


def test_a_reason_already_written_is_kept_in_a_swap(library: Library) -> None:
    form = MultiDict({f"c--{HOURS}--vue": "proposee", f"c--{HOURS}--garder": "1", f"c--{HOURS}--motif": "Mon motif"})
    form["echanger"] = f"{HOURS}|inconnue"
    done = applied(form, library)
    assert f"c--{HOURS}--garder" not in done
    assert done[f"c--{HOURS}--motif"] == "Mon motif"
    assert "c--inconnue--garder" not in done
    assert f"c--{HOURS}--garder" in form  # what was sent is left alone


def test_every_swap_does_the_same_work(library: Library) -> None:
    """Another social condition for a social one; the same type and stake elsewhere; never a clause already kept."""
    seen = 0
    for market in library.examples.values():
        result = run(market, library)
        kept = set(result.selection.ids())
        for card in kept_cards(result):
            for swap in card.swaps:
                other = library.clauses[swap.id]
                assert swap.id not in kept
                assert other.type is card.clause.type
                assert (other.family in ("insertion", "social")) is (card.clause.family in ("insertion", "social"))
                seen += 1
    assert seen > 100


# --- open questions ------------------------------------------------------------------------------


def test_a_question_is_answered_where_it_is_asked(client) -> None:
    page = described(client)
    page = client.post("/verifier", data=sent(page, **{"r--achats_annuels_ht": "12 M€ environ"})).page
    assert "Erreur" in page.title
    assert dict(page.form("/verifier").fields)["r--achats_annuels_ht"] == "12 M€ environ"
    assert 'href="#r--achats_annuels_ht"' in page.html
    page = client.post("/verifier", data=sent(page, **{"r--achats_annuels_ht": "60 000 000"})).page
    assert market_of(page).yearly_purchases.value == 60_000_000
    assert "r--achats_annuels_ht" not in dict(page.form("/verifier").fields)


def test_an_answer_changes_nothing_else(library: Library) -> None:
    for name in ("nettoyage-mediatheque", "renovation-ecole", "lot-reserve"):
        market = library.examples[name]
        form = MultiDict({"r--achats_annuels_ht": "1 000", "r--inconnu": "x"})
        read, faults = answered(form, market, library)
        assert not faults
        assert read.yearly_purchases.value == 1_000
        before, after = market_data(market), market_data(read)
        usual = {"technicite": "moyenne", "ambition": "socle", "contrat": "marche", "forme": "ordinaire"}
        del after["achats_annuels_ht"]
        assert {**usual, **after} == {**usual, **before}


# --- warnings ------------------------------------------------------------------------------------


def test_an_unmet_duty_offers_a_clause_and_an_exemption(client, library: Library) -> None:
    result = decided(library, {"clause": HOURS, "choix": "retirer", "motif": "Essai"}, name="renovation-college")
    duty = next(item for item in warnings_of(result) if "Aucune clause retenue" in item.text)
    added = [way for way in duty.ways if way.way is Way.ADD]
    assert added
    assert any(way.way is Way.PLACE for way in duty.ways)
    for way in added:
        clause = {"clause": way.target, "choix": "garder"}
        after = decided(
            library, {"clause": HOURS, "choix": "retirer", "motif": "Essai"}, clause, name="renovation-college"
        )
        assert duty.text not in [item.text for item in warnings_of(after)]


def test_each_way_out_leads_somewhere(client, library: Library) -> None:
    """A place of this page exists, a field is on the first page, a clause is in the library."""
    ways = 0
    for name in ("renovation-college", "evenements-quatre-ans", "lot-reserve"):
        first = client.get(f"/exemple/{name}").page
        page = client.post("/verifier", data=first.sent("/verifier")).page
        for warning in warnings_of(run(library.examples[name], library)):
            for way in warning.ways:
                ways += 1
                if way.way is Way.PLACE:
                    assert way.target in page.ids
                elif way.way is Way.FIELD:
                    assert way.target in first.ids
                elif way.way is Way.CALCULATION:
                    assert f'name="voir" value="{way.target}"' in page.html
                else:
                    assert way.target.partition("|")[0] in library.clauses
    assert ways


def test_a_warning_on_several_lots_is_said_once(library: Library) -> None:
    warnings = warnings_of(run(library.examples["renovation-college"], library))
    texts = [re.sub(r"^Lots? n°.*?:", "", item.text) for item in warnings]
    assert len(texts) == len(set(texts))
    assert any(item.text.startswith("Lots n°") for item in warnings)
    assert all(question.count("Quels postes") < 2 for question in texts)


# --- parts fetched when opened -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (f"clause/{HOURS}", "Base légale"),
        ("obligation/CR-04", "L2112-2-1"),
        ("autres", "niveau"),
        ("non-dues", "Votre achat ne relève pas"),
        ("reservations", "L2113-1"),
    ],
)
def test_a_part_comes_when_it_is_opened(client, part: str, said: str) -> None:
    answer = client.post(f"/verifier/partie/{part}", data=sent(described(client)))
    assert answer.status_code == 200
    assert said in answer.get_data(as_text=True)
    assert "<!DOCTYPE" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("part", ["clause/inconnue", "obligation/CR-99", "ailleurs", "autres/1"])
def test_an_unknown_part_is_refused(client, part: str) -> None:
    assert client.post(f"/verifier/partie/{part}", data=sent(described(client))).status_code == 404


def test_an_open_card_stays_open_with_what_was_typed(client) -> None:
    page = described(client)
    field = f"{SOCIAL}--p--delai_reunion"
    assert field not in dict(page.form("/verifier").fields)
    page = client.post("/verifier", data=sent(page, fiche=HOURS)).page
    assert dict(page.form("/verifier").fields)[field] == "30"
    wrong = client.post("/documents", data=sent(page, **{field: "999"}))
    assert wrong.status_code == 422
    assert dict(wrong.page.form("/verifier").fields)[field] == "999"
    again = client.post("/verifier", data=sent(wrong.page, **{field: "31"})).page
    assert dict(again.form("/verifier").fields)[field] == "31"


# --- the piece before it is written --------------------------------------------------------------


def document(*blocks) -> Document:
    return Document("ccap", "Titre", "Objet", tuple(blocks), blanks=("nom", "date"))


def told(blocks) -> list[str]:
    return [block.mark if isinstance(block, Marked) else type(block).__name__ for block in blocks]


def paragraph(text: str, *more) -> Paragraph:
    return Paragraph((Text(text), *more))


def test_numbers_of_articles_are_not_changes() -> None:
    before = document(Heading(1, "Objet", number="1"), paragraph("Un."), Heading(1, "Suite", number="2"))
    after = document(Heading(1, "Suite", number="1"))
    found = marked(before, after)
    assert told(found) == ["retire", "Heading"]
    assert found[0].under == "Objet"
    assert len(found[0].blocks) == 2


def test_words_that_changed_are_shown_inside_their_paragraph() -> None:
    before = document(paragraph("Le relevé est remis sous 12 jours à l'acheteur."))
    after = document(paragraph("Le relevé est remis sous 15 jours à l'acheteur."))
    (found,) = marked(before, after)
    inlines = found.blocks[0].inlines
    assert found.mark == "change"
    assert [type(part) for part in inlines] == [Text, Removed, Added, Text]
    assert inlines[1].parts == (Text("12"),)
    assert inlines[2].parts == (Text("15"),)


def test_a_paragraph_written_again_is_one_removed_and_one_added() -> None:
    found = marked(document(paragraph("Rien ne reste de ceci.")), document(paragraph("Tout est neuf là-dedans !")))
    assert sorted(told(found)) == ["ajoute", "retire"]


def test_rows_and_items_come_and_go() -> None:
    rows = (((Text("A"),), (Text("1"),)), ((Text("B"),), (Text("2"),)))
    before = document(Table("T", ("x", "y"), rows), ListBlock(((Text("un deux trois"),), (Text("quatre"),))))
    after = document(Table("T", ("x", "y"), rows[1:]), ListBlock(((Text("un deux trois"),),)))
    table, items = marked(before, after)
    assert [type(cell[0]) for cell in table.blocks[0].rows[0]] == [Removed, Removed]
    assert table.blocks[0].rows[1] == rows[1]
    assert isinstance(items.blocks[0].items[1][0], Removed)


def test_each_blank_has_one_place() -> None:
    first = document(paragraph("Par ", Blank("nom"), Text(" le "), Blank("date")), paragraph("Encore ", Blank("nom")))
    found = marked(first, first)
    places = [part.id for block in found for part in block.inlines if isinstance(part, Place)]
    assert places == ["blanc-ccap-1", "blanc-ccap-2"]


def test_without_decision_nothing_is_marked(library: Library) -> None:
    for name in ("nettoyage-mediatheque", "renovation-ecole"):
        result = run(library.examples[name], library)
        for piece in result.documents:
            shown = preview(result, piece)
            assert isinstance(shown, Preview)
            assert not shown.compared
            assert not shown.changes


def test_what_a_decision_changes_is_marked_in_every_piece(library: Library) -> None:
    result = decided(library, {"clause": HOURS, "choix": "adapter", "parametres": {"delai_reunion": "45"}})
    shown = preview(result, "ccap")
    assert [item.mark for item in shown.changes] == ["change"]
    assert preview(result, "rc").changes == ()
    withdrawn = decided(library, {"clause": HOURS, "choix": "retirer", "motif": "Aucune offre locale"})
    assert {item.mark for item in preview(withdrawn, "ccap").changes} >= {"retire"}
    assert preview(withdrawn, "ae") is None  # the annexe is of the hours alone


def test_removed_and_added_are_said_in_words(client) -> None:
    page = described(client)
    page = client.post("/verifier", data=sent(page, fiche=HOURS)).page
    data = sent(page, **{f"{SOCIAL}--p--delai_reunion": "45"})
    answer = client.post("/apercu/ccap", data=data)
    html = answer.get_data(as_text=True)
    assert "1 passage changé par vos décisions" in answer.page.text.replace("\u00a0", " ")
    assert 'href="#changement-ccap-1"' in html
    assert '<del><span class="hors-ecran">Retiré\u00a0: </span>' in html.replace("\u202f", "\u00a0")
    fragment = client.post("/apercu/ccap", data=MultiDict([*data.items(multi=True), ("fragment", "1")]))
    assert "<!DOCTYPE" not in fragment.get_data(as_text=True)
    assert "Modifié par vos décisions" in fragment.get_data(as_text=True)
    back = client.post("/verifier", data=answer.page.sent("/verifier")).page
    assert market_of(back).decisions[0].parameters == {"delai_reunion": "45"}
    assert client.post("/apercu/annexe", data=data).status_code == 404


def test_every_blank_of_the_list_is_in_the_preview(client, library: Library) -> None:
    for name in ("nettoyage-mediatheque", "renovation-ecole", "evenements-quatre-ans"):
        result = run(library.examples[name], library)
        page = client.post("/verifier", data=client.get(f"/exemple/{name}").page.sent("/verifier")).page
        for piece in pieces(result):
            shown = client.post(f"/apercu/{piece.key}", data=sent(page)).page
            for blank in piece.blanks:
                assert blank.place in shown.ids, (name, blank.label)
                assert f"/apercu/{piece.key}?lieu={blank.place}#{blank.place}" in page.addresses


def test_hostile_words_stay_words(client) -> None:
    page = described(client, objet="<del>Fin</del> {{ 7*7 }}")
    html = client.post("/apercu/decision", data=sent(page)).get_data(as_text=True)
    assert "&lt;del&gt;Fin&lt;/del&gt; {{ 7*7 }}" in html


# --- documents -----------------------------------------------------------------------------------


def test_word_comments_can_be_left_out(client) -> None:
    page = client.post("/documents", data=sent(described(client))).page
    data = dict(page.forms[0].fields)
    assert "sans_commentaires" not in data
    told_why = client.post("/telecharger/ccap-section.docx", data=data).data
    bare = client.post("/telecharger/ccap-section.docx", data={**data, "sans_commentaires": "1"}).data
    assert b"word/comments.xml" in told_why
    assert b"word/comments.xml" not in bare


def test_the_dossier_can_be_left_out_of_what_bidders_receive(client) -> None:
    page = client.post("/documents", data=sent(described(client))).page
    data = dict(page.forms[0].fields)
    for name in ("ccap-section.docx", "note-de-calibrage.docx"):
        assert read_dossier(client.post(f"/telecharger/{name}", data=data).data) is not None
        bare = client.post(f"/telecharger/{name}", data={**data, "sans_dossier": "1"}).data
        assert read_dossier(bare) is None
        with zipfile.ZipFile(io.BytesIO(bare)) as package:
            assert not any(part.startswith("customXml/") for part in package.namelist())


def test_each_piece_is_read_from_the_documents_page(client) -> None:
    page = client.post("/documents", data=sent(described(client, **CLEANING))).page
    addresses = [address for address in page.addresses if address.startswith("/apercu/") and "#" not in address]
    assert len(addresses) >= 5
    for address in addresses:
        answer = client.post(address, data=dict(page.forms[0].fields))
        assert answer.status_code == 200
        assert len(answer.data) < 100_000
