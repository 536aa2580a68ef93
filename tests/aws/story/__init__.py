"""A compromised account, told as calls: first the honest part, then an intruder with the key of a build user.

Each chapter makes its resources and notes every one in the truth, with the read operation that must show it.
"""
