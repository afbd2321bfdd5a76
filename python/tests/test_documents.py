"""What the documents show of Python is what Python does."""
import doctest
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)


@pytest.mark.parametrize("name", ["README.md", "docs/python.md"])
def test_document(name):
    pytest.importorskip("pandas")
    shown = "\n".join(BLOCK.findall((ROOT / name).read_text()))
    parsed = doctest.DocTestParser().get_doctest(shown, {}, name, name, 0)
    said = []
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(parsed, out=said.append)
    assert result.attempted > 0 and result.failed == 0, "".join(said)
