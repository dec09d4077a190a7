"""The question before a window with a running recording is closed."""

from PySide6.QtWidgets import QMessageBox, QWidget


def wants_to_close(parent: QWidget, file: str) -> bool:
    """Ask whether to stop the recording and close; whether to."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("A recording is running")
    box.setText("A recording is running.")
    box.setInformativeText(f"{file} holds all until now. Stop recording and close the window?")
    keep = box.addButton("Keep recording", QMessageBox.ButtonRole.RejectRole)
    stop = box.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is stop
