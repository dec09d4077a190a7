"""A theme as Qt takes it: a palette for what Qt draws itself, and a style sheet for buttons and labels."""

from PySide6.QtGui import QColor, QPalette

from nmr_emg.gui.theme import Theme

Role = QPalette.ColorRole


def palette(theme: Theme) -> QPalette:
    """Colours of the widgets that Qt's own style draws."""
    c = theme.colours
    made = QPalette()
    for role, colour in (
        (Role.Window, c.background),
        (Role.WindowText, c.text),
        (Role.Base, c.well),
        (Role.AlternateBase, c.panel),
        (Role.Text, c.text),
        (Role.PlaceholderText, c.muted),
        (Role.Button, c.well),
        (Role.ButtonText, c.text),
        (Role.Highlight, c.accent),
        (Role.HighlightedText, c.on_accent),
        (Role.ToolTipBase, c.panel),
        (Role.ToolTipText, c.text),
    ):
        made.setColor(role, QColor(colour))
    for role in (Role.WindowText, Role.Text, Role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(c.doubt))
    return made


def style_sheet(theme: Theme) -> str:
    """The sheet for a whole window."""
    c, px = theme.colours, theme.px
    families = ", ".join(f'"{family}"' for family in theme.fonts)
    high, side = px(0.4), px(0.75)
    return f"""
    * {{ font-family: {families}; font-size: {px()}px; }}
    QWidget#window, QDialog, QMessageBox {{ background: {c.background}; }}
    QWidget#controls, QWidget#foot {{ background: {c.panel}; }}
    QLabel#quiet, QLabel#field {{ color: {c.muted}; }}
    QLabel#disclaimer {{ color: {c.muted}; font-size: {px(0.85)}px; }}
    QLabel#recording {{ color: {c.record}; font-weight: bold; }}
    QPushButton {{ background: {c.well}; color: {c.text}; border: 1px solid {c.line};
        border-radius: 6px; padding: {high}px {side}px; min-height: {px(1.3)}px; }}
    QPushButton:hover {{ border-color: {c.accent}; }}
    QPushButton:focus {{ border: 2px solid {c.accent}; padding: {high - 1}px {side - 1}px; }}
    QPushButton:disabled {{ color: {c.doubt}; background: {c.panel}; }}
    QPushButton#primary:enabled {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent};
        font-weight: bold; }}
    QPushButton#primary:focus {{ border: 2px solid {c.text}; }}
    QPushButton#recorder:checked {{ background: {c.record}; color: {c.background}; border-color: {c.record}; }}
    QPushButton::menu-indicator {{ image: none; width: 0px; }}
    QComboBox, QDoubleSpinBox, QLineEdit {{ min-height: {px(2)}px; }}
    QFrame#banner {{ background: {c.panel}; border: 2px solid {c.bad}; border-radius: 6px; }}
    QFrame#banner[wrong="false"] {{ border-color: {c.accent}; }}
    QLabel#trouble {{ font-size: {px(1.15)}px; }}
    """
