"""Near-duplicates: which texts share most of their runs of five words.

    texts -> words -> shingles -> signature -> pairs that may be alike -> exact Jaccard -> clusters

A shingle is the hash of five words in a row, a text is the set of its shingles, and two texts are as alike as
the Jaccard similarity of their sets. `words` folds and hashes, `shingles` builds the sets, `signature` makes
48 bytes of each, `bands` finds the pairs that may be alike, `exact` computes the true similarity of two
texts, `clusters` puts pairs together. All of it needs numpy; nothing here reads a file.
"""
