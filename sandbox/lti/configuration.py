"""The platform's OpenID configuration."""

from typing import Any

from sandbox.lti.claims import AGS_SCOPES, NRPS_SCOPE
from sandbox.site import RELEASE, Site


def openid_configuration(site: Site) -> dict[str, Any]:
    """As Moodle's."""
    return {
        "issuer": site.base_url,
        "token_endpoint": site.url("/mod/lti/token.php"),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": site.url("/mod/lti/certs.php"),
        "authorization_endpoint": site.url("/mod/lti/auth.php"),
        "registration_endpoint": site.url("/mod/lti/openid-registration.php"),
        "scopes_supported": [*AGS_SCOPES, NRPS_SCOPE, "openid"],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        "https://purl.imsglobal.org/spec/lti-platform-configuration": {
            "product_family_code": "moodle",
            "version": RELEASE,
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": [],
        },
    }
