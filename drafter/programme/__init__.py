"""Many markets at once: a programme of purchases read, analysed row by row, summed up. No Flask, no SQL here."""
