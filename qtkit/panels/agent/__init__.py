"""`AgentPanel`: an agent that learns, live, and a player for what it does.

`panel` puts the widgets of `view` on the `model`; `words` says how often the agent arrives. `replay` has two episodes
to watch, which `player` shows in the browser.
"""
