"""Identity: when two things are the same for a picture, told by digests.

The films and the studio both ask; nothing of the project is imported here.
"""
