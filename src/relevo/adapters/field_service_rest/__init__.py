"""A field service with a plain REST interface: visits are booked, their outcomes are fetched."""
