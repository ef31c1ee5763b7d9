"""Figures for coordinators that no subtraction turns into a figure of a few people; pure.

The one idea: people are put into *reporting groups* of at least k before anything is reported, and what they do is
gathered in *cells* (a group over one or more whole weeks) to which at least k of them contributed. Every report is a
sum of whole cells. Whatever is added to or taken from whatever, over any filters and at any time, is then a
combination of whole cells again, and each of those has at least k people in it.
"""
