"""SCIM 2.0 (RFC 7643 and 7644): directories such as Entra ID and Okta send the people of an organisation."""
