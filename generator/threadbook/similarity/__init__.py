"""Which threads are about the same thing, by the words they share.

There are two halves: `terms` packs the words of one thread with their weights, in the process that
loads the thread; `nearest` compares all threads, by the index that `index` builds of their words
and by the `groups` they are in. The room does not know what a thread is, which of its texts count,
or what the site does with the result. It exports nothing, because `nearest` imports numpy, which
packing does not need.
"""
