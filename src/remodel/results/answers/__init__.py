"""What models answer, one class a kind of answer: how it is read, compared, judged, shown as evidence and scored.

`kinds` chooses the class. Nothing is imported here: who asks for names of scores alone needs neither numpy nor pyarrow.
"""
