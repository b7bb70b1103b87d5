"""The short film of the tests, and what it says in Chinese."""

SHORT_FILM = '''"""A hill, a walker, three steps: a film of three beats and nine plays."""

from manim import ValueTracker

from mathcore import gradient_descent
from scenes.stage import Appear, Hill, HillFilm, Row, Walker, beat, knob, number_text


class Short(HillFilm):
    """Down a hill in three steps."""

    f = knob("x^2 + y^2", "the hill's height")
    x_range = knob((-2.0, 2.0), "what is shown of the first variable")
    y_range = knob((-2.0, 2.0), "what is shown of the second variable")
    start = knob((1.6, 1.2), "where the walk begins")
    rate = knob(0.15, "learning rate", above=0)
    steps = knob(3, "how many steps", between=(1, 200))

    def cast(self):
        self.land = self.landscape()
        self.path = self.walk(self.land, gradient_descent(self.rate))
        self.walked = ValueTracker(0)
        self.scenery = Hill(self, self.land)
        self.walker = Walker(self.land, self.theme, self.where)

    def where(self):
        return self.path.position(self.walked.get_value())

    def height(self):
        return number_text(float(self.land.hill.value(self.where())))

    @beat
    def the_hill(self):
        self.add(self.scenery.map, self.scenery.axes, self.scenery.hill)
        self.say("A hill.")
        self.play(self.scenery.rise.animate.set_value(1), run_time=0.4)

    @beat
    def the_walker(self):
        self.row = Row(self.typeset, "f", self.height, color=self.theme.path, row=1)
        self.say("You are here.")
        self.play(Appear(self.walker), Appear(self.row), run_time=0.4)

    @beat
    def the_steps(self):
        self.say("Down you go.")
        self.play(self.walked.animate.set_value(self.path.steps), run_time=0.6)
'''

CATALOGUE = "scenes/stage/locale/zh/LC_MESSAGES/steepest.po"
"""The catalogue of the films' texts, seen from the project."""

CHINESE = """
msgid "A hill."
msgstr "一座山。"

msgid "You are here."
msgstr "你在这里。"

msgid "Down you go."
msgstr "往下走。"
"""
