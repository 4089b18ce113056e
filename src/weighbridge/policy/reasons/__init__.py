"""Why a gate is as it is: rule by rule, with what of the change each condition read."""
