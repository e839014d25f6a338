"""The papers of the follow-up as blocks: the house writes them in Word as it does the pieces."""
