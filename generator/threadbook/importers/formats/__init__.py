"""One module a format; each reads its source as a stream of posts with places."""
