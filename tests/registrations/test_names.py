"""Search meets a name in any script; nothing a person wrote is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations import names

KAZAKH = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"


@pytest.mark.parametrize(
    "spellings",
    [
        ("Ұлжан", "Улжан", "ulzhan", "Uljan", "ҰЛЖАН", " ұлжан "),
        ("Асхат", "Askhat"),
        ("Ангелина", "Angelina"),
        ("Тенгиз", "Tengiz"),
        ("Александр", "Alexandr", "Aleksandr"),
        ("Сергей", "Sergey", "Sergei"),
        ("Цой", "Tsoy", "Tsoi"),
        ("Жанболат", "Zhanbolat", "Janbolat", "ЖАНБОЛАТ", "Jаnbolat"),
        ("Әлия", "Алия", "Aliya", "Alia", "Älia", "Алiя"),
        ("Ғалымжан", "Галымжан", "Galymzhan", "Ghalymzhan", "Ğalymjan"),
        ("Қасым-Жомарт", "Касым Жомарт", "Kassym-Jomart", "Qasym-Jomart"),
        ("Өмірзақ", "Омирзак", "Omirzak", "Ömirzaq"),
        ("Айгүл", "Айгуль", "Aigul", "Aygul", "Aigúl"),
        ("Ерлан", "Yerlan", "Erlan"),
        ("Абдуллаев", "Abdullayev", "Abdullaev"),
        ("Семёнова", "Семенова", "Semenova"),
        ("Мыңбаев", "Мынбаев", "Mynbayev", "Myngbaev"),
        ("Хабиба", "Һабиба", "Khabiba", "Habiba"),
        ("Шмидт", "Schmidt", "Shmidt"),
        ("Щербакова", "Shcherbakova"),
        ("Джанибеков", "Dzhanibekov", "Janibekov", "Жанибеков"),
        ("Юлия", "Yuliya", "Iuliia", "Yulia"),
        ("Нұрсұлтанқызы", "Nursultankyzy", "Nursultanqyzy"),
        ("О’Коннор", "O'Connor", "OConnor"),
        ("Вебер", "Weber"),
    ],
)
def test_spellings_of_one_name_fold_to_one_key(spellings):
    assert {names.fold(spelling) for spelling in spellings} == {names.fold(spellings[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ерлан", "Нурлан"), ("Айша", "Айжа"), ("Асан", "Асхан"), ("Шара", "Чара"), ("Ли", "Лю")],
)
def test_different_names_fold_apart(one, other):
    assert names.fold(one) != names.fold(other)


def test_folding_keeps_letters_of_other_scripts():
    assert names.fold("გიორგი 王") == "გიორგი 王"


def test_folding_of_nothing_is_nothing():
    assert names.fold(" -' ") == ""


@given(st.text(alphabet=KAZAKH + KAZAKH.lower() + "abcxyzXYZ -'’", max_size=30))
def test_folding_ignores_case_and_outer_space(text):
    assert names.fold(f"  {text.lower()} ") == names.fold(text) == names.fold(text.upper())


@given(st.text(alphabet=KAZAKH, min_size=1, max_size=20))
def test_folded_kazakh_name_is_plain_latin(text):
    assert set(names.fold(text)) <= set("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Жанболат", "ZHANBOLAT"),
        ("Ұлжан", "ULZHAN"),
        ("Ерлан", "YERLAN"),
        ("Назарбаев", "NAZARBAYEV"),
        ("Берік", "BERIK"),
        ("Әлия-Есен", "ALIYA-YESEN"),
        ("Қайратұлы", "KAYRATULY"),
        ("Щука", "SHCHUKA"),
        ("О'Коннор", "O'KONNOR"),
        ("Smith", "SMITH"),
        ("", ""),
    ],
)
def test_latin_suggestion(cyrillic, latin):
    assert names.suggest_latin(cyrillic) == latin


@given(st.text(alphabet=KAZAKH + KAZAKH.lower(), min_size=1, max_size=20))
def test_latin_suggestion_of_a_cyrillic_name_has_no_cyrillic(text):
    assert not set(names.suggest_latin(text).lower()) & set(KAZAKH.lower())


@pytest.mark.parametrize("text", ["Жанболат", "Қайратұлы Ә", "Анна-Мария", "О’Коннор", "Йоон"])
def test_cyrillic_name(text):
    assert (names.is_cyrillic(text), names.is_latin(text)) == (True, False)


@pytest.mark.parametrize("text", ["Zhanbolat", "Müller-Łuk", "O'Connor", "Mu\u0308ller"])
def test_latin_name(text):
    assert (names.is_cyrillic(text), names.is_latin(text)) == (False, True)


@pytest.mark.parametrize("text", ["123", "Анна Smith", "王", "Іл1яс"])
def test_name_of_no_or_several_scripts(text):
    assert (names.is_cyrillic(text), names.is_latin(text)) == (False, False)


@pytest.mark.parametrize("text", ["Iлияс", "Асан Aсан", "Анна-Mария"])
def test_word_with_letters_of_both_scripts_is_found(text):
    assert names.mixes_scripts(text)


@pytest.mark.parametrize("text", ["Ілияс", "Анна Smith", "Анна-Maria", "", "王"])
def test_whole_words_of_either_script_are_not_mixed(text):
    assert not names.mixes_scripts(text)
