"""Messages in: SMS, e-mails and written-down calls, fetched from one inbox."""
