"""The index beside the corpus: the latest observation of every public post, by words, facets and id.

It is made from the corpus and may be thrown away at any time; nothing is decided by it. Texts are searched as
`besa.base.text.folded` writes them. A query is answered from sorted columns and postings that lie on the disk.
"""
