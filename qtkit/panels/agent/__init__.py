"""`AgentPanel`: an agent that learns, live, and a player for what it does."""
