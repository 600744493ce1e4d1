"""The one place where names of authors are made for display: private persons get a code (`rules.names`)."""
