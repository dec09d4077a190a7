"""HTML and SVG elements. Whatever is not an element is text, and is escaped."""

from html import escape

Attribute = str | float | bool | None

_VOID = frozenset({"meta", "br", "hr", "col"})
_ALONE = frozenset({"rect", "path", "line", "circle", "polygon"})


class Markup(str):
    """Text that is already markup, as only this module makes it."""

    __slots__ = ()


def element(name: str, *children: object, **attributes: Attribute) -> Markup:
    """One element with its children.

    Children that are `Markup` stay as they are, `None` is left out, and anything else is escaped as text. In
    attribute names an underscore stands for a hyphen and a trailing one is dropped; `None` and `False` leave an
    attribute out, `True` writes it bare, numbers get two decimals.

    >>> element("p", "a < b", element("b", 1), class_="note", data_x=0.5)
    '<p class="note" data-x="0.5">a &lt; b<b>1</b></p>'
    >>> element("rect", x=1.0, rx=None)
    '<rect x="1"/>'
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    if name in _ALONE:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{together(*children)}</{name}>")


def together(*children: object) -> Markup:
    """Elements and text one after the other.

    >>> together("R&D", None, element("br"))
    'R&amp;D<br>'
    """
    return Markup("".join(_text(child) for child in children if child is not None))


def number(value: float) -> str:
    """A coordinate with at most two decimals.

    >>> number(3.0), number(0.126), number(-0.001)
    ('3', '0.13', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(child: object) -> str:
    return child if isinstance(child, Markup) else escape(str(child))


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = value if isinstance(value, str) else number(value)
    return f' {name}="{escape(text)}"'
