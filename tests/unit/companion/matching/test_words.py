import pytest

from companion.matching.words import language_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("pt", "Portuguese"),
        ("pt-br", "Portuguese (Brazil)"),
        ("xx", "xx"),
        ("en_kids", "English"),
        ("", ""),
    ],
)
def test_a_language_is_named_where_its_code_is_known(code: str, name: str) -> None:
    assert language_name(code) == name
