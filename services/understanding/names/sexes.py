"""Whether a given name is a man's or a woman's, as far as it says so; what "she" or "him" may stand for."""

from __future__ import annotations

from services.understanding.names.fold import fold
from services.understanding.words import word_set

_HIS = word_set("""aaron abdul abraham adam adrian ahmed ahmet alan albert alejandro alexander alfred ali amir amit
    andreas andrew andré andrzej anders anil anthony antonio anton arjun arne arnold arthur arun ashok axel barnaby
    barry bart ben benedict benjamin benno bernard bernd bill björn bob boris bradley brandon brendan brian bruce bruno
    burak calvin carl carlos cem charles chris christian christoph christopher ciaran clemens clifford clive colin
    connor craig cyril damian daniel darren dave david declan deepak dennis derek diego dieter dietmar dimitri dirk
    dmitri dominic donald douglas duncan dylan ed edgar edmund eduardo edward edwin egon emil emmanuel emre enrico eric
    ernst ethan eugene fabian faisal farid felix ferdinand fernando filip finn florian francesco francisco frank
    franklin franz fred frederick friedrich fritz gareth gary gavin geoffrey georg george gerald gerard gerd gerhard
    gilbert giorgio giovanni giuseppe glen gordon graham gregor gregory guido gunnar gustav günter hakan hamid hannes
    hans harald harish harold harry harvey hassan heiko heiner heinrich heinz helmut hendrik henning henrik henry
    herbert hermann holger horst howard hubert hugh hugo humphrey hussein ian ibrahim igor imran isaac ivan jack jacob
    jakub james jan jannik jason jasper javier jens jeremy jerome jim joachim joe joel johann johannes john jonas
    jonathan jorge jose josef joseph joshua juan julian jürgen justin kai karim karl karsten keith kenneth kev kevin
    khalid klaus konrad konstantin kofi kurt kwame kyle lars lawrence leo leon leonard leonardo levi lewis liam linus
    lorenzo lothar louis luca lucas ludwig luigi lukas luke lutz magnus mahmoud malcolm malte manfred manuel marc marcel
    marco marcus mario marius markus martin marvin marek mateo mats matt matteo matthew matthias maurice max maximilian
    mehmet michael michal miguel mike mikhail mitchell mohammed moritz murat mustafa nathan nathaniel neil nicholas
    nico niels nigel nikhil niklas nikolai nils noah norbert norman oleg olaf ole oliver olivier omar oscar osman oskar
    otto owen pablo paolo pascal patrick paul pavel pawel pedro per percy peter phil philip pierre piotr rafael rahul
    rainer rajesh rajiv ralf ralph ramesh rashid raymond reginald reinhard rené ricardo richard rob robert roberto
    rodney roger rohan rohit roland rolf roman ronald ross roy rudi rudolf rupert russell ryan salim sam samir samuel
    sanjay santiago scott sean sebastian sergei sergio siegfried simon solomon stan stanley stefan stefano steffen
    stephen steve steven stewart stuart sunil suresh sven tarik tariq ted terence theo theodore thilo thomas thorsten
    till tim timo timothy tobias todd tom tomas tomasz torben torsten trevor tristan tyler udo ulf ulrich umut uwe
    vijay vikram victor vincent vinzenz volker walter warren wayne werner wilfred wilhelm william winston wolfgang
    xavier yannick yusuf zachary mr herr""")
_HERS = word_set("""abigail ada adele adriana agatha agnes agnieszka aisha alejandra alexandra alice alicia alina
    alison alma amanda amelia amina amira amy ana anastasia andrina anette angela angelika angelina anita anja anjali
    ann anna anne anneliese annette anouk antje antonia anya astrid audrey aylin ayse barbara beate beatrice beatrix
    becky belinda bella bernadette beth bethany betty beverly bianca birgit birte bonnie brenda bridget brigitte britta
    britt bärbel caitlin camilla carina carla carmen carol carola caroline cassandra catherine cecilia celia celine
    charlotte chelsea chiara chloe christa christiane christina christine claire clara clarissa claudia constance
    cordula corinna cornelia cynthia dagmar daniela danielle daphne deborah denise diana diane divya donna dora dorothea
    dorothy doris ebru edith eileen elaine eleanor elena elfriede elif elisa elise elizabeth elisabeth elke ella ellen
    elsa elvira emilia emily emma erica erika erin esra esther eva eve evelyn fatima fatma felicity fiona flora florence
    franca frances francesca franziska freya frida frieda gabi gabriele gabriella gabrielle gemma georgia georgina gerda
    gertrud gesa gillian gisela giulia gloria grace greta grit gudrun gwendolyn hailey hanna hannah hanne hannelore
    harriet hazel heather hedwig heidi heike helen helena helene helga henriette hilda hildegard hilary holly ida ilse
    imke ines inga inge ingrid irene irina iris irmgard isabel isabella isla ivana ivy jacqueline jana jane janet janice
    janina jasmin jasmine jeanette jenna jennifer jenny jessica jill joan joanna joanne jocelyn johanna josephine joyce
    judith jule julia juliana julie juliet juliette june jutta karen karin karla katarina katarzyna kate katharina kathi
    kathleen kathrin kathy kati katja katrin kavita kirsten kristin kristina käthe lakshmi lara larissa laura lauren lea
    leah leila lena leonie leonora lia lidia lieselotte lilian lilly lily lina linda lisa lisbeth liv liz lotte louise
    lucia lucy luise luisa lydia lynn madeleine magda magdalena maike maja malgorzata mandy
    manuela mara marcella mareike
    margaret margarete margit margot maria marianne marie marina marion marissa marlene marta martha martina mary maren
    mathilda matilda maureen maya mechthild meera megan melanie melissa mercedes merle meryem mia michaela michelle mila
    milena mildred mina mira miriam molly mona monica monika muriel nadia nadine nadja nancy naomi natalia natalie
    natasha neha nele nicola nicole niamh nina noemi nora olga olivia ottilie paloma pamela patricia paula pauline
    penelope petra philippa phoebe phyllis pia polly pooja priya priyanka rachel ramona rebecca regina regine renata
    renate rita roberta romy rosa rosalind rose rosemary rosie roswitha ruth sabine sabrina sally salma samantha sandra
    sara sarah saskia selin selma shannon sharon sheila shirley sibylle sigrid silke silvia simone siobhan sneha sofia
    sofie sonja sophia sophie stefanie stella stephanie steffi sunita susan susanna susanne suzanne svenja svetlana
    swantje sybille sylvia tamara tanja tanya tara tatiana teresa thea thelma theresa tiffany tina trudi ulla ulrike
    ursula uschi ute valentina valerie vanessa vera verena veronica veronika victoria viktoria viola violet virginia
    vivian waltraud wanda wendy wiebke wilma winifred xenia yasmin yvonne zainab zeynep zoe mrs ms miss frau mum mom
    mama mother grandma granny gran nan oma aunt auntie tante sister mummy""") | word_set("madam lady")
_HIS_TOO = word_set("dad daddy papa father grandpa grandad granddad opa uncle onkel brother mister sir")
_SHE = word_set("she her hers")
_HE = word_set("he him his")


def may_be(pronoun: str, name: str) -> bool:
    """Whether "she", "him" or another word may stand for somebody of this name; where the name does not say, it may."""
    if not name:
        return True
    words = [word.casefold() for word in name.replace(".", " ").split()]
    first = words[0] if words else ""
    folded = fold(first)[0] if fold(first) else first
    hers, his = {first, folded} & _HERS, {first, folded} & (_HIS | _HIS_TOO)
    said = pronoun.casefold()
    if said in _SHE:
        return not his or bool(hers)
    return not (said in _HE and hers) or bool(his)
