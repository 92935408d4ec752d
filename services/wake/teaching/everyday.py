"""What is said all day: words and short phrases that a wake word must not be like, and that it is told apart from."""

from __future__ import annotations

_WORDS = """
    about after again all always and another answer any are around away back because before begin better between big
    bring business but call came can car carry center change children city close come common company compare computer
    could country daughter day did different dinner do doctor does done door down each early easy eat either else enough
    even evening ever every example family father feel find first follow for forget from garden get give go going good
    great had hand happy has have head hello help her here him home hour house how hundred husband idea important is it
    just keep kitchen know large last late later leave left letter light like listen little live long look love made
    make many matter maybe me mean meeting melody minute Monday money month moment more morning most mother mountain
    move much music must name near need never new next night nothing number of off office often oh okay old on one only
    open or other our out over paper people perhaps person phone picture place please point possible power problem put
    question quick rather read ready really remember report right river room said same Saturday say school second see
    September sister sit sleep small so some soon sorry stop story street such summer Sunday supper sure table take talk
    telephone tell than thank that the their them then there these they thing think this those thousand three through
    time to today together tomorrow tonight too turn two under understand until up use usually very wait want was watch
    water way we weather week well were what when where which while who why will winter with without woman wonder word
    work world would write yeah year yes yesterday yet you young your
"""
WORDS = tuple(_WORDS.split())
PHRASES = (
    "thank you",
    "good morning",
    "good night",
    "of course",
    "I know",
    "I think so",
    "you know",
    "come on",
    "hang on",
    "no problem",
    "what's that",
    "how are you",
    "see you later",
    "let me see",
    "all right",
    "excuse me",
)
