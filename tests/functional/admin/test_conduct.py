"""What a programme asks of its people: charter, cadence, what is kept, and the prompts, by the pages of the admin."""

from companion.models.engagement import Side
from tests.begun import Begun
from tests.functional.admin.visitor import Visitor


def test_a_charter_gets_a_new_version_which_everybody_is_asked_to_accept(
    admin: Visitor, installation: Begun
) -> None:
    programme = f"/admin/programmes/{installation.programme_id}"
    page = admin.get(admin.get(programme).link("Charter"))
    assert "The charter that comes with Cairn" in page.words
    accepted = page.html.select_one(".share .number").get_text(" ", strip=True)  # type: ignore[union-attr]
    wrong = admin.press(page, "Let it hold", status=422, norms="We listen.\n" * 11)
    assert "1 to 10 norms" in wrong.errors()["norms"]
    assert wrong.html.select_one("#norms").get_text().count("We listen.") == 11  # type: ignore[union-attr]
    page = admin.press(page, "Let it hold", norms=" We ask before we advise. \n\nWe answer within a day.")
    assert page.flashes == [
        "Version 1 holds. Everybody is asked to accept it when they open their mentoring next."
    ]
    assert "(0 of " in page.html.select_one(".share").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert accepted.startswith("100 %")
    assert [item.get_text(strip=True) for item in page.html.select("#current ~ ol li")] == [
        "We ask before we advise.",
        "We answer within a day.",
    ]
    again = admin.press(
        page, "Let it hold", status=422, norms="We ask before we advise.\nWe answer within a day."
    )
    assert "hold already" in again.errors()["norms"]
    meeting = installation.meeting
    installation.services.agreements.accept_charter(meeting.seen_by(meeting.learner), meeting.id, 1)
    page = admin.get(page.path)
    assert "(1 of " in page.html.select_one(".share").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "Version 1, " in page.words
    assert "Ada Lovelace" in page.words


def test_the_cadence_is_a_table_and_holds_for_running_engagements(
    admin: Visitor, installation: Begun
) -> None:
    programme = f"/admin/programmes/{installation.programme_id}"
    page = admin.get(admin.get(programme).link("Cadence"))
    typed = {"weekly": "0", "fortnightly": "x", "monthly": "2", "keep_texts_days": "900"}
    wrong = admin.press(page, "Keep it", status=422, **typed)
    assert wrong.errors() == {"fortnightly": "Give the contacts a fortnight apart as a whole number."}
    wrong = admin.press(wrong, "Keep it", status=422, fortnightly="0")
    assert wrong.errors().keys() == {"weekly", "keep_texts_days"}
    longer = admin.press(wrong, "Keep it", status=422, weekly="2", keep_texts_days="365")
    assert "People were told 180 days" in longer.errors()["keep_texts_days"]
    page = admin.press(longer, "Keep it", keep_texts_days="90", tells_took_part="1", nudges=[])
    assert page.flashes[0].startswith("It is kept")
    row, conduct = installation.services.conduct.conduct(installation.programme_id)
    assert row.contact_days == [7, 7, 28, 28]
    assert (conduct.nudges, conduct.keep_texts_days, conduct.tells_took_part) == (False, 90, True)
    installation.clock.move(days=20)
    assert installation.services.nudges.run() == 0
    assert "4 contacts, nobody is reminded, texts stay 90 days" in admin.get(programme).words


def test_prompts_are_written_edited_hidden_and_taken_back(admin: Visitor, installation: Begun) -> None:
    services, programme_id = installation.services, installation.programme_id
    page = admin.get(admin.get(f"/admin/programmes/{programme_id}").link("Prompts"))
    count = len(page.html.select("ul.lines > li"))
    form = admin.get(page.link("Write one"))
    wrong = admin.press(
        form, "Keep the prompt", 422, text_de="x" * 301, first_week="5", last_week="3", place="9:9"
    )
    assert wrong.errors().keys() == {"text_de", "last_week", "place"}
    assert "x" * 301 in wrong.html.select_one("#text_de").get_text()  # type: ignore[union-attr]
    wrong = admin.press(form, "Keep the prompt", 422)
    assert wrong.errors() == {"text_en": "Write it in one of the languages."}
    places = [str(option["value"]) for option in form.html.select("#place option")]
    page = admin.press(
        form,
        "Keep the prompt",
        text_en="What surprised you here?",
        text_de="Was hat dich hier überrascht?",
        occasion="section",
        side="learner",
        place=places[1],
    )
    assert len(page.html.select("ul.lines > li")) == count + 1
    mine = next(
        item for item in page.html.select("ul.lines > li") if "What surprised you here?" in item.get_text()
    )
    assert "Your own" in mine.get_text()
    assert "in English and German only" in " ".join(mine.get_text(" ").split())
    own = next(line for line in services.prompts.set_of(programme_id).lines if not line.ours)
    course, section = map(int, places[1].split(":"))
    assert (own.prompt.sides, own.prompt.course_id, own.prompt.section) == (
        frozenset({Side.LEARNER}),
        course,
        section,
    )

    edit = f"/admin/programmes/{programme_id}/prompts/edit?key="
    ours = admin.get(f"{edit}opening-reach")
    page = admin.press(ours, "Keep the prompt", text_en="Say how we reach you.", text_de="", text_es="")
    assert services.prompts.set_of(programme_id).line("opening-reach").changed
    admin.press(admin.get(f"{edit}opening-reach"), "Have our words again")
    assert not services.prompts.set_of(programme_id).line("opening-reach").changed

    openings = [
        line.prompt.key
        for line in services.prompts.set_of(programme_id).lines
        if line.prompt.occasion == "opening"
    ]
    for key in openings[1:]:
        services.prompts.hide(programme_id, key)
    line = services.prompts.set_of(programme_id).line(openings[0]).prompt
    viewer = installation.meeting.seen_by(installation.meeting.learner)
    if Side.LEARNER in line.sides:
        assert services.prompts.suggest(viewer, installation.meeting.id, "de") == [line.text("de")]
    page = admin.press(admin.get(page.path), "Show again")
    assert sum(line.hidden for line in services.prompts.set_of(programme_id).lines) == len(openings) - 2
    admin.press(admin.get(f"{edit}{own.prompt.key}"), "Remove it")
    assert all(line.ours for line in services.prompts.set_of(programme_id).lines)
    admin.get(f"{edit}{own.prompt.key}", status=404)
