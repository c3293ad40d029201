"""From a plant file to what a technician buys and wires: circuits, drawings, bills of materials, supply budgets."""
