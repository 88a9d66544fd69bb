"""From a document to the text in a QR code, to a picture, and back."""
