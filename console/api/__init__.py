"""The REST API: what programs may ask for with a token, declared once for requests, answers and their document."""
