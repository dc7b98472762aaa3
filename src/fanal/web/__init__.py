"""The service: cards for everybody, the holder's page, the operator's page."""
