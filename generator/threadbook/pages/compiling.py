"""How Jinja compiles our templates: to Python without what they never need.

The templates mean what they mean to any Jinja, but for three things. `a.b` is Python's attribute
and nothing else, so a key of a mapping is written `a["b"]`. A call hands over no context. And all
templates have the same globals. Jinja's own code is ready for the opposite wherever a template
has `.` or `(`, which takes half of the time of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

import markupsafe
from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from markupsafe import Markup, escape

_ESCAPE_TEXT: Final[Callable[[str], str]] = getattr(markupsafe, "_escape_inner", escape)
"""What `escape` does to text, but without marking the result as safe: output needs no mark."""


def show(value: object) -> str:
    """Return what a template prints of a value: it is escaped unless it is safe HTML."""
    if type(value) is Markup:
        return value
    return _ESCAPE_TEXT(value) if type(value) is str else escape(value)


def render(template: Template, values: Mapping[str, Any]) -> str:
    """Render a template. `Template.render` would copy all globals one by one for every page."""
    environment = template.environment
    context = template.new_context({**environment.globals, **values}, shared=True)
    try:
        return "".join(template.root_render_func(context))
    except Exception:  # noqa: BLE001 - it is raised again, with the template's own lines
        environment.handle_exception()


class _Code(CodeGenerator):
    """Writes the Python of a template."""

    def write_commons(self) -> None:
        """Begin the function of a template: all that it prints goes through `show`."""
        super().write_commons()
        self.writeline("escape = environment.show")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """Write `a.b` as Python's attribute."""
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(  # noqa: N802 - Jinja's
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,
    ) -> None:
        """Write a call as it stands; Jinja would look first what the function wants."""
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


class _Context(Context):
    """The values of a template; without globals of its own, nothing looks for them."""

    def __init__(
        self,
        environment: Environment,
        parent: dict[str, Any],
        name: str | None,
        blocks: dict[str, Any],
        globals: object = None,  # noqa: A002, ARG002 - Jinja's
    ) -> None:
        super().__init__(environment, parent, name, blocks)


class LeanEnvironment(Environment):
    """Jinja's environment for templates that are compiled so."""

    code_generator_class = _Code
    context_class = _Context
    show = staticmethod(show)

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,  # noqa: ARG002 - Jinja's
        globals: object = None,  # noqa: A002, ARG002 - Jinja's
    ) -> Template:
        """Return a template by its name; every page that imports macros asks for theirs."""
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super().get_template(name)
        return template

    @cached_property
    def _loaded(self) -> dict[str | Template, Template]:
        return {}
