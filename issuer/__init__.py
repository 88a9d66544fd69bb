"""The issuer: registrations come in as offers, people accept, credentials go out."""
