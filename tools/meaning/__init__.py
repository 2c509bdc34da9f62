"""Makes the data package `threadbook-meaning` from a public sentence encoder: see the README."""
