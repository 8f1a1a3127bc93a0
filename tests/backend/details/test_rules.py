import pytest

from backend.details.rules import find_details, seen
from backend.taxonomy.rules import taxonomy

DESCRIBED = [
    (
        "en",
        "a tall man about 30 in a black jacket with a knife got in a white van",
        "tall man about 30 in a black jacket",
        "knife",
        "white van",
    ),
    (
        "es",
        "un chico alto de unos 25 años con sudadera gris y una navaja, se fue en una moto negra",
        "un chico alto de unos 25 años con sudadera gris",
        "navaja",
        "moto negra",
    ),
    (
        "ca",
        "un home calb amb barba, duia un ganivet, anava en una furgoneta blanca",
        "un home calb amb barba",
        "ganivet",
        "furgoneta blanca",
    ),
    (
        "fr",
        "un mec grand avec une veste noire, avait un couteau, parti en scooter bleu",
        "un mec grand avec une veste noire",
        "couteau",
        "scooter bleu",
    ),
    (
        "de",
        "ein großer Mann mit Bart und schwarzer Jacke, hatte ein Messer, weißer Transporter",
        "großer Mann mit Bart und schwarzer Jacke",
        "Messer",
        "weißer Transporter",
    ),
    (
        "it",
        "un ragazzo alto con la felpa grigia, con un coltello, su uno scooter nero",
        "un ragazzo alto con la felpa grigia",
        "coltello",
        "scooter nero",
    ),
    (
        "pt",
        "um rapaz alto de cabelo curto, numa carrinha branca com uma faca",
        "um rapaz alto de cabelo curto",
        "faca",
        "carrinha branca",
    ),
    (
        "ro",
        "un barbat inalt cu geaca neagra si cutit, masina rosie",
        "un barbat inalt cu geaca neagra",
        "cutit",
        "masina rosie",
    ),
    (
        "uk",
        "високий чоловік у чорній куртці, білий бус, з ножем",
        "високий чоловік у чорній куртці",
        "ножем",
        "білий бус",
    ),
    (
        "ar",
        "رجل طويل يلبس جاكيت أسود ومعه سكين في سيارة بيضاء",
        "رجل طويل يلبس جاكيت أسود",
        "سكين",
        "سيارة بيضاء",
    ),
    (
        "ur",
        "ایک لمبا سا آدمی کالی جیکٹ چاقو لے کر سفید گاڑی میں",
        "لمبا سا آدمی کالی جیکٹ",
        "چاقو",
        "سفید گاڑی",
    ),
    (
        "ur",
        "lamba sa aadmi kali jacket chaku le kar safaid gari mein",
        "lamba sa aadmi kali jacket",
        "chaku",
        "safaid gari",
    ),
    (
        "zh",
        "一个高个子男人穿黑色外套，拿着刀，开白色面包车走了",
        "高个子男人穿黑色外套",
        "拿着刀",
        "白色面包车",
    ),
]


@pytest.mark.parametrize(("language", "text", "person", "weapon", "vehicle"), DESCRIBED)
def test_whom_and_what_a_witness_saw_is_found(language, text, person, weapon, vehicle):
    found = {detail.kind: detail.words for detail in find_details(text, language)}
    assert found == {"person": person, "weapon": weapon, "vehicle": vehicle}


def test_every_language_has_words():
    described = {language for language, *_ in DESCRIBED}
    assert described == set(taxonomy().languages)


def test_a_detail_stands_where_it_says():
    text = "Llevaba GORRA y un cuchillo"
    for detail in find_details(text, "es"):
        assert text[slice(*detail.span)] == detail.words


@pytest.mark.parametrize(
    "text",
    ["it cost 1.80 €", "a man came by", "at 1.50 in the night", "we had bread and a bread knife"],
)
def test_a_price_an_hour_or_just_a_man_describe_nobody(text):
    assert find_details(text, "en") == []


@pytest.mark.parametrize("text", ["he is 1.80, bald", "about 180 cm tall", "she was 5'10"])
def test_a_height_describes_somebody(text):
    assert [detail.kind for detail in find_details(text, "en")] == ["person"]


def test_ones_own_red_car_is_nobody_seen():
    assert seen(find_details("my red car was stolen", "en")) == ""


def test_what_was_seen_is_said_in_one_line():
    found = find_details("a bald man with a knife in a white van", "en")
    assert seen(found) == "bald man · knife · white van"


def test_a_long_hostile_message_is_read_in_no_time():
    find_details("tall " * 100_000, "en")
    find_details("a" * 100_000, "es")
