"""What people do by hand in the course pages of the sandbox LMS."""

from dataclasses import replace

from sandbox import Sandbox
from sandbox.records import Module


def widgets_in(sandbox: Sandbox, course: int) -> list[tuple[int, str]]:
    """Course module and widget of each external-tool activity, in the order of the page."""
    return [
        (module.id, module.custom.removeprefix("widget="))
        for section in sandbox.world.sections_in(course)
        for module in sandbox.world.modules_in(course, section.id)
        if module.modname == "lti"
    ]


def page_of(sandbox: Sandbox, course: int) -> list[str]:
    """The names of the activities in the top section, in their order."""
    top = sandbox.world.sections_in(course)[0]
    return [module.name for module in sandbox.world.modules_in(course, top.id)]


def delete(sandbox: Sandbox, module: int) -> None:
    """A teacher deletes an activity."""
    with sandbox.change() as world:
        world.drop_modules([module])


def duplicate(sandbox: Sandbox, module: int) -> int:
    """A teacher duplicates an activity, as Moodle 4.5.6 does it: the copy's description shows the copy."""
    with sandbox.change() as world:
        original = world.modules[module]
        copy = world.next_id("modules")
        intro = original.intro.replace(f"view.php?id={module}", f"view.php?id={copy}")
        _add(sandbox, replace(original, id=copy, name=f"{original.name} (copy)", intro=intro))
    return copy


def pick(sandbox: Sandbox, course: int, widget: str, *, tool: int | None = None, intro: str = "") -> int:
    """A teacher picks a widget by deep linking, or adds an activity of another tool."""
    with sandbox.change() as world:
        made = Module(
            id=world.next_id("modules"),
            course=course,
            section=world.sections_in(course)[1].id,
            modname="lti",
            name="Talk to your companion",
            instance=0,
            intro=intro,
            tool=next(iter(world.tools)) if tool is None else tool,
            custom=f"widget={widget}",
        )
        _add(sandbox, made)
    return made.id


def _add(sandbox: Sandbox, module: Module) -> None:
    sandbox.world.modules[module.id] = replace(module, instance=sandbox.world.next_id("lti"))
