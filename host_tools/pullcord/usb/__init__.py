"""Boards at USB: finding them, talking to them, bringing firmware and config onto them."""
