"""The circuits as such, before any number: what they are, how they are drawn and written in other languages.

`ansatz` is the definition, `words` what its parts are called; `layout` places its gates, `drawing` and `svg` draw them,
`export` writes them as code.
"""
