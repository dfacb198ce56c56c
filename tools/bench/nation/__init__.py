"""A synthetic nation: 63 provinces with ten years of decisions, plans and money."""
