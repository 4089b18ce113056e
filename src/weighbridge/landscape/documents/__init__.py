"""Documents that people write and machines must not trust: YAML with places and limits, shapes, their JSON Schema."""
