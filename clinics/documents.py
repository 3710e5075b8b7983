"""The kinds of documents of the clinics app, registered with evidence."""
