"""The edits whose cost is measured can be made."""

import pytest

from benchmarks.edits import EDITS, HOME, Edit


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.what)
def test_an_edit_changes_its_file(edit: Edit) -> None:
    path = HOME / edit.file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    assert edit.applied(before) != before
