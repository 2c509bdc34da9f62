"""What every preview shares: answers to requests, and what browsers are told.

A `State` says what is shown and what is wrong; `answers` and `events` are functions of it. How a
site is made, and what listens for requests, is the business of `preview` and of the engines.
"""
