"""The words times are told in, English and romanised Hindi, and a text cut into tokens.

For whoever adds a spelling or a name: the tables may grow freely; what an entry means is for `readers` and `values` to
say.
"""
