"""Casebell: a support desk bot that keeps its promises."""
