"""A small bank in each format, with all that the format has, and pieces that mean something in it."""

from typing import Final

GIFT: Final = r"""// A comment [id:first] [tag:a]
$CATEGORY: $course$/top/Fire \= safety // more

::Name:: [html]Who <b>is</b> buried in Grant's tomb?{
~Grant#He is not there\: \{really\}.
~%-50%Jefferson
=no one#Yes\nindeed}

Grant is {~buried =entombed ~living} in Grant's tomb.

Which two? {~%50%a ~%50%b ~c ####Both.}

The sun rises in the east.{T#Look again.#Yes.####Every day.}

Who?{=no one =%75%nobody#Almost =%0%*#No}

How much?{#
=1822:0
=%50%1822:2#Near
~#No}

Pi is about {#3.141..3.142}.

Match. {
=Canada -> Ottawa
=[markdown]*Italy* -> Rome
= -> Chat
####General.}

[markdown]Why **is** this so? {####Because.}

::Words::Put in order{>3 ALL
one
two
three
}

A description\nof two lines.
"""

XML: Final = r"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category"><category><text>$course$/top/Fire</text></category></question>
  <question type="multichoice">
    <name><text>mc</text></name>
    <questiontext format="html"><text><![CDATA[<p>Read &amp; think.</p><p>Which?</p>]]></text></questiontext>
    <generalfeedback format="html"><text>All in all.</text></generalfeedback>
    <single>false</single><shuffleanswers>0</shuffleanswers>
    <answer fraction="50" format="html"><text>a</text><feedback format="html"><text>yes</text></feedback></answer>
    <answer fraction="50"><text>b &lt; c</text></answer>
    <answer fraction="-100"><text>c</text></answer>
  </question>
  <question type="truefalse">
    <name><text>tf</text></name><questiontext format="plain_text"><text>It burns.</text></questiontext>
    <answer fraction="0"><text>true</text><feedback><text>no</text></feedback></answer>
    <answer fraction="100"><text>false</text></answer>
  </question>
  <question type="shortanswer">
    <idnumber>sa</idnumber><questiontext format="markdown"><text>Who *was* it?</text></questiontext>
    <usecase>1</usecase>
    <answer fraction="100"><text>Anna</text></answer><answer fraction="50"><text>Ann</text></answer>
  </question>
  <question type="numerical">
    <name><text>n</text></name><questiontext><text>How long?</text></questiontext>
    <answer fraction="100"><text>12.5</text><tolerance>0.5</tolerance></answer>
    <units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>
    <unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>
  </question>
  <question type="matching">
    <name><text>m</text></name><questiontext><text>Match.</text></questiontext>
    <subquestion><text>LT</text><answer><text>Vilnius</text></answer></subquestion>
    <subquestion><text>PL</text><answer><text>Warszawa</text></answer></subquestion>
    <subquestion><text></text><answer><text>Riga</text></answer></subquestion>
  </question>
  <question type="essay"><name><text>e</text></name><questiontext><text>Why?</text></questiontext></question>
  <question type="ordering"><name><text>o</text></name><questiontext><text>In order?</text></questiontext>
    <answer fraction="2.0"><text>two</text></answer><answer fraction="1.0"><text>one</text></answer></question>
  <question type="description">
    <questiontext><text>&lt;ul&gt;&lt;li&gt;A&lt;/li&gt;&lt;/ul&gt;</text></questiontext></question>
  <question type="cloze"><name><text>c</text></name><questiontext><text>{1:SA:=x}</text></questiontext></question>
  <question type="multianswer"><name><text>C 2</text></name><questiontext format="html"><text><![CDATA[<p>Kaunas is
    in {1:MC:=Lithuania#Yes~%50%Europe~Norway}.</p><p>It has {2:NM:=9:1~%50%12:3} letters {:MRS:=a~%50%b~%-50%c},
    and {1:SAC:=K\}~*#No}.</p>]]></text></questiontext><generalfeedback><text>So.</text></generalfeedback></question>
  <question type="gapselect"><name><text>g</text></name><questiontext><text>The [[1]] is [[2]].</text></questiontext>
    <selectoption><text>fire</text><group>1</group></selectoption>
    <selectoption><text>hot</text><group>2</group></selectoption>
    <selectoption><text>ice</text><group>1</group></selectoption>
    <selectoption><text>cold</text><group>2</group></selectoption></question>
  <question type="calculated"><name><text>k</text></name>
    <questiontext><text>{a} + {b}, or {={a}*2}?</text></questiontext>
    <answer fraction="100"><text>{a} + pow({b}, 2) / 3</text><tolerance>0.01</tolerance>
    <tolerancetype>1</tolerancetype><correctanswerformat>1</correctanswerformat>
    <correctanswerlength>2</correctanswerlength></answer>
    <dataset_definitions><dataset_definition><name><text>a</text></name><dataset_items>
    <dataset_item><number>1</number><value>1.5</value></dataset_item></dataset_items></dataset_definition>
    <dataset_definition><name><text>b</text></name><dataset_items>
    <dataset_item><number>1</number><value>-2</value></dataset_item></dataset_items></dataset_definition>
    </dataset_definitions></question>
  <question type="essay"><name><text>p</text></name><questiontext format="html">
    <text><![CDATA[<img src="@@PLUGINFILE@@/a%20b.png" alt="An exit"><p>What is it?</p>]]></text>
    <file name="a b.png" path="/" encoding="base64">
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU
lEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==</file>
    </questiontext></question>
  <question type="ddimageortext"><name><text>i</text></name><questiontext><text>What is where?</text></questiontext>
    <shuffleanswers/><file name="a.png" path="/" encoding="base64">
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU
lEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==</file>
    <drag><text>bed</text><no>1</no><draggroup>1</draggroup><infinite/></drag>
    <drag>
      <no>2</no>
      <text/>
      <draggroup>1</draggroup>
      <file name="tall_lamp_150x100.png" encoding="base64">AA==</file>
    </drag>
    <drag><text>desk</text><no>3</no><draggroup>2</draggroup></drag>
    <drop><text>left</text><no>1</no><choice>1</choice><xleft>0</xleft><ytop>0</ytop></drop>
    <drop><text></text><no>2</no><choice>2</choice><xleft>1</xleft><ytop>-9</ytop></drop></question>
  <question type="ddmarker"><name><text>z</text></name><questiontext><text>Mark.</text></questiontext>
    <showmisplaced/><file name="a.png" encoding="base64">
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADU
lEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==</file>
    <drag><text>OU</text><no>1</no><noofdrags>1</noofdrags></drag>
    <drag><text>Station</text><no>2</no><infinite/></drag>
    <drop><no>1</no><shape>circle</shape><coords>1,0;10</coords><choice>1</choice></drop>
    <drop><no>2</no><shape>rectangle</shape><coords>0,0;5,7</coords><choice>2</choice></drop>
    <drop><no>3</no><shape>polygon</shape><coords>0,0;5,7;9,2</coords><choice>2</choice></drop></question>
  <question type="shortanswer"><questiontext><text>How many?</text></questiontext>
    <answer fraction="100"><text>twelve</text></answer></question>
  <question type="randomsamatch"><name><text>r</text></name><questiontext><text>Match.</text></questiontext>
    <choose>2</choose><subcats>1</subcats></question>
</quiz>
"""

AIKEN: Final = """What is the right answer?
A. Is it this one?
B. Maybe this one?
ANSWER: B

Which program has most formats
of questions?
A) Moodle
B) Another
C) A third
ANSWER: A
"""

CSV: Final = (
    "category;id;kind;text;question;right;option1;comment1;option2;comment2;pair1;pair2;explanation;settings;markup"
    """
Fire;one;single;;Which?;2;a;no;b;yes;;;;fixed;
Fire;many;multiple;"Two
lines";Which?;1 2;a;;b;;;;;;
Fire;tf;truefalse;;It burns.;true;;yes;;no;;;;;
Fire;say;opinion;;And you?;;a;;b;;;;;;
;ord;order;;In order?;;one;;two;;;;So.;;
;m;match;;Match?;;LT;;PL;;Vilnius;Warszawa;;;
;n;number;;How many?;;42 ± 1 mg;;'-7;;;;Count.;;
;s;short;;Who?;;ačiū;;dėkui;;;;;forgiving;
;o;open;;Why?;;;;;;;;;;
;;description;**Bold**;;;;;;;;;;;markdown
"""
)

SAMPLES: Final = {"gift": GIFT, "xml": XML, "aiken": AIKEN, "csv": CSV}


def _words(text: str) -> list[str]:
    return text.split()


_SIGNS: Final = [
    "\n",
    "\n\n",
    "---\n",
    "- [x] a\n",
    "```\n",
    "||",
    "?",
    "*",
    "😀",
    "\u202e",
    "\x00",
    "\x01",
    "x" * 300,
]
PIECES: Final = {
    "gift": [
        *_words(r"{ } = ~ # #### -> %50% %-1% % :: \ \n \{ // $CATEGORY: {T} {} {# .. : > 1e9 1e-99 TRUE"),
        *_words("[html] [markdown] [plain] [moodle] <b> <!-- &lt;"),
        "<img src=x>",
        *_SIGNS,
    ],
    "xml": [
        *_words("<question> </question> <text> </text> <quiz> </quiz>"),
        *_words("<![CDATA[ ]]> &amp; &#x0; &x; <!ENTITY </answer>"),
        *_words('100 1e9999 - " < > <p> &lt;img&gt; &lt;ul&gt; <?'),
        '<question type="essay">',
        '<question type="cloze">',
        '<question type="ddwtos">',
        '<question type="calculatedmulti">',
        '<question type="ddmarker">',
        '<question type="ddimageortext">',
        *_words(
            "<drop> <coords> <xleft>1e9</xleft> 0,0;9 9,9;-1,-1;5,5 <choice>2</choice> <choose>99</choose>"
        ),
        *_words(
            "{1:SA:=a} {:MC:=a~b} {1:NM:=1:2} {2:MRHS: =x~%50%y#z} {= {a} {={a}} pow( ** ?: [[1]] [[2]] 1e300"
        ),
        "@@PLUGINFILE@@/a%20b.png",
        '<answer fraction="100">',
        '<file name="a.png" encoding="base64">',
        "<!DOCTYPE q>",
        *_SIGNS,
    ],
    "aiken": ["A) ", "B) ", "C. ", "A)", "ANSWER: A", "ANSWER: Z", "ANSWER:", *_SIGNS],
    "csv": [
        *_words(
            '; , " "" \' =1+1 - single number match opinion markdown fixed ± 1e99 42 question kind right'
        ),
        *["\t", "\r", "sep=,\n", "[a](#b)", "![a](b)"],
        *_SIGNS,
    ],
}
