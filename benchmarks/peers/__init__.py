"""Other implementations, spoken to through lines of JSON. Installed apart; never shipped."""
