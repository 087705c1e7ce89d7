"""What people type on each page: whole answers, and what is wrong with some."""

from tests.files import jpeg

LONG = "Құрметтіңізжасырақ" * 80
BIRTH = {
    "birth_date_day": "27",
    "birth_date_month": "наурыз",
    "birth_date_year": "1990",
    "birth_country": "KZ",
    "birth_place": "Қызылорда облысы, Жаңақорған",
}
ANSWERS = {
    "place": {"country": "DE", "city": "Мюнхен"},
    "region": {"region": "DE-BY"},
    "mission": {"choice": "other", "reason": "Жақын жерде"},
    "length": {"stay": "some_time"},
    "name": {"family_name": "Әбдіғали", "given_names": "Ұлжан Іңкәр", "patronymic": "Һүснәқызы"},
    "latin-name": {"family_name_latin": "ABDIGALI", "given_names_latin": "ULZHAN"},
    "other-names": {"used": "yes", "names": "Серікова"},
    "birth": BIRTH,
    "iin": {"iin": "900327400015"},
    "sex": {"sex": "female"},
    "document": {
        "type": "passport",
        "number": "N12345678",
        "issued_by": "Ішкі істер министрлігі",
        "issued_on_day": "5",
        "issued_on_month": "қазан",
        "issued_on_year": "2020",
    },
    "exit-permit": {
        "number": "77",
        "issued_on_day": "5",
        "issued_on_month": "мамыр",
        "issued_on_year": "2015",
        "issued_by": "Полиция департаменті",
    },
    "address": {"street": "Мюллер көшесі 12", "postcode": "10115", "local_address": "Мюллер"},
    "contact": {"phone": "+49 (0)151-234 56 78", "language": "kk"},
    "stay": {
        "arrived_on_day": "1",
        "arrived_on_month": "9",
        "arrived_on_year": "2024",
        "end_unknown": "on",
        "purpose": "study",
    },
    "life": {"occupation": "Студент", "education": "Инженер"},
    "emergency": {"name": "Серік", "relation": "parent", "phone": "+7 701 1234567"},
    "household": {
        "name": "Айша",
        "relation": "child",
        "birth_date_day": "3",
        "birth_date_month": "ақпан",
        "birth_date_year": "2015",
        "citizenship": "KZ",
    },
}
# All that is asked on the one page of who a represented person is.
PERSON = {
    **ANSWERS["name"],
    **ANSWERS["latin-name"],
    **ANSWERS["other-names"],
    **ANSWERS["birth"],
    **ANSWERS["iin"],
    **ANSWERS["sex"],
}
MOVE = {
    "country": "DE",
    "region": "DE-BY",
    "city": "Мюнхен",
    "street": "Людвиг көшесі 5",
    "postcode": "80539",
    "arrived_on_day": "1",
    "arrived_on_month": "9",
    "arrived_on_year": "2024",
}
HELP = {"topic": "rights", "text": "Жалақым төленбеді.", "place": "Берлин", "phone": "+49 30 1"}
# Pages on which nothing has to be answered, with something that is wrong nevertheless.
WRONG = {
    "life": {"occupation": LONG},
    "birth": BIRTH | {"birth_date_month": ""},
    "iin": {"iin": "900101300018"},
    "emergency": {"name": "Серік", "phone": "123"},
    "household": {"name": "Айша", "birth_date_day": "3"},
    "contact": {"phone": "123", "language": "kk"},
    "name": {"family_name": "Smith", "given_names": LONG},
    "document": {"type": "passport", "number": "?", "issued_on_day": "31", "issued_on_month": "2"},
    "person": PERSON | {"iin": "900101300017"},
}


def bad_file() -> dict:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"upload": SimpleUploadedFile("хат.txt", b"not a picture", "text/plain")}


def good_file() -> dict:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"upload": SimpleUploadedFile("паспорт.jpg", jpeg(), "image/jpeg")}
