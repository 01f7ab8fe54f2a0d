"""People of one's own: users from YAML or JSON files, beside those of the catalogue.

Owns how such a file is read, checked and completed: every finding names its file and line, and a
name that nobody knows is answered with the nearest one that is known. What comes out has the
shape of the files of `data/`; the `catalogue` serves it like any other. Files are read when the
bank starts and when the control API resets it, and never written.
"""

from mikomo.custom_users.errors import BadUsersError
from mikomo.custom_users.users import CustomUsers

__all__ = ["BadUsersError", "CustomUsers"]
