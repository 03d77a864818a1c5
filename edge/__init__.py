"""What every HTTP endpoint shares: problems, OpenAPI, security headers, rate limits."""
