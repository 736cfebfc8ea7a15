"""The advocate of the provider: a second opinion before anything is called absent or wrong.

It shares no code with what finds the fields (``extract``, ``layout``): no labels with places, no
scores. It asks one thing a check: is there anything on the page that could be it after all, and
that nothing certain explains? What it finds refuses nothing and is no value; it goes to a person.
"""
