"""What people see in a browser: the sign-up, the customer's page, and the console of the staff.

Each area is a folder with ``routes.py`` (who may come, and what answers); its templates stand in
``templates/<area>/`` and its words in ``texts/<language>/<area>.toml``. Nothing is decided here: a
page asks the capabilities, and what a person does becomes a message of theirs.
"""

from __future__ import annotations
