"""How hurried hands write, done on purpose."""

import random

from bot.assistant.distortions import DISTORTIONS, distorted


def made(name: str, text: str) -> str:
    return DISTORTIONS[name](text, random.Random(3))


def test_accents_and_hamzas_go_and_letters_stay():
    assert made("without accents", "Això és una çédille, straße") == "Aixo es una cedille, strasse"
    assert made("without accents", "أنا في إسبانيا") == "انا في اسبانيا"


def test_capitals_are_capitals():
    assert made("in capitals", "ayuda por favor") == "AYUDA POR FAVOR"


def test_about_one_word_in_five_has_a_slip():
    text = " ".join(["corredor"] * 500)
    wrong = sum(word != "corredor" for word in made("with slips", text).split())
    assert 60 < wrong < 140


def test_a_drawn_out_letter_stands_two_to_four_times():
    text = " ".join(["help"] * 200)
    drawn = [word for word in made("with doubled letters", text).split() if word != "help"]
    assert drawn
    assert all(1 <= len(word) - 4 <= 3 for word in drawn)


def test_the_same_chance_makes_the_same_slips():
    text = "me han robado la bicicleta delante de la biblioteca"
    assert distorted(text, random.Random(5)) == distorted(text, random.Random(5))


def test_a_message_never_becomes_nothing():
    chance = random.Random(1)
    assert all(distorted("!", chance) for _ in range(200))
