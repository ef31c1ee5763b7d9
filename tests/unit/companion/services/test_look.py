"""The look: what cannot be read or could run is not taken."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.errors import InputError
from companion.services.look import LARGEST_LOGO, LEAST_CONTRAST, Shown, contrast
from companion.services.registry import Services
from companion.web.brand import DARK_GROUND, readable_on_dark, style

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def test_contrast_is_that_of_the_guidelines() -> None:
    """Known values of WCAG 2: black on white 21 to 1, and #767676 the lightest grey that passes with 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)


def test_the_look_is_kept_and_taken_back(services_on: Services) -> None:
    look = services_on.look
    assert look.current() == Shown()
    look.dress("  Acme Mentoring ", "#2B4C9B")
    look.set_logo(PNG)
    shown = look.current()
    assert (shown.name, shown.colour, shown.logo) == ("Acme Mentoring", "#2b4c9b", True)
    assert look.logo() == (PNG, "image/png")
    look.remove_logo()
    look.dress("Acme Mentoring", "")
    again = look.current()
    assert (again.colour, again.logo, look.logo()) == (None, False, None)
    assert again.version != shown.version


@pytest.mark.parametrize(
    ("name", "colour", "field"),
    [
        ("", "", "name"),
        ("A" * 61, "", "name"),
        ("Acme\nMentoring", "", "name"),
        ("Acme", "red", "colour"),
        ("Acme", "#12345", "colour"),
        ("Acme", "#1c6554; } body { display: none", "colour"),
        ("Acme", "#9acd32", "colour"),
        ("Acme", "#ffffff", "colour"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field(
    services: Services, name: str, colour: str, field: str
) -> None:
    with pytest.raises(InputError) as wrong:
        services.look.dress(name, colour)
    assert set(wrong.value.fields) == {field}
    assert services.look.current() == Shown()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script>",
        b"GIF89a",
        PNG + b"\0" * LARGEST_LOGO,
    ],
)
def test_only_small_pictures_are_taken(services: Services, data: bytes) -> None:
    with pytest.raises(InputError) as wrong:
        services.look.set_logo(data)
    assert set(wrong.value.fields) == {"logo"}
    assert services.look.logo() is None


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_whatever_colour_is_taken_can_be_read_in_both_schemes(parts: tuple[int, int, int]) -> None:
    colour = "#" + "".join(f"{part:02x}" for part in parts)
    assert contrast(readable_on_dark(colour), DARK_GROUND) >= LEAST_CONTRAST
    if contrast(colour, "#ffffff") >= LEAST_CONTRAST:
        dark = style(colour).split("@media")[1]
        tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
        assert contrast(tokens["accent"], tokens["on-accent"]) >= LEAST_CONTRAST
