"""The edits whose cost is measured can be made."""

import pytest

from benchmarks.edits import EDITS, HOME, Edit
from benchmarks.watch import edits_of


@pytest.mark.parametrize("edit", [*EDITS, *edits_of("descent")], ids=lambda edit: edit.what)
def test_an_edit_changes_its_file(edit: Edit) -> None:
    path = HOME / edit.file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    assert edit.applied(before) != before
