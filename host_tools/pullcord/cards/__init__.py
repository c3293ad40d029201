"""The cards and badges of a plant file: who has which, binding and replacing them, labels."""
