"""The grammar of dated law: parameters, sheets, cases; the loader, the timeline, the evaluation."""
