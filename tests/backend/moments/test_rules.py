"""When it happened, in the words people use."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.moments.rules import read_moment, say_moment

CITY = ZoneInfo("Europe/Madrid")
# A Wednesday at four in the afternoon.
NOW = datetime(2026, 11, 18, 16, 0, tzinfo=CITY)


def same(text: str) -> str:
    return text


MOMENTS = [
    ("en", "yesterday around five", "11-17 17:00", "hour", True),
    ("en", "10 minutes ago", "11-18 15:50", "minute", True),
    ("en", "half an hour ago", "11-18 15:30", "minute", True),
    ("en", "two days ago", "11-16 00:00", "day", False),
    ("en", "last night", "11-17 21:00", "part_of_day", True),
    ("en", "this morning someone took my bag", "11-18 06:00", "part_of_day", True),
    ("en", "it happened last night at 3", "11-18 03:00", "hour", False),
    ("en", "just now", "11-18 16:00", "minute", True),
    ("en", "right now", "11-18 16:00", "minute", False),
    ("en", "on Saturday afternoon", "11-14 13:00", "part_of_day", True),
    ("en", "last week", "11-09 00:00", "week", True),
    ("en", "since two weeks", "11-04 00:00", "week", True),
    ("en", "yesterday at half past six in the evening", "11-17 18:30", "minute", False),
    ("en", "today at 9am", "11-18 09:00", "hour", False),
    ("en", "on November 3rd at 17:45", "11-03 17:45", "minute", False),
    ("en", "quarter to eight this morning", "11-18 07:45", "minute", False),
    ("es", "hace 10 minutos", "11-18 15:50", "minute", True),
    ("es", "hace media hora", "11-18 15:30", "minute", True),
    ("es", "anoche a las 3", "11-18 03:00", "hour", False),
    ("es", "sábado por la tarde", "11-14 13:00", "part_of_day", True),
    ("es", "ayer sobre las cinco", "11-17 17:00", "hour", True),
    ("es", "el 3 de noviembre a las 17:30", "11-03 17:30", "minute", False),
    ("es", "el viernes pasado", "11-13 00:00", "day", False),
    ("es", "esta mañana a las ocho y media", "11-18 08:30", "minute", False),
    ("es", "ayer a las 10 de la noche", "11-17 22:00", "hour", False),
    ("es", "la semana pasada", "11-09 00:00", "week", True),
    ("es", "anteayer", "11-16 00:00", "day", False),
    ("es", "ahora mismo", "11-18 16:00", "minute", False),
    ("es", "desde hace dos semanas", "11-04 00:00", "week", True),
    ("ca", "fa deu minuts", "11-18 15:50", "minute", True),
    ("ca", "fa mitja hora", "11-18 15:30", "minute", True),
    ("ca", "ahir al vespre", "11-17 18:00", "part_of_day", True),
    ("ca", "el dia 3", "11-03 00:00", "day", False),
    ("ca", "ahir a les set del vespre", "11-17 19:00", "hour", False),
    ("ca", "ahir a dos quarts de set del vespre", "11-17 18:30", "minute", False),
    ("ca", "avui a tres quarts de nou del matí", "11-18 08:45", "minute", False),
    ("ca", "anit cap a les 3", "11-18 03:00", "hour", True),
    ("ca", "dissabte a la tarda", "11-14 13:00", "part_of_day", True),
    ("ca", "aquest matí", "11-18 06:00", "part_of_day", True),
    ("ca", "la setmana passada", "11-09 00:00", "week", True),
    ("ca", "abans-d'ahir a la nit", "11-16 21:00", "part_of_day", True),
    ("ca", "ara mateix", "11-18 16:00", "minute", False),
    ("ca", "fa dues setmanes que ens molesten", "11-04 00:00", "week", True),
    ("fr", "il y a une demi-heure", "11-18 15:30", "minute", True),
    ("fr", "il y a 10 minutes", "11-18 15:50", "minute", True),
    ("fr", "hier soir vers 22h", "11-17 22:00", "hour", True),
    ("fr", "la semaine dernière", "11-09 00:00", "week", True),
    ("fr", "hier à 17h30", "11-17 17:30", "minute", False),
    ("fr", "ce matin à huit heures et demie", "11-18 08:30", "minute", False),
    ("fr", "samedi après-midi", "11-14 13:00", "part_of_day", True),
    ("fr", "le 3 novembre", "11-03 00:00", "day", False),
    ("fr", "avant-hier", "11-16 00:00", "day", False),
    ("fr", "depuis deux semaines", "11-04 00:00", "week", True),
    ("fr", "en ce moment même", "11-18 16:00", "minute", False),
    ("ar", "قبل ساعة", "11-18 15:00", "hour", True),
    ("ar", "قبل عشر دقائق", "11-18 15:50", "minute", True),
    ("ar", "من نص ساعة", "11-18 15:30", "minute", True),
    ("ar", "أمس الساعة خمسة", "11-17 17:00", "hour", True),
    ("ar", "مبارح بالليل", "11-17 21:00", "part_of_day", True),
    ("ar", "أمس مساء الساعة ٧", "11-17 19:00", "hour", False),
    ("ar", "الأسبوع الماضي", "11-09 00:00", "week", True),
    ("ar", "يوم السبت العصر", "11-14 13:00", "part_of_day", True),
    ("ar", "اليوم الصبح", "11-18 06:00", "part_of_day", True),
    ("ar", "الآن", "11-18 16:00", "minute", False),
    ("ar", "أول أمس", "11-16 00:00", "day", False),
    ("de", "gestern gegen halb acht abends", "11-17 19:30", "minute", True),
    ("de", "vor zehn Minuten", "11-18 15:50", "minute", True),
    ("de", "letzte Woche", "11-09 00:00", "week", True),
    ("it", "ieri sera alle 9", "11-17 21:00", "hour", False),
    ("it", "due ore fa", "11-18 14:00", "hour", True),
    ("pt", "ontem à noite", "11-17 21:00", "part_of_day", True),
    ("pt", "há dez minutos", "11-18 15:50", "minute", True),
    ("ro", "ieri pe la 5", "11-17 17:00", "hour", True),
    ("ro", "acum zece minute", "11-18 15:50", "minute", True),
    ("uk", "вчора ввечері о 9", "11-17 21:00", "hour", False),
    ("uk", "десять хвилин тому", "11-18 15:50", "minute", True),
    ("ur", "کل شام 7 بجے", "11-17 19:00", "hour", False),
    ("ur", "دس منٹ پہلے", "11-18 15:50", "minute", True),
    ("zh", "昨天下午三点半", "11-17 15:30", "minute", False),
    ("zh", "十分钟前", "11-18 15:50", "minute", True),
]


@pytest.mark.parametrize(("language", "text", "start", "precision", "approximate"), MOMENTS)
def test_the_moment_is_the_one_the_person_meant(
    language: str, text: str, start: str, precision: str, approximate: bool
) -> None:
    moment = read_moment(text, language, NOW, CITY)
    assert moment is not None
    assert (moment.start.strftime("%m-%d %H:%M"), moment.precision, moment.approximate) == (
        start,
        precision,
        approximate,
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my phone is 612 345 678"),
        ("en", "I live at 5 Carrer Major"),
        ("en", "he is about 17 years old"),
        ("en", "they sell drugs every night"),
        ("en", "there were around 5 people"),
        ("en", "good morning, I need help"),
        ("en", "a man with a knife"),
        ("en", "what time do you open tomorrow?"),
        ("es", "me pidió 50 euros"),
        ("es", "vivo en la calle Mayor 7"),
        ("es", "tiene unos 20 años"),
        ("es", "matrícula 1234 BCD"),
        ("es", "buenas tardes"),
        ("es", "todas las noches hay ruido"),
        ("es", "agredieron a las dos chicas"),
        ("ca", "em van demanar 50 euros"),
        ("ca", "visc al carrer Major 7, 3r 2a"),
        ("ca", "té uns 20 anys"),
        ("ca", "cada nit fan soroll"),
        ("ca", "bona tarda"),
        ("ca", "han pegat a les dues noies"),
        ("fr", "il m'a demandé 50 euros"),
        ("fr", "j'habite 12 rue de la Paix"),
        ("fr", "il a environ 20 ans"),
        ("fr", "chaque nuit il y a du bruit"),
        ("fr", "bonne soirée"),
        ("ar", "طلب مني 50 يورو"),
        ("ar", "عمره تقريبا 20 سنة"),
        ("ar", "صباح الخير"),
        ("ar", "كل ليلة في ضجة"),
        ("it", "ho perso il portafoglio"),
        ("zh", "我的手机被偷了"),
        ("en", ""),
    ],
)
def test_a_message_without_a_time_has_none(language: str, text: str) -> None:
    assert read_moment(text, language, NOW, CITY) is None


@pytest.mark.parametrize(
    "text", ["at five", "tonight", "at midnight", "on wednesday at 18:00", "today at 23:00", "in the evening", "between 5 and 6", "December 3rd", "on the 25th", "at ten past four"]
)  # fmt: skip
def test_a_report_never_tells_of_the_future(text: str) -> None:
    moment = read_moment(text, "en", NOW, CITY)
    assert moment is not None
    assert moment.start <= NOW
    assert moment.end is None or moment.start <= moment.end <= NOW


def test_an_hour_that_is_still_to_come_is_read_as_the_last_one_and_marked() -> None:
    moment = read_moment("it happened at five", "en", NOW, CITY)
    assert moment is not None
    assert moment.start == datetime(2026, 11, 18, 5, 0, tzinfo=CITY)
    assert moment.approximate


def test_between_two_hours_has_an_end() -> None:
    moment = read_moment("ahir entre les 5 i les 6 de la tarda", "ca", NOW, CITY)
    assert moment is not None
    assert moment.end is not None
    assert (moment.start.hour, moment.end.hour) == (17, 18)


def test_ten_minutes_ago_is_ten_minutes_even_when_the_clocks_go_back() -> None:
    now = datetime(2026, 10, 25, 1, 5, tzinfo=UTC)
    moment = read_moment("fa deu minuts", "ca", now, CITY)
    assert moment is not None
    assert now - moment.start == timedelta(minutes=10)


def test_an_hour_that_summer_time_skipped_is_still_a_moment_of_that_night() -> None:
    now = datetime(2026, 3, 29, 12, 0, tzinfo=CITY)
    moment = read_moment("hoy a las 2:30 de la madrugada", "es", now, CITY)
    assert moment is not None
    assert moment.start.strftime("%d %H:%M") == "29 03:30"


def test_the_persons_own_words_and_their_place_are_kept() -> None:
    text = "M'han robat la bici ahir al vespre a la plaça"
    moment = read_moment(text, "ca", NOW, CITY)
    assert moment is not None
    assert moment.words == "ahir al vespre"
    assert text[slice(*moment.span)] == "ahir al vespre"


def test_the_zone_is_the_citys_whatever_the_server_keeps() -> None:
    moment = read_moment("a las 9 de la mañana", "es", NOW.astimezone(UTC), CITY)
    assert moment is not None
    assert moment.start == datetime(2026, 11, 18, 9, 0, tzinfo=CITY)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_moment("now", "en", datetime(2026, 1, 1), CITY)


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("ca", "ahir cap a les cinc", "yesterday around 17:00"),
        ("fr", "hier à 17h30", "yesterday at 17:30"),
        ("es", "esta mañana", "today in the morning"),
        ("ca", "dissabte a la tarda", "ds., 14 de novembre in the afternoon"),
        ("es", "ahora mismo", "just now"),
        ("fr", "depuis deux semaines", "since mer. 4 nov."),
        ("en", "since yesterday", "since yesterday"),
        ("es", "el 3 de mayo de 2024", "3 de mayo de 2024"),
    ],
)
def test_a_moment_is_said_back_in_the_persons_calendar(language: str, text: str, said: str) -> None:
    moment = read_moment(text, language, NOW, CITY)
    assert moment is not None
    assert say_moment(moment, language, CITY, NOW, same) == said


@pytest.mark.parametrize("text", ["1 2 " * 3000, "17:" * 3000, "at " * 4000, "٣ " * 4000])
def test_a_hostile_message_takes_no_time(text: str) -> None:
    for language in ("en", "ar"):
        read_moment("now", language, NOW, CITY)
    started = time.perf_counter()
    read_moment(text, "en", NOW, CITY)
    read_moment(text, "ar", NOW, CITY)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("words", ["on m'a volé mon sac dans le bus", "mon vélo a été volé"])
def test_the_french_word_for_my_is_no_monday(words: str) -> None:
    assert read_moment(words, "fr", datetime(2026, 11, 23, 12, tzinfo=UTC), ZoneInfo("UTC")) is None
