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


# A Wednesday at ten in the evening.
EVENING = datetime(2026, 11, 25, 22, 0, tzinfo=CITY)


@pytest.mark.parametrize(
    ("language", "text", "start", "precision", "end"),
    [
        (
            "en",
            "THIS MORNING AT 7 A GUY WAS TRYING CAR DOORS IN OUR STREET",
            "2026-11-25 07:00",
            "hour",
            None,
        ),
        ("en", "i just saw two men jump over the school fence", "2026-11-25 22:00", "minute", None),
        (
            "en",
            "it must have happened between 2 and 4 while I was in the gym",
            "2026-11-25 14:00",
            "hour",
            "2026-11-25 16:00",
        ),
        (
            "en",
            "in June I sold my phone to a man who never paid me",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "en",
            "my ex hit me in 2019 and now he's writing to me again",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        (
            "en",
            "an hour and 20 minutes ago a car hit me and drove off",
            "2026-11-25 20:40",
            "minute",
            None,
        ),
        ("en", "about two and a half hours ago", "2026-11-25 19:30", "hour", None),
        (
            "en",
            "between 11 and 1pm today i was out",
            "2026-11-25 11:00",
            "hour",
            "2026-11-25 13:00",
        ),
        (
            "en",
            "he has been following me since May",
            "2026-05-01 00:00",
            "month",
            "2026-11-25 22:00",
        ),
        (
            "en",
            "we have lived with this since 2020",
            "2020-01-01 00:00",
            "year",
            "2026-11-25 22:00",
        ),
        (
            "es",
            "me han robado el movil hace una hora y media en la rambla",
            "2026-11-25 20:30",
            "hour",
            None,
        ),
        (
            "es",
            "acabo de ver a dos chicos saltando la valla del colegio",
            "2026-11-25 22:00",
            "minute",
            None,
        ),
        (
            "es",
            "tuvo que ser entre las 2 y las 4, que yo estaba en el gimnasio",
            "2026-11-25 14:00",
            "hour",
            "2026-11-25 16:00",
        ),
        (
            "es",
            "en junio vendi un telefono a un hombre que nunca me pagó",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "es",
            "mi ex me pegó en 2019 y ahora me vuelve a escribir",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        (
            "es",
            "hace una hora y veinte minutos me ha dado un coche",
            "2026-11-25 20:40",
            "minute",
            None,
        ),
        ("es", "hace dos horas y media mas o menos", "2026-11-25 19:30", "hour", None),
        ("es", "me sigue desde mayo", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("es", "el martes de la semana pasada", "2026-11-17 00:00", "day", "2026-11-18 00:00"),
        (
            "ca",
            "m'han robat el mòbil fa una hora i mitja a la rambla",
            "2026-11-25 20:30",
            "hour",
            None,
        ),
        (
            "ca",
            "acabo de veure dos nois saltant la tanca de l'escola",
            "2026-11-25 22:00",
            "minute",
            None,
        ),
        (
            "ca",
            "devia ser entre les 2 i les 4, que jo era al gimnàs",
            "2026-11-25 14:00",
            "hour",
            "2026-11-25 16:00",
        ),
        (
            "ca",
            "al juny vaig vendre un telefon a un home que no m'ha pagat mai",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "ca",
            "el meu ex em va pegar el 2019 i ara em torna a escriure",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        (
            "ca",
            "fa una hora i vint minuts m'ha donat un cop un cotxe",
            "2026-11-25 20:40",
            "minute",
            None,
        ),
        ("ca", "fa dues hores i mitja més o menys", "2026-11-25 19:30", "hour", None),
        ("ca", "ahir a la nit entre les 10 i la 1", "2026-11-24 22:00", "hour", "2026-11-25 01:00"),
        ("ca", "em segueix des del maig", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        (
            "fr",
            "on m'a volé mon portable il y a une heure et demie devant la gare",
            "2026-11-25 20:30",
            "hour",
            None,
        ),
        (
            "fr",
            "ce matin à 7h un type essayait d'ouvrir les voitures",
            "2026-11-25 07:00",
            "hour",
            None,
        ),
        (
            "fr",
            "je viens de voir deux hommes sauter la grille de l'école",
            "2026-11-25 22:00",
            "minute",
            None,
        ),
        (
            "fr",
            "le 12 j'ai donné mes coordonnées à un faux conseiller de la banque",
            "2026-11-12 00:00",
            "day",
            "2026-11-13 00:00",
        ),
        (
            "fr",
            "le 3 novembre vers 20h un chien a mordu mon fils",
            "2026-11-03 20:00",
            "hour",
            None,
        ),
        (
            "fr",
            "en juin j'ai vendu mon téléphone à un monsieur qui n'a jamais payé",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "fr",
            "mon ex m'a frappée en 2019 et maintenant il me récrit",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        ("fr", "il y a 1h30 une voiture m'a renversé", "2026-11-25 20:30", "minute", None),
        ("fr", "il y a deux heures et demie environ", "2026-11-25 19:30", "hour", None),
        ("fr", "il me suit depuis mai", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("fr", "il marche dans la rue en mars", "2026-03-01 00:00", "month", "2026-04-01 00:00"),
        (
            "de",
            "am Freitagabend wurde meine Tochter bis nach Hause verfolgt",
            "2026-11-20 18:00",
            "part_of_day",
            "2026-11-20 22:00",
        ),
        (
            "de",
            "im Juni habe ich mein Handy an einen Mann verkauft, der nie bezahlt hat",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "de",
            "mein ex hat mich 2019 geschlagen und jetzt schreibt er mir wieder",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        (
            "de",
            "vor einer stunde und 20 minuten hat mich ein auto angefahren",
            "2026-11-25 20:40",
            "minute",
            None,
        ),
        ("de", "vor etwa zweieinhalb stunden", "2026-11-25 19:30", "hour", None),
        ("de", "er verfolgt mich seit Mai", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("de", "sonntagnacht um 3 uhr morgens", "2026-11-23 03:00", "hour", None),
        ("de", "heute früh um zehn nach acht", "2026-11-25 08:10", "minute", None),
        ("de", "freitagabend um neun", "2026-11-20 21:00", "hour", None),
        ("de", "gestern abend zwanzig vor zwölf", "2026-11-24 23:40", "minute", None),
        (
            "it",
            "da lunedì c'è una macchina davanti al nostro garage",
            "2026-11-23 00:00",
            "day",
            "2026-11-25 22:00",
        ),
        (
            "it",
            "ho appena visto due uomini scavalcare il cancello della scuola",
            "2026-11-25 22:00",
            "minute",
            None,
        ),
        (
            "it",
            "dev'essere successo tra le 2 e le 4 mentre ero in palestra",
            "2026-11-25 14:00",
            "hour",
            "2026-11-25 16:00",
        ),
        (
            "it",
            "il 12 ho dato i miei dati a un finto impiegato della banca",
            "2026-11-12 00:00",
            "day",
            "2026-11-13 00:00",
        ),
        (
            "it",
            "a giugno ho venduto il telefono a uno che non mi ha mai pagato",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "it",
            "il mio ex mi ha picchiata nel 2019 e adesso mi scrive di nuovo",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        (
            "it",
            "un'ora e venti minuti fa mi ha investito una macchina",
            "2026-11-25 20:40",
            "minute",
            None,
        ),
        ("it", "circa due ore e mezza fa", "2026-11-25 19:30", "hour", None),
        ("it", "ieri notte tra le 10 e l'1", "2026-11-24 22:00", "hour", "2026-11-25 01:00"),
        ("it", "mi segue da maggio", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("it", "domenica alle 3 di notte", "2026-11-22 03:00", "hour", None),
        (
            "pt",
            "roubaram-me o telemóvel há uma hora e meia em frente à estação",
            "2026-11-25 20:30",
            "hour",
            None,
        ),
        (
            "pt",
            "acabei de ver dois homens a saltar a vedação da escola",
            "2026-11-25 22:00",
            "minute",
            None,
        ),
        (
            "pt",
            "deve ter sido entre as 2 e as 4 enquanto eu estava no ginásio",
            "2026-11-25 14:00",
            "hour",
            "2026-11-25 16:00",
        ),
        (
            "pt",
            "às nove menos um quarto tocaram à campainha a dizer que eram do gás",
            "2026-11-25 20:45",
            "minute",
            None,
        ),
        (
            "pt",
            "em junho vendi o telemovel a um homem que nunca me pagou",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "pt",
            "o meu ex bateu-me em 2019 e agora voltou a escrever-me",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        ("pt", "há uma hora e vinte minutos um carro bateu-me", "2026-11-25 20:40", "minute", None),
        ("pt", "há duas horas e meia mais ou menos", "2026-11-25 19:30", "hour", None),
        ("pt", "ontem à noite entre as 10 e a 1", "2026-11-24 22:00", "hour", "2026-11-25 01:00"),
        ("pt", "ele segue-me desde maio", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("pt", "hoje às dez para as oito da manhã", "2026-11-25 07:50", "minute", None),
        (
            "ro",
            "mi-au furat telefonul acum o ora si jumatate in fata garii",
            "2026-11-25 20:30",
            "hour",
            None,
        ),
        (
            "ro",
            "Aseară mi-a spart cineva geamul la mașină",
            "2026-11-24 18:00",
            "part_of_day",
            "2026-11-24 22:00",
        ),
        (
            "ro",
            "de luni e o mașină parcată în fața garajului nostru",
            "2026-11-23 00:00",
            "day",
            "2026-11-25 22:00",
        ),
        (
            "ro",
            "cred ca s-a intamplat intre 2 si 4 cat eram la sala",
            "2026-11-25 14:00",
            "hour",
            "2026-11-25 16:00",
        ),
        (
            "ro",
            "pe 12 am dat datele mele unui fals angajat de la bancă",
            "2026-11-12 00:00",
            "day",
            "2026-11-13 00:00",
        ),
        (
            "ro",
            "in iunie am vandut telefonul unui om care nu m-a platit niciodata",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "ro",
            "fostul sot m-a batut in 2019 si acum imi scrie iar",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        ("ro", "acum o ora si 20 de minute m-a lovit o masina", "2026-11-25 20:40", "minute", None),
        ("ro", "acum vreo doua ore si jumatate", "2026-11-25 19:30", "hour", None),
        ("ro", "aseara intre 10 si 1", "2026-11-24 22:00", "hour", "2026-11-25 01:00"),
        ("ro", "ma urmareste din mai", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        (
            "uk",
            "з понеділка перед нашим гаражем стоїть чужа машина",
            "2026-11-23 00:00",
            "day",
            "2026-11-25 22:00",
        ),
        (
            "uk",
            "близько пів на одинадцяту якась жінка вирвала в мене сумку",
            "2026-11-25 10:30",
            "minute",
            None,
        ),
        (
            "uk",
            "за чверть дев'ята подзвонили в двері і сказали що з газової служби",
            "2026-11-25 20:45",
            "minute",
            None,
        ),
        (
            "uk",
            "в червні я продав телефон чоловіку який так і не заплатив",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "uk",
            "у 2019 році мій колишній мене побив, а тепер знову пише",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        (
            "uk",
            "годину і двадцять хвилин тому мене збила машина",
            "2026-11-25 20:40",
            "minute",
            None,
        ),
        ("uk", "десь дві з половиною години тому", "2026-11-25 19:30", "hour", None),
        ("uk", "він переслідує мене з травня", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("uk", "в неділю о третій ночі", "2026-11-22 03:00", "hour", None),
        ("uk", "сьогодні о чверть на дев'яту ранку", "2026-11-25 08:15", "minute", None),
        (
            "ar",
            "من يوم الاثنين في سيارة واقفة قدام الكراج تبعنا",
            "2026-11-23 00:00",
            "day",
            "2026-11-25 22:00",
        ),
        (
            "ar",
            "أكيد صار بين الساعة 2 و 4 وأنا بالنادي",
            "2026-11-25 14:00",
            "hour",
            "2026-11-25 16:00",
        ),
        (
            "ar",
            "في حزيران بعت تلفوني لواحد وما دفعلي أبدا",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "ar",
            "طليقي ضربني سنة 2019 وهلأ رجع يبعتلي رسائل",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        ("ar", "قبل ساعة و20 دقيقة صدمتني سيارة", "2026-11-25 20:40", "minute", None),
        ("ar", "قبل ساعتين ونص تقريبا", "2026-11-25 19:30", "hour", None),
        ("ar", "مبارح بالليل بين 10 و 1", "2026-11-24 22:00", "hour", "2026-11-25 01:00"),
        ("ar", "عم يلاحقني من شهر أيار", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("ar", "sar2o telefoni abel se3a w noss eddem l mahatta", "2026-11-25 20:30", "hour", None),
        (
            "ar",
            "mbere7 bel leil 7ada kasar chebbek siyarti",
            "2026-11-24 21:00",
            "part_of_day",
            "2026-11-25 06:00",
        ),
        (
            "ar",
            "awwal mbere7 dayya3et l portefeuille bel metro",
            "2026-11-23 00:00",
            "day",
            "2026-11-24 00:00",
        ),
        (
            "ar",
            "men nhar letnin kayna tomobil m9abla garaj dyalna",
            "2026-11-23 00:00",
            "day",
            "2026-11-25 22:00",
        ),
        (
            "ar",
            "had sbah m3a 7 kan chi wa7ed kay7awel y7el tomobilat",
            "2026-11-25 07:00",
            "hour",
            None,
        ),
        (
            "ar",
            "sra9o liya bisklit hadi 2 simanat w baqi ma jawbni 7ed",
            "2026-11-11 00:00",
            "week",
            "2026-11-18 00:00",
        ),
        (
            "ar",
            "daba chwiya cheft jouj drari na9zou 3la sour lmadrasa",
            "2026-11-25 22:00",
            "minute",
            None,
        ),
        ("ar", "sar bein se3a 2 w 4 w ana bel gym", "2026-11-25 14:00", "hour", "2026-11-25 16:00"),
        ("ar", "7awali 10 w noss wa7de khatafet chantati", "2026-11-25 10:30", "minute", None),
        (
            "ar",
            "se3a 9 ella rob3 da2o l beb w 2alo mn sherket l ghaz",
            "2026-11-25 20:45",
            "minute",
            None,
        ),
        (
            "ar",
            "el dohr rje3et 3al siyara w ma la2et lmreye",
            "2026-11-25 12:00",
            "part_of_day",
            "2026-11-25 14:00",
        ),
        ("ar", "nos el leil eshtaghal el inzar w ma 7ada eja", "2026-11-25 00:00", "hour", None),
        (
            "ar",
            "el gom3a bel leil wa7ed meshi wara benti le7ad el beit",
            "2026-11-20 21:00",
            "part_of_day",
            "2026-11-21 06:00",
        ),
        (
            "ar",
            "nhar 12 3tit lma3loumat dyali l wa7ed kay9oul huwa mn lbanka",
            "2026-11-12 00:00",
            "day",
            "2026-11-13 00:00",
        ),
        ("ar", "imbare7 kalb 3add ebni bel garden", "2026-11-24 00:00", "day", "2026-11-25 00:00"),
        (
            "ar",
            "nhar l7ed sre9o liya portable f tram",
            "2026-11-22 00:00",
            "day",
            "2026-11-23 00:00",
        ),
        ("ar", "lbare7 f lil m3a 9 derbouni f zan9a", "2026-11-24 21:00", "hour", None),
        ("ar", "men sa3ten 7asal 7adeth 3and el isharah", "2026-11-25 20:00", "hour", None),
        (
            "ar",
            "2abl nos sa3a shoft wa7ed byeksar el 3arabeyat",
            "2026-11-25 21:30",
            "minute",
            None,
        ),
        ("ar", "2abl sa3ten khabatetni 3arabeya", "2026-11-25 20:00", "hour", None),
        ("ar", "mbare7 bel leil se3a 11 sarou siyarti", "2026-11-24 23:00", "hour", None),
        ("ar", "nhar jem3a tsra9 liya velo", "2026-11-20 00:00", "day", "2026-11-21 00:00"),
        (
            "ar",
            "el osbo3 elli fat sara2o mobaylati",
            "2026-11-16 00:00",
            "week",
            "2026-11-23 00:00",
        ),
        (
            "ar",
            "elyoum 3al 3asr se3a 5 ken fi mashkal bel share3",
            "2026-11-25 17:00",
            "hour",
            None,
        ),
        ("ar", "l yom f l3chiya m3a 8 f zan9a dyalna", "2026-11-25 20:00", "hour", None),
        (
            "ar",
            "lyouma f sba7 lqit tomobil mkassra",
            "2026-11-25 06:00",
            "part_of_day",
            "2026-11-25 12:00",
        ),
        (
            "ur",
            "پیر سے ایک گاڑی ہمارے گیراج کے سامنے کھڑی ہے",
            "2026-11-23 00:00",
            "day",
            "2026-11-25 22:00",
        ),
        (
            "ur",
            "جون میں میں نے فون ایک آدمی کو بیچا جس نے پیسے نہیں دیے",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "ur",
            "میرے سابق شوہر نے 2019 میں مجھے مارا اور اب پھر لکھ رہا ہے",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        ("ur", "ایک گھنٹہ بیس منٹ پہلے گاڑی نے ٹکر ماری", "2026-11-25 20:40", "minute", None),
        ("ur", "ڈھائی گھنٹے پہلے کی بات ہے", "2026-11-25 19:30", "hour", None),
        ("ur", "کل رات تین بجے کسی نے دروازہ توڑا", "2026-11-25 03:00", "hour", None),
        ("ur", "وہ مئی سے میرا پیچھا کر رہا ہے", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("ur", "رات ڈیڑھ بجے شور ہوا", "2026-11-25 01:30", "minute", None),
        (
            "ur",
            "derh ghanta pehle station ke bahar mera mobile chori ho gaya",
            "2026-11-25 20:30",
            "hour",
            None,
        ),
        (
            "ur",
            "kal raat kisi ne meri gari ka sheesha tor diya",
            "2026-11-24 21:00",
            "part_of_day",
            "2026-11-25 06:00",
        ),
        (
            "ur",
            "parson mera batwa metro mein gir gaya",
            "2026-11-23 00:00",
            "day",
            "2026-11-24 00:00",
        ),
        (
            "ur",
            "peer se ek gari hamare garage ke samne khari hai",
            "2026-11-23 00:00",
            "day",
            "2026-11-25 22:00",
        ),
        (
            "ur",
            "aaj subah 7 baje ek admi gariyon ke darwaze check kar raha tha",
            "2026-11-25 07:00",
            "hour",
            None,
        ),
        (
            "ur",
            "do hafte pehle meri cycle chori hui aur abhi tak koi jawab nahi",
            "2026-11-11 00:00",
            "week",
            "2026-11-18 00:00",
        ),
        (
            "ur",
            "pichle weekend parosiyon ne party ki aur hamari fence tor di",
            "2026-11-21 00:00",
            "day",
            "2026-11-23 00:00",
        ),
        (
            "ur",
            "abhi abhi do larke school ki deewar phalang rahe the",
            "2026-11-25 22:00",
            "minute",
            None,
        ),
        (
            "ur",
            "2 se 4 baje ke darmiyan hua hoga jab main gym mein tha",
            "2026-11-25 14:00",
            "hour",
            "2026-11-25 16:00",
        ),
        (
            "ur",
            "taqreeban sarhe das baje ek aurat ne mera purse cheen liya",
            "2026-11-25 10:30",
            "minute",
            None,
        ),
        (
            "ur",
            "pone nau baje kisi ne bell bajai ke gas wale hain",
            "2026-11-25 20:45",
            "minute",
            None,
        ),
        (
            "ur",
            "dopahar ko gari ke paas aya to mirror ghayab tha",
            "2026-11-25 12:00",
            "part_of_day",
            "2026-11-25 14:00",
        ),
        ("ur", "aadhi raat ko alarm baja aur koi nahi aya", "2026-11-25 00:00", "hour", None),
        (
            "ur",
            "juma ki shaam ko koi meri beti ka ghar tak peecha karta raha",
            "2026-11-20 18:00",
            "part_of_day",
            "2026-11-20 22:00",
        ),
        (
            "ur",
            "12 tareekh ko maine aik jaali bank wale ko apni details de di",
            "2026-11-12 00:00",
            "day",
            "2026-11-13 00:00",
        ),
        (
            "ur",
            "3 november ko raat 8 baje ek kutte ne mere bete ko kaata",
            "2026-11-03 20:00",
            "hour",
            None,
        ),
        (
            "ur",
            "june mein maine phone ek admi ko becha jisne paise nahi diye",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "ur",
            "mere ex ne 2019 mein mujhe mara aur ab phir msg kar raha hai",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        ("ur", "adha ghanta pehle do log lar rahe the", "2026-11-25 21:30", "minute", None),
        (
            "ur",
            "ek ghanta bees minute pehle gari ne takkar mari",
            "2026-11-25 20:40",
            "minute",
            None,
        ),
        ("ur", "dhai ghante pehle ki baat hai", "2026-11-25 19:30", "hour", None),
        ("ur", "kal raat 3 baje kisi ne darwaza tora", "2026-11-25 03:00", "hour", None),
        (
            "ur",
            "woh may se mera peecha kar raha hai",
            "2026-05-01 00:00",
            "month",
            "2026-11-25 22:00",
        ),
        ("ur", "itwar ko dopahar 3 baje", "2026-11-22 15:00", "hour", None),
        ("ur", "raat derh baje shor hua", "2026-11-25 01:30", "minute", None),
        ("ur", "kal se bijli ka tar gira hua hai", "2026-11-24 00:00", "day", "2026-11-25 22:00"),
        (
            "zh",
            "从星期一开始有一辆车一直停在我们车库门口",
            "2026-11-23 00:00",
            "day",
            "2026-11-25 22:00",
        ),
        ("zh", "十一月三号晚上八点左右一条狗咬了我儿子", "2026-11-03 20:00", "hour", None),
        (
            "zh",
            "六月份我把手机卖给一个人他一直没付钱",
            "2026-06-01 00:00",
            "month",
            "2026-07-01 00:00",
        ),
        (
            "zh",
            "我前夫2019年打过我现在又给我发消息",
            "2019-01-01 00:00",
            "year",
            "2020-01-01 00:00",
        ),
        ("zh", "一小时二十分钟前一辆车撞了我", "2026-11-25 20:40", "minute", None),
        ("zh", "两个半小时前左右", "2026-11-25 19:30", "hour", None),
        ("zh", "他从五月开始一直跟踪我", "2026-05-01 00:00", "month", "2026-11-25 22:00"),
        ("zh", "二十三号我丢了护照", "2026-11-23 00:00", "day", "2026-11-24 00:00"),
        ("zh", "下午三点二十五分有人打我", "2026-11-25 15:25", "minute", None),
        ("zh", "大前天有人打我", "2026-11-22 00:00", "day", "2026-11-23 00:00"),
        ("zh", "兩個半小時前有人打我", "2026-11-25 19:30", "hour", None),
        ("zh", "今天早上十點半我的包被搶了", "2026-11-25 10:30", "minute", None),
        ("zh", "12號我把資料給了一個假的銀行職員", "2026-11-12 00:00", "day", "2026-11-13 00:00"),
        ("zh", "上週五晚上有人跟著我女兒", "2026-11-20 21:00", "part_of_day", "2026-11-21 06:00"),
        ("zh", "兩個星期前我的單車被偷了", "2026-11-11 00:00", "week", "2026-11-18 00:00"),
        ("zh", "我剛剛看到兩個男的翻進學校", "2026-11-25 22:00", "minute", None),
    ],
)
def test_a_sentence_as_it_is_typed_tells_its_moment(
    language: str, text: str, start: str, precision: str, end: str | None
) -> None:
    moment = read_moment(text, language, EVENING, CITY)
    assert moment is not None
    until = moment.end.strftime("%Y-%m-%d %H:%M") if moment.end else None
    assert (moment.start.strftime("%Y-%m-%d %H:%M"), moment.precision, until) == (
        start,
        precision,
        end,
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "siempre a las 5 pasa el mismo coche"),
        ("ca", "cada nit el bar de sota posa música fins a les 3"),
        ("fr", "toutes les nuits le bar d'en bas met la musique jusqu'à 3h"),
        ("fr", "chaque matin à 8h il gare son camion devant chez moi"),
        ("de", "jede Nacht macht die Bar unten Musik bis 3 Uhr"),
        ("de", "immer um 8 parkt er vor meiner tür"),
        ("it", "ogni notte il bar di sotto mette la musica fino alle 3"),
        ("it", "vengo da Milano, abito in via 25 aprile 12"),
        ("it", "sempre alle 8 parcheggia davanti a casa mia"),
        ("pt", "todas as noites o bar de baixo põe música até às 3"),
        ("pt", "sempre às 8 estaciona à minha porta"),
        ("ro", "în fiecare noapte barul de jos dă muzica tare până la 3"),
        ("ro", "mereu la 8 parcheaza in fata usii mele"),
        ("uk", "щоночі бар під нами грає музику до третьої"),
        ("uk", "одного дня хтось постраждає на цьому перехресті"),
        ("uk", "завжди о 8 він паркується біля моїх дверей"),
        ("ar", "دايما الساعة 8 بيوقف سيارته قدام بيتي"),
        ("ar", "ana men Maghreb 3omri 30 3am"),
        ("ur", "ہر رات نیچے والا بار تین بجے تک میوزک بجاتا ہے"),
        ("ur", "ہمیشہ 8 بجے وہ گاڑی کھڑی کرتا ہے"),
        ("zh", "每天晚上楼下的酒吧放音乐到三点"),
        ("zh", "我住二楼12号房,门是绿色的"),
        ("zh", "每天八点他都停在我门口"),
        ("de", "er steht hier vor der tür"),
        ("de", "freitags rennen sie auf der ringstraße"),
        ("de", "mein opa hat ihnen 2000 überwiesen"),
        ("en", "lost my passport, not stolen, just lost"),
        ("ro", "la ora asta nu mai e nimeni"),
        ("ca", "han deixat un paper entre la porta i el marc"),
        ("fr", "il a tué mon chien"),
        ("it", "silenzia gli avvisi fino a settembre"),
        ("zh", "烟花晚会几点开始"),
        ("en", "someone rings my doorbell at 3 every night and breathes"),
        ("ur", "ہر روز رات تین بجے فون آتا ہے"),
        ("ur", "بھلا یہ کون ہے"),
        ("fr", "vivo rue du 8 mai 1945"),
        ("es", "vivo en la plaza 2 de mayo"),
        ("fr", "je suis né à Oran en 1951"),
        ("es", "nací en mayo de 1987"),
        ("en", "I was born in 1987"),
        ("it", "sono nata nel 1990"),
    ],
)
def test_what_only_looks_like_a_moment_is_none(language: str, text: str) -> None:
    assert read_moment(text, language, EVENING, CITY) is None
