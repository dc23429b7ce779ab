"""Pages as they are set: a number and its unit never part at the end of a line.

Every page and every piece of page goes through here, so that no template and no sentence has to think of it.
What is typed in a ``textarea``, scripts and attributes are left as they are.
"""

from __future__ import annotations

import re
from typing import Any

from django.template.backends import django as backend
from django.utils.safestring import SafeString, mark_safe

from trama.kernel.units import joined

_LEFT_ALONE = re.compile(
    r"(<(?:textarea|script|style|pre|code)\b.*?</(?:textarea|script|style|pre|code)>)", re.S
)
_IN_TEXT = r"(?=[^<>]*(?:<|\Z))"
"""What follows, up to the next angle bracket, is text: not the inside of a tag."""


class Templates(backend.DjangoTemplates):
    """Django's own templates, set with numbers and units joined."""

    def from_string(self, template_code: str) -> Template:
        """Return the template written in a string."""
        return Template(self.engine.from_string(template_code), self)

    def get_template(self, template_name: str) -> Template:
        """Return a template by name; raises `TemplateDoesNotExist`."""
        return Template(super().get_template(template_name).template, self)


class Template(backend.Template):
    """A template whose text is joined once, when all of it is there."""

    def render(self, context: Any = None, request: Any = None) -> SafeString:
        """Return the page, or the piece of page."""
        return mark_safe(set_page(super().render(context, request)))  # noqa: S308 - only spaces change


def set_page(html: str) -> str:
    r"""Return the page with a no-break space between each number and its unit.

    >>> set_page('<p title="9 m">9 m di <b>3 m²</b></p><textarea>9 m</textarea>')
    '<p title="9 m">9\xa0m di <b>3\xa0m²</b></p><textarea>9 m</textarea>'
    """
    parts = _LEFT_ALONE.split(html)
    parts[::2] = [joined(part, where=_IN_TEXT) for part in parts[::2]]
    return "".join(parts)
