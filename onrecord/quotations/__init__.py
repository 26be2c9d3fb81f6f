"""How checked quotations are shown: JSON lines, a terminal, a page of HTML."""
