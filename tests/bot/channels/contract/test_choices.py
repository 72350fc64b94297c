"""Every option can be read and chosen: by a press, or by the number that stands before it."""

from dataclasses import replace

from domain.event import StepPress, meaning_of
from domain.fitting import MOST_OPTION, fit
from domain.message import Button, Content
from domain.offers import by_number
from domain.text import units
from tests.bot.channels.contract.contents import CONTENTS, SHORT, buttons, options, several
from tests.bot.channels.contract.house import House
from tests.bot.channels.contract.meeting import Met, happened
from tests.bot.channels.contract.messengers import answered
from tests.bot.channels.contract.visitor import Messenger, bare

ASKED = ("plain, long", "one, short", "one, long")
QUESTIONS = ("one, short", "one, long", "one, longest", "many, short", "many, long", "many, long, selected")


@answered
async def test_each_option_can_be_chosen(house: House, messenger: Messenger, met: Met) -> None:
    channel = messenger.channel
    for key in ASKED:
        content = CONTENTS[key]
        await channel.send(met.address, fit(content, channel.capabilities), key=key)
        for button in content.buttons:
            await met.visitor.presses(button.label)
        data = [button.data for button in content.buttons]
        events = await happened(house, messenger, len(data))
        chosen = [meaning_of(by_number(event, data)) for event in events]
        assert chosen == [either(data[index], each) for index, each in enumerate(chosen)]


def either(data: str, chosen: object) -> StepPress:
    """The press on one option; that option as the only one of several means the same."""
    key, _, choice = data.partition(":")
    several_of_one = StepPress(key, f"={choice}")
    return several_of_one if chosen == several_of_one else StepPress(key, choice)


async def test_each_option_can_be_read(messenger: Messenger, met: Met) -> None:
    missing = {key: await unreadable(messenger, met, key, CONTENTS[key]) for key in QUESTIONS}
    assert missing == {key: [] for key in QUESTIONS}


async def test_an_option_that_just_fits_a_button_can_be_read(messenger: Messenger, met: Met) -> None:
    most, missing = messenger.channel.capabilities.label, dict[tuple[str, int], list[str]]()
    for length in (most - 2, most - 1, most, most + 1):
        labels = tuple(f"{number} {'ž' * (min(length, MOST_OPTION) - 2)}" for number in range(1, 4))
        for content in (options(labels), several(labels)):
            case = content.pick, length
            missing[case] = await unreadable(messenger, met, f"{case}", content)
    assert missing == {case: [] for case in missing}


PAGE = Button("Atverti pažymėjimą", "", "https://mokymai.example/certificate/q1")


@answered
async def test_a_page_can_be_opened_and_the_other_buttons_are_chosen_as_always(
    house: House, messenger: Messenger, met: Met
) -> None:
    """Where there are no buttons its address can be read, and it has no number."""
    channel, can = messenger.channel, messenger.channel.capabilities
    content = buttons(SHORT)
    content = replace(content, buttons=(content.buttons[0], PAGE, *content.buttons[1:]))
    await channel.send(met.address, fit(content, can), key="page")
    shown = (await met.visitor.sees())[-1]
    assert shown.opens == (((PAGE.label, PAGE.url),) if can.buttons else ())
    assert can.buttons or shown.mentions(f"{PAGE.label}: {PAGE.url}")
    for label in SHORT:
        await met.visitor.presses(label)
    data = [button.data for button in content.buttons if button.data]
    events = await happened(house, messenger, len(data))
    chosen = [meaning_of(by_number(event, data)) for event in events]
    assert chosen == [either(data[index], each) for index, each in enumerate(chosen)]


async def unreadable(messenger: Messenger, met: Met, key: str, content: Content) -> list[str]:
    """Send a question: its options that stand neither in the text nor on a button that is not cut off on a phone."""
    channel, most = messenger.channel, messenger.channel.capabilities.label
    await channel.send(met.address, fit(content, channel.capabilities), key=key)
    shown = (await met.visitor.sees())[-1]
    whole = {bare(label) for label in shown.labels if units(label) <= most}
    labels = [button.label for button in content.buttons]
    return [label for label in labels if label not in whole and not shown.mentions(label)]
