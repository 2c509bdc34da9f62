"""Which threads are about the same thing, told by their text; nobody has to name them.

Two pure halves: `similarity.terms` turns one thread's texts into a small bag of weighted terms,
in whichever process loaded the thread; `similarity.nearest` compares all the bags, in one.
What a thread is, which of its texts count, and what the site does with the result is not this
room's business. There is no front door: `nearest` needs numpy, and who only packs bags must not
pay for importing it.
"""
