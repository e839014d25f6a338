"""What holds of every page in every state: axe-core, narrow and zoomed screens, spaced text, borders, order, focus."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, Response
from werkzeug.exceptions import HTTPException

from .conftest import Visit
from .tour import decide, tour

pytestmark = pytest.mark.browser

DATA = {
    *("static", "files.raw", "health.alive", "health.ready", "health.metrics", "api.openapi"),
    *("api.library", "api.duties", "api.parameters", "api.rates", "api.clauses", "api.clause", "api.segments"),
    *("api.segment", "api.examples", "api.example", "api.explain", "api.draft", "api.draft_piece"),
    *("catalogue.all_csv", "catalogue.all_json", "catalogue.clause_docx", "catalogue.clause_json"),
    *("pages.download", "programme.model", "exchange.to_send", "followup.make_kit"),
}
"""Addresses that answer with data or a file. `followup.make_kit` shows the page of `followup.form` when it refuses."""
PARTS = {"pages.part", "pages.estimation"}
"""Parts of a page, which the pages that hold them show."""

CHECK = """([width, spaced]) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(spaced ? "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
                             + "p{margin-bottom:2em!important}" : "");
  document.adoptedStyleSheets = [sheet];
  const told = [];
  const over = document.documentElement.scrollWidth - width;
  if (over > 0) told.push(`${over} px too wide at ${width} px${spaced ? ", text spaced" : ""}`);
  for (const box of document.querySelectorAll("main *")) {
    if (box.closest("svg, .hors-ecran, .par-defaut, select, input, textarea")) continue;
    const style = getComputedStyle(box);
    if (style.overflowY === "hidden" && box.scrollHeight > box.clientHeight + 2) told.push(`cut: ${box.className}`);
  }
  document.adoptedStyleSheets = [];
  return told;
}"""
"""WCAG 1.4.10, 1.4.4 and 1.4.12: nothing wider than the screen, nothing cut."""

LOOK = """() => {
  const told = [];
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (box) => {
    for (; box; box = box.parentElement) {
      const colour = parse(getComputedStyle(box).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  };
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  for (const box of document.querySelectorAll("input[type=text], select, textarea, button:not(.lien, .par-defaut)")) {
    if (!box.getClientRects().length) continue;
    const style = getComputedStyle(box);
    const ratio = contrast(parse(style.borderTopColor), behind(box.parentElement));
    if (style.borderTopStyle !== "none" && ratio < 3) told.push(`${ratio.toFixed(1)}:1 ${box.outerHTML.slice(0, 90)}`);
  }
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
  if (!all[0].matches(".evitement")) told.push("the skip link does not come first");
  for (const box of all) if (box.tabIndex > 0) told.push(`tabindex ${box.tabIndex}: ${box.outerHTML.slice(0, 90)}`);
  return told;
}"""
"""RGAA 3.3 and 12.8: borders of fields and buttons at 3:1; the keyboard follows the text, the skip link first."""


def test_every_page_in_every_state(visit: Visit, app: Flask, tmp_path: Path, assert_accessible: Any) -> None:
    """One walk for all the checks, and every fault of the walk told at once."""
    seen, told = Seen(visit, app), []
    for name, page in tour(visit, tmp_path):
        try:
            assert_accessible(page)
        except AssertionError as error:
            told.append(f"{name}: {error}")
        told += [f"{name}: {fault}" for fault in page.evaluate(LOOK)]
        for width in (640, 320):  # 640: a screen of 1280 px at 200 %
            page.set_viewport_size({"width": width, "height": 640})
            told += [f"{name}: {fault}" for fault in page.evaluate(CHECK, [width, False])]
        told += [f"{name}: {fault}" for fault in page.evaluate(CHECK, [320, True])]
        page.set_viewport_size({"width": 1280, "height": 900})
    assert not told, "\n".join(told)
    assert seen.endpoints | DATA | PARTS >= {rule.endpoint for rule in app.url_map.iter_rules()}


class Seen:
    """The endpoints whose pages were shown, in whatever window."""

    def __init__(self, visit: Visit, app: Flask) -> None:
        self.endpoints: set[str] = set()
        self._urls = app.url_map.bind("")
        self._start = len(visit.address)
        visit.page.context.on("response", self._note)

    def _note(self, response: Response) -> None:
        if response.request.resource_type == "document":
            path = response.url[self._start :].partition("?")[0]
            with suppress(HTTPException):  # an address that leads nowhere, asked for on purpose
                self.endpoints.add(self._urls.match(path, response.request.method)[0])


KINDS = """() => {
  const kinds = new Map();
  for (const box of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (!box.checkVisibility() || box.tabIndex < 0) continue;
    kinds.set(`${box.tagName} ${box.type ?? ""} ${box.className} ${box.parentElement.className}`, box);
  }
  return [...kinds].map(([kind, box], place) => { box.dataset.kind = place; return kind; });
}"""


@pytest.mark.parametrize("visit", [{"reduced_motion": "reduce"}], indirect=True, ids=["still"])
def test_the_focus_can_be_seen(visit: Visit) -> None:
    """By its pixels, on each kind of thing that takes it; its ring is as dark as the text."""
    seen: set[str] = set()
    for page in (visit.open("/bibliotheque"), visit.open("/exemple/renovation-ecole"), decide(visit)):
        page.keyboard.press("Tab")  # from now on the focus is drawn, as for whoever uses the keyboard
        for place, kind in enumerate(page.evaluate(KINDS)):
            if kind not in seen:
                seen.add(kind)
                assert differs(page, f"[data-kind='{place}']"), kind


def differs(page: Page, selector: str) -> bool:
    box = page.locator(selector)
    page.evaluate("document.activeElement.blur()")
    box.scroll_into_view_if_needed()
    around = box.bounding_box()
    assert around
    clip = {"x": max(around["x"] - 8, 0), "y": max(around["y"] - 8, 0), "width": 60, "height": 30}
    before = page.screenshot(clip=clip, animations="disabled")
    box.evaluate("element => element.focus({preventScroll: true})")
    return before != page.screenshot(clip=clip, animations="disabled", caret="hide")
