"""The tree of exceptions, and problems in words."""

import inspect
import pickle

from yardarm import errors
from yardarm.errors import DocumentError, Problem, SnapshotError, YardarmError


def test_the_tree_is_as_drawn() -> None:
    drawn = inspect.getdoc(errors) or ""
    for name, found in vars(errors).items():
        if inspect.isclass(found) and issubclass(found, Exception):
            assert issubclass(found, YardarmError)
            assert name in drawn
            assert found.__doc__


def test_a_problem_in_words() -> None:
    assert str(Problem("/a", "is wrong", "mend it")) == "/a: is wrong; mend it"
    assert str(Problem("", "is wrong")) == "(document): is wrong"


def test_a_document_error_tells_the_first_and_counts_the_rest() -> None:
    problems = [Problem("/a", "one"), Problem("/b", "two"), Problem("/c", "three")]
    error = DocumentError(problems)
    assert error.problems == tuple(problems)
    assert str(error) == "/a: one (and 2 more)"
    assert str(DocumentError([])) == "invalid document"


def test_a_snapshot_error_is_a_document_error() -> None:
    error = SnapshotError("is damaged")
    assert isinstance(error, DocumentError)
    assert error.problems[0].hint == "fetch the full snapshot again"
    assert str(pickle.loads(pickle.dumps(Problem("/a", "b")))) == "/a: b"
