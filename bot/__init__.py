"""Messages in and out: inbox to action, outbox to messenger."""
