"""Where it happened, in the words people use."""

from __future__ import annotations

import time

import pytest

from backend.places.rules import Entry, Gazetteer, Point, find_place

CITY = Gazetteer(
    [
        Entry("old-town", "area", ("Casc Antic", "Casco Antiguo", "Old Town", "المدينة القديمة"), None, "old-town"),
        Entry("raval", "area", ("El Raval", "الرافال"), None, "raval"),
        Entry("central", "station", ("Estació Central", "Estación Central", "Central Station", "Gare Centrale", "المحطة المركزية"), Point(41.38, 2.14), "raval"),
        Entry("major", "landmark", ("Plaça Major", "Plaza Mayor"), Point(41.1, 2.1)),
        Entry("mallorca", "street", ("Carrer de Mallorca", "Calle Mallorca")),
        Entry("market", "landmark", ("Mercat de la Boqueria", "سوق البوكيريا", "波盖利亚市场"), Point(41.38, 2.17)),
        Entry("city", "area", ("Barcelona",)),
    ],
    city=("Barcelona", "برشلونة"),
)  # fmt: skip
EMPTY = Gazetteer([])


@pytest.mark.parametrize(
    ("language", "text", "entry", "relation"),
    [
        ("es", "estaba cerca de la plaza mayor", "major", "near"),
        ("ca", "m'han robat a la plaça major", "major", "at"),
        ("ca", "PLACA MAJOR!!!", "major", "at"),
        ("ca", "a la plaça majro", "major", "at"),
        ("ca", "al costat de l'estacio central", "central", "near"),
        ("es", "delante de la estacion central", "central", "opposite"),
        ("fr", "derrière la gare centrale", "central", "behind"),
        ("en", "inside Central Station", "central", "inside"),
        ("en", "central staton", "central", "at"),
        ("ar", "قدام المحطة المركزية", "central", "opposite"),
        ("ar", "في محطة مركزية", "central", "at"),
        ("ar", "سرقوني بسوق البوكيريا", "market", "at"),
        ("ca", "mercat boqueria", "market", "at"),
        ("ca", "hi ha soroll al Raval", "raval", "at"),
        ("es", "en el raval, cerca de la plaza mayor", "major", "near"),
        ("zh", "在波盖利亚市场附近", "market", "near"),
        ("zh", "在calle mallorca和那边", "mallorca", "at"),
    ],
)
def test_a_name_the_city_knows_is_found_however_it_is_written(
    language: str, text: str, entry: str, relation: str
) -> None:
    guess = find_place(text, language, CITY)
    assert guess is not None
    assert guess.entry is not None
    assert (guess.entry.id, guess.relation) == (entry, relation)
    assert text[slice(*guess.span)] == guess.words


def test_the_number_belongs_to_a_street_that_is_known() -> None:
    guess = find_place("ha passat al carrer mallorca 123, 2n", "ca", CITY)
    assert guess is not None
    assert guess.words == "carrer mallorca 123"


def test_a_known_place_brings_its_point() -> None:
    guess = find_place("a la plaça major", "ca", CITY)
    assert guess is not None
    assert guess.point == Point(41.1, 2.1)


@pytest.mark.parametrize(
    ("language", "text", "words", "relation"),
    [
        ("ca", "davant de l'institut", "davant de l'institut", "opposite"),
        ("ca", "ha sigut al parc de la Ciutadella ahir", "al parc de la Ciutadella", "at"),
        ("ca", "darrere de l'escola m'esperava", "darrere de l'escola", "behind"),
        ("ca", "a la cantonada de Mallorca amb Aribau", "a la cantonada de Mallorca amb Aribau", "crossing"),
        ("en", "in front of my school yesterday", "in front of my school", "opposite"),
        ("en", "he waits outside the supermarket every day", "outside the supermarket", "outside"),
        ("en", "someone on the bus took it", "on the bus", "at"),
        ("es", "en el bar de la esquina me robaron", "en el bar de la esquina", "at"),
        ("es", "al lado de la farmacia", "al lado de la farmacia", "near"),
        ("fr", "devant la gare", "devant la gare", "opposite"),
        ("fr", "à côté de l'école de mon fils", "à côté de l'école de mon fils", "near"),
        ("ar", "قدام المحطة", "قدام المحطة", "opposite"),
        ("ar", "جنب المدرسة", "جنب المدرسة", "near"),
        ("de", "hinter der Schule", "hinter der Schule", "behind"),
        ("it", "davanti alla stazione", "davanti alla stazione", "opposite"),
        ("pt", "perto da escola", "perto da escola", "near"),
        ("ro", "lângă gară", "lângă gară", "near"),
        ("uk", "біля школи", "біля школи", "near"),
        ("ur", "سکول کے سامنے", "سکول کے سامنے", "opposite"),
        ("zh", "地铁站附近", "地铁站附近", "near"),
        ("zh", "有人拿着刀在我们店里要钱", "店里", "inside"),
        ("de", "mit nem messer bedroht in der nähe vom bahnhof", "in der nähe vom bahnhof", "near"),
        ("ro", "e unul cu pistol in fata bibliotecii", "in fata bibliotecii", "opposite"),
        ("ar", "darbo 3la raso wra souk", "wra souk", "behind"),
        ("en", "scissors in the kitchen of the bar", "in the kitchen of the bar", "at"),
        ("fr", "dans le hall de l'immeuble", "dans le hall de l'immeuble", "inside"),
        ("it", "mi ha minacciato nell'androne del palazzo", "nell'androne del palazzo", "at"),
        ("ro", "un pusti pe motocicleta rosie spre far", "spre far", "towards"),
        ("uk", "хлопець на червоному мотоциклі біля маяка", "біля маяка", "near"),
        ("ar", "هددني بمقص في مدخل العمارة", "في مدخل العمارة", "at"),
        ("es", "me rayaron el coche en el parking del centro comercial", "en el parking del centro comercial", "at"),
        ("de", "zerkratzt auf dem parkplatz vom einkaufszentrum", "auf dem parkplatz vom einkaufszentrum", "at"),
        ("it", "due incappucciati sotto il ponte", "sotto il ponte", "at"),
        ("zh", "两个蒙面人骑电动滑板车桥下", "桥下", "at"),
        ("ro", "m-a amenintat cu pusca in spatele cimitirului", "in spatele cimitirului", "behind"),
        ("ur", "مجھ پر رائفل تانی قبرستان کے پیچھے", "قبرستان کے پیچھے", "behind"),
        ("ur", "chaku dikha ke phone cheen liya station ke paas", "station ke paas", "near"),
        ("ur", "ek banda pistol le ke khara hai bazaar ke samne", "bazaar ke samne", "opposite"),
        ("ur", "sar pe danda mara masjid ke peeche", "masjid ke peeche", "behind"),
    ],
)  # fmt: skip
def test_a_place_no_map_knows_keeps_the_persons_words(
    language: str, text: str, words: str, relation: str
) -> None:
    guess = find_place(text, language, EMPTY)
    assert guess is not None
    assert (guess.words, guess.entry, guess.relation) == (words, None, relation)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("es", "vive en c/ Aribau 45, 2º 1ª", "c/ Aribau 45"),
        ("es", "calle de la Luna 7", "calle de la Luna 7"),
        ("ca", "passa al carrer del Pi, 12", "carrer del Pi, 12"),
        ("fr", "au 12 rue de la Paix", "12 rue de la Paix"),
        ("en", "it was at 5 Carrer Major", "5 Carrer Major"),
        ("en", "221 Baker Street", "221 Baker Street"),
        ("de", "Hauptstraße 5", "Hauptstraße 5"),
        ("it", "in via Roma 12", "via Roma 12"),
        ("ar", "في شارع الحرية رقم 5", "شارع الحرية رقم 5"),
        ("ca", "al carrer Balmes hi ha una baralla", "carrer Balmes"),
    ],
)
def test_a_street_with_its_number_is_an_address(language: str, text: str, words: str) -> None:
    guess = find_place(text, language, EMPTY)
    assert guess is not None
    assert guess.words == words


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("41.5, 2.4", 41.5, 2.4),
        ("soc aquí 41.38791, 2.16992", 41.38791, 2.16992),
        ("-33.45,-70.66", -33.45, -70.66),
        ("https://maps.example.org/maps?q=41.38,2.17&z=17", 41.38, 2.17),
        ("https://www.example.org/maps/@41.38,2.17,17z", 41.38, 2.17),
        ("https://www.example.org/#map=17/41.38/2.17", 41.38, 2.17),
        ("geo:41.38,2.17", 41.38, 2.17),
    ],
)
def test_coordinates_become_a_point(text: str, lat: float, lon: float) -> None:
    guess = find_place(text, "en", CITY)
    assert guess is not None
    assert guess.point == Point(lat, lon)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "me robaron el móvil"),
        ("es", "en Barcelona"),
        ("ar", "في برشلونة"),
        ("es", "delante de mi hijo"),
        ("es", "costaba 50.30, 20.10 euros"),
        ("en", "near me"),
        ("en", "he hit me in front of everyone"),
        ("en", "I am in trouble"),
        ("en", "on Saturday at five"),
        ("en", "hello"),
        ("ca", "m'han robat el mòbil"),
        ("ca", "davant de tothom"),
        ("fr", "on m'a volé mon sac"),
        ("fr", "devant mes enfants"),
        ("fr", "en colère"),
        ("en", "plate was lv08 xkd i think"),
        ("en", "i called 112 at 10.30 and nobody picked up"),
        ("en", "she paid 350 quid to flat.rent22@example.org"),
        ("fr", "plaque fg 482 kl"),
        ("ro", "am platit 1200 lei"),
        ("ca", "em posen una pistola al cap amb tanta paperassa"),
        ("ar", "سرقوا هاتفي"),
        ("zh", "我的手机被偷了"),
        ("en", ""),
    ],
)
def test_a_message_without_a_place_has_none(language: str, text: str) -> None:
    assert find_place(text, language, CITY) is None


@pytest.mark.parametrize(
    "text", ["near the " * 1000, "carrer " * 1500, "41.5, " * 2000, "في " * 3000]
)
def test_a_hostile_message_takes_no_time(text: str) -> None:
    find_place("near the school", "en", CITY)
    find_place("قرب المدرسة", "ar", CITY)
    started = time.perf_counter()
    find_place(text, "ca", CITY)
    find_place(text, "ar", CITY)
    assert time.perf_counter() - started < 0.5
