"""The report dialogue, decided without a database."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from backend.intake.rules import ORDER, Content, Reading, answered, correct, next_question, step

PLACE = {"words": "davant l'estació", "entry": "landmark:station"}
MOMENT = {"words": "ara fa deu minuts", "start": "2026-11-23T10:00:00+01:00"}
BIKE = Reading(
    text="m'acaben de robar la bici davant l'estació",
    category="theft",
    category_confidence=0.9,
    place=PLACE,
    moment=MOMENT,
)


def told(*readings: Reading) -> Content:
    content = Content()
    for reading in readings:
        content = step(content, reading).content
    return content


def test_a_first_message_that_tells_much_leaves_only_what_is_missing() -> None:
    taken = step(Content(), BIKE)
    assert taken.ask == "hurt"
    assert (taken.content.category, taken.content.place) == ("theft", PLACE)


def test_several_answers_in_one_message_are_all_taken() -> None:
    content = told(Reading(text="vull denunciar", choice="report"))
    taken = step(content, replace(BIKE, hurt=False))
    assert taken.ask == "who"
    assert taken.content.moment == MOMENT


def test_a_pressed_menu_button_asks_what_happened() -> None:
    assert step(Content(), Reading(choice="report")).ask == "what"


def test_an_answer_nobody_can_read_is_kept_in_the_persons_words() -> None:
    content = told(Reading(text="they stole my bag", category="theft", category_confidence=0.9))
    taken = step(content, Reading(text="where the three roads meet"))
    assert (taken.content.place or {})["words"] == "where the three roads meet"
    assert taken.ask == "when"


def test_no_to_the_question_about_the_hurt_is_an_answer() -> None:
    taken = step(told(BIKE), Reading(text="no", answer="no"))
    assert taken.content.hurt is False
    assert taken.ask == "who"


def test_no_when_asked_who_it_was_moves_on() -> None:
    content = told(BIKE, Reading(text="no", answer="no"))
    assert step(content, Reading(text="no", answer="no")).ask == "contact"


def test_back_returns_to_the_earlier_question() -> None:
    content = told(BIKE, Reading(text="no", answer="no"))
    assert step(content, Reading(answer="back", text="back")).ask == "hurt"


def test_back_at_the_very_beginning_says_so() -> None:
    content = told(Reading(choice="report"))
    taken = step(content, Reading(answer="back", text="back"))
    assert taken.says == ("utter_nothing_before",)


def test_the_summary_is_confirmed_by_yes() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 3)
    assert content.asked == "confirmation"
    assert step(content, Reading(answer="yes", text="yes")).outcome == "confirmed"


def test_no_to_the_summary_asks_what_to_change() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 3)
    taken = step(content, Reading(answer="no", text="no"))
    assert taken.ask == "change"


def test_a_changed_line_comes_back_to_the_summary() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 3)
    asked = step(content, Reading(choice="change:where"))
    assert asked.ask == "where"
    done = step(asked.content, Reading(text="at the market"))
    assert done.ask == "confirmation"
    assert (done.content.place or {})["words"] == "at the market"


def test_more_words_at_the_summary_join_the_story() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 3)
    taken = step(content, Reading(text="and the lock was cut"))
    assert taken.ask == "confirmation"
    assert taken.content.story[-1] == "and the lock was cut"


def test_forget_it_drops_the_report() -> None:
    assert step(told(BIKE), Reading(answer="drop", text="forget it")).outcome == "dropped"


def test_a_question_in_the_middle_is_answered_and_the_report_goes_on() -> None:
    asks = Reading(text="is the station open?", kind="information_request", confidence=0.9)
    taken = step(told(BIKE), asks)
    assert (taken.question, taken.ask) == (True, "hurt")


def test_asking_for_a_person_in_the_middle_keeps_the_report() -> None:
    asks = Reading(text="i want a person", kind="human_handover", confidence=0.9)
    taken = step(told(BIKE), asks)
    assert (taken.handover, taken.content.story) == (True, (BIKE.text,))


def test_a_doubtful_first_message_is_asked_about() -> None:
    assert step(Content(), Reading(text="hmm the thing", confidence=0.3)).outcome == "unsure"


def test_a_doubtful_message_in_danger_is_taken_at_once() -> None:
    assert step(Content(), Reading(text="he is here", confidence=0.3, urgent=True)).ask == "where"


def test_a_tip_is_not_asked_who_is_hurt() -> None:
    content = told(Reading(text="I saw the girl of your alert", kind="tip", confidence=0.9))
    assert step(content, Reading(answer="skip", text="-")).ask != "hurt"
    assert content.kind == "tip"


ANSWERS = ["yes", "no", "skip", "back", "confirm", "help", None]
readings = st.builds(
    Reading,
    text=st.sampled_from(["they hit me", "at the market", "yesterday", "two men", "x" * 80]),
    answer=st.sampled_from(ANSWERS),
    place=st.sampled_from([None, PLACE, {"words": "over there"}]),
    moment=st.sampled_from([None, MOMENT]),
    hurt=st.sampled_from([None, True, False]),
)


@given(st.lists(readings, max_size=12))
def test_whatever_is_said_the_dialogue_always_knows_what_comes_next(said: list[Reading]) -> None:
    content = Content()
    for reading in said:
        taken = step(content, reading)
        if taken.outcome != "going":
            return
        assert taken.ask in (*ORDER, "confirmation", "change")
        assert Content.from_json(taken.content.to_json()) == taken.content
        content = taken.content


@given(st.lists(readings.map(lambda r: replace(r, answer=None)), min_size=1, max_size=8))
def test_no_word_that_tells_something_is_ever_lost(said: list[Reading]) -> None:
    content = told(*said)
    kept = " ".join(
        [*content.story, *content.who, str(content.place or ""), str(content.moment or "")]
    )
    assert all(reading.text in kept for reading in said)


@given(st.lists(readings, min_size=1, max_size=10))
def test_a_skipped_question_is_not_asked_by_itself_again(said: list[Reading]) -> None:
    content = told(replace(BIKE, place=None))
    skipped = step(content, Reading(answer="skip", text="skip")).content
    for reading in said:
        if reading.answer == "back":
            return
        taken = step(skipped, reading)
        assert taken.ask != "where"
        if taken.outcome != "going":
            return
        skipped = taken.content


def test_an_answer_that_nobody_understands_twice_leaves_the_question_open() -> None:
    content = told(BIKE)
    first = step(content, Reading(text="well it depends"))
    assert (first.ask, first.says) == ("hurt", ("utter_unclear_hurt",))
    second = step(first.content, Reading(text="on what you call that"))
    assert second.ask == "who"
    assert second.content.story[-2:] == ("well it depends", "on what you call that")


def test_more_words_are_no_permission_to_write_back() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 2)
    assert content.asked == "contact"
    taken = step(content, Reading(text="he also had a dog"))
    assert (taken.ask, taken.content.contact) == ("contact", None)


def test_a_phone_number_given_is_a_permission_to_write_back() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 2)
    taken = step(content, Reading(text="call me on 600 123 123", reachable=True))
    assert (taken.ask, taken.content.contact) == ("confirmation", True)
    assert taken.content.story[-1] == "call me on 600 123 123"


def test_yes_to_what_should_i_change_sends_nothing() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 3, Reading(choice="change"))
    taken = step(content, Reading(answer="yes", text="yes"))
    assert (taken.ask, taken.outcome) == ("confirmation", "going")


def test_an_old_yes_button_does_not_send_the_report() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 3)
    assert step(content, Reading(choice="yes")).outcome == "going"


def test_no_is_not_taken_for_a_place() -> None:
    content = told(replace(BIKE, place=None))
    taken = step(content, Reading(answer="no", text="no"))
    assert (taken.ask, taken.content.place) == ("where", None)


def test_the_words_of_an_answer_stay_as_the_person_wrote_them() -> None:
    content = told(replace(BIKE, place=None))
    found = {"words": "market", "entry": "landmark:market"}
    taken = step(content, Reading(text="behind the market, by the fish", place=found))
    assert (taken.content.place or {})["entry"] == "landmark:market"
    assert (taken.content.place or {})["words"] == "behind the market, by the fish"


def test_a_bare_wish_to_report_is_asked_what_happened() -> None:
    wish = Reading(text="I want to report something", category="other", category_confidence=0.9)
    taken = step(Content(), wish)
    assert taken.ask == "what"
    told_now = step(taken.content, Reading(text="they slashed my tyres"))
    assert told_now.ask == "where"
    assert told_now.content.story == ("I want to report something", "they slashed my tyres")


def test_a_place_nobody_can_find_is_asked_about_and_its_words_stay() -> None:
    content = told(replace(BIKE, place={"words": "in front of my school"}))
    assert content.asked == "where"
    taken = step(content, Reading(text="Carrer Nou 4", place={"words": "Carrer Nou 4"}))
    assert taken.ask == "hurt"
    assert (taken.content.place or {})["words"] == "in front of my school, Carrer Nou 4"


def test_a_place_nobody_can_find_can_be_left_as_it_is() -> None:
    content = told(replace(BIKE, place={"words": "in front of my school"}))
    taken = step(content, Reading(answer="skip", text="skip"))
    assert taken.ask == "hurt"
    assert taken.content.place == {"words": "in front of my school"}


def test_a_time_is_no_answer_to_where() -> None:
    content = told(replace(BIKE, place=None, moment=None))
    yesterday = {"words": "yesterday at five", "start": "2026-11-22T17:00:00+01:00"}
    taken = step(content, Reading(text="yesterday at five", moment=yesterday))
    assert (taken.ask, taken.content.place) == ("where", None)
    assert taken.content.moment == yesterday


def test_a_time_understood_later_takes_the_place_of_words_that_were_not() -> None:
    content = told(replace(BIKE, moment=None), Reading(text="when the bells rang"))
    assert content.asked == "hurt"
    taken = step(content, Reading(text="at five I mean", moment=MOMENT))
    assert taken.content.moment == MOMENT
    assert "when the bells rang" in taken.content.story


def test_a_bare_time_at_the_summary_corrects_the_time() -> None:
    content = told(BIKE, *[Reading(answer="skip", text="skip")] * 3)
    later = {"words": "last night at 3", "start": "2026-11-23T03:00:00+01:00"}
    taken = step(content, Reading(text="last night at 3", moment=later))
    assert (taken.ask, taken.content.moment) == ("confirmation", later)


def test_a_draft_of_another_version_can_still_be_read() -> None:
    assert Content.from_json({"kind": "tip", "gone": 1}).kind == "tip"


@given(st.lists(st.just(Reading(answer="skip", text="skip")), min_size=7, max_size=9))
def test_skipping_everything_reaches_the_summary(said: list[Reading]) -> None:
    content = told(Reading(text="they hit me", category="assault"), *said)
    assert next_question(content) == "confirmation"
    assert all(answered(content, question) for question in ORDER)


def test_an_answer_that_sounds_like_something_else_is_taken_the_second_time() -> None:
    content = told(BIKE, Reading(text="no", answer="no"))
    man = Reading(text="a tall man", kind="human_handover", confidence=0.95)
    first = step(content, man)
    assert (first.handover, first.ask) == (True, "who")
    assert step(first.content, man).content.who == ("a tall man",)


def test_a_corrected_message_takes_the_place_of_the_old_one() -> None:
    content = told(BIKE)
    market = {"words": "davant del mercat"}
    new = replace(BIKE, text="m'acaben de robar la moto davant del mercat", place=market)
    taken = correct(content, BIKE.text, new)
    assert taken.content.story == (new.text,)
    assert taken.content.place == market
    assert taken.ask == content.asked


def test_whoever_was_described_in_the_story_is_not_asked_for_again() -> None:
    content = told(replace(BIKE, seen="un noi alt amb gorra", hurt=False))
    assert content.who == ("un noi alt amb gorra",)
    assert next_question(content) == "contact"
