"""The room of access: who reaches which services on foot, and how unequally."""
