"""A stand-in for AWS on loopback: moto's server, and in front of it what moto lacks.

`call` names the operation that an HTTP request asks for, `reply` writes answers in that operation's
protocol, and `application` lets each call pass through signature, permission, fixtures, additions,
moto, paging and the trail. Nothing in here knows the product under test.
"""
