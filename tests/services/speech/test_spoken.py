"""Text as a person would say it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.speech.voice.spoken import LONGEST_TEXT, speakable

ROWS = """
Task created.                             | Task created.
You have 3 tasks.                         | You have three tasks.
0 tasks                                   | zero tasks
21 items                                  | twenty-one items
1,234 people                              | one thousand two hundred and thirty-four people
1000000                                   | one million
3.5                                       | three point five
0.05                                      | zero point zero five
-5 outside                                | minus five outside
007                                       | zero zero seven
1234567890123456                          | one two three four five six seven eight nine zero one two three four five six
at 5 PM                                   | at five P M
at 5pm.                                   | at five P M.
at 5 p.m. today                           | at five P M today
until 5 p.m. Then home                    | until five P M. Then home
due Friday at 5:30 PM                     | due Friday at five thirty P M
at 5:00 PM                                | at five P M
at 5:05 a.m.                              | at five oh five A M.
at 17:05                                  | at five oh five P M
at 17:00                                  | at five P M
at 9:15                                   | at nine fifteen
at 09:30                                  | at nine thirty
at 9:00                                   | at nine o'clock
at 00:00                                  | at midnight
at 00:15                                  | at twelve fifteen A M
12 AM or 12 PM                            | twelve A M or twelve P M
at 17:05:30                               | at five oh five and thirty seconds P M
9–11 AM                                   | nine to eleven A M
9:30 - 10:45                              | nine thirty to ten forty-five
from 9 to 11                              | from nine to eleven
9–11                                      | nine to eleven
pages 3-5                                 | pages three to five
2026-12-04                                | December fourth, twenty twenty-six
2026-12-04T17:05:00+01:00                 | December fourth, twenty twenty-six at five oh five P M
2026-12-04 09:00                          | December fourth, twenty twenty-six at nine o'clock
December 4                                | December fourth
december 4                                | December fourth
December 4th                              | December fourth
Dec 4, 2026                               | December fourth, twenty twenty-six
Dec. 4, 2026 at 5 PM                      | December fourth, twenty twenty-six at five P M
Fri, Dec 4                                | Friday, December fourth
Thu 5 PM                                  | Thursday five P M
4 December 2026                           | the fourth of December, twenty twenty-six
the 4th of December                       | the fourth of December
December 2026                             | December twenty twenty-six
December 4-6                              | December fourth to sixth
May 5                                     | May fifth
you may 5 times                           | you may five times
13/4/2026                                 | April thirteenth, twenty twenty-six
4/13/2026                                 | April thirteenth, twenty twenty-six
4/5/2026                                  | four slash five slash twenty twenty-six
04.12.2026                                | December fourth, twenty twenty-six
in 1999                                   | in nineteen ninety-nine
in 2005                                   | in two thousand and five
the 1990s                                 | the nineteen nineties
2020–2026                                 | twenty twenty to twenty twenty-six
the 1st, 2nd and 3rd                      | the first, second and third
the 21st of May                           | the twenty-first of May
$20                                       | twenty dollars
$1                                        | one dollar
$3.50                                     | three dollars and fifty cents
$0.99                                     | ninety-nine cents
$1,200.00                                 | one thousand two hundred dollars
$1.5M                                     | one point five million dollars
$20–30                                    | twenty to thirty dollars
-$5                                       | minus five dollars
₹100                                      | one hundred rupees
₹1,00,000                                 | one hundred thousand rupees
₹2 lakh                                   | two lakh rupees
Rs. 50                                    | fifty rupees
€3.50                                     | three euros and fifty cents
20 €                                      | twenty euros
£2.01                                     | two pounds and one penny
¥500                                      | five hundred yen
20 USD                                    | twenty dollars
5%                                        | five percent
12.5 %                                    | twelve point five percent
10-20%                                    | ten to twenty percent
21 °C                                     | twenty-one degrees Celsius
-1°C                                      | minus one degree Celsius
90°                                       | ninety degrees
5 km                                      | five kilometers
1 kg                                      | one kilogram
50 km/h                                   | fifty kilometers per hour
20 m²                                     | twenty square meters
16 GB                                     | sixteen gigabytes
10x faster                                | ten times faster
1 h 5 min                                 | one hour and five minutes
2h 30m                                    | two hours and thirty minutes
1 h 2 min 3 s                             | one hour, two minutes and three seconds
90 s                                      | ninety seconds
1 min                                     | one minute
1/2 cup                                   | one half cup
1½ cups                                   | one and one half cups
3/4                                       | three quarters
16:9                                      | sixteen to nine
Q3 report                                 | Q three report
B2B                                       | B two B
COVID-19                                  | COVID nineteen
A4                                        | A four
#5                                        | number five
No. 5                                     | number five
version 3.11.2                            | version three dot eleven dot two
192.168.1.10                              | one hundred and ninety-two dot one hundred and sixty-eight dot one dot ten
555-1234                                  | five five five, one two three four
(555) 123-4567                            | five five five, one two three, four five six seven
+44 20 7946 0958                          | plus four four, two zero, seven nine four six, zero nine five eight
07700 900123                              | zero seven seven zero zero, nine zero zero one two three
sarah.jones@example.com                   | sarah dot jones at example dot com
https://www.example.com/help?x=1.         | example dot com slash help.
report.pdf                                | report dot pdf
Dr. Lee                                   | Doctor Lee
Mr. and Mrs. Smith                        | Mister and Missus Smith
e.g. milk                                 | for example, milk
milk, eggs, etc.                          | milk, eggs, et cetera.
us vs. them                               | us versus them
the U.S. team                             | the U S team
R&D                                       | R and D
~5 minutes                                | about five minutes
< 5                                       | less than five
2 × 3 = 6                                 | two times three equals six
5 + 3                                     | five plus three
and/or                                    | and or
Done ✅ 🎉!                                | Done!
“Hello”, she said                         | Hello, she said
it’s Sarah's                              | it's Sarah's
follow-up                                 | follow-up
milk (2 liters), eggs                     | milk, two liters, eggs
Call Bob — now                            | Call Bob, now
wait... what                              | wait, what
**Bold** and _soft_ `code`                | Bold and soft code
[the page](http://x.org/y)                | the page
Zoë and José                              | Zoë and José
Wirklich?!                                | Wirklich?
٣ tasks                                   | three tasks
５ tasks                                   | five tasks
99999999999999999999999999.5 km           | {digits} point five kilometers
""".replace("{digits}", " ".join(["nine"] * 26))


@pytest.mark.parametrize(
    ("written", "said"), [tuple(cell.strip() for cell in row.split("|")) for row in ROWS.strip().splitlines()]
)
def test_said_as_a_person_would(written: str, said: str) -> None:
    assert speakable(written) == said


def test_lines_and_lists_become_sentences() -> None:
    assert speakable("# Today\n\n- milk\n- 2 eggs\n\n1. Call Bob\n2. Rest.") == "Today. milk. two eggs. Call Bob. Rest."


def test_a_table_becomes_sentences() -> None:
    assert speakable("| who | when |\n|---|---|\n| Bob | 5 PM |") == "who, when. Bob, five P M"


@pytest.mark.parametrize("nothing", ["", " \n\t", "🎉🎉", "***", "김민수", "---", "\x00", "([{}])"])
def test_nothing_to_say(nothing: str) -> None:
    assert speakable(nothing) == ""


def test_a_very_long_text_is_cut() -> None:
    assert len(speakable("word " * 10_000)) <= LONGEST_TEXT


_TOKENS = st.sampled_from(
    [
        "$",
        "5",
        "12",
        ":",
        "30",
        " ",
        "PM",
        "-",
        "–",
        ".",
        ",",
        "/",
        "%",
        "°C",
        "Dec",
        "4",
        "2026",
        "@",
        "+",
        "(",
        ")",
        "*",
        "_",
        "₹",
        "km",
        "#",
        "\n",
        "a",
        "|",
        "'",
        "th",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(_TOKENS, max_size=40).map("".join)))
def test_any_text_gives_bounded_words(text: str) -> None:
    said = speakable(text)
    assert all(char in " .,;:?!'-" or (char.isalpha() and unicodedata.name(char).startswith("LATIN")) for char in said)
    assert said == said.strip()
    assert not re.search(r"\s{2}|\s[.,;:?!]|[.,;:?!]{2}", said)
    assert len(said) <= 40 * len(text) + 40
